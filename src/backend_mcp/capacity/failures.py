"""Derived facts that post-mortems turn on: who waits, who acts on everything, what is never tried."""

from math import inf
from typing import Final

from backend_mcp.capacity.kinds import DATABASES
from backend_mcp.capacity.load import YEAR
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, made, said
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.form import ACTORS
from backend_mcp.model.quantity import Quantity, point

FRONT: Final = ("client", "edge", "gateway")
"""Parts through which somebody outside reaches the rest."""
RELAYS: Final = ("edge", "gateway")
"""Parts that pass on whatever comes."""
_GROWS: Final = ("write", "stock", "money")


@derived(FLAG, "flows")
def user_waits(f: ItemScope) -> Made | None:
    """Whether somebody outside waits while this call is made.

    Formula: it is sync, and calls that are waited for lead from outside, a client, an edge or a gateway to its
    source. Unit: true or false.
    """
    mode = f.get("mode")
    if mode is None or not mode.known:
        return None
    if mode.value != "sync":
        return made(False, mode)
    reached, lost = _from_outside(f)
    if reached:
        return made(True)
    return made(False) if not lost and "flows" in f.whole.design.complete else None


def _from_outside(f: ItemScope) -> tuple[bool, bool]:
    """Return whether a chain of waiting calls leads here from outside, and whether one may be missing."""
    lost, seen, at = not _ends_known(f), set[str](), list(f.item.words("from"))
    while at:
        id_ = at.pop()
        if id_ in seen:
            continue  # many calls may come from one part
        part = f.whole.component(id_)
        if id_ in ACTORS or (part is not None and part.kind in FRONT):
            return True, lost
        lost = lost or part is None or not part.kind
        seen.add(id_)
        for before in f.whole.incoming(id_):
            lost = lost or before.item.word("mode") == "" or not before.item.words("from")
            if before.item.word("mode") in ("sync", "stream"):
                at += [i for i in before.item.words("from") if i not in seen]
    return False, lost


def _ends_known(f: ItemScope) -> bool:
    """Whether every flow of the design says where it comes from and where it leads to."""
    known = (f.whole.derived(name) for name in ("sources_known", "targets_known"))
    return all(k is not None and k.value is True for k in known)


@derived(FLAG, "flows")
def on_every_path(f: ItemScope) -> Made | None:
    """Whether all that comes from outside waits for this call.

    Formula: every way in leads to its source, which is an edge or gateway or calls as often as it is called by
    stated rates. Unit: true or false.
    """
    source, waits = f.referred("from"), f.derived("user_waits")
    if source is None or waits is None or waits.value is not True:
        return None if waits is None else made(False)
    if not _ends_known(f):
        return None
    ways_in = f.whole.once(_ways_in)
    if not all(source.item.id in reached for reached in ways_in):
        return made(False)
    return made(bool(ways_in) and (source.kind in RELAYS or _each_time(f, source)))


def _ways_in(s: DesignScope) -> list[set[str]]:
    """Return the parts to which each of the flows leads that come from outside."""
    return [_reached(g) for actor in ACTORS for g in s.outgoing(actor)]


def _reached(f: ItemScope) -> set[str]:
    """Return the parts to which waiting calls lead from a flow on."""
    seen: set[str] = set()
    at = list(f.item.words("to"))
    while at:
        id_ = at.pop()
        seen.add(id_)
        for after in f.whole.outgoing(id_):
            if after.item.word("mode") in ("sync", "stream"):
                at += [i for i in after.item.words("to") if i not in seen]
    return seen


def _each_time(f: ItemScope, source: ItemScope) -> bool:
    own = amount(f.get("rate"))
    rates = [amount(g.get("rate")) for g in f.whole.incoming(source.item.id)]
    known = [r for r in rates if r is not None]
    if own is None or not known or len(known) < len(rates):
        return False
    return own.low >= sum(r.low for r in known) and own.high >= sum(r.high for r in known)


@derived(FLAG, "flows")
def run_by_hand(f: ItemScope) -> Made | None:
    """Whether a person sets this off with a tool: an operator, a script, a page for the staff.

    Formula: it comes from a user, or from a job that is called by one or by request; assumed of a job of which
    only the rights of its caller are told. Unit: true or false.
    """
    if "user" in f.item.words("from"):
        return made(True)
    source = f.referred("from")
    if source is None:
        return None if not f.item.words("from") else made(False)
    if source.kind != "job":
        return made(False) if source.kind else None
    trigger = source.get("trigger")
    if trigger is not None and trigger.known:
        return made(trigger.value == "request", trigger)
    callers = {i for g in f.whole.incoming(source.item.id) for i in g.item.words("from")}
    if "user" in callers:
        return made(True)
    told = "authorized" in f.item.facts and trigger is None
    return Made(True, "assumed", "the rights of its caller are told") if told else None


@derived(FLAG, "flows")
def way_back_said(f: ItemScope) -> Made | None:
    """Whether the design says if what a flow does can be taken back.

    Formula: reversible is given. Unit: true or false.
    """
    return made(f.get("reversible") is not None)


@derived(FLAG, "flows")
def person_approves(f: ItemScope) -> Made | None:
    """Whether the design says that a person approves before this happens; silence is no approval.

    Formula: practices.human_approval is true. Unit: true or false.
    """
    fact = f.get("practices.human_approval")
    if fact is None:
        return made(False)
    return made(fact.value is True, fact) if fact.known else None


