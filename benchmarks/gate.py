#!/usr/bin/env python3
"""How long the gate takes, whole process, beside a process that builds one pydantic model with one field.

python -m benchmarks.gate             print the table
python -m benchmarks.gate --write     and write it to docs/benchmarks.md
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import page

ROOT = Path(__file__).resolve().parents[1]
RUNS = 25
ONE_FIELD = """
from pydantic import BaseModel
class Plan(BaseModel):
    name: str
Plan(name="plan")
"""
PLAN = (
    """# Plan: tickets

## Components

- PostgreSQL holds stock and orders; Redis in front of it; SQS to the workers.
- SES sends the mail; Stripe takes the money.
- Sessions move to Redis. A nightly job sums up the day.
"""
    + "Tests first, then the change, then a rehearsal with the people who are on call.\n" * 60
)


def spent(command: list[str], said: bytes, environment: dict[str, str]) -> tuple[float, bytes]:
    """Run a process whole; return its processor time in s, and what it printed."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(said)
    process.stdin.close()
    printed = process.stdout.read()
    usage = os.wait4(process.pid, 0)[2]
    process.returncode = 0
    process.stdout.close()
    return usage.ru_utime + usage.ru_stime, printed


def table() -> str:
    """Measure, alternating, and return the table."""
    with tempfile.TemporaryDirectory() as folder:
        home = {**os.environ, "XDG_STATE_HOME": folder, "CLAUDE_PROJECT_DIR": folder}
        gate = [sys.executable, "-m", "backend_mcp", "gate"]
        subprocess.run([*gate, "on"], env=home, check=True, stdout=subprocess.DEVNULL)
        plan = {"hook_event_name": "PreToolUse", "tool_name": "ExitPlanMode", "session_id": "s",
                "cwd": folder, "tool_input": {"plan": PLAN}}  # fmt: skip
        said = json.dumps(plan).encode()
        first = json.loads(spent(gate, said, home)[1])
        if first["hookSpecificOutput"]["permissionDecision"] != "deny":
            raise SystemExit(f"the gate did not hold the plan back: {first}")
        other = {**home, "CLAUDE_PROJECT_DIR": f"{folder}/other"}
        pairs = [
            (spent(gate, said, home)[0], spent([sys.executable, "-c", ONE_FIELD], b"", home)[0],
             spent(gate, said, other)[0])
            for _ in range(RUNS)
        ]  # fmt: skip
    held, model, off = (statistics.median(p[i] for p in pairs) for i in range(3))
    return "\n".join(
        [
            f"| processor time beside that of a process with one pydantic model, median of {RUNS} | ratio | bar |",
            "|---|---|---|",
            f"| the gate holds back a plan of 5 KB | {held / model:.2f} | at most 1.5 |",
            f"| the gate is off | {off / model:.2f} | at most 1.5 |",
        ]
    )


def main() -> None:
    """Print the table, and write it where asked."""
    measured = table()
    print(measured)
    if "--write" in sys.argv:
        page.renew("gate", measured)


if __name__ == "__main__":
    main()
