"""The check of a knowledge folder: ids, links, ages, words, examples, and every skeleton's TODOs."""

from datetime import date
from pathlib import Path

import pytest

from backend_mcp.catalog.load import load_knowledge
from backend_mcp.errors import KnowledgeError, PathError, Problem
from backend_mcp.usecases import maintain
from tests.catalog.entries import COUNTER, PROBE, RULE, THRESHOLD, write

TODAY = date(2026, 6, 1)
TECHNOLOGY = """\
id: frob
title: Frob
kind: queue
summary: a queue
stands_on: {nope: rung}
"""
PRACTICE = """\
id: backups
area: data
title: Backups
what: copies of the data
decides: [no-rule]
"""

COPIES = PRACTICE.replace("id: backups", "id: copies\naliases: [dumps, own_copies]")
OWN_COPIES = "id: own-copies\narea: data\ntitle: Own Copies\nwhat: copies of the data\n"


@pytest.fixture
def sound(folder: Path) -> Path:
    """A small folder that passes the check."""
    write(folder, "thresholds/a-rate.yaml", THRESHOLD)
    write(folder, "rules/x/a-rule.yaml", RULE)
    write(folder, "rules/x/b-rule.yaml", COUNTER)
    write(folder, "probes/x/a-probe.yaml", PROBE)
    write(folder, "practices/data/own-copies.yaml", OWN_COPIES)
    return folder


def _problems(folder: Path, today: date = TODAY) -> tuple[Problem, ...]:
    with pytest.raises(KnowledgeError) as caught:
        maintain.check_knowledge(folder, today)
    return caught.value.problems


def _without(text: str, example: str) -> str:
    """Drop one example of an entry."""
    head, *examples = text.split("  - name: ")
    return head + "".join(f"  - name: {e}" for e in examples if not e.startswith(example))


def test_a_sound_folder_passes(sound: Path) -> None:
    assert len(maintain.check_knowledge(sound, TODAY).knowledge.rules) == 2


BENT = [
    ("rules/x/other.yaml", RULE, "id", "other"),
    ("rules/x/a-rule.yaml", RULE.replace("flips: never", "flips: TODO"), "flips", "TODO"),
    (
        "rules/x/a-rule.yaml",
        RULE.replace("name: a read", "name: TODO a read"),
        "examples",
        "TODO",
    ),
    ("rules/x/a-rule.yaml", RULE.replace("why: a", "why: " + "a" * 400), "why", "at most"),
    ("rules/x/a-rule.yaml", _without(RULE, "the fault"), "examples", "finding"),
    ("rules/x/a-rule.yaml", _without(RULE, "its repair"), "examples", "repair"),
    ("rules/x/a-rule.yaml", _without(RULE, "a read"), "examples", "near miss"),
    ("rules/x/a-rule.yaml", _without(RULE, "not said"), "examples", "question"),
    ("rules/x/a-rule.yaml", RULE.replace("fixes: the", "fixes: some"), "examples", "some fault"),
    ("probes/x/a-probe.yaml", _without(PROBE, "where it can exist"), "examples", "look"),
    ("probes/x/a-probe.yaml", _without(PROBE, "where it can't"), "examples", "clean"),
    (
        "rules/x/a-rule.yaml",
        RULE.replace("direction: under", "direction: over"),
        "counterweight",
        "same way",
    ),
    (
        "rules/x/a-rule.yaml",
        RULE.replace("counterweight: b-rule", "counterweight: nobody"),
        "counterweight",
        "nobody",
    ),
    ("rules/x/a-rule.yaml", RULE.replace('"{id} may', '"{idd} may'), "what", "idd"),
    ("rules/x/a-rule.yaml", RULE.replace("give {id}", "give {to.knd}"), "do", "to.knd"),
    ("probes/x/a-probe.yaml", PROBE.replace('"what happens to {id}', '"{ratee}'), "ask", "rate?"),
    (
        "rules/x/a-rule.yaml",
        RULE + 'keep: {when: "effect == money", at: "{att}", why: x, for_each: flows}\n',
        "keep.at",
        "att",
    ),
    ("rules/x/a-rule.yaml", RULE.replace(", note: seen", ""), "sources.0", "read"),
    (
        "rules/x/a-rule.yaml",
        RULE.replace("sources: [{title: House, note: seen}]", "sources: []"),
        "sources",
        "source",
    ),
    (
        "thresholds/a-rate.yaml",
        THRESHOLD.replace("expires: 2027-01-01", "expires: 2026-05-01"),
        "expires",
        "expired",
    ),
    (
        "thresholds/a-rate.yaml",
        THRESHOLD.replace("expires: 2027-01-01", "expires: soon"),
        "expires",
        "date",
    ),
    ("technologies/frob.yaml", TECHNOLOGY, "stands_on.nope", "rung"),
    (
        "technologies/frob.yaml",
        TECHNOLOGY + "limits: {requests: no-limit}\n",
        "limits.requests",
        "no-limit",
    ),
    (
        "technologies/frob.yaml",
        TECHNOLOGY + "limits: {payload: a-rate}\n",
        "limits.payload",
        "size",
    ),
    (
        "technologies/frob.yaml",
        TECHNOLOGY + "limits: {speed: a-rate}\n",
        "limits.speed.[key]",
        "'wait'",
    ),
    ("technologies/frob.yaml", TECHNOLOGY + "ends: {'9': soon}\n", "ends.9", "day"),
    ("technologies/frob.yaml", TECHNOLOGY + "ends: {'9': 2027-01-01}\n", "ends", "source"),
    ("practices/data/backups.yaml", PRACTICE, "decides.0", "no-rule"),
    ("practices/data/copies.yaml", COPIES, "aliases.1", "a name of own-copies"),
]


