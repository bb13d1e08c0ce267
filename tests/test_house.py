"""The rules of the house: sizes, names, layers, and documents that agree with the program."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "backend_mcp"
INSTALLED = {"node_modules", ".venv-scanner"}
"""What scripts/conformance installs below the checkout; the rules of the house are not for it."""


def _written(folder: Path, pattern: str) -> list[Path]:
    found = (p for p in folder.rglob(pattern) if INSTALLED.isdisjoint(p.relative_to(ROOT).parts))
    return sorted(found)


SOURCES = _written(PACKAGE, "*.py")
TESTS = _written(ROOT / "tests", "*.py")
FORBIDDEN = ("util", "utils", "helper", "helpers", "manager", "managers", "misc", "common")
PLANNED = """compare capacity checklist search read report"""
"""Commands that are designed and may be written of before they exist."""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_sources_are_found() -> None:
    assert len(SOURCES) > 30


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_source_file_is_at_most_three_hundred_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_source_file_begins_with_what_it_is(path: Path) -> None:
    assert path.read_text().startswith('"""')


def test_every_package_has_its_docstring() -> None:
    folders = {p.parent for p in SOURCES}
    assert [f for f in folders if not (f / "__init__.py").read_text().startswith('"""')] == []


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    names = [part for p in (*SOURCES, *TESTS) for part in p.relative_to(ROOT).with_suffix("").parts]
    assert [n for n in names if set(re.split(r"[_-]", n)) & set(FORBIDDEN)] == []


def test_the_layers_are_kept() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [str(program), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "0 broken" in done.stdout


def _commands() -> set[str]:
    done = subprocess.run(
        [sys.executable, "-m", "backend_mcp", "--help"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return set(re.findall(r"^    ([a-z]+) ", done.stdout, re.MULTILINE))


def _pages() -> list[Path]:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *_written(ROOT / "docs", "*.md")]
    return [p for p in pages if p.is_file()]


def test_the_documents_name_only_commands_that_exist() -> None:
    known = _commands()
    assert len(known) >= 5
    for page in _pages():
        blocks = re.findall(r"```.*?\n(.*?)```|`([^`\n]+)`", page.read_text(), re.DOTALL)
        said = re.findall(
            r"(?:^|[\s|;])backend-mcp(?: --(?:knowledge|as-of) \S+)* ([a-z]+)\b",
            "\n".join("\n".join(block) for block in blocks),
        )
        assert [c for c in said if c not in known and c not in PLANNED.split()] == [], page


def test_the_readme_names_every_command_that_a_user_needs() -> None:
    readme = ROOT / "README.md"
    if not readme.is_file():
        pytest.skip("there is no README yet")
    text = readme.read_text()
    assert [c for c in ("review", "serve", "check") if f"backend-mcp {c}" not in text] == []


def test_links_between_the_documents_lead_somewhere() -> None:
    dead = [
        f"{page.name}: {target}"
        for page in _pages()
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text())
        if not target.startswith(("http", "mailto:")) and not (page.parent / target).exists()
    ]
    assert dead == []


def test_the_generated_files_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "backend_mcp", "docs", "--check"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")


def test_the_published_schema_takes_the_form_of_the_tool() -> None:
    import json

    from jsonschema import Draft202012Validator

    from backend_mcp.tree import from_text, plain

    schema = json.loads((ROOT / "schema" / "design.json").read_text())
    Draft202012Validator.check_schema(schema)
    text = "format: 1\nname: a\nload: {users: 5, read_share: 0.9}\ncomponents: [{id: app, kind: service}]\n"
    assert list(Draft202012Validator(schema).iter_errors(plain(from_text(text, "a")))) == []
    bent = plain(from_text(text.replace("service", "servce"), "a"))
    assert list(Draft202012Validator(schema).iter_errors(bent)) != []
