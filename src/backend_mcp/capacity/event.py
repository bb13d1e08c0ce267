"""Derived facts of a known event: orders, the tightest cap, and how crowded it gets there."""

from backend_mcp.capacity.registry import Made, amount, derived, made, said
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.quantity import interval, point


@derived("count")
def orders(s: DesignScope) -> Made | None:
    """Orders that sell all the stock of an event.

    Formula: stock / things in one order. Unit: orders.
    """
    stock, each = s.get("load.event.stock"), s.get("load.event.per_order")
    n, per = amount(stock), amount(each)
    if n is None or per is None or per.low == 0 or stock is None or each is None:
        return None
    return made(
        interval(n.low / per.high, n.high / per.low, "count"),
        stock,
        each,
        formula=f"{said(stock)} / {said(each)}",
    )


@derived("rate")
def tightest_limit(s: DesignScope) -> Made | None:
    """The smallest cap of any part that a caller waits for.

    A vendor's default counts where money or stock moves: what else a caller waits for need not sell.

    Formula: min of the limits of the parts that a sync flow leads to. Unit: calls/s.
    """
    waited_for = [c for c in s.items["components"] if _waited_for(c)]
    known = [f for f in map(_cap, waited_for) if amount(f) is not None]
    limits = [f for f in known if f is not None]
    if not limits:
        return None
    least = min(limits, key=lambda f: (amount(f) or point(0, "rate")).high)
    return made(least.value, least, formula=least.formula or f"{least.path} {least.said}")


def _waited_for(c: ItemScope) -> bool:
    return any(f.item.word("mode") == "sync" for f in c.whole.incoming(c.item.id))


def _cap(c: ItemScope) -> Fact | None:
    """Return the cap of a part: the stated one, else its vendor's where money or stock moves."""
    moves = any(f.item.word("effect") in ("money", "stock") for f in c.whole.incoming(c.item.id))
    return c.derived("requests_cap") if moves else c.get("limit")


@derived("duration")
def sale_time(s: DesignScope) -> Made | None:
    """How long it takes to sell all the stock through the tightest cap.

    Formula: orders / tightest limit. Unit: s.
    """
    n, cap = s.derived("orders"), s.derived("tightest_limit")
    total, limit = amount(n), amount(cap)
    if total is None or limit is None or limit.low == 0 or n is None or cap is None:
        return None
    return made(total / limit, n, cap, formula=f"{said(n)} / {said(cap)}")


@derived("factor")
def crowding(s: DesignScope) -> Made | None:
    """How many times more people arrive than the tightest part can take.

    Formula: arrivals / tightest limit. Unit: factor.
    """
    come, cap = s.derived("arrival_rate"), s.derived("tightest_limit")
    rate, limit = amount(come), amount(cap)
    if rate is None or limit is None or limit.low == 0 or come is None or cap is None:
        return None
    return made(rate / limit, come, cap, formula=f"{said(come)} / {said(cap)}")
