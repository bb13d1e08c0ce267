"""Changes to a document: one value at a place, other names, other words, another order."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.laws.pieces import Document

LISTS = ("components", "flows", "must_hold", "stores")
SECTIONS = ("context", "load", "data", "needs", "practices")
_NAMING = ("from", "to", "in", "enforced_by", "where", "paid_by")
Path = tuple[str | int, ...]


def with_value(document: Document, path: Path, value: Any) -> Document:
    """Return the document with another value at a path; what is missing on the way is made."""
    made = copy.deepcopy(document)
    node: Any = made
    for key in path[:-1]:
        if isinstance(node, dict) and not isinstance(node.get(key), dict | list):
            node[key] = {"value": node[key]} if key in node else {}
        node = node[key]
    if isinstance(node.get(path[-1]), dict) and "value" in node[path[-1]]:
        node, path = node[path[-1]], ("value",)
    node[path[-1]] = value
    return made


def leaves(node: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every scalar, and of every list that holds scalars."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*path, key))
    elif isinstance(node, list) and any(isinstance(v, dict) for v in node):
        for index, value in enumerate(node):
            yield from leaves(value, (*path, index))
    else:
        yield path


def place_of(document: Document, path: Path) -> str:
    """Return the path of the fact that a path of the document leads to."""
    name, rest = path[0], path[1:]
    if name in LISTS and rest:
        place = place_of_item(str(name), int(rest[0]), document[name][rest[0]])
        rest = rest[1:]
    else:
        place = str(name)
    return ".".join([place, *(str(p) for p in rest if p != "value")])


def place_of_item(name: str, index: int, item: Mapping[str, Any]) -> str:
    """Return the place of an entry of a list."""
    if name == "stores":
        return f"stores.{item.get('in')}.{item.get('what')}"
    return f"{name}.{item['id']}" if "id" in item else f"{name}[{index}]"


def path_at(document: Document, place: str) -> Path | None:
    """Return the path of an entry of a list by its place, or of a section's key."""
    for name in LISTS:
        entries = document.get(name, [])
        for index, item in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(item, dict) and place_of_item(name, index, item) == place:
                return (name, index)
    head, *rest = place.split(".")
    target = re.fullmatch(r"targets\[(\d+)\]", ".".join(rest))
    if target is not None:
        return (head, "targets", int(target[1]))
    return (head, *rest) if head in SECTIONS and rest else None


def ids(document: Document) -> list[str]:
    """Return every id that a document gives."""
    return [e["id"] for name in LISTS for e in document.get(name, []) if "id" in e]


def renamed(document: Document, names: Mapping[str, str]) -> Document:
    """Return the document with other ids, wherever they are named."""
    word = re.compile("|".join(rf"(?<![\w-]){re.escape(n)}(?![\w-])" for n in names) or "(?!)")

    def other(text: str) -> str:
        return word.sub(lambda found: names[found[0]], text)

    made = copy.deepcopy(document)
    for name in LISTS:
        for entry in made.get(name, []):
            for key in _NAMING:
                entry |= {key: _each(entry[key], other)} if key in entry else {}
            entry |= {"id": names[entry["id"]]} if "id" in entry else {}
    made |= (
        {"answers": {other(k): v for k, v in made["answers"].items()}} if "answers" in made else {}
    )
    for target in _targets(made):
        target |= {"flows": _each(target["flows"], other)} if "flows" in target else {}
    return made


def _targets(document: Document) -> list[dict[str, Any]]:
    needs = document.get("needs")
    targets = needs.get("targets", []) if isinstance(needs, dict) else []
    return [t for t in (targets if isinstance(targets, list) else [targets]) if isinstance(t, dict)]


def _each(value: Any, other: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_each(v, other) for v in value]
    return other(value) if isinstance(value, str) else value


def reordered(document: Document, pick: Any) -> Document:
    """Return the document with its lists in another order."""
    made = dict(document)
    for name in (*LISTS, "absent", "complete"):
        if isinstance(made.get(name), list):
            made[name] = pick.sample(made[name], len(made[name]))
    return made


def rekeyed(node: Any, pick: Any) -> Any:
    """Return a value with the keys of all mappings in another order."""
    if isinstance(node, dict):
        return {k: rekeyed(node[k], pick) for k in pick.sample(list(node), len(node))}
    return [rekeyed(v, pick) for v in node] if isinstance(node, list) else node


def scaled(value: Any, factor: float) -> Any:
    """Return an amount (`8`, `8..80/s`, written short or long) times a factor."""
    if isinstance(value, dict):
        return {**value, "value": scaled(value["value"], factor)}
    if isinstance(value, str):
        amount, slash, unit = value.partition("/")
        number = re.compile(r"\d+(\.\d+)?")
        return number.sub(lambda m: f"{float(m[0]) * factor:.10f}", amount) + slash + unit
    return value * factor
