"""Ids that lead from one entry to another: resolved where they fit, noted where they lead nowhere."""

import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from backend_mcp.model.design import Item, identifier
from backend_mcp.model.fact import UNKNOWN, Fact
from backend_mcp.model.form import Refs
from backend_mcp.model.form_design import WALKED
from backend_mcp.reading.values import Receipt
from backend_mcp.tree import Raw

_INDEXED: Final = re.compile(r"(components|flows|stores|must_hold)\[(\d{1,3})\]\Z")


def resolve_places(
    lists: dict[str, tuple[Item, ...]], gone: frozenset[str], receipt: Receipt
) -> None:
    """Check every reference of every item, and drop what points nowhere, with a line of receipt.

    What points to a part that the design removes goes with it, in silence.
    """
    known = _Known(lists)
    for name, items in lists.items():
        keys = [(k.name, k.type) for k in WALKED[name].keys if isinstance(k.type, Refs)]
        kept = (_resolved(item, keys, known, gone, receipt) for item in items)
        lists[name] = tuple(item for item in kept if item is not None)
    lists["components"] = _without_circles(lists["components"], receipt)


def _without_circles(parts: tuple[Item, ...], receipt: Receipt) -> tuple[Item, ...]:
    """Drop, with a line of receipt, the `in` of each part that would live inside of itself."""
    hosts = {p.id: p.word("in") for p in parts}
    found = []
    for part in parts:
        at, inside = hosts[part.id], set()
        while at and at not in inside:
            inside.add(at)
            at = hosts.get(at, "")
        if part.id in inside:
            line = receipt.line_of.get(f"{part.place}.in", 0)
            receipt.note(
                f"{part.place}.in",
                Raw(part.word("in"), line),
                "a part that does not live in this one",
            )
            part = replace(part, facts={k: f for k, f in part.facts.items() if k != "in"})
        found.append(part)
    return tuple(found)


def store_place(facts: Mapping[str, Fact], fallback: str) -> str:
    """Return how answers name a data set: by the part that it lies in, and what it is."""
    inside, what = facts.get("in"), facts.get("what")
    if inside is None or what is None or not isinstance(inside.value, str):
        return fallback
    return f"stores.{identifier(inside.value)}.{identifier(what.said)}"


class _Known:
    """What an id or a place may name."""

    def __init__(self, lists: Mapping[str, tuple[Item, ...]]) -> None:
        self.components = {c.id for c in lists["components"]}
        self.flows = {f.id for f in lists["flows"]}
        self.lists = lists
        self.places = {i.place: i.place for name in WALKED for i in lists[name]}

    def find(self, ref: str, type_: Refs) -> str:
        """Return what `ref` names, or an empty string."""
        if ref in type_.words:
            return ref
        if type_.to in ("component", "end"):
            bare = ref.removeprefix("components.")
            return bare if bare in self.components else ""
        if type_.to == "flow":
            bare = ref.removeprefix("flows.")
            return bare if bare in self.flows else ""
        return self.places.get(ref) or self._indexed(ref)

    def _indexed(self, ref: str) -> str:
        found = _INDEXED.match(ref)
        if found is None:
            return ""
        items = self.lists[found[1]]
        index = int(found[2])
        return items[index].place if index < len(items) else ""

    def suggestion(self, ref: str, type_: Refs) -> str:
        """Say what `ref` may have meant."""
        if type_.to == "place":
            names = list(self.places)
            ends = [p for p in names if p.rpartition(".")[2] == ref.rpartition(".")[2]]
            near = ends or get_close_matches(ref, names, n=1, cutoff=0.6)
            return f"{near[0]}?" if near else "flows.<id>, components.<id> or stores.<in>.<what>"
        names = [*(self.flows if type_.to == "flow" else self.components), *type_.words]
        near = get_close_matches(ref, names, n=1, cutoff=0.6)
        if near:
            return f"{near[0]}?"
        words = ", ".join(type_.words)
        article = "an" if type_.to == "end" else "a"
        return f"the id of {article} {type_.to}{' or ' + words if words else ''}, or unknown"


def _resolved(
    item: Item,
    keys: list[tuple[str, Refs]],
    known: _Known,
    gone: frozenset[str],
    receipt: Receipt,
) -> Item | None:
    facts: dict[str, Fact] | None = None
    for key, type_ in keys:
        fact = item.facts.get(key)
        if fact is None or fact.value is UNKNOWN:
            continue
        given = fact.value if isinstance(fact.value, tuple) else (str(fact.value),)
        refs = tuple(identifier(ref) for ref in given)
        leads = key in ("from", "to") or (key == "in" and item.list == "stores")
        if leads and gone.intersection(refs):
            return None
        found = []
        for ref in refs:
            name = known.find(ref, type_)
            if name:
                found.append(name)
            elif ref not in gone and ref != "unknown":
                line = receipt.line_of.get(fact.path, 0)
                receipt.note(fact.path, Raw(ref, line), known.suggestion(ref, type_))
        value = found[0] if len(found) == 1 else tuple(found)
        if found and value == fact.value:
            continue
        facts = dict(item.facts) if facts is None else facts
        if found:
            facts[key] = fact._replace(value=value)
        else:
            del facts[key]
    return item if facts is None else replace(item, facts=facts)
