"""Reading forgives, and gives a receipt: what is read, what is told, what is refused."""

from typing import Any

import pytest

from backend_mcp.errors import DesignError
from backend_mcp.model.design import Design, Unread
from backend_mcp.model.fact import UNKNOWN
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.review import review
from backend_mcp.tree import from_text
from backend_mcp.usecases import judge
from tests.conftest import Read

APP = "components: [{id: app, kind: service}]\n"
PAY = APP + "flows:\n  - {id: pay, from: app, to: user, %s}\n"


def _at(design: Design, place: str) -> Unread:
    return next(u for u in design.unread if u.at == place)


def _flow(design: Design, key: str) -> Any:
    fact = design.flows[0].facts.get(key)
    return None if fact is None else fact.value


@pytest.mark.parametrize(
    ("document", "place", "word", "line"),
    [
        (APP + "lod: {users: 5}\n", "lod", "load", 2),
        (APP + "load: {user: 5}\n", "load.user", "users", 2),
        ("components:\n  - {id: app, knd: service}\n", "components.app.knd", "kind", 2),
        (APP + "flows:\n  - {id: f, form: app}\n", "flows.f.form", "from", 3),
        (PAY % "efect: money", "flows.pay.efect", "effect", 3),
        (PAY % "retries: {mx: 3}", "flows.pay.retries.mx", "max", 3),
        (APP + "needs:\n  targets: [{amout: 5}]\n", "needs.targets[0].amout", "amount", 3),
        (APP + "stores: [{in: app, wat: x}]\n", "stores[0].wat", "what", 2),
    ],
)
def test_an_unknown_key_is_listed_with_the_nearest_known_name(
    read: Read, document: str, place: str, word: str, line: int
) -> None:
    noted = _at(read(document), place)
    assert noted.want.startswith(f"{word}?")
    assert noted.line == line


@pytest.mark.parametrize(
    ("document", "place", "word", "line"),
    [
        ("components:\n  - {id: app, kind: servce}\n", "components.app.kind", "service", 2),
        (PAY % "effect: mony", "flows.pay.effect", "money", 3),
        (PAY % "mode: snyc", "flows.pay.mode", "sync", 3),
        (APP + "context: {stage: lauch}\n", "context.stage", "launch", 2),
        (APP + "data:\n  sensitivity:\n    - personel\n", "data.sensitivity[0]", "personal", 4),
        (APP + "complete: [component]\n", "complete[0]", "components", 2),
    ],
)
def test_a_word_that_is_not_in_its_list_is_told_with_the_nearest(
    read: Read, document: str, place: str, word: str, line: int
) -> None:
    noted = _at(read(document), place)
    assert noted.want.startswith(f"{word}?")
    assert noted.line == line


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (PAY % "rate: quickly", "flows.pay.rate"),
        (PAY % "timeout: 5 GB", "flows.pay.timeout"),
        (PAY % "timeout: unlimited", "flows.pay.timeout"),
        (PAY % "in_transaction: maybe", "flows.pay.in_transaction"),
        (APP + "needs: {rpo: none}\n", "needs.rpo"),
        (APP + "needs: {rto: none}\n", "needs.rto"),
        (APP + "needs: {rpo: {value: none, basis: assumed}}\n", "needs.rpo"),
        (APP + "needs: {replay: yes}\n", "needs.replay"),
        (APP + "load: {users: [5, 6]}\n", "load.users"),
        (APP + "load: {users: true}\n", "load.users"),
        (APP + "load: lots\n", "load"),
        (APP + "context: [5]\n", "context"),
        (APP + "flows: 5\n", "flows[0]"),
        (APP + "load: {users: {value: 5, basis: guessed}}\n", "load.users.basis"),
        (APP + "load: {users: {value: 5, sorce: brief}}\n", "load.users.sorce"),
        (APP + "load: {basis: guessed}\n", "load.basis"),
        (APP + "format: 2\n", "format"),
    ],
)
def test_a_value_that_can_not_be_read_is_told_and_the_rest_is_kept(
    read: Read, document: str, place: str
) -> None:
    design = read(document)
    noted = _at(design, place)
    assert (noted.want != "", noted.line > 1) == (True, True)
    assert place not in design.facts or not design.facts[place].known
    assert design.component("app") is not None


