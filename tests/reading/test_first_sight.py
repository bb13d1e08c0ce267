"""Designs as agents wrote them at first sight: read whole, every slip told, nothing lost."""

from pathlib import Path

import pytest

from backend_mcp.model.knowledge import Knowledge
from backend_mcp.tree import from_text
from backend_mcp.usecases import judge
from tests.conftest import DATA, Read
from tests.leaves import lost

FILES = sorted((DATA / "first_sight").glob("*.yaml"))

# Written down from the documents before any of them was read by the program.
SLIPS = {
    "01": ["must_hold.one-billing-account.where"],
    "01-paid-by": [],
    "05": ["needs.rpo"],
    "05-paid-by": [],
    "06": [
        "flows.acl.rate",
        "flows.embed-pages.rate",
        "flows.live-check.rate",
        "load.things.each",
        "needs.availability",
        "stores.pg.chunk.retention",
        "stores.pg.page.retention",
    ],
    "08": [],
    "08-paid-by": [],
    "11": [
        "flows.run-read.replica is the intention)",
        "flows.summary-read.never the primary",
        "needs.targets[4].amount",
        "practices.reconciliation.every",
        "practices.reconciliation.for one week before the switch",
    ],
    "11-paid-by": ["stores.primary.orders.retention"],
}


def test_every_document_has_its_slips_written_down() -> None:
    assert {f.stem for f in FILES} == set(SLIPS)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_every_slip_is_told_with_what_is_due_and_its_line(read: Read, file: Path) -> None:
    design = read(file.read_text(), file.name)
    index = {s.place: n for n, s in enumerate(design.lists["stores"])}
    told = {u.at: u for u in design.unread}
    for place in SLIPS[file.stem]:
        head, _, key = place.rpartition(".")
        options = (place, f"stores[{index.get(head)}].{key}")
        noted = next((told[o] for o in options if o in told), None)
        assert noted is not None, place
        assert (noted.want != "", noted.line > 0) == (True, True), noted


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_no_value_is_lost_in_silence(read: Read, knowledge: Knowledge, file: Path) -> None:
    raw = from_text(file.read_text(), file.name)
    assert lost(raw, read(file.read_text(), file.name), knowledge.vocabulary) == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_first_sight_design_is_reviewed(knowledge: Knowledge, file: Path) -> None:
    raw = from_text(file.read_text(), file.name)
    review = judge.review_tree(raw, file.name, knowledge).review
    assert review.verdict in ("right", "over", "under", "mixed", "undecided")
    assert review.next


def test_a_value_that_is_dropped_would_be_noticed(read: Read, knowledge: Knowledge) -> None:
    text = "components: [{id: app, kind: service}]\nload: {users: 5}\n"
    shorter = read("components: [{id: app, kind: service}]\n")
    assert lost(from_text(text, "a.yaml"), shorter, knowledge.vocabulary) == ["load.users: 5"]
