"""What people consult beside the judgement: patterns, guides and checklists, as frozen values."""

from dataclasses import dataclass, field
from typing import Any

from backend_mcp.model.entries import CLOSED, Severity, Source
from backend_mcp.model.predicate import Predicate


@dataclass(frozen=True, slots=True)
class Condition:
    """When something helps or hurts: a predicate over facts, and the same in words.

    `for_each` names the list of which one item is enough; empty for the whole design.
    """

    __pydantic_config__ = CLOSED

    when: str
    says: str
    for_each: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A known solution: what it is, when it helps, when it hurts, how it breaks under load.

    `before` is a design that raises every rule in `answers`, `after` the same with the pattern:
    it raises none of them, and nothing else of weight. `numbers` are ids of thresholds, `see` other
    entries as `kind/id`, `symptoms` words in which people ask for it or complain of what it mends.
    """

    __pydantic_config__ = CLOSED

    id: str
    title: str
    what: str
    how: str
    helps_when: list[Condition]
    hurts_when: list[Condition]
    breaks: str
    signal: str
    step_up: str
    step_down: str
    answers: list[str]
    before: dict[str, Any]
    after: dict[str, Any]
    sources: list[Source]
    aliases: list[str] = field(default_factory=list)
    symptoms: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    see: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Guide:
    """When a big choice applies and when not: one page, for people who want to go deep.

    `short` is the answer in two sentences, `text` the page in Markdown, `ladder` the ladder on
    which the choice stands. `before`, `after`, `answers`, `numbers` and `see` as in a pattern.
    """

    __pydantic_config__ = CLOSED

    id: str
    title: str
    question: str
    short: str
    helps_when: list[Condition]
    hurts_when: list[Condition]
    text: str
    answers: list[str]
    before: dict[str, Any]
    after: dict[str, Any]
    sources: list[Source]
    ladder: str = ""
    aliases: list[str] = field(default_factory=list)
    symptoms: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    see: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One item of a checklist: a question, bound to what can answer it.

    `binds` is `rules/<id>`, `practices/<id>`, `probes/<id>` or `ladders/<id>` (is it the right size?), or
    empty for a question to a person;
    then `fact` may name the path whose value answers it. `applies_when` is a predicate over the
    whole design (empty: always), `skipped` the reason that is given where it is false. `matters` is
    the weight of an item that is bound to no rule or probe.

    A rule that does not fire has found no fault, which is less than what an item asks. `done_when` says
    what must be so for a tick, over what the rule walks (else the whole design): true is done, false
    missing, unknown open. `still` is what a person has to tell where the practice is there.
    """

    __pydantic_config__ = CLOSED

    id: str
    ask: str
    binds: str = ""
    fact: str = ""
    applies_when: str = ""
    skipped: str = ""
    done_when: str = ""
    still: str = ""
    matters: Severity | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """What to look at before a step that is hard to take back.

    `about` is a predicate over the whole design: what it needs to have for a tick to mean anything, a queue
    or a server of tools; `unnamed` is what is said of an item that would be ticked without it.
    """

    __pydantic_config__ = CLOSED

    id: str
    title: str
    moment: str
    items: list[CheckItem]
    sources: list[Source]
    about: str = ""
    unnamed: str = ""
    aliases: list[str] = field(default_factory=list)
    symptoms: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BoundCondition:
    """A condition with its predicate."""

    entry: Condition
    when: Predicate


@dataclass(frozen=True, slots=True)
class BoundAdvice:
    """A pattern or a guide with its conditions."""

    entry: Pattern | Guide
    helps: tuple[BoundCondition, ...]
    hurts: tuple[BoundCondition, ...]


@dataclass(frozen=True, slots=True)
class BoundItem:
    """An item of a checklist with the predicates that say when it applies, and when it is done."""

    entry: CheckItem
    applies: Predicate
    done: Predicate | None


@dataclass(frozen=True, slots=True)
class BoundChecklist:
    """A checklist with its items, and what a design must have for a tick."""

    entry: Checklist
    about: Predicate
    items: tuple[BoundItem, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """Everything that is consulted, by id; bound to the vocabulary of the knowledge."""

    patterns: dict[str, BoundAdvice]
    guides: dict[str, BoundAdvice]
    checklists: dict[str, BoundChecklist]
