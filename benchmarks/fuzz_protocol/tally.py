"""What a run counts: messages by kind, answers by class, faults, waits, and what a server weighs."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

MOST_FAULTS: Final = 400
"""Faults that are kept with their messages; all are counted."""
LONGEST_SHOWN: Final = 1_500


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where, what is wrong, and the message that led there."""

    column: str
    server: str
    kind: str
    what: str
    message: str
    answer: str = ""


@dataclass(slots=True)
class Tally:
    """The counts of one server, or of a whole run; `column` is the transport and the era."""

    messages: Counter[tuple[str, str]] = field(default_factory=Counter)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    log: Counter[tuple[str, str]] = field(default_factory=Counter)
    waits: dict[str, list[float]] = field(default_factory=dict)
    growth: dict[str, list[float]] = field(default_factory=dict)
    sane: Counter[str] = field(default_factory=Counter)
    servers: Counter[str] = field(default_factory=Counter)
    faulty: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, fault: Fault) -> None:
        """Count a fault, and keep it."""
        self.faulty[fault.column] += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)

    def add(self, other: "Tally") -> None:
        """Add the counts of another."""
        for name in ("messages", "answers", "log", "sane", "servers", "faulty"):
            getattr(self, name).update(getattr(other, name))
        for name in ("waits", "growth"):
            for column, found in getattr(other, name).items():
                getattr(self, name).setdefault(column, []).extend(found)
        self.faults.extend(other.faults[: MOST_FAULTS - len(self.faults)])


def shown(data: bytes | str) -> str:
    """Return a message as it may be printed, cut in the middle."""
    text = data if isinstance(data, str) else data.decode("utf-8", "backslashreplace")
    half = LONGEST_SHOWN // 2
    return text if len(text) <= LONGEST_SHOWN else f"{text[:half]} … ({len(text)}) … {text[-half:]}"
