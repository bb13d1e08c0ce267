"""Derived facts about what several share: copies of a part, lanes through one, writers of one fact."""

from collections.abc import Iterable
from math import inf
from typing import Final

from backend_mcp.capacity.kinds import DATABASES
from backend_mcp.capacity.registry import FLAG, WORDS, Made, amount, derived, is_lost, made
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.form import ACTORS
from backend_mcp.model.quantity import Quantity, point

PEOPLE: Final = ("user", "client")
OUTSIDE: Final = (*ACTORS, "client", "edge", "gateway")
"""Callers from outside, and what passes on their calls."""
PASSING: Final = ("queue", "log", "gateway", "edge")
"""Parts that pass on what they get without doing anything of their own."""
_STEPS: Final = 4


@derived(FLAG)
def total_order(s: DesignScope) -> Made | None:
    """Whether it is said that all messages must be handled in one order; few designs need it, so silence does not ask.

    Formula: needs.ordering is total. Unit: true or false.
    """
    ordering = s.get("needs.ordering")
    if ordering is None:
        return made(False)
    return made(ordering.value == "total", ordering) if ordering.known else None


@derived("count", "components")
def active_copies(c: ItemScope) -> Made | None:
    """Copies of a part that work at once.

    Formula: 1 where a lease or the platform chooses one, else its copies. Unit: copies.
    """
    copies, chosen = c.derived("copies"), c.get("singleton")
    many = amount(copies)
    if chosen is not None and chosen.value in ("lease", "platform"):
        return made(point(1, "count"), chosen)
    if many is None or copies is None:
        return None
    if chosen is not None and not chosen.known:
        many = Quantity(min(1, many.low), many.high, "count")
    if is_lost(c.item.facts, "count"):
        many = Quantity(many.low, inf, "count")
    return made(many, copies, formula=copies.formula)


@derived("count", "components")
def most_copies(c: ItemScope) -> Made | None:
    """Copies of a part that may work at once: where it scales between two numbers, the larger one.

    Formula: upper end of the copies that work at once. Unit: copies.
    """
    copies = c.derived("active_copies")
    many = amount(copies)
    if many is None or copies is None or many.high == inf:
        return made(copies.value, copies) if copies is not None else None
    return made(point(many.high, "count"), copies)


@derived(FLAG, "components")
def remembers(c: ItemScope) -> Made | None:
    """Whether a part keeps in memory what it needs between requests, and that is more than a copy.

    Formula: state is memory, holds is not copy, no log feeds it, whose partition would stay with one copy, and
    no bus joins the copies to which people keep connections open. Unit: true or false.
    """
    state, holds = c.get("state"), c.get("holds")
    if state is None or (state.known and state.value != "memory"):
        return made(False)
    feeds = [f.get("from.kind") for f in c.whole.incoming(c.item.id)]
    if any(k is not None and k.value == "log" for k in feeds):
        return made(False)
    if holds is not None and holds.value == "copy":
        return made(False, holds)
    if _joined_by_a_bus(c):
        return made(False, state)
    lost = any(fact is not None and not fact.known for fact in (state, holds, *feeds))
    return None if lost else made(True, state)


def _joined_by_a_bus(c: ItemScope) -> bool:
    """Whether what a part remembers are open connections, and a bus reaches those of the other copies."""
    flows = (*c.whole.incoming(c.item.id), *c.whole.outgoing(c.item.id))
    streams = any(
        f.item.word("mode") == "stream" and "user" in (f.item.word("from"), f.item.word("to"))
        for f in flows
    )
    parts = (p for f in flows for p in (f.referred("from"), f.referred("to")) if p is not None)
    return streams and any(
        b is not None and b.value is True for p in parts if (b := p.derived("live_bus"))
    )


