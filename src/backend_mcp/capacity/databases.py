"""Derived facts about databases: who shares one, what stands beside one, and when one is full."""

from dataclasses import replace
from math import inf
from typing import Final

from backend_mcp.capacity.kinds import DATABASES
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, largest, made, total
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.capacity.seams import INT32_KEYS
from backend_mcp.model.fact import UNKNOWN, Fact
from backend_mcp.model.quantity import Quantity, point

_OF: Final = "components"
_CHANGES: Final = ("write", "money", "stock")
_JUDGED: Final = ("relational", "database", "document", "key_value", "wide_column")
"""Databases whose regions the ladder of availability judges."""
_SPREADABLE: Final = (
    "service", "worker", "function", "gateway", "mcp_server", "queue", "log", "cache", "search",
    "vector", "workflow", "platform", "discovery",
)  # fmt: skip
_YEAR: Final = Quantity(365 * 86_400.0, 365 * 86_400.0, "duration")


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
    a writer is not known. Unit: services.
    """
    flows = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") in ("", *_CHANGES)]
    sources = {i for f in flows if f.item.word("effect") for i in f.item.words("from")}
    found = [x for i in sorted(sources) if (x := c.whole.component(i)) is not None]
    services = [x for x in found if x.kind == "service" and _apart(x)]
    owners: dict[str, Quantity] = {}
    for part in services:
        each = amount(part.get("count")) or point(1, "count")
        owner = " ".join(part.item.word("owner").lower().split()) or part.place
        held = owners.get(owner)
        owners[owner] = each if held is None or each.high > held.high else held
    if not owners:
        return None
    many = sum(owners.values(), point(0, "count"))
    return made(many if _all_known(c, flows, found) else Quantity(many.low, inf, "count"))


def _all_known(c: ItemScope, flows: list[ItemScope], parts: list[ItemScope]) -> bool:
    """Whether no further writer can hide in what the document leaves open."""
    loose = any(not f.item.words("from") or not f.item.word("effect") for f in flows)
    asked = [x.item.facts.get(key) for x in parts for key in ("kind", "count")]
    unsaid = any(f is not None and not f.known for f in asked)
    return not loose and not unsaid and not _leads_nowhere(c) and "flows" in c.whole.design.complete


def _leads_nowhere(c: ItemScope) -> bool:
    """Whether a flow whose target is not known may lead here."""
    return any(not f.item.words("to") for f in c.whole.items["flows"])


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


@derived("duration", _OF)
def snapshot_time(c: ItemScope) -> Made | None:
    """How long a transaction beside a job table stays open: work of others in the same database.

    Formula: longest stated duration of a flow into the database in a transaction, or of a batch that
    reads it. Unit: s.
    """
    host = c.referred("in")
    if host is None or host.kind not in DATABASES:
        return None
    held = [(f, _holds_snapshot(f)) for f in c.whole.incoming(host.item.id)]
    times = [(f.get("duration"), sure) for f, sure in held if sure is not False]
    known = [d for d, sure in times if sure and d is not None and amount(d) is not None]
    longest = max(known, key=lambda d: (amount(d) or _YEAR).low, default=None)
    value = amount(longest)
    if longest is None or value is None:
        return None
    open_ = any(not sure or (d is not None and not d.known) for d, sure in times)
    return made(replace(value, high=inf) if open_ else value, longest, formula=longest.path)


def _holds_snapshot(flow: ItemScope) -> bool | None:
    """Whether a flow keeps a snapshot open; None where the document leaves it open."""
    inside, mode, effect = (flow.item.facts.get(k) for k in ("in_transaction", "mode", "effect"))
    if inside is not None:
        return inside.value is True if inside.known else None
    if any(f is not None and not f.known for f in (mode, effect)):
        return None
    return flow.item.word("mode") == "batch" and flow.item.word("effect") == "read"


def _added(d: ItemScope) -> Fact | None:
    """Return the rate of what is written to the one data set of a part; several share it unknown."""
    host = d.referred("in")
    if host is None or len(list(host.walk("stored")[0])) != 1:
        return None
    flows = [f for f in d.whole.incoming(host.item.id) if f.item.word("effect") in ("", *_CHANGES)]
    rates = [f.get("rate") for f in flows if f.item.word("effect")]
    if _leads_nowhere(d) or any(not f.item.word("effect") for f in flows):
        rates.append(Fact(f"{host.place}.rate", UNKNOWN, "proposed"))
    summed = total(rates)
    return Fact("", summed.value, summed.basis, "", summed.formula) if summed is not None else None


@derived("duration", "stores")
def id_runway(d: ItemScope) -> Made | None:
    """Time until 32-bit row ids run out, where all that is written to the part becomes rows of this data set.

    Formula: (2,147,483,647 - rows) / stated rates of the writing flows. Unit: s.
    """
    key, rate = d.get("in.settings.key_type"), _added(d)
    per_s = amount(rate)
    if key is None or key.value != "int32" or per_s is None or rate is None or per_s.high == 0:
        return None
    told = d.get("largest_rows")
    most = Quantity(0, 0 if told is None else INT32_KEYS, "count")
    left = point(INT32_KEYS, "count") - (amount(told) or most)
    return made(left / per_s, key, rate, formula=f"2.15G ids / ({rate.formula})")


@derived("count", "stores")
def rows_in_a_year(d: ItemScope) -> Made | None:
    """Rows that a data set gets in a year, where all that is written to the part becomes rows of it.

    Formula: stated rates of the writing flows × 365 days. Unit: rows.
    """
    rate = _added(d)
    per_s = amount(rate)
    if per_s is None or rate is None:
        return None
    return made(per_s * _YEAR, rate, formula=f"({rate.formula}) × 365 days")


@derived(FLAG)
def kept_for_ever(s: DesignScope) -> Made | None:
    """Whether personal data is said to be kept for ever, in the whole design or in one of its data sets.

    Formula: retention is forever where personal or special data is. Unit: true or false.
    """
    sets = [(d.get("sensitivity"), d.get("retention")) for d in s.items["stores"]]
    sets.append((s.get("data.sensitivity"), s.get("data.retention")))
    open_ = False
    for kind, kept in sets:
        if kind is None or kept is None:
            continue
        words = kind.value if isinstance(kind.value, tuple) else ()
        if kept.value == "forever" and ("personal" in words or "special" in words):
            return made(True, kind, kept)
        open_ = open_ or not kind.known or not kept.known
    return None if open_ else made(False)


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
