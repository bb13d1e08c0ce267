"""Derived facts about promises against a clock, and about shares of what there is."""

from typing import Final

from backend_mcp.capacity.registry import Made, amount, derived, made, said, total
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.quantity import Quantity, interval

_PIPELINE: Final = 3
"""Steps with stated times that one part takes in turn are taken for a pipeline, as an assumption."""


@derived("duration", "targets")
def steps_time(t: ItemScope) -> Made | None:
    """Time that the steps of a target take one after the other.

    Where the target names no flows, and all stated times are steps of one part, those are assumed.

    Formula: sum of the durations of its flows. Unit: s.
    """
    named = t.item.words("flows")
    flows = [f for id_ in named if (f := t.whole.referred("flows", id_)) is not None]
    assumed = not named
    if assumed:
        flows = _pipeline(t.whole) if _most_generous(t) else []
    summed = total(f.get("duration") for f in flows)
    if summed is None or len(flows) < 1:
        return None
    return Made(summed.value, "assumed" if assumed else summed.basis, summed.formula)


def _most_generous(t: ItemScope) -> bool:
    """Whether no other target without flows allows more time: the others may be about other steps."""
    mine = amount(t.get("within"))
    others = [amount(x.get("within")) for x in t.whole.items["targets"] if x is not t]
    return mine is not None and all(q is None or q.high <= mine.low for q in others)


def _pipeline(s: DesignScope) -> list[ItemScope]:
    """Return the steps of the one part that has several with a stated time, or nothing."""
    timed = [f for f in s.items["flows"] if amount(f.get("duration")) is not None]
    batch = [f for f in timed if f.item.word("mode") == "batch"]
    sources = {f.item.word("from") for f in timed}
    one = len(sources) == 1 and len(batch) == len(timed) >= _PIPELINE
    return batch if one else []


@derived("rate")
def capped_calls(s: DesignScope) -> Made | None:
    """Calls that a cap for each user lets through when all use it up.

    Formula: users × calls of one user a day. Unit: calls/s.
    """
    users, cap = s.get("load.users"), s.get("practices.token_caps.per_user_day")
    n, each = amount(users), amount(cap)
    if n is None or each is None or users is None or cap is None:
        return None
    per_s = interval(n.low * each.low / 86_400, n.high * each.high / 86_400, "rate")
    return made(per_s, users, cap, formula=f"{said(users)} × {said(cap)} a day")


@derived("factor")
def cap_slack(s: DesignScope) -> Made | None:
    """How many times the expected calls the caps of all users let through together.

    Formula: calls let through by the caps / average requests. Unit: factor.
    """
    capped, average = s.derived("capped_calls"), s.derived("average_rate")
    n, m = amount(capped), amount(average)
    if n is None or m is None or m.low == 0 or capped is None or average is None:
        return None
    return made(n / m, capped, average, formula=f"{said(capped)} / {said(average)}")


@derived("share")
def smallest_share(s: DesignScope) -> Made | None:
    """The smallest share of the traffic that one copy of the service can take.

    Formula: 1 / copies of the service that people reach. Unit: share.
    """
    parts = [c for c in s.items["components"] if c.kind == "service" and _in_front(c)]
    copies = [f for c in parts if (f := c.derived("copies")) is not None]
    sizes = [(f, q) for f in copies if (q := amount(f)) is not None]
    if len(sizes) != len(parts) or not sizes:
        return None
    most, n = max(sizes, key=lambda pair: pair[1].high)
    if n.low < 1:
        return None
    return made(Quantity(1 / n.high, 1 / n.low, "share"), most, formula=f"1 / {said(most)}")


def _in_front(c: ItemScope) -> bool:
    host: Fact | None = c.item.facts.get("in")
    return host is None or not host.known
