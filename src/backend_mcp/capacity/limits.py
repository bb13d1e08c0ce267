"""Derived facts of what vendors limit: rates, sizes, run times, and how long a version is supported.

What a design states of its own account always wins. A default of the vendor is of basis `vendor`;
its formula names the threshold that holds it, with the source and the day on which it was read.
"""

import re
from collections.abc import Iterable
from datetime import date
from math import inf
from typing import Final

from backend_mcp.capacity.kinds import DATABASES, PROCESSES
from backend_mcp.capacity.registry import FLAG, WORDS, Made, amount, derived, made
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.form import Text
from backend_mcp.model.limit_names import LimitName
from backend_mcp.model.quantity import Quantity, hull

_RUNNERS: Final = (*PROCESSES, "platform", "gateway", "edge", "mesh", "client")
_KEEPERS: Final = (
    *DATABASES, "search", "vector", "olap", "cache", "queue", "log", "workflow", "object_storage",
)  # fmt: skip
_WAITING: Final = ("queue", "log")
_HANDED_OVER: Final = ("async", "batch", "stream")
_VERSION: Final = re.compile(r"\s*v?(\d+(?:\.\d+)*)(?:\.x|[-+][a-z]|\s|\(|$)", re.IGNORECASE)
_DAY_S: Final = 86_400.0

Limit = tuple[Quantity, str]


def products(c: ItemScope) -> tuple[str, ...]:
    """Return the technologies that a part is, rather than those that it uses besides.

    What runs code is all of its stack; a store is the product of its own kind, else of a like one;
    a line for several outside providers is none of them.
    """
    named, kinds = c.item.words("technology"), c.whole.numbers.kinds
    if c.kind == "external":
        return named if len(named) == 1 else ()
    if c.kind in _RUNNERS:
        return tuple(t for t in named if kinds.get(t) in _RUNNERS)
    same = tuple(t for t in named if kinds.get(t) == c.kind)
    family = c.kind in _KEEPERS
    return same or tuple(t for t in named if family and kinds.get(t) in _KEEPERS)


def _with_host(c: ItemScope) -> tuple[str, ...]:
    """Return what a part is and what it runs on."""
    host = c.referred("in")
    return (*products(c), *(products(host) if host is not None and host.kind in _RUNNERS else ()))


def _of(c: ItemScope, technologies: Iterable[str], *names: LimitName) -> list[Limit]:
    """Return what the vendors limit: the first of the names that a technology has, with its formula."""
    numbers, found = c.whole.numbers, []
    for technology in dict.fromkeys(technologies):
        limits = numbers.limits.get(technology, {})
        id_ = next((limits[name] for name in names if name in limits), "")
        if id_ in numbers.values:
            value = numbers.values[id_]
            found.append((value, f"{technology}: {value.short()} ({id_})"))
    return found


def _least(limits: list[Limit]) -> Made | None:
    """Return the tightest of several limits."""
    if not limits:
        return None
    value, formula = min(limits, key=lambda pair: (pair[0].high, pair[1]))
    low = min(q.low for q, _ in limits)
    return Made(Quantity(low, value.high, value.kind), "vendor", formula)


@derived("rate", "components")
def requests_cap(c: ItemScope) -> Made | None:
    """Calls a second that a part accepts: what is stated, else what its vendor accepts by default.

    A limit that is said to be unknown is at most the default: it may be lower, until someone looks.

    Formula: limit, else the default of the technology, else of one shard × shards. Unit: calls/s.
    """
    stated = c.get("limit")
    if stated is not None and stated.known:
        return Made(stated.value, stated.basis, stated.path)
    default = _default_requests(c)
    value = default.value if default is not None else None
    if default is None or stated is None or not isinstance(value, Quantity):
        return default
    return Made(Quantity(0, value.high, value.kind), default.basis, default.formula)


