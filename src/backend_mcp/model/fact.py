"""A fact is a value with a basis, or it is unknown. Absent is unknown: never false, never zero."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, NamedTuple

from backend_mcp.model.quantity import Quantity, equal

Basis = Literal[
    "measured", "production", "repository", "stated", "vendor", "derived", "assumed", "proposed"
]
BASES: Final[tuple[Basis, ...]] = (
    "measured",
    "production",
    "repository",
    "stated",
    "vendor",
    "derived",
    "assumed",
    "proposed",
)
"""From the strongest to the weakest; `proposed` is what a design says of itself."""


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN: Final = _Unknown.UNKNOWN
"""The document says `unknown`: it was asked and left open, which is not the same as silence."""

ABSENCES: Final = frozenset({"none", "unlimited", "forever", "nothing", "not_applicable"})
"""Words for a stated absence: values that a rule may rest on, not the same as unknown."""

Value = Quantity | str | bool | tuple[str, ...] | Literal[_Unknown.UNKNOWN]


class Fact(NamedTuple):
    """One value at one path of the design; `formula` says how a derived one came about.

    A tuple, since a design is made of a thousand of them.
    """

    path: str
    value: Value
    basis: Basis
    note: str = ""
    formula: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a value at all."""
        return self.value is not UNKNOWN

    @property
    def firm(self) -> bool:
        """Whether it may carry an unconditional verdict: known, and not merely assumed."""
        return self.value is not UNKNOWN and self.basis != "assumed"

    @property
    def said(self) -> str:
        """The value as people read it."""
        return say(self.value)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two facts about one thing that can't both be true; `used` won by its basis."""

    used: Fact
    other: Fact

    @property
    def open(self) -> bool:
        """Whether no basis decides between the two, so that somebody has to say which is right."""
        return self.used.basis == self.other.basis

    def __str__(self) -> str:
        """Name both sides with their bases."""
        asks = "which is right? The first" if self.open else "the first"
        return (
            f"{self.used.path} is {self.used.said} ({self.used.basis}), "
            f"but {self.other.path} says {self.other.said} ({self.other.basis}); {asks} was used"
        )


def say(value: Value) -> str:
    """Print a value the way a person would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Quantity):
        return value.short()
    if isinstance(value, tuple):
        return ", ".join(value) if value else "none"
    return "unknown" if value is UNKNOWN else str(value)


def weakest(inputs: Iterable[Fact]) -> Basis:
    """Return the basis of what is derived from `inputs`: assumed as soon as one of them is."""
    for fact in inputs:
        if fact.basis == "assumed":
            return "assumed"
    return "derived"


def settle(first: Fact | None, second: Fact | None) -> tuple[Fact | None, Conflict | None]:
    """Choose between two facts about one thing: the stronger basis wins, a contradiction is told."""
    if first is None or not first.known:
        return second if second is not None and second.known else first, None
    if second is None or not second.known:
        return first, None
    used, other = first, second
    if BASES.index(second.basis) < BASES.index(first.basis):
        used, other = second, first
    return used, Conflict(used, other) if _contradict(used.value, other.value) else None


def _contradict(a: Value, b: Value) -> bool:
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return equal(a, b) is False
    return a != b
