"""Whether a design says anything of how much comes: without that, nothing can be called right-sized."""

from math import isfinite
from typing import Final

from backend_mcp.capacity import DesignScope
from backend_mcp.capacity.registry import amount

_OF_A_DAY: Final = ("average_rate", "write_rate")
LOADS: Final = (
    "peak_rate", "average_rate", "message_rate", "arrival_rate", "things_rate", "write_rate",
)  # fmt: skip


def knows_load(scope: DesignScope) -> bool:
    """Whether any load is known with an upper end: without one, nothing can be called right-sized.

    The average of a day tells nothing of an event.
    """
    known = [scope.derived(name) for name in LOADS]  # all of them, for their conflicts
    event = scope.get("load.shape")
    aside = event is not None and event.value == "event"
    rates = [amount(f) for n, f in zip(LOADS, known, strict=True) if not (aside and n in _OF_A_DAY)]
    rates += [amount(f.get("rate")) for f in scope.items["flows"]]
    return any(q is not None and isfinite(q.high) for q in rates)
