"""Derived facts of who comes in: people at an event, devices, what an admission lets in, what enters."""

from backend_mcp.capacity.registry import Made, amount, derived, made, said, total
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.fact import UNKNOWN, Fact
from backend_mcp.model.form import ACTORS
from backend_mcp.model.quantity import Quantity

MINUTE = Quantity(60, 60, "duration")


@derived("rate")
def arrival_rate(s: DesignScope) -> Made | None:
    """People who arrive in the first minute of a known event, or over its whole length.

    Formula: people × share of the first minute / 60 s, else people / length. Unit: people/s.
    """
    people, share = s.get("load.event.people"), s.get("load.event.first_minute_share")
    lasts = s.get("load.event.lasts")
    crowd, first, length = amount(people), amount(share), amount(lasts)
    if crowd is None or people is None:
        return None
    if first is not None and share is not None:
        return made(
            crowd * first / MINUTE, people, share, formula=f"{said(people)} × {said(share)} / 60 s"
        )
    if length is None or lasts is None or length.low == 0:
        return None
    return made(crowd / length, people, lasts, formula=f"{said(people)} / {said(lasts)}")


@derived("rate")
def things_rate(s: DesignScope) -> Made | None:
    """Messages of devices, meters, pages: whatever makes load and is not a person.

    Formula: count / interval of each. Unit: messages/s.
    """
    count, each = s.get("load.things.count"), s.get("load.things.each")
    n, interval = amount(count), amount(each)
    if n is None or interval is None or interval.low == 0 or count is None or each is None:
        return None
    return made(n / interval, count, each, formula=f"{said(count)} / {said(each)}")


@derived("rate")
def admitted_rate(s: DesignScope) -> Made | None:
    """What gets past the admission in front, where a flow from an edge states its rate.

    Formula: highest stated rate of a flow from a waiting room or edge into the design. Unit: people/s.
    """
    practice = s.get("practices.admission_control")
    if practice is None or practice.value is not True:
        return None
    rates = [f.get("rate") for f in s.items["flows"] if _admits(f)]
    known = [r for r in rates if amount(r) is not None and r is not None]
    if not known:
        return None
    best = max(known, key=lambda r: (amount(r) or MINUTE).high)
    return made(best.value, best, formula=f"{best.path} admits {best.said}")


def _admits(flow: ItemScope) -> bool:
    kind = flow.get("from.kind")
    return kind is not None and kind.value in ("edge", "gateway", "external")


@derived("rate")
def entry_rate(s: DesignScope) -> Made | None:
    """What people, devices and partners send in, where each flow states its rate.

    Formula: sum of the stated rates of the flows that start outside. Unit: calls/s.
    """
    flows = s.items["flows"]
    outside = [f.get("rate") for f in flows if _from_outside(f)]
    nameless = (f for f in flows if f.get("rate") is not None and not f.item.words("from"))
    return total([*outside, *(Fact(f"{f.place}.from", UNKNOWN, "proposed") for f in nameless)])


def _from_outside(flow: ItemScope) -> bool:
    kind = flow.get("from.kind")
    return kind is not None and kind.value in ("client", *ACTORS)
