"""Derived facts of one component: what flows in, how near its limit, what it costs to keep."""

from collections.abc import Mapping
from math import inf, isfinite
from typing import Final

from backend_mcp.capacity.calls import leading_nowhere
from backend_mcp.capacity.kinds import CHANGES, DATABASES
from backend_mcp.capacity.registry import WORDS, Made, amount, derived, made, said, total
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.capacity.skills import skill_in
from backend_mcp.model.fact import Fact
from backend_mcp.model.form import ACTORS
from backend_mcp.model.quantity import Quantity, hull, point

_OF: Final = "components"
_BY_MANAGED: Final = {
    "cache": ("own_cache", "managed_cache"),
    "queue": ("own_queue", "managed_queue"),
    "log": ("own_log", "managed_log"),
    "search": ("own_search", "search"),
    "workflow": ("own_workflow", "workflow"),
}
_BY_KIND: Final = {
    "service": "deployable",
    "mcp_server": "deployable",
    **{
        k: k
        for k in [
            "worker",
            "function",
            "vector",
            "mesh",
            "external",
            "identity",
            "edge",
            "gateway",
            "olap",
        ]
    },
    **{k: k for k in ["object_storage", "backup", "secrets", "monitoring", "llm"]},
    "job": "worker",
}
_BY_RUNG: Final = {
    "machine": "machine",
    "paas": "paas",
    "managed-containers": "managed_containers",
    "managed-kubernetes": "managed_kubernetes",
    "own-kubernetes": "own_kubernetes",
}


@derived("count", _OF)
def copies(c: ItemScope) -> Made | None:
    """Running copies of a part, its host's where it lives inside another one.

    Formula: deployables behind the line × instances of each. Unit: copies.
    """
    host = _runs(c)
    if host is not c:
        return _as(host.derived("copies")) if host is not None else None
    instances = c.get("instances")
    count, each = c.get("count"), amount(instances)
    if each is None or instances is None:
        return None
    n = amount(count)
    return made(each if n is None else n * each, instances, *([count] if count else []))


def _runs(c: ItemScope) -> ItemScope | None:
    """Return the part whose copies a part has: its own, or those of what it stands in, however deep.

    None where parts stand in one another in a circle.
    """
    seen: set[str] = set()
    while amount(c.get("instances")) is None:
        host = c.referred("in")
        if host is None or host.kind in ("platform", "edge"):
            break
        if c.item.id in seen:
            return None
        seen.add(c.item.id)
        c = host
    return c


@derived("count", _OF)
def connections(c: ItemScope) -> Made | None:
    """Database connections that all copies of a part may open.

    Formula: pool × copies. Unit: connections.
    """
    pool, many = c.get("pool"), c.derived("copies")
    each, n = amount(pool), amount(many)
    if each is None or n is None or pool is None or many is None:
        return None
    return made(each * n, pool, many, formula=f"{said(pool)} × {said(many)}")


@derived("count", _OF)
def clients_connections(c: ItemScope) -> Made | None:
    """Connections that all callers of a database may open together.

    Formula: sum of pool × copies over the parts that call it, with an open end where a caller is
    not known. Unit: connections.
    """
    incoming = c.whole.incoming(c.item.id)
    callers = {id_ for f in incoming for id_ in f.item.words("from")}
    found = [c.whole.component(id_) for id_ in sorted(callers)]
    summed = total(x.derived("connections") for x in found if x is not None)
    nameless = any(not f.item.words("from") for f in incoming)
    unsized = any(
        (f := x.item.facts.get(key)) is not None and not f.known
        for x in found
        if x is not None
        for key in ("pool", "instances", "count")
    )
    unknown_callers = nameless or unsized or bool(c.whole.once(leading_nowhere))
    if summed is None or not unknown_callers or not isinstance(summed.value, Quantity):
        return summed
    return summed._replace(value=Quantity(summed.value.low, inf, summed.value.kind))


@derived("count", _OF)
def connection_cap(c: ItemScope) -> Made | None:
    """Connections that a database server accepts: its setting, else PostgreSQL's default.

    Formula: settings.max_connections, else 100. Unit: connections.
    """
    setting = c.get("settings.max_connections")
    if setting is not None and setting.known:
        return made(setting.value, setting)
    default = c.whole.numbers.values.get("relational-connections")
    return made(default, formula="default of the server") if default is not None else None


