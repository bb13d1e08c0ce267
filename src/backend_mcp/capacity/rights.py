"""Derived facts about who may read what: rights that end where the text goes on."""

from backend_mcp.capacity.registry import FLAG, Made, derived, made
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.form import ACTORS


@derived(FLAG, "flows")
def protected_source(f: ItemScope) -> Made | None:
    """Whether the part that sends this has read, on somebody's behalf, what is open to some only.

    Formula: any other flow from the same part with effect read and authorized object. Unit: true or false.
    """
    source = f.item.word("from")
    if not source or source in ACTORS:
        return None
    for other in f.whole.outgoing(source):
        reads = other.item.word("effect") == "read" and other.item.id != f.item.id
        if reads and other.item.word("authorized") == "object":
            return made(True)
    return made(False) if "flows" in f.whole.design.complete else None
