"""A ladder held against one situation: what is enough, what each rung costs and holds, what would move it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.consultation import Comparison, Need, RungLine, RungState
from backend_mcp.model.design import Design, Item
from backend_mcp.model.fact import Fact
from backend_mcp.model.form_design import WALKED
from backend_mcp.model.knowledge import BoundLadder, Knowledge
from backend_mcp.model.review import Reason
from backend_mcp.review import size_words as words
from backend_mcp.review.peers import beside_existing
from backend_mcp.review.questions import asking
from backend_mcp.review.rungs import available, carries
from backend_mcp.review.shortfall import limit_at
from backend_mcp.review.size_asks import missing_load
from backend_mcp.review.standing import GateState, Standing, place, stand
from backend_mcp.review.texts import reason

_ASKED: Final = "asked"
_GRANTED: Final = "granted"
"""Ids of the parts that a situation is asked with where the design has none."""
_SITUATION: Final = ("context.", "load.", "data.", "needs.")
_TECHNOLOGIES: Final = 6
_QUESTIONS: Final = 3
_WORST: Final = ("under", "over", "unpaid", "tight", "unknown", "note", "right")


def compare(design: Design, ladder: BoundLadder, knowledge: Knowledge) -> Comparison:
    """Hold a situation against a ladder. A part that stands on it is placed, else an imagined one."""
    scope = DesignScope(design, knowledge.numbers)
    standings = _standings(scope, ladder)
    granted = ""
    if standings:
        chosen = min(standings, key=lambda s: (_WORST.index(s.fit), s.place))
        top = place(scope, ladder, chosen.part, len(ladder.rungs) - 1, chosen.place)
        needed = chosen.lowest if chosen.fit != "right" else chosen.chosen
        asked_of = replace(top, lowest=needed, fit=chosen.fit)
    else:
        scope, granted = _imagined(design, ladder, knowledge)
        part = scope.component(_ASKED) if ladder.entry.for_each else None
        asked_of = place(scope, ladder, part, len(ladder.rungs) - 1, "")
        if not design.components and _counts_only_itself(ladder, knowledge):
            asked_of = replace(asked_of, demand=None)
    return _told(asked_of, standings, (scope, granted), knowledge)


def _standings(scope: DesignScope, ladder: BoundLadder) -> list[Standing]:
    if not ladder.entry.for_each:
        whole = stand(scope, ladder, None) if ladder.touched.truth(scope) is True else None
        return [whole] if whole is not None else []
    parts = scope.where("components", ladder.judges)
    found = [stand(scope, ladder, c) for c in parts if isinstance(c, ItemScope)]
    held = [s for s in found if s is not None]
    return [beside_existing(s, held) for s in held]


def _imagined(design: Design, ladder: BoundLadder, knowledge: Knowledge) -> tuple[DesignScope, str]:
    """Return the situation with a part of the ladder in it, and what was taken for granted with it."""
    parts = [_part(_ASKED, {**ladder.entry.asked_as, "status": "new"})]
    hosts = [r.entry.built_on[0] for r in ladder.rungs if r.entry.built_on]
    kinds = {c.word("kind") for c in design.components}
    wanted = {k for r in ladder.rungs for k in r.entry.built_on}
    granted = ""
    if hosts and not kinds & wanted and not _is_denied(design, hosts[0], wanted):
        host = {"kind": hosts[0], "status": "existing", "holds": "truth"}
        parts.append(_part(_GRANTED, host))
        what = "relational database" if hosts[0] == "relational" else hosts[0]
        granted = f"a {what} that is there already"
    held = {**design.lists, "components": (*design.components, *parts)}
    return DesignScope(replace(design, lists=held), knowledge.numbers), granted


def _is_denied(design: Design, host: str, wanted: set[str]) -> bool:
    """Whether the design says that no part is there on which a rung could stand."""
    lacking = design.absent | design.removed
    general = "database" in wanted and "database" in lacking
    return "components" in design.complete or host in lacking or general


def _counts_only_itself(ladder: BoundLadder, knowledge: Knowledge) -> bool:
    """Whether the load is a number of parts: with none of the design, only the imagined one is counted."""
    nothing = Design("", "", {}, dict.fromkeys(WALKED, ()), frozenset(), frozenset())
    scope, _ = _imagined(nothing, ladder, knowledge)
    part = scope.component(_ASKED) if ladder.entry.for_each else None
    return place(scope, ladder, part, 0, "").demand is not None


def _part(id_: str, said: Mapping[str, str]) -> Item:
    at = f"components.{id_}"
    facts = {
        key: Fact(f"{at}.{key}", (value,) if key in ("technology", "does") else value, "proposed")
        for key, value in said.items()
    }
    return Item("components", id_, at, facts)


def _told(
    s: Standing, standings: list[Standing], where: tuple[DesignScope, str], knowledge: Knowledge
) -> Comparison:
    entry = s.ladder.entry
    scope, granted = where
    decided = _is_decided(s)
    lines = tuple(
        _rung(s, index, where[0], standings, knowledge) for index in range(len(s.ladder.rungs))
    )
    own = next((x for x in standings if x.place == s.place), None)
    return Comparison(
        ladder=entry.id,
        capability=entry.capability,
        title=entry.title,
        why=entry.why,
        at=own.place if own is not None else "",
        needed=s.enough.entry.id if decided else "",
        chosen=own.rung.entry.id if own is not None else "",
        demand=words.asked(s, s.load) if s.load is not None else "",
        reason=_reason(s),
        summary=_summary(s, own, decided),
        moves=tuple(_moves(s)),
        ask=tuple((p, asking(p, scope, knowledge.practices)) for p in _open_facts(s)),
        granted=granted,
        rungs=lines,
        sources=tuple(x.url or x.title for x in entry.sources),
    )


def _reason(s: Standing) -> Reason | None:
    if s.demand is None:
        return None
    told = reason(s.demand)
    return replace(told, fact=told.fact.replace(f"components.{_ASKED}.", ""))


def _is_decided(s: Standing) -> bool:
    """Whether the lowest rung that is not refused surely carries the load."""
    return carries(s.enough, s.load) == "covers" and not _open_above(s)


def _open_above(s: Standing) -> tuple[GateState, ...]:
    """The needs that would force a stronger rung, and are not known."""
    above = (g for g in s.gates if g.gate.entry.forces and g.rung > s.lowest)
    return tuple(g for g in above if g.truth is None)


def _rung(
    s: Standing, index: int, scope: DesignScope, standings: list[Standing], knowledge: Knowledge
) -> RungLine:
    bound = s.ladder.rungs[index]
    entry = bound.entry
    needs = tuple(_need(g) for g in s.gates if g.rung == index)
    named = [t.title for t in knowledge.technologies.values()
             if t.stands_on.get(s.ladder.entry.id) == entry.id]  # fmt: skip
    return RungLine(
        id=entry.id,
        name=entry.name,
        state=_state(s, index, scope),
        chosen_by=tuple(x.place for x in standings if x.chosen == index),
        holds=words.asked(s, bound.holds) if bound.holds is not None else "",
        limit=limit_at(bound, knowledge),
        headroom=words.headroom(bound, s.load),
        upkeep=entry.upkeep,
        needs=needs,
        breaks=entry.breaks,
        signal=entry.signal,
        technologies=tuple(sorted(named)[:_TECHNOLOGIES]) or tuple(entry.technologies),
        up=entry.up,
        down=entry.down,
    )


def _state(s: Standing, index: int, scope: DesignScope) -> RungState:
    rung = s.ladder.rungs[index]
    state = carries(rung, s.load)
    if index < s.lowest:
        forced = any(g.rung > index and g.truth is True and g.gate.entry.forces for g in s.gates)
        if forced or state == "fails":
            return "too_little"
        if state == "between":
            return "measure"
        if not available(rung, scope, s.part):
            return "no_host"
        return "unknown" if state == "unknown" else "carries"
    if index == s.lowest:
        return {"covers": "enough", "between": "measure", "fails": "too_little"}.get(
            state, "unknown"
        )  # type: ignore[return-value]
    firm = any(g.rung == index and g.firm for g in s.gates)
    return "paid" if firm else "more"


def _need(g: GateState) -> Need:
    truth = {True: "true", False: "false"}.get(g.truth, "unknown")  # type: ignore[arg-type]
    facts = tuple(reason(a.fact) for a in g.atoms if a.fact is not None and a.fact.known)
    return Need(g.gate.entry.pays, truth, g.gate.entry.forces, facts)  # type: ignore[arg-type]


def _summary(s: Standing, own: Standing | None, decided: bool) -> str:
    name = s.enough.entry.name
    holds = words.asked(s, s.enough.holds) if s.enough.holds is not None else ""
    asked = f"; {words.asked(s, s.load)} asked" if s.load is not None else ""
    numbers = f" (holds {holds}{asked})" if holds else ""
    if decided:
        forced = [g.gate.entry.pays for g in s.gates if _pays_here(g, s.lowest)]
        for_it = f", for {forced[0]}" if forced else ""
        first = f"Enough: {name}{numbers}{for_it}"
    elif s.load is None and holds:
        first = f"Up to {holds}: {name}; what is asked here is not known"
    elif _open_above(s):
        word = "Measure it" if carries(s.enough, s.load) == "between" else "Enough"
        first = (
            f"{word}: {name}{numbers}, unless this is needed: {_open_above(s)[0].gate.entry.pays}"
        )
    else:
        first = f"Measure it: {name}{numbers}"
    if own is not None and own.chosen != s.lowest:
        first += f". {own.place} stands on {own.rung.entry.name}"
    return first + "."


def _pays_here(g: GateState, lowest: int) -> bool:
    """Whether a need is what makes a rung the lowest: its own, or one that a rung without a host can't meet."""
    return g.truth is True and (g.rung == lowest or (g.rung < lowest and g.gate.entry.forces))


def _moves(s: Standing) -> Iterable[str]:
    """Say what would make another rung the right one: the load that outgrows, and each open need."""
    if s.enough.holds is not None and s.ladder.entry.demand:
        yield f"{words.above(s, s.enough.holds)}; watch {s.enough.entry.signal}"
    for gate in s.gates:
        if gate.rung > s.lowest and gate.truth is not True:
            yield f"{gate.gate.entry.pays}: {s.ladder.rungs[gate.rung].entry.name}"


def _open_facts(s: Standing) -> list[str]:
    """Return what to ask a person for: the load that decides, then the needs that are open."""
    paths = [missing_load(s)] if s.load is None else []
    atoms = (a for g in s.gates if g.truth is None and g.rung > s.lowest for a in g.atoms)
    paths += [a.path for a in atoms if a.fact is None or not a.fact.known]
    of_the_situation = (p for p in dict.fromkeys(paths) if p.startswith(_SITUATION))
    return list(of_the_situation)[:_QUESTIONS]
