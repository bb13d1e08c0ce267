"""Evaluation in three values: true, false or unknown, with the atoms that decided."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import Final, NamedTuple, Protocol

from backend_mcp.errors import QuantityError
from backend_mcp.model.fact import UNKNOWN, Fact, Value
from backend_mcp.model.quantity import Quantity

Truth = bool | None


class Atom(NamedTuple):
    """One comparison that decided an outcome: the fact (None when silent), relation and bound.

    A tuple, since thousands of them are made and most are dropped.
    """

    scope: "Scope"
    name: str
    fact: Fact | None
    relation: str
    bound: str
    threshold: str = ""
    quantity: Quantity | None = None

    @property
    def path(self) -> str:
        """The whole path of the fact."""
        return self.fact.path if self.fact is not None else self.scope.name(self.name)

    @property
    def said_unknown(self) -> bool:
        """Whether the document says `unknown` here, rather than nothing."""
        return self.fact is not None and self.fact.value is UNKNOWN


Outcome = tuple[Truth, tuple[Atom, ...]]


class Scope(Protocol):
    """What an expression is evaluated over: the whole design, or one item within it."""

    @property
    def place(self) -> str:
        """How answers name it; empty for the whole design."""

    def get(self, path: str) -> Fact | None:
        """Return the fact at `path`, or None when nothing is said of it."""

    def walk(self, name: str) -> "tuple[Iterable[Scope], bool]":
        """Return the items of a list, and whether the list is declared complete."""

    def memory(self, name: str) -> "dict[object, Truth] | None":
        """Return what is remembered of a list of the whole design; None for an item's own list."""

    def name(self, path: str) -> str:
        """Return the whole path of a fact that is not there."""

    def lacks(self, word: str) -> bool:
        """Whether the design says that a kind, technology or practice is not there."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A bound expression: `truth` decides, and `atoms` explains what decided, when somebody asks.

    `needs` is an own key of an item and the words one of which it must have, so that whoever walks
    a list can pass over the items for which the expression is surely false.
    """

    truth: Callable[[Scope], Truth]
    atoms: Callable[[Scope], tuple[Atom, ...]]
    needs: tuple[str, tuple[str, ...]] | None = None

    def __call__(self, scope: Scope) -> Outcome:
        """Return the truth and what decided it."""
        return self.truth(scope), self.atoms(scope)


def _nothing(_: Scope) -> tuple[Atom, ...]:
    return ()


ALWAYS: Final = Predicate(lambda _: True, _nothing)
"""True everywhere: the predicate of an item that has none."""
NEVER: Final = Predicate(lambda _: False, _nothing)
"""False everywhere."""


def negate(truth: Truth) -> Truth:
    """Negate in three values."""
    return None if truth is None else not truth


def negated(inner: Predicate) -> Predicate:
    """Negate a predicate; its atoms stay."""
    return Predicate(lambda scope: negate(inner.truth(scope)), inner.atoms)


def joined(parts: list[Predicate], *, stop: bool) -> Predicate:
    """Join by `or` (stop at true) or by `and` (stop at false); unknown parts are gathered."""
    truths = [part.truth for part in parts]

    def truth(scope: Scope) -> Truth:
        open_end = False
        for part in truths:
            found = part(scope)
            if found is stop:
                return stop
            if found is None:
                open_end = True
        return None if open_end else not stop

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        found = [(part, part.truth(scope)) for part in parts]
        stopping = next((part for part, t in found if t is stop), None)
        if stopping is not None:
            return stopping.atoms(scope)
        open_ends = [part for part, t in found if t is None]
        return tuple(a for part in open_ends or parts for a in part.atoms(scope))

    needs = next((part.needs for part in parts if part.needs is not None), None)
    return Predicate(truth, atoms, None if stop else needs)


def walking(
    name: str, body: Predicate, kinds: frozenset[str], key: str, *, stop: bool
) -> Predicate:
    """Evaluate `any` (stop at true) or `all` (stop at false) over a list with an open end.

    `key` tells the expression apart; what it says of a list of the whole design is remembered.
    """

    def truth(scope: Scope) -> Truth:
        memory = scope.memory(name)
        if memory is None:
            return _walked(scope, name, body, kinds, stop)
        if key not in memory:
            memory[key] = _walked(scope, name, body, kinds, stop)
        return memory[key]

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        items, complete = scope.walk(name)
        found = [(item, body.truth(item)) for item in items]
        for item, t in found:
            if t is stop:
                return body.atoms(item)
        unknown = tuple(a for item, t in found if t is None for a in body.atoms(item))
        if unknown or _closed(scope, kinds, complete):
            return unknown
        return (Atom(scope, f"complete.{name}", None, "any" if stop else "all", "not said"),)

    return Predicate(truth, atoms)


