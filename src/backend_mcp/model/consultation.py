"""Answers to who consults the knowledge: a ladder compared, a checklist told, entries found. Values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from backend_mcp.model.advice import Guide, Pattern
from backend_mcp.model.entries import Severity
from backend_mcp.model.predicate import Truth
from backend_mcp.model.review import Finding, Limit, Look, Reason

RungState = Literal[
    "enough", "carries", "measure", "unknown", "too_little", "no_host", "more", "paid"
]
"""`enough`: what this situation needs; one rung at most is. `carries`: below that one, and it carries the
load: it would do where the way in which it breaks may be borne. `measure`: between what was seen to be safe
and the best published. `unknown`: the load that decides is not known. `too_little`: the load is above its
ceiling, or a need forces a stronger one. `no_host`: what it stands on is not there. `more`: nothing stated
pays for it. `paid`: a stated need does."""

ItemState = Literal["unknown", "missing", "planned", "done", "skipped"]
"""`missing`: known not to hold. `skipped`: does not apply here, with the reason."""


@dataclass(frozen=True, slots=True)
class Need:
    """A need that pays for a rung, and whether it is there: true, false or unknown."""

    pays: str
    truth: Literal["true", "false", "unknown"]
    forces: bool
    facts: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class RungLine:
    """One rung of a ladder as it stands in this situation; `upkeep` is hours a month."""

    id: str
    name: str
    state: RungState
    chosen_by: tuple[str, ...]
    holds: str
    limit: Limit | None
    headroom: str
    upkeep: float
    needs: tuple[Need, ...]
    breaks: str
    signal: str
    technologies: tuple[str, ...]
    up: str
    down: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A ladder, where this situation stands on it and why, and what would move it.

    `needed` is the id of the rung that is enough, empty where that can't be told. `at` is the part
    that was placed, empty where the design has none and the situation alone was asked.
    """

    ladder: str
    capability: str
    title: str
    why: str
    at: str
    needed: str
    chosen: str
    demand: str
    reason: Reason | None
    summary: str
    moves: tuple[str, ...]
    ask: tuple[tuple[str, str], ...]
    granted: str
    rungs: tuple[RungLine, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of a checklist in this situation: what is asked, and what is known of it.

    `at` are the places that it is about, `because` the facts that decided or are missing, `says`
    the sentence that goes with the state: what is wrong, what to ask, or why it is skipped.
    """

    id: str
    ask: str
    state: ItemState
    matters: Severity
    binds: str
    at: tuple[str, ...]
    says: str
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A checklist as it binds here: first what is unknown and matters most; then what is skipped."""

    checklist: str
    title: str
    moment: str
    items: tuple[ItemLine, ...]
    skipped: tuple[ItemLine, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One condition in this situation: whether it holds (None: not known), and the facts that decided."""

    says: str
    holds: Truth
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """A pattern or guide held against a situation: what speaks for it here and what against."""

    entry: Pattern | Guide
    helps: tuple[Weighed, ...]
    hurts: tuple[Weighed, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """One entry as it is read: what its file says, and what it leads to.

    `said` is what a rule or a probe says of the first of its own examples, `titles` names the
    entries that it speaks of, `used_by` those that rest on it.
    """

    name: str
    values: Mapping[str, Any]
    said: Finding | Look | None
    titles: Mapping[str, str]
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry that answers a search; `says` is its first sentence."""

    kind: str
    id: str
    title: str
    says: str

    @property
    def name(self) -> str:
        """How entries are named everywhere."""
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought: entries by relevance, or that it is not here and what comes nearest."""

    query: str
    here: bool
    hits: tuple[Hit, ...]
