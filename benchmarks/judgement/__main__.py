"""Print the table of the bench of judgement; `--write` renews its part of docs/benchmarks.md, `--misses` names each."""

import sys

from benchmarks.judgement import report

if __name__ == "__main__":
    table = report.table()
    if "--write" in sys.argv:
        report.write(table)
    lines = table.lines + (table.misses if "--misses" in sys.argv else [])
    sys.stdout.write("\n".join(lines) + "\n")
