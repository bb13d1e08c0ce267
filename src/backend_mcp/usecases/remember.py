"""What was decided in a repository, bound to the knowledge, as of a day."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from backend_mcp.decisions.folder import listed
from backend_mcp.errors import PredicateError, Problem
from backend_mcp.model.decision import NO_MEMORY, Bound, Memory, Recorded, bind
from backend_mcp.model.knowledge import Knowledge


def remember(root: Path | None, knowledge: Knowledge, day: date) -> Memory:
    """Return the decisions below a root; those that can't be used are told, and decide nothing."""
    if root is None:
        return replace(NO_MEMORY, day=day)
    found = listed(root)
    bound: list[Bound] = []
    problems = list(found.problems)
    for recorded in found.decisions:
        try:
            holds = bind(recorded.decision, knowledge.vocabulary, knowledge.numbers.values)
        except PredicateError as error:
            problems.append(_at(recorded, "while", str(error)))
        else:
            bound.append(Bound(recorded, holds))
    notes = tuple(note for r in found.decisions for note in r.unknown)
    return Memory(day, tuple(bound), tuple(problems), notes)


def _at(recorded: Recorded, key: str, reason: str) -> Problem:
    return Problem(recorded.file, recorded.lines.get(key, 1), key, reason)
