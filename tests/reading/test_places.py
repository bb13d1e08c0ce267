"""Ids that lead from one entry to another: resolved, suggested, or dropped with what is removed."""

import pytest

from tests.conftest import Read

PARTS = """\
components:
  - {id: app, kind: service}
  - {id: db, kind: relational}
stores:
  - {in: db, what: tickets}
  - {id: books, in: db, what: ledger}
flows:
  - {id: pay, from: app, to: db}
"""


def _promise(where: str) -> str:
    return f"{PARTS}must_hold:\n  - {{id: p, statement: x, where: {where}}}\n"


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("flows.pay", "flows.pay"),
        ("components.db", "components.db"),
        ("stores.db.tickets", "stores.db.tickets"),
        ("'stores[0]'", "stores.db.tickets"),
        ("'flows[0]'", "flows.pay"),
        ("stores.books", "stores.books"),
        ("[flows.pay, components.db]", ("flows.pay", "components.db")),
    ],
)
def test_a_place_may_be_written_in_these_ways(
    read: Read, where: str, place: str | tuple[str, ...]
) -> None:
    design = read(_promise(where))
    assert design.promises[0].facts["where"].value == place
    assert not design.unread


@pytest.mark.parametrize(
    ("where", "want"),
    [
        ("stores.tickets", "stores.db.tickets?"),
        ("flows.pya", "flows.pay?"),
        ("db.tickets", "stores.db.tickets?"),
        ("components.bd", "components.db?"),
        ("'stores[7]'", "stores"),
        ("pay", "flows.pay?"),
    ],
)
def test_a_place_that_leads_nowhere_is_unknown_and_told_with_a_suggestion(
    read: Read, where: str, want: str
) -> None:
    design = read(_promise(where))
    (noted,) = design.unread
    assert (noted.at, want in noted.want) == ("must_hold.p.where", True)
    assert "where" not in design.promises[0].facts


@pytest.mark.parametrize(
    ("key", "ref", "want"),
    [
        ("to", "dbs", "db?"),
        ("to", "users", "user?"),
        ("from", "apq", "app?"),
        ("to", "elsewhere-entirely", "user, device, partner"),
    ],
)
def test_an_end_that_is_no_part_is_told_with_a_suggestion(
    read: Read, key: str, ref: str, want: str
) -> None:
    design = read(f"{PARTS}  - {{id: x, {key}: {ref}}}\n")
    (noted,) = design.unread
    assert (noted.at, noted.got, want in noted.want) == (f"flows.x.{key}", ref, True)
    assert key not in design.flows[1].facts


def test_an_id_that_leads_nowhere_is_told_at_its_line(read: Read) -> None:
    (noted,) = read(f"{PARTS}  - {{id: x, from: app, to: bd}}\n").unread
    assert noted.line == 9


def test_of_several_ids_the_ones_that_fit_are_kept(read: Read) -> None:
    design = read(f"{PARTS}must_hold: [{{id: p, statement: x, enforced_by: [db, bd]}}]\n")
    assert design.promises[0].words("enforced_by") == ("db",)
    assert [u.got for u in design.unread] == ["bd"]


@pytest.mark.parametrize("word", ["nothing", "unknown"])
def test_nothing_and_unknown_are_no_ids(read: Read, word: str) -> None:
    design = read(f"{PARTS}must_hold: [{{id: p, statement: x, enforced_by: {word}}}]\n")
    assert "enforced_by" in design.promises[0].facts
    assert not design.unread


@pytest.mark.parametrize("actor", ["user", "device", "partner", "unknown"])
def test_an_end_may_be_an_actor_or_unknown(read: Read, actor: str) -> None:
    design = read(f"{PARTS}  - {{id: x, from: {actor}, to: app}}\n")
    assert "from" in design.flows[1].facts
    assert not design.unread


def test_an_id_written_as_a_mapping_is_told_and_not_lost(read: Read) -> None:
    design = read(f"{PARTS}  - {{id: x, from: [{{id: app}}], to: db}}\n")
    assert [u.at.startswith("flows.x.from") for u in design.unread] == [True]


REMOVED = """\
components:
  - {id: app, kind: service}
  - {id: db, kind: relational}
  - {id: bus, kind: log, status: removed}
  - {id: topic, kind: queue, in: bus}
flows:
  - {id: emit, from: app, to: bus}
  - {id: deep, from: app, to: topic}
  - {id: keep, from: app, to: db}
stores:
  - {in: bus, what: events}
must_hold:
  - {id: p, statement: x, enforced_by: [db, bus]}
"""


def test_what_is_removed_goes_with_its_flows_stores_and_inner_parts(read: Read) -> None:
    design = read(REMOVED)
    assert [c.id for c in design.components] == ["app", "db"]
    assert [f.id for f in design.flows] == ["keep"]
    assert design.lists["stores"] == ()
    assert design.promises[0].words("enforced_by") == ("db",)
    assert not design.unread


def test_a_design_that_removes_all_its_parts_says_so_and_does_not_fail(read: Read) -> None:
    design = read("components: [{id: bus, kind: log, status: removed}]\n")
    assert design.components == ()


def test_the_facts_of_a_data_set_stand_at_its_place_in_full(read: Read) -> None:
    store = read(f"{PARTS}").lists["stores"][0]
    assert {key: fact.path for key, fact in store.facts.items()} == {
        "in": "stores.db.tickets.in",
        "what": "stores.db.tickets.what",
    }


def test_what_can_not_be_read_of_a_data_set_is_told_at_its_place_in_full(read: Read) -> None:
    document = "components: [{id: db}]\nstores:\n  - {in: db, what: t, retention: until it ends}\n"
    (noted,) = read(document).unread
    assert noted.at in ("stores.db.t.retention", "stores[0].retention")


def test_entries_without_an_id_are_named_by_their_index(read: Read) -> None:
    document = "components: [{kind: service}]\nflows: [{from: user}]\nmust_hold: [{statement: x}]\n"
    design = read(document)
    places = [design.components[0].place, design.flows[0].place, design.promises[0].place]
    assert places == ["components[0]", "flows[0]", "must_hold[0]"]
