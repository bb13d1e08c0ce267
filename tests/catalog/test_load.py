"""Loading the knowledge: cold, cached, changed, and refused whole with every fault at its line."""

import dataclasses
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_mcp import settings
from backend_mcp.catalog.load import load_knowledge
from backend_mcp.catalog.values import NotCommonError, common_values
from backend_mcp.errors import KnowledgeError
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.tree import from_text, plain
from tests.catalog.entries import PROBE, RULE, THRESHOLD, write


def _entries(knowledge: Knowledge) -> Any:
    """Everything that a review reads: entries, numbers and words, without examples and bound functions."""
    return {
        "rules": [replace(r.entry, examples=[]) for r in knowledge.rules],
        "ladders": [replace(ld.entry, examples=[]) for ld in knowledge.ladders],
        "holds": [[r.holds for r in ld.rungs] for ld in knowledge.ladders],
        "probes": [replace(p.entry, examples=[]) for p in knowledge.probes],
        "keeps": [(k.entry, k.about) for k in knowledge.keeps],
        "practices": knowledge.practices,
        "technologies": {k: replace(t, sources=[]) for k, t in knowledge.technologies.items()},
        "thresholds": knowledge.thresholds,
        "vocabulary": knowledge.vocabulary,
        "numbers": knowledge.numbers,
        "dates": (knowledge.version, knowledge.as_of),
    }


def test_a_cached_load_gives_what_a_cold_one_gave(tmp_path: Path) -> None:
    folder = settings.knowledge_folder()
    cold = load_knowledge(folder)
    first = load_knowledge(folder, tmp_path)
    assert len(list(tmp_path.glob("knowledge-*.json"))) == 1
    cached = load_knowledge(folder, tmp_path)
    assert _entries(cold) == _entries(first) == _entries(cached)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\x00\xff",
        b"[]",
        b"{}",
        b"null",
        b"5",
        b'{"items": {}, "others": {}}',
        b'{"items": [], "others": []}',
        b'{"items": {"rules": [{}]}}',
    ],
)
def test_a_corrupt_cache_is_ignored(tmp_path: Path, folder: Path, text: bytes) -> None:
    write(folder, "thresholds/a-rate.yaml", THRESHOLD)
    cold = load_knowledge(folder, tmp_path / "cache")
    (held,) = (tmp_path / "cache").glob("*.json")
    held.write_bytes(text)
    assert _entries(load_knowledge(folder, tmp_path / "cache")) == _entries(cold)


@pytest.mark.parametrize("place", ["file", "below a file"])
def test_a_cache_that_can_not_be_written_is_none(tmp_path: Path, folder: Path, place: str) -> None:
    write(folder, "thresholds/a-rate.yaml", THRESHOLD)
    (tmp_path / "taken").write_text("")
    cache = tmp_path / "taken" if place == "file" else tmp_path / "taken" / "deeper"
    assert load_knowledge(folder, cache).thresholds["a-rate"]


def _edit(folder: Path) -> None:
    write(folder, "thresholds/a-rate.yaml", THRESHOLD.replace("50..200/s", "60..200/s"))


def _add(folder: Path) -> None:
    write(folder, "thresholds/b-rate.yaml", THRESHOLD.replace("a-rate", "b-rate"))


def _remove(folder: Path) -> None:
    (folder / "thresholds/a-rate.yaml").unlink()


@pytest.mark.parametrize("change", [_edit, _add, _remove])
def test_a_changed_folder_is_read_again(tmp_path: Path, folder: Path, change: Any) -> None:
    write(folder, "thresholds/a-rate.yaml", THRESHOLD)
    write(folder, "thresholds/c-rate.yaml", THRESHOLD.replace("a-rate", "c-rate"))
    before = load_knowledge(folder, tmp_path / "cache")
    change(folder)
    for path in folder.rglob("*.yaml"):
        os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000))
    after = load_knowledge(folder, tmp_path / "cache")
    assert after.numbers != before.numbers
    assert _entries(after) == _entries(load_knowledge(folder))


