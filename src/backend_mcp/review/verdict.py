"""The verdict on size and soundness, and beside it whether the plan is ready."""

from collections import Counter
from collections.abc import Iterable, Sequence

from backend_mcp.model.entries import Severity
from backend_mcp.model.review import Finding, Look, Ready, Verdict


def verdict(findings: Sequence[Finding], judged_enough: bool) -> Verdict:
    """Weigh both sides.

    Over counts with one high or two mediums, under with one blocker or two highs. One side counts
    and the other has not even a medium: that side. Both, or one and a medium on the other: mixed.
    """
    over = Counter(f.severity for f in findings if f.direction == "over")
    under = Counter(f.severity for f in findings if f.direction != "over")
    over_counts = over["blocker"] + over["high"] >= 1 or over["medium"] >= 2
    under_counts = under["blocker"] >= 1 or under["high"] >= 2
    if over_counts and (under_counts or _weighs(under)):
        return "mixed"
    if under_counts:
        return "mixed" if _weighs(over) else "under"
    if over_counts:
        return "over"
    return "right" if judged_enough else "undecided"


def _weighs(side: Counter[Severity]) -> bool:
    return bool(side["blocker"] + side["high"] + side["medium"])


def ready(
    word: Verdict, findings: Iterable[Finding], looks: Iterable[Look], held: Ready = "yes"
) -> Ready:
    """A blocker: no. A high or two mediums: after fixes. An open blocking look: unknown. Else yes.

    An undecided verdict never reads as a pass, so it is never ready: yes; nor is what is `held` back.
    """
    count = Counter(f.severity for f in findings)
    if count["blocker"]:
        return "no"
    if count["high"] or count["medium"] >= 2 or held == "after_fixes":
        return "after_fixes"
    blocking = any(look.decides == "blocker" for look in looks)
    return "unknown" if blocking or word == "undecided" else held
