"""A house's own folder laid over the knowledge: what it adds and sets, and every fault at its line."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend_mcp import settings
from backend_mcp.catalog.advice import load_advice
from backend_mcp.catalog.entry import read_entry
from backend_mcp.catalog.files import list_files, stamps
from backend_mcp.catalog.folders import Folders, overlaid
from backend_mcp.catalog.index import open_index
from backend_mcp.catalog.library import Library
from backend_mcp.catalog.load import load_knowledge
from backend_mcp.catalog.search import named
from backend_mcp.errors import KnowledgeError, Problem
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.reading.reader import read_design
from backend_mcp.render.result import full, short
from backend_mcp.review import review
from backend_mcp.review.checklist import tell
from backend_mcp.tree import from_value
from backend_mcp.usecases import maintain
from tests.catalog.entries import COUNTER, PROBE, RULE, THRESHOLD, write

OWN_RULE = RULE.replace("id: a-rule", "id: acme-rule").replace("effect == money", "effect == stock")
OWN_RULE = OWN_RULE.replace("effect: money", "effect: stock")
SIGNED = "reason: so it is, owner: platform team, expires: 2027-06-30"
OVERLAY = f"""\
name: acme
added:
  - {{entry: rules/acme-rule, {SIGNED}}}
thresholds:
  - {{id: a-rate, value: 500..2000/s, {SIGNED}}}
severities:
  - {{id: a-rule, severity: high, {SIGNED}}}
off:
  - {{id: b-rule, {SIGNED}}}
"""
DESIGN = {
    "components": [{"id": "shop", "kind": "service"}, {"id": "psp", "kind": "external"}],
    "flows": [
        {"id": "pay", "from": "shop", "to": "psp", "effect": "money", "duplicate_safe": False},
        {"id": "send", "from": "shop", "to": "psp", "effect": "stock", "duplicate_safe": False},
    ],
}


@pytest.fixture
def both(folder: Path, tmp_path: Path) -> Folders:
    """A small knowledge, and a house's folder over it that adds, sets and switches off."""
    write(folder, "thresholds/a-rate.yaml", THRESHOLD)
    write(folder, "thresholds/b-table.yaml", _table())
    write(folder, "rules/x/a-rule.yaml", RULE)
    write(folder, "rules/x/b-rule.yaml", COUNTER)
    write(folder, "rules/x/c-rule.yaml", RULE.replace("a-rule", "c-rule") + "locked: true\n")
    write(folder, "probes/x/a-probe.yaml", PROBE)
    write(tmp_path, "acme/overlay.yaml", OVERLAY)
    write(tmp_path, "acme/rules/own/acme-rule.yaml", OWN_RULE)
    return overlaid(tmp_path / "acme", folder)


def _table() -> str:
    text = THRESHOLD.replace("a-rate", "b-table").replace("kind: rate", "kind: table")
    return text.replace("value: 50..200/s", "table: {low: 5/s}")


def _faults(both: Folders) -> tuple[Problem, ...]:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(both)
    return caught.value.problems


def _judged(knowledge: Knowledge) -> Any:
    design = read_design(from_value(DESIGN, "shop"), "shop", knowledge.vocabulary)
    return review(design, knowledge)


def test_a_folder_is_an_overlay_when_its_top_says_so(folder: Path, tmp_path: Path) -> None:
    assert overlaid(folder, tmp_path) == Folders(folder)
    write(folder, "overlay.yaml", "name: acme\n")
    assert overlaid(folder, tmp_path) == Folders(tmp_path, folder)


def test_what_an_overlay_adds_stands_beside_what_is_there(both: Folders) -> None:
    knowledge = load_knowledge(both)
    assert [r.entry.id for r in knowledge.rules] == ["a-rule", "b-rule", "c-rule", "acme-rule"]


def test_a_number_of_the_house_has_the_house_as_its_source(both: Folders) -> None:
    knowledge = load_knowledge(both)
    entry = knowledge.thresholds["a-rate"]
    assert (entry.value, entry.nature, entry.expires) == ("500..2000/s", "heuristic", "2027-06-30")
    assert [(s.title, s.note) for s in entry.sources] == [("acme (platform team)", "so it is")]
    assert knowledge.numbers.values["a-rate"].low == 500


