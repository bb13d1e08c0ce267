"""Derived facts that say where a second look is worth it: what nobody added up, and what comes all at once."""

from typing import Final

from backend_mcp.capacity.registry import Made, amount, derived, made
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.form import ACTORS
from backend_mcp.model.quantity import point

_ROW: Final = 2
"""Fewer steps than this have no sum."""


@derived("count", "targets")
def loose_steps(t: ItemScope) -> Made | None:
    """Flows with a stated time, where the target names none and no target's steps can be added up.

    Formula: count of flows with a duration, from two on. Unit: flows.
    """
    added_up = any(x.derived("steps_time") is not None for x in t.whole.items["targets"])
    if t.item.words("flows") or added_up:
        return None
    times = [f.get("duration") for f in t.whole.items["flows"]]
    known: list[Fact] = [fact for fact in times if fact is not None and amount(fact) is not None]
    return made(point(len(known), "count"), *known) if len(known) >= _ROW else None


@derived("count", "flows")
def held_open(f: ItemScope) -> Made | None:
    """Clients that may come back at the same moment when the part that holds their streams stops.

    Formula: open connections of a stream that starts outside, things where devices start it. Unit: clients.
    """
    source = f.item.word("from")
    if f.item.word("mode") != "stream" or source not in ACTORS:
        return None
    things = ("load.things.count",) if source == "device" else ()
    for path in ("load.concurrent_connections", *things):
        fact = f.whole.get(path)
        found = amount(fact)
        if fact is not None and found is not None:
            return made(found, fact)
    return None
