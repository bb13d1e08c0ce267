"""A sample of the soak in benchmarks/kill_decisions.py, and a careless writer that it must catch."""

import subprocess
import sys
from pathlib import Path

import pytest

if not hasattr(__import__("os"), "fork"):
    pytest.skip("no processes by fork here", allow_module_level=True)

ROOT = Path(__file__).parents[2]
KILLS = "25"
CARELESS = """
import sys, time
from dataclasses import replace
from pathlib import Path
from backend_mcp.decisions import folder
from benchmarks import kill_decisions as soak

def careless(root, writer, count):
    where = root / folder.FOLDER
    where.mkdir(parents=True, exist_ok=True)
    path = where / f"{count:04d}-{writer}.md"
    text = soak.written(soak.Decision(f"{writer}", "override", "", "so " * 300, "agent", "2026-11-26"), soak.Context())
    with path.open("w") as file:
        for part in range(0, len(text), 200):
            file.write(text[part : part + 200])
            file.flush()
            time.sleep(0.001)
    return f"{folder.FOLDER}/{path.name} accepted"

found = soak.soak(replace(soak.DECISIONS, write=careless), 200, Path(sys.argv[1]))
print(found.wrong)
sys.exit(0 if found.wrong else 1)
"""


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_nothing_acknowledged_is_lost_and_nothing_is_half_written() -> None:
    done = _run("-m", "benchmarks.kill_decisions", "--kills", KILLS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"| {KILLS} |" in done.stdout


def test_a_careless_writer_is_caught(tmp_path: Path) -> None:
    done = _run("-c", CARELESS, str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