def test_expressions_see_the_number_of_the_house(both: Folders) -> None:
    rule = RULE.replace("a-rule", "d-rule").replace(
        "fires_when: duplicate_safe == false", "fires_when: rate > threshold(a-rate)"
    )
    write(both.base, "rules/x/d-rule.yaml", rule)
    flow = {**DESIGN["flows"][0], "rate": "300/s"}
    design = {**DESIGN, "flows": [flow]}
    found = {}
    for where in (Folders(both.base), both):
        knowledge = load_knowledge(where)
        judged = review(read_design(from_value(design, "x"), "x", knowledge.vocabulary), knowledge)
        found[where] = "d-rule" in {f.rule for f in judged.findings}
    assert list(found.values()) == [True, False]


def test_a_weight_of_the_house_is_signed(both: Folders) -> None:
    found = {f.rule: f for f in _judged(load_knowledge(both)).findings}
    assert found["a-rule"].severity == "high"
    assert "acme (platform team)" in found["a-rule"].sources


def test_a_rule_that_is_off_is_known_and_not_judged_and_the_answer_says_so(both: Folders) -> None:
    judged = _judged(load_knowledge(both))
    sentence = "b-rule: switched off by acme (platform team) until 2027-06-30: so it is"
    assert {f.rule for f in judged.findings} == {"a-rule", "c-rule", "acme-rule"}
    assert full(judged)["not_judged"][-1] == sentence
    assert sentence not in short(judged).get("not_judged", [])
    assert full(judged)["used"]["rules"] == 3
    assert maintain.check_knowledge(both, date(2026, 12, 1))


def test_the_version_tells_two_sets_apart(both: Folders) -> None:
    plain, over = load_knowledge(both.base), load_knowledge(both)
    assert over.version.startswith(f"{plain.version}+acme-")
    write(both.house or both.base, "overlay.yaml", OVERLAY.replace("2000/s", "2001/s"))
    other = load_knowledge(both)
    assert len({plain.version, over.version, other.version}) == 3
    assert len({_judged(k).id for k in (plain, over, other)}) == 3


def _entries(knowledge: Knowledge) -> Any:
    return (
        knowledge.version, knowledge.as_of, knowledge.numbers, knowledge.thresholds, knowledge.off,
        [(r.entry.id, r.entry.severity, r.entry.sources) for r in knowledge.rules],
    )  # fmt: skip


def test_a_cached_overlay_gives_what_a_cold_one_gave(both: Folders, tmp_path: Path) -> None:
    cold = load_knowledge(both)
    first = load_knowledge(both, tmp_path / "cache")
    cached = load_knowledge(both, tmp_path / "cache")
    assert _entries(cold) == _entries(first) == _entries(cached)
    assert _judged(cold) == _judged(cached)


