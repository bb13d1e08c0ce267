"""Which rung of a ladder is enough: what each carries, what it stands on, and what it takes to keep."""

from typing import Final, Literal

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.capacity.kinds import QUIET
from backend_mcp.model.knowledge import BoundLadder, BoundRung
from backend_mcp.model.quantity import Quantity

Carries = Literal["covers", "between", "fails", "unknown"]
_ROOM: Final = 3.0
_FAR: Final = 2


def roomy(space: float | None, load: Quantity | None) -> bool:
    """Whether a rung is comfortable: three times a rate, since rates have peaks; once a count."""
    needed = _ROOM if load is not None and load.kind == "rate" else 1.0
    return space is not None and space >= needed


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


def lowest_rung(
    ladder: BoundLadder,
    load: Quantity | None,
    forced: int,
    scope: DesignScope,
    part: ItemScope | None,
) -> int:
    """Return the lowest rung from a forced one on that does not fail under the load and may stand here."""
    for index in range(forced, len(ladder.rungs)):
        rung = ladder.rungs[index]
        if carries(rung, load) != "fails" and available(rung, scope, part):
            return index
    return len(ladder.rungs) - 1


def roomy_rung(
    ladder: BoundLadder,
    load: Quantity | None,
    span: tuple[int, int, int],
    where: tuple[DesignScope, ItemScope | None],
) -> int:
    """Return the plain rung that is cheapest to keep among those that leave room, or that cover.

    `span` is the lowest rung, the strongest plain one and the chosen one. Where no plain rung leaves
    room, one below the chosen may; where none does, the strongest that may and stands on a part of
    the design, or one below the chosen that covers. Without a load only a rung that stands on a part
    is named in a part's place.
    """
    lowest, plain, chosen = span
    fitting: list[int] = []
    covering: list[int] = []
    bearable: list[int] = []
    above: list[int] = []
    for index in range(lowest, chosen):
        rung = ladder.rungs[index]
        if not available(rung, *where):
            continue
        state = carries(rung, load)
        unsized = rung.holds is None and index <= plain  # above it, no number says that it would do
        ample = unsized or roomy(room(rung, load), load)
        fits = ample if load is not None else bool(rung.entry.built_on)
        if index > plain:
            spare = fits and load is not None and not fitting
            fitting += [index] if spare else []
            sized = state == "covers" and rung.holds is not None
            above += [index] if load is not None and sized else []
            bearable += [index] if state == "between" else []
            continue
        if state == "covers":
            covering.append(index)
        elif state == "between" and rung.entry.built_on:
            bearable.append(index)
        if fits:
            fitting.append(index)
    strongest = min(above) if above else max(bearable, default=lowest)
    return min(fitting or covering, key=lambda i: _dearness(ladder.rungs[i], i), default=strongest)


def _dearness(rung: BoundRung, index: int) -> tuple[bool, float, int]:
    """A rung that stands on a part that is there survives a restart with it, and comes first."""
    return not rung.entry.built_on, rung.entry.upkeep, index


def available(rung: BoundRung, scope: DesignScope, part: ItemScope | None) -> bool:
    """Whether the design holds what a rung is built on, be it the part itself."""
    itself = part is not None and part.kind in rung.entry.built_on
    return itself or not rung.entry.built_on or host_of(rung, scope, part) is not None


def host_of(
    rung: BoundRung,
    scope: DesignScope,
    part: ItemScope | None,
    doomed: frozenset[str] = frozenset(),
) -> ItemScope | None:
    """Return the part that would do a rung's job: of a kind it is built on, and able to carry it.

    What the part's own callers write to comes first, then what is known to carry it, then the oldest; what goes
    itself (`doomed`) comes last. What holds a copy takes no truth in: it is built again from elsewhere.
    """
    kinds = scope.of_kinds(tuple(rung.entry.built_on))
    parts = [c for c in kinds if c is not part and not loses_truth(part, c)]
    if part is not None and part.kind == "cache" and part.whole.incoming(part.item.id):
        parts = [c for c in parts if _far_from_callers(c, part) < _FAR]  # it holds nothing of these
    able = [(rung.host.truth(c), c) for c in parts]
    fitting = [c for truth, c in able if truth] + [c for truth, c in able if truth is None]
    stays = [c for c in fitting if c.item.id not in doomed] or fitting
    return min(stays, key=lambda c: (_far_from_callers(c, part), c.said()), default=None)


def loses_truth(part: ItemScope | None, instead: ItemScope) -> bool:
    """Whether a part holds the truth, and the one in its place only a copy of something."""
    truth = part is not None and part.item.word("holds") == "truth"
    return truth and instead.item.word("holds") == "copy"


def _far_from_callers(c: ItemScope, part: ItemScope | None) -> int:
    """Say how far this is from who puts something into a part: it is written by them, else reached."""
    if part is None:
        return 0
    callers = {id_ for f in part.whole.incoming(part.item.id) for id_ in f.item.words("from")}
    into = c.whole.incoming(c.item.id)
    writing = (f for f in into if f.item.word("effect") not in QUIET)
    if c.item.id in callers or any(callers & set(f.item.words("from")) for f in writing):
        return 0
    onward = (f.item.words("to") for f in c.whole.outgoing(c.item.id))
    asked = (f.item.words("from") for f in into)
    return 1 if any(callers & set(ids) for ids in (*onward, *asked)) else _FAR
