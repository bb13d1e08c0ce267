"""Proves the MCP server: the official suite, the inspector and a scan; writes docs/protocol.md.

Usage: scripts/conformance [BIN] [--check]. With --check, or when there is a problem, nothing is
written. A problem, and exit code 1, is a scored scenario that does not pass, and whatever else is not
as it should be.
"""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

from tests.pinned import ROOT, Failed, install, say, settle
from tests.protocol import inspector, scanner
from tests.protocol.judge import Outcomes, Passes, problems
from tests.protocol.page import page
from tests.protocol.scenarios import REVISIONS
from tests.protocol.servers import HERE, serving_fixtures, serving_product
from tests.protocol.suite import requirements, run_suite

PAGE = ROOT / "docs" / "protocol.md"


def main() -> int:
    """Run everything; return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/conformance")
    parser.add_argument("--check", action="store_true", help="write nothing; only compare")
    check = parser.parse_args().check
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers are ended, too
    try:
        with tempfile.TemporaryDirectory() as folder:
            found, text = prove(Path(folder))
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    if not found:  # a page of a proof that failed must not be taken for one
        found = settle(PAGE, text, check=check, command="scripts/conformance")
    for line in found:
        print(f"PROBLEM {line}")
    print(f"\nprotocol: {len(found)} problems" if found else "\nprotocol: as it should be")
    return 1 if found else 0


def prove(home: Path) -> tuple[list[str], str]:
    """Return what is not as it should be, and the page."""
    install(HERE)
    scanner.install()
    required = {revision: requirements(revision) for revision in REVISIONS}
    passes = {revision: _passes(revision, home) for revision in REVISIONS}
    found = problems(required, passes)
    say("inspector, stdio and HTTP")
    with serving_product(home) as server:
        inspected = inspector.inspect(server, home)
        say("YARA scan")
        scanned = scanner.scan(server, home)
    found += inspector.problems(inspected)
    found += [f"scan of {s.what}: {s.problem}" for s in scanned if s.problem]
    found += [line for line in (inspector.control(home), scanner.control(home)) if line]
    return found, page(versions(), required, passes, inspected, scanned)


def _passes(revision: str, home: Path) -> Passes:
    say(f"conformance suite, {revision}, the product's own command")
    with serving_product(home) as server:
        bare = _told(run_suite(server, revision, home, "bare"))
    say(f"conformance suite, {revision}, with fixtures")
    with serving_fixtures(home) as server:
        full = _told(run_suite(server, revision, home, "full"))
        return Passes(bare, full, server.counts())


def versions() -> dict[str, str]:
    """Return the pinned versions of what proves."""
    pinned = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    names = {name.split("/")[-1]: version for name, version in pinned.items()}
    name, _, version = scanner.PINNED.read_text(encoding="utf-8").strip().partition("==")
    return names | {name: version}


def _told(outcomes: Outcomes) -> Outcomes:
    statuses = [outcome.status for outcome in outcomes.values()]
    print(", ".join(f"{statuses.count(s)} {s}" for s in dict.fromkeys(statuses)), flush=True)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