def _default_requests(c: ItemScope) -> Made | None:
    many = amount(c.get("count"))
    if many is not None and many.high > 1:
        return None  # several of them behind one line, each with a limit of its own
    default = _least(_of(c, products(c), "requests"))
    shards = amount(c.get("shards"))
    if default is not None or shards is None:
        return default
    return _least([(q * shards, f"{f} × {shards.short()}") for q, f in _of(c, products(c), "partition")])  # fmt: skip


@derived("duration", "components")
def raise_time(c: ItemScope) -> Made | None:
    """How long before it is needed a vendor wants to be asked for a higher limit.

    Formula: lead time of the technology's vendor. Unit: s.
    """
    return _least(_of(c, products(c), "raise"))


@derived(FLAG, "flows", only=lambda f: "payload" in f.item.facts)
def payload_limited(f: ItemScope) -> Made | None:
    """Whether a payload is told, if only as unknown, and its target is known to take no more than so much.

    Formula: payload is there, and payload_cap is known. Unit: true or false.
    """
    return made(f.derived("payload_cap") is not None)


@derived("size", "flows")
def payload_cap(f: ItemScope) -> Made | None:
    """Largest request, item or message that the target of a flow takes, where a payload is told.

    Formula: least limit of the target's technologies, of a message where nobody waits. Unit: bytes.
    """
    target, mode = f.referred("to"), f.item.word("mode")
    if target is None or "payload" not in f.item.facts:
        return None
    runs = target.kind in _RUNNERS
    if f.item.word("effect") == "read" or (mode == "batch" and target.kind in _KEEPERS):
        return None  # what is read comes in parts, and a batch is many items
    technologies = _with_host(target) if runs else products(target)
    request = _least(_of(target, technologies, "payload", "message"))
    message = _least(_of(target, technologies, "message", "payload"))
    if mode in ("async", "stream"):
        return message
    return request if mode in ("sync", "batch") else _either(request, message)


def _either(first: Made | None, second: Made | None) -> Made | None:
    """Return the range from one limit to the other, where it is not said which of them counts."""
    if first is None or second is None:
        return first or second
    values = [m.value for m in (first, second) if isinstance(m.value, Quantity)]
    formula = " or ".join(dict.fromkeys((first.formula, second.formula)))
    return Made(hull(*values), "vendor", formula)


@derived(FLAG, "flows")
def time_limited(f: ItemScope) -> Made | None:
    """Whether it matters how long a piece of work takes, and what it runs on is known to limit that.

    Formula: time_cap is known. Unit: true or false.
    """
    return made(f.derived("time_cap") is not None)


@derived("duration", "flows")
def time_cap(f: ItemScope) -> Made | None:
    """Longest that one piece of work of a flow may take before it is ended or given away.

    Only where its length is told, or it is a batch or goes off by a timer.

    Formula: least of the longest run of the target, of a caller that waits, of a synchronous call
    at either end, of the claim of a queue that it is taken from, and of its own timeout where it is
    handed over. Unit: s.
    """
    platform, own = _platform_cap(f), _own_cap(f)
    if own is None or platform is None:
        return own or platform
    return own if _longest(own) <= _longest(platform) else platform


def _longest(cap: Made) -> float:
    return cap.value.high if isinstance(cap.value, Quantity) else inf


def _own_cap(f: ItemScope) -> Made | None:
    """Return the timeout of work that is handed over, where it is told how long the work takes."""
    timeout = f.get("timeout")
    told = "duration" in f.item.facts and f.item.word("mode") in _HANDED_OVER
    if timeout is None or not told or amount(timeout) is None:
        return None
    return made(timeout.value, timeout, formula=f"its own timeout: {timeout.said}")


