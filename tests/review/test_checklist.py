"""A tick of a checklist: it says when it rests on an assumption, and what contradicts itself gets none."""

from collections.abc import Callable

import pytest

from backend_mcp import settings
from backend_mcp.catalog.library import Library
from backend_mcp.model.consultation import ItemLine
from backend_mcp.review.checklist import tell
from tests.conftest import Read

Line = Callable[[str, str], ItemLine]
SHOP = """\
name: shop
load: {requests_per_second: {peak: 20}}
practices: {restore_tested: true}
components:
  - {id: app, kind: service, status: new}
  - {id: db, kind: relational, technology: PostgreSQL, status: new, holds: truth}
flows: [{id: save, from: app, to: db, mode: sync, effect: write}]
"""


@pytest.fixture(scope="module")
def line(read: Read) -> Line:
    library = Library(settings.knowledge_folder(), None)

    def told(document: str, item: str, topic: str = "launch") -> ItemLine:
        found = tell(read(document), library.advice.checklists[topic], library.knowledge)
        return next(i for i in (*found.items, *found.skipped) if i.id == item)

    return told


def test_a_practice_that_is_said_is_done(line: Line) -> None:
    found = line(SHOP, "read-back-once")
    assert found.state == "done"
    assert "assum" not in found.says


@pytest.mark.parametrize(
    "said",
    [
        "{value: true, basis: assumed}",
        "{value: true, basis: assumed, note: they surely do}",
        "{every: 30 days, basis: assumed}",
    ],
)
def test_a_practice_that_is_assumed_says_so_on_its_tick(line: Line, said: str) -> None:
    found = line(SHOP.replace("restore_tested: true", f"restore_tested: {said}"), "read-back-once")
    assert found.state == "done"
    assert "rests on an assumption" in found.says


def test_what_is_planned_is_planned_whatever_is_noted(line: Line) -> None:
    said = "restore_tested: {value: planned, note: in May}"
    assert line(SHOP.replace("restore_tested: true", said), "read-back-once").state == "planned"
    noted = "restore_tested: {value: true, note: planned}"
    assert line(SHOP.replace("restore_tested: true", noted), "read-back-once").state == "done"


@pytest.mark.parametrize(
    ("said", "state"), [("false", "missing"), ("unknown", "unknown"), ("true", "done")]
)
def test_a_part_that_says_otherwise_is_named(line: Line, said: str, state: str) -> None:
    own = f"holds: truth, practices: {{restore_tested: {said}}}"
    found = line(SHOP.replace("holds: truth", own), "read-back-once")
    assert found.state == state
    assert found.at == (("components.db",) if state != "done" else ())


def test_a_practice_that_is_said_and_listed_as_absent_is_not_done(line: Line, read: Read) -> None:
    torn = f"{SHOP}absent: [restore_tested]\n"
    found = line(torn, "read-back-once")
    assert found.state == "unknown"
    assert "which is right" in found.says
    (conflict,) = read(torn).conflicts
    assert conflict.open


@pytest.mark.parametrize(
    ("rate", "guess"), [("1/s", False), ("{value: 1/s, basis: assumed}", True)]
)
def test_a_tick_of_a_rule_names_the_assumption_under_it(line: Line, rate: str, guess: bool) -> None:
    pay = f"{{id: pay, from: app, to: psp, mode: sync, effect: external, rate: {rate}}}"
    psp = "  - {id: psp, kind: external, status: existing, limit: 100/s}\nflows:"
    shop = SHOP.replace("flows:", psp).replace("write}]", f"write}}, {pay}]")
    found = line(f"{shop}complete: [components, flows]\n", "limits-of-others")
    assert found.state == "done"
    assert ("rests on an assumption" in found.says) == guess
