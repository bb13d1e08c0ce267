"""The steps of the contributing guide: as many as promised, and their commands do what they say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def _steps(kind: str) -> str:
    section = re.search(
        rf"## Add a {kind} in (\w+) steps\n(.*?)(?=\n## |\nWhat is not)", GUIDE, re.DOTALL
    )
    assert section is not None
    numbers = re.findall(r"^(\d)\. ", section[2], re.MULTILINE)
    assert len(numbers) == {"five": 5, "four": 4}[section[1]]
    return section[2]


@pytest.mark.parametrize("kind", ["rule", "probe"])
def test_the_first_step_writes_a_skeleton_that_the_check_refuses_for_its_todos(
    kind: str, tmp_path: Path
) -> None:
    command = re.search(rf"`\S*backend-mcp new {kind} (\S+)`", _steps(kind))
    assert command is not None
    added = (
        f"{{entry: {kind}s/{Path(command[1]).name}, reason: a try, owner: me, expires: 2099-01-01}}"
    )
    (tmp_path / "overlay.yaml").write_text(f"name: try\nadded: [{added}]\n")

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "backend_mcp", "--knowledge", str(tmp_path), *arguments],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    assert run("new", kind, command[1]).returncode == 0
    assert (tmp_path / f"{kind}s" / f"{command[1]}.yaml").is_file()
    checked = run("check")
    assert checked.returncode == 2
    assert "a TODO is left" in checked.stderr


def test_the_scripts_that_it_names_are_there() -> None:
    named = set(re.findall(r"`(scripts/\w+)`", GUIDE))
    assert len(named) >= 4
    assert [name for name in named if not (ROOT / name).is_file()] == []
