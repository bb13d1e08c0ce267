"""Seeded changes to a design document, and edits that change nothing; pure, on plain values.

An operation has `op`: `set` (at, value), `remove` (at), `add` (to, item) or `drop` (from, id).
Entries are named by id (`flows.pay.timeout`), data sets by place (`stores.db.orders.retention`).
"""

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

Document = dict[str, Any]
LISTS: Final = ("components", "flows", "stores", "must_hold")
_STEM: Final = {"components": "part", "flows": "step", "must_hold": "promise"}
_KEY: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class MutationError(ValueError):
    """An operation that is not understood, or that finds nothing to change."""


def apply(document: Document, operations: Iterable[Mapping[str, Any]]) -> Document:
    """Return a copy of the document with the operations carried out in order."""
    made = copy.deepcopy(document)
    known = {"set": _set, "remove": _remove, "add": _add, "drop": _drop}
    for operation in operations:
        if operation.get("op") not in known:
            raise MutationError(f"{operation}: op is one of {', '.join(known)}")
        known[operation["op"]](made, copy.deepcopy(dict(operation)))
    return made


def chosen(mutator: Mapping[str, Any], base: str) -> tuple[str, list[Mapping[str, Any]]]:
    """Return the place and the operations of a mutator for one base."""
    place, patch = mutator["place"], mutator.get("patches", {}).get(base, mutator.get("patch"))
    if base not in mutator["bases"] or patch is None:
        raise MutationError(f"{mutator['id']}: not made for {base}")
    return (place[base] if isinstance(place, dict) else place), list(patch)


def name_of(name: str, item: Mapping[str, Any]) -> str:
    """Return what an entry of a list is found by: its id, a data set by `in.what`."""
    return f"{item.get('in')}.{item.get('what')}" if name == "stores" else str(item.get("id"))


def fresh_names(document: Document) -> dict[str, str]:
    """Return a new name without meaning for every id of the document."""
    names: dict[str, str] = {}
    for name, stem in _STEM.items():
        names |= {str(i["id"]): f"{stem}-{n}" for n, i in enumerate(document.get(name, []), 1)}
    return names


def moved(place: str, names: Mapping[str, str]) -> str:
    """Return a place (`flows.pay`, `stores.db.orders`) under other ids."""
    parts = place.split(".")
    known = parts[0] in LISTS and len(parts) > 1
    return ".".join([parts[0], names.get(parts[1], parts[1]), *parts[2:]]) if known else place


def rename(document: Document, names: Mapping[str, str]) -> Document:
    """Return a copy with other ids, wherever an id is named; words for people stay."""
    promises = {str(p.get("id")) for p in document.get("must_hold", [])}

    def end(text: str) -> str:
        return moved(text, names) if "." in text else names.get(text, text)

    by_key = dict.fromkeys(("id", "from", "to", "in", "enforced_by", "where", "flows"), end)
    by_key["paid_by"] = lambda text: end(text) if "." in text or text in promises else text
    made = copy.deepcopy(document)
    lists = [*(made.get(name, []) for name in LISTS), made.get("needs", {}).get("targets", [])]
    for item in (item for items in lists for item in items):
        item |= {k: _each(v, by_key[k]) for k, v in item.items() if k in by_key}
    if "answers" in made:
        pairs = ((key.partition("@"), told) for key, told in made["answers"].items())
        made["answers"] = {f"{k[0]}@{moved(k[2], names)}": told for k, told in pairs}
    return made


def reverse(document: Document) -> Document:
    """Return a copy with its lists in reverse order; nothing in it may point by number."""
    if numbered := re.search(rf"(?:{'|'.join(LISTS)})\[\d", repr(document)):
        raise MutationError(f"{numbered[0]}…]: give the entry an id before the order changes")
    kept = copy.deepcopy(document)
    return kept | {n: kept[n][::-1] for n in (*LISTS, "absent", "complete") if n in kept}


def _each(value: Any, other: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_each(v, other) for v in value]
    if isinstance(value, dict):
        return {k: _each(v, other) if k == "value" else v for k, v in value.items()}
    return other(value) if isinstance(value, str) else value


def _set(document: Document, operation: Document) -> None:
    node, key = _locate(document, operation["at"], make=True)
    if not (isinstance(node, dict) and key not in node) and node[key] == operation["value"]:
        raise MutationError(f"set {operation['at']}: it is {node[key]!r} already")
    node[key] = operation["value"]


def _remove(document: Document, operation: Document) -> None:
    node, key = _locate(document, operation["at"], make=False)
    del node[key]


def _add(document: Document, operation: Document) -> None:
    name, item = operation["to"], operation["item"]
    items = document.setdefault(name, []) if name in LISTS else [item]
    if name_of(name, item) in [name_of(name, i) for i in items]:
        raise MutationError(f"add to {name}: {name_of(name, item)} is there, or no such list")
    items.append(item)


def _drop(document: Document, operation: Document) -> None:
    name, items = operation["from"], document.get(operation["from"], [])
    kept = [i for i in items if name_of(name, i) != operation["id"]]
    if name not in LISTS or len(kept) == len(items):
        raise MutationError(f"drop from {name}: there is no {operation['id']}")
    document[name] = kept


def _locate(document: Document, at: str, *, make: bool) -> tuple[Any, Any]:
    """Return what holds the last key of a place, and that key; `make` adds mappings on the way."""
    head, _, rest = at.partition(".")
    node: Any = document
    if head in LISTS:
        found = [i for i in document.get(head, []) if f"{rest}.".startswith(f"{name_of(head, i)}.")]
        if not found:
            raise MutationError(f"{at}: there is no such entry in {head}")
        node = max(found, key=lambda i: len(name_of(head, i)))
        at_key = rest[len(name_of(head, node)) + 1 :]
    keys = [int(n) if n else word for word, n in _KEY.findall(at_key if head in LISTS else at)]
    if not keys:
        raise MutationError(f"{at}: names a whole entry; use add or drop")
    for key in keys[:-1]:
        if make and isinstance(node, dict):
            node.setdefault(key, {})
        node = _inside(node, key, at)
    if not (make and isinstance(node, dict)):
        _inside(node, keys[-1], at)
    return node, keys[-1]


def _inside(node: Any, key: Any, at: str) -> Any:
    try:
        return node[key]
    except (KeyError, IndexError, TypeError) as error:
        raise MutationError(f"{at}: there is no {key}") from error
