"""Derived facts of one component that ladders read: what it is asked for, and what it is."""

from dataclasses import replace
from typing import Final

from backend_mcp.capacity.kinds import CHANGES, DATABASES, PROCESSES, QUIET
from backend_mcp.capacity.load import grown, rate_of
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, larger, made, said, total
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.form import ACTORS, IN_USE
from backend_mcp.model.quantity import Quantity, point

_OF: Final = "components"
_STORES: Final = (*DATABASES, "olap")


def _stated(c: ItemScope, effects: tuple[str, ...] = ()) -> Fact | None:
    """Return the summed rates of the flows into a part: with an open end where one states none."""
    flows = [
        f for f in c.whole.incoming(c.item.id) if not effects or f.item.word("effect") in effects
    ]
    summed = total(rate_of(f) for f in flows)
    return (
        None
        if summed is None
        else Fact(f"{c.place}.rate", summed.value, summed.basis, "", summed.formula)
    )


def _whole(c: ItemScope, name: str) -> Made | None:
    fact = c.whole.derived(name)
    return made(fact.value, fact, formula=fact.formula) if fact is not None else None


@derived("rate", _OF)
def messages_here(c: ItemScope) -> Made | None:
    """Messages that one queue or log must carry.

    Formula: stated rates of the flows into it, or the highest at which one takes them where that is more (what
    comes in a week may be worked off in an hour), else the design's messages, else its callers' inflow;
    × growth. Unit: messages/s.
    """
    own = grown(c.whole, _stated(c))
    taken = [f for f in (rate_of(f) for f in c.whole.outgoing(c.item.id)) if amount(f) is not None]
    for fact in taken if own is not None else ():
        own = larger(own, grown(c.whole, fact))
    return own or _whole(c, "message_rate") or grown(c.whole, c.derived("inflow"))


@derived(FLAG, _OF)
def replayed(c: ItemScope) -> Made | None:
    """Whether old messages can be read again although this part is no log.

    Formula: another component is a log, or its product delivers again from a time. Unit: true or false.
    """
    logs = [o.item.facts["kind"] for o in c.whole.of_kinds(("log",)) if o is not c]
    traits = c.derived("traits")
    again = traits is not None and isinstance(traits.value, tuple) and "replayable" in traits.value
    return made(bool(logs) or again, *logs, formula="another part is a log, or its product replays")


@derived("rate", _OF)
def reads_here(c: ItemScope) -> Made | None:
    """Reads that one cache or replica, or each shard of it, must answer.

    Formula: stated rates of the flows that read it (of a cache, of all: it counts, too), else its
    callers' inflow, else the design's reads; × growth / shards. Unit: reads/s.
    """
    asked = c.derived("inflow" if c.kind == "cache" else "lookups")
    own = grown(c.whole, asked) or _share_of_reads(c)
    shards = c.get("shards")
    n = amount(shards)
    if own is None or n is None or n.low < 1 or not isinstance(own.value, Quantity):
        return own
    said_so = f"({own.formula}) / {said(shards)} shards"
    return Made(own.value / Quantity(n.low, n.high, "factor"), own.basis, said_so)


def _share_of_reads(c: ItemScope) -> Made | None:
    """Return the design's reads, of which any part may come here where another store holds truth, too."""
    whole = _whole(c, "read_rate")
    others = [
        o for o in c.whole.of_kinds(DATABASES) if o is not c and o.item.word("holds") == "truth"
    ]
    if (
        whole is None
        or not others
        or c.item.word("holds") != "truth"
        or not isinstance(whole.value, Quantity)
    ):
        return whole
    return whole._replace(value=replace(whole.value, low=0.0))


@derived("rate", _OF)
def writes_here(c: ItemScope) -> Made | None:
    """Writes that one database must take; of the design's writes any part, where other stores take some.

    Formula: stated rates of the changing flows into it, else the design's writes; × growth. Unit: writes/s.
    """
    told, whole = _stated(c, CHANGES), _whole(c, "write_rate")
    own, shares = grown(c.whole, told), _shares_the_writes(c)
    if told is not None and told.firm and _all_told(c):
        return own
    if whole is not None and isinstance(whole.value, Quantity) and shares:
        whole = whole._replace(value=replace(whole.value, low=0.0))
    return larger(own, whole)


def _all_told(c: ItemScope) -> bool:
    """Whether every flow that changes a part is there and states how often: nothing else is written here."""
    into = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") not in QUIET]
    complete = "flows" in c.whole.design.complete
    loose = any(not f.item.words("to") for f in c.whole.items["flows"])
    return complete and not loose and all(amount(f.get("rate")) is not None for f in into)


def _shares_the_writes(c: ItemScope) -> bool:
    """Whether some of the writes may go elsewhere: other stores are written, or this one is only read."""
    into = c.whole.incoming(c.item.id)
    effects = [f.item.word("effect") for f in into]
    if into and all(e in QUIET for e in effects):
        return True
    written = {id_ for f in c.whole.items["flows"] for id_ in f.item.words("to") if _changes(f)}
    stores = (c.whole.component(id_) for id_ in written - {c.item.id})
    own = [s for s in stores if s is not None and s.kind in _STORES]
    return any(s.item.word("holds") not in ("copy", "nothing") for s in own)


def _changes(flow: ItemScope) -> bool:
    return flow.item.word("effect") not in QUIET


