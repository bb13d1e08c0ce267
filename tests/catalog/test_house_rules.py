"""The page about house rules: its commands run as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/house-rules.md"
SHIM = f"""#!/bin/sh
# The page is read on the day it was written: what expires then has not expired yet.
exec {sys.executable} -m backend_mcp --as-of 2026-12-01 "$@"
"""


@pytest.fixture
def shell(tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    """Run every block of the page, one after the other, beside a design."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/backend-mcp").write_text(SHIM)
    (tmp_path / "bin/backend-mcp").chmod(0o755)
    design = "name: shop\ncomponents: [{id: app, kind: service}, {id: db, kind: relational}]\n"
    (tmp_path / "shop.yaml").write_text(design)
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    env = {
        **os.environ,
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_the_commands_of_the_page_run_as_they_stand_there(
    shell: "subprocess.CompletedProcess[str]", tmp_path: Path
) -> None:
    assert shell.returncode == 0, shell.stderr
    assert re.search(r"acme: fine\. .* As 2026\.11\.25\+acme-[0-9a-f]{8}", shell.stdout)
    assert re.search(r"knowledge 2026\.11\.25\+acme-[0-9a-f]{8} as of 2026-12-01", shell.stdout)
    assert "name it under `added` in acme/overlay.yaml" in shell.stdout
    assert (tmp_path / "acme/rules/size/own-database-beside-the-shared-one.yaml").is_file()
    assert shell.stderr == ""


def test_the_locked_rules_are_those_that_the_page_speaks_of() -> None:
    rules = (PAGE.parent / "rules.md").read_text()
    locked = re.findall(r"^\| `([a-z0-9-]+)` \| \w+ \| blocker, locked \|", rules, re.MULTILINE)
    assert len(locked) == 15
    assert {"truth-without-backup", "money-without-idempotency", "tenants-not-isolated"} <= set(
        locked
    )
