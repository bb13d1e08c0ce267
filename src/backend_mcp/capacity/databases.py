"""Derived facts about databases: who shares one, what stands beside one, and when one is full."""

from dataclasses import replace
from math import inf
from typing import Final

from backend_mcp.capacity.calls import leading_nowhere
from backend_mcp.capacity.kinds import CHANGES, DATABASES
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, largest, made, said, total
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.capacity.seams import INT32_KEYS
from backend_mcp.model.fact import UNKNOWN, Fact
from backend_mcp.model.quantity import Quantity, point

_OF: Final = "components"
_JUDGED: Final = ("relational", "database", "document", "key_value", "wide_column")
"""Databases whose regions the ladder of availability judges."""
_SPREADABLE: Final = (
    "service", "worker", "function", "gateway", "mcp_server", "queue", "log", "cache", "search",
    "vector", "workflow", "platform", "discovery",
)  # fmt: skip
_NEVER: Final = Quantity(0, 0, "rate")


@derived("count")
def spread_parts(s: DesignScope) -> Made | None:
    """New parts that run in two regions or more, where no new database does: those a ladder judges.

    Formula: parts that are not existing, by kind, with two regions or active_active. Unit: parts.
    """
    parts = [c for c in s.items["components"] if c.item.word("status") != "existing"]
    if any(c.kind in _JUDGED and _is_spread(c) and _is_primary(c) for c in parts):
        return made(point(0, "count"))
    open_ = [c for c in parts if c.kind in ("", *_SPREADABLE) and _is_spread(c) is not False]
    sure = [
        c for c in open_ if c.kind and _is_spread(c) and c.item.word("status") in ("new", "changed")
    ]
    return made(Quantity(len(sure), len(open_), "count")) if open_ else made(point(0, "count"))


def _is_spread(c: ItemScope) -> bool | None:
    """Whether a part runs in two regions; None where the document leaves it open."""
    if len(c.item.words("regions")) > 1 or "active_active" in c.item.words("patterns"):
        return True
    asked = (c.item.facts.get(key) for key in ("regions", "patterns"))
    return None if any(f is not None and not f.known for f in asked) else False


def _is_primary(c: ItemScope) -> bool:
    return c.item.word("holds") != "copy" and bool(c.whole.incoming(c.item.id))


@derived("count", _OF)
def writing_services(c: ItemScope) -> Made | None:
    """Services with a deployment of their own that write to a database; those of one owner count once.

    Formula: count of the distinct owners, or services without one, that write, with an open end where
    a writer is not known; nothing where another team runs the server for them. Unit: services.
    """
    flows = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") in ("", *CHANGES)]
    sources = {i for f in flows if f.item.word("effect") for i in f.item.words("from")}
    found = [x for i in sorted(sources) if (x := c.whole.component(i)) is not None]
    services = [x for x in found if x.kind == "service" and _apart(x)]
    owners: dict[str, Quantity] = {}
    for part in services:
        count = amount(part.get("count")) or point(1, "count")
        each = Quantity(
            min(1, count.low), count.high, "count"
        )  # each may have a database of its own
        owner = " ".join(part.item.word("owner").lower().split()) or part.place
        held = owners.get(owner)
        owners[owner] = each if held is None or each.high > held.high else held
    if not owners or _is_a_server(c, services):
        return None
    many = sum(owners.values(), point(0, "count"))
    return made(many if _all_known(c, flows, found) else Quantity(many.low, inf, "count"))


def _is_a_server(c: ItemScope, writers: list[ItemScope]) -> bool:
    """Whether a team that writes nothing runs it for others: a server, on which each may have its own."""
    mine = " ".join(c.item.word("owner").lower().split())
    theirs = {" ".join(x.item.word("owner").lower().split()) for x in writers}
    return bool(mine) and mine not in theirs


def _all_known(c: ItemScope, flows: list[ItemScope], parts: list[ItemScope]) -> bool:
    """Whether no further writer can hide in what the document leaves open."""
    loose = any(not f.item.words("from") or not f.item.word("effect") for f in flows)
    asked = [x.item.facts.get(key) for x in parts for key in ("kind", "count")]
    unsaid = any(f is not None and not f.known for f in asked)
    return (
        not loose
        and not unsaid
        and not c.whole.once(leading_nowhere)
        and "flows" in c.whole.design.complete
    )


def _apart(c: ItemScope) -> bool:
    host = c.referred("in")
    return host is None or host.kind in ("platform", "edge")


@derived(FLAG, _OF)
def beside_relational(c: ItemScope) -> Made | None:
    """Whether a relational database that holds truth stands beside this one, and is used.

    Formula: any other part of kind relational or database in use that is no copy. Unit: true or false.
    """
    for other in c.whole.items["components"]:
        same = other.item.id == c.item.id or other.kind not in ("relational", "database")
        used = other.derived("used")
        if not same and other.item.word("holds") == "truth" and used is not None and used.value:
            return made(True)
    return made(False) if "components" in c.whole.design.complete else None


@derived("rate", "flows")
def jobs_beside(f: ItemScope) -> Made | None:
    """Jobs a second of the busiest job table in the database that a flow leads to.

    Formula: largest of the messages of the queues that live in the target. Unit: jobs/s.
    """
    host = f.referred("to")
    if host is None or not host.kind:
        return None
    if host.kind not in DATABASES:
        return made(point(0, "rate"))
    queues = [q for q in f.whole.items["components"] if q.kind in ("", "queue")]
    mine = [q for q in queues if host.item.id in q.item.words("in") or not _placed(q)]
    if not mine:
        return made(point(0, "rate"))
    inside = [q.derived("messages_here") for q in mine if q.kind and _placed(q)]
    rates = [r for r in inside if r is not None and amount(r) is not None]
    busiest = max(rates, key=lambda r: (amount(r) or _NEVER).low, default=None)
    return made(busiest.value, busiest, formula=busiest.formula) if busiest is not None else None


