"""The answer as values: findings, questions, what to keep, where to look, and the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from backend_mcp.model.design import Change, Unread
from backend_mcp.model.entries import Direction, Severity
from backend_mcp.model.fact import Basis, Conflict, Fact

Verdict = Literal["right", "over", "under", "mixed", "undecided"]
Ready = Literal["yes", "after_fixes", "no", "unknown"]
Fit = Literal["right", "over", "unpaid", "note", "under", "tight", "unknown"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact that decided, with its basis, and the formula where it was derived."""

    fact: str
    value: str
    basis: Basis
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """The threshold that a finding rests on, and where it comes from.

    `stale` is empty, or says that its day is over, when it was last read, and what to check.
    """

    id: str
    value: str
    source: str
    read: str
    expires: str
    house: bool
    stale: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to change, or to say: `id` is `rule@place`, `number` the number that decides it.

    `also` names further rules that the same silence at the same place leaves open, or that mean the same parts.
    """

    rule: str
    at: str
    direction: Direction
    severity: Severity
    title: str
    do: str
    flips_when: str
    because: tuple[Reason, ...]
    number: str = ""
    why: str = ""
    conditional: bool = False
    unsaid: bool = False
    threshold: Limit | None = None
    sources: tuple[str, ...] = ()
    repair: Mapping[str, object] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """How the finding is named everywhere."""
        return f"{self.rule}@{self.at}"


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that is not known and would change the answer; `answers` say what each would change."""

    fact: str
    ask: str
    answers: Mapping[str, str]
    decides: tuple[str, ...]
    rank: float

    @property
    def id(self) -> str:
        """How the question is named."""
        return f"ask@{self.fact}"


@dataclass(frozen=True, slots=True)
class Look:
    """Where a second look is worth it: the question, and how a bad answer shows."""

    probe: str
    at: str
    ask: str
    bad_sign: str
    good_sign: str
    decides: Severity

    @property
    def id(self) -> str:
        """How the look is named, and how its answer comes back."""
        return f"{self.probe}@{self.at}"


@dataclass(frozen=True, slots=True)
class Answered:
    """A look that somebody took: whether it holds, in whose word."""

    id: str
    holds: bool
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What must not be cut, and why."""

    at: str
    why: str
    rank: int


@dataclass(frozen=True, slots=True)
class Capability:
    """Where one capability of the design stands on its ladder."""

    capability: str
    at: str
    chosen: str
    needed: str
    fit: Fit
    rungs: int
    demand: str
    formula: str
    holds_to: str
    headroom: str
    flips_when: str
    cost: str
    measure: str = ""
    stale: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """A part that nothing stated pays for, and the part that already does its job.

    One that only served another extra goes `along` with it.
    """

    component: str
    instead: str
    pays: str
    along: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """Engineer-hours a month that the design costs, against what the team can give."""

    hours: str
    capacity: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Used:
    """How much of the knowledge had anything to say."""

    rules: int
    applicable: int
    fired: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Review:
    """The whole answer to one design; `off` says which rules a house has switched off."""

    name: str
    verdict: Verdict
    ready: Ready
    summary: str
    next: str
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    looks: tuple[Look, ...]
    answered: tuple[Answered, ...]
    keeps: tuple[Kept, ...]
    capabilities: tuple[Capability, ...]
    budget: Budget | None
    simplest: tuple[str, ...]
    extras: tuple[Extra, ...]
    claims: Mapping[str, tuple[str, ...]]
    derived: tuple[Fact, ...]
    not_judged: tuple[str, ...]
    unread: tuple[Unread, ...]
    conflicts: tuple[Conflict, ...]
    change: Change | None
    used: Used
    knowledge: str
    id: str
    off: tuple[str, ...] = ()
