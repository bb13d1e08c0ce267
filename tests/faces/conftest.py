"""What the tests of all faces share."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own for every process that runs tests."""
    folder = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command line in an empty folder and return what it said."""

    def start(*arguments: str | Path, **more: Any) -> "subprocess.CompletedProcess[str]":
        env = {**os.environ, **more.pop("env", {})}
        command = [sys.executable, "-m", "backend_mcp", *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, cwd=tmp_path, env=env, timeout=120, check=False, **more
        )
        said = [out.decode("utf-8", "replace") for out in (done.stdout, done.stderr)]
        return subprocess.CompletedProcess(command, done.returncode, *said)

    return start
