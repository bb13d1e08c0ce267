"""Parts of which the plan itself leaves open whether they can stay as they are: nothing there is praised."""

from collections.abc import Iterable

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.knowledge import BoundLadder, Knowledge
from backend_mcp.review.keeps import told_in_part
from backend_mcp.review.standing import Standing


def doubtful(
    scope: DesignScope, knowledge: Knowledge, standings: Iterable[Standing]
) -> frozenset[str]:
    """Return the places of parts that may be too little for a need or a load, for all that the plan says."""
    standings = tuple(standings)
    stood = {(s.ladder.entry.id, s.place) for s in standings}
    found = {s.place for s in standings if s.part and (s.left_open() or _load_is_lost(s, s.part))}
    for ladder in (ladder for ladder in knowledge.ladders if ladder.entry.for_each):
        for part in scope.where("components", ladder.judges):
            unplaced = (ladder.entry.id, part.place) not in stood
            if unplaced and isinstance(part, ItemScope) and _may_fall_short(ladder, part):
                found.add(part.place)
    return frozenset(found)


def _may_fall_short(ladder: BoundLadder, part: ItemScope) -> bool:
    """Whether a need forces a rung, and the document says `unknown` of what would show a lower one."""
    needed = (
        index
        for index, rung in enumerate(ladder.rungs)
        if any(g.entry.forces and g.when.truth(part) is True for g in rung.gates)
    )
    below = (r.chosen for r in ladder.rungs[: max(needed, default=0)])
    open_ = (chosen for chosen in below if chosen.truth(part) is None)
    return any(a.said_unknown for chosen in open_ for a in chosen.atoms(part))


def _load_is_lost(s: Standing, part: ItemScope) -> bool:
    """Whether a part is held against a load of which the document says `unknown`, the whole or one of its own.

    Where it has ample room for those of its rates that are told, that much may be said.
    """
    measured = s.ladder.entry.demand and s.rung.holds is not None
    if s.fit != "unknown" or not measured or told_in_part(s):
        return False
    whole = (f for path, f in part.whole.design.facts.items() if path.startswith("load."))
    own = (f.item.facts.get("rate") for f in part.whole.incoming(part.item.id))
    return any(f is not None and not f.known for f in (*whole, *own))
