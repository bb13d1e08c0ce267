"""The kinds of item that `knowledge/` holds, as frozen values. Only `catalog` makes them from files."""

from dataclasses import dataclass, field
from typing import Any, Literal

from backend_mcp.model.limit_names import LimitName

Direction = Literal["over", "under", "risk"]
Severity = Literal["blocker", "high", "medium", "low"]
Expectation = Literal["finding", "clean", "question", "unsaid", "look"]
Confidence = Literal["A", "B", "C", "D"]
Nature = Literal[
    "principle", "measurement", "vendor_limit", "price", "protocol", "law", "study", "heuristic"
]

CLOSED = {"extra": "forbid", "coerce_numbers_to_str": True}
"""How entries are validated: a key that is not one of theirs is an error, not a default."""

SEVERITIES: tuple[Severity, ...] = ("blocker", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number or a claim was read; `read` is the ISO date of that reading."""

    __pydantic_config__ = CLOSED

    title: str
    url: str = ""
    read: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A design and what the item must say about it; the examples of an item are its tests.

    `expect` is `finding` (a rule fires, a ladder judges over, under or unpaid), `clean`, `question`
    (the deciding fact is missing) or `look` (a probe applies). `at` lists the places expected.
    `fixes` names the finding example that this one is the smallest repair of.
    """

    __pydantic_config__ = CLOSED

    name: str
    expect: Expectation
    design: dict[str, Any]
    at: list[str] = field(default_factory=list)
    fixes: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """Why a thing must not be cut: said when `when` is true and every placeholder is known.

    `at` is the place, with placeholders; `why` the sentence; `rank` puts first (1) what looks like
    fat and is not (a reserve, a rehearsal, a second check) and last (9) what nobody would cut.
    """

    __pydantic_config__ = CLOSED

    when: str
    at: str
    why: str
    rank: int = 5
    for_each: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One checkable failure: over, under or risk. The id names the fault and never changes meaning.

    `for_each` names the list whose items are walked, or is empty for the whole design. `what`, `do`
    and `flips` are sentences with `{placeholders}` of facts; `repair` is the patch that `do` says.
    `unsaid` names own keys that are a finding when the document says `unknown` of them, `covers`
    lighter rules that say nothing more where this one speaks. `symptoms` are words in which people
    complain of the fault or ask for it, for the search. A `locked` rule can't be switched off or
    lightened by a house's own folder.
    """

    __pydantic_config__ = CLOSED

    id: str
    title: str
    direction: Direction
    severity: Severity
    fires_when: str
    what: str
    why: str
    do: str
    flips: str
    not_for: str
    counterweight: str
    sources: list[Source]
    examples: list[Example]
    status: Literal["stable", "trial"] = "stable"
    for_each: str = ""
    applies_when: str = ""
    unsaid: list[str] = field(default_factory=list)
    covers: list[str] = field(default_factory=list)
    repair: dict[str, Any] = field(default_factory=dict)
    keep: Keep | list[Keep] | None = None
    symptoms: list[str] = field(default_factory=list)
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """A need as a fact of the situation that pays for a rung, whatever the load.

    `pays` says so in words ("replay of old messages"). With `forces` a lower rung can't meet the
    need at all, so that choosing one is a fault; without it the need only defends who chose it.
    """

    __pydantic_config__ = CLOSED

    when: str
    pays: str
    forces: bool = False


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder, from the simplest to the strongest.

    `chosen_when` recognises it in a design (over the facts of one component, or of the whole
    design where the ladder has no `for_each`). `holds` is the id of the threshold whose floor is
    measured and safe and whose ceiling is the best published; empty where load never decides.
    `built_on` lists the kinds of part that it stands on, `host_when` which of them can carry it.
    `spared_by` says what does its job where nothing pays for it and no part of the design would: no
    other rung then, since it is not the load that decides. `upkeep` is hours a month. `name` reads
    after "a" or "an" where it is a thing.
    """

    __pydantic_config__ = CLOSED

    id: str
    name: str
    breaks: str
    signal: str
    chosen_when: str = ""
    holds: str = ""
    gates: list[Gate] = field(default_factory=list)
    upkeep: float = 0
    technologies: list[str] = field(default_factory=list)
    built_on: list[str] = field(default_factory=list)
    host_when: str = ""
    spared_by: str = ""
    up: str = ""
    down: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """A capability as rungs from the simplest to the strongest.

    `demand` is the path of the fact that loads the capability (a rate or a count). `judges` says
    which parts stand on it, over the facts of one component. `plain` is the strongest rung that
    needs no payer, by default the lowest: what a sane design starts with. `unit` names what is
    counted where the demand is no rate. `touched_when` says over the whole
    design when the capability is needed even though no part stands on it. With `each_its_own` every
    part on it does a job of its own (a timer, a check), so that a plain one beside another is no
    second part for one job. `spare_when` says on which stated facts even a plain rung above the
    lowest needs a payer, over the facts of one component. `asked_as` are the words of a part by which
    a situation is held against the ladder when no part of the design stands on it (`kind: queue`).
    """

    __pydantic_config__ = CLOSED

    id: str
    title: str
    capability: str
    demand: str
    rungs: list[Rung]
    sources: list[Source]
    examples: list[Example]
    for_each: str = ""
    judges: str = ""
    touched_when: str = ""
    plain: str = ""
    spare_when: str = ""
    unit: str = ""
    why: str = ""
    each_its_own: bool = False
    asked_as: dict[str, str] = field(default_factory=dict)
    symptoms: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Probe:
    """A question for whoever can read the design, about a fault that no typed fact can show."""

    __pydantic_config__ = CLOSED

    id: str
    title: str
    applies_when: str
    ask: str
    bad_sign: str
    good_sign: str
    decides: Severity
    why: str
    do: str
    sources: list[Source]
    examples: list[Example]
    for_each: str = ""
    symptoms: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number with its source. `value` is a range: the floor is measured or safe, the ceiling the best published.

    `kind` is the kind of quantity (`rate`, `duration`, …) or `table`, where `table` maps a word to
    a quantity. `nature` decides how it ages; `heuristic` marks a house heuristic without a source.
    """

    __pydantic_config__ = CLOSED

    id: str
    title: str
    kind: str
    nature: Nature
    conditions: str
    confidence: Confidence
    read: str
    expires: str
    sources: list[Source]
    value: str = ""
    table: dict[str, str] = field(default_factory=dict)
    check: str = ""
    symptoms: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Technology:
    """A named product: what it is, what it is also called, and what follows from choosing it.

    `stands_on` maps a ladder's id to the rung that choosing it means. `attributes` are words that
    predicates may ask for: `embedded at_least_once transactional in_process durable orchestrator
    ephemeral_disk no_vector_index replayable`.
    `exact` holds names that are ordinary words, too: they count only where they stand alone.
    `limits` maps what the vendor limits to the id of a threshold, `ends` a version as people write it
    (`14`, `3.9`) to the day on which its free support ends. `skill_of` names the product of which it is
    a variant: who does not know that one does not know this one.
    """

    __pydantic_config__ = CLOSED

    id: str
    title: str
    kind: str
    summary: str
    aliases: list[str] = field(default_factory=list)
    exact: list[str] = field(default_factory=list)
    does: list[str] = field(default_factory=list)
    stands_on: dict[str, str] = field(default_factory=dict)
    skill_of: str = ""
    attributes: list[str] = field(default_factory=list)
    limits: dict[LimitName, str] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Practice:
    """A named habit of a design: true, false, planned or unknown.

    `evidence` says what counts as a sign of it in a plan and in a repository; `decides` names the
    rules and ladders that ask for it; `keep` why it must not be cut.
    """

    __pydantic_config__ = CLOSED

    id: str
    area: str
    title: str
    what: str
    aliases: list[str] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    decides: list[str] = field(default_factory=list)
    keep: Keep | list[Keep] | None = None
    symptoms: list[str] = field(default_factory=list)
