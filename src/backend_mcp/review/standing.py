"""Right-sizing: where one part, or the whole design, stands on one ladder, and where it need stand."""

from dataclasses import dataclass, replace
from math import isfinite
from typing import Final, Literal

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.knowledge import BoundGate, BoundLadder, BoundRung
from backend_mcp.model.predicate import Atom, Truth
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.review import Fit

Carries = Literal["covers", "between", "fails", "unknown"]
_ROOM: Final = 3.0


def roomy(space: float | None, load: Quantity | None) -> bool:
    """Whether a rung is comfortable: three times a rate, since rates have peaks; once a count."""
    needed = _ROOM if load is not None and load.kind == "rate" else 1.0
    return space is not None and space >= needed


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
    next plain one where that leaves no room. `plain` is the strongest rung that needs no payer.
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


def carries(rung: BoundRung, load: Quantity | None) -> Carries:
    """Say whether a rung carries a load: its floor is safe, above its ceiling nobody went."""
    if rung.holds is None:
        return "covers"
    if load is None:
        return "unknown"
    if load.high <= rung.holds.low:
        return "covers"
    return "fails" if load.low > rung.holds.high else "between"


def room(rung: BoundRung, load: Quantity | None) -> float | None:
    """Return how many times the load a rung's floor holds, or None when that can't be said."""
    if rung.holds is None or load is None or load.high in (0, float("inf")):
        return None
    return rung.holds.low / load.high


def stand(scope: DesignScope, ladder: BoundLadder, part: ItemScope | None) -> Standing | None:
    """Place one part (or the whole design) on a ladder, or return None when it is on no rung."""
    view = part if part is not None else scope
    chosen, at = _chosen(ladder, view, scope)
    if chosen is None:
        return None
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
    lowest = _lowest(ladder, load, forced, scope, part)
    if chosen > max(lowest, plain):
        lowest = _roomy(ladder, load, (lowest, plain, chosen), (scope, part))
    place = part.place if part is not None else at
    draft = Standing(ladder, part, place, chosen, lowest, plain, demand, gates, "unknown")
    fit = _fit(draft, forced)
    passes = fit in ("right", "tight", "note")
    doubtful = _may_stand_higher(draft, view) or (fit == "note" and _may_have_a_host(scope, part))
    return replace(draft, fit="unknown" if passes and doubtful else fit)


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
            if means in ids:
                found = max(found or 0, ids.index(means))
    atoms = shown.chosen.atoms(view) if shown is not None else ()
    return found, _place_of(atoms, scope)


def _place_of(atoms: tuple[Atom, ...], scope: DesignScope) -> str:
    for atom in atoms:
        parts = atom.path.split(".")
        for length in range(len(parts), 1, -1):
            place = ".".join(parts[:length])
            if scope.at(place) is not None:
                return place
    return "design"


def _lowest(
    ladder: BoundLadder,
    load: Quantity | None,
    forced: int,
    scope: DesignScope,
    part: ItemScope | None,
) -> int:
    for index in range(forced, len(ladder.rungs)):
        rung = ladder.rungs[index]
        if carries(rung, load) != "fails" and _available(rung, scope, part):
            return index
    return len(ladder.rungs) - 1


def _roomy(
    ladder: BoundLadder,
    load: Quantity | None,
    span: tuple[int, int, int],
    where: tuple[DesignScope, ItemScope | None],
) -> int:
    """Return the plain rung that is cheapest to keep among those that leave room, or that cover.

    `span` is the lowest rung, the strongest plain one and the chosen one. Where no plain rung leaves
    room, one below the chosen may; where none does, the strongest that may and stands on a part of
    the design. Without a load only such a rung is named in a part's place.
    """
    lowest, plain, chosen = span
    fitting, covering, bearable = [], [], []
    for index in range(lowest, chosen):
        rung = ladder.rungs[index]
        if not _available(rung, *where):
            continue
        state = carries(rung, load)
        ample = rung.holds is None or roomy(room(rung, load), load)
        fits = ample if load is not None else bool(rung.entry.built_on)
        if index > plain:
            spare = fits and load is not None and not fitting
            fitting += [index] if spare else []
            continue
        if state == "covers":
            covering.append(index)
        elif state == "between" and rung.entry.built_on:
            bearable.append(index)
        if fits:
            fitting.append(index)
    strongest = max(bearable, default=lowest)
    return min(fitting or covering, key=lambda i: _dearness(ladder.rungs[i], i), default=strongest)


def _dearness(rung: BoundRung, index: int) -> tuple[bool, float, int]:
    """A rung that stands on a part that is there survives a restart with it, and comes first."""
    return not rung.entry.built_on, rung.entry.upkeep, index


def _available(rung: BoundRung, scope: DesignScope, part: ItemScope | None) -> bool:
    """Whether the design holds what a rung is built on, be it the part itself."""
    itself = part is not None and part.kind in rung.entry.built_on
    return itself or not rung.entry.built_on or host_of(rung, scope, part) is not None


def host_of(rung: BoundRung, scope: DesignScope, part: ItemScope | None) -> ItemScope | None:
    """Return the part that would do a rung's job: of a kind it is built on, and able to carry it.

    Those of which that is known come first, then the oldest.
    """
    parts = [c for c in scope.of_kinds(tuple(rung.entry.built_on)) if c is not part]
    able = [(rung.host.truth(c), c) for c in parts]
    fitting = [c for truth, c in able if truth] + [c for truth, c in able if truth is None]
    return fitting[0] if fitting else None


def _fit(s: Standing, forced: int) -> Fit:
    state = carries(s.rung, s.load)
    if s.chosen < forced or state == "fails":
        return "under"
    if s.left_open():
        return "unknown"
    if any(g.firm and g.rung == s.chosen for g in s.gates):
        return "right"
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
    """Whether the worst of a stated load is more than what any simpler rung was ever seen to hold."""
    load, below = s.load, s.ladder.rungs[s.lowest : s.chosen]
    if load is None or s.demand is None or not s.demand.firm or not isfinite(load.high):
        return False
    return all(r.holds is not None and load.high > r.holds.high for r in below)


def _told_in_between(gate: GateState) -> bool:
    """Whether a stated number that a gate rests on lies between its floor and its ceiling."""
    return gate.truth is None and any(
        a.in_between and ".derived." not in f".{a.path}" for a in gate.atoms
    )


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
