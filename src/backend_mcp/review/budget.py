"""The complexity budget: hours a month to keep the design alive against what the team can give."""

from backend_mcp.capacity import DesignScope
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.review import Budget, Finding
from backend_mcp.review.texts import reason

WEIGHTS_OFF_BY = 0.5
"""The weights are house heuristics: only what survives half of them and one and a half is said."""


def weigh(scope: DesignScope) -> tuple[Budget | None, Finding | None]:
    """Return the budget, and a finding only where it stands with all weights × 0.5 and × 1.5."""
    hours, capacity = scope.derived("upkeep"), scope.derived("capacity_hours")
    if hours is None or capacity is None:
        return None, None
    need, give = hours.value, capacity.value
    if not isinstance(need, Quantity) or not isinstance(give, Quantity):
        return None, None
    low, high = need.low * WEIGHTS_OFF_BY, need.high * (1 + WEIGHTS_OFF_BY)
    verdict = _verdict(low, high, give)
    budget = Budget(need.short(), give.short(), verdict)
    if low <= give.high:
        return budget, None
    engineers = scope.get("context.engineers")
    facts = tuple(reason(f) for f in (hours, capacity, engineers) if f is not None)
    return budget, Finding(
        rule="upkeep-above-capacity",
        at="context.engineers",
        direction="over",
        severity="high",
        title=f"Keeping this alive takes about {_about(need)} engineer-hours a month; the team can give {_about(give)}",
        do="leave out the dearest part that nothing pays for, or let a provider run it",
        flips_when="a provider or another team keeps the dearest parts alive",
        because=facts,
        number=f"{need.short()} against {give.short()} h/month, and {low:.3g} with all weights halved",
        why="Hours that nobody has are taken from building, or the parts are left alone until they fail.",
        conditional=any(f.basis == "assumed" for f in (hours, capacity)),
    )


def _about(hours: Quantity) -> str:
    """Print hours as roughly as they are known: to two digits."""
    ends = [f"{float(f'{end:.2g}'):g}" for end in (hours.low, hours.high)]
    return "..".join(dict.fromkeys(ends))


def _verdict(low: float, high: float, give: Quantity) -> str:
    if low > give.high:
        return "above what the team can give, even with all weights halved"
    if high < give.low:
        return "within what the team can give, even with all weights half as high again"
    return "near what the team can give; the weights are too rough to say more"