def test_the_knowledge_with_an_overlay_and_without_are_cached_side_by_side(
    both: Folders, tmp_path: Path
) -> None:
    for where in (both, both.base, both):
        load_knowledge(where, tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 2


@pytest.mark.parametrize("path", ["overlay.yaml", "rules/own/acme-rule.yaml", "knowledge"])
def test_a_change_of_either_folder_is_read_again(both: Folders, tmp_path: Path, path: str) -> None:
    assert both.house is not None
    load_knowledge(both, tmp_path / "cache")
    file = both.house / path if path != "knowledge" else both.base / "thresholds/a-rate.yaml"
    before = stamps(both)
    old, new = ("so it is", "so it was") if path == "overlay.yaml" else ("title: A", "title: Any")
    write(file.parent, file.name, file.read_text().replace(old, new))
    os.utime(file, ns=(1, file.stat().st_mtime_ns + 1_000_000))
    assert stamps(both) != before
    after = load_knowledge(both, tmp_path / "cache")
    assert _entries(after) == _entries(load_knowledge(both))


def test_an_overlay_expires_in_the_cache_too(both: Folders, tmp_path: Path) -> None:
    load_knowledge(both, tmp_path / "cache")
    assert load_knowledge(both, tmp_path / "cache", "2027-06-30").as_of == "2027-06-30"
    with pytest.raises(KnowledgeError, match=r"acme/overlay\.yaml:3: added\.0\.expires: expired"):
        load_knowledge(both, tmp_path / "cache", "2027-07-01")


def test_the_search_and_the_library_hold_both(both: Folders, tmp_path: Path) -> None:
    index = open_index(both, tmp_path / "cache")
    assert [(h.kind, h.id) for h in named(index, "acme-rule")] == [("rules", "acme-rule")]
    assert read_entry(both, "thresholds", "a-rate")["value"] == "500..2000/s"
    library = Library(both, None)
    assert "acme-rule" in library.names("rules")
    assert library.knowledge.off
    assert len(list_files(both)) == len(list_files(both.base)) + 1


def test_an_overlay_may_add_what_is_only_consulted(both: Folders) -> None:
    assert both.house is not None
    text = (
        "id: acme-launch\ntitle: t\nmoment: m\nsources: [{title: House, note: n}]\n"
        "items: [{id: a, ask: b, binds: rules/acme-rule}, {id: off, ask: c, binds: rules/b-rule}]\n"
    )
    write(both.house, "checklists/acme-launch.yaml", text)
    line = f"added:\n  - {{entry: checklists/acme-launch, {SIGNED}}}"
    write(both.house, "overlay.yaml", OVERLAY.replace("added:", line))
    knowledge = load_knowledge(both)
    (checklist,) = load_advice(both, knowledge).checklists.values()
    design = read_design(from_value(DESIGN, "shop"), "shop", knowledge.vocabulary)
    told = tell(design, checklist, knowledge)
    assert [(line.id, line.state) for line in told.items] == [("a", "missing")]
    assert [(line.id, line.says) for line in told.skipped] == [("off", knowledge.off["b-rule"])]


NOW = "  - {id: a-rate, value: 500..2000/s, "
BENT = [
    ("name: acme", "name: Acme Inc.", "1: name", "short id"),
    ("name: acme\n", "", "1: name", "short id"),
    ("name: acme", "name: acme\ncolour: red", "2: colour", "no such key"),
    ("off:", "of:", "9: of", "no such key"),
    ("thresholds:\n", "thresholds: 5\nx:\n", "4: thresholds", "list"),
    (f", {SIGNED}", ", owner: x, expires: 2027-06-30", "3: added.0.reason", "is due"),
    (f", {SIGNED}", ", reason: x, expires: 2027-06-30", "3: added.0.owner", "is due"),
    (f", {SIGNED}", ", reason: x, owner: x", "3: added.0.expires", "is due"),
    ("reason: so it is", 'reason: " "', "3: added.0.reason", "somebody"),
    ("owner: platform team", 'owner: ""', "3: added.0.owner", "somebody"),
    ("expires: 2027-06-30", "expires: in June", "3: added.0.expires", "is no day"),
    ("expires: 2027-06-30", "expires: 2027-6-30", "3: added.0.expires", "is no day"),
    ("expires: 2027-06-30", "expires: 2026-02-01", "3: added.0.expires", "expired on 2026-02-01"),
    (SIGNED, SIGNED + ", since: today", "3: added.0.since", "no such key"),
    ("rules/acme-rule", "rules/acme-rul", "3: added.0.entry", "nearest: rules/acme-rule"),
    ("rules/acme-rule", "acme-rule", "3: added.0.entry", "kind/id is due"),
    ("rules/acme-rule", "rule/acme-rule", "3: added.0.entry", "kind/id is due"),
    (NOW, NOW.replace("a-rate", "a-rat"), "5: thresholds.0.id", "no threshold 'a-rat'; nearest: a-rate"),
    (NOW, NOW.replace("a-rate", "zzz"), "5: thresholds.0.id", "no threshold 'zzz'"),
    (NOW, NOW.replace("a-rate", "b-table"), "5: thresholds.0.id", "table"),
    (NOW, NOW.replace("500..2000/s", "5 GB"), "5: thresholds.0.value", "rate"),
    (NOW, NOW.replace("500..2000/s", "fast"), "5: thresholds.0.value", "50..200/s"),
    (NOW, NOW.replace("500..2000/s", "50..200/s"), "5: thresholds.0.value", "already"),
    (NOW, NOW.replace("500..2000/s", "3000..12000/min"), "5: thresholds.0.value", "already"),
    ("{id: a-rule", "{id: a-rul", "7: severities.0.id", "no rule 'a-rul'; nearest: a-rule"),
    ("{id: a-rule", "{id: acme-rule", "7: severities.0.id", "own"),
    ("severity: high", "severity: medium", "7: severities.0.severity", "already"),
    ("severity: high", "severity: grave", "7: severities.0.severity", "blocker"),
    ("{id: a-rule, severity: high", "{id: c-rule, severity: low", "7: severities.0.severity", "locked"),
    ("{id: a-rule", "{id: b-rule", "7: severities.0.id", "switched off below"),
    ("{id: b-rule", "{id: b-rul", "9: off.0.id", "no rule 'b-rul'; nearest: b-rule"),
    ("{id: b-rule", "{id: c-rule", "9: off.0.id", "locked"),
    ("off:\n", f"off:\n  - {{id: b-rule, {SIGNED}}}\n", "10: off.1.id", "twice"),
    ("name: acme", "name: acme\nname: acme", "2: name", "twice"),
    (OVERLAY, "[1, 2]\n", "1: ", "mapping"),
    (OVERLAY, "name: [a\n", "2: ", ""),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "words"), BENT)
