"""Whether a design says anything of how much comes: without that, nothing can be called right-sized."""

from typing import Final

from backend_mcp.capacity import DesignScope
from backend_mcp.capacity.registry import amount

LOADS: Final = (
    "peak_rate", "average_rate", "message_rate", "arrival_rate", "things_rate", "write_rate",
)  # fmt: skip


def knows_load(scope: DesignScope) -> bool:
    """Whether any load is known: without one, nothing can be called right-sized."""
    known = [scope.derived(name) for name in LOADS]  # all of them, for their conflicts
    rates = (amount(f.get("rate")) for f in scope.items["flows"])
    return any(fact is not None for fact in known) or any(q is not None for q in rates)