@derived(FLAG, "components")
def stands_by(c: ItemScope) -> Made | None:
    """Whether a part, or a copy of it, only waits to take over and serves nothing on an ordinary day.

    Formula: copies of it, or another part of its kind, are switched by hand, or it is a copy with regions of
    its own that nothing reads. Unit: true or false.
    """
    failover, holds = c.get("failover"), c.get("holds")
    if failover is not None and failover.value == "manual" and _is_there_twice(c):
        return made(True, failover)
    copy = holds is not None and holds.value == "copy" and c.kind in DATABASES
    if copy and c.item.words("regions") and _ends_known(c):
        return made(not _is_read(c))
    keys = ("failover", "holds", "regions", "replication", "instances", "zones", "in")
    lost = copy or not c.kind or any(_lost(c, key) for key in keys)
    return None if lost else made(False)


@derived(FLAG, "components")
def stands_single(c: ItemScope) -> Made | None:
    """Whether a part is said to be the only one of itself: nothing follows it, and nothing takes over.

    Formula: replication none, failover none or manual, and no second instance; or one instance that is run by
    the team itself, with no second copy. Unit: true or false.
    """
    alone = c.derived("no_second_copy")
    if alone is not None and alone.value is True and c.item.word("managed") == "self":
        one = amount(c.get("instances"))
        if one is not None and one.high <= 1:
            return made(True)
    replication, failover, many = (
        c.get("replication"),
        c.get("failover"),
        amount(c.get("instances")),
    )
    follows = replication is not None and replication.value == "none"
    takes_over = failover is None or failover.value not in ("none", "manual")
    return made(follows and not takes_over and (many is None or many.high <= 1))


@derived("count", "components")
def other_standbys(c: ItemScope) -> Made | None:
    """How many other parts of its kind wait to take over as well, where a third is in service.

    Formula: parts of the same kind that stand by, when one of the kind does not. Unit: parts.
    """
    others = [p for p in c.whole.of_kinds((c.kind,)) if p is not c]
    waiting = [
        p for p in others if (fact := p.derived("stands_by")) is not None and fact.value is True
    ]
    return made(point(len(waiting) if len(waiting) < len(others) else 0, "count"))


def _is_there_twice(c: ItemScope) -> bool:
    return _has_copies(c) or len(c.whole.of_kinds((c.kind,))) >= 2


def _has_copies(c: ItemScope) -> bool:
    copies, zones, regions = c.derived("copies"), c.get("zones"), c.derived("region_count")
    several = (amount(x) for x in (copies, zones, regions))
    copied = c.item.word("replication") in ("async", "sync")
    return copied or any(q is not None and q.low >= 2 for q in several)


def _is_read(c: ItemScope) -> bool:
    """Whether anything but a database that copies into it touches a part."""
    callers = [f.referred("from") for f in c.whole.incoming(c.item.id)]
    by_others = any(s is None or s.kind not in DATABASES for s in callers)
    return by_others or bool(c.whole.outgoing(c.item.id))


@derived(FLAG, "stores")
def partitioned(d: ItemScope) -> Made | None:
    """Whether the design says by what a data set is partitioned.

    Formula: partition_by is given. Unit: true or false.
    """
    by = d.get("partition_by")
    return made(by is not None) if by is None or by.known else None


@derived(FLAG, "stores")
def kept_for_ever(d: ItemScope) -> Made | None:
    """Whether it is said that rows of a data set are never removed.

    Formula: its retention is forever, or the whole design's where it says nothing of its own. Unit: true or false.
    """
    own = d.get("retention")
    kept = own if own is not None else d.get("data.retention")
    if kept is None or not kept.known:
        return None
    return made(kept.value == "forever", kept)


@derived("count", "stores")
def rows_at_horizon(d: ItemScope) -> Made | None:
    """Rows that a data set holds at the horizon when nothing is removed.

    Formula: rows + stated rate of what writes to its part × horizon, a year where none is said; assumed, since a
    write need not add a row. Unit: rows.
    """
    now = d.get("largest_rows")
    rows, rate = amount(now), _written(d)
    lost = now is not None and rows is None
    if rate is None:
        return made(rows, now) if rows is not None and now is not None else None
    ahead = d.get("context.horizon")
    more = rate * (amount(ahead) or YEAR)
    value = Quantity(more.low, inf if lost else more.high, "count") + (rows or point(0, "count"))
    time = said(ahead) if amount(ahead) is not None else "12 months"
    held = f"{said(now)} + " if rows is not None else ""
    return Made(value, "assumed", f"{held}{rate.short()} × {time}, if each write adds a row")


def _written(d: ItemScope) -> Quantity | None:
    """Return the rate at which the only data set of a part is written, with an open end where one is not said."""
    host = d.referred("in")
    if host is None or len(_stores_of(host)) != 1:
        return None
    writing = [f for f in host.whole.incoming(host.item.id) if f.item.word("effect") in _GROWS]
    rates = [q for f in writing if (q := amount(f.get("rate"))) is not None]
    if not rates:
        return None
    summed = sum(rates[1:], rates[0])
    return summed if len(rates) == len(writing) else Quantity(summed.low, inf, "rate")


def _stores_of(host: ItemScope) -> list[ItemScope]:
    return [s for s in host.whole.items["stores"] if host.item.id in s.item.words("in")]


def _lost(item: ItemScope, key: str) -> bool:
    fact = item.item.facts.get(key)
    return fact is not None and not fact.known
