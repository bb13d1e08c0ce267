"""What a house lays over the knowledge: entries of its own, and numbers and weights set otherwise.

Each line says why, who answers for it, and until which day it holds (ISO date).
"""

from dataclasses import dataclass, field

from backend_mcp.model.entries import CLOSED, Severity


@dataclass(frozen=True, slots=True)
class Added:
    """An entry of the house's own folder, as `kind/id`."""

    __pydantic_config__ = CLOSED

    entry: str
    reason: str
    owner: str
    expires: str


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A threshold that the house sets otherwise; `value` is of the same kind of quantity."""

    __pydantic_config__ = CLOSED

    id: str
    value: str
    reason: str
    owner: str
    expires: str


@dataclass(frozen=True, slots=True)
class OwnSeverity:
    """A rule that weighs more, or less, in this house."""

    __pydantic_config__ = CLOSED

    id: str
    severity: Severity
    reason: str
    owner: str
    expires: str


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """A rule that is not judged in this house."""

    __pydantic_config__ = CLOSED

    id: str
    reason: str
    owner: str
    expires: str


Line = Added | OwnNumber | OwnSeverity | SwitchedOff


@dataclass(frozen=True, slots=True)
class Overlay:
    """What stands in a house's `overlay.yaml`; `name` is short, and stands in every answer."""

    __pydantic_config__ = CLOSED

    name: str
    added: list[Added] = field(default_factory=list)
    thresholds: list[OwnNumber] = field(default_factory=list)
    severities: list[OwnSeverity] = field(default_factory=list)
    off: list[SwitchedOff] = field(default_factory=list)
