"""One-way doors: what is hard to take back, so that a person and not an agent alone decides it."""

from collections.abc import Mapping
from typing import Final

from backend_mcp.capacity import DesignScope
from backend_mcp.model.review import Finding

IRREVERSIBLE: Final[Mapping[str, float]] = {
    "needs.rpo": 2.0,
    "needs.replay": 1.5,
    "needs.regions": 1.5,
    "needs.tenants": 1.5,
}
"""Facts that are dear to learn too late, and how much more they weigh in what is asked."""


def one_way(finding: Finding, scope: DesignScope) -> str:
    """Return why a decision on a finding is hard to take back, or an empty string.

    It is at a part that holds the truth or at a data set in one, at a flow whose effect can't be taken
    back, or rests on a fact that is dear to learn too late and that nobody has stated.
    """
    item = scope.at(finding.at)
    if item is not None:
        if item.item.list == "stores":
            return f"{finding.at} is a data set that would have to be moved"
        if item.item.word("holds") == "truth":
            return f"{finding.at} holds the truth, which would have to be moved"
        reversible = item.item.facts.get("reversible")
        if reversible is not None and reversible.value is False:
            return f"what {finding.at} does can't be taken back"
    unsure = (r for r in finding.because if r.value == "unknown" or r.basis == "assumed")
    told = next((r.fact for r in unsure if r.fact in IRREVERSIBLE), "")
    return f"it rests on {told}, which nobody stated and is dear to learn too late" if told else ""
