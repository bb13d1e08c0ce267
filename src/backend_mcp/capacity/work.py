"""Derived facts of work in steps and by the clock: what a part drives, how often, and how long it waits."""

from collections.abc import Iterable
from math import inf
from typing import Final

from backend_mcp.capacity.kinds import DATABASES, PROCESSES
from backend_mcp.capacity.load import grown
from backend_mcp.capacity.registry import (
    FLAG,
    Made,
    amount,
    derived,
    larger,
    largest,
    made,
    said,
    total,
)
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.quantity import Quantity, point

_OF: Final = "components"
_HANDS: Final = ("worker", "function", "job")
"""What does a step for another part, and is no step by itself."""
_OWN: Final = ("duration", "timeout")
_TIMES: Final = (*_OWN, "recovers.within")


def _leads_back(f: ItemScope, c: ItemScope) -> bool:
    return c.item.id in f.item.words("to")


def steps(c: ItemScope) -> list[ItemScope]:
    """Return the steps that a part drives: its flows, or those of a worker that only it feeds."""
    found: dict[str, ItemScope] = {}
    for flow in c.whole.outgoing(c.item.id):
        if not _leads_back(flow, c):
            for step in _through(flow, c) or [flow]:
                found[step.place] = step
    return list(found.values())


def _through(flow: ItemScope, c: ItemScope) -> list[ItemScope]:
    hand = flow.referred("to")
    if hand is None or hand.kind not in _HANDS:
        return []
    fed = {id_ for f in c.whole.incoming(hand.item.id) for id_ in f.item.words("from")}
    if fed - {hand.item.id} != {c.item.id}:
        return []
    onward = c.whole.outgoing(hand.item.id)
    return [f for f in onward if not _leads_back(f, c) and not _leads_back(f, hand)]


@derived(FLAG, _OF)
def scheduler(c: ItemScope) -> Made | None:
    """Whether a workflow part starts its work by the clock, as pipelines are.

    Formula: its trigger is timer, or its technology is a scheduler. Unit: true or false.
    """
    traits = c.derived("traits")
    named = traits is not None and isinstance(traits.value, tuple) and "scheduler" in traits.value
    return made(named or c.item.word("trigger") == "timer")


@derived(FLAG, _OF)
def stands_alone(c: ItemScope) -> Made | None:
    """Whether a part is run by itself, rather than within a database or a process of the design.

    Formula: it is in nothing, or in what things run on; not known where its host's kind is not. Unit: true or false.
    """
    said_in, host = c.item.facts.get("in"), c.referred("in")
    if said_in is None:
        return made(True)
    if host is None or not host.kind:
        return None
    return made(host.kind not in (*DATABASES, *PROCESSES))


@derived("count", _OF)
def steps_here(c: ItemScope) -> Made | None:
    """Different steps that one part drives.

    Formula: count of distinct flows out of it; out of a worker that only it feeds, in that
    worker's place. Unit: steps.
    """
    found = steps(c)
    return _seen(c, point(len(found), "count")) if found else None


def _seen(c: ItemScope, value: Quantity | bool) -> Made:
    """Return what was seen of the steps: assumed where a flow comes from nobody knows where."""
    nameless = any(not f.item.words("from") for f in c.whole.items["flows"])
    return Made(value, "assumed" if nameless else "derived")


@derived(FLAG, _OF)
def one_database(c: ItemScope) -> Made | None:
    """Whether all steps that a part drives change one database, where one transaction could hold them.

    Formula: every step leads to one and the same database. Unit: true or false.
    """
    ends = [f.referred("to") for f in steps(c)]
    known = {e.item.id for e in ends if e is not None and e.kind in DATABASES}
    return _seen(c, len(known) == 1 and all(e is not None and e.item.id in known for e in ends))


@derived("rate", _OF)
def runs_here(c: ItemScope) -> Made | None:
    """Runs a second that one part must start.

    Formula: rates into it, else the largest stated rate of its steps; × growth. Unit: runs/s.
    """
    own = grown(c.whole, c.derived("inflow"))
    rates = (f.get("rate") for f in steps(c))
    return own or grown(c.whole, largest(r for r in rates if r is not None))


