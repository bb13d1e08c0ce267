"""What a reviewer reaches that does not judge: everything listed, points for each technology, one word."""

from benchmarks.judgement.cases import Document, knowledge
from benchmarks.judgement.published import Case

_POINTS = {"log": 3, "platform": 2, "workflow": 2, "search": 2, "vector": 2, "olap": 2, "cache": 1, "queue": 1,
           "mesh": 3, "document": 1, "wide_column": 2, "graph": 2, "gateway": 1, "service": 1}  # fmt: skip
TOO_MANY = 6


def listed(document: Document) -> int:
    """Return how many findings a reviewer makes that says every rule of every item it walks."""
    lists = {
        name: len(document.get(name, [])) for name in ("components", "flows", "stores", "must_hold")
    }
    return sum(lists.get(r.entry.for_each, 1) for r in knowledge().rules)


def points(document: Document) -> str:
    """Return `over` when the sum of points for parts is high, else `right`."""
    parts = [c for c in document.get("components", []) if isinstance(c, dict)]
    return "over" if sum(_POINTS.get(str(c.get("kind")), 0) for c in parts) > TOO_MANY else "right"


def one_word(found: list[Case], word: str) -> float:
    """Return the agreement of a reviewer that gives every design the same verdict."""
    return sum(word in c.expected for c in found) / len(found)
