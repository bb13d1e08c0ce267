"""What must not be cut, each with the fact of this design that pays for it."""

from collections import Counter
from collections.abc import Iterable
from math import inf

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.fact import UNKNOWN
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.quantity import point
from backend_mcp.model.review import Kept
from backend_mcp.review.rungs import room, roomy
from backend_mcp.review.size_words import many, said
from backend_mcp.review.standing import GateState, Standing
from backend_mcp.review.texts import fill_known

_FIT_RANK = 6
_STRONG_RANK = 3
_TURNS = 3
_WHAT_IT_IS = ("kind", "technology", "holds", "in", "status")


def keep(
    scope: DesignScope,
    knowledge: Knowledge,
    standings: Iterable[Standing],
    attacked: set[str],
    broken: set[str],
) -> tuple[Kept, ...]:
    """Return every keep, what looks like fat first; nothing that a finding attacks is kept.

    How a promise is kept is not praised at its step where the promise itself is `broken`.
    """
    found: dict[str, tuple[Kept, str]] = {}
    for line, about in (*_from_entries(scope, knowledge, broken), *_from_ladders(standings)):
        best = found.get(line.at)
        if line.at not in attacked and (best is None or line.rank < best[0].rank):
            found[line.at] = (line, about)
    return _ranked(found.values())


def _ranked(found: Iterable[tuple[Kept, str]]) -> tuple[Kept, ...]:
    """Order by rank; a second line of the same kind comes after the first ones of the others."""
    seen: Counter[str] = Counter()
    turns: list[tuple[int, int, str, Kept]] = []
    for line, about in sorted(found, key=lambda pair: (pair[0].rank, pair[0].at)):
        turns.append((seen[about] >= _TURNS, line.rank + seen[about], line.at, line))
        seen[about] += 1
    return tuple(turn[-1] for turn in sorted(turns, key=lambda t: t[:3]))


def _from_entries(
    scope: DesignScope, knowledge: Knowledge, broken: set[str]
) -> Iterable[tuple[Kept, str]]:
    for bound in knowledge.keeps:
        for view in scope.where(bound.entry.for_each, bound.when):
            at, why = fill_known(bound.entry.at, view), fill_known(bound.entry.why, view)
            if at and why:
                place = at if "," not in at else view.place  # several places: the promise itself
                if bound.entry.for_each == "must_hold" and view.place in broken:
                    continue
                yield Kept(place, why, bound.entry.rank), f"{bound.about}/{bound.entry.why}"


def _from_ladders(standings: Iterable[Standing]) -> Iterable[tuple[Kept, str]]:
    for s in standings:
        if (
            s.part is None
            or _unused(s.part)
            or not (s.fit in ("right", "tight") or told_in_part(s))
        ):
            continue
        status = s.part.item.facts.get("status")
        if status is not None and status.value in ("existing", UNKNOWN):
            continue  # nobody proposes to cut what is there, or may be there
        paid = [g for g in s.gates if g.firm and 0 < g.rung <= s.chosen]
        space = room(s.rung, s.load)
        if paid:
            yield Kept(s.place, _what_pays(s, paid[-1]), _STRONG_RANK), s.ladder.entry.id
        elif space is not None and s.load is not None and s.load.kind == "rate":
            held, asked = said(s.rung.holds), s.load.peak.short()
            most = (
                f"the {asked} asked" if s.load.low > 0 else f"the most that may be asked, {asked}"
            )
            why = f"{s.rung.entry.name} holds {held}, {many(space)} times {most}"
            yield Kept(s.place, why, _FIT_RANK), s.ladder.entry.id
        elif told_in_part(s) and s.load is not None:
            least = point(s.load.low, s.load.kind)
            why = f"{s.rung.entry.name} holds {said(s.rung.holds)}; the rates that are told come to {least.short()}"
            yield Kept(s.place, why, _FIT_RANK), s.ladder.entry.id


def _what_pays(s: Standing, gate: GateState) -> str:
    """Say which need pays for a rung, and the first fact that shows it, each named once."""
    facts = [a.fact for a in gate.atoms if a.fact is not None]
    pays = gate.gate.entry.pays
    if not facts:
        return f"{s.rung.entry.name}: {pays}"
    need = pays.removesuffix(f" ({facts[0].path})")
    return f"{s.rung.entry.name}: {need} ({facts[0].path} {facts[0].said})"


def _unused(part: ItemScope) -> bool:
    used = part.derived("used")
    return used is not None and used.value is False


def told_in_part(s: Standing) -> bool:
    """Whether a plain part has room for those of its rates that are told, though not all are."""
    holds, load = s.rung.holds, s.load
    if holds is None or load is None or s.fit != "unknown" or s.chosen > s.plain or s.part is None:
        return False
    rates = (f.get("rate") for f in s.part.whole.incoming(s.part.item.id))
    own = (s.part.item.facts.get(key) for key in _WHAT_IT_IS)
    if any(fact is not None and not fact.known for fact in (*rates, *own)):
        return False  # what is said to be unknown may be the largest, or something else
    return load.high == inf and load.low > 0 and roomy(holds.low / load.low, load)
