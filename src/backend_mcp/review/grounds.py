"""What a verdict stands on: without enough of it the word is `undecided`, and never reads as a pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from backend_mcp.capacity import DesignScope
from backend_mcp.model.design import Unread
from backend_mcp.model.predicate import Atom
from backend_mcp.model.review import Finding
from backend_mcp.review.loads import knows_load
from backend_mcp.review.rules import OPEN_ANYWAY, Open
from backend_mcp.review.sizing import Sized
from backend_mcp.review.torn import torn_lines

_HEAVY: Final = ("blocker", "high")
_DECIDES: Final = (*_HEAVY, "medium")
"""An open fact is told one severity below its fault: a medium may be a high."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What is known, and what is missing for a word about the whole design.

    `unmeasured` names new parts whose load lies between what is safe and what was ever published,
    `left_open` the facts of which the plan itself says `unknown` and that may be a high or more.
    """

    loaded: bool
    torn: tuple[Unread, ...]
    unmeasured: tuple[str, ...]
    left_open: tuple[str, ...]

    @property
    def enough(self) -> bool:
        """Whether `right` may be said."""
        return self.loaded and not (self.torn or self.unmeasured or self.left_open)


def grounds(
    scope: DesignScope, sized: Sized, findings: Iterable[Finding], opens: Iterable[Open]
) -> Grounds:
    """Collect what the verdict stands on."""
    serious = (f for f in findings if f.unsaid and f.severity in _DECIDES)
    told = [r.fact for f in serious for r in f.because if r.value == "unknown"]
    if scope.design.change is not None:
        told += [f"who keeps “{id_}” now" for id_ in scope.design.change.unkept]
    told += [a.path for o in opens if o.rule.entry.severity in _HEAVY for a in _left_open(o)]
    return Grounds(
        knows_load(scope), torn_lines(scope.design), sized.undecided, tuple(dict.fromkeys(told))
    )


def _left_open(opened: Open) -> Iterable[Atom]:
    """Return the practices against harm to all of which the plan says `unknown`, whatever else is open."""
    named = (k for k in opened.rule.entry.unsaid if k in OPEN_ANYWAY)
    keys = tuple(k for k in named if k.startswith("practices."))
    if not keys:
        return ()
    return (a for a in opened.atoms() if a.said_unknown and a.path.endswith(keys))
