"""The command: `python -m benchmarks.fuzz_protocol [--messages N] [--seed N] [--write]`."""

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from benchmarks.fuzz_protocol import report
from benchmarks.fuzz_protocol.run import run


def main() -> int:
    """Run, print the tables, write them where asked; 1 when there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz_protocol", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write docs/fuzz.md")
    parser.add_argument(
        "--faults", type=Path, metavar="FILE", help="write every fault with its message, as JSON"
    )
    given = parser.parse_args()
    tally = run(given.messages, given.seed)
    tables = report.tables(tally, given.messages, given.seed)
    print(tables)
    for what, count in Counter(f.what for f in tally.faults).most_common(40):
        first = next(f for f in tally.faults if f.what == what)
        print(
            f"{count} × {what}\n  [{first.column}; {first.kind}] {first.message}\n  → {first.answer}",
            file=sys.stderr,
        )
    if given.faults:
        given.faults.write_text(
            json.dumps([asdict(f) for f in tally.faults], indent=1), encoding="utf-8"
        )
    if given.write:
        report.write(tables)
    return 1 if tally.faulty else 0


if __name__ == "__main__":
    sys.exit(main())
