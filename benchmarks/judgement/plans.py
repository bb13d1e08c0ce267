"""Six plans that an agent proposed, against the reviews of experienced engineers."""

from dataclasses import dataclass
from typing import Any

from backend_mcp.model.review import Review
from benchmarks.judgement.cases import (
    ROOT,
    Share,
    folder,
    judged_text,
    load,
    matches,
    review,
    share,
)

LOOKS, KEEPS, FIRST = 6, 8, 3


@dataclass(frozen=True, slots=True)
class Plan:
    """How the answer to one plan compares with its review; findings by rank with how they are met."""

    name: str
    verdict: bool
    met: dict[int, str]
    expected: list[dict[str, Any]]
    keeps: Share
    said: list[str]
    attacked: list[str]

    def of(self, *, side: str = "", typed: bool | None = None, first: bool = False) -> list[bool]:
        """Return for the expected findings of a kind whether they are met."""
        return [
            self.met[f["rank"]] != ""
            for f in self.expected
            if (not side or f["side"] == side)
            and (typed is None or f["typed"] is typed)
            and (not first or f["rank"] <= FIRST)
        ]


def plan(entry: dict[str, Any]) -> Plan:
    """Compare one plan."""
    answer = review(load(ROOT / f"examples/designs/{entry['design']}.yaml"))
    same = entry.get("same_matter", {})
    met = {f["rank"]: _met(f, answer) for f in entry["findings"]}
    kept = {same.get(k.at, k.at) for k in answer.keeps[:KEEPS]}
    text = judged_text(answer)
    over = {f.at for f in answer.findings if f.direction == "over"}
    return Plan(
        entry["design"],
        answer.verdict in entry["verdict"],
        met,
        entry["findings"],
        share([k in kept for k in entry["keep"]]),
        [w for w in entry["never"] if w.lower() in text],
        [k for k in entry["keep"] if k in over],
    )


def _met(expected: dict[str, Any], answer: Review) -> str:
    """Say how a finding is met: raised, raised elsewhere, pointed at, or not at all."""
    at, elsewhere = expected["at"], set(expected.get("also_at", []))
    if expected["typed"]:
        for finding in answer.findings:
            if any(matches(finding, a, {at}) for a in expected["accept"]):
                return "raised"
        for finding in answer.findings:
            if any(matches(finding, a, elsewhere) for a in expected["accept"]) and elsewhere:
                return f"raised at {finding.at}"
        return ""
    for look in answer.looks[:LOOKS]:
        if look.probe in expected["probes"] and look.at == at:
            return "pointed"
    for look in answer.looks[:LOOKS]:
        if look.probe in expected["probes"] and look.at in elsewhere:
            return f"pointed at {look.at}"
    return ""


def plans() -> list[Plan]:
    """Compare all six."""
    return [plan(entry) for entry in folder("plans")]
