"""What was decided and still holds is shown as decided; what no longer holds is raised again, with the reason.

A deferred finding stays raised with its day. What an agent decided alone does not count where a person
is due: for a blocker, a locked rule and a one-way door. Unknown does not end a decision, and is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from backend_mcp.capacity import DesignScope
from backend_mcp.model.day import read_day
from backend_mcp.model.decision import Bound, Memory, heavier
from backend_mcp.model.fact import Fact
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.predicate import Atom
from backend_mcp.model.review import Decided, Finding
from backend_mcp.review.doors import one_way
from backend_mcp.review.texts import shown
from backend_mcp.tree import clean

Word = Literal["holds", "unknown", "expired"]
_LONGEST_NAME: Final = 60
_MOST_FACTS: Final = 3


@dataclass(frozen=True, slots=True)
class State:
    """Whether a decision holds in a situation on a day, and the facts or the day that say so."""

    word: Word
    why: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """The findings that are raised, what was decided instead, and one mark for each decision that counted."""

    raised: tuple[Finding, ...]
    decided: tuple[Decided, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """The findings that are not raised."""
        return frozenset(d.id for d in self.decided if d.finding is not None)

    @property
    def over(self) -> int:
        """How many decisions no longer hold."""
        raised = sum(f.stance == "expired" for f in self.raised)
        return raised + sum(bool(d.expired) for d in self.decided)


def state(bound: Bound, scope: DesignScope, memory: Memory) -> State:
    """Return whether a decision holds: its day first, then its condition, in three values."""
    until = read_day(bound.decision.until) if bound.decision.until else None
    if until is not None and until < memory.day:
        return State("expired", f"{until} is over")
    truth, atoms = bound.holds(scope)
    if truth is False:
        return State("expired", _facts(atoms) or "its condition is false")
    if truth is None:
        return State("unknown", _facts(atoms) or "its condition is not known")
    assumed = [a for a in atoms if a.fact is not None and a.fact.basis == "assumed"]
    return State("unknown", _facts(assumed)) if assumed else State("holds")


def _facts(atoms: Iterable[Atom]) -> str:
    told: dict[str, Fact | None] = {}
    for atom in atoms:
        told.setdefault(atom.path, atom.fact)
    said = [
        f"{path} is {shown(fact)} ({fact.basis})"
        if fact is not None and fact.known
        else f"{path} is not known"
        for path, fact in told.items()
    ]
    return ", ".join(said[:_MOST_FACTS])


def applies_to(bound: Bound, scope: DesignScope) -> bool:
    """Whether a decision is about this design: it names it, or its base, or none."""
    named = bound.decision.design.casefold()
    design = scope.design
    return not named or named in (design.name.casefold(), design.based_on.casefold())


def settle(
    findings: Sequence[Finding], scope: DesignScope, knowledge: Knowledge, memory: Memory
) -> Settled:
    """Hold every finding against what was decided."""
    if not memory.decisions:
        return Settled(tuple(findings))
    judge = _Judge(scope, knowledge, memory)
    raised: list[Finding] = []
    decided: list[Decided] = []
    marks: list[str] = []
    for finding in findings:
        bound = judge.governing(finding)
        if bound is None:
            raised.append(finding)
            continue
        made = judge.judge(finding, bound)
        if isinstance(made, Decided):
            decided.append(made)
        else:
            raised.append(made)
        stance = "decided" if isinstance(made, Decided) else made.stance
        marks.append(f"{finding.id} {bound.recorded.id} {stance}")
    own = list(judge.directions())
    marks += [f"{d.id} {bool(d.expired)}" for d in own]
    return Settled(tuple(raised), (*decided, *own), tuple(marks))


class _Judge:
    def __init__(self, scope: DesignScope, knowledge: Knowledge, memory: Memory) -> None:
        self.scope = scope
        self.memory = memory
        self.locked = {r.entry.id for r in knowledge.rules if r.entry.locked}

    def governing(self, finding: Finding) -> Bound | None:
        """Return the decision that speaks for a finding: a person's before an agent's, then the newest."""
        about = [
            b
            for b in self.memory.decisions
            if b.decision.about(finding.id) and b.decision.status in ("accepted", "proposed")
        ]
        about = [b for b in about if applies_to(b, self.scope)] or about
        last = max(about, key=_newer, default=None)
        persons = [b for b in about if b.decision.in_force and not b.decision.by_agent_alone]
        person = max(persons, key=_newer, default=None)
        if person is not None and self.state(person).word != "expired":
            return person
        return last

    def state(self, bound: Bound) -> State:
        return state(bound, self.scope, self.memory)

    def judge(self, finding: Finding, bound: Bound) -> Decided | Finding:
        """Return the finding as decided, or raised with what was decided and why it is raised all the same."""
        decision, name = bound.decision, _name(bound)
        here = self.state(bound)
        why = self._not_for(finding, bound)
        if why:
            return replace(finding, decision=f"{name}: {why}", stance="undecided")
        if here.word == "expired":
            ended = f"{_WAS[decision.kind]}{_ends(bound)}; that no longer holds: {here.why}; decide again"
            return replace(finding, decision=f"{name}: {ended}", stance="expired")
        if decision.kind == "defer":
            doubt = f"; {here.why}" if here.why else ""
            said = f"{name}: deferred by {_who(bound)}{_ends(bound)}{doubt}"
            return replace(finding, decision=said, stance="deferred")
        return Decided(finding.id, decision, bound.recorded.file, finding, here.why)

    def _not_for(self, finding: Finding, bound: Bound) -> str:
        """Return why a decision does not decide a finding, or an empty string."""
        decision = bound.decision
        if not applies_to(bound, self.scope):
            return f"decided for the design “{clean(decision.design)[:_LONGEST_NAME]}”, not for this one"
        due = self._needs_a_person(finding, bound)
        if decision.status == "proposed":
            return f"proposed by {_who(bound)}, not accepted" + (f"; {due}" if due else "")
        if decision.by_agent_alone and due:
            return f"the agent decided this alone, a person has not: {due}"
        if heavier(finding.severity, decision.severity):
            return f"decided when it was {decision.severity}; it is {finding.severity} now"
        open_ = [r for r in finding.also if not decision.about(f"{r}@{finding.at}")]
        if open_ and finding.unsaid:
            return f"decided, but not what is open here too: {', '.join(open_)}"
        return ""

    def _needs_a_person(self, finding: Finding, bound: Bound) -> str:
        due = needs_a_person(finding, self.scope, self.locked)
        return due or ("it is marked as a one-way door" if bound.decision.one_way else "")

    def directions(self) -> Iterable[Decided]:
        """Yield the decisions about this design that answer no finding: what was corrected once."""
        for bound in self.memory.decisions:
            decision = bound.decision
            if decision.subject or not decision.in_force or not applies_to(bound, self.scope):
                continue
            here = self.state(bound)
            ended, doubt = (here.why, "") if here.word == "expired" else ("", here.why)
            yield Decided(
                bound.recorded.id, decision, bound.recorded.file, unknown=doubt, expired=ended
            )


_WAS: Final = {"accept": "accepted", "override": "overridden", "defer": "deferred"}


def needs_a_person(finding: Finding, scope: DesignScope, locked: Iterable[str]) -> str:
    """Return why an agent alone can't decide a finding away, or an empty string."""
    if finding.severity == "blocker":
        return "it is a blocker"
    if not {finding.rule, *finding.also}.isdisjoint(locked):
        return "its rule is locked"
    door = one_way(finding, scope)
    return f"it is a one-way door ({door})" if door else ""


def _newer(bound: Bound) -> tuple[str, str]:
    return bound.decision.decided, bound.recorded.id


def _name(bound: Bound) -> str:
    id_ = bound.recorded.id
    return id_ if len(id_) <= _LONGEST_NAME else id_[: _LONGEST_NAME - 1] + "…"


def _who(bound: Bound) -> str:
    return {"person": "a person", "agent": "the agent", "both": "a person and the agent"}[
        bound.decision.by
    ]


def _ends(bound: Bound) -> str:
    decision = bound.decision
    ends = [f" while {decision.holds_while}"] if decision.holds_while else []
    ends += [f" until {decision.until}"] if decision.until else []
    return " and".join(ends)
