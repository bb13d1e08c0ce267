"""Tries the server, the plugin and the extension on real coding agents; writes docs/clients.md.

Usage: scripts/clients [BIN] [--check]. With --check, or when there is a problem, nothing is written. A
problem, and exit code 1, is whatever is not as it should be, a client that was not run among it.
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.clients import calls, editors, gates, people, plugins, validators
from tests.clients.agents import Agent
from tests.clients.agents.claude import Claude
from tests.clients.agents.codex import Codex
from tests.clients.agents.copilot import Copilot
from tests.clients.agents.gemini import Gemini
from tests.clients.agents.opencode import Opencode
from tests.clients.agents.qwen import Qwen
from tests.clients.apart import go_apart
from tests.clients.page import page
from tests.clients.scene import HERE
from tests.pinned import ROOT, Failed, install, say, settle

PAGE = ROOT / "docs" / "clients.md"
AGENTS: tuple[Agent, ...] = (Claude(), Codex(), Copilot(), Gemini(), Opencode(), Qwen())
AT_ONCE = 3
"""Clients wait more than they work; many at once on a slow machine make them give up on the server."""


def main() -> int:
    """Run everything; return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/clients")
    parser.add_argument("--check", action="store_true", help="write nothing; only compare")
    check = parser.parse_args().check
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        install(HERE)
        go_apart("tests.clients.prove")
        with tempfile.TemporaryDirectory() as folder:
            found, text = prove(Path(folder))
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    if not found:  # a page of a proof that failed must not be taken for one
        found = settle(PAGE, text, check=check, command="scripts/clients")
    for line in found:
        print(f"PROBLEM {line}")
    print(f"\nclients: {len(found)} problems" if found else "\nclients: as it should be")
    return 1 if found else 0


def prove(folder: Path) -> tuple[list[str], str]:
    """Return what is not as it should be, and the page."""
    say("a client of our own")
    own = calls.ours(folder)
    say("six clients, a person, the plugin and the extension, the gate, validators")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        calling = pool.map(lambda agent: calls.call(agent, folder, own), AGENTS)
        loading = pool.map(lambda way: plugins.load(way, folder), plugins.WAYS)
        asking = pool.map(lambda way: people.ask(way, folder), people.WAYS)
        gating = pool.map(lambda trial: trial(), gates.try_all(folder))
        checking = pool.submit(validators.check, folder)
        called, loaded, asked, gated = list(calling), list(loading), list(asking), list(gating)
        checked = checking.result()
    found = editors.problems()
    for kind, outcomes in (
        ("call", called),
        ("form", asked),
        ("plugin", loaded),
        ("gate", gated),
        ("check", checked),
    ):
        found += [f"{kind}: {line}" for line in problems(outcomes)]
    return found, page(versions(), called, asked, loaded, gated, checked)


def problems(outcomes: Sequence[Any]) -> list[str]:
    """Return what is not as it should be; what was not run is not."""
    told = []
    for one in outcomes:
        name = getattr(one, "name", "") or getattr(one, "way", "") or one.by
        if getattr(one, "not_run", ""):
            told.append(f"{name} was not run: {one.not_run}")
        elif one.problem:
            told.append(f"{name}: {one.problem}")
    return told


def versions() -> dict[str, str]:
    """Return the pinned version of each package."""
    named = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return {str(name): str(version) for name, version in named.items()}


if __name__ == "__main__":
    sys.exit(main())
