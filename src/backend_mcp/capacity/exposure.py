"""Derived facts about exposure: who reaches a part, what a model may do, and who would notice."""

from collections.abc import Iterable
from typing import Final

from backend_mcp.capacity.registry import FLAG, WORDS, Made, derived, made
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.form import ACTORS

_OF: Final = "components"
_OUTSIDE: Final = (*ACTORS, "client")
_HURTS: Final = ("money", "stock", "message", "external")
"""Effects that reach somebody: what a model may not cause on a stranger's word."""
_QUIET: Final = ("llm", "monitoring", "client", "user", "cache", "queue", "log", "vector", "search")
"""Where an answer, a trace or a copy goes: no action on the world."""
_OTHERS: Final = ("external", "search", "vector", "object_storage")
"""Where texts are kept that other people wrote."""
_HOPS: Final = 8


@derived(WORDS)
def said_practices(s: DesignScope) -> Made | None:
    """Practices of the whole design that the document speaks of, whatever it says of them.

    Formula: practices that are true, false, planned or said to be unknown. Unit: words.
    """
    return made(tuple(sorted(_names(s.design.facts.values(), "practices."))))


@derived(WORDS)
def kept_practices(s: DesignScope) -> Made | None:
    """Practices that the whole design is said to keep, planned ones among them.

    Formula: practices that are true or planned. Unit: words.
    """
    kept = (f for f in s.design.facts.values() if f.value is True and f.path.count(".") == 1)
    return made(tuple(sorted(_names(kept, "practices."))))


@derived(WORDS, "flows")
def own_practices(f: ItemScope) -> Made | None:
    """Practices that are said of this flow by itself.

    Formula: practices that stand at the flow. Unit: words.
    """
    return made(tuple(sorted(_names(f.item.facts.values(), f"{f.place}.practices."))))


def _names(facts: Iterable[Fact], prefix: str) -> set[str]:
    """Return the names of the practices among facts; a detail alone names its practice, too."""
    own = (f.path.removeprefix(prefix) for f in facts if f.path.startswith(prefix))
    return {path.split(".")[0] for path in own}


@derived(FLAG, _OF)
def reached_from_outside(c: ItemScope) -> Made | None:
    """Whether a chain of flows leads here from a user, a device, a partner or a client.

    Formula: any path of flows from outside to this part. Unit: true or false.
    """
    seen, edge = {c.item.id}, [c.item.id]
    for _ in range(_HOPS):
        flows = [f for id_ in edge for f in c.whole.incoming(id_)]
        if any(starts_outside(f) for f in flows):
            return made(True)
        edge = sorted({i for f in flows for i in f.item.words("from")} - seen)
        seen.update(edge)
    return None if _open_ended(c.whole) else made(False)


def starts_outside(flow: ItemScope) -> bool:
    """Whether a flow comes from a user, a device, a partner or a client."""
    kind = flow.get("from.kind")
    return kind is not None and kind.value in _OUTSIDE


def _open_ended(s: DesignScope) -> bool:
    """Whether a flow more, or one whose end or effect is not known, could change the answer."""
    keys = ("from", "to", "effect")
    parts = any(not c.kind for c in s.items["components"])
    loose = any(not f.item.words(key) for f in s.items["flows"] for key in keys)
    return parts or loose or "flows" not in s.design.complete


@derived(FLAG, _OF)
def billed_by_use(c: ItemScope) -> Made | None:
    """Whether each call of a model costs money: it is another's, not run by the team itself.

    Formula: managed is not self. Unit: true or false.
    """
    managed = c.get("managed")
    if managed is None:
        return made(True)
    return made(managed.value != "self", managed) if managed.known else None


@derived(FLAG, _OF)
def tools(c: ItemScope) -> Made | None:
    """Whether a model acts by itself: it leads to another part, or its callers offer it tools.

    Formula: any flow from the model, or from its callers to an MCP server, that changes something. Unit: true or false.
    """
    changes = (*_HURTS, "write")
    own = [f for f in c.whole.outgoing(c.item.id) if f.item.word("effect") in changes]
    offered = [
        f
        for f in _of_callers(c)
        if _kind(f, "to") == "mcp_server" and f.item.word("effect") in changes
    ]
    if offered or any(_kind(f, "to") not in ("", *_QUIET) for f in own):
        return made(True)
    return None if _open_ended(c.whole) else made(False)


@derived(FLAG, _OF)
def acts(c: ItemScope) -> Made | None:
    """Whether what calls this model also changes something outside: money, stock, messages, other systems.

    Formula: the model has tools, or its callers have flows with such an effect to another part. Unit: true or false.
    """
    own = c.derived("tools")
    if own is not None and own.value is True:
        return made(True, own)
    found = [f for f in _of_callers(c) if f.item.word("effect") in _HURTS]
    if any(_kind(f, "to") not in ("", *_QUIET) for f in found):
        return made(True)
    return None if _open_ended(c.whole) else made(False)


