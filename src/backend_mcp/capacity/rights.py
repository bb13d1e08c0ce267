"""Derived facts about who may read what: rights that end where the text goes on, or come along."""

from backend_mcp.capacity.kinds import DATABASES
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


@derived(FLAG, "components", only=lambda c: c.item.word("holds") == "copy")
def follows_own_truth(c: ItemScope) -> Made | None:
    """Whether a copy is a database that follows one of this design, where rights are checked as in the original.

    Formula: it is a database that holds a copy, and another one of its kind here holds the truth. Unit: true or false.
    """
    kin = ("relational", "database") if c.kind in ("relational", "database") else (c.kind,)
    own = any(
        o.kind in kin and o.item.word("holds") == "truth" for o in c.whole.items["components"]
    )
    return made(own and c.kind in DATABASES)
