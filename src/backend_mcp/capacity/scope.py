"""What an expression sees: the facts of a design or of one item, derived ones included.

Values are worked out when first asked for and kept, so that a review pays only for what it uses.
"""

from collections.abc import Callable, Iterator
from functools import reduce
from math import inf
from operator import or_
from typing import Any, Final, TypeVar

from backend_mcp.capacity.facts import Facts
from backend_mcp.capacity.registry import DERIVED
from backend_mcp.model.design import Design, Item
from backend_mcp.model.fact import UNKNOWN, Conflict, Fact
from backend_mcp.model.form import ACTORS, Amount, Flag, Word
from backend_mcp.model.form_design import WALKED
from backend_mcp.model.kleene import Predicate
from backend_mcp.model.knowledge import Numbers
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.table import Rows, Table
from backend_mcp.model.vocabulary import REFERENCES, RELATED

_T = TypeVar("_T")
_WHOLE: Final = ("context", "load", "data", "needs", "practices", "derived")
"""Where the facts of the whole design stand."""
_TELLING: Final = {
    name: tuple(
        k.name for k in record.keys if k.name == "technology" or isinstance(k.type, Word | Flag)
    )
    for name, record in WALKED.items()
}
"""Keys of each list whose values are words of the form, or products: nobody's names, and no prose."""
_PLACES: Final = ("id", "at")
"""Names that every item has without a fact that says so."""


class DesignScope(Facts):
    """The whole design."""

    def __init__(self, design: Design, numbers: Numbers) -> None:
        super().__init__("", "", design.facts)
        self.design = design
        self.numbers = numbers
        self.conflicts: list[Conflict] = []
        self.items: dict[str, tuple[ItemScope, ...]] = {
            name: tuple(ItemScope(self, item) for item in sorted(items, key=_by_place))
            for name, items in design.lists.items()
        }
        self.table, self.row = Table((self,)), 1
        self.tables = {"": self.table, **{name: Table(found) for name, found in self.items.items()}}
        for name, found in self.items.items():
            for number, item in enumerate(found):
                item.table, item.row = self.tables[name], 1 << number
        self._once: dict[Callable[[DesignScope], Any], Any] = {}
        self._by_id = {name: {s.item.id: s for s in found} for name, found in self.items.items()}
        self._by_place = {s.place: s for found in self.items.values() for s in found}
        self._incoming = _by_end(self.items["flows"], "to")
        self._outgoing = _by_end(self.items["flows"], "from")
        self._stored = _by_end(self.items["stores"], "in")
        self._of_kinds: dict[tuple[str, ...], tuple[ItemScope, ...]] = {}

    def worked_out(self) -> tuple[Fact, ...]:
        """Return the derived quantities that the facts allow, by name, nothing and anything left out.

        Those of the whole design, its flows, stores and targets; what is worked out for a component
        feeds the ladders, and stands in the capabilities.
        """
        found = [
            view.derived(name)
            for (of, name), derivation in DERIVED.items()
            if of != "components" and isinstance(derivation.type, Amount)
            for view in (self.items[of] if of else (self,))
        ]
        return tuple(
            sorted((f for f in found if f is not None and _tells(f)), key=lambda f: f.path)
        )

    def where(self, name: str, predicate: Predicate) -> "Iterator[ItemScope | DesignScope]":
        """Return the items of a list, or the design for none, of which a predicate is surely true."""
        table = self.tables[name]
        return table.at(predicate.over(table, table.all)[0])  # type: ignore[return-value]

    def once(self, function: "Callable[[DesignScope], _T]") -> _T:
        """Return what a function makes of the document, made once for all items that ask for it."""
        if function not in self._once:
            self._once[function] = function(self)
        found: _T = self._once[function]
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

    def walk(self, name: str) -> tuple[Table, Rows, bool]:
        """Return the items of a list, and whether it is declared complete."""
        table = self.tables[name]
        return table, table.all, name in self.design.complete

    def lacks(self, word: str) -> bool:
        """Whether the design says that this kind or technology is not there."""
        return word in self.design.absent

    def owns(self, path: str) -> bool:
        """Whether a fact can only be what the document says."""
        return not path.startswith("derived.")

    def shares(self, _: str) -> bool:
        """Whether a fact is the same for all rows: there is no other row."""
        return False

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
        return self._incoming.get(id_, ())

    def outgoing(self, id_: str) -> "tuple[ItemScope, ...]":
        """Return the flows that start at a component or an outside actor."""
        return self._outgoing.get(id_, ())

    def stored(self, id_: str) -> "tuple[ItemScope, ...]":
        """Return the stores in a component."""
        return self._stored.get(id_, ())

    def referred(self, list_name: str, id_: str) -> "ItemScope | None":
        """Return an item by its id or place within one list."""
        return self._by_id[list_name].get(id_) or self._by_place.get(id_)


