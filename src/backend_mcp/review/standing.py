"""Right-sizing: where one part, or the whole design, stands on one ladder, and where it need stand."""

from dataclasses import dataclass, replace
from math import isfinite
from typing import Final

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.knowledge import BoundGate, BoundLadder, BoundRung
from backend_mcp.model.predicate import Atom, Truth
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.review import Fit
from backend_mcp.review.rungs import carries, lowest_rung, room, roomy, roomy_rung

_ONE_LOAD: Final = 100.0
"""A range wider than two orders of magnitude is a guess and no load: it pays for nothing."""


@dataclass(frozen=True, slots=True)
class GateState:
    """A gate of one rung as it stands in this situation."""

    rung: int
    gate: BoundGate
    truth: Truth
    view: ItemScope | DesignScope

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """The facts that decided."""
        return self.gate.when.atoms(self.view)

    @property
    def firm(self) -> bool:
        """Whether it is true on facts that are stated, not assumed."""
        return self.truth is True and all(a.fact is None or a.fact.firm for a in self.atoms)

    @property
    def denied(self) -> bool:
        """Whether stated facts say that the need is not there."""
        return self.truth is False and all(a.fact is None or a.fact.firm for a in self.atoms)


@dataclass(frozen=True, slots=True)
class Standing:
    """One part on one ladder.

    `lowest` is the rung that is enough as far as is known: the lowest that nothing refuses, or the
    next plain one where that leaves no room. `plain` is the strongest rung that needs no payer,
    `peer` another part that already does the same job.
    """

    ladder: BoundLadder
    part: ItemScope | None
    place: str
    chosen: int
    lowest: int
    plain: int
    demand: Fact | None
    gates: tuple[GateState, ...]
    fit: Fit
    peer: ItemScope | None = None

    @property
    def rung(self) -> BoundRung:
        """The rung that the design chose."""
        return self.ladder.rungs[self.chosen]

    @property
    def enough(self) -> BoundRung:
        """The rung that is enough, as far as is known."""
        return self.ladder.rungs[self.lowest]

    @property
    def load(self) -> Quantity | None:
        """The demand as a quantity."""
        demand = self.demand
        return demand.value if demand is not None and isinstance(demand.value, Quantity) else None

    def open_gates(self) -> tuple[GateState, ...]:
        """The needs that would pay for the chosen rung, and are not stated true."""
        return tuple(g for g in self.gates if g.rung == self.chosen and not g.firm)

    def left_open(self) -> tuple[GateState, ...]:
        """The needs that would force a stronger rung, and of which the document says `unknown`."""
        above = (g for g in self.gates if g.gate.entry.forces and g.rung > self.chosen)
        return tuple(g for g in above if g.truth is None and any(a.said_unknown for a in g.atoms))

    def denied(self) -> bool:
        """Whether stated facts deny every need for the chosen rung, and for any above it."""
        return all(g.denied for g in self.gates if g.rung >= self.chosen)


def stand(scope: DesignScope, ladder: BoundLadder, part: ItemScope | None) -> Standing | None:
    """Place one part (or the whole design) on a ladder, or return None when it is on no rung."""
    view = part if part is not None else scope
    chosen, at = _chosen(ladder, view, scope)
    if chosen is None:
        return None
    return place(scope, ladder, part, chosen, at)


def place(
    scope: DesignScope, ladder: BoundLadder, part: ItemScope | None, chosen: int, at: str
) -> Standing:
    """Judge one part (or the whole design, at a place) that stands on a given rung."""
    view = part if part is not None else scope
    gates = tuple(
        GateState(index, gate, gate.when.truth(view), view)
        for index, rung in enumerate(ladder.rungs)
        for gate in rung.gates
    )
    demand = view.get(ladder.entry.demand) if ladder.entry.demand else None
    demand = demand if demand is not None and isinstance(demand.value, Quantity) else None
    load = demand.value if demand is not None and isinstance(demand.value, Quantity) else None
    forced = _forced(ladder, view, gates, chosen)
    plain = _plain(ladder)
    lowest = lowest_rung(ladder, load, forced, scope, part)
    if chosen > max(lowest, plain):
        lowest = roomy_rung(ladder, load, (lowest, plain, chosen), (scope, part))
    where = part.place if part is not None else at
    draft = Standing(ladder, part, where, chosen, lowest, plain, demand, gates, "unknown")
    fit = _fit(draft, forced)
    if fit == "under":  # what is not enough is mended upwards
        higher = max(forced, min(chosen + 1, len(ladder.rungs) - 1))
        draft = replace(draft, lowest=lowest_rung(ladder, load, higher, scope, part))
    passes = fit in ("right", "tight", "note")
    doubtful = _may_stand_higher(draft, view) or (fit == "note" and _may_have_a_host(scope, part))
    return draft if fit == "unknown" or (passes and doubtful) else replace(draft, fit=fit)


def _may_have_a_host(scope: DesignScope, part: ItemScope | None) -> bool:
    """Whether a part of no known kind may be what a simpler rung stands on."""
    return any(not c.kind for c in scope.items["components"] if c is not part)


def _may_stand_higher(s: Standing, view: ItemScope | DesignScope) -> bool:
    """Whether the document says `unknown` of what would show a stronger rung."""
    above = [r.chosen for r in s.ladder.rungs[s.chosen + 1 :] if r.chosen.truth(view) is None]
    return any(a.said_unknown for chosen in above for a in chosen.atoms(view))


