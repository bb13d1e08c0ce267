"""Runs the official suite against a server and reads what it recorded."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

from tests.pinned import Failed, node
from tests.protocol.servers import HERE, SCOPE, Server, run

Status = Literal["passes", "warns", "unexercised", "fails"]
PROGRAM = SCOPE / "conformance" / "dist" / "index.js"
STAMP = re.compile(r"^server-(?P<scenario>.+)-\d{4}-\d{2}-\d{2}T[\d-]+Z$")
WIRE = "wire-schema-"
"""Begins the checks that the suite adds to each scenario: messages alone prove no behaviour."""


@dataclass(frozen=True)
class Outcome:
    """What the suite recorded of one scenario."""

    status: Status
    passed: frozenset[str]
    troubles: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Requirements:
    """Which scenarios a revision requires of a server, and which it runs without scoring them."""

    scored: tuple[str, ...]
    unscored: dict[str, str]
    clients: int


def requirements(revision: str) -> Requirements:
    """Read the suite's own frozen list."""
    file = SCOPE / "conformance" / "requirements" / f"{revision}.yaml"
    raw: dict[str, Any] = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    rest = [entry for entry in raw["not_scored"] if entry["leg"] == "server"]
    unscored = {entry["scenario"]: str(entry["reason"]) for entry in rest}
    return Requirements(tuple(raw["server"]), unscored, len(raw["client"]))


def run_suite(server: Server, revision: str, home: Path, name: str) -> dict[str, Outcome]:
    """Run every scenario of a revision; the suite's own exit code is not taken for a verdict."""
    out = home / f"{name}-{revision}"
    done = run(
        [node(HERE), str(PROGRAM), "server", "--url", server.url, "--requirements", revision, "-o",
         str(out)], home,
    )  # fmt: skip
    found = {}
    for file in sorted(out.glob("*/checks.json")):
        match = STAMP.match(file.parent.name)
        if match:
            found[match["scenario"]] = outcome(json.loads(file.read_text(encoding="utf-8")))
    if not found:
        raise Failed(f"the suite recorded nothing:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return found


def outcome(checks: list[dict[str, Any]]) -> Outcome:
    """Judge the recorded checks: no failure is not yet a pass, something must have been shown."""
    of = {s: [c for c in checks if c["status"] == s] for s in ("SUCCESS", "WARNING", "FAILURE")}
    passed = frozenset(c["id"] for c in of["SUCCESS"] if not c["id"].startswith(WIRE))
    troubles = tuple(f"{c['id']}: {_why(c)}" for c in of["FAILURE"] + of["WARNING"])
    status: Status = "passes"
    if of["FAILURE"]:
        status = "fails"
    elif of["WARNING"]:
        status = "warns"
    elif not passed:
        status = "unexercised"
    return Outcome(status, passed, troubles, json.dumps(checks, ensure_ascii=False))


def _why(check: dict[str, Any]) -> str:
    return " ".join(str(check.get("errorMessage") or check["description"]).split())[:200]
