"""Derived facts of connections: those that are open to a database, and those that people keep open."""

from math import isinf
from typing import Final

from backend_mcp.capacity.kinds import PROCESSES, QUIET
from backend_mcp.capacity.load import grown
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, larger, made, said, total
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.fact import UNKNOWN, Fact
from backend_mcp.model.quantity import Quantity, less

_OF: Final = "components"
_PEOPLE: Final = ("user", "client", "edge", "gateway")
_PASSES: Final = ("pubsub", "pub_sub", "publish_subscribe", "fan_out", "message_bus")
_CACHES: Final = ("cache", "key_value")
_HOLDS: Final = ("realtime", "websocket", "websockets", "live_updates")


@derived(FLAG, _OF, only=lambda c: c.item.words("technology"))
def pooler(c: ItemScope) -> Made | None:
    """Whether a part lets many clients share few connections to a database.

    Formula: its technology stands on a rung of the connections ladder. Unit: true or false.
    """
    rungs = c.whole.numbers.rungs
    return made(any("connections" in rungs.get(t, {}) for t in c.item.words("technology")))


@derived(FLAG, _OF)
def cap_known(c: ItemScope) -> Made | None:
    """Whether it is said how many connections a server accepts.

    Formula: settings.max_connections is a number, or PostgreSQL is run by the team itself, with the
    default as shipped. Unit: true or false.
    """
    own = c.item.word("managed") == "self" and "postgresql" in c.item.words("technology")
    return made(own or amount(c.get("settings.max_connections")) is not None)


@derived("count", _OF)
def connections_here(c: ItemScope) -> Made | None:
    """Connections that the callers of a database, or of the pooler before it, may open.

    Formula: sum over its callers of pool × copies, a usual pool (house heuristic) where it is not
    said; where no flow leads to it, over all processes. Unit: connections.
    """
    incoming = c.whole.incoming(c.item.id)
    callers = {id_ for f in incoming for id_ in f.item.words("from")}
    found = [x for id_ in sorted(callers) if (x := c.whole.component(id_)) is not None]
    if not incoming:
        found = [x for x in c.whole.items["components"] if x.kind in PROCESSES and _stands_alone(x)]
    asked = [_opened(x) for x in found if x.kind != "client"]
    if any(not f.item.words("from") for f in incoming):
        asked.append(Fact(f"{c.place}.callers", UNKNOWN, "proposed"))
    summed = total(asked)
    return summed if summed is not None and not _says_nothing(summed, c) else None


def _says_nothing(summed: Made, c: ItemScope) -> bool:
    """Whether callers are not counted, and those that are ask for less than any server accepts."""
    least = c.whole.numbers.values.get("direct-connections")
    value = summed.value
    if least is None or not isinstance(value, Quantity):
        return False
    return isinf(value.high) and value.low < least.low


def _stands_alone(x: ItemScope) -> bool:
    host = x.referred("in")
    return host is None or host.kind not in PROCESSES


def _opened(x: ItemScope) -> Fact:
    """Return the connections that all copies of a caller may open; unknown where they are not counted."""
    own, many = x.derived("connections"), x.derived("copies")
    if own is not None:
        return own
    copies, usual = amount(many), x.whole.numbers.values.get("pool-of-a-process")
    path = f"{x.place}.connections"
    if copies is None or usual is None or many is None:
        return Fact(path, UNKNOWN, "proposed")
    opened = made(usual * copies, many)
    return Fact(path, opened.value, opened.basis)


@derived(FLAG, _OF)
def before_shards(c: ItemScope) -> Made | None:
    """Whether a part stands before several shards, to each of which a process would need a pool.

    Formula: a flow leads from it to a part with shards >= 2. Unit: true or false.
    """
    targets = [f.referred("to") for f in c.whole.outgoing(c.item.id)]
    shards = [s for x in targets if x is not None and (s := x.get("shards")) is not None]
    if any(not s.known for s in shards):
        return None
    return made(any((n := amount(s)) is not None and n.low > 1 for s in shards), *shards)


@derived(FLAG, _OF)
def above_cap(c: ItemScope) -> Made | None:
    """Whether the callers of a pooler may open more connections than the server behind it accepts.

    Formula: connections of its callers > settings.max_connections of that server, or its default.
    Unit: true or false.
    """
    asked = c.derived("connections_here")
    servers = [f.referred("to") for f in c.whole.outgoing(c.item.id)]
    if any(_left_open(s) for s in servers if s is not None):
        return None
    accepted = (s.derived("connection_cap") for s in servers if s is not None)
    caps = [fact for fact in accepted if fact is not None]
    many = amount(asked)
    if many is None or asked is None or not caps:
        return None
    least = min(caps, key=lambda fact: (amount(fact) or many).low)
    cap = amount(least)
    above = less(cap, many) if cap is not None else None
    if above is None:
        return None
    return made(above, asked, least, formula=f"{said(asked)} > {said(least)}")