def test_a_fault_of_an_overlay_is_told_at_its_line_and_nothing_is_loaded(
    both: Folders, old: str, new: str, at: str, words: str
) -> None:
    assert both.house is not None
    assert old in OVERLAY
    write(both.house, "overlay.yaml", OVERLAY.replace(old, new, 1))
    told = [p for p in _faults(both) if str(p).startswith(f"acme/overlay.yaml:{at}")]
    assert any(words in p.reason for p in told), _faults(both)


def test_a_fault_is_told_once(both: Folders) -> None:
    assert both.house is not None
    bent = OVERLAY.replace("500..2000/s", "fast").replace("severity: high", "severity: medium")
    write(both.house, "overlay.yaml", bent)
    assert [p.field for p in _faults(both)] == ["thresholds.0.value", "severities.0.severity"]


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("rules/own/other.yaml", OWN_RULE.replace("acme-rule", "other"), "does not name it"),
        ("checklists/other.yaml", "id: other\n", "does not name it"),
        ("rules/own/a-rule.yaml", RULE, "an overlay adds; override its severity or threshold"),
        ("practices/ids.yaml", "data: [x]\n", "a file of its own"),
        ("rules/own/c.yml", RULE, "not read"),
        ("rules/own/broken.yaml", "id: [", ""),
    ],
)
def test_a_file_that_the_overlay_does_not_speak_of_is_told(
    both: Folders, path: str, text: str, words: str
) -> None:
    assert both.house is not None
    write(both.house, path, text)
    told = [p for p in _faults(both) if p.path == f"acme/{path}"]
    assert any(words in p.reason for p in told)


def test_a_file_that_was_added_and_is_gone_is_told(both: Folders) -> None:
    assert both.house is not None
    (both.house / "rules/own/acme-rule.yaml").unlink()
    assert [p.field for p in _faults(both)] == ["added.0.entry"]


def test_an_added_entry_is_bound_as_well_as_any(both: Folders) -> None:
    assert both.house is not None
    write(
        both.house,
        "rules/own/acme-rule.yaml",
        OWN_RULE.replace("effect == stock", "efect == stock"),
    )
    (problem,) = _faults(both)
    assert problem.path == "acme/rules/own/acme-rule.yaml"
    assert problem.field == "applies_when"
    assert "effect" in problem.reason


KIT = "id: paykit\ntitle: Paykit\nkind: relational\nsummary: Our own payment kit.\n"


@pytest.mark.parametrize(
    ("more", "field"),
    [("aliases: [our kit, stripe]", "aliases.1"), ("title: Stripe", "title"), ("exact: [Stripe API]", "exact.0")],
)  # fmt: skip
def test_a_name_of_a_known_product_is_not_taken_over(
    both: Folders, tmp_path: Path, more: str, field: str
) -> None:
    stripe = (
        "id: stripe\ntitle: Stripe\nkind: external\nsummary: Payments.\naliases: [stripe api]\n"
    )
    write(both.base, "technologies/stripe.yaml", stripe)
    kit = KIT.replace("title: Paykit\n", "") if more.startswith("title") else KIT
    write(tmp_path, "acme/technologies/paykit.yaml", f"{kit}{more}\n")
    added = f"added:\n  - {{entry: technologies/paykit, {SIGNED}}}\n"
    write(tmp_path, "acme/overlay.yaml", OVERLAY.replace("added:\n", added))
    (fault,) = _faults(both)
    assert (fault.path, fault.field) == ("acme/technologies/paykit.yaml", field)
    assert "is a name of stripe already" in fault.reason


def test_a_locked_rule_is_not_silenced_by_a_rule_of_the_house(both: Folders) -> None:
    assert both.house is not None
    write(both.house, "rules/own/acme-rule.yaml", OWN_RULE + "covers: [c-rule]\n")
    (problem,) = _faults(both)
    assert (problem.path, problem.field) == ("acme/rules/own/acme-rule.yaml", "covers.0")


