"""docs/install.md: its commands run as they stand there, and it names every file that is written."""

import re
import subprocess
from pathlib import Path

import pytest

from backend_mcp.clients.layouts import CLIENTS, Where
from backend_mcp.clients.names import PROJECT
from backend_mcp.settings import checkout
from tests.register.configurations import COMMAND, tree
from tests.register.test_install import shop

assert shop  # the fixture
PAGE = checkout() / "docs" / "install.md"


@pytest.fixture
def env(shop: Path) -> dict[str, str]:
    """An environment with a home of its own, in which `backend-mcp` is this checkout."""
    import os
    import sys

    folder = shop.parent.parent / "bin"
    folder.mkdir()
    (folder / "backend-mcp").write_text(f'#!/bin/sh\nexec {sys.executable} -m backend_mcp "$@"\n')
    (folder / "backend-mcp").chmod(0o755)
    path = f"{folder}:{Path(sys.executable).parent}:/usr/bin:/bin"
    state = str(shop.parent.parent / "state")
    return {**os.environ, "PATH": path, "HOME": str(shop.parent), "XDG_STATE_HOME": state}


def test_the_commands_of_the_page_run_and_leave_nothing(shop: Path, env: dict[str, str]) -> None:
    before = tree(shop.parent)
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=shop, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "registered (project)" in done.stdout
    assert "taken out" in done.stdout
    assert tree(shop.parent) == before


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_the_page_names_every_file_that_is_written_in_a_project(client: object) -> None:
    where = Where(Path("/p"), Path("/h"), {})
    layout = CLIENTS[client.id].layout(where, PROJECT, COMMAND)  # type: ignore[attr-defined]
    row = next(r for r in PAGE.read_text().splitlines() if r.startswith(f"| {client.title} |"))  # type: ignore[attr-defined]
    files = [w.file for w in (*layout.wishes("x"), *layout.others())]
    named = [str(f).replace("/p/", "").replace("/h/", "~/") for f in files]
    assert [n for n in named if f"`{n}`" not in row] == []