class ItemScope(Facts):
    """One item: its own keys are bare names, its references lead on, the rest is the design's."""

    __slots__ = ("_ends", "_walks", "item", "kind", "whole")

    def __init__(self, whole: DesignScope, item: Item) -> None:
        super().__init__(item.list, item.place, item.facts)
        self.whole = whole
        self.item = item
        self.kind = item.word("kind")
        self._walks: dict[str, Rows] = {}
        self._ends: dict[str, ItemScope | None] = {}

    def _find(self, path: str) -> Fact | None:
        head, _, rest = path.partition(".")
        if not rest:
            return self._name(path)
        if head in REFERENCES[self.of]:
            return self._referred(head, rest)
        return self.whole.get(path) if head in _WHOLE else None

    def owns(self, path: str) -> bool:
        """Whether a fact can only be what the document says of the item."""
        head, _, rest = path.partition(".")
        if not rest:
            return path not in _PLACES
        return head not in _WHOLE and head not in REFERENCES[self.of]

    def shares(self, path: str) -> bool:
        """Whether a fact is the whole design's, and the same for all items of a list."""
        head, _, rest = path.partition(".")
        return bool(rest) and head in _WHOLE and (self.of, rest) not in DERIVED

    def said(self) -> tuple[str, ...]:
        """Order equals by the words of the form that a document says of them, and by no name that it gives."""
        facts = self.item.facts
        return tuple(f"{k} {facts[k].value!r}" for k in _TELLING[self.of] if k in facts)

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
        if key not in self._ends:
            self._ends[key] = self._end(key, REFERENCES[self.of][key])
        return self._ends[key]

    def _end(self, key: str, target: str) -> "ItemScope | None":
        for id_ in self.item.words(key):
            found = self.whole.referred(target, id_)
            if found is not None and found.item.list == target:
                return found
        return None

    def walk(self, name: str) -> tuple[Table, Rows, bool]:
        """Return a list of the whole design, or the rows of one that belong to this item."""
        if name not in RELATED.get(self.of, {}):
            return self.whole.walk(name)
        of = RELATED[self.of][name]
        if name not in self._walks:
            self._walks[name] = reduce(or_, (item.row for item in self.related(name)), 0)
        return self.whole.tables[of], self._walks[name], of in self.whole.design.complete

    def related(self, name: str) -> "tuple[ItemScope, ...]":
        """Return what belongs to this component: `stored` in it, `incoming` or `outgoing`."""
        if name == "stored":
            return self.whole.stored(self.item.id)
        if name == "incoming":
            return self.whole.incoming(self.item.id)
        return self.whole.outgoing(self.item.id)

    def lacks(self, word: str) -> bool:
        """Whether the design says that this kind or technology is not there."""
        return self.whole.lacks(word)

    def name(self, path: str) -> str:
        """Return the whole path of a fact that is not there."""
        head, _, rest = path.partition(".")
        if rest and head in REFERENCES[self.of]:
            referred = self.referred(head)
            return referred.name(rest) if referred is not None else f"{self.place}.{head}"
        whole = head in ("context", "load", "data", "needs", "practices", "complete")
        return path if whole else f"{self.place}.{path}"


def _by_end(items: tuple[ItemScope, ...], key: str) -> dict[str, tuple[ItemScope, ...]]:
    """Return the items by the ids that they name at a key."""
    found: dict[str, list[ItemScope]] = {}
    for item in items:
        for id_ in item.item.words(key):
            found.setdefault(id_, []).append(item)
    return {id_: tuple(named) for id_, named in found.items()}


def _by_place(item: Item) -> tuple[bool, int, str]:
    """Sort by name, so that the order in a document changes nothing; nameless entries keep theirs."""
    nameless = item.place.endswith("]")
    return nameless, len(item.place) if nameless else 0, item.place


def _tells(fact: Fact) -> bool:
    """Whether a quantity is less than anything, and, of one item among many, more than nothing."""
    value = fact.value
    if not isinstance(value, Quantity) or value.low > 0:
        return True
    return value.high < inf and (value.high > 0 or fact.path.startswith("derived."))