def test_none_for_a_recovery_need_is_told_with_both_of_its_readings(read: Read) -> None:
    want = _at(read(APP + "needs: {rpo: none}\n"), "needs.rpo").want
    assert "0 s" in want
    assert "leave it out" in want


def test_a_stray_comma_is_told_as_one(read: Read) -> None:
    design = read(PAY % "on_failure: show the notice, never the primary")
    assert "quotes" in _at(design, "flows.pay.never the primary").want
    assert _flow(design, "on_failure") == "show the notice"


@pytest.mark.parametrize(
    ("said", "value"),
    [("", None), ("timeout: unknown", UNKNOWN), ("timeout: none", "none"), ("timeout: ~", None)],
)
def test_absent_unknown_and_none_are_three_things(read: Read, said: str, value: Any) -> None:
    design = read(PAY % said)
    assert _flow(design, "timeout") == value
    assert not design.unread


@pytest.mark.parametrize(
    ("said", "key", "value"),
    [
        ("retries: 3", "retries.max", 3.0),
        ("retries: none", "retries.max", 0.0),
        ("retries: {value: 3, note: brief}", "retries.max", 3.0),
        ("recovers: sweeper", "recovers.by", "sweeper"),
        ("duplicate_safe: false", "duplicate_safe", False),
        ("duplicate_safe: unknown", "duplicate_safe", UNKNOWN),
        ("duplicate_safe: {by: unique_key, marked: with}", "duplicate_safe", True),
        ("duplicate_safe: {by: unknown}", "duplicate_safe", UNKNOWN),
        ("retries: unknown", "retries.max", UNKNOWN),
        ("retries: unknown", "retries.backoff", UNKNOWN),
        ("in_transaction: planned", "in_transaction", True),
    ],
)
def test_a_bare_value_stands_for_the_short_key_of_its_record(
    read: Read, said: str, key: str, value: Any
) -> None:
    design = read(PAY % said)
    found = _flow(design, key)
    assert (found if isinstance(value, bool) else getattr(found, "low", found)) == value
    assert not design.unread


def test_planned_counts_as_true_and_is_marked(read: Read) -> None:
    fact = read(PAY % "in_transaction: planned").flows[0].facts["in_transaction"]
    assert (fact.value, fact.note) == (True, "planned")


def test_a_value_written_long_carries_its_unit_basis_and_note(read: Read) -> None:
    said = "{value: 2500, unit: rps, basis: measured, note: 'brief, line 3'}"
    design = read(APP + f"load: {{requests_per_second: {{peak: {said}}}}}\n")
    fact = design.facts["load.requests_per_second.peak"]
    assert (fact.said, fact.basis, fact.note) == ("2500/s", "measured", "brief, line 3")
    assert not design.unread


@pytest.mark.parametrize(
    "components",
    ["{id: app, kind: service}", "[{id: app, kind: service}]", "{app: {kind: service}}", "[app]"],
)
def test_a_list_of_one_may_be_its_item_and_ids_may_be_keys(read: Read, components: str) -> None:
    design = read(f"components: {components}\n")
    assert [c.id for c in design.components] == ["app"]
    assert not design.unread


def test_a_list_of_words_may_be_one_word_or_one_text(read: Read) -> None:
    design = read(APP + "data: {sensitivity: 'personal, card'}\ncontext: {regulated: gdpr}\n")
    assert design.facts["data.sensitivity"].value == ("personal", "card")
    assert design.facts["context.regulated"].value == ("gdpr",)


def test_an_empty_list_is_a_stated_absence(read: Read) -> None:
    assert read(APP + "context: {regulated: []}\n").facts["context.regulated"].value == ()


def test_a_design_wrapped_in_a_key_is_read_and_told(read: Read) -> None:
    design = read("design:\n  name: shop\n  components: [{id: app, kind: service}]\n")
    assert (design.name, [c.id for c in design.components]) == ("shop", ["app"])
    assert "top level" in _at(design, "design").want