@derived(FLAG, _OF)
def in_database(c: ItemScope) -> Made | None:
    """Whether a queue is a table in a database of the design.

    Formula: its host is a database, or its technology means a job table. Unit: true or false.
    """
    host = c.referred("in")
    rungs = c.whole.numbers.rungs
    table = any(rungs.get(t, {}).get("queue") == "job-table" for t in c.item.words("technology"))
    return made(table or (host is not None and host.kind in DATABASES))


@derived(FLAG, _OF)
def in_service(c: ItemScope) -> Made | None:
    """Whether a part lives inside a process of the design's own.

    Formula: its host is a service, worker or function. Unit: true or false.
    """
    host = c.referred("in")
    return made(host is not None and host.kind in PROCESSES)


@derived(FLAG, _OF)
def primary(c: ItemScope) -> Made | None:
    """Whether a database is one that is written, rather than a copy of another.

    Formula: holds is not copy. Unit: true or false.
    """
    return made(c.item.word("holds") != "copy")


@derived(FLAG, _OF)
def read_alone(c: ItemScope) -> Made | None:
    """Whether every read of a database reaches it: no cache, copy or edge stands in front or beside.

    Formula: no used part of kind cache or edge, and no database that holds a copy. Unit: true or false.
    """
    others = [p for p in c.whole.items["components"] if p is not c]
    spared = any(_may_spare(p) for p in others)
    return made(not spared and any(not p.kind for p in others) is False)


def _may_spare(p: ItemScope) -> bool:
    """Whether a part may answer reads in another's place; what nothing uses answers none."""
    unused = bool(p.whole.items["flows"]) and not p.whole.incoming(p.item.id)
    return not unused and (p.kind in ("cache", "edge") or p.item.word("holds") == "copy")


@derived(FLAG, _OF)
def faces_people(c: ItemScope) -> Made | None:
    """Whether people, devices or partners ask a part without a part of the design's code in between.

    Formula: a flow from outside, a client, an edge or a gateway leads to it. Unit: true or false.
    """
    sources = [(f, f.referred("from")) for f in c.whole.incoming(c.item.id)]
    outside = any(f.item.word("from") in ACTORS for f, _ in sources)
    front = any(s is not None and s.kind in ("client", "edge", "gateway") for _, s in sources)
    return made(outside or front)


@derived(FLAG, _OF)
def only_copy(c: ItemScope) -> Made | None:
    """Whether a database's copy is the only other place where what one server holds can be found.

    Formula: it holds a copy, no other part does, no backups are kept, and no database that holds the truth
    runs already, is managed, or is said to be replicated, to fail over, or to stand in several instances or zones.
    Unit: true or false.
    """
    backups = c.whole.get("practices.backups")
    if c.item.word("holds") != "copy" or (backups is not None and backups.value is True):
        return made(False)
    databases = [p for p in c.whole.items["components"] if p.kind in DATABASES and p is not c]
    others = any(p.item.word("holds") == "copy" for p in databases)
    return made(not others and not any(_stands_twice(p) for p in databases))


def _stands_twice(p: ItemScope) -> bool:
    """Whether a part survives one machine: it is said, it runs already, or somebody is paid to see to it."""
    kept = p.item.word("managed") in ("managed", "saas") or p.item.word("status") in IN_USE
    copied = p.item.word("replication") in ("async", "sync")
    several = (amount(p.get(key)) for key in ("instances", "zones"))
    automatic = p.item.word("failover") == "automatic"
    return kept or copied or automatic or any(q is not None and q.low >= 2 for q in several)


@derived(FLAG, _OF)
def reads_told(c: ItemScope) -> Made | None:
    """Whether it is said how much is read from a database itself, whatever stands in front or beside.

    Formula: a reading flow into it states its rate. Unit: true or false.
    """
    rate = _stated(c, ("read",))
    return made(rate is not None and rate.firm)


@derived(FLAG, _OF)
def holds_truth(c: ItemScope) -> Made | None:
    """Whether a part is said to hold the truth of something.

    Formula: holds is truth. Unit: true or false.
    """
    return made(c.item.word("holds") == "truth")


@derived(FLAG, _OF)
def used(c: ItemScope) -> Made | None:
    """Whether anything is known to use a part: what nothing uses does no job.

    Formula: a flow leads to it, to what it lives in or to what lives in it; or a promise rests on it; or the
    design gives no flows. Unit: true or false.
    """
    host = c.referred("in")
    within = [o for o in c.whole.items["components"] if c.item.id in o.item.words("in")]
    near = [c, *within, *([host] if host is not None and host.kind in (*_STORES, "cache") else [])]
    promised = any(c.item.id in p.item.words("enforced_by") for p in c.whole.items["must_hold"])
    led_to = any(c.whole.incoming(o.item.id) for o in near)
    return made(not c.whole.items["flows"] or led_to or promised)


@derived(FLAG, _OF)
def embedded(c: ItemScope) -> Made | None:
    """Whether a database lives in the process and on the machine of the part that uses it.

    Formula: its technology is embedded. Unit: true or false.
    """
    traits = c.derived("traits")
    return made(
        traits is not None and isinstance(traits.value, tuple) and "embedded" in traits.value
    )


@derived("count", _OF)
def region_count(c: ItemScope) -> Made | None:
    """Regions in which a part runs.

    Formula: count of the listed regions, or the number that stands in their place. Unit: regions.
    """
    listed = c.item.words("regions")
    many = int(listed[0]) if len(listed) == 1 and listed[0].isdigit() else len(listed)
    return made(point(many, "count")) if listed else None