def _platform_cap(f: ItemScope) -> Made | None:
    """Return the tightest limit of what a piece of work runs on."""
    source, target, mode = f.referred("from"), f.referred("to"), f.item.word("mode")
    if not _length_matters(f):
        return None
    limits: list[Limit] = []
    if target is not None and target.kind not in _WAITING:
        limits += _of(target, _with_host(target), "duration")
    if mode == "sync":
        for end in (source, target):
            limits += _of(end, _with_host(end), "wait") if end is not None else []
    if source is not None and mode == "sync" and source.kind in _RUNNERS:
        limits += _of(source, _with_host(source), "duration")
    if source is not None and mode == "async" and _claims(source, target):
        limits += _of(source, products(source), "duration")
    return _least(limits)


@derived(WORDS, "flows")
def time_limiter(f: ItemScope) -> Made | None:
    """What limits a piece of work the most: a technology, or its own timeout.

    Formula: what time_cap comes from. Unit: words.
    """
    cap = f.derived("time_cap")
    return None if cap is None else made((cap.formula.partition(":")[0],), cap)


def _length_matters(f: ItemScope) -> bool:
    trigger = f.get("from.trigger")
    timer = trigger is not None and trigger.value == "timer"
    return "duration" in f.item.facts or f.item.word("mode") == "batch" or timer


def _claims(source: ItemScope, target: ItemScope | None) -> bool:
    """Whether work is taken from a queue, for as long as the queue's own default allows."""
    set_ = source.get("settings.visibility_timeout")
    return (
        source.kind in _WAITING and set_ is None and target is not None and target.kind in PROCESSES
    )


@derived(FLAG, "components", only=lambda c: "version" in c.item.facts)
def versioned(c: ItemScope) -> Made | None:
    """Whether a part has a version whose free support ends on a known day, if only an unknown one.

    What somebody else runs has that provider's days, not the maker's.

    Formula: version is there, one technology whose versions end, run by oneself or by its maker.
    Unit: true or false.
    """
    return made(_has_end(c))


def _has_end(c: ItemScope) -> bool:
    named, numbers = c.item.words("technology"), c.whole.numbers
    hosted = c.item.word("managed") in ("managed", "saas")
    one = len(named) == 1 and named[0] in numbers.ends  # of several: whose version is it?
    by_maker = one and "hosted_only" in numbers.traits.get(named[0], ())
    return "version" in c.item.facts and one and (by_maker or not hosted)


@derived(Text(), "components")
def support_end(c: ItemScope) -> Made | None:
    """The last day on which the stated version gets free support.

    Formula: day of the longest known version that the stated one begins with. Unit: day.
    """
    version = c.get("version")
    if version is None or not isinstance(version.value, str) or not _has_end(c):
        return None
    named = c.item.words("technology")[0]
    ends = c.whole.numbers.ends[named]
    key = _key(version.value, ends)
    return Made(ends[key], version.basis, f"free support of {named} {key}") if key else None


@derived("duration", "components")
def support_left(c: ItemScope) -> Made | None:
    """How long the stated version is still supported, from the day of the knowledge; 0 where it is over.

    Formula: last day of support of the version - day of the knowledge. Unit: s.
    """
    end, today = c.derived("support_end"), c.whole.numbers.as_of
    if end is None or not today:
        return None
    left = (date.fromisoformat(str(end.value)) - date.fromisoformat(today)).days * _DAY_S
    value = max(left, 0.0)
    formula = f"{end.formula} ends on {end.value}; as of {today}"
    return Made(Quantity(value, value, "duration"), end.basis, formula)


def _key(version: str, ends: Iterable[str]) -> str:
    """Return the longest of the known versions that a stated one begins with."""
    found = _VERSION.match(version)
    if found is None or re.search(r"\d", version[found.end(1) :].lstrip(".").partition("-")[0]):
        return ""
    parts = found[1].split(".")
    tried = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((t for t in tried if t in set(ends)), "")


__all__ = [
    "payload_cap", "payload_limited", "products", "raise_time", "requests_cap",
    "support_end", "support_left", "time_cap", "time_limited", "time_limiter", "versioned",
]  # fmt: skip
