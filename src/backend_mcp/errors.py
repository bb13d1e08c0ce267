"""Every exception of the package. Each says where, what was expected, and what to do next.

BackendMcpError
├── DesignError       a document leaves nothing to review, or `--strict` found faults
├── KnowledgeError    the knowledge folder can't be used; lists every problem
├── DecisionError     a file of a decision can't be used; lists every problem
├── PathError         a file can't be read, or lies outside what may be read
├── StateError        what reviews leave for the gate can't be read or written
├── RegisterError     a client's configuration can't take our entry; nothing was written
├── ArgumentError     an argument of a tool or command is not one of those allowed
├── QuantityError     a text is not a quantity of the kind that is due
└── PredicateError    an expression of a rule can't be read, or does not fit the vocabulary
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at one place of one file; `line` counts from 1, and 0 means that no line is known."""

    path: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        """Render as `path:line: field: reason`, the form that editors make clickable."""
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.field}: {self.reason}" if self.field else f"{where}: {self.reason}"


class BackendMcpError(Exception):
    """The root of the tree; catching it catches everything that this package raises on purpose."""


class _ProblemsError(BackendMcpError):
    """Keeps all problems as data, so that no face has to parse a message."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class DesignError(_ProblemsError):
    """The document leaves nothing to review, or holds faults where none are allowed."""


class KnowledgeError(_ProblemsError):
    """One or more knowledge files can't be used; nothing is loaded with one rule less."""


class DecisionError(_ProblemsError):
    """The file of a decision can't be used; it counts as no decision."""


class StateError(BackendMcpError):
    """What reviews leave for the gate can't be read or written; the text names the file."""


class PathError(BackendMcpError):
    """A file can't be read, or lies outside the folders that may be read."""


class RegisterError(BackendMcpError):
    """A client's configuration can't take our entry, and no file was written.

    `file` and `line` (from 1; 0 where unknown) say where, `step` what to do next.
    """

    def __init__(self, file: Path, line: int, reason: str, step: str) -> None:
        self.file = file
        self.line = line
        self.reason = reason
        self.step = step
        where = f"{file}:{line}" if line else f"{file}"
        super().__init__(f"{where}: {reason}\nNext: {step}")


class ArgumentError(BackendMcpError):
    """An argument is not what is due: `place` names it, `want` says what is, `example` shows one."""

    def __init__(self, place: str, got: str, want: str, example: str = "") -> None:
        self.place = place
        self.got = got
        self.want = want
        self.example = example
        shown = got if len(got) <= 80 else got[:79] + "…"
        text = f"{place}: got {shown!r}; {want}"
        super().__init__(f"{text}\nExample: {example}" if example else text)


def unknown_name(
    place: str, got: str, allowed: Sequence[str], example: str = "", shown: int = 40
) -> ArgumentError:
    """Return the error for a name that there is none of: the nearest, and which there are."""
    close = get_close_matches(got.strip().lower()[:80], allowed, 1, 0.6)
    near = f"did you mean {close[0]}? " if close else ""
    listed = ", ".join(allowed[:shown]) + (
        f" and {len(allowed) - shown} more" * (len(allowed) > shown)
    )
    return ArgumentError(place, got, f"{near}There are: {listed}", example)


class QuantityError(BackendMcpError):
    """A text is not a quantity of the kind that is due; `want` shows one that would be."""

    def __init__(self, reason: str, want: str) -> None:
        self.reason = reason
        self.want = want
        super().__init__(f"{reason}; write for example {want}" if want else reason)


class PredicateError(BackendMcpError):
    """An expression can't be read or does not fit; `column` counts from 0 within the expression."""

    def __init__(self, reason: str, column: int = 0) -> None:
        self.reason = reason
        self.column = column
        super().__init__(f"column {column + 1}: {reason}" if column else reason)


INNER: Final = (QuantityError, PredicateError)
"""Raised and caught while a document or an entry is read; whoever meets one later met a fault of ours."""
