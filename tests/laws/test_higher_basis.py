"""The higher basis wins, and the contradiction is told."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from backend_mcp.capacity import DesignScope
from backend_mcp.model.fact import BASES, Fact
from backend_mcp.model.quantity import Quantity
from backend_mcp.reading.merge import Base
from backend_mcp.reading.reader import read_design
from backend_mcp.tree import from_value
from backend_mcp.usecases.judge import Reviewed, review_tree
from tests.laws.designs import KNOWLEDGE, judge, law
from tests.laws.pieces import Document

GIVEN: Final = ("measured", "production", "repository", "stated", "vendor", "assumed")
A_DAY: Final = 86_400


def long(value: object, basis: str) -> Document:
    return {"value": value, "basis": basis}


def visited(average: int, users: int, bases: tuple[str, str, str], peak: bool) -> Document:
    rates: Document = {"average": long(average, bases[0])}
    if peak:
        rates["peak"] = 5000
    return {
        "name": "shop",
        "load": {
            "requests_per_second": rates,
            "users_per_day": long(users * A_DAY, bases[1]),
            "actions_per_user_day": long(1, bases[2]),
        },
        "components": [{"id": "api", "kind": "service"}, {"id": "db", "kind": "relational"}],
        "flows": [{"id": "save", "from": "api", "to": "db", "mode": "sync", "effect": "write"}],
    }


def average_of(reviewed: Reviewed) -> Fact:
    found = DesignScope(reviewed.design, KNOWLEDGE.numbers).derived("average_rate")
    assert found is not None
    return found


RATE = st.integers(1, 5000)
THREE = st.tuples(*[st.sampled_from(GIVEN)] * 3)


def weight(basis: str) -> int:
    return [str(b) for b in BASES].index(basis)


@given(RATE, RATE, THREE)
@law
def test_the_better_of_stated_and_computed_average_is_used(
    average: int, users: int, bases: tuple[str, str, str]
) -> None:
    used = average_of(judge(visited(average, users, bases, peak=False))).value
    computed = "assumed" if "assumed" in bases[1:] else "derived"
    best = users if weight(computed) < weight(bases[0]) else average
    assert isinstance(used, Quantity)
    assert abs(used.high - best) <= 1e-6 * best


@given(RATE, RATE, THREE, st.booleans())
@law
def test_a_contradiction_of_averages_is_told(
    average: int, users: int, bases: tuple[str, str, str], peak: bool
) -> None:
    review = judge(visited(average, users, bases, peak=peak)).review
    told = [c for c in review.conflicts if "requests_per_second.average" in str(c)]
    assert bool(told) == (average != users)


def laid(below: str, above: str, old: int, new: int) -> Reviewed:
    """Review a change that states another load than the accepted design it is laid over."""
    parts = [{"id": "api", "kind": "service"}]
    base = {"name": "a", "components": parts, "load": {"users": long(old, below)}}
    over = {"name": "a", "components": parts, "load": {"users": long(new, above)}}
    design = read_design(from_value(base, "base"), "base", KNOWLEDGE.vocabulary)
    return review_tree(
        from_value(over, "design"), "design", KNOWLEDGE, base=Base(design, True, "base")
    )


@given(st.sampled_from(GIVEN), st.sampled_from(GIVEN), st.integers(1, 99), st.integers(1, 99))
@law
def test_a_change_does_not_overrule_what_the_base_knows_better(
    below: str, above: str, old: int, new: int
) -> None:
    reviewed = laid(below, above, old, new)
    kept = weight(below) < weight(above)
    used = reviewed.design.facts["load.users"].value
    assert isinstance(used, Quantity)
    assert used.high == (old if kept else new)
    assert len(reviewed.review.conflicts) == (kept and old != new)
