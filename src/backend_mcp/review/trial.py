"""Try one entry of the knowledge on one of its own examples: the examples of an entry are its tests."""

from backend_mcp.capacity import DesignScope
from backend_mcp.model.design import Design
from backend_mcp.model.entries import Example
from backend_mcp.model.knowledge import BoundLadder, BoundProbe, BoundRule, Knowledge
from backend_mcp.review.engine import review
from backend_mcp.review.rules import judge_rules
from backend_mcp.review.sizing import size

_FAULTS = ("over", "under", "unpaid")
_OF_WEIGHT = ("blocker", "high", "medium")


def answers(
    entry: BoundRule | BoundLadder | BoundProbe, design: Design, knowledge: Knowledge
) -> list[tuple[str, str]]:
    """Return what one entry says of a design: pairs of (finding, unsaid, question, look) and place."""
    if isinstance(entry, BoundRule):
        return _rule(entry, design, knowledge)
    if isinstance(entry, BoundLadder):
        return _ladder(entry, design, knowledge)
    looks = review(design, knowledge).looks
    return [("look", look.at) for look in looks if look.probe == entry.entry.id]


def _rule(rule: BoundRule, design: Design, knowledge: Knowledge) -> list[tuple[str, str]]:
    ruled = judge_rules(DesignScope(design, knowledge.numbers), knowledge)
    said = [f for f in ruled.findings if rule.entry.id in (f.rule, *f.also)]
    found = [("unsaid" if f.unsaid else "finding", f.at) for f in said]
    if not found:
        opens = [o for o in ruled.open if o.rule is rule]
        found = [("question", o.view.place or "design") for o in opens]
    return found


def _ladder(ladder: BoundLadder, design: Design, knowledge: Knowledge) -> list[tuple[str, str]]:
    sized = size(DesignScope(design, knowledge.numbers), knowledge)
    standings = [s for s in sized.standings if s.ladder is ladder and s.fit in _FAULTS]
    rules = {f"{ladder.entry.id}-above-need", f"{ladder.entry.id}-below-need"}
    places = [f.at for f in sized.findings if f.rule in rules or f.rule == "unpaid-part"]
    return [
        ("question" if s.fit == "unpaid" else "finding", at)
        for s in standings
        for at in places
        if s.part is None or at == s.place
    ]


def said_unasked(design: Design, knowledge: Knowledge) -> list[tuple[str, str]]:
    """Return the rules that fire and the probes that look, as kind and id; silence asked for none."""
    judged = review(design, knowledge)
    own = {r.entry.id for r in knowledge.rules}
    fired = {f.rule for f in judged.findings if f.rule in own and not f.unsaid}
    looked = {look.probe for look in judged.looks}
    return [
        *(("rules", id_) for id_ in sorted(fired)),
        *(("probes", id_) for id_ in sorted(looked)),
    ]


def mismatch(example: Example, found: list[tuple[str, str]]) -> str:
    """Say how what was said differs from what the example expects; empty when it does not."""
    kinds = {kind for kind, _ in found}
    if example.expect == "clean":
        return f"expected nothing, got {found}" if found else ""
    if kinds != {example.expect}:
        return f"expected {example.expect}, got {found or 'nothing'}"
    places = sorted(at for _, at in found)
    if example.at and places != sorted(example.at):
        return f"expected at {sorted(example.at)}, got {places}"
    return ""


def raised_and_cleared(
    answered: list[str], before: Design, after: Design, knowledge: Knowledge
) -> list[str]:
    """Say how a pair of designs fails to show what a pattern answers; empty when it does.

    The first must raise each rule that is answered; the second none of them, and nothing of weight.
    """
    raised = {f.rule for f in review(before, knowledge).findings}
    left = review(after, knowledge).findings
    wrong = [f"before does not raise {rule}" for rule in answered if rule not in raised]
    wrong += [f"after still raises {f.id}" for f in left if f.rule in answered]
    return wrong + [
        f"after raises {f.id} ({f.severity}: {f.title})"
        for f in left
        if f.severity in _OF_WEIGHT and f.rule not in answered
    ]
