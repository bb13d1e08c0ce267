"""Records conversations of six clients into examples/transcripts/clients/, and writes the pages that show them.

Usage: scripts/conversations [BIN] [--check | --pages]. With --check nothing is written, and the exit code is 1 when
a recording differs from what is there; with --pages the pages are made of the recordings that are there, and no
client runs.
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.clients.apart import go_apart
from tests.clients.conversations.hold import hold
from tests.clients.conversations.pages import page, slug, transcript
from tests.clients.conversations.story import stories
from tests.clients.scene import HERE
from tests.pinned import ROOT, Failed, install, say, settle

FOLDER = ROOT / "examples" / "transcripts" / "clients"
COMMAND = "scripts/conversations"
AT_ONCE = 2
"""Clients wait more than they work; many at once on a slow machine make them give up on the server."""


def main() -> int:
    """Record, compare, or write the pages alone; return the exit code."""
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--check", action="store_true", help="write nothing; only compare")
    parser.add_argument("--pages", action="store_true", help="run no client; write the pages anew")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        held = recorded() if given.pages else _held()
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = [
        line for path, text in files(held).items()
        for line in settle(path, text, check=given.check, command=COMMAND)
    ]  # fmt: skip
    for line in found:
        print(f"PROBLEM {line}")
    print(f"conversations: {len(found)} problems" if found else "conversations: as they should be")
    return 1 if found else 0


def _held() -> Sequence[Mapping[str, Any]]:
    install(HERE)
    go_apart("tests.clients.conversations.tell")
    say("six conversations")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda story: hold(story, Path(folder)), stories()))


def recorded() -> Sequence[Mapping[str, Any]]:
    """Return the conversations that are there, in the order of their clients' names."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]


def files(held: Sequence[Mapping[str, Any]]) -> dict[Path, str]:
    """Return every file that these conversations make: recordings, transcripts and the page."""
    return {FOLDER / name: text for name, text in _files(held)}


def _files(held: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for one in held:
        yield f"{slug(one['client'])}.json", json.dumps(one, indent=1, ensure_ascii=False) + "\n"
        yield f"{slug(one['client'])}.md", transcript(one)
    yield "index.html", page(held)


if __name__ == "__main__":
    sys.exit(main())
