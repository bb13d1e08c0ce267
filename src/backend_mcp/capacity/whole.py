"""Derived facts of the whole design: how many parts for how many people, and what it can promise."""

from typing import Final

from backend_mcp.capacity.kinds import DATABASES, DEPLOYABLE
from backend_mcp.capacity.load import YEAR, YEAR_S
from backend_mcp.capacity.registry import Made, amount, derived, made, said, total
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.quantity import Quantity, point

_ENDS: Final = (*DEPLOYABLE, "queue", "log")
_LONGEST_CHAIN: Final = 12
MONTH: Final = Quantity(YEAR_S / 12, YEAR_S / 12, "duration")


def connected(s: DesignScope) -> list[ItemScope]:
    """Return the parts that a flow touches; all of them where no flow is told."""
    if not s.items["flows"]:
        return list(s.items["components"])
    return [c for c in s.items["components"] if s.incoming(c.item.id) or s.outgoing(c.item.id)]


def count_of(parts: list[ItemScope]) -> Quantity:
    """Return how many distinct parts stand behind these lines."""
    total = point(0, "count")
    for part in parts:
        total = total + (amount(part.get("count")) or point(1, "count"))
    return total


@derived("count")
def deployables(s: DesignScope) -> Made | None:
    """Things that are built and deployed by themselves and take part in the design.

    Formula: services, workers, functions and gateways that a flow touches, by their count. Unit: deployables.
    """
    return made(count_of([c for c in connected(s) if c.kind in DEPLOYABLE and not _inside(c)]))


@derived("count")
def services(s: DesignScope) -> Made | None:
    """Services with a deployment of their own; workers of the same code are not counted.

    Formula: parts of kind service that a flow touches, that live in no other one and are no product of
    others, by their count. Unit: services.
    """
    own = [c for c in connected(s) if c.kind == "service" and not _inside(c)]
    bought = [c for c in own if (fact := c.derived("bought")) is not None and fact.value is True]
    return made(count_of([c for c in own if c not in bought]))


def _inside(c: ItemScope) -> bool:
    host = c.referred("in")
    return host is not None and host.kind not in ("platform", "edge")


@derived("factor")
def deployables_per_engineer(s: DesignScope) -> Made | None:
    """How many deployables each engineer looks after.

    Formula: deployables / engineers. Unit: deployables per engineer.
    """
    parts, people = s.derived("deployables"), s.get("context.engineers")
    n, m = amount(parts), amount(people)
    if n is None or m is None or m.low == 0 or parts is None or people is None:
        return None
    return made(n / m, parts, people, formula=f"{said(parts)} / {said(people)}")


@derived("count")
def truths(s: DesignScope) -> Made | None:
    """Stores that hold the truth of something, outside providers left out.

    Formula: parts in use that hold truth and do not live in another store. Unit: stores.
    """
    held = [c for c in s.items["components"] if c.item.word("holds") == "truth"]
    own = [c for c in held if c.kind != "external" and not _within_a_store(c) and _is_used(c)]
    asked = (c.item.facts.get("holds") for c in s.items["components"])
    open_ = sum(f is not None and not f.known for f in asked)
    return made(Quantity(len(own), len(own) + open_, "count"))


def _is_used(c: ItemScope) -> bool:
    used = c.derived("used")
    return used is not None and used.value is True


def _within_a_store(c: ItemScope) -> bool:
    host = c.referred("in")
    return host is not None and host.kind in DATABASES


@derived("count")
def upkeep(s: DesignScope) -> Made | None:
    """Engineer-hours a month to keep the whole design alive.

    Formula: sum over parts of hours × novelty, plus 0.75 for each sync edge, 1 for each async edge
    and 4 for each language beside the first. Unit: hours/month.
    """
    parts = total(c.derived("upkeep") for c in s.items["components"])
    if parts is None or not isinstance(parts.value, Quantity):
        return None
    more = [q for q in (_edges(s), _languages(s)) if q is not None]
    return Made(sum(more, parts.value), parts.basis)


def _languages(s: DesignScope) -> Quantity | None:
    """Return the hours that each language beside the first one costs."""
    traits, table = s.numbers.traits, s.numbers.tables.get("upkeep-hours", {})
    named = {t for c in s.items["components"] for t in c.item.words("technology")}
    spoken = [t for t in named if "language" in traits.get(t, ())]
    each = table.get("extra_language")
    return each * (len(spoken) - 1) if each is not None and len(spoken) > 1 else None


def _edges(s: DesignScope) -> Quantity | None:
    table = s.numbers.tables.get("upkeep-hours", {})
    pairs: dict[tuple[str, str], str] = {}
    for flow in s.items["flows"]:
        ends = flow.referred("from"), flow.referred("to")
        if all(e is not None and e.kind in _ENDS for e in ends):
            name = "async_edge" if flow.item.word("mode") in ("async", "stream") else "sync_edge"
            pairs.setdefault((flow.item.word("from"), flow.item.word("to")), name)
    found = [table[name] for name in pairs.values() if name in table]
    return sum(found[1:], found[0]) if found else None


