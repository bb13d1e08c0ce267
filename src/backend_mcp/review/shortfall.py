"""What a part can't give: the load that its rung never held, or a need that only a higher one meets."""

from backend_mcp.model.knowledge import BoundRung, Knowledge
from backend_mcp.model.review import Finding, Limit
from backend_mcp.review import size_words as words
from backend_mcp.review.standing import Standing
from backend_mcp.review.texts import limit_of, reason


def falls_short(s: Standing, knowledge: Knowledge) -> Finding:
    """Say of a part that a need, or the load, asks for more than it can give."""
    forcing = [g for g in s.gates if g.truth is True and g.gate.entry.forces and g.rung > s.chosen]
    assumed = s.demand is not None and not s.demand.firm and not forcing
    assumed = assumed or any(not g.firm for g in forcing)
    if forcing:
        title = f"{words.subject(s)} is {s.rung.entry.name}, which can't give {forcing[-1].gate.entry.pays}"
        because = tuple(reason(a.fact) for g in forcing for a in g.atoms if a.fact is not None)
    else:
        holds = f"{s.rung.entry.name} holds {words.said(s.rung.holds)}"
        title = f"{words.subject(s)} is asked for {words.asked(s, s.load)}; {holds}"
        because = (reason(s.demand),) if s.demand is not None else ()
    return Finding(
        rule=f"{s.ladder.entry.id}-below-need",
        at=s.place,
        direction="under",
        severity="blocker" if not forcing and not assumed and _far_above(s) else "high",
        title=title,
        do=f"go to {s.enough.entry.name}, or lower the need",
        flips_when="the need is not real"
        if forcing
        else f"the load is below {words.said(s.rung.holds)}",
        because=because,
        number="" if forcing else f"{words.said(s.load)} against {words.said(s.rung.holds)}",
        why=s.rung.entry.breaks,
        conditional=assumed,
        threshold=None if forcing else limit_at(s.rung, knowledge),
    )


def limit_at(rung: BoundRung, knowledge: Knowledge) -> Limit | None:
    """Return the number that a rung holds, with its source."""
    entry = knowledge.thresholds.get(rung.entry.holds)
    return limit_of(entry, words.said(rung.holds), knowledge.as_of) if entry is not None else None


def _far_above(s: Standing) -> bool:
    """Whether a load is surely more than twice what the chosen rung was ever seen to hold."""
    return s.load is not None and s.rung.holds is not None and s.load.low > 2 * s.rung.holds.high
