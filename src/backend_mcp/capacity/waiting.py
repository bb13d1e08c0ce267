"""Derived facts of work that waits: whether it moves money or stock, and whether a process is there to hold it."""

from typing import Final

from backend_mcp.capacity.registry import FLAG, Made, derived, made
from backend_mcp.capacity.scope import DesignScope, ItemScope

_DEAR: Final = ("money", "stock")
_STAYS: Final = ("service", "worker", "gateway", "mcp_server")
_COMES_AND_GOES: Final = ("function", "job")


@derived(FLAG, "components")
def dear_work(c: ItemScope) -> Made | None:
    """Whether work that waits in a part moves money or stock. How it is taken up again is no reason for a part.

    Formula: a flow into or out of it has effect money or stock, or one out of what takes from it. Unit: true or false.
    """
    into, out = c.whole.incoming(c.item.id), c.whole.outgoing(c.item.id)
    takers = {id_ for f in out for id_ in f.item.words("to")} - {c.item.id}
    onward = [f for id_ in sorted(takers) for f in c.whole.outgoing(id_)]
    effects = [f.get("effect") for f in (*into, *out, *onward)]
    for effect in effects:
        if effect is not None and effect.value in _DEAR:
            return made(True, effect)
    known = [e for e in effects if e is not None and e.known]
    whole = bool(effects) and len(known) == len(effects) and "flows" in c.whole.design.complete
    return made(False, *known) if whole else None


@derived(FLAG)
def stays_up(s: DesignScope) -> Made | None:
    """Whether a process of the design stays up between two calls, and can hold work or a connection.

    Formula: true with a service, worker, gateway or MCP server; false where all code runs as functions or jobs,
    assumed where the list of parts is not complete. Unit: true or false.
    """
    parts = s.items["components"]
    if any(c.kind in _STAYS for c in parts):
        return made(True)
    if "components" in s.design.complete and all(c.kind for c in parts):
        return made(False)
    if any(c.kind in _COMES_AND_GOES for c in parts) and all(c.kind for c in parts):
        return Made(False, "assumed", "only functions or jobs are named")
    return None
