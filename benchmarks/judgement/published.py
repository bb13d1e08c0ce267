"""Published designs, against what their own authors or a post-mortem said."""

import random
from dataclasses import dataclass
from typing import Any

from backend_mcp.model.design import identifier
from backend_mcp.model.review import Review
from benchmarks.judgement.cases import Share, folder, judged_text, matches, review, share

FIRST, QUESTIONS = 3, 5
ASIDE, DRAWN_WITH = 20, 9
"""So many cases were only counted while rules and questions were written, drawn with this seed."""
_OPPOSITE = {"over": ("under",), "under": ("over",), "right": ("over", "under", "mixed")}


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what was said, what the author says, and what decides."""

    name: str
    said: str
    expected: list[str]
    named: bool
    first: bool
    asked: bool
    told_open: bool
    forbidden: list[str]
    lenient: bool

    @property
    def agrees(self) -> bool:
        """Whether the verdict is one that the author's words allow."""
        return self.said in self.expected

    @property
    def wrong(self) -> bool:
        """Whether the verdict points the other way."""
        return not self.agrees and self.said in _OPPOSITE[self.expected[0]]

    @property
    def fair(self) -> bool:
        """Whether it agrees, or is undecided with a question that would decide."""
        return self.agrees or (self.said == "undecided" and self.asked)

    @property
    def fair_with_findings(self) -> bool:
        """The same, where a finding that says which fact the plan leaves open counts as asking, too."""
        return self.fair or (self.said == "undecided" and self.told_open)


def case(entry: dict[str, Any]) -> Case:
    """Review one case."""
    expect = entry["expect"]
    answer = review(entry["design"])
    accepted = expect.get("any_of") or []
    hits = [any(matches(f, a, set()) for a in accepted) for f in answer.findings]
    asked = {q.fact for q in answer.questions[:QUESTIONS]}
    decides = {identifier(path) for path in expect.get("decides") or []}
    return Case(
        entry["case"], answer.verdict, expect["verdict"], any(hits), any(hits[:FIRST]),
        bool(asked & decides), bool(left_open(answer) & decides), _forbidden(expect.get("never") or [], answer),
        bool(expect.get("undecided_ok")),
    )  # fmt: skip


def left_open(answer: Review) -> set[str]:
    """Return the facts that a finding says the plan leaves open: it asks for them, too."""
    return {r.fact for f in answer.findings if f.unsaid for r in f.because if r.value == "unknown"}


def _forbidden(never: list[str], answer: Review) -> list[str]:
    """Return the forbidden claims that were made."""
    extras = {e.component for e in answer.extras}
    rules = {f.rule for f in answer.findings}
    text = judged_text(answer)
    made = []
    for claim in never:
        kind, _, name = claim.partition(":")
        said = {
            "extra": name in extras,
            "text": name.lower() in text,
            "ladder-below": f"{name}-below-need" in rules,
            "ladder-above": f"{name}-above-need" in rules,
        }.get(kind, claim.partition("@")[0] in rules)
        if said:
            made.append(claim)
    return made


def cases() -> list[Case]:
    """Review all cases that are encoded."""
    return [case(entry) for entry in folder("published")]


def kept_aside(found: list[Case]) -> set[str]:
    """Return the names of the cases that nobody looked at."""
    return set(random.Random(DRAWN_WITH).sample([c.name for c in found], ASIDE))


def agreement(found: list[Case]) -> Share:
    """How many verdicts agree."""
    return share([c.agrees for c in found])