def _walked(scope: Scope, name: str, body: Predicate, kinds: frozenset[str], stop: bool) -> Truth:
    items, complete = scope.walk(name)
    unknown = False
    for item in items:
        found = body.truth(item)
        if found is stop:
            return stop
        if found is None:
            unknown = True
    return None if unknown or not _closed(scope, kinds, complete) else not stop


def _closed(scope: Scope, kinds: frozenset[str], complete: bool) -> bool:
    """Whether nothing more can be in a list: it is complete, or what would count is absent."""
    return complete or (bool(kinds) and all(scope.lacks(kind) for kind in kinds))


def counting(
    name: str,
    body: Predicate,
    kinds: frozenset[str],
    relate: Callable[[Quantity, Quantity], Truth],
    bound: Quantity,
) -> Predicate:
    """Compare a count with a bound; an open end may hold any number more."""

    def count(scope: Scope) -> Quantity:
        items, complete = scope.walk(name)
        truths = [body.truth(item) for item in items]
        low = sum(t is True for t in truths)
        closed = _closed(scope, kinds, complete)
        return Quantity(low, low + sum(t is None for t in truths) if closed else inf, "count")

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        fact = Fact(f"count({name})", count(scope), "proposed")
        return (Atom(scope, name, fact, "count", bound.short()),)

    def truth(scope: Scope) -> Truth:
        memory = scope.memory(name)
        if memory is None:
            return relate(count(scope), bound)
        if truth not in memory:
            memory[truth] = relate(count(scope), bound)
        return memory[truth]

    return Predicate(truth, atoms)


def worded(path: str, words: tuple[str, ...], unequal: bool) -> Predicate:
    """Compare a fact with words."""
    bound = " or ".join(words)
    relation = "!=" if unequal else "=="

    def truth(scope: Scope) -> Truth:
        fact = scope.get(path)
        if fact is None or fact.value is UNKNOWN:
            return None
        return _holds(fact.value, words) is not unequal

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        return (Atom(scope, path, scope.get(path), relation, bound),)

    own = not unequal and "." not in path
    return Predicate(truth, atoms, (path, words) if own else None)


def _holds(value: Value, words: tuple[str, ...]) -> bool:
    if value.__class__ is str:  # by far the most
        return value in words
    if isinstance(value, bool):
        return ("true" if value else "false") in words
    if isinstance(value, tuple):
        return any(word in value for word in words) or (not value and "none" in words)
    return value in words


def related(
    path: str, relate: Callable[[Quantity, Quantity], Truth], to: tuple[str, Quantity, str]
) -> Predicate:
    """Compare a fact with a bound: its relation, quantity and the threshold it comes from."""
    relation, bound, threshold = to
    said = bound.short()

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        return (Atom(scope, path, scope.get(path), relation, said, threshold, bound),)

    return Predicate(lambda scope: _quantity_truth(scope.get(path), bound, relate), atoms)


def facts_related(
    path: str, other: str, relate: Callable[[Quantity, Quantity], Truth]
) -> Predicate:
    """Compare two facts; where one is not known, that one is the atom that would decide."""

    def truth(scope: Scope) -> Truth:
        left, right = scope.get(path), scope.get(other)
        if left is None or right is None or UNKNOWN in (left.value, right.value):
            return None
        if not isinstance(right.value, Quantity):
            return False
        return _quantity_truth(left, right.value, relate)

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        left, right = scope.get(path), scope.get(other)
        both = (
            Atom(scope, path, left, "against", right.said if right else other, "", _number(right)),
            Atom(scope, other, right, "against", left.said if left else path, "", _number(left)),
        )
        return tuple(a for a in both if a.fact is None or a.fact.value is UNKNOWN) or both

    return Predicate(truth, atoms)


def _number(fact: Fact | None) -> Quantity | None:
    """Return a fact's quantity where it can stand as the bound of a question: it has an end."""
    value = fact.value if fact is not None else None
    return value if isinstance(value, Quantity) and value.high * 2 < inf else None


def _quantity_truth(
    fact: Fact | None, bound: Quantity, relate: Callable[[Quantity, Quantity], Truth]
) -> Truth:
    """Compare a fact with a bound; a stated absence (no limit, no timeout) is no number: false."""
    if fact is None or fact.value is UNKNOWN:
        return None
    if not isinstance(fact.value, Quantity):
        return False
    try:
        return relate(fact.value, bound)
    except QuantityError:  # another currency: nothing can be said
        return None
