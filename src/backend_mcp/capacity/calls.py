"""Derived facts about calls: how many reach a part, and how near that is to its cap."""

from dataclasses import replace
from typing import Final

from backend_mcp.capacity.kinds import QUIET
from backend_mcp.capacity.registry import Made, amount, derived, made, said, total
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.fact import UNKNOWN, Fact
from backend_mcp.model.quantity import Quantity

_OF: Final = "components"


@derived("rate", _OF)
def inflow(c: ItemScope) -> Made | None:
    """Calls a second that reach a part; a caller's own inflow stands in where a rate is not said.

    Formula: sum over incoming flows of the stated rate, else of the rates into the caller. Unit: calls/s.
    """
    return total(r for f in c.whole.incoming(c.item.id) for r in _rates(f))


@derived("rate", _OF)
def puts(c: ItemScope) -> Made | None:
    """How often something is put into a part: calls that only read it are left out.

    Formula: as inflow, over the flows whose effect is not read or none. Unit: calls/s.
    """
    into = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") not in QUIET]
    return total(r for f in into for r in _rates(f))


@derived("rate", _OF)
def lookups(c: ItemScope) -> Made | None:
    """How often something is read from a part: what only fills it is left out.

    Formula: as inflow, over the flows whose effect is read, or not told. Unit: calls/s.
    """
    asked = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") in ("", "read")]
    return total(r for f in asked for r in _rates(f))


def _rates(flow: ItemScope) -> list[Fact | None]:
    """Return a flow's own rate, or the stated rates of the flows into its source."""
    own = flow.get("rate")
    if amount(own) is not None:
        return [own]
    sources = flow.item.words("from")
    into = [f.get("rate") for id_ in sources for f in flow.whole.incoming(id_)]
    several = sum(len(flow.whole.outgoing(id_)) for id_ in sources) > 1
    return [_at_most(r) if several else r for r in into]


def _at_most(rate: Fact | None) -> Fact | None:
    """Return a rate of which any part may go this way."""
    q = amount(rate)
    return rate if rate is None or q is None else rate._replace(value=replace(q, low=0.0))


@derived("rate", _OF)
def calls(c: ItemScope) -> Made | None:
    """Calls a second that the design's own parts make to this one, as far as they are stated.

    Formula: sum of the stated rates of flows from components. Unit: calls/s.
    """
    incoming = c.whole.incoming(c.item.id)
    ours = [f.get("rate") for f in incoming if _is_ours(f.referred("from"))]
    nameless = [f for f in incoming if not f.item.words("from")] + c.whole.once(leading_nowhere)
    return total([*ours, *(Fact(f"{f.place}.from", UNKNOWN, "proposed") for f in nameless)])


def leading_nowhere(s: DesignScope) -> list[ItemScope]:
    """Return the flows whose target is not known: each may lead to any part."""
    return [f for f in s.items["flows"] if not f.item.words("to")]


def _is_ours(source: ItemScope | None) -> bool:
    return source is not None and source.kind != "client"


@derived("rate", _OF)
def peak_inflow(c: ItemScope) -> Made | None:
    """The most that our own parts may ask of a part at once: stated rates only, at their upper ends.

    Formula: sum of the upper ends of the stated rates of flows from components. Unit: calls/s.
    """
    asked = c.derived("calls")
    value = amount(asked)
    if value is None or asked is None or value.high == float("inf"):
        return None
    return made(value.peak, asked, formula=asked.formula)


@derived("share", _OF)
def utilisation(c: ItemScope) -> Made | None:
    """How much of its cap a part uses when all that may come does come.

    Formula: sum of the upper ends of the incoming rates / requests cap. Unit: share.
    """
    asked, cap = c.derived("peak_inflow"), c.derived("requests_cap")
    load, limit = amount(asked), amount(cap)
    if load is None or limit is None or limit.high == 0 or asked is None or cap is None:
        return None
    ratio = load / limit
    value = Quantity(ratio.low, ratio.high, "share")
    return made(value, asked, cap, formula=f"({asked.formula}) / {said(cap)}")
