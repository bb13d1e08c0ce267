"""The page and the files to copy: what they run works as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from backend_mcp.tree import from_text, plain

ROOT = Path(__file__).parents[2]
CI = ROOT / "integrations/ci"
SOUND = "name: shop\ncomponents: [{id: app, kind: service, status: existing}]\n"
BLOCKED = """\
name: shop
components: [{id: app, kind: service}, {id: db, kind: relational}, {id: psp, kind: external}]
flows:
  - {id: pay, from: app, to: psp, effect: money, duplicate_safe: false, retries: {max: 3}, mode: sync}
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment in which `backend-mcp` is this checkout, and `pip install` does nothing."""
    shims = {"backend-mcp": f'exec {sys.executable} -m backend_mcp "$@"', "pip": "exit 0"}
    (tmp_path / "bin").mkdir()
    for name, line in shims.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "repository/.git").mkdir(parents=True)
    return {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}


def _run(script: str, tmp_path: Path, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path / "repository", env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_the_commands_of_the_page_run_as_they_stand_there(
    tmp_path: Path, env: dict[str, str]
) -> None:
    page = (ROOT / "docs/in-a-repository.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    done = _run("\n".join(blocks), tmp_path, env)
    assert done.returncode == 0, done.stderr
    assert "bus" in done.stdout
    assert (tmp_path / "repository/backend-mcp.sarif").is_file()


@pytest.mark.parametrize(("design", "code"), [(SOUND, 0), (BLOCKED, 1)], ids=["sound", "blocked"])
def test_the_workflow_and_the_hook_stop_a_blocker_and_nothing_else(
    tmp_path: Path, env: dict[str, str], design: str, code: int
) -> None:
    (tmp_path / "repository/backend.yaml").write_text(design)
    workflow = plain(from_text((CI / "design-review.yml").read_bytes(), "workflow"))
    steps = [s["run"] for s in workflow["jobs"]["review"]["steps"] if "run" in s]
    assert _run("\n".join(steps), tmp_path, env).returncode == code
    config = plain(from_text((CI / "pre-commit-config.yaml").read_bytes(), "hooks"))
    (hook,) = config["repos"][0]["hooks"]
    assert re.search(hook["files"], "backend.yaml")
    assert _run(f"{hook['entry']} backend.yaml", tmp_path, env).returncode == code
