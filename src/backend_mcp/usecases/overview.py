"""Everything that was decided in a repository: what is over, what is unsure, who decided, and what it costs."""

from collections.abc import Iterable
from dataclasses import dataclass

from backend_mcp.capacity import DesignScope
from backend_mcp.errors import Problem
from backend_mcp.model.decision import Bound, Recorded, heavier
from backend_mcp.model.design import Design
from backend_mcp.model.review import Finding
from backend_mcp.reading.reader import read_design
from backend_mcp.review import review
from backend_mcp.review.decided import State, applies_to, needs_a_person, state
from backend_mcp.review.doors import one_way
from backend_mcp.tree import from_value
from backend_mcp.usecases.decide import Setting


@dataclass(frozen=True, slots=True)
class Row:
    """One decision as it stands today.

    `raised` is whether the design still raises its finding (None where that is not known), `door` why it
    is hard to take back, `due` why an agent alone can't decide it, `assumed` the facts behind it that
    nobody stated.
    """

    recorded: Recorded
    state: State
    raised: bool | None = None
    door: str = ""
    due: str = ""
    assumed: tuple[str, ...] = ()

    @property
    def owed(self) -> bool:
        """Whether it is a debt that is not paid back: accepted, and the finding is still there."""
        decision = self.recorded.decision
        accepted = decision.kind == "accept" and bool(decision.subject) and decision.in_force
        return accepted and self.raised is not False


@dataclass(frozen=True, slots=True)
class Overview:
    """All decisions in force or proposed, and the files that can't be used."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def hours(self) -> float:
        """Hours a month that the accepted findings cost together."""
        return sum(r.recorded.decision.interest or 0.0 for r in self.rows if r.owed)


def overview(setting: Setting) -> Overview:
    """Hold every decision against the design and the day; what is not known of it stays unknown."""
    knowledge, memory = setting.knowledge, setting.memory
    nothing = read_design(
        from_value({}, "nothing"), "nothing", knowledge.vocabulary, parts_due=False
    )
    empty = DesignScope(nothing, knowledge.numbers)
    raised = _raised(setting.design, setting)
    scope = DesignScope(setting.design, knowledge.numbers) if setting.design else None
    locked = frozenset(r.entry.id for r in knowledge.rules if r.entry.locked)
    rows = []
    for bound in memory.decisions:
        if bound.decision.status not in ("accepted", "proposed"):
            continue
        if scope is None or not applies_to(bound, scope):
            rows.append(_unseen(bound, state(bound, empty, memory)))
        else:
            rows.append(_row(bound, state(bound, scope, memory), raised, scope, locked))
    return Overview(tuple(rows), memory.problems, memory.notes)


def _raised(design: Design | None, setting: Setting) -> dict[str, Finding]:
    if design is None:
        return {}
    return {f.id: f for f in review(design, setting.knowledge).findings}


def _unseen(bound: Bound, here: State) -> Row:
    """Return the row of a decision whose design is not given: what was written down is all there is."""
    decision = bound.decision
    assumed = tuple(r.fact for r in decision.rests_on if r.basis == "assumed")
    door = "it is marked so" if decision.one_way else ""
    if here.word == "unknown":
        here = State("unknown", "its design was not given")
    return Row(bound.recorded, here, None, door, assumed=assumed)


def _row(
    bound: Bound, here: State, raised: dict[str, Finding], scope: DesignScope, locked: Iterable[str]
) -> Row:
    decision = bound.decision
    finding = next((f for id_, f in raised.items() if decision.about(id_)), None)
    door = one_way(finding, scope) if finding is not None else ""
    door = door or ("it is marked so" if decision.one_way else "")
    if finding is not None and heavier(finding.severity, decision.severity):
        here = State(
            "expired", f"decided when it was {decision.severity}; it is {finding.severity} now"
        )
    due = needs_a_person(finding, scope, locked) if finding is not None else ""
    if decision.status == "proposed" and not due:
        due = "it is only proposed: a person has to accept it"
    now = finding.because if finding is not None else ()
    assumed = {r.fact for r in now if r.basis == "assumed"}
    told = {r.fact for r in now}
    assumed |= {r.fact for r in decision.rests_on if r.basis == "assumed" and r.fact not in told}
    about = bool(decision.subject) and "@" in decision.subject
    return Row(
        bound.recorded,
        here,
        finding is not None if about else None,
        door,
        due,
        tuple(sorted(assumed)),
    )
