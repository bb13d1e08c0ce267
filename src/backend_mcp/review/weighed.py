"""Patterns and guides held against a situation: what speaks for one here, what against, what is open."""

from backend_mcp.capacity import DesignScope
from backend_mcp.model.advice import BoundAdvice, BoundCondition
from backend_mcp.model.consultation import Balance, Weighed
from backend_mcp.model.design import Design
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.review.texts import reasons


def weigh(design: Design, advice: BoundAdvice, knowledge: Knowledge) -> Balance:
    """Return what helps and what hurts, each condition with whether it holds here."""
    scope = DesignScope(design, knowledge.numbers)
    return Balance(
        advice.entry,
        tuple(_weighed(c, scope) for c in advice.helps),
        tuple(_weighed(c, scope) for c in advice.hurts),
    )


def _weighed(condition: BoundCondition, scope: DesignScope) -> Weighed:
    """Judge a condition: over a list one item is enough, and none where the list may hold more is unknown."""
    list_ = condition.entry.for_each
    views = scope.items[list_] if list_ else (scope,)
    truths = [(condition.when.truth(v), v) for v in views]
    for truth, view in truths:
        if truth is True:
            facts = (a for a in condition.when.atoms(view) if a.fact is not None and a.fact.known)
            return Weighed(condition.entry.says, True, reasons(facts))
    open_ = any(t is None for t, _ in truths) or (
        bool(list_) and list_ not in scope.design.complete
    )
    if open_:
        return Weighed(condition.entry.says, None, ())
    atoms = (a for _, v in truths[:1] for a in condition.when.atoms(v) if a.fact is not None)
    return Weighed(condition.entry.says, False, reasons(atoms))