@pytest.mark.parametrize(("path", "text", "field", "words"), BENT)
def test_what_is_bent_is_told_at_its_file_line_and_field(
    sound: Path, path: str, text: str, field: str, words: str
) -> None:
    write(sound, path, text)
    told = [p for p in _problems(sound) if p.path == f"knowledge/{path}" and p.field == field]
    assert any(words in p.reason for p in told)
    assert all(p.line for p in told)


WARNING = "expired on 2027-01-01; read its source again (fails from 2027-02-01)"


@pytest.mark.parametrize("day", ["2027-01-02", "2027-01-31"])
def test_a_number_that_is_just_over_its_day_is_a_warning(sound: Path, day: str) -> None:
    (warning,) = maintain.check_knowledge(sound, date.fromisoformat(day)).warnings
    assert str(warning) == f"knowledge/thresholds/a-rate.yaml:9: expires: {WARNING}"


def test_a_number_of_the_day_itself_is_none(sound: Path) -> None:
    assert maintain.check_knowledge(sound, date(2027, 1, 1)).warnings == ()


def test_a_number_that_is_long_over_its_day_fails(sound: Path) -> None:
    (problem,) = _problems(sound, date(2027, 2, 1))
    assert (problem.field, problem.reason) == (
        "expires",
        "expired on 2027-01-01; read its source again",
    )


def test_all_problems_of_a_folder_are_told_at_once(sound: Path) -> None:
    write(sound, "rules/x/a-rule.yaml", RULE.replace("flips: never", "flips: TODO"))
    write(sound, "thresholds/a-rate.yaml", THRESHOLD.replace("2027-01-01", "2020-01-01"))
    write(sound, "practices/data/backups.yaml", PRACTICE)
    assert len({p.path for p in _problems(sound)}) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("expect: finding\n    at: [flows.pay]", "expect: finding\n    at: [flows.other]"),
        ("fires_when: duplicate_safe == false", "fires_when: duplicate_safe == true"),
        ("applies_when: effect == money", "applies_when: effect == stock"),
        ("duplicate_safe: true}]", "duplicate_saef: true}]"),
        ("effect: money}]", "effect: mony}]"),
    ],
)
def test_an_example_that_says_something_else_is_told(sound: Path, old: str, new: str) -> None:
    assert old in RULE
    write(sound, "rules/x/a-rule.yaml", RULE.replace(old, new))
    assert {p.path for p in _problems(sound)} >= {"rules/a-rule"}


def test_two_files_of_one_id_are_told(sound: Path) -> None:
    write(sound, "thresholds/more/a-rate.yaml", THRESHOLD.replace("50..200/s", "9/s"))
    assert any("a-rate" in str(p) for p in _problems(sound))


@pytest.mark.parametrize("path", ["rules/x/c-rule.yml", "rule/x/c-rule.yaml"])
def test_a_file_that_is_not_loaded_is_told(sound: Path, path: str) -> None:
    write(sound, path, RULE)
    assert any(path in p.path for p in _problems(sound))


@pytest.mark.parametrize(("kind", "count"), [("rule", 9), ("probe", 8)])
def test_a_skeleton_is_a_whole_form_and_fails_for_its_todos_alone(
    folder: Path, kind: str, count: int
) -> None:
    path = maintain.write_skeleton(folder, kind, "area/my-entry")
    assert path == folder / f"{kind}s/area/my-entry.yaml"
    assert load_knowledge(folder)
    problems = _problems(folder)
    todos = [p for p in problems if p.reason == "a TODO is left"]
    others = [p for p in problems if p not in todos and p.field != "counterweight"]
    assert len(todos) >= count
    assert others == []
    assert {p.path for p in problems} == {f"knowledge/{kind}s/area/my-entry.yaml"}


@pytest.mark.parametrize("kind", ["rule", "probe"])
def test_a_skeleton_whose_todos_are_filled_in_passes_its_examples(folder: Path, kind: str) -> None:
    path = maintain.write_skeleton(folder, kind, "area/my-entry")
    path.write_text(path.read_text().replace("TODO", "done"))
    assert maintain.try_examples(load_knowledge(folder)) == []


@pytest.mark.parametrize("name", ["a", "A/b-c", "a/b c", "../x/y", "a/b/c", "x/", "/x", "area/é-x"])
def test_a_name_that_is_no_area_and_id_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(PathError, match="AREA/ID"):
        maintain.write_skeleton(folder, "rule", name)


def test_a_skeleton_never_takes_an_id_for_a_second_meaning(folder: Path) -> None:
    maintain.write_skeleton(folder, "rule", "one/my-entry")
    with pytest.raises(PathError, match="exists"):
        maintain.write_skeleton(folder, "rule", "two/my-entry")
