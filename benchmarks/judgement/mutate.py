"""Seeded changes to a design document, and edits that change nothing; pure, on plain values.

An operation is a mapping with `op`: `set` (at, value), `remove` (at), `add` (to, item) or
`drop` (from, id). Entries of a list are named by id (`flows.pay.timeout`), data sets by where they
are kept (`stores.db.orders.retention`). What finds nothing to change is an error, never silence.
"""

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

Document = dict[str, Any]
Operation = Mapping[str, Any]
LISTS: Final = ("components", "flows", "stores", "must_hold")
_ENDS: Final = ("from", "to", "in", "enforced_by", "flows")
_STEM: Final = {"components": "part", "flows": "step", "must_hold": "promise"}
_KEY: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class MutationError(ValueError):
    """An operation that is not understood, or that finds nothing to change."""


def apply(document: Document, operations: Iterable[Operation]) -> Document:
    """Return a copy of the document with the operations carried out in order."""
    made = copy.deepcopy(document)
    known = {"set": _set, "remove": _remove, "add": _add, "drop": _drop}
    for operation in operations:
        act = known.get(str(operation.get("op")))
        if act is None:
            raise MutationError(f"{dict(operation)}: op is one of {', '.join(known)}")
        act(made, copy.deepcopy(dict(operation)))
    return made


def chosen(mutator: Mapping[str, Any], base: str) -> tuple[str, list[Operation]]:
    """Return the place and the operations of a mutator for one base."""
    place = mutator["place"]
    patches = mutator.get("patches", {})
    patch = patches.get(base, mutator.get("patch"))
    if base not in mutator["bases"] or patch is None:
        raise MutationError(f"{mutator['id']}: not made for {base}")
    return (place[base] if isinstance(place, dict) else place), list(patch)


def name_of(list_name: str, item: Mapping[str, Any]) -> str:
    """Return what an entry is found by: its id, a data set by `in.what`."""
    return f"{item.get('in')}.{item.get('what')}" if list_name == "stores" else str(item.get("id"))


def fresh_names(document: Document) -> dict[str, str]:
    """Return a new name without meaning for every id of the document."""
    return {
        str(item["id"]): f"{stem}-{number}"
        for list_name, stem in _STEM.items()
        for number, item in enumerate(document.get(list_name, []), start=1)
    }


def rename(document: Document, names: Mapping[str, str]) -> Document:
    """Return a copy with other ids, wherever an id is named; words for people stay."""
    promises = {str(p.get("id")) for p in document.get("must_hold", [])}

    def end(text: str) -> str:
        head, dot, rest = text.partition(".")
        return head + dot + names.get(rest, rest) if dot else names.get(text, text)

    def place(text: str) -> str:
        parts = text.split(".")
        if parts[0] in LISTS and len(parts) > 1:
            parts[1] = names.get(parts[1], parts[1])
        return ".".join(parts)

    def payer(text: str) -> str:
        return names.get(text, text) if text in promises else place(text)

    by_key: dict[str, Callable[[str], str]] = dict.fromkeys(_ENDS, end)
    by_key |= {"where": place, "paid_by": payer, "id": lambda text: names.get(text, text)}
    made = copy.deepcopy(document)
    targets = made.get("needs", {}).get("targets", [])
    for item in (*(i for name in LISTS for i in made.get(name, [])), *targets):
        item |= {k: _each(v, by_key[k]) for k, v in item.items() if k in by_key}
    if "answers" in made:
        answers = ((key.partition("@"), told) for key, told in made["answers"].items())
        made["answers"] = {f"{probe}@{place(at)}": told for (probe, _, at), told in answers}
    return made


def reverse(document: Document) -> Document:
    """Return a copy with its lists in reverse order; nothing in it may point by number."""
    numbered = re.search(rf"(?:{'|'.join(LISTS)})\[\d", repr(document))
    if numbered:
        raise MutationError(f"{numbered[0]}…]: give the entry an id before the order changes")
    made = copy.deepcopy(document)
    made |= {name: made[name][::-1] for name in (*LISTS, "absent", "complete") if name in made}
    return made


def neutral(document: Document) -> Document:
    """Return the same design under names without meaning and in reverse order."""
    return reverse(rename(document, fresh_names(document)))


def _each(value: Any, other: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_each(v, other) for v in value]
    if isinstance(value, dict):
        return {k: _each(v, other) if k == "value" else v for k, v in value.items()}
    return other(value) if isinstance(value, str) else value


def _set(document: Document, operation: Document) -> None:
    node, key = _locate(document, str(operation["at"]), make=True)
    missing = key not in node if isinstance(node, dict) else False
    if not missing and node[key] == operation["value"]:
        raise MutationError(f"set {operation['at']}: it is {node[key]!r} already")
    node[key] = operation["value"]


def _remove(document: Document, operation: Document) -> None:
    node, key = _locate(document, str(operation["at"]), make=False)
    if isinstance(node, dict) and key not in node:
        raise MutationError(f"remove {operation['at']}: there is no {key}")
    del node[key]


def _add(document: Document, operation: Document) -> None:
    name, item = str(operation["to"]), operation["item"]
    if name not in LISTS:
        raise MutationError(f"add to {name}: one of {', '.join(LISTS)}")
    items = document.setdefault(name, [])
    if any(name_of(name, i) == name_of(name, item) for i in items):
        raise MutationError(f"add to {name}: {name_of(name, item)} is there already")
    items.append(item)


def _drop(document: Document, operation: Document) -> None:
    name, id_ = str(operation["from"]), str(operation["id"])
    items = document.get(name, [])
    kept = [i for i in items if name_of(name, i) != id_]
    if name not in LISTS or len(kept) == len(items):
        raise MutationError(f"drop from {name}: there is no {id_}")
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
        rest = rest[len(name_of(head, node)) + 1 :]
    keys = [int(number) if number else word for word, number in _KEY.findall(rest or "")]
    keys = keys if head in LISTS else [head, *keys]
    if not keys:
        raise MutationError(f"{at}: names a whole entry; use add or drop")
    for key in keys[:-1]:
        if make and isinstance(node, dict) and key not in node:
            node[key] = {}
        node = _inside(node, key, at)
    if not isinstance(node, dict | list):
        raise MutationError(f"{at}: {node!r} holds no {keys[-1]}")
    if isinstance(node, list):
        _inside(node, keys[-1], at)
    return node, keys[-1]


def _inside(node: Any, key: Any, at: str) -> Any:
    try:
        return node[key]
    except (KeyError, IndexError, TypeError) as error:
        raise MutationError(f"{at}: there is no {key}") from error
