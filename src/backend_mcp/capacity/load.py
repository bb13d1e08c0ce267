"""Derived load: how much comes, on average, at the peak, at the horizon, and of which sort."""

from dataclasses import replace

from backend_mcp.capacity.kinds import CHANGES, DATABASES
from backend_mcp.capacity.registry import Made, amount, derived, larger, largest, made, said, total
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.fact import BASES, UNKNOWN, Fact, settle
from backend_mcp.model.form import ACTORS
from backend_mcp.model.quantity import Quantity, hull

DAY_S = 86_400.0
YEAR_S = 12 * 30 * DAY_S
YEAR = Quantity(YEAR_S, YEAR_S, "duration")
"""Twelve months of thirty days, as durations in months are read: where no horizon is said, that is how far."""


def _known(*facts: Fact | None) -> tuple[Fact, ...]:
    return tuple(f for f in facts if f is not None and f.known)


@derived("rate")
def average_rate(s: DesignScope) -> Made | None:
    """Requests over the day, as stated or from its users; a contradiction is reported.

    Formula: users a day × actions of one user; both are bounded where no rate is said: users a
    day by users, actions by a house heuristic. Unit: requests/s.
    """
    stated = s.get("load.requests_per_second.average")
    bounded = stated is None or not stated.known
    users, actions = _daily_users(s, bounded), _actions(s, bounded)
    per_day, each = amount(users), amount(actions)
    computed = None
    if per_day is not None and each is not None and users and actions:
        basis = made(per_day, users, actions).basis
        computed = Fact("derived.average_rate", per_day * each, basis)
    used, conflict = settle(stated, computed)
    if conflict is not None:
        s.conflicts.append(conflict)
    if used is None or not used.known:
        return None
    if used is stated:
        return made(used.value, used, formula="as stated")
    return made(used.value, used, formula=f"{said(users)} × {said(actions)} actions")


def _daily_users(s: DesignScope, bounded: bool) -> Fact | None:
    per_day, users = s.get("load.users_per_day"), s.get("load.users")
    if amount(per_day) is not None or not bounded:
        return per_day
    count = amount(users)
    if count is None or users is None:
        return None
    most = Quantity(0, count.high / DAY_S, "rate")
    return users._replace(value=most)


def _actions(s: DesignScope, bounded: bool) -> Fact | None:
    actions = s.get("load.actions_per_user_day")
    usual = s.numbers.values.get("actions-per-user-day")
    if amount(actions) is not None or not bounded or usual is None:
        return actions
    return Fact("load.actions_per_user_day", usual, "assumed", "not said")


@derived("factor")
def peak_factor(s: DesignScope) -> Made | None:
    """How far the busiest minute stands above the average, by the shape of the load.

    Formula: table by load.shape, all of it where the shape is not said. Unit: factor.
    """
    table = s.numbers.tables.get("peak-factor", {})
    shape = s.get("load.shape")
    if shape is not None and shape.value in table:
        return made(table[str(shape.value)], shape, formula=f"{shape.value}, house heuristic")
    if not table or (shape is not None and shape.value == "event"):
        return None
    return made(hull(*table.values()), formula="shape not said, house heuristic")


@derived("rate")
def peak_rate(s: DesignScope) -> Made | None:
    """Requests in the busiest minute: as stated, else from the average and the shape, else things.

    An average of nothing tells nothing of the peak.

    Formula: average × peak factor. Unit: requests/s.
    """
    stated = s.get("load.requests_per_second.peak")
    if stated is not None and stated.known:
        return _above_average(s, stated) or made(stated.value, stated, formula="as stated")
    average, factor = s.derived("average_rate"), s.derived("peak_factor")
    mean, times = amount(average), amount(factor)
    if mean is not None and mean.high > 0 and times is not None and average and factor:
        return made(
            mean * times,
            average,
            factor,
            formula=f"{said(average)} × {said(factor)} ({factor.formula})",
        )
    admitted = s.derived("admitted_rate")
    chosen = admitted or s.derived("things_rate") or s.derived("entry_rate")
    return made(chosen.value, chosen, formula=chosen.formula) if chosen is not None else None


def _above_average(s: DesignScope, peak: Fact) -> Made | None:
    """Return the stated average where a peak below it is stated, too; the reader tells that contradiction."""
    average = s.get("load.requests_per_second.average")
    mean, most = amount(average), amount(peak)
    if average is None or mean is None or most is None or most.high >= mean.low:
        return None
    if BASES.index(average.basis) > BASES.index(peak.basis):
        return None
    return made(average.value, average, formula="the average: no peak is below it")