def _forced(
    ladder: BoundLadder,
    view: ItemScope | DesignScope,
    gates: tuple[GateState, ...],
    chosen: int,
) -> int:
    """Return the rung that a need forces; where the design may stand there, it is not accused."""
    forced = max((g.rung for g in gates if g.truth is True and g.gate.entry.forces), default=0)
    may_stand_there = forced > chosen and ladder.rungs[forced].chosen.truth(view) is None
    return chosen if may_stand_there else forced


def _chosen(
    ladder: BoundLadder, view: ItemScope | DesignScope, scope: DesignScope
) -> tuple[int | None, str]:
    """Return the highest rung recognised, and the place of the first fact that shows it."""
    found: int | None = None
    shown: BoundRung | None = None
    for index, rung in enumerate(ladder.rungs):
        if rung.chosen.truth(view) is True:
            found, shown = index, rung
    if isinstance(view, ItemScope):
        ids = [r.entry.id for r in ladder.rungs]
        for technology in view.item.words("technology"):
            means = scope.numbers.rungs.get(technology, {}).get(ladder.entry.id)
            if means in ids and _may_be(ladder.rungs[ids.index(means)], view):
                found = max(found or 0, ids.index(means))
    atoms = shown.chosen.atoms(view) if shown is not None else ()
    return found, _place_of(atoms, scope)


def _may_be(rung: BoundRung, view: ItemScope) -> bool:
    """Whether what is said of a part leaves room for what its product mostly is."""
    return not rung.entry.chosen_when or rung.chosen.truth(view) is not False


def _place_of(atoms: tuple[Atom, ...], scope: DesignScope) -> str:
    for atom in atoms:
        parts = atom.path.split(".")
        for length in range(len(parts), 1, -1):
            place = ".".join(parts[:length])
            if scope.at(place) is not None:
                return place
    return "design"


def _fit(s: Standing, forced: int) -> Fit:
    state = carries(s.rung, s.load)
    if s.chosen < forced or state == "fails":
        return "under"
    if s.left_open():
        return "unknown"
    if s.chosen > s.plain and any(g.firm and g.rung == s.chosen for g in s.gates):
        return "right"  # a plain rung needs no payer: what it must carry is held against the load
    existing = s.part is not None and s.part.item.word("status") == "existing"
    if s.chosen > max(s.lowest, s.plain) and not existing:
        return _above(s)
    if not existing and s.chosen > s.plain and _paid_by_a_guess(s):
        return "unknown"
    if state in ("between", "unknown"):
        return "unknown"
    space = room(s.rung, s.load)
    return "right" if space is None or roomy(space, s.load) else "tight"


def _pays_at_worst(s: Standing) -> bool:
    """Whether the worst of a load that is named as payer is more than any simpler rung was seen to hold.

    A wide range alone pays for nothing: the plan has to say that this load is what the part is for.
    """
    load, below = s.load, s.ladder.rungs[s.lowest : s.chosen]
    if load is None or s.demand is None or not s.demand.firm or not isfinite(load.high):
        return False
    named = s.part.item.words("paid_by") if s.part is not None else ()
    if load.low * _ONE_LOAD < load.high or not any(_is_load(w) for w in named):
        return False
    return all(r.holds is not None and load.high > r.holds.high for r in below)


def _is_load(path: str) -> bool:
    return path.startswith("load.") or path.endswith(".rate")


def _told_in_between(gate: GateState) -> bool:
    """Whether a stated number that a gate rests on lies between its floor and its ceiling."""
    return gate.truth is None and any(in_between(a) for a in gate.atoms)


def in_between(atom: Atom) -> bool:
    """Whether a stated number overlaps the range of a bound, so that neither side can be told."""
    fact, bound = atom.fact, atom.quantity
    value = fact.value if fact is not None else None
    if fact is None or not fact.firm or bound is None or not isinstance(value, Quantity):
        return False
    stated = ".derived." not in f".{atom.path}"
    return stated and 0 < value.low <= bound.high and value.high >= bound.low


def _paid_by_a_guess(s: Standing) -> bool:
    """Whether nothing but an assumption pays for a rung: a need, or a load, that nobody stated."""
    paying = [g for g in s.gates if g.truth is True and g.rung == s.chosen]
    return bool(paying) or (s.demand is not None and not s.demand.firm)


def _plain(ladder: BoundLadder) -> int:
    ids = [r.entry.id for r in ladder.rungs]
    return ids.index(ladder.entry.plain) if ladder.entry.plain in ids else 0


def _above(s: Standing) -> Fit:
    """Judge a new part that stands above what is enough: denied by stated facts, or merely unpaid."""
    state = carries(s.enough, s.load)
    if state == "between":
        return "right" if _pays_at_worst(s) else "unknown"
    if any(_told_in_between(g) for g in s.gates if g.rung == s.chosen):
        return "unknown"
    space = room(s.enough, s.load)
    stated = s.demand is None or s.demand.firm
    denied = state == "covers" and stated and s.denied()
    load_decides = bool(s.ladder.entry.demand) and s.enough.holds is not None
    if not denied or (load_decides and s.demand is None):
        return "unpaid"
    return "over" if space is None or roomy(space, s.load) else "note"
