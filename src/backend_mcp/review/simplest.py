"""The simplest sufficient design: the document without the parts that nothing pays for."""

from collections.abc import Iterable, Mapping
from typing import Any

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.design import identifier
from backend_mcp.model.review import Extra


def without(document: Mapping[str, Any], extras: Iterable[Extra]) -> dict[str, Any]:
    """Return the document with the extras left out, their flows led to the part that does the job.

    `document` is a design as plain values, in any shape that the reader takes. Flows that would
    lead from a part to itself go; so do flows that lead nowhere any more.
    """
    made = dict(_unwrapped(document))
    instead = {e.component: e.instead for e in extras}
    components = _listed(made.get("components"))
    ids = {_own(c) for c in components} - instead.keys()
    left = {e: t if t in ids else "" for e, t in instead.items()}
    made["components"] = [_moved_out(c, left) for c in components if _own(c) not in left]
    if "flows" in made:
        led = (_led(f, left) for f in _listed(made["flows"]))
        made["flows"] = [f for f in led if f is not None]
    if "stores" in made:
        nowhere = dict.fromkeys(left, "")
        kept = (s for s in _listed(made["stores"]) if "in" in s)
        bare = [s for s in _listed(made["stores"]) if "in" not in s]
        made["stores"] = bare + [s for s in kept if _refs(s["in"], nowhere) is not None]
    if "must_hold" in made:
        kept_flows = {_own(f) for f in _listed(made.get("flows"))}
        gone = {f"flows.{_own(f)}" for f in _listed(document.get("flows"))}
        gone -= {f"flows.{id_}" for id_ in kept_flows}
        nowhere = {**left, **dict.fromkeys(gone, "")}
        made["must_hold"] = [_promised(p, nowhere) for p in _listed(made["must_hold"])]
    return made


def _unwrapped(document: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = document.get("design")
    return inner if isinstance(inner, dict) and "components" not in document else document


def _listed(value: Any) -> list[dict[str, Any]]:
    """Return a list of mappings, whichever way it was written: ids as keys, bare ids, one alone."""
    if isinstance(value, dict):
        alone = any(not isinstance(v, dict) for v in value.values())
        return [value] if alone else [{"id": k, **v} for k, v in value.items()]
    entries = value if isinstance(value, list) else [value]
    named = ({"id": e} if isinstance(e, str) else e for e in entries)
    return [e for e in named if isinstance(e, dict)]


def _own(entry: Mapping[str, Any]) -> str:
    """Return the id of an entry as the reader takes it."""
    return identifier(str(entry.get("id")))


def _id(ref: Any) -> str:
    """Return the component's id that a reference names, or an empty string."""
    return identifier(ref.removeprefix("components.")) if isinstance(ref, str) else ""


def _refs(ref: Any, left: Mapping[str, str]) -> Any:
    """Return a reference, one or several, led away from what is left out; None when none is left."""
    if isinstance(ref, list):
        led = [_refs(r, left) for r in ref]
        return [r for n, r in enumerate(led) if r and r not in led[:n]] or None
    if _id(ref) not in left:
        return ref
    target = left[_id(ref)]
    lead = "components." if target and str(ref).startswith("components.") else ""
    return lead + target or None


def _moved_out(component: dict[str, Any], left: Mapping[str, str]) -> dict[str, Any]:
    if "in" not in component:
        return component
    inside = _refs(component["in"], left)
    hosts = inside if isinstance(inside, list) else [inside]
    inside = None if _own(component) in [_id(h) for h in hosts] else inside
    kept = {k: v for k, v in component.items() if k != "in"}
    return kept if inside is None else {**kept, "in": inside}


def _led(flow: dict[str, Any], left: Mapping[str, str]) -> dict[str, Any] | None:
    led = dict(flow)
    for end in ("from", "to"):
        if end in flow:
            led[end] = _refs(flow[end], left)
            if led[end] is None and flow[end] is not None:
                return None
    return None if led.get("from") is not None and led.get("from") == led.get("to") else led


def _promised(promise: dict[str, Any], left: Mapping[str, str]) -> dict[str, Any]:
    changed = dict(promise)
    for key in ("enforced_by", "where"):
        if key in promise:
            changed[key] = _refs(promise[key], left) or "unknown"
    return changed


def _is_a_copy(part: ItemScope | None) -> bool:
    return part is not None and (part.kind == "cache" or part.item.word("holds") == "copy")


def leftovers(scope: DesignScope, extras: Iterable[Extra]) -> tuple[Extra, ...]:
    """Return jobs that only served an extra: what repairs a copy goes with the copy.

    A job that takes its data from elsewhere than the part which stands instead brings it there from now on.
    """
    extras = tuple(extras)
    gone = {e.component for e in extras}
    instead = {e.instead for e in extras}
    found = []
    for part in scope.items["components"]:
        out, into = part.whole.outgoing(part.item.id), part.whole.incoming(part.item.id)
        onward = [f for f in out if f.item.word("effect") != "read"]
        serves = {id_ for f in onward for id_ in f.item.words("to")}
        read = {id_ for f in out if f not in onward for id_ in f.item.words("to")}
        takes = (read | {id_ for f in into for id_ in f.item.words("from")}) - gone
        repairs = bool(takes) or all(_is_a_copy(part.whole.component(id_)) for id_ in serves)
        copies = repairs and takes <= instead
        if part.kind == "job" and part.item.id not in gone and serves and serves <= gone and copies:
            name = ", ".join(sorted(serves))
            found.append(Extra(part.item.id, "", f"it only serves {name}", along=True))
    return tuple(found)