@derived("count")
def capacity_hours(s: DesignScope) -> Made | None:
    """Engineer-hours a month that the team can give to upkeep.

    Formula: engineers × 120 hours × share for operations (20 %). Unit: hours/month.
    """
    people = s.get("context.engineers")
    n = amount(people)
    hours, share = (
        s.numbers.values.get("hours-per-engineer-month"),
        s.numbers.values.get("ops-share"),
    )
    if n is None or hours is None or share is None or people is None:
        return None
    return made(
        n * hours * share, people, formula=f"{said(people)} × {hours.short()} h × {share.short()}"
    )


@derived("count")
def pool_total(s: DesignScope) -> Made | None:
    """Database connections that the whole design may open.

    Formula: sum of pool × copies. Unit: connections.
    """
    return total(c.derived("connections") for c in s.items["components"])


@derived("duration")
def error_budget(s: DesignScope) -> Made | None:
    """How long it may be down in a month.

    Formula: (1 - availability) × 30 days. Unit: s.
    """
    target = s.get("needs.availability")
    share = amount(target)
    if share is None or target is None:
        return None
    return made(Quantity(1 - share.high, 1 - share.low, "share") * MONTH, target)


@derived("count")
def sync_depth(s: DesignScope) -> Made | None:
    """Parts that must all be up for one request: the longest chain of synchronous calls.

    Formula: longest path of sync flows through components. Unit: calls.
    """
    longest: dict[str, int] = {}
    for _ in range(_LONGEST_CHAIN):
        if not _lengthen(s, longest):
            return made(point(max(longest.values()), "count")) if longest else None
    return None  # a circle, or a chain that nobody would call one


def _lengthen(s: DesignScope, longest: dict[str, int]) -> bool:
    """Extend every chain by one call; return whether anything grew."""
    grew = False
    for flow in s.items["flows"]:
        if flow.item.word("mode") == "sync" and flow.referred("to") is not None:
            target, length = flow.item.word("to"), longest.get(flow.item.word("from"), 0) + 1
            if length > longest.get(target, 0):
                longest[target], grew = length, True
    return grew


@derived("share")
def serial_availability(s: DesignScope) -> Made | None:
    """What a chain of calls could promise if each part were as good as a managed one in two zones.

    It stands beside a stated need only: of the parts themselves it knows nothing, so it is assumed.

    Formula: assumed availability of one part ^ parts in the longest chain. Unit: share.
    """
    depth, one = s.derived("sync_depth"), s.numbers.values.get("zones-availability")
    n, need = amount(depth), amount(s.get("needs.availability"))
    if n is None or one is None or depth is None or need is None:
        return None
    value = Quantity(one.low**n.high, one.high**n.low, "share")
    formula = f"{one.short()} of each part, assumed, ^ {said(depth)}"
    return Made(value, "assumed", formula)


@derived("size")
def data_at_horizon(s: DesignScope) -> Made | None:
    """Data that is kept at the horizon.

    Formula: total + growth a month × horizon, a year where none is said; assumed then. Unit: bytes.
    """
    total, more, ahead = (
        s.get("data.total"),
        s.get("data.growth_per_month"),
        s.get("context.horizon"),
    )
    size, per_s, time = amount(total), amount(more), amount(ahead)
    if size is None or total is None:
        return None
    if per_s is None or more is None:
        return made(size, total, formula=said(total))
    if time is None or ahead is None:
        year = f"{said(total)} + {said(more)} × 12 months, as no horizon is said"
        return Made(size + per_s * YEAR, "assumed", year)
    return made(
        size + per_s * time,
        total,
        more,
        ahead,
        formula=f"{said(total)} + {said(more)} × {said(ahead)}",
    )


@derived("duration")
def restore_time(s: DesignScope) -> Made | None:
    """How long the copy alone takes when everything is restored from a backup.

    Formula: data / restore throughput. Unit: s.
    """
    data, speed = s.derived("data_at_horizon"), s.numbers.values.get("restore-throughput")
    size = amount(data)
    if size is None or speed is None or data is None:
        return None
    return made(size / speed, data, formula=f"{said(data)} / {speed.short()}")


@derived("factor")
def engineers_per_team(s: DesignScope) -> Made | None:
    """People in one team.

    Formula: engineers / teams. Unit: people per team.
    """
    people, teams = s.get("context.engineers"), s.get("context.teams")
    n, m = amount(people), amount(teams)
    if n is None or m is None or m.low == 0 or people is None or teams is None:
        return None
    return made(n / m, people, teams)