@derived("count", _OF)
def connections_live(c: ItemScope) -> Made | None:
    """Connections that people keep open for live updates.

    Formula: load.concurrent_connections, else at most the users; × growth. Unit: connections.
    """
    stated = c.get("load.concurrent_connections")
    if stated is not None:
        return grown(c.whole, stated)
    users = c.whole.get("load.users")
    most = amount(users)
    if most is None or users is None:
        return None
    bound = made(Quantity(0, most.high, "count"), users, formula=f"at most {said(users)} users")
    return grown(c.whole, Fact(f"{c.place}.users", bound.value, bound.basis, "", bound.formula))


@derived(FLAG, _OF, only=lambda c: c.kind in PROCESSES)
def streams(c: ItemScope) -> Made | None:
    """Whether people keep a connection open to a process; unknown where no flow says so.

    What streams the answer of a model is no live update. Formula: a flow of mode stream between it
    and a user, client, edge or gateway, and none to a model. Unit: true or false.
    """
    onward, back = c.whole.outgoing(c.item.id), c.whole.incoming(c.item.id)
    flowing = [f for f in (*onward, *back) if f.item.word("mode") == "stream"]
    if any(_end(f, "to") in ("llm", "external") for f in flowing):
        return made(False)
    people = [f for f in onward if f in flowing and _end(f, "to") in _PEOPLE]
    people += [
        f
        for f in back
        if f in flowing and _end(f, "from") in _PEOPLE and f.item.word("effect") in QUIET
    ]
    return made(True) if people else None


@derived(FLAG, _OF, only=lambda c: c.kind in PROCESSES)
def socket_map(c: ItemScope) -> Made | None:
    """Whether a process keeps the connections of people in its own memory, and nothing links its copies.

    Formula: it streams to people, state is memory, and no part passes messages between copies.
    Unit: true or false.
    """
    streaming, state = c.derived("streams"), c.get("state")
    if streaming is None or streaming.value is not True:
        return made(False)
    if state is None or not state.known:
        return None
    linked = any(_is_bus(x) for x in _neighbours(c))
    return made(state.value == "memory" and not linked, state)


@derived(FLAG, _OF, only=lambda c: c.kind in _CACHES or c.item.words("does"))
def live_bus(c: ItemScope) -> Made | None:
    """Whether a part passes messages between the processes to which people keep connections open.

    Formula: it does pubsub, or it is a cache that takes messages from such a process or hands them to
    it. Unit: true or false.
    """
    return made(_is_bus(c))


@derived(FLAG, _OF, only=lambda c: c.item.words("technology") or c.item.words("does"))
def managed_realtime(c: ItemScope) -> Made | None:
    """Whether a provider holds the connections of people.

    Formula: its technology stands on that rung of the live-updates ladder, or it is an external part
    that does realtime. Unit: true or false.
    """
    rungs = c.whole.numbers.rungs
    named = any("live-updates" in rungs.get(t, {}) for t in c.item.words("technology"))
    does = c.kind == "external" and any(w in _HOLDS for w in c.item.words("does"))
    return made(named or does)


@derived("count", _OF)
def live_copies(c: ItemScope) -> Made | None:
    """Copies of the process to which people keep connections open, seen from it or from its bus.

    Formula: the most copies among the processes that stream to people and are joined to it. Unit: copies.
    """
    near = [x for x in (c, *_neighbours(c)) if _streams(x)]
    copies = [x.derived("copies") for x in near]
    found: Made | None = None
    for fact in copies:
        if fact is not None and amount(fact) is not None:
            found = larger(found, made(fact.value, fact, formula=fact.formula))
    value = found.value if found is not None else None
    several = isinstance(value, Quantity) and value.low > 1
    return found if several or all(amount(f) is not None for f in copies) else None


def _left_open(server: ItemScope) -> bool:
    """Whether it is said that the cap of a server is not known: then its default says nothing."""
    cap = server.get("settings.max_connections")
    return cap is not None and not cap.known


def _end(flow: ItemScope, key: str) -> str:
    kind = flow.get(f"{key}.kind")
    return str(kind.value) if kind is not None and kind.known else ""


def _streams(c: ItemScope) -> bool:
    fact = c.derived("streams")
    return fact is not None and fact.value is True


def _neighbours(c: ItemScope) -> list[ItemScope]:
    """Return the parts that a flow joins to this one, either way."""
    ends = [f.referred("to") for f in c.whole.outgoing(c.item.id)]
    ends += [f.referred("from") for f in c.whole.incoming(c.item.id)]
    return [x for x in dict.fromkeys(ends) if x is not None and x is not c]


def _is_bus(c: ItemScope) -> bool:
    passes = any(w in _PASSES for w in c.item.words("does"))
    if not passes and c.kind not in _CACHES:
        return False
    streaming = [x for x in _neighbours(c) if _streams(x)]
    if passes:
        return bool(streaming) or not c.whole.items["flows"]
    flows = (*c.whole.outgoing(c.item.id), *c.whole.incoming(c.item.id))
    joined = [f for f in flows if f.referred("to") in streaming or f.referred("from") in streaming]
    return any(f.item.word("effect") == "message" for f in joined)