@pytest.mark.parametrize(
    ("reads", "value", "refused"),
    [
        ("rate > threshold(a-rate)", "60..200/s", True),
        ("rate > threshold(a-rate)", "50..201/s", True),
        ("rate > threshold(a-rate)", "40..200/s", False),
        ("rate < threshold(a-rate)", "60..200/s", False),
        ("rate < threshold(a-rate)", "40..200/s", True),
        ("not rate < threshold(a-rate)", "60..200/s", True),
        ("not (effect == read or rate < threshold(a-rate))", "40..200/s", False),
        ("any(components, limit > threshold(a-rate))", "60..200/s", True),
        ("not any(components, limit > threshold(a-rate))", "60..200/s", False),
        ("count(flows, rate > threshold(a-rate)) >= 1", "60..200/s", True),
        ("count(flows, rate > threshold(a-rate)) < 1", "60..200/s", False),
        ("count(flows, rate > threshold(a-rate)) == 1", "40..200/s", True),
    ],
)
@pytest.mark.parametrize(
    "key", ["applies_when: effect == money", "fires_when: duplicate_safe == false"]
)
def test_a_number_of_the_house_does_not_open_a_lock(
    both: Folders, key: str, reads: str, value: str, refused: bool
) -> None:
    assert both.house is not None
    rule = RULE.replace("a-rule", "c-rule").replace(key, f"{key} and {reads}") + "locked: true\n"
    write(both.base, "rules/x/c-rule.yaml", rule)
    write(both.house, "overlay.yaml", OVERLAY.replace("500..2000/s", value))
    if not refused:
        assert load_knowledge(both)
        return
    (problem,) = _faults(both)
    assert str(problem).startswith(
        "acme/overlay.yaml:5: thresholds.0.value: a-rate is read by what is locked (c-rule)"
    )


def test_a_lock_of_the_real_knowledge_is_not_opened_by_a_number(tmp_path: Path) -> None:
    line = f"{{id: small-circle-people, value: 1M, {SIGNED}}}"
    write(tmp_path, "acme/overlay.yaml", f"name: acme\nthresholds: [{line}]\n")
    both = Folders(settings.knowledge_folder(), tmp_path / "acme")
    (problem,) = _faults(both)
    assert "objects-open-to-any-caller" in problem.reason
    assert "small-circle-people" in problem.reason


def test_all_faults_of_both_folders_are_told_at_once(both: Folders) -> None:
    assert both.house is not None
    bent = OVERLAY.replace("a-rate", "no-rate").replace("{id: a-rule", "{id: no-rule")
    bent = bent.replace("{id: b-rule", "{id: c-rule").replace("rules/acme-rule", "rules/none")
    write(both.house, "overlay.yaml", bent.replace("expires: 2027-06-30", "expires: soon", 1))
    write(
        both.house,
        "rules/own/acme-rule.yaml",
        OWN_RULE.replace("severity: medium", "severity: grave"),
    )
    write(both.base, "rules/x/b-rule.yaml", COUNTER.replace("effect ==", "efect =="))
    told = {(p.path, p.field) for p in _faults(both)}
    assert told >= {
        ("acme/overlay.yaml", "added.0.entry"), ("acme/overlay.yaml", "added.0.expires"),
        ("acme/overlay.yaml", "thresholds.0.id"), ("acme/overlay.yaml", "severities.0.id"),
        ("acme/overlay.yaml", "off.0.id"), ("acme/rules/own/acme-rule.yaml", "severity"),
        ("acme/rules/own/acme-rule.yaml", ""), ("knowledge/rules/x/b-rule.yaml", "applies_when"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["folder", "pipe", "dead link"])
def test_an_overlay_that_is_no_file_is_told_and_never_waited_for(both: Folders, kind: str) -> None:
    assert both.house is not None
    path = both.house / "overlay.yaml"
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/nowhere/at/all")
    assert overlaid(both.house, both.base) == both
    assert [p for p in _faults(both) if p.path == "acme/overlay.yaml"]


def test_files_of_hidden_folders_are_nobodys_knowledge(both: Folders) -> None:
    assert both.house is not None
    write(both.house, ".github/workflows/check.yaml", "on: push\n")
    assert load_knowledge(both)


def test_the_check_holds_an_overlay_against_today(both: Folders) -> None:
    assert maintain.check_knowledge(both, date(2027, 6, 30))
    with pytest.raises(KnowledgeError) as caught:
        maintain.check_knowledge(both, date(2027, 7, 1))
    assert {p.field.split(".")[0] for p in caught.value.problems} == {
        "added", "thresholds", "severities", "off",
    }  # fmt: skip


def test_the_check_runs_the_examples_of_what_is_added(both: Folders) -> None:
    assert both.house is not None
    bent = OWN_RULE.replace("duplicate_safe == false", "duplicate_safe == true")
    write(both.house, "rules/own/acme-rule.yaml", bent.replace("flips: never", "flips: TODO"))
    with pytest.raises(KnowledgeError) as caught:
        maintain.check_knowledge(both, date(2026, 12, 1))
    assert {p.path for p in caught.value.problems} == {
        "rules/acme-rule", "acme/rules/own/acme-rule.yaml",
    }  # fmt: skip