@derived("rate", _OF)
def step_rate(c: ItemScope) -> Made | None:
    """Steps a second that one part must drive.

    Formula: runs × steps, or what is stated of the flows out of it where that is more. Unit: steps/s.
    """
    runs, each = c.derived("runs_here"), c.derived("steps_here")
    rate, n = amount(runs), amount(each)
    told = total(f.get("rate") for f in c.whole.outgoing(c.item.id) if not _leads_back(f, c))
    if rate is None or n is None or runs is None or each is None:
        return told
    return larger(told, made(rate * n, runs, each, formula=f"{said(runs)} × {said(each)} steps"))


@derived("duration", _OF)
def longest_wait(c: ItemScope) -> Made | None:
    """Longest time that a step of a part may take or wait; open where one that need not hurry says nothing.

    When a crashed step is taken up again is no wait of a call or a batch that says how long it takes.

    Formula: max of duration, timeout and recovers.within over the flows into it and its steps; a
    sync step that states none waits for nobody. Unit: s.
    """
    own = steps(c)
    return _longest([*c.whole.incoming(c.item.id), *own], own, _TIMES)


@derived("count", _OF)
def waiting_runs(c: ItemScope) -> Made | None:
    """Runs that are open at one time, by Little's law, if each takes as long as its longest step.

    Formula: runs × longest wait. Unit: runs.
    """
    runs, wait = c.derived("runs_here"), c.derived("longest_wait")
    rate, time = amount(runs), amount(wait)
    if rate is None or time is None or runs is None or wait is None:
        return None
    return made(rate * time, runs, wait, formula=f"{said(runs)} × {said(wait)}")


@derived("duration", _OF)
def longest_read(c: ItemScope) -> Made | None:
    """Longest time of one read of a part, as stated; open where one in a batch says nothing.

    Formula: max of the duration, else the timeout, of the reads that lead to it. Unit: s.
    """
    reads = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") == "read"]
    return _longest(reads, reads, ("duration", "timeout"))


def _longest(
    flows: Iterable[ItemScope], open_ended: list[ItemScope], keys: tuple[str, ...]
) -> Made | None:
    known = [f for flow in flows for f in _times(flow, keys)]
    values = [q for f in known if (q := amount(f)) is not None]
    if not values and not open_ended:
        return None
    low = max((q.low for q in values), default=0.0)
    high = inf if any(_may_wait(f, keys) for f in open_ended) else 0.0
    high = max([high, *(q.high for q in values)])
    longest = max(known, key=_high, default=None)
    formula = f"{longest.path} {longest.said}" if longest is not None else "no time is stated"
    return made(Quantity(low, high, "duration"), *known, formula=formula)


def _high(fact: Fact) -> float:
    value = amount(fact)
    return value.high if value is not None else 0.0


def _times(flow: ItemScope, keys: tuple[str, ...]) -> list[Fact]:
    found = [(key, f) for key in keys if (f := flow.get(key)) is not None and amount(f) is not None]
    timed = flow.item.word("mode") in ("sync", "batch") and any(key in _OWN for key, _ in found)
    return [f for key, f in found if key in _OWN or not timed]


def _may_wait(flow: ItemScope, keys: tuple[str, ...]) -> bool:
    """Whether a step may take any time: it states none, and says so or nobody waits for it."""
    if _times(flow, keys):
        return False
    asked = (flow.item.facts.get(key) for key in keys)
    left_open = any(f is not None and not f.known for f in asked)
    return left_open or flow.item.word("mode") != "sync"


@derived("count", _OF)
def scheduled_flows(c: ItemScope) -> Made | None:
    """Schedules that one part keeps: a scheduler's flows, or the timers behind a line.

    Formula: steps of a workflow part; deployables behind the line of any other. Unit: schedules.
    """
    if c.kind == "workflow":
        found = c.derived("steps_here")
        return made(found.value, found, formula=found.formula) if found is not None else None
    many = c.get("count")
    if many is not None and not many.known:
        return None
    n = amount(many) or point(1, "count")
    return made(n, *([many] if many is not None else []), formula=f"{n.short()} by the clock")
