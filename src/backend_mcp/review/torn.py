"""Lines that could not be read and may decide: with one of them open, nothing is right-sized."""

from typing import Final

from backend_mcp.model.design import Design, Unread
from backend_mcp.model.form import SECTIONS

_SITUATION: Final = ("context", "load", "needs")
_DECISIVE: Final = frozenset({"kind", "status", "holds", "technology", "from", "to", "effect"})
"""The keys of an entry that say what it is; the others only fill it in."""


def torn_lines(design: Design) -> tuple[Unread, ...]:
    """Return the unread lines of the situation and of what a part or a flow is."""
    return tuple(line for line in design.unread if _may_decide(line))


def _may_decide(line: Unread) -> bool:
    section, _, rest = line.at.partition(".")
    if not rest and section in SECTIONS:
        return True  # it stands twice, or is no section at all
    if not rest:
        return line.want.startswith(tuple(f"{s}?" for s in _SITUATION))
    if section in _SITUATION:
        return rest.split(".")[0].split("[")[0] in {k.name for k in SECTIONS[section].keys}
    return rest.rpartition(".")[2].split("[")[0] in _DECISIVE