def _placed(c: ItemScope) -> bool:
    """Whether it is not left open what a part lives in."""
    host = c.item.facts.get("in")
    return host is None or host.known


@derived("size", "flows")
def carried(f: ItemScope) -> Made | None:
    """What one call carries, where it is said.

    Formula: payload as stated. Unit: bytes.
    """
    payload = f.get("payload")
    return made(payload.value, payload) if payload is not None and payload.known else None


def _added(c: ItemScope) -> Fact | None:
    """Return the rate of what is written to the one data set of a part; several share it unknown."""
    if len(_sets(c)) != 1:
        return None
    flows = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") in ("", *CHANGES)]
    rates = [f.get("rate") for f in flows if f.item.word("effect")]
    if c.whole.once(leading_nowhere) or any(not f.item.word("effect") for f in flows):
        rates.append(Fact(f"{c.place}.rate", UNKNOWN, "proposed"))
    summed = total(rates)
    return Fact("", summed.value, summed.basis, "", summed.formula) if summed is not None else None


def _sets(c: ItemScope) -> list[ItemScope]:
    return [d for d in c.whole.items["stores"] if c.item.id in d.item.words("in")]


@derived("duration", _OF)
def id_runway(c: ItemScope) -> Made | None:
    """Time until 32-bit row ids run out, where all that is written becomes rows of the one data set here.

    Formula: (2,147,483,647 - rows) / stated rates of the writing flows. Unit: s.
    """
    key, rate = c.get("settings.key_type"), _added(c)
    per_s = amount(rate)
    if key is None or key.value != "int32" or per_s is None or rate is None or per_s.high == 0:
        return None
    told = _sets(c)[0].get("largest_rows")
    most = Quantity(0, 0 if told is None else INT32_KEYS, "count")
    left = point(INT32_KEYS, "count") - (amount(told) or most)
    return made(left / per_s, key, rate, formula=f"2.15G ids / ({rate.formula})")


@derived(FLAG)
def off_site_told(s: DesignScope) -> Made | None:
    """Whether the document says if copies are kept in another place than the data.

    Formula: practices.backups.off_site is said, or said to be unknown. Unit: true or false.
    """
    return made("practices.backups.off_site" in s.design.facts)


@derived(FLAG, _OF)
def beside_the_truth(c: ItemScope) -> Made | None:
    """Whether what is kept here stays in the part, the machine or the account in which the truth lives.

    Formula: it is in a part that holds truth, or in the host of one, and no flow leads on from it.
    Unit: true or false.
    """
    if c.whole.outgoing(c.item.id):
        return made(False)  # a tool that sends its copies elsewhere
    truths = [x for x in c.whole.items["components"] if x.item.word("holds") == "truth"]
    near = {x.item.id for x in truths} | {i for x in truths for i in x.item.words("in")}
    if near & set(c.item.words("in")):
        return made(True)
    open_ = any(not x.item.words("in") for x in (c, *truths)) or any(
        (f := x.item.facts.get("holds")) is not None and not f.known
        for x in c.whole.items["components"]
    )
    return None if open_ else made(False)


@derived("duration", _OF)
def back_in(c: ItemScope) -> Made | None:
    """How long it takes until a database is back from a backup: as it was tried, else by its size alone.

    Formula: practices.restore_tested.takes, else data / restore throughput. Unit: s.
    """
    tried = c.get("practices.restore_tested.takes")
    if tried is not None:
        return made(tried.value, tried) if tried.known else None
    by_size, rehearsed = c.whole.derived("restore_time"), c.get("practices.restore_tested")
    least = amount(by_size)
    if by_size is None or least is None:
        return None
    longer = rehearsed is not None and rehearsed.value is not False
    value = replace(least, high=inf) if longer else least  # whoever tried it knows better
    return made(value, by_size, formula=by_size.formula)


@derived(FLAG)
def staleness_told(s: DesignScope) -> Made | None:
    """Whether it is said how old a shown value may be.

    Formula: needs.staleness is stated. Unit: true or false.
    """
    age = s.get("needs.staleness")
    return made(True, age) if age is not None and age.known else None


_LEAST_ROW: Final = 20.0
"""Bytes: a row's header alone takes that much."""


@derived("count")
def most_rows(s: DesignScope) -> Made | None:
    """Rows of the largest table, as the design or one of its data sets says.

    Formula: largest of data.largest_table_rows and the largest_rows of all data sets. Unit: rows.
    """
    told = [s.get("data.largest_table_rows"), *(d.get("largest_rows") for d in s.items["stores"])]
    known = [f for f in told if f is not None and f.known]
    found = largest(known)
    value = amount(found)
    if found is None or value is None:
        return None
    open_ = any(f is not None and not f.known for f in told)
    return made(replace(value, high=inf) if open_ else value, found, formula=found.path)


@derived("count")
def rows_at_most(s: DesignScope) -> Made | None:
    """Rows of the largest table as said, else what the data could be cut into at most.

    Formula: most_rows, else from none to data.total / 20 B (a row with its header). Unit: rows.
    """
    told, total = s.derived("most_rows"), s.get("data.total")
    if told is not None:
        return made(told.value, told, formula=told.formula)
    size = amount(total)
    if size is None or total is None:
        return None
    return made(
        Quantity(0, size.high / _LEAST_ROW, "count"), total, formula=f"at most {said(total)} / 20 B"
    )
