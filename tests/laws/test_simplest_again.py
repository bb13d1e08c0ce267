"""The simplest sufficient design holds up when it is reviewed itself."""

from hypothesis import assume, example, given

from backend_mcp.model.review import Review
from tests.laws.designs import documents, judge, law
from tests.laws.pieces import Document

WORSE = {
    "right": ("over", "under", "mixed"),
    "undecided": ("over", "under", "mixed"),
    "over": ("under", "mixed"),
    "under": ("over", "mixed"),
    "mixed": (),
}
"""What each verdict may not become when something that nothing pays for is taken away."""


def simplest(document: Document) -> tuple[Review, Review]:
    """Return the review of a design, and that of what is left of it."""
    before = judge(document)
    assume(before.simplest is not None and before.simplest["components"])
    assert before.simplest is not None
    return before.review, judge(before.simplest).review


INSIDE_AN_EXTRA = {
    "name": "shop",
    "load": {"requests_per_second": {"peak": 60}},
    "components": [
        {"id": "api", "kind": "service", "status": "new"},
        {"id": "db", "kind": "relational", "status": "new"},
        {"id": "more", "kind": "service", "status": "new"},
        {"id": "web", "kind": "service", "status": "new", "in": "more"},
    ],
    "flows": [
        {"id": "ask", "from": "user", "to": "api", "mode": "sync", "effect": "read"},
        {"id": "save", "from": "api", "to": "db", "mode": "sync", "effect": "write"},
        {"id": "page", "from": "api", "to": "web", "mode": "sync", "effect": "write",
         "timeout": "none", "in_transaction": True},
    ],
}  # fmt: skip


@given(documents())
@law
@example(INSIDE_AN_EXTRA)
def test_taking_away_what_nothing_pays_for_makes_no_verdict_worse(document: Document) -> None:
    before, after = simplest(document)
    assert after.verdict not in WORSE[before.verdict]


@given(documents())
@law
def test_no_extra_is_named_again(document: Document) -> None:
    before, after = simplest(document)
    gone = {e.component for e in before.extras}
    assert not gone & {e.component for e in after.extras}
    assert not gone & {f.at.removeprefix("components.") for f in after.findings}
    assert set(after.simplest) <= set(before.simplest)


@given(documents())
@law
def test_what_is_left_can_be_read_whole(document: Document) -> None:
    _, after = simplest(document)
    assert not after.unread