@derived("factor")
def growth(s: DesignScope) -> Made | None:
    """How much more it will be at the horizon; growth that is not said stays unknown.

    Formula: growth of 12 months ^ (horizon / 12 months), 12 months where no horizon is said. Unit: factor.
    """
    yearly, horizon = s.get("load.growth_12_months"), s.get("context.horizon")
    times, ahead = amount(yearly), amount(horizon)
    if times is None or yearly is None:
        return None
    if ahead is None or horizon is None:
        return made(times, yearly, formula=f"{said(yearly)} in 12 months")
    low = times.low ** (ahead.low / YEAR_S)
    high = times.high ** (ahead.high / YEAR_S)
    value = Quantity(min(low, high), max(low, high), "factor")
    return made(value, yearly, horizon, formula=f"{said(yearly)} a year over {said(horizon)}")


def grown(s: DesignScope, fact: Fact | None) -> Made | None:
    """Carry a rate to the horizon; where growth is not said the formula says so."""
    value, more = amount(fact), s.derived("growth")
    times = amount(more)
    if value is None or fact is None:
        return None
    if times is None or more is None or fact.path == "derived.admitted_rate":
        return made(value, fact, formula=fact.formula or f"{fact.path} {fact.said}")
    before = fact.formula if fact.formula not in ("", "as stated") else fact.said
    return made(value * times, fact, more, formula=f"{before} × {said(more)} growth")


@derived("rate")
def design_rate(s: DesignScope) -> Made | None:
    """Requests that the design must carry at the horizon.

    Formula: peak × growth. Unit: requests/s.
    """
    return grown(s, s.derived("peak_rate"))


@derived("rate")
def read_rate(s: DesignScope) -> Made | None:
    """Reads at the horizon; where the share is not said any part of the requests, since reads can't be more.

    Formula: requests at the horizon × read share. Unit: reads/s.
    """
    requests, share = s.derived("design_rate"), s.get("load.read_share")
    value, part = amount(requests), amount(share)
    if value is None or requests is None:
        return None
    if part is None or share is None:
        return made(replace(value, low=0.0), requests, formula=f"at most {requests.formula}")
    return made(
        value * part, requests, share, formula=f"({requests.formula}) × {said(share)} reads"
    )


@derived("rate")
def write_rate(s: DesignScope) -> Made | None:
    """Writes at the horizon: stated rates of writing flows, else requests less reads.

    Where the share of reads is not said, any part of the requests: all of them at most.
    Formula: max(sum of stated writing flows, requests × (1 - read share)). Unit: writes/s.
    """
    flows = _flow_sum(s, CHANGES)
    requests, share = s.derived("design_rate"), s.get("load.read_share")
    value, part = amount(requests), amount(share)
    if value is None or requests is None:
        return flows
    if part is not None and share is not None:
        rest = Quantity(1 - part.high, 1 - part.low, "share")
        computed = made(
            value * rest,
            requests,
            share,
            formula=f"({requests.formula}) × (1 - {said(share)} reads)",
        )
    else:
        computed = _any_part(s, requests, value)
    return larger(flows, computed)


def _any_part(s: DesignScope, requests: Fact, value: Quantity) -> Made:
    """Return how much of the requests writes: all, where whatever comes in from outside does, else any part."""
    effects = [f.item.word("effect") for f in s.items["flows"] if f.item.word("from") in ACTORS]
    if effects and all(e in CHANGES for e in effects):
        return made(value, requests, formula=requests.formula)
    at_most = Quantity(0.0, value.high, "rate")
    return made(at_most, requests, formula=f"at most {requests.formula or said(requests)}")


@derived("rate")
def stock_rate(s: DesignScope) -> Made | None:
    """Updates of counted stock: holds, confirmations and releases together.

    Formula: sum of the stated rates of flows with effect stock. Unit: updates/s.
    """
    return _flow_sum(s, ("stock",))


@derived("rate")
def message_rate(s: DesignScope) -> Made | None:
    """Messages and jobs handed over to be done later, at the horizon.

    Formula: the largest of messages_per_second, jobs_per_second and the flows into queues. Unit: messages/s.
    """
    messages, jobs = s.get("load.messages_per_second"), s.get("load.jobs_per_second")
    if any(f is not None and not f.known for f in (messages, jobs)):
        return None  # the one that is left open may be the largest
    return grown(s, largest(_known(messages, jobs, *_into_queues(s))))


def _into_queues(s: DesignScope) -> list[Fact | None]:
    kinds = ((flow, flow.get("to.kind")) for flow in s.items["flows"])
    return [f.get("rate") for f, k in kinds if k is not None and k.value in ("queue", "log")]


def _flow_sum(s: DesignScope, effects: tuple[str, ...]) -> Made | None:
    return total(
        rate_of(f)
        for f in s.items["flows"]
        if f.item.word("effect") in effects and _into_a_database(f)
    )


def rate_of(flow: ItemScope) -> Fact:
    """Return the rate of a flow; one that states none has one, too, and nobody knows it."""
    return flow.get("rate") or Fact(f"{flow.place}.rate", UNKNOWN, "proposed")


def _into_a_database(flow: ItemScope) -> bool:
    kind = flow.get("to.kind")
    return kind is not None and kind.value in DATABASES
