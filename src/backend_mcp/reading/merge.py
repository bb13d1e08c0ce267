"""A change laid over its base by id: what is said anew wins, what is not said stays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from backend_mcp.model.design import Change, Design, Item
from backend_mcp.model.fact import Conflict, Fact, settle
from backend_mcp.model.form import ACTORS, SECTIONS, THERE, Refs
from backend_mcp.model.form_design import LISTS, WALKED

_SECTIONS: Final = {"", "practices", *SECTIONS}
"""What holds facts of their own, and is no record that is told as one."""
REMOVED: Final = "removed"


@dataclass(frozen=True, slots=True)
class Base:
    """What a document is laid over; `accepted` when it is how the system stands today.

    Parts of an accepted base are existing; those of an earlier proposal keep their status.
    """

    design: Design
    accepted: bool
    name: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """An entry that speaks of a part as if the base held it, and what would be right."""

    place: str
    got: str
    want: str


@dataclass(frozen=True, slots=True)
class Laid:
    """The merged lists and facts, what the change does, and what contradicts."""

    facts: dict[str, Fact]
    lists: dict[str, tuple[Item, ...]]
    change: Change
    conflicts: tuple[Conflict, ...]
    strangers: tuple[Stranger, ...]


def lay(facts: dict[str, Fact], lists: dict[str, tuple[Item, ...]], base: Base) -> Laid:
    """Lay the facts and lists of a change over a base."""
    merged, conflicts = _facts(base.design.facts, facts)
    held = {c.id for c in base.design.components}
    laid: dict[str, tuple[Item, ...]] = {}
    found = list(conflicts)
    for name in LISTS:
        old = base.design.lists[name]
        if name == "components" and base.accepted:
            old = tuple(_existing(c) for c in old)
        laid[name], more = _items(old, lists[name], name == "components" and base.accepted)
        found += more
    laid["targets"] = lists["targets"] or base.design.lists["targets"]
    new = lists["components"]
    change = Change(
        added=tuple(c.id for c in new if c.id not in held and c.word("status") != REMOVED),
        changed=tuple(c.id for c in new if c.id in held and c.word("status") != REMOVED),
        removed=tuple(c.id for c in new if c.id in held and c.word("status") == REMOVED),
        flows=len(lists["flows"]),
    )
    return Laid(merged, laid, change, tuple(found), tuple(_strangers(lists, base)))


def without_removed(lists: Mapping[str, tuple[Item, ...]]) -> dict[str, tuple[Item, ...]]:
    """Return the flows, stores and promises that no document says are removed; parts go with what is in them."""
    return {
        name: items
        if name == "components"
        else tuple(i for i in items if i.word("status") != REMOVED)
        for name, items in lists.items()
    }


def _strangers(lists: Mapping[str, tuple[Item, ...]], base: Base) -> Iterator[Stranger]:
    """Name the parts and flows that are given as if the base held them."""
    held = [c.id for c in base.design.components]
    spoken = THERE if base.accepted else (REMOVED,)
    for c in lists["components"]:
        status = c.word("status")
        gone = status == REMOVED and not get_close_matches(c.id, held, n=1, cutoff=0.8)
        if status in spoken and c.id not in held and not gone:
            other = "" if status == REMOVED else ", or status: new"
            want = f"{_near(c.id, held)}{other}; {base.name} holds no {c.id}"
            yield Stranger(f"{c.place}.status", status, want)
    flows = [f.id for f in base.design.flows]
    for f in lists["flows"]:
        endless = not f.words("from") and not f.words("to") and f.word("status") != REMOVED
        if endless and "[" not in f.place and f.id not in flows:
            want = f"{_near(f.id, flows)}, or from and to; {base.name} holds no flow {f.id}"
            yield Stranger(f.place, f.id, want)


def _near(id_: str, held: list[str]) -> str:
    near = get_close_matches(id_, held, n=1, cutoff=0.6)
    return f"{near[0]}?" if near else "an id that it holds"


def touches(lists: dict[str, tuple[Item, ...]], base: Design, name: str = "") -> bool:
    """Whether a document speaks of any part of a base; one that speaks of none is a design by itself.

    So is one of another name that changes and removes nothing and names no part that it does not hold.
    """
    if name and name != base.name and _whole(lists):
        return False
    held = {c.id for c in base.components}
    places = {i.place for items in base.lists.values() for i in items}
    if any(i.place in places for items in lists.values() for i in items):
        return True
    return bool(_named(lists) & (held | {_bare(p) for p in places}))


def _whole(lists: dict[str, tuple[Item, ...]]) -> bool:
    """Whether a document stands by itself: all that it names is in it, and nothing is said to change."""
    own = {i.id for items in lists.values() for i in items}
    own |= {_bare(i.place) for items in lists.values() for i in items}
    moved = any(c.word("status") in ("changed", REMOVED) for c in lists["components"])
    return not moved and _named(lists) - own <= {*ACTORS, "unknown"}


def _bare(word: str) -> str:
    """Return a reference without the list that it may lead with."""
    return word.removeprefix("components.").removeprefix("flows.")


def _named(lists: dict[str, tuple[Item, ...]]) -> set[str]:
    """Return every id that the entries of a document refer to."""
    keys = {name: [k.name for k in WALKED[name].keys if isinstance(k.type, Refs)] for name in LISTS}
    return {
        _bare(word)
        for name, refs in keys.items()
        for item in lists[name]
        for key in refs
        for word in item.words(key)
    }


def still_absent(base: Design | None, components: tuple[Item, ...]) -> frozenset[str]:
    """Return what the base said is not there, less what the change now adds."""
    if base is None:
        return frozenset()
    there = {w for c in components for w in (c.word("kind"), *c.words("technology"))}
    return base.absent - there


def renamed(item: Item, place: str) -> Item:
    """Return an item at another place, its facts with it."""
    lead = len(item.place)
    facts = {k: f._replace(path=place + f.path[lead:]) for k, f in item.facts.items()}
    return replace(item, id=place if item.id == item.place else item.id, place=place, facts=facts)


def _existing(item: Item) -> Item:
    status = Fact(f"{item.place}.status", "existing", "proposed", "stands in the base")
    return replace(item, facts={**item.facts, "status": status})


def _items(
    old: tuple[Item, ...], new: tuple[Item, ...], accepted: bool
) -> tuple[tuple[Item, ...], tuple[Conflict, ...]]:
    """Merge by place; entries without an id of their own are added, never laid over others."""
    given = {i.place: i for i in new if "[" not in i.place}
    nameless = [i for i in new if "[" in i.place]
    merged: list[Item] = []
    conflicts: list[Conflict] = []
    for item in old:
        over = given.pop(item.place, None)
        if over is None:
            merged.append(replace(item, line=0))
            continue
        facts, more = _facts(item.facts, over.facts)
        conflicts += more
        if accepted and "status" not in over.facts:
            facts["status"] = Fact(f"{item.place}.status", "changed", "proposed", "given anew")
        merged.append(replace(item, facts=facts, line=over.line))
    merged += (i for i in given.values() if i.list == "components" or i.word("status") != REMOVED)
    for item in nameless:
        merged.append(renamed(item, f"{item.list}[{len(merged)}]"))
    return tuple(merged), tuple(conflicts)


def _facts(
    old: Mapping[str, Fact], new: Mapping[str, Fact]
) -> tuple[dict[str, Fact], tuple[Conflict, ...]]:
    """Merge facts by path: what the design says of itself is replaced, the situation is settled."""
    told = {_record(path) for path, fact in new.items() if fact.known} - _SECTIONS
    open_ = {r for r in told if not any(f.known for p, f in old.items() if _record(p) == r)}
    merged = {path: fact for path, fact in old.items() if _record(path) not in open_}
    conflicts = []
    for path, fact in new.items():
        held = merged.get(path)
        if held is None or fact.basis == "proposed" or not held.known:
            merged[path] = fact
            continue
        used, conflict = settle(fact, held)
        merged[path] = used or fact
        if conflict is not None and used is held:
            conflicts.append(conflict)
    return merged, tuple(conflicts)


def _record(path: str) -> str:
    """Return the record that a fact stands in; one of which nothing was known is told anew whole."""
    return path.rpartition(".")[0]