@derived("count", _OF)
def readers(c: ItemScope) -> Made | None:
    """Different parts that read from a queue or log.

    Formula: count of distinct parts that its outgoing flows lead to. Unit: parts.
    """
    targets = {id_ for f in c.whole.outgoing(c.item.id) for id_ in f.item.words("to")}
    targets -= {c.item.id, *ACTORS}
    return made(point(len(targets), "count")) if targets else None


@derived("count", _OF)
def writers(c: ItemScope) -> Made | None:
    """Different parts that write to a store.

    Formula: count of distinct sources of incoming flows that change something. Unit: parts.
    """
    changing = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") in CHANGES]
    sources = {id_ for f in changing for id_ in f.item.words("from")}
    return made(point(len(sources), "count")) if sources else None


@derived("duration", _OF)
def drain_time(c: ItemScope) -> Made | None:
    """How long a part needs to work off what gathers during an outage as long as is tolerated.

    Formula: (inflow × rto) / (limit - inflow). Unit: s.
    """
    rate, cap, outage = c.derived("inflow"), c.derived("requests_cap"), c.get("needs.rto")
    load, limit, down = amount(rate), amount(cap), amount(outage)
    if (
        load is None
        or limit is None
        or down is None
        or rate is None
        or cap is None
        or outage is None
    ):
        return None
    return made((load * down) / (limit - load), rate, cap, outage)


@derived(WORDS, _OF)
def traits(c: ItemScope) -> Made | None:
    """What follows from the technologies of a part: embedded, at_least_once, orchestrator and so on.

    Formula: union of the attributes of its technologies. Unit: words.
    """
    technology = c.get("technology")
    if technology is None or not isinstance(technology.value, tuple) or not technology.value:
        return None
    found = [t for name in technology.value for t in c.whole.numbers.traits.get(name, ())]
    return made(tuple(dict.fromkeys(found)), technology)


@derived("count", _OF)
def upkeep(c: ItemScope) -> Made | None:
    """Engineer-hours a month to patch, watch and restore a part, more where nobody knows it.

    A sharded database is run as one at best, and as so many at worst.

    Formula: hours by kind and who runs it × novelty × deployables behind the line × 1 to shards. Unit: hours/month.
    """
    table = c.whole.numbers.tables.get("upkeep-hours", {})
    base = _base_hours(c, table)
    if base is None:
        return None
    novelty, known = _novelty(c)
    count = amount(c.get("count"))
    hours = base if novelty is None else base * novelty
    shards = c.get("shards") if c.kind in DATABASES else None
    many = amount(shards)
    if many is not None and shards is not None and many.high > 1 and isfinite(many.high):
        hours, known = hours * Quantity(1, many.high, "count"), [*known, shards]
    return made(hours if count is None else hours * count, *known)


def _base_hours(c: ItemScope, table: Mapping[str, Quantity]) -> Quantity | None:
    inside = c.referred("in")
    if inside is not None and inside.kind not in ("platform", "edge"):
        return table.get("job_table") if c.kind == "queue" else None
    names = _hour_names(c)
    found = [table[n] for n in names if n in table]
    return hull(*found) if found else None


def _hour_names(c: ItemScope) -> tuple[str, ...]:
    kind, managed = c.kind, c.item.word("managed")
    if kind == "platform":
        known = c.whole.numbers.rungs
        rungs = [known.get(t, {}).get("compute", "") for t in c.item.words("technology")]
        return tuple(_BY_RUNG[r] for r in rungs if r in _BY_RUNG)
    if kind in DATABASES:
        fact = c.derived("traits")
        if fact is not None and isinstance(fact.value, tuple) and "embedded" in fact.value:
            return ("embedded_database",)
        pair = ("own_database", "managed_database")
    elif kind in _BY_MANAGED:
        pair = _BY_MANAGED[kind]
    else:
        return (_BY_KIND[kind],) if kind in _BY_KIND else ()
    if managed:
        return (pair[0] if managed == "self" else pair[1],)
    return pair


def _novelty(c: ItemScope) -> tuple[Quantity | None, list[Fact]]:
    """Return the dearest novelty among the technologies whose skill is said."""
    table = c.whole.numbers.tables.get("novelty-factor", {})
    said_skills = [skill_in(c.whole, t) for t in c.item.words("technology")]
    known = [f for f in said_skills if f is not None and str(f.value) in table]
    factors = [table[str(f.value)] for f in known]
    return max(factors, key=lambda q: q.high, default=None), known


def _as(fact: Fact | None) -> Made | None:
    return None if fact is None else made(fact.value, fact, formula=fact.formula)
