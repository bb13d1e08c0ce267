"""What holds back `ready: yes`: a stated need that one answer may break, and a part that nothing pays for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from backend_mcp.capacity import DesignScope
from backend_mcp.model.review import Extra, Finding, Ready
from backend_mcp.model.vocabulary import Vocabulary
from backend_mcp.review.candidates import Candidate, of_rule
from backend_mcp.review.rules import Open

_HEAVY: Final = ("blocker", "high")
_HEAVY_ANSWERS: Final = tuple(f"{severity}: " for severity in _HEAVY)
_NEED: Final = re.compile(r"\bneeds\.\w+")


@dataclass(frozen=True, slots=True)
class Pending:
    """A stated need, and the place of the fact that decides whether it is kept."""

    need: str
    fact: str


def pending(
    scope: DesignScope, vocabulary: Vocabulary, opens: Iterable[Open]
) -> tuple[Pending, ...]:
    """Return the stated needs that one answer would break, each with the fact to ask for.

    A practice of which a plan is silent counts only where the need itself is compared with it: what a need
    merely makes worth having holds nothing back.
    """
    found: dict[str, Pending] = {}
    for open_ in opens:
        entry = open_.rule.entry
        if entry.severity not in _HEAVY or entry.direction == "over":
            continue
        compared = _stated(entry.fires_when, scope)
        need = compared or _stated(entry.applies_when, scope)
        if not need:
            continue
        for candidate in of_rule(scope, vocabulary, open_):
            a_need = candidate.path.startswith("needs.")
            beside = candidate.path.startswith("practices.") and not compared
            if _breaks(candidate) and not a_need and not beside:
                found.setdefault(candidate.path, Pending(need, candidate.path))
    return tuple(found.values())


def held_back(
    waiting: Sequence[Pending], findings: Iterable[Finding], extras: Iterable[Extra]
) -> Ready:
    """Say how ready a design is that has no fault: not where a part is to go or to be paid for first."""
    places = {f"components.{e.component}" for e in extras}
    spare = [f for f in findings if f.at in places and f.direction == "over" and _counts(f)]
    if any(not f.conditional for f in spare):
        return "after_fixes"
    return "unknown" if spare or waiting else "yes"


def _counts(f: Finding) -> bool:
    return f.severity != "low"


def _breaks(candidate: Candidate) -> bool:
    """Whether one answer makes a fault of it, whatever else is not known."""
    changes = candidate.answers.values()
    return any(c.startswith(_HEAVY_ANSWERS) and ", if " not in c for c in changes)


def _stated(text: str, scope: DesignScope) -> str:
    """Return the first need that an expression reads and that somebody stated."""
    for path in _NEED.findall(text):
        fact = scope.get(path)
        if fact is not None and fact.known and fact.basis != "assumed":
            return str(path)
    return ""
