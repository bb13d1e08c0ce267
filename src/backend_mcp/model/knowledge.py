"""The knowledge as the review uses it: entries with their expressions bound to the vocabulary."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backend_mcp.model.entries import (
    Gate,
    Keep,
    Ladder,
    Practice,
    Probe,
    Rule,
    Rung,
    Technology,
    Threshold,
)
from backend_mcp.model.limit_names import LimitName
from backend_mcp.model.predicate import Predicate
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Numbers:
    """What arithmetic draws on: thresholds, tables of them, and what technologies bring along.

    `traits` maps a technology to its attributes, `rungs` to the rung it means on each ladder,
    `kinds` to the kind of part that it is, `limits` to its limits by name (ids of thresholds),
    `ends` to the last days of its versions and `bases` to the product of which it is a variant.
    `as_of` is the day of the knowledge, or one that was given, and never the clock's.
    """

    values: Mapping[str, Quantity] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)
    traits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rungs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Mapping[LimitName, str]] = field(default_factory=dict)
    ends: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    as_of: str = ""
    bases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BoundKeep:
    """A keep with its condition."""

    entry: Keep
    when: Predicate
    about: str = ""


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A rule with its two expressions."""

    entry: Rule
    applies: Predicate
    fires: Predicate


@dataclass(frozen=True, slots=True)
class BoundGate:
    """A gate with its condition."""

    entry: Gate
    when: Predicate


@dataclass(frozen=True, slots=True)
class BoundRung:
    """A rung with what recognises it, what it holds (None: load never decides) and its gates.

    `host` says of a part of a kind that it is built on whether that part can carry it.
    """

    entry: Rung
    chosen: Predicate
    holds: Quantity | None
    gates: tuple[BoundGate, ...]
    host: Predicate


@dataclass(frozen=True, slots=True)
class BoundLadder:
    """A ladder with its rungs from the simplest to the strongest.

    `spare` says of a part when even a plain rung needs a payer; never, where the ladder says nothing.
    """

    entry: Ladder
    judges: Predicate
    touched: Predicate
    rungs: tuple[BoundRung, ...]
    spare: Predicate


@dataclass(frozen=True, slots=True)
class BoundProbe:
    """A probe with its condition."""

    entry: Probe
    applies: Predicate


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the review needs, typed once; `version` names the release of the knowledge.

    `off` maps each rule that a house has switched off to the sentence that says so: it is known, and
    not judged. `as_of` is the day that ages are reckoned against.
    """

    rules: tuple[BoundRule, ...]
    ladders: tuple[BoundLadder, ...]
    probes: tuple[BoundProbe, ...]
    keeps: tuple[BoundKeep, ...]
    practices: Mapping[str, Practice]
    technologies: Mapping[str, Technology]
    thresholds: Mapping[str, Threshold]
    vocabulary: Vocabulary
    numbers: Numbers
    version: str
    as_of: str
    off: Mapping[str, str] = field(default_factory=dict)