def test_the_cache_holds_one_file(tmp_path: Path, folder: Path) -> None:
    for number in range(3):
        write(folder, f"thresholds/r{number}.yaml", THRESHOLD.replace("a-rate", f"r{number}"))
        load_knowledge(folder, tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 1


FAULTS = {
    "thresholds/twice.yaml": (
        THRESHOLD.replace("a-rate", "twice") + "kind: rate\n",
        "kind",
        "twice",
    ),
    "thresholds/unread.yaml": (
        THRESHOLD.replace("a-rate", "unread").replace("50..200/s", "quickly"),
        "value: quickly",
        "quickly",
    ),
    "thresholds/form.yaml": (
        THRESHOLD.replace("a-rate", "form") + "colour: red\n",
        "colour",
        "",
    ),
    "rules/a/word.yaml": (
        RULE.replace("id: a-rule", "id: word").replace("severity: medium", "severity: grave"),
        "severity",
        "",
    ),
    "rules/a/missing.yaml": (
        RULE.replace("id: a-rule", "id: missing").replace("flips: never\n", ""),
        "",
        "",
    ),
    "rules/a/predicate.yaml": (
        RULE.replace("id: a-rule", "id: predicate").replace(
            "duplicate_safe ==", "duplicat_safe =="
        ),
        "fires_when",
        "duplicate_safe",
    ),
    "rules/a/number.yaml": (
        RULE.replace("id: a-rule", "id: number").replace(
            "fires_when: duplicate_safe == false", "fires_when: rate > threshold(nope)"
        ),
        "fires_when",
        "nope",
    ),
    "rules/a/broken.yaml": ("id: broken\ntitle: [1, 2\n", "title", ""),
    "probes/a/scope.yaml": (
        PROBE.replace("id: a-probe", "id: scope").replace("effect == stock", "efect == stock"),
        "applies_when",
        "effect",
    ),
}


def _line(text: str, start: str) -> int:
    lines = text.splitlines()
    found = [n for n, line in enumerate(lines, start=1) if start and line.startswith(start)]
    return found[-1] if found else 1


@pytest.mark.parametrize("path", FAULTS)
def test_one_fault_is_enough_to_load_nothing_and_is_told_at_its_line(
    folder: Path, path: str
) -> None:
    write(folder, "thresholds/a-rate.yaml", THRESHOLD)
    text, start, words = FAULTS[path]
    write(folder, path, text)
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    (problem,) = caught.value.problems
    assert problem.path == f"knowledge/{path}"
    assert abs(problem.line - _line(text, start)) <= (1 if "broken" in path else 0)
    assert words in problem.reason + problem.field


def test_all_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    for path, (text, _, _) in FAULTS.items():
        write(folder, path, text)
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    assert {p.path.removeprefix("knowledge/") for p in caught.value.problems} == set(FAULTS)
    assert all(p.line for p in caught.value.problems)


def test_a_rung_that_holds_a_missing_threshold_is_told_at_its_line(folder: Path) -> None:
    ladder = {
        "id": "l", "title": "t", "capability": "c", "demand": "derived.peak_rate", "sources": [],
        "examples": [],
        "rungs": [{"id": "r", "name": "n", "breaks": "b", "signal": "s", "holds": "nope"}],
    }  # fmt: skip
    write(folder, "ladders/l.yaml", json.dumps(ladder, indent=1))
    with pytest.raises(KnowledgeError, match="'nope' does not exist"):
        load_knowledge(folder)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("rules/a/list.yaml", "[1, 2]\n"),
        ("rules/a/empty.yaml", ""),
        ("practices/ids.yaml", "[1, 2]\n"),
        ("practices/ids.yaml", "words\n"),
        ("practices/ids.yaml", "integrity: 5\n"),
        ("rules/a/binary.yaml", "\x00"),
        ("rules/a/typed.yaml", RULE.replace("examples:", "examples: 5\nx:")),
    ],
)
def test_a_file_of_a_wrong_shape_is_told_at_its_path(folder: Path, path: str, text: str) -> None:
    write(folder, path, text)
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    assert {p.path for p in caught.value.problems} == {f"knowledge/{path}"}


@pytest.mark.parametrize("name", ["nowhere", "file.yaml", "."])
def test_a_folder_without_knowledge_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.yaml").write_text("a: 1\n")
    with pytest.raises(KnowledgeError, match="no knowledge folder"):
        load_knowledge(tmp_path / name)


def test_entries_are_frozen(knowledge: Knowledge) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        knowledge.version = "x"  # type: ignore[misc]


@pytest.mark.parametrize("kind", ["pipe", "dead link", "device"])
def test_what_is_no_file_is_told_and_never_waited_for(folder: Path, kind: str) -> None:
    path = folder / "thresholds/x.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/nowhere/at/all" if kind == "dead link" else "/dev/zero")
    write(folder, "thresholds/a-rate.yaml", THRESHOLD)
    with pytest.raises(KnowledgeError, match=r"thresholds/x\.yaml: not read"):
        load_knowledge(folder)


@pytest.mark.parametrize(
    "text",
    [
        "", "# nothing\n", "---\n", "null", "a", "a: 1\nb: [x, ~, 'y', 1.5, 007, yes, TRUE]\n",
        "1: a\ntrue: b\n~: c\n", "a: &x 1\nb: !!str 2\n", "a: |\n  two\n  lines\nb: >-\n  one\n  line\n",
        "- - a\n  - {b: []}\n-\n", "a: \"\\u202e\\n\"\n", "a: 1\n...\n",
    ],
)  # fmt: skip
def test_values_without_lines_are_those_of_the_tree(text: str) -> None:
    of_tree = plain(from_text(text, "x.yaml"))
    assert repr(common_values(text.encode())) == repr(of_tree)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n", "a: &x 1\nb: *x\n", "? [a]\n: b\n", "a\n---\nb\n", "a: [\n", "{a: 1}",
        "a: \"\\xff\n", "- " * 40 + "a", "1: a\n'1': b\n",
    ],
)  # fmt: skip
def test_what_is_not_of_the_common_form_is_left_to_the_tree(text: str) -> None:
    with pytest.raises(NotCommonError):
        common_values(text.encode())
