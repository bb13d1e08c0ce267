"""The sentences about size."""

from math import isinf
from typing import Final

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.knowledge import BoundRung
from backend_mcp.model.quantity import Quantity
from backend_mcp.review.rungs import room
from backend_mcp.review.standing import Standing
from backend_mcp.review.texts import shown

TWO_FOR_ONE_JOB: Final = (
    "What exists already costs nothing more to keep; a second part for the same job is run, watched "
    "and restored by itself."
)


_ONE: Final = {"people": "person"}
"""Units whose singular is no plural without its last letter."""
_MANY: Final = 1e9
"""Times over, above which no one asks for the number."""


def said(value: Quantity | None) -> str:
    """Print a quantity, or nothing."""
    return value.short() if value is not None else ""


def many(space: float) -> str:
    """Print how many times over, rounded the more the larger it is."""
    return f"{space:.3g}" if space < 1000 else f"over {int(min(space, _MANY) / 1000) * 1000:,}"


def times(rung: BoundRung, load: Quantity | None) -> str:
    """Say how many times the load a rung's floor holds: `196 times the 60/s`."""
    space = room(rung, load)
    return "" if space is None or load is None else f"{many(space)} times the {load.peak.short()}"


def headroom(rung: BoundRung, load: Quantity | None) -> str:
    """Say the floor over the highest demand, up to the ceiling over the lowest."""
    if rung.holds is None or load is None or load.high in (0, float("inf")):
        return ""
    low = rung.holds.low / load.high
    if isinf(low):  # a load next to nothing
        return ""
    high = rung.holds.high / load.low if load.low > 0 else float("inf")
    return Quantity(low, high, "factor").short()


def graduates(s: Standing) -> str:
    """Say when the chosen rung is outgrown, and what shows it first."""
    if s.rung.holds is None or not s.ladder.entry.demand:
        return ""
    return f"above {s.rung.holds.short()}: {s.rung.entry.signal}"


def title(s: Standing, name: str, instead: str, checked: str) -> str:
    """Say of a part above the need what already does its job, and how far that holds."""
    enough = s.enough.entry.name
    spared = instead != "" and instead == s.rung.entry.spared_by
    enough = instead if spared else enough
    holds = (
        f"{instead} ({enough}) does this" if instead not in ("", enough) else f"{enough} does this"
    )
    if s.enough.holds is not None and not spared:
        holds += f" to {asked(s, s.enough.holds)}{_against(s)}"
    if s.fit == "over":
        return f"{name} ({s.rung.entry.name}) is more than is needed: {holds}{checked}"
    stays = s.part is not None and not instead
    what = f"{name} as {s.rung.entry.name}" if stays else name
    return f"Nothing stated pays for {what}{checked}: {holds}"


def asked(s: Standing, value: Quantity | None) -> str:
    """Print a quantity with what the ladder counts: `5 deployables`."""
    unit = s.ladder.entry.unit
    if unit and value is not None and value.low == value.high == 1 and value.kind == "count":
        unit = _ONE.get(unit, unit.removesuffix("s"))
    return f"{said(value)} {unit}" if unit else said(value)


def above(s: Standing, holds: Quantity) -> str:
    """Say the load above which a rung is outgrown, and from where on that has to be measured."""
    if holds.low == holds.high or isinf(holds.high):
        return f"more than {asked(s, holds)}"
    most = Quantity(holds.high, holds.high, holds.kind, holds.currency)
    least = Quantity(holds.low, holds.low, holds.kind, holds.currency)
    return f"more than {asked(s, most)} (from {said(least)} on: measure)"


def _against(s: Standing) -> str:
    if s.load is None:
        return "; no load is stated that needs more"
    if s.load.kind != "rate":
        return f"; {said(s.load)} asked"
    space = times(s.enough, s.load)
    return f", {space} asked" if space else ""


def team(scope: DesignScope) -> str:
    """Say that no boundary pays for services, with the people that are stated."""
    people, teams = scope.get("context.engineers"), scope.get("context.teams")
    parts = [
        f"{fact.said} {name if fact.said != '1' else name[:-1]}"
        for fact, name in ((people, "engineers"), (teams, "teams"))
        if fact is not None and fact.known
    ]
    return "no stated boundary pays for them" + (f" ({', '.join(parts)})" if parts else "")


def in_numbers(part: ItemScope) -> str:
    """Print how many deployables one line of the design stands for, where they are several."""
    count = part.get("count")
    several = count is not None and isinstance(count.value, Quantity) and count.value.low >= 2
    return count.said if several and count is not None else ""


def do(name: str, instead: str, pays: str, down_to: str = "", along: str = "") -> str:
    """Say the cut, and what would defend the part; what stays goes down to a simpler rung.

    `along` is what the part does beside, and what must hold at it: it goes along.
    """
    target = f"leave {name} out and let {instead} do it" if instead else f"leave {name} out"
    target = f"bring {name} down to {down_to}" if down_to else target
    return f"{target}{along}; or state what pays: {pays}"


def along(part: ItemScope, scope: DesignScope) -> str:
    """Say what else a part does, and what must hold where it is reached, so that a cut loses neither."""
    others = [w for w in part.item.words("does") if w != part.kind]
    into = {f.place for f in scope.incoming(part.item.id)}
    promises = [
        shown(p.item.facts["statement"])
        for p in scope.items["must_hold"]
        if into & set(p.item.words("where")) and "statement" in p.item.facts
    ]
    jobs = f" ({' and '.join(others)} needs another home first)" if others else ""
    held = f", where “{promises[0]}” must hold, too" if promises else ""
    return jobs + held


def numbers(s: Standing) -> str:
    """Say the deciding number."""
    if s.enough.holds is None or s.load is None:
        return ""
    return f"{asked(s, s.load)} against {said(s.enough.holds)}"


def subject(s: Standing) -> str:
    """Name the part, or the capability where the whole design is judged."""
    return s.part.item.id if s.part is not None else s.ladder.entry.title
