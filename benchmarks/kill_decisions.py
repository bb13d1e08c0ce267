#!/usr/bin/env python3
"""Writers killed with SIGKILL at any moment: nothing acknowledged is lost, nothing is half-written.

python -m benchmarks.kill_decisions --kills 500            print the table
python -m benchmarks.kill_decisions --kills 500 --write    and write it to docs/benchmarks.md

Two writers at a time write as fast as they can and acknowledge each write on a pipe; each is killed after
a time drawn by chance. Then everything acknowledged must be there, and every file that a reader takes must be whole.
"""

import argparse
import os
import platform
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from backend_mcp.decisions import folder
from backend_mcp.decisions.madr import read
from backend_mcp.decisions.written import Context, rewritten, written
from backend_mcp.errors import DecisionError
from backend_mcp.model.decision import Decision
from benchmarks import page

WRITERS = 2
LONGEST = 0.06
"""Seconds that a writer lives at most."""
SEED = 20261126
_END = written(Decision("a", "override", "", "a", "agent", "2026-11-26"), Context())[-40:].encode()
"""How the prose of every such decision ends."""


@dataclass(frozen=True)
class Target:
    """What is written: `write` makes one write and returns its acknowledgement.

    `check` returns what is wrong after a kill, given all that was acknowledged; `halves` names what was
    caught half-done, and no reader looks at.
    """

    write: Callable[[Path, str, int], str]
    check: Callable[[Path, set[str]], list[str]]
    halves: Callable[[Path], set[str]]


@dataclass
class Soaked:
    """What a soak came to."""

    kills: int = 0
    acknowledged: set[str] = field(default_factory=set)
    halves: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def decide(root: Path, writer: str, count: int) -> str:
    """Write a decision, and every third time mark it as superseded, too."""
    made = Decision(
        title=f"Decision {count} of {writer}", kind="override", subject="", reason=f"{writer} {count} " + "so " * 300,
        by="agent", decided="2026-11-26",
    )  # fmt: skip
    path = folder.add(root, made.title, lambda _: written(made, Context()))
    if count % 3 == 0:
        over = replace(made, status="superseded", superseded_by="another")
        folder.change(root, path.as_posix(), lambda text: rewritten(text, over))
        return f"{path} superseded"
    return f"{path} accepted"


def whole(root: Path, acknowledged: set[str]) -> list[str]:
    """Return what is wrong with the decisions of a repository."""
    found = folder.listed(root)
    wrong = [str(p) for p in found.problems]
    status = {d.file: d.decision.status for d in found.decisions}
    for line in acknowledged:
        file, _, said = line.partition(" ")
        if file not in status:
            wrong.append(f"{file}: acknowledged, and not there")
        elif said == "superseded" != status[file]:
            wrong.append(f"{file}: acknowledged as superseded, and is not")
    for path in (root / folder.FOLDER).glob("[0-9]*.md"):
        data = path.read_bytes()
        with suppress(DecisionError):  # told by the list, too
            if read(data, path.stem, path.name) is None or not data.endswith(_END):
                wrong.append(f"{path.name}: half-written")
    return wrong


def halves(root: Path) -> set[str]:
    """Return the files that a killed writer left half-done."""
    return {path.name for path in (root / folder.FOLDER).glob(".*")}


DECISIONS = Target(decide, whole, halves)


def soak(target: Target, kills: int, root: Path, seed: int = SEED) -> Soaked:
    """Kill writers so many times, and look after each round whether anything is lost or half."""
    chance = random.Random(seed)
    soaked = Soaked()
    while soaked.kills < kills:
        writers = [
            _writer(target, root, f"w{soaked.kills + n}")
            for n in range(min(WRITERS, kills - soaked.kills))
        ]
        for (pid, _), wait in zip(
            writers, sorted(chance.uniform(0, LONGEST) for _ in writers), strict=True
        ):
            time.sleep(wait / len(writers))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            soaked.kills += 1
        for _, pipe in writers:
            with open(pipe, encoding="utf-8") as told:
                soaked.acknowledged |= {line.rstrip("\n") for line in told if line.endswith("\n")}
        soaked.halves |= target.halves(root)
        soaked.wrong += target.check(root, soaked.acknowledged)
        if soaked.wrong:
            break
    return soaked


def _writer(target: Target, root: Path, name: str) -> tuple[int, int]:
    """Start a process that writes until it is killed; return its id, and where it acknowledges."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    with suppress(BaseException):
        count = 0
        while True:
            count += 1
            os.write(writing, f"{target.write(root, name, count)}\n".encode())
    os._exit(1)


def table(soaked: Soaked, seconds: float) -> str:
    """Return the result as a table."""
    wrong = "; ".join(soaked.wrong[:3]) or "none"
    rows = {
        "kills (SIGKILL at any moment, two writers at a time)": f"{soaked.kills:,}",
        "writes acknowledged": f"{len(soaked.acknowledged):,}",
        "caught in the midst of a write (a file under a name that nobody reads)": f"{len(soaked.halves):,}",
        "acknowledged and lost, or half-written": wrong,
    }
    lines = [f"| {what} | {count} |" for what, count in rows.items()]
    head = f"Python {platform.python_version()}, {platform.system()}; {seconds:.0f} s."
    return "\n".join([head, "", "| decisions | |", "|---|---|", *lines])


def main() -> None:
    """Soak, and tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        soaked = soak(DECISIONS, arguments.kills, Path(name))
    said = table(soaked, time.monotonic() - start)
    print(said)
    if arguments.write:
        page.renew("kill decisions", said)
    sys.exit(1 if soaked.wrong or not soaked.acknowledged else 0)


if __name__ == "__main__":
    main()