@derived("count", "components")
def lanes(c: ItemScope) -> Made | None:
    """Lanes that meet in a part.

    Formula: different lanes of the flows that lead to it, for a queue or log also from it; 1 where its
    line stands for several parts, or where it is a queue or log from which each lane is taken apart. Unit: lanes.
    """
    into, out = c.whole.incoming(c.item.id), c.whole.outgoing(c.item.id)
    met = (*into, *out) if c.kind in ("queue", "log") else into
    said_ones = [lane for f in met if (lane := f.get("lane"))]
    if c.kind == "worker":  # a line with several lanes into a worker stands for several
        said_ones = [lane for lane in said_ones if len(_words(lane)) < 2]
    names = {w for lane in said_ones for w in _words(lane)}
    several = amount(c.get("count"))
    apart = several is not None and several.low >= 2
    if names and (apart or (c.kind in ("queue", "log") and _taken_apart(out, names))):
        return made(point(1, "count"), *said_ones)
    lost = any(not lane.known for lane in said_ones)
    return made(Quantity(len(names), inf if lost else len(names), "count"), *said_ones)


def _taken_apart(out: Iterable[ItemScope], names: set[str]) -> bool:
    taken = [_words(f.get("lane")) for f in out]
    return all(len(t) == 1 for t in taken) and {w for t in taken for w in t} >= names


def _words(fact: Fact | None) -> tuple[str, ...]:
    return fact.value if fact is not None and isinstance(fact.value, tuple) else ()


@derived(WORDS, "components")
def hears_from(c: ItemScope) -> Made | None:
    """Outside parties whose news reach a part, directly or by what passes them on later.

    Formula: external parts up to four steps before it, over queues, logs, gateways and async flows. Unit: ids.
    """
    found: set[str] = set()
    at = {c.item.id}
    for _ in range(_STEPS):
        news = [g for part in sorted(at) for g in c.whole.incoming(part)]
        told = [(g, s) for g in news if _tells(g) and (s := g.referred("from")) is not None]
        found |= {s.item.id for _, s in told if s.kind == "external"}
        passing = {
            s.item.id for g, s in told if s.kind in PASSING or g.item.word("mode") == "async"
        }
        at = passing - found
    return made(tuple(sorted(found)))


def _tells(f: ItemScope) -> bool:
    return f.item.word("effect") not in ("none", "read")


@derived(WORDS, "components")
def moves_money_at(c: ItemScope) -> Made | None:
    """Outside parties at which a part moves money, itself or by the parts that it has do it.

    Formula: external parts up to four money flows behind it. Unit: ids.
    """
    found: set[str] = set()
    at = {c.item.id}
    for _ in range(_STEPS):
        out = [g for part in sorted(at) for g in c.whole.outgoing(part)]
        ends = [g.referred("to") for g in out if g.item.word("effect") == "money"]
        found |= {t.item.id for t in ends if t is not None and t.kind == "external"}
        at = {t.item.id for t in ends if t is not None} - found
    return made(tuple(sorted(found)))


@derived(WORDS, "flows")
def other_writers(f: ItemScope) -> Made | None:
    """Flows of another part that book the same payment into the same place.

    Formula: money flows into the same part from another one, where one of both sources has a provider move the
    money and the other is told of it by that provider. Unit: ids.
    """
    return made(tuple(sorted({g.item.id for g, _ in _second_ways(f)})))


@derived(WORDS, "flows")
def told_by(f: ItemScope) -> Made | None:
    """Providers whose news of a payment is booked beside the step that made it.

    Formula: external parts that move the money for one writer and tell the other. Unit: ids.
    """
    return made(tuple(sorted({p for _, provider in _second_ways(f) for p in provider})))


def _second_ways(f: ItemScope) -> list[tuple[ItemScope, set[str]]]:
    """Return the flows that book what this one books, each with the providers that make it so."""
    target, source = f.referred("to"), f.referred("from")
    if not _books(f) or target is None or source is None:
        return []
    own = _set(target, "moves_money_at")
    found = []
    for g in f.whole.incoming(target.item.id):
        other = g.referred("from")
        if other is None or other is source or not _books(g):
            continue
        both = (_does_what_is_told(source, other) | _does_what_is_told(other, source)) - own
        if both:
            found.append((g, both))
    return found


