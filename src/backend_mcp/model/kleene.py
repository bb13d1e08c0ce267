"""Evaluation in three values: true, false or unknown, with the atoms that decided."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from backend_mcp.errors import QuantityError
from backend_mcp.model.fact import UNKNOWN, Fact
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

    def name(self, path: str) -> str:
        """Return the whole path of a fact that is not there."""

    def lacks(self, word: str) -> bool:
        """Whether the design says that a kind, technology or practice is not there."""


Predicate = Callable[[Scope], Outcome]


def always(_: Scope) -> Outcome:
    """Be true everywhere: the predicate of an item that has none."""
    return True, ()


def negate(truth: Truth) -> Truth:
    """Negate in three values."""
    return None if truth is None else not truth


def negated(inner: Predicate) -> Predicate:
    """Negate a predicate; its atoms stay."""

    def evaluate(scope: Scope) -> Outcome:
        truth, atoms = inner(scope)
        return negate(truth), atoms

    return evaluate


def joined(parts: list[Predicate], *, stop: bool) -> Predicate:
    """Join by `or` (stop at true) or by `and` (stop at false); unknown parts are gathered."""

    def evaluate(scope: Scope) -> Outcome:
        unknown: tuple[Atom, ...] = ()
        decided: tuple[Atom, ...] = ()
        open_end = False
        for part in parts:
            truth, atoms = part(scope)
            if truth is stop:
                return stop, atoms
            if truth is None:
                unknown += atoms
                open_end = True
            else:
                decided += atoms
        return (None, unknown) if open_end else (not stop, decided)

    return evaluate


def walking(name: str, body: Predicate, kinds: frozenset[str], *, stop: bool) -> Predicate:
    """Evaluate `any` (stop at true) or `all` (stop at false) over a list with an open end."""

    def evaluate(scope: Scope) -> Outcome:
        items, complete = scope.walk(name)
        unknown: tuple[Atom, ...] = ()
        for item in items:
            truth, atoms = body(item)
            if truth is stop:
                return stop, atoms
            if truth is None:
                unknown += atoms
        if unknown:
            return None, unknown
        if complete or (kinds and all(scope.lacks(k) for k in kinds)):
            return not stop, ()
        return None, (Atom(scope, f"complete.{name}", None, "any" if stop else "all", "not said"),)

    return evaluate


def counting(
    name: str,
    body: Predicate,
    kinds: frozenset[str],
    relate: Callable[[Quantity, Quantity], Truth],
    bound: Quantity,
) -> Predicate:
    """Compare a count with a bound; an open end may hold any number more."""

    def evaluate(scope: Scope) -> Outcome:
        items, complete = scope.walk(name)
        truths = [body(item)[0] for item in items]
        low = sum(t is True for t in truths)
        closed = complete or (bool(kinds) and all(scope.lacks(k) for k in kinds))
        high = float(low + sum(t is None for t in truths)) if closed else float("inf")
        number = Quantity(low, high, "count")
        fact = Fact(f"count({name})", number, "proposed")
        return relate(number, bound), (Atom(scope, name, fact, "count", bound.short()),)

    return evaluate


def worded(path: str, words: tuple[str, ...], unequal: bool) -> Predicate:
    """Compare a fact with words."""
    bound = " or ".join(words)
    relation = "!=" if unequal else "=="

    def evaluate(scope: Scope) -> Outcome:
        fact = scope.get(path)
        atom = (Atom(scope, path, fact, relation, bound),)
        if fact is None or fact.value is UNKNOWN:
            return None, atom
        return _holds(fact, words) is not unequal, atom

    return evaluate


def _holds(fact: Fact, words: tuple[str, ...]) -> bool:
    value = fact.value
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

    def evaluate(scope: Scope) -> Outcome:
        fact = scope.get(path)
        atom = (Atom(scope, path, fact, relation, said, threshold, bound),)
        return _quantity_truth(fact, bound, relate), atom

    return evaluate


def facts_related(
    path: str, other: str, relate: Callable[[Quantity, Quantity], Truth]
) -> Predicate:
    """Compare two facts; where one is not known, that one is the atom that would decide."""

    def evaluate(scope: Scope) -> Outcome:
        left, right = scope.get(path), scope.get(other)
        atoms = (
            Atom(scope, path, left, "against", right.said if right else other),
            Atom(scope, other, right, "against", left.said if left else path),
        )
        open_ends = tuple(a for a in atoms if a.fact is None or a.fact.value is UNKNOWN)
        if open_ends:
            return None, open_ends
        if right is None or not isinstance(right.value, Quantity):
            return False, atoms
        return _quantity_truth(left, right.value, relate), atoms

    return evaluate


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
