"""What an expression sees: the facts of a design or of one item, derived ones included.

Values are worked out when first asked for and kept, so that a review pays only for what it uses.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from backend_mcp.capacity.registry import DERIVED, Derivation
from backend_mcp.model.design import Design, Item
from backend_mcp.model.fact import UNKNOWN, Conflict, Fact
from backend_mcp.model.form import ACTORS, Amount
from backend_mcp.model.kleene import Predicate, Truth
from backend_mcp.model.knowledge import Numbers
from backend_mcp.model.vocabulary import REFERENCES, RELATED

_T = TypeVar("_T")


class _Facts:
    """Facts by path: those of the document at once, the others when they are first asked for."""

    __slots__ = ("_known",)

    def __init__(self, known: Mapping[str, Fact]) -> None:
        self._known: dict[str, Fact | None] = dict(known)

    def get(self, path: str) -> Fact | None:
        """Return the fact at a path as seen from here, derived ones included."""
        try:
            return self._known[path]
        except KeyError:
            self._known[path] = None  # whoever asks for itself on the way gets nothing
            found = self._known[path] = self._find(path)
            return found

    def derived(self, name: str) -> Fact | None:
        """Return a derived fact."""
        return self.get(f"derived.{name}")

    def supposing(self, path: str, fact: Fact, question: "Callable[[], _T]") -> "_T":
        """Answer a question as if one fact were known; what is derived already stays as it is."""
        held, remembered = self.get(path), self.remembered()
        kept = dict(remembered)
        remembered.clear()
        self._known[path] = fact
        try:
            return question()
        finally:
            self._known[path] = held
            remembered.clear()
            remembered.update(kept)

    def remembered(self) -> "dict[object, Truth]":
        """Return what is remembered of the lists of the whole design."""
        raise NotImplementedError

    def _find(self, path: str) -> Fact | None:
        raise NotImplementedError(path)


class DesignScope(_Facts):
    """The whole design."""

    place = ""

    def __init__(self, design: Design, numbers: Numbers) -> None:
        super().__init__(design.facts)
        self.design = design
        self.numbers = numbers
        self.conflicts: list[Conflict] = []
        self.items: dict[str, tuple[ItemScope, ...]] = {
            name: tuple(ItemScope(self, item) for item in sorted(items, key=_by_place))
            for name, items in design.lists.items()
        }
        self._by_id = {name: {s.item.id: s for s in found} for name, found in self.items.items()}
        self._by_place = {s.place: s for found in self.items.values() for s in found}
        self._incoming: dict[str, list[ItemScope]] = {}
        self._outgoing: dict[str, list[ItemScope]] = {}
        self._of_kinds: dict[tuple[str, ...], tuple[ItemScope, ...]] = {}
        self._remembered: dict[object, Truth] = {}
        for flow in self.items["flows"]:
            for id_ in flow.item.words("to"):
                self._incoming.setdefault(id_, []).append(flow)
            for id_ in flow.item.words("from"):
                self._outgoing.setdefault(id_, []).append(flow)

    def _find(self, path: str) -> Fact | None:
        if path.startswith("derived."):
            return _derive(DERIVED.get(("", path[8:])), self, path)
        return None

    def worked_out(self) -> tuple[Fact, ...]:
        """Return the derived quantities that the facts allow, by name.

        Those of the whole design, its flows, stores and targets; what is worked out for a component
        feeds the ladders, and stands in the capabilities.
        """
        found = [
            view.derived(name)
            for (of, name), derivation in DERIVED.items()
            if of != "components" and isinstance(derivation.type, Amount)
            for view in (self.items[of] if of else (self,))
        ]
        return tuple(sorted((f for f in found if f is not None), key=lambda f: f.path))

    def candidates(self, name: str, *predicates: Predicate) -> "tuple[ItemScope, ...]":
        """Return the items of a list for which not one of the predicates is surely false."""
        found = self.items[name]
        for predicate in predicates:
            if predicate.needs is not None:
                key, words = predicate.needs
                found = tuple(item for item in found if item.may_be(key, words))
        return found

    def of_kinds(self, kinds: tuple[str, ...]) -> "tuple[ItemScope, ...]":
        """Return the components of some kinds, existing ones first, then those that hold truth."""
        if kinds not in self._of_kinds:
            found = [c for c in self.items["components"] if c.kind in kinds]
            found.sort(
                key=lambda c: (c.item.word("status") != "existing", c.item.word("holds") != "truth")
            )
            self._of_kinds[kinds] = tuple(found)
        return self._of_kinds[kinds]

    def walk(self, name: str) -> "tuple[tuple[ItemScope, ...], bool]":
        """Return the items of a list, and whether it is declared complete."""
        return self.items[name], name in self.design.complete

    def lacks(self, word: str) -> bool:
        """Whether the design says that this kind or technology is not there."""
        return word in self.design.absent

    def remembered(self) -> "dict[object, Truth]":
        """Return what is remembered of the lists of the whole design."""
        return self._remembered

    def memory(self, _: str) -> "dict[object, Truth] | None":
        """Return what is remembered of a list."""
        return self._remembered

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


class ItemScope(_Facts):
    """One item: its own keys are bare names, its references lead on, the rest is the design's."""

    __slots__ = ("_walks", "item", "kind", "place", "whole")

    def __init__(self, whole: DesignScope, item: Item) -> None:
        super().__init__(item.facts)
        self.whole = whole
        self.item = item
        self.place = item.place
        self.kind = item.word("kind")
        self._walks: dict[str, tuple[tuple[ItemScope, ...], bool]] = {}

    def may_be(self, key: str, words: tuple[str, ...]) -> bool:
        """Whether one of the words stands at a key, or nothing is known of it."""
        fact = self._known.get(key)
        value = fact.value if fact is not None else UNKNOWN
        return not isinstance(value, str) or value in words

    def _find(self, path: str) -> Fact | None:
        if "." not in path:
            return self._name(path)
        head, _, rest = path.partition(".")
        if head == "derived" and (self.item.list, rest) in DERIVED:
            return _derive(DERIVED[self.item.list, rest], self, f"{self.place}.{path}")
        if head in REFERENCES[self.item.list]:
            return self._referred(head, rest)
        if head in ("context", "load", "data", "needs", "practices", "derived"):
            return self.whole.get(path)
        return None

    def _name(self, path: str) -> Fact | None:
        if path == "id":
            return Fact(f"{self.place}.id", self.item.id, "proposed")
        return Fact(self.place, self.place, "proposed") if path == "at" else None

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

    def remembered(self) -> "dict[object, Truth]":
        """Return what is remembered of the lists of the whole design."""
        return self.whole.remembered()

    def memory(self, name: str) -> "dict[object, Truth] | None":
        """Return what is remembered of a list, unless it belongs to this item."""
        return None if name in RELATED.get(self.item.list, {}) else self.whole.remembered()

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
        head, _, rest = path.partition(".")
        if rest and head in REFERENCES[self.item.list]:
            referred = self.referred(head)
            return referred.name(rest) if referred is not None else f"{self.place}.{head}"
        whole = head in ("context", "load", "data", "needs", "practices", "complete")
        return path if whole else f"{self.place}.{path}"


def _by_place(item: Item) -> tuple[bool, int, str]:
    """Sort by name, so that the order in a document changes nothing; nameless entries keep theirs."""
    nameless = item.place.endswith("]")
    return nameless, len(item.place) if nameless else 0, item.place


def _derive(
    derivation: Derivation | None, scope: "DesignScope | ItemScope", path: str
) -> Fact | None:
    if derivation is None:
        return None
    made = derivation.function(scope)
    if made is None:
        return None
    return Fact(path, made.value, made.basis, made.note, made.formula or derivation.formula)
