"""What an expression sees: the facts of a design or of one item, derived ones included.

Values are worked out when first asked for and kept, so that a review pays only for what it uses.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from backend_mcp.capacity.registry import DERIVED, Derivation
from backend_mcp.model.design import Design, Item
from backend_mcp.model.fact import UNKNOWN, Conflict, Fact
from backend_mcp.model.form import ACTORS
from backend_mcp.model.knowledge import Numbers
from backend_mcp.model.vocabulary import REFERENCES, RELATED

_T = TypeVar("_T")


class DesignScope:
    """The whole design."""

    place = ""

    def __init__(self, design: Design, numbers: Numbers) -> None:
        self.design = design
        self.numbers = numbers
        self.conflicts: list[Conflict] = []
        self.supposed: Fact | None = None
        self._derived: dict[str, Fact | None] = {}
        self.items: dict[str, tuple[ItemScope, ...]] = {
            name: tuple(ItemScope(self, item) for item in items)
            for name, items in design.lists.items()
        }
        self._by_id = {name: {s.item.id: s for s in found} for name, found in self.items.items()}
        self._by_place = {s.place: s for found in self.items.values() for s in found}
        self._incoming: dict[str, list[ItemScope]] = {}
        self._outgoing: dict[str, list[ItemScope]] = {}
        for flow in self.items["flows"]:
            for id_ in flow.item.words("to"):
                self._incoming.setdefault(id_, []).append(flow)
            for id_ in flow.item.words("from"):
                self._outgoing.setdefault(id_, []).append(flow)

    def assuming(self, fact: Fact, question: "Callable[[], _T]") -> "_T":
        """Answer a question as if one fact were known; nothing derived from it is worked out anew."""
        self.supposed = fact
        try:
            return question()
        finally:
            self.supposed = None

    def get(self, path: str) -> Fact | None:
        """Return the fact at a whole path, derived ones included."""
        if self.supposed is not None and self.supposed.path == path:
            return self.supposed
        if path.startswith("derived."):
            return self.derived(path[8:])
        fact = self.design.facts.get(path)
        if fact is None and path.startswith("practices.") and "practices" in self.design.complete:
            return Fact(path, False, "proposed", "not listed, and the list is complete")
        return fact

    def derived(self, name: str) -> Fact | None:
        """Return a derived fact of the whole design."""
        if name not in self._derived:
            self._derived[name] = None  # whoever asks for itself on the way gets nothing
            self._derived[name] = _derive(DERIVED.get(("", name)), self, f"derived.{name}")
        return self._derived[name]

    def walk(self, name: str) -> "tuple[tuple[ItemScope, ...], bool]":
        """Return the items of a list, and whether it is declared complete."""
        return self.items[name], name in self.design.complete

    def lacks(self, word: str) -> bool:
        """Whether the design says that this kind or technology is not there."""
        return word in self.design.absent

    def name(self, path: str) -> str:
        """Return the whole path of a fact that is not there."""
        return path

    def component(self, id_: str) -> "ItemScope | None":
        """Return the component of that id."""
        return self._by_id["components"].get(id_)

    def at(self, place: str) -> "ItemScope | None":
        """Return the item at a place, by its id or its whole path."""
        return self._by_place.get(place)

    def incoming(self, id_: str) -> "tuple[ItemScope, ...]":
        """Return the flows that lead to a component or an outside actor."""
        return tuple(self._incoming.get(id_, ()))

    def outgoing(self, id_: str) -> "tuple[ItemScope, ...]":
        """Return the flows that start at a component or an outside actor."""
        return tuple(self._outgoing.get(id_, ()))

    def referred(self, list_name: str, id_: str) -> "ItemScope | None":
        """Return an item by its id or place within one list."""
        return self._by_id[list_name].get(id_) or self._by_place.get(id_)


class ItemScope:
    """One item: its own keys are bare names, its references lead on, the rest is the design's."""

    __slots__ = ("_cache", "_walks", "item", "place", "whole")

    def __init__(self, whole: DesignScope, item: Item) -> None:
        self.whole = whole
        self.item = item
        self.place = item.place
        self._cache: dict[str, Fact | None] = {}
        self._walks: dict[str, tuple[tuple[ItemScope, ...], bool]] = {}

    def get(self, path: str) -> Fact | None:
        """Return the fact at a path as seen from this item."""
        supposed = self.whole.supposed
        if supposed is not None:
            if supposed.path == f"{self.place}.{path}":
                return supposed
            return self.item.facts.get(path) or self._find(path)
        own = self.item.facts.get(path)
        if own is not None:
            return own
        if path not in self._cache:
            self._cache[path] = None
            self._cache[path] = self._find(path)
        return self._cache[path]

    def derived(self, name: str) -> Fact | None:
        """Return a derived fact of this item."""
        return self.get(f"derived.{name}")

    def _find(self, path: str) -> Fact | None:
        head, _, rest = path.partition(".")
        if head == "derived" and (self.item.list, rest) in DERIVED:
            return _derive(DERIVED[self.item.list, rest], self, f"{self.place}.{path}")
        if path == "id":
            return Fact(f"{self.place}.id", self.item.id, "proposed")
        if path == "at":
            return Fact(f"{self.place}", self.place, "proposed")
        if rest and head in REFERENCES[self.item.list]:
            return self._referred(head, rest)
        if head in ("context", "load", "data", "needs", "practices", "derived"):
            return self.whole.get(path)
        return None

    def _referred(self, key: str, rest: str) -> Fact | None:
        fact = self.item.facts.get(key)
        if fact is None or fact.value is UNKNOWN:
            return fact
        ids = fact.value if isinstance(fact.value, tuple) else (str(fact.value),)
        if rest == "kind" and ids[0] in ACTORS:
            return Fact(fact.path, ids[0], fact.basis)
        found = self.referred(key)
        return found.get(rest) if found is not None else None

    def referred(self, key: str) -> "ItemScope | None":
        """Return the first item of the right list that a reference leads to."""
        target = REFERENCES[self.item.list][key]
        for id_ in self.item.words(key):
            found = self.whole.referred(target, id_)
            if found is not None and found.item.list == target:
                return found
        return None

    def walk(self, name: str) -> "tuple[tuple[ItemScope, ...], bool]":
        """Return a list of the whole design, or one that belongs to this item."""
        if name not in RELATED.get(self.item.list, {}):
            return self.whole.walk(name)
        if name not in self._walks:
            self._walks[name] = (
                tuple(self._related(name)),
                RELATED["components"][name] in self.whole.design.complete,
            )
        return self._walks[name]

    def _related(self, name: str) -> "Iterator[ItemScope]":
        if name == "stored":
            yield from (s for s in self.whole.items["stores"] if self.item.id in s.item.words("in"))
        elif name == "incoming":
            yield from self.whole.incoming(self.item.id)
        else:
            yield from self.whole.outgoing(self.item.id)

    def lacks(self, word: str) -> bool:
        """Whether the design says that this kind or technology is not there."""
        return self.whole.lacks(word)

    def name(self, path: str) -> str:
        """Return the whole path of a fact that is not there."""
        head = path.partition(".")[0]
        whole = head in ("context", "load", "data", "needs", "practices")
        return path if whole else f"{self.place}.{path}"

    @property
    def kind(self) -> str:
        """The component's kind, or an empty string."""
        return self.item.word("kind")


def _derive(
    derivation: Derivation | None, scope: "DesignScope | ItemScope", path: str
) -> Fact | None:
    if derivation is None:
        return None
    made = derivation.function(scope)
    if made is None:
        return None
    return Fact(path, made.value, made.basis, made.note, made.formula or derivation.formula)
