"""Derived facts that say where a second look is worth it: what nobody added up, and what comes all at once."""

from typing import Final

from backend_mcp.capacity.registry import FLAG, WORDS, Made, amount, derived, made
from backend_mcp.capacity.scope import DesignScope, ItemScope
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


@derived(WORDS, "flows")
def said_keys(f: ItemScope) -> Made | None:
    """Keys of a flow that the document speaks of, `unknown` among what it may say.

    Formula: names of the keys that are given. Unit: words.
    """
    return made(tuple(sorted({path.partition(".")[0] for path in f.item.facts})))


@derived(FLAG, "flows")
def writes_rows_too(f: ItemScope) -> Made | None:
    """Whether the part that sends this is said to write a database as well.

    Formula: true where a flow of the same source changes a database, else false. Unit: true or false.
    """
    beside = f.derived("beside_a_write")
    return made(beside is not None and beside.value is True)


@derived(WORDS)
def said_context(s: DesignScope) -> Made | None:
    """Keys of the context that the document speaks of, `unknown` among what it may say.

    Formula: names of the keys that are given below context. Unit: words.
    """
    given = (path.split(".") for path in s.design.facts if path.startswith("context."))
    return made(tuple(sorted({parts[1] for parts in given})))
