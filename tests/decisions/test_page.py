"""The page about decisions: its commands run as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

from backend_mcp.decisions.madr import read
from backend_mcp.model.decision import faults

PAGE = (Path(__file__).parents[2] / "docs/decisions-that-hold.md").read_text()


def test_the_commands_of_the_page_run_as_they_stand_there(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / ".git").mkdir()
    shim = tmp_path / "bin/backend-mcp"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m backend_mcp "$@"\n')
    shim.chmod(0o755)
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    env = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "With --write it becomes docs/decisions/0001-" in done.stderr
    assert "1 finding is" in done.stdout
    assert "Debt: 4 h/month" in done.stdout


def test_the_file_on_the_page_is_one() -> None:
    (block,) = re.findall(r"^```markdown\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    found = read(block.encode(), "0001-x", "x")
    assert found is not None
    assert not list(faults(found.decision))
    assert found.unknown == ()
