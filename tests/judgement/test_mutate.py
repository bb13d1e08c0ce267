"""Seeded flaws: operations that change a document, edits that change nothing, and data that fits."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from backend_mcp.model.design import Design
from backend_mcp.model.form import PAYERS
from backend_mcp.tree import from_text, plain
from benchmarks.judgement.mutate import (
    MutationError,
    apply,
    chosen,
    fresh_names,
    moved,
    rename,
    reverse,
)
from tests.conftest import Read

SEEDED = Path(__file__).parents[2] / "benchmarks" / "judgement" / "seeded"
BASES = sorted((SEEDED / "bases").glob("*.yaml"))
FULL = [f.stem for f in BASES if not f.stem.endswith("-hasty")]
CODES = """O01 O02 O03 O04 O05 O08 O09 O10 O11 O12 O15 O17 O18 O20 U01 U02 U03 U04 U05 U08 U10 U11 U12 U13 U14
U15 U16 U18 U24 U26 U28 U29 U30 U31 U32 U33 L01 L02 L03 L06 L07"""
SEAMS = """mark-before-effect check-before-effect nobody-recovers two-writes-without-outbox
call-inside-transaction retry-not-duplicate-safe key-changes-with-attempt retries-multiply key-kept-too-short
claim-too-short timeout-too-short lanes-share-one-part timer-on-several-instances state-in-memory-of-several
two-writers-of-one-fact target-against-the-clock recovery-below-copies"""


def _load(path: Path) -> Any:
    return plain(from_text(path.read_text(), path.name))


def _base(name: str) -> dict[str, Any]:
    return _load(SEEDED / "bases" / f"{name}.yaml")


MUTATORS = _load(SEEDED / "mutators.yaml")
TWINS = _load(SEEDED / "twins.yaml")
PAIRS = [(m, base) for m in MUTATORS for base in m["bases"]]
SHOP: dict[str, Any] = {
    "name": "shop",
    "needs": {"targets": [{"amount": 5, "within": "1 h", "flows": ["pay"]}]},
    "components": [
        {"id": "app", "kind": "service", "paid_by": ["once", "existing", "flows.pay.rate"]},
        {"id": "db", "kind": "relational", "in": "app"},
    ],
    "flows": [
        {"id": "pay", "from": "user", "to": "app", "retries": {"max": 3}},
        {"id": "save", "from": "app", "to": ["db", "components.app"], "duplicate_safe": True},
    ],
    "stores": [{"in": "db", "what": "orders", "retention": "1 year"}],
    "must_hold": [
        {"id": "once", "statement": "app pays once", "where": "flows.save", "enforced_by": "db"},
        {"id": "kept", "statement": "it is kept", "where": ["stores.db.orders", "components.db"]},
    ],
    "practices": {"outbox": True, "backups": {"value": True, "every": "24 h"}},
    "complete": ["components", "flows"],
    "answers": {"a-probe@flows.pay": {"holds": True, "note": "pay twice"}},
}


def _leaves(node: Any) -> int:
    if isinstance(node, dict | list):
        return sum(map(_leaves, node.values() if isinstance(node, dict) else node))
    return 1


def _places(design: Design) -> set[str]:
    return {item.place for items in design.lists.values() for item in items}


def _strangers(document: dict[str, Any]) -> list[str]:
    known = {*PAYERS, "nothing", *(p["id"] for p in document["must_hold"])}
    said = (w for c in document["components"] for w in c.get("paid_by", []))
    return [w for w in said if w not in known and "." not in w]


def test_set_changes_a_fact_where_it_stands() -> None:
    made = apply(SHOP, [{"op": "set", "at": "flows.pay.retries.max", "value": 9}])
    assert made["flows"][0]["retries"] == {"max": 9}
    assert SHOP["flows"][0]["retries"] == {"max": 3}


def test_set_makes_the_mappings_on_the_way_and_reaches_stores_and_targets() -> None:
    made = apply(
        SHOP,
        [
            {"op": "set", "at": "components.db.settings.key_type", "value": "int32"},
            {"op": "set", "at": "stores.db.orders.retention", "value": "forever"},
            {"op": "set", "at": "needs.targets[0].within", "value": "1 min"},
        ],
    )
    assert made["components"][1]["settings"] == {"key_type": "int32"}
    assert made["stores"][0]["retention"] == "forever"
    assert made["needs"]["targets"][0]["within"] == "1 min"


def test_remove_add_and_drop() -> None:
    made = apply(
        SHOP,
        [
            {"op": "remove", "at": "practices.backups.every"},
            {"op": "add", "to": "components", "item": {"id": "bus", "kind": "log"}},
            {"op": "drop", "from": "flows", "id": "save"},
            {"op": "drop", "from": "stores", "id": "db.orders"},
        ],
    )
    assert made["practices"]["backups"] == {"value": True}
    assert [c["id"] for c in made["components"]] == ["app", "db", "bus"]
    assert [f["id"] for f in made["flows"]] == ["pay"]
    assert made["stores"] == []


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ({"op": "set", "at": "flows.refund.timeout", "value": 1}, "no such entry"),
        ({"op": "set", "at": "practices.outbox", "value": True}, "already"),
        ({"op": "set", "at": "flows.pay", "value": 1}, "whole entry"),
        ({"op": "set", "at": "flows.save.duplicate_safe.kept", "value": "1 h"}, "no kept"),
        ({"op": "set", "at": "needs.targets[3].within", "value": "1 h"}, "no 3"),
        ({"op": "remove", "at": "practices.dead_letters"}, "no dead_letters"),
        ({"op": "remove", "at": "flows.pay.timeout"}, "no timeout"),
        ({"op": "add", "to": "components", "item": {"id": "db"}}, "db is there"),
        ({"op": "add", "to": "parts", "item": {"id": "x"}}, "no such list"),
        ({"op": "drop", "from": "components", "id": "bus"}, "there is no bus"),
        ({"op": "move", "at": "flows.pay"}, "op is one of"),
    ],
)
def test_what_finds_nothing_to_change_is_an_error(operation: dict[str, Any], words: str) -> None:
    with pytest.raises(MutationError, match=words):
        apply(SHOP, [operation])


def test_renaming_reaches_every_reference_and_no_prose() -> None:
    made = rename(SHOP, {"app": "a", "db": "b", "pay": "c", "save": "d", "once": "e", "kept": "f"})
    assert made["components"][0]["paid_by"] == ["e", "existing", "flows.c.rate"]
    assert made["components"][1] == {"id": "b", "kind": "relational", "in": "a"}
    assert (made["flows"][0]["from"], made["flows"][0]["to"]) == ("user", "a")
    assert made["flows"][1]["to"] == ["b", "components.a"]
    assert made["stores"][0]["in"] == "b"
    assert made["must_hold"][0]["where"] == "flows.d"
    assert made["must_hold"][0]["statement"] == "app pays once"
    assert made["must_hold"][1]["where"] == ["stores.b.orders", "components.b"]
    assert made["needs"]["targets"][0]["flows"] == ["c"]
    assert made["answers"] == {"a-probe@flows.c": {"holds": True, "note": "pay twice"}}
    assert moved("stores.db.orders", {"db": "b"}) == "stores.b.orders"
    assert moved("practices.outbox", {"outbox": "x"}) == "practices.outbox"


def test_reversing_twice_is_nothing_and_numbers_are_refused() -> None:
    assert reverse(reverse(SHOP)) == SHOP
    assert reverse(SHOP)["flows"][0]["id"] == "save"
    with pytest.raises(MutationError, match="an id"):
        reverse({**SHOP, "must_hold": [{"id": "x", "where": "flows[1]"}]})


def test_there_is_a_full_and_a_hasty_base_of_each_brief() -> None:
    assert len(FULL) == 12
    assert {f.stem for f in BASES} == {*FULL, *(f"{name}-hasty" for name in FULL)}


@pytest.mark.parametrize("file", BASES, ids=lambda f: f.stem)
def test_a_base_is_read_whole_and_under_other_names(read: Read, file: Path) -> None:
    document = _load(file)
    assert read(document).unread == ()
    assert _strangers(document) == []
    other = reverse(rename(document, fresh_names(document)))
    assert read(other).unread == ()
    assert {moved(p, fresh_names(document)) for p in _places(read(document))} == _places(
        read(other)
    )


@pytest.mark.parametrize("name", FULL)
def test_the_hasty_one_leaves_out_about_half(name: str) -> None:
    full, hasty = _base(name), _base(f"{name}-hasty")
    assert 0.45 <= _leaves(hasty) / _leaves(full) <= 0.62
    assert [c["id"] for c in hasty["components"]] == [c["id"] for c in full["components"]]
    assert "complete" not in hasty
    assert sorted(full["complete"]) == ["components", "flows", "must_hold", "stores"]


@pytest.mark.parametrize(("mutator", "base"), PAIRS, ids=lambda p: p if p in FULL else p["id"])
def test_a_mutator_makes_another_document_that_is_read_whole(
    read: Read, mutator: dict[str, Any], base: str
) -> None:
    place, operations = chosen(mutator, base)
    document = apply(_base(base), operations)
    design = read(document)
    assert design.unread == ()
    assert place in _places(design) or place.startswith("practices.")
    assert _strangers(document) == []
    new = [op["item"] for op in operations if op["op"] == "add" and op["to"] == "components"]
    if mutator["side"] == "over":
        assert all(item["status"] == "new" for item in new)


def test_the_mutators_are_whole_and_their_names_their_own() -> None:
    assert len({m["id"] for m in MUTATORS}) == len(MUTATORS)
    for m in MUTATORS:
        assert m["side"] in ("over", "under", "seam"), m["id"]
        assert m["severity"] in ("blocker", "high", "medium"), m["id"]
        assert set(m["bases"]) <= set(FULL), m["id"]
        assert m["fact"], m["id"]
        assert m["accept"], m["id"]
        assert ("patch" in m) != ("patches" in m), m["id"]
        assert set(m.get("patches", m["bases"])) == set(m["bases"]), m["id"]


def test_every_code_and_every_seam_is_seeded_and_both_sides_weigh_enough() -> None:
    assert {m["code"] for m in MUTATORS} == {*CODES.split(), *(f"seam-{s}" for s in SEAMS.split())}
    sides = Counter(m["side"] for m, _ in PAIRS)
    assert min(sides["over"], sides["under"]) >= 60
    assert sides["seam"] >= 48


def test_each_brief_has_two_twins() -> None:
    assert set(Counter(t["brief"] for t in TWINS).items()) == {(name, 2) for name in FULL}
    assert Counter(t["source"] for t in TWINS) == {"flip": 12, "own": 12}


@pytest.mark.parametrize("twin", TWINS, ids=lambda t: f"{t['brief']}-{t['source']}")
def test_a_twin_differs_in_what_decides(read: Read, twin: dict[str, Any]) -> None:
    document = apply(_base(twin["brief"]), twin["changes"])
    design = read(document)
    assert design.unread == ()
    assert twin["decisive"] in _places(design)
    assert twin["before"] != twin["after"]
    assert twin["accept"]
    assert _strangers(document) == []
