#!/usr/bin/env python3
"""Kill writers of stamps in the middle of their work: nothing acknowledged is lost, nothing is half there.

python -m benchmarks.kill_stamps              500 kills, 20 writers at once each time
python -m benchmarks.kill_stamps --kills 25   a sample
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from backend_mcp.decisions.stamps import read_stamps

WRITERS = 20
WRITER = """
import sys
from pathlib import Path
from backend_mcp.decisions.stamps import NO_FILE, Stamp, write_stamp
folder, name = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
for turn in range(1_000_000):
    names = tuple(f"part-{n}" for n in range(200))
    write_stamp(folder, Stamp(str(turn), name, "1", f"2026-01-01T00:00:{turn % 60:02}Z", NO_FILE, NO_FILE,
                              "right", "yes", (), (), {}, (), 200, names, ()))
    print(turn, flush=True)
"""


@dataclass(slots=True)
class Tally:
    """What came of the kills: acknowledged stamps that are gone, broken files, drafts left behind."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    broken: int = 0
    drafts: int = 0


def once(folder: Path, dice: random.Random, tally: Tally) -> None:
    """Start the writers, kill all of them at a random moment, and look at what is on the disk."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), f"design {n}"], stdout=subprocess.PIPE
        )
        for n in range(WRITERS)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    time.sleep(dice.uniform(0.01, 0.4))
    for process in processes:
        os.kill(process.pid, signal.SIGKILL)
    said: list[int] = []
    for process in processes:
        assert process.stdout is not None
        lines = process.stdout.read().split(b"\n")[
            :-1
        ]  # what stands behind the last line end is torn
        said.append(int(lines[-1]) if lines else -1)
        process.stdout.close()
        process.wait()
    held = read_stamps(folder)
    found = {s.name: int(s.review) for s in held.stamps}
    tally.kills += WRITERS
    tally.acknowledged += sum(1 for last in said if last >= 0)
    tally.lost += sum(1 for n, last in enumerate(said) if last > found.get(f"design {n}", -1))
    tally.broken += len(held.broken)
    tally.drafts += len(list(folder.glob(".stamp-*")))


def run(kills: int, seed: int) -> Tally:
    """Kill writers, about so many."""
    dice, tally = random.Random(seed), Tally()
    while tally.kills < kills:
        with tempfile.TemporaryDirectory() as folder:
            once(Path(folder), dice, tally)
    return tally


def main() -> None:
    """Print the tally; exit 1 when anything was lost or broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=11)
    given = parser.parse_args()
    tally = run(given.kills, given.seed)
    print(tally)
    sys.exit(1 if tally.lost or tally.broken else 0)


if __name__ == "__main__":
    main()
