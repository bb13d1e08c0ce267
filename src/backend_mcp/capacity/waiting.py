"""Derived facts of work that waits: whether it moves money or stock, and what holds it and does it."""

from typing import Final

from backend_mcp.capacity.kinds import QUIET
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, made
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.form import ACTORS

_WAITS: Final = ("queue", "log")
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


@derived(FLAG, "components", only=lambda c: c.kind == "worker")
def fed(c: ItemScope) -> Made | None:
    """Whether anything gives a worker its work: a flow into it, a clock, or something that it reads by itself.

    Formula: a flow leads to it, its trigger is timer, it lives in another part, or it starts a flow that reads, that
    leads to a queue or log, or a batch of a stated rate; true where no flows are given; unknown where its trigger is
    left open or named, or a flow of it states a rate or does not say what it does. Unit: true or false.
    """
    out, trigger = c.whole.outgoing(c.item.id), c.get("trigger")
    if c.whole.incoming(c.item.id) or not c.whole.items["flows"] or c.get("in") is not None:
        return made(True)
    if trigger is not None:
        return made(True, trigger) if trigger.value == "timer" else None
    if any(_fetches(f) for f in out):
        return made(True)
    return None if any(_may_fetch(f) for f in out) else made(False)


def _fetches(f: ItemScope) -> bool:
    """Whether a flow of a worker is how it comes by its work: it reads, takes from a queue, or runs by the clock."""
    target, batch = f.referred("to"), f.item.word("mode") == "batch"
    waits = target is not None and target.kind in _WAITS
    return waits or f.item.word("effect") in QUIET or (batch and amount(f.get("rate")) is not None)


def _may_fetch(f: ItemScope) -> bool:
    effect, target = f.get("effect"), f.referred("to")
    somebody = any(id_ in ACTORS for id_ in f.item.words("to"))
    nowhere = target is None or not target.kind
    silent = effect is None or not effect.known or (nowhere and not somebody)
    return silent or f.get("rate") is not None