@derived(FLAG, _OF)
def hears_strangers(c: ItemScope) -> Made | None:
    """Whether text that others wrote reaches this model: from partners, other systems, or a search.

    Formula: a flow from a partner, another system or people who show nothing to its callers, a read
    of theirs where others' texts are kept, or a flow into it that crosses trust. Unit: true or false.
    """
    callers = _callers(c)
    incoming = (f for x in callers for f in c.whole.incoming(x))
    told = any(_kind(f, "from") in ("partner", "external") or _unknown_person(f) for f in incoming)
    reads = (f for f in _of_callers(c) if f.item.word("effect") == "read")
    handed = any(
        (x := f.get("crosses_trust")) and x.value is True for f in c.whole.incoming(c.item.id)
    )
    if told or handed or any(_kind(f, "to") in _OTHERS for f in reads):
        return made(True)
    return None if _open_ended(c.whole) else made(False)


@derived(FLAG, _OF, only=lambda c: c.kind == "llm")
def called_by_others(c: ItemScope) -> Made | None:
    """Whether other parties decide how often a model is called: what they send in is all that reaches its caller.

    Formula: a part that calls it, and not in batches, has incoming flows, and each of them is sent by a partner or an
    external part. Unit: true or false.
    """
    callers = {
        i for f in c.whole.incoming(c.item.id) if f.item.word("mode") != "batch" for i in f.item.words("from")
    }  # fmt: skip
    into = [c.whole.incoming(i) for i in sorted(callers - set(ACTORS))]
    if any(flows and all(_sends(f) for f in flows) for flows in into):
        return made(True)
    return None if _open_ended(c.whole) else made(False)


def _sends(flow: ItemScope) -> bool:
    return _kind(flow, "from") in ("partner", "external") and flow.item.word("effect") not in (
        "",
        "none",
        "read",
    )


def _unknown_person(flow: ItemScope) -> bool:
    return _kind(flow, "from") == "user" and flow.item.word("authorized") == "none"


def _callers(c: ItemScope) -> list[str]:
    found = {i for f in c.whole.incoming(c.item.id) for i in f.item.words("from")}
    return sorted(found - set(ACTORS))


def _of_callers(c: ItemScope) -> list[ItemScope]:
    return [f for x in _callers(c) for f in c.whole.outgoing(x)]


def _kind(flow: ItemScope, end: str) -> str:
    fact = flow.get(f"{end}.kind")
    return fact.value if fact is not None and isinstance(fact.value, str) else ""


@derived(FLAG, "flows")
def reaches_llm(f: ItemScope) -> Made | None:
    """Whether the part that a flow leads to calls a model.

    Formula: any flow from the target to a part of kind llm. Unit: true or false.
    """
    if any(_kind(o, "to") == "llm" for id_ in f.item.words("to") for o in f.whole.outgoing(id_)):
        return made(True)
    return None if _open_ended(f.whole) else made(False)


@derived(FLAG)
def own_login(s: DesignScope) -> Made | None:
    """Whether the design keeps passwords itself: it speaks of hashing them, and no product logs users in.

    Formula: password_hashing is said, and no identity part of another's make is used. Unit: true or false.
    """
    if "practices.password_hashing" not in s.design.facts:
        return None
    parts = [c for c in s.items["components"] if c.kind == "identity"]
    used = [c for c in parts if s.incoming(c.item.id) or s.outgoing(c.item.id)]
    bought = any(c.item.words("technology") or c.item.word("managed") != "self" for c in used)
    return made(not bought)


@derived(FLAG)
def unwatched(s: DesignScope) -> Made | None:
    """Whether nothing is said to watch the design: no metrics, no objective, no part that observes it.

    Formula: neither metrics nor slo is kept, and no flow touches a monitoring part. Unit: true or false.
    """
    kept = s.derived("kept_practices")
    words = kept.value if kept is not None and isinstance(kept.value, tuple) else ()
    parts = (c.item.id for c in s.items["components"] if c.kind == "monitoring")
    watched = any(s.incoming(id_) or s.outgoing(id_) for id_ in parts)
    return made(not watched and "metrics" not in words and "slo" not in words)


@derived(FLAG, _OF)
def on_managed_platform(c: ItemScope) -> Made | None:
    """Whether somebody else's platform puts new versions of a part in place.

    Formula: the part is managed or saas, or a platform is there that the team does not run itself. Unit: true or false.
    """
    platforms = [p for p in c.whole.items["components"] if p.kind == "platform"]
    asked = [p.item.facts.get("managed") for p in platforms]
    others = any(f is None or (f.known and f.value != "self") for f in asked)
    if others or c.item.word("managed") in ("managed", "saas"):
        return made(True)
    return None if any(f is not None and not f.known for f in asked) else made(False)
