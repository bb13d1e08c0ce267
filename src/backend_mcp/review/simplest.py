"""The simplest sufficient design: the document without the parts that nothing pays for."""

from collections.abc import Iterable, Mapping
from typing import Any

from backend_mcp.capacity import DesignScope
from backend_mcp.model.review import Extra


def without(document: Mapping[str, Any], extras: Iterable[Extra]) -> dict[str, Any]:
    """Return the document with the extras left out, their flows led to the part that does the job.

    `document` is a design as plain values, its lists written as lists of mappings. Flows that
    would lead from a part to itself go; so do flows that lead nowhere any more.
    """
    instead = {e.component: e.instead for e in extras}
    ids = {c["id"] for c in _maps(document.get("components")) if "id" in c} - instead.keys()
    left = {e: t if t in ids else "" for e, t in instead.items()}
    made = dict(document)
    made["components"] = [
        {k: v for k, v in c.items() if not (k == "in" and v in instead)}
        for c in _maps(document.get("components"))
        if c.get("id") not in instead
    ]
    made["flows"] = [f for f in (_led(f, left) for f in _maps(document.get("flows"))) if f]
    if "stores" in document:
        made["stores"] = [s for s in _maps(document["stores"]) if s.get("in") not in instead]
    if "must_hold" in document:
        made["must_hold"] = [_enforced(p, left) for p in _maps(document["must_hold"])]
    return made


def _maps(value: Any) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return [v for v in listed if isinstance(v, dict)]


def _led(flow: dict[str, Any], left: Mapping[str, str]) -> dict[str, Any] | None:
    led = dict(flow)
    for end in ("from", "to"):
        if isinstance(led.get(end), str) and led[end] in left:
            led[end] = left[led[end]]
            if not led[end]:
                return None
    return None if led.get("from") is not None and led.get("from") == led.get("to") else led


def _enforced(promise: dict[str, Any], left: Mapping[str, str]) -> dict[str, Any]:
    by = promise.get("enforced_by")
    if isinstance(by, str) and by in left:
        return {**promise, "enforced_by": left[by] or "unknown"}
    if isinstance(by, list):
        kept = [left.get(b, b) for b in by if isinstance(b, str)]
        return {**promise, "enforced_by": list(dict.fromkeys(b for b in kept if b)) or "unknown"}
    return promise


def leftovers(scope: DesignScope, extras: Iterable[Extra]) -> tuple[Extra, ...]:
    """Return jobs that only served an extra: what repairs a copy goes with the copy."""
    gone = {e.component for e in extras}
    found = []
    for part in scope.items["components"]:
        onward = [f for f in part.whole.outgoing(part.item.id) if f.item.word("effect") != "read"]
        serves = {id_ for f in onward for id_ in f.item.words("to")}
        if part.kind == "job" and part.item.id not in gone and serves and serves <= gone:
            name = ", ".join(sorted(serves))
            found.append(Extra(part.item.id, "", f"it only serves {name}"))
    return tuple(found)
