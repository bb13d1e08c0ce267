"""The simplest sufficient design: a document that can be reviewed itself, in whatever shape it came."""

from typing import Any

import pytest

from backend_mcp.model.design import Design
from backend_mcp.model.review import Extra
from backend_mcp.review.simplest import without
from backend_mcp.tree import from_text, plain
from tests.conftest import Read

PARTS = "components: [{id: app, kind: service}, {id: db, kind: relational}, {id: bus, kind: log}]\n"
FLOWS = "flows: [{id: f, from: app, to: bus}, {id: g, from: app, to: db}]\n"
SHAPES = {
    "lists": PARTS + FLOWS,
    "ids as keys": "components: {app: {kind: service}, db: {kind: relational}, bus: {kind: log}}\n"
    "flows: {f: {from: app, to: bus}, g: {from: app, to: db}}\n",
    "wrapped": "design:\n  " + PARTS + "  " + FLOWS,
    "a word for a part": "components: [app, {id: db, kind: relational}, {id: bus, kind: log}]\n"
    + FLOWS,
    "lists of ends": PARTS + "flows: [{id: f, from: [app], to: [bus, db]}, {id: g, to: [bus]}]\n",
    "full places": PARTS + "flows: [{id: f, from: app, to: components.bus}]\n",
    "a list for in": PARTS + "stores: [{in: [bus], what: x}, {in: db, what: y}]\n" + FLOWS,
    "an unreadable id": PARTS.replace("id: app", "id: [app]") + FLOWS,
    "a part that lives inside": PARTS.replace("kind: relational", "kind: relational, in: [bus]"),
    "promises": PARTS
    + "must_hold: [{id: p, statement: x, enforced_by: [bus], where: components.bus}]\n",
}


def _names(design: Design) -> set[str]:
    """Every id that a design leads to."""
    found = {c.id for c in design.components}
    for items in design.lists.values():
        for item in items:
            for key in ("from", "to", "in", "enforced_by", "where"):
                found |= set(item.words(key))
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_left_is_read_without_a_trace_of_the_extra(read: Read, shape: str) -> None:
    document: Any = plain(from_text(SHAPES[shape], "a.yaml"))
    before = read(document)
    after = read(without(document, [Extra("bus", "db", "replay")]))
    assert not {n for n in _names(after) if "bus" in n}
    assert {c.id for c in after.components} == {c.id for c in before.components} - {"bus"}
    assert {u.at for u in after.unread} <= {u.at for u in before.unread}
    assert len(after.flows) == len(before.flows)


def test_the_document_that_came_is_not_changed() -> None:
    document: Any = plain(from_text(SHAPES["lists"], "a.yaml"))
    kept = plain(from_text(SHAPES["lists"], "a.yaml"))
    without(document, [Extra("bus", "db", "replay")])
    assert document == kept


def test_flows_of_an_extra_that_nothing_replaces_go_with_it(read: Read) -> None:
    document: Any = plain(from_text(SHAPES["lists"], "a.yaml"))
    after = read(without(document, [Extra("bus", "", "replay")]))
    assert [f.id for f in after.flows] == ["g"]
