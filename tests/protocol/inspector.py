"""Runs the official inspector against the real server: its tool's schemas, and a call of it."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.pinned import node
from tests.protocol.servers import HERE, SCOPE, Server, run, server_command, serving_fixtures

PROGRAM = SCOPE / "inspector" / "clients" / "launcher" / "build" / "index.js"
ERAS = ("modern", "legacy")
UNPORTABLE = 6
"""The exit code for a schema that a client may refuse."""

DESIGN = {"name": "shop", "components": [{"id": "app", "kind": "service"}]}


@dataclass(frozen=True)
class Inspected:
    """One thing that the inspector did, and what came of it; `problem` is empty when it was fine."""

    transport: str
    era: str
    method: str
    result: str
    problem: str = ""


def inspect(server: Server, home: Path) -> list[Inspected]:
    """Lint and call the real server on both transports in both eras."""
    over = {"stdio": server_command(), "http": [server.url, "--transport", "http"]}
    jobs = [(t, target, era, m) for t, target in over.items() for era in ERAS for m in METHODS]

    def work(job: tuple[str, list[str], str, str]) -> Inspected:
        transport, target, era, method = job
        return METHODS[method](transport, target, era, home)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, jobs))


def problems(inspected: Sequence[Inspected]) -> list[str]:
    """Return what was not fine; the server must be the same whichever way it is reached."""
    bad = [i for i in inspected if i.problem]
    found = [f"inspector {i.transport} {i.era} {i.method}: {i.problem}" for i in bad]
    if not found:
        for method in {i.method for i in inspected}:
            results = {i.result for i in inspected if i.method == method}
            if len(results) > 1:
                found.append(f"inspector {method} differs by transport or era: {sorted(results)}")
    return found


def control(home: Path) -> str:
    """Return why the lint proves nothing; empty when it finds the fault in a schema made for it."""
    with serving_fixtures(home, "--unportable") as server:
        code, answer, error = _ask([server.url, "--transport", "http"], "modern", LINT, home)
    if code == UNPORTABLE and answer.get("schemaFindings"):
        return ""
    return f"the inspector finds nothing in an unportable schema (exit {code}): {error}"


LINT = ["--method", "tools/list", "--strict"]
CALL = ["--method", "tools/call", "--tool-name", "review_design", "--tool-args-json",
        json.dumps({"design": DESIGN})]  # fmt: skip


def _lint(transport: str, target: list[str], era: str, home: Path) -> Inspected:
    code, answer, error = _ask(target, era, LINT, home)
    names = [tool["name"] for tool in answer.get("result", {}).get("tools", [])]
    findings = sum(len(one["findings"]) for one in answer.get("schemaFindings", []))
    result = f"{', '.join(names)}: {findings or 'no'} finding{'s' if findings > 1 else ''}"
    problem = "" if code == 0 and names else f"exit {code}: {error}"
    return Inspected(transport, era, "tools/list --strict", result, problem)


def _call(transport: str, target: list[str], era: str, home: Path) -> Inspected:
    code, answer, error = _ask(target, era, CALL, home)
    said = answer.get("result", {}).get("structuredContent") or {}
    fine = code == 0 and "verdict" in said
    result = "an answer with its verdict" if fine else "no answer"
    problem = "" if fine else f"exit {code}: {error}"
    return Inspected(transport, era, "tools/call review_design", result, problem)


METHODS = {"tools/list": _lint, "tools/call": _call}


def _ask(
    target: list[str], era: str, rest: list[str], home: Path
) -> tuple[int, dict[str, Any], str]:
    command = [
        node(HERE),
        str(PROGRAM),
        "--cli",
        *target,
        "--protocol-era",
        era,
        "--format",
        "json",
    ]
    done = run([*command, "--connect-timeout", "60000", *rest], home)  # a busy machine is no fault
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        answer = {}
    return done.returncode, answer, done.stderr.strip()[-500:]
