"""Derived facts of how old a value is when it is read: what is loaded in batches, and who reads it."""

from typing import Final

from backend_mcp.capacity.kinds import DATABASES, QUIET
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, made
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.quantity import point

_OF: Final = "components"
_ANSWERS: Final = (*DATABASES, "olap", "search", "vector", "cache")
"""What is read while somebody waits."""


@derived("duration", _OF)
def loaded_every(c: ItemScope) -> Made | None:
    """Time between two loads of a part that nothing but batches of a stated rate fills.

    Formula: 1 / the highest rate of the flows that change it, all of them batches. Unit: s.
    """
    if "flows" not in c.whole.design.complete:
        return None
    loads = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") not in QUIET]
    rates = [f.get("rate") for f in loads if f.item.word("mode") == "batch"]
    known = [(r, q) for r in rates if r is not None and (q := amount(r)) is not None and q.low > 0]
    if not known or len(known) != len(loads):
        return None
    fastest, most = max(known, key=lambda pair: pair[1].high)
    return made(point(1, "count") / most, fastest, formula=f"1 / {fastest.path} {fastest.said}")


@derived(FLAG, _OF)
def answers_alone(c: ItemScope) -> Made | None:
    """Whether what people are shown is read from this part alone.

    Formula: calls that read lead here, and to no other store, search or cache. Unit: true or false.
    """
    if "flows" not in c.whole.design.complete:
        return None
    reads = [f for f in c.whole.items["flows"] if f.item.word("effect") == "read"]
    calls = [f for f in reads if f.item.word("mode") in ("", "sync", "stream")]
    parts = [p for f in calls if (p := f.referred("to")) is not None and p.kind in _ANSWERS]
    return made(bool(parts) and all(p is c for p in parts))