def _does_what_is_told(doer: ItemScope, told: ItemScope) -> set[str]:
    """Return the providers at which the one moves money, and of which only the other is told."""
    news = _set(told, "hears_from") - _set(doer, "hears_from")
    return _set(doer, "moves_money_at") & news


def _set(c: ItemScope, name: str) -> set[str]:
    return set(_words(c.derived(name)))


def _books(f: ItemScope) -> bool:
    """Whether a part of ours, and not a caller from outside, records money in another one."""
    source, target = f.referred("from"), f.referred("to")
    if source is None or target is None or f.item.word("effect") != "money":
        return False
    inside = source.kind not in ("external", *OUTSIDE)
    return inside and target.kind in (*DATABASES, "service", "function", "worker")


@derived(FLAG, "components")
def feed_may_be_lost(c: ItemScope) -> Made | None:
    """Whether what feeds a copy may lose a change that nobody sends again.

    Formula: a flow that writes to it later has recovers.by nobody, and no batch fills it anew. Unit: true or false.
    """
    known = c.whole.derived("targets_known")
    lost, nobody, unsaid = known is not None and known.value is False, False, False
    for f in c.whole.incoming(c.item.id):
        effect, mode, by = f.item.word("effect"), f.item.word("mode"), f.get("recovers.by")
        if is_lost(f.item.facts, "effect") or is_lost(f.item.facts, "mode"):
            lost = True
        elif effect in ("write", "message") and mode == "batch":
            return made(False)
        elif effect in ("write", "message") and mode in ("async", "stream"):
            nobody = nobody or (by is not None and by.value == "nobody")
            unsaid = unsaid or by is None or not by.known
    if nobody:
        return None if lost else made(True)
    return None if lost or unsaid else made(False)


@derived(FLAG, "components")
def fed_from_outside(c: ItemScope) -> Made | None:
    """Whether devices or partners put in as much as they like, directly or by a part that collects it.

    Formula: a flow from a device or partner leads here, or to a part that sends messages here. Unit: true or false.
    """
    into = c.whole.incoming(c.item.id)
    collectors = [s for f in into if (s := f.referred("from")) is not None]
    before = [g for s in collectors for g in c.whole.incoming(s.item.id) if _tells(g)]
    kinds = [f.get("from.kind") for f in (*into, *before)]
    return made(any(k is not None and k.value in ("device", "partner") for k in kinds))


@derived(WORDS, "components")
def taken_from(c: ItemScope) -> Made | None:
    """Queues from which a part takes its work.

    Formula: parts of kind queue whose flows lead here. Unit: ids.
    """
    sources = [f.referred("from") for f in c.whole.incoming(c.item.id)]
    return made(tuple(sorted({s.item.id for s in sources if s is not None and s.kind == "queue"})))


@derived(FLAG, "stores")
def edited_by_several(d: ItemScope) -> Made | None:
    """Whether people edit a data set that has two writers or more.

    Formula: writers >= 2, and a sync write of a person leads to the part that keeps it. Unit: true or false.
    """
    writers, host = d.get("writers"), d.referred("in")
    several = amount(writers)
    if writers is None or host is None or (several is not None and several.high < 2):
        return made(False)
    if not _people_write(host):
        return made(False)
    return made(True, writers) if several is not None and several.low >= 2 else None


def _people_write(host: ItemScope) -> bool:
    at = {host.item.id}
    for _ in range(_STEPS):
        calls = [f for part in sorted(at) for f in host.whole.incoming(part)]
        calls = [
            f for f in calls if f.item.word("effect") == "write" and f.item.word("mode") == "sync"
        ]
        kinds = [f.get("from.kind") for f in calls]
        if any(k is not None and k.value in PEOPLE for k in kinds):
            return True
        at = {f.item.word("from") for f in calls}
    return False
