"""Services that are asked for more than anybody takes for granted: no ladder says what one copy of them carries."""

from collections.abc import Iterable
from typing import Final

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.quantity import Quantity
from backend_mcp.review.services import faces_people

_A_COPY: Final = "requests-per-copy"
_PEAK: Final = "load.requests_per_second.peak"


def unproven(scope: DesignScope, knowledge: Knowledge) -> Iterable[str]:
    """Name each service whose stated peak is more than anybody takes for granted of its copies."""
    most = knowledge.numbers.values.get(_A_COPY)
    if most is None:
        return
    for part in scope.items["components"]:
        asked = _asked(part) if part.kind == "service" and not _is_bought(part) else None
        copies = _amount(part.get("instances"))
        if asked is None or asked.low <= most.high * (copies.high if copies is not None else 1):
            continue
        of = (
            "nobody says how many copies" if copies is None else f"{copies.short()} cop{_y(copies)}"
        )
        one = f"how many requests a second one copy of {part.item.id} carries"
        yield f"{one}: measure it; {asked.short()} asked of {of}"


def _asked(part: ItemScope) -> Quantity | None:
    """Return the stated peak of a service: its own, else its flows', else the whole design's."""
    own = _amount(part.item.facts.get(_PEAK))
    if own is not None:
        return own
    waits = [f for f in part.whole.incoming(part.item.id) if f.item.word("mode") in ("sync", "")]
    rates = [q for f in waits if (q := _amount(f.get("rate"))) is not None]
    if rates:
        return sum(rates[1:], rates[0])
    return _amount(part.whole.get(_PEAK)) if faces_people(part) else None


def _amount(fact: Fact | None) -> Quantity | None:
    """Return a quantity that somebody stated."""
    known = fact is not None and fact.known and fact.basis != "assumed"
    return fact.value if known and fact is not None and isinstance(fact.value, Quantity) else None


def _is_bought(part: ItemScope) -> bool:
    bought = part.derived("bought")
    return bought is not None and bought.value is True


def _y(copies: Quantity) -> str:
    return "y" if copies.high == copies.low == 1 else "ies"