@pytest.mark.parametrize(
    ("path", "name"),
    [("plans/tickets.yaml", "tickets"), ("tickets.design.yml", "tickets"), ("design", "design")],
)
def test_a_missing_name_is_taken_from_the_file(read: Read, path: str, name: str) -> None:
    assert read(APP, path).name == name


def test_a_second_document_in_the_file_is_refused_or_told(read: Read) -> None:
    try:
        design = read(APP + "---\nload: {users: 5}\n")
    except DesignError:
        return
    assert design.unread


@pytest.mark.parametrize("word", ["a value", "kind"])
def test_an_id_that_stands_twice_is_told_and_both_are_kept(read: Read, word: str) -> None:
    design = read(f"components: [{{id: app, kind: service}}, {{id: app, reason: {word}}}]\n")
    assert [c.place for c in design.components] == ["components.app", "components[1]"]
    assert "twice" in _at(design, "components[1]").want


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "words",
        "5",
        "name: a\n",
        "components: []\n",
        "components:\n",
        "load: {users: 5}\n",
    ],
)
def test_what_leaves_nothing_to_review_is_refused_with_what_is_due(
    read: Read, document: str
) -> None:
    with pytest.raises(DesignError, match="components"):
        read(document)


@pytest.mark.parametrize("list_name", ["components", "flows", "stores", "must_hold"])
def test_more_than_five_hundred_parts_are_refused(read: Read, list_name: str) -> None:
    entries = [{"id": f"x{n}"} for n in range(501)]
    document = {"components": [{"id": "app", "kind": "service"}], list_name: entries}
    with pytest.raises(DesignError, match="500 at most"):
        read(document)
    assert read({**document, list_name: entries[:500]}).lists[list_name]


STRICT = """\
components:
  - {id: app, kind: servce}
  - {id: bus, kind: log, technology: Frobnicator 9000}
flows:
  - {id: f, from: app, to: buss, rate: quickly, tmeout: 5 s}
needs: {rpo: none}
practices: {outbocks: true}
"""


def test_strict_raises_with_every_fault_at_its_line(knowledge: Knowledge) -> None:
    with pytest.raises(DesignError) as caught:
        judge.review_tree(from_text(STRICT, "a.yaml"), "a.yaml", knowledge, strict=True)
    problems = caught.value.problems
    assert sorted((p.line, p.field) for p in problems) == [
        (2, "components.app.kind"),
        (5, "flows.f.rate"),
        (5, "flows.f.tmeout"),
        (5, "flows.f.to"),
        (6, "needs.rpo"),
        (7, "practices.outbocks"),
    ]
    assert all(str(p).startswith(f"a.yaml:{p.line}: {p.field}: ") and p.reason for p in problems)


def test_strict_takes_a_document_without_slips(knowledge: Knowledge) -> None:
    raw = from_text(APP, "a.yaml")
    assert judge.review_tree(raw, "a.yaml", knowledge, strict=True).design.name == "a"


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (APP + "needs: {availability: 100.1 %}\n", "needs.availability"),
        (APP + "needs: {availability: 99 %..101 %}\n", "needs.availability"),
        (APP + "load: {read_share: 250 %, requests_per_second: 50}\n", "load.read_share"),
        (APP + "load: {read_share: 90, requests_per_second: 50}\n", "load.read_share"),
        (APP + "load: {event: {people: 5k, first_minute_share: 2}}\n", "load.event.first_minute_share"),
        ("components: [{id: c, kind: cache, settings: {hit_ratio: 120 %}}]\n", "components.c.settings.hit_ratio"),
    ],
)  # fmt: skip
def test_a_share_of_more_than_the_whole_is_not_read_and_the_rest_is_reviewed(
    read: Read, knowledge: Knowledge, document: str, place: str
) -> None:
    design = read(document)
    assert "is more than the whole" in _at(design, place).want
    assert review(design, knowledge).unread == design.unread


def test_the_whole_is_a_share(read: Read) -> None:
    assert read(APP + "needs: {availability: 100 %}\nload: {read_share: 1}\n").unread == ()
