"""What a verdict stands on: without enough of it the word is `undecided`, and never reads as a pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from backend_mcp.capacity import DesignScope
from backend_mcp.model.design import Unread
from backend_mcp.model.review import Finding
from backend_mcp.review.loads import knows_load
from backend_mcp.review.sizing import Sized
from backend_mcp.review.torn import torn_lines

_DECIDES: Final = ("blocker", "high", "medium")
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


def grounds(scope: DesignScope, sized: Sized, findings: Iterable[Finding]) -> Grounds:
    """Collect what the verdict stands on."""
    serious = (f for f in findings if f.unsaid and f.severity in _DECIDES)
    open_ = (r.fact for f in serious for r in f.because if r.value == "unknown")
    return Grounds(
        knows_load(scope), torn_lines(scope.design), sized.undecided, tuple(dict.fromkeys(open_))
    )
