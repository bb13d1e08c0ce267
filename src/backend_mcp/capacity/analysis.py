"""Derived facts of analysis and telemetry: what comes in, from where, and how soon it must count."""

from math import inf
from typing import Final

from backend_mcp.capacity.kinds import QUIET
from backend_mcp.capacity.load import grown
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, larger, made
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.form import ACTORS, Amount
from backend_mcp.model.quantity import Quantity, point

_OF: Final = "components"
_CARRIERS: Final = ("worker", "function", "job", "queue", "log", "workflow")
"""What carries data from elsewhere, and is no source by itself."""
_NO_STORE: Final = frozenset({"hosted_only", "no_store", "language"})


@derived(FLAG, _OF)
def keeps_telemetry(c: ItemScope) -> Made | None:
    """Whether a monitoring part keeps logs, metrics or traces itself, which an agent or a check does not.

    Formula: one of its technologies, where any is known, is more than a check, an agent, a
    language or a hosted service, and something is sent to it. Unit: true or false.
    """
    into = c.whole.incoming(c.item.id)
    if into and all(f.item.word("effect") in QUIET for f in into):
        return made(False)  # people look at it, and it asks others
    names, traits = c.item.words("technology"), c.whole.numbers.traits
    heavy = any(not _NO_STORE & set(traits.get(name, ())) for name in names)
    return made(heavy or not names)


@derived("rate", _OF)
def events_here(c: ItemScope) -> Made | None:
    """Events a second that a monitoring or analysing part must take in.

    Formula: rates of the flows that put something in, else its callers' inflow; else the larger of
    the design's requests and messages; × growth. Unit: events/s.
    """
    puts = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") not in QUIET]
    own = grown(c.whole, c.derived("puts"))
    asked = [f.get("rate") for f in puts]
    if own is None and any(f is not None and not f.known for f in asked):
        return None  # the one that is left open may be small
    return own or larger(_whole(c, "design_rate"), _whole(c, "message_rate"))


def _whole(c: ItemScope, name: str) -> Made | None:
    fact = c.whole.derived(name)
    return made(fact.value, fact, formula=fact.formula) if fact is not None else None


@derived("count", _OF)
def sources_here(c: ItemScope) -> Made | None:
    """Different systems whose data comes together in a part.

    Formula: count of the distinct sources of its flows; behind a worker, queue or log what feeds
    it, or what it reads. Unit: sources.
    """
    found: set[str] = set()
    for flow in c.whole.incoming(c.item.id):
        for id_ in flow.item.words("from"):
            part = c.whole.component(id_)
            behind = _behind(part, c) if part is not None and part.kind in _CARRIERS else set()
            found |= behind or {id_}
    found.discard(c.item.id)
    return made(point(len(found), "count")) if found else None


def _behind(part: ItemScope, c: ItemScope) -> set[str]:
    whole, own = c.whole, part.item.id
    fed = {id_ for f in whole.incoming(own) for id_ in f.item.words("from")}
    reads = [f for f in whole.outgoing(own) if f.item.word("effect") == "read"]
    read = {id_ for f in reads for id_ in f.item.words("to")}
    return (fed | read) - {own, c.item.id, *ACTORS}


@derived(Amount("duration", "", ("none",)), _OF)
def deadline_here(c: ItemScope) -> Made | None:
    """Shortest time of a target whose flows lead into or out of a part; none where no target may.

    Formula: min of within over those targets, open to the shorter of a target that names no flows. Unit: s.
    """
    tied: list[Fact] = []
    loose: list[Fact] = []
    for target in c.whole.items["targets"]:
        within = target.get("within")
        if within is None or amount(within) is None:
            continue
        flows = [c.whole.referred("flows", id_) for id_ in target.item.words("flows")]
        if not flows:
            loose.append(within)
        elif any(f is not None and _touches(f, c) for f in flows):
            tied.append(within)
    if not tied and not loose:
        return made("none")
    least = min(tied or loose, key=_ends)
    low = min(q.low for f in (*tied, *loose) if (q := amount(f)))
    value = Quantity(low, _ends(least) if tied else inf, "duration")
    return made(value, *tied, *loose, formula=f"{least.path} {least.said}")


def _touches(flow: ItemScope, c: ItemScope) -> bool:
    return c.item.id in (*flow.item.words("from"), *flow.item.words("to"))


def _ends(fact: Fact) -> float:
    value = amount(fact)
    return value.high if value is not None else inf
