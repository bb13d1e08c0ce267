"""Evaluation in three values: true, false or unknown, with the atoms that decided."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Final, NamedTuple

from backend_mcp.errors import QuantityError
from backend_mcp.model.fact import UNKNOWN, Fact, Value
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.table import Judged, Rows, Scope, Table, Test, Truth


class Atom(NamedTuple):
    """One comparison that decided an outcome: the fact (None when silent), relation and bound.

    A tuple, since thousands of them are made and most are dropped.
    """

    scope: Scope
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
Over = Callable[[Table, Rows], Judged]
"""Judges some rows of a table: those of which it is true, and those of which it is false."""
Relate = Callable[[Quantity, Quantity], Truth]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A bound expression: `over` decides, and `atoms` explains what decided, when somebody asks.

    `needs` is an own key of an item and the words one of which it must have: an item with another
    word there is none that the expression is about. `cost` says how dear it is to judge, `reads`
    names the facts of one comparison, and `parts` are those that must all be true in an `and`.
    """

    over: Over
    atoms: Callable[[Scope], tuple[Atom, ...]]
    needs: tuple[str, tuple[str, ...]] | None = None
    cost: int = 0
    reads: tuple[str, ...] = ()
    parts: "tuple[Predicate, ...]" = ()

    @property
    def conditions(self) -> "tuple[Predicate, ...]":
        """What must all be true: the parts of an `and`, of any other expression itself."""
        return self.parts or (self,)

    def truth(self, scope: Scope) -> Truth:
        """Return what it says of one item, or of the whole design."""
        true, false = self.over(scope.table, scope.row)
        return True if true else False if false else None

    def __call__(self, scope: Scope) -> Outcome:
        """Return the truth and what decided it."""
        return self.truth(scope), self.atoms(scope)


def _nothing(_: Scope) -> tuple[Atom, ...]:
    return ()


ALWAYS: Final = Predicate(lambda _, rows: (rows, 0), _nothing)
"""True everywhere: the predicate of an item that has none."""
NEVER: Final = Predicate(lambda _, rows: (0, rows), _nothing)
"""False everywhere."""


def negate(truth: Truth) -> Truth:
    """Negate in three values."""
    return None if truth is None else not truth


def negated(inner: Predicate) -> Predicate:
    """Negate a predicate; its atoms stay."""

    def over(table: Table, rows: Rows) -> Judged:
        true, false = inner.over(table, rows)
        return false, true

    return Predicate(over, inner.atoms, cost=inner.cost, reads=inner.reads)


def joined(parts: list[Predicate], *, stop: bool) -> Predicate:
    """Join by `or` (stop at true) or by `and` (stop at false); unknown parts are gathered."""
    overs = [part.over for part in sorted(parts, key=lambda part: part.cost)]

    def over(table: Table, rows: Rows) -> Judged:
        """Ask the cheapest part first, and each only of the rows that none before it has settled."""
        stopped, passed = 0, rows
        for part in overs:
            true, false = part(table, rows & ~stopped)
            stopped |= true if stop else false
            passed &= false if stop else true
            if stopped == rows:
                break
        return (stopped, passed) if stop else (passed, stopped)

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        table, row = scope.table, scope.row
        open_ends = []
        for part in parts:
            true, false = part.over(table, row)
            if true if stop else false:
                return part.atoms(scope)
            if not (true or false):
                open_ends.append(part)
        return tuple(a for part in open_ends or parts for a in part.atoms(scope))

    cost = max(part.cost for part in parts)
    if stop:
        return Predicate(over, atoms, cost=cost)
    needs = next((part.needs for part in parts if part.needs is not None), None)
    conditions = tuple(c for part in parts for c in part.conditions)
    return Predicate(over, atoms, needs, cost, parts=conditions)


def worded(path: str, words: tuple[str, ...], unequal: bool) -> Predicate:
    """Compare a fact with words."""
    bound = " or ".join(words)
    relation = "!=" if unequal else "=="

    def test(value: Value) -> Truth:
        if isinstance(value, bool):
            found = ("true" if value else "false") in words
        elif isinstance(value, tuple):
            found = any(word in value for word in words) or (not value and "none" in words)
        else:
            found = value in words
        return found is not unequal

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        return (Atom(scope, path, scope.get(path), relation, bound),)

    needs = (path, words) if not unequal and "." not in path else None
    return Predicate(_tested(path, test), atoms, needs, _cost(path), reads=(path,))


def _cost(path: str) -> int:
    """Say how dear a fact is: nothing where it stands, 1 where a reference leads to it, 4 worked out."""
    return 4 if "derived." in path else int("." in path)


def _tested(path: str, test: Test) -> Over:
    """Judge by a test of one fact; what was tested before is not tested again."""

    def over(table: Table, rows: Rows) -> Judged:
        told = table.told.get(test)
        if told is None or rows & ~told[0]:
            if not rows:
                return 0, 0
            told = table.judge(path, test, rows)
        return told[1] & rows, told[2] & rows

    return over


def related(path: str, relate: Relate, to: tuple[str, Quantity, str]) -> Predicate:
    """Compare a fact with a bound: its relation, quantity and the threshold it comes from."""
    relation, bound, threshold = to
    said = bound.short()

    def test(value: Value) -> Truth:
        return _quantity_truth(value, bound, relate)

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        return (Atom(scope, path, scope.get(path), relation, said, threshold, bound),)

    return Predicate(_tested(path, test), atoms, cost=_cost(path), reads=(path,))


def facts_related(path: str, other: str, relate: Relate) -> Predicate:
    """Compare two facts; where one is not known, that one is the atom that would decide."""

    def truth(scope: Scope) -> Truth:
        left, right = scope.get(path), scope.get(other)
        if left is None or right is None or UNKNOWN in (left.value, right.value):
            return None
        if not isinstance(right.value, Quantity):
            return False
        return _quantity_truth(left.value, right.value, relate)

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        left, right = scope.get(path), scope.get(other)
        both = (
            Atom(scope, path, left, "against", right.said if right else other, "", _number(right)),
            Atom(scope, other, right, "against", left.said if left else path, "", _number(left)),
        )
        return tuple(a for a in both if a.fact is None or a.fact.value is UNKNOWN) or both

    cost = 1 + max(_cost(path), _cost(other))
    return Predicate(each(truth), atoms, cost=cost, reads=(path, other))


def each(truth: Callable[[Scope], Truth]) -> Over:
    """Judge one row after the other."""

    def over(table: Table, rows: Rows) -> Judged:
        true = false = 0
        for scope in table.at(rows):
            found = truth(scope)
            if found:
                true |= scope.row
            elif found is False:
                false |= scope.row
        return true, false

    return over


def _number(fact: Fact | None) -> Quantity | None:
    """Return a fact's quantity where it can stand as the bound of a question: it has an end."""
    value = fact.value if fact is not None else None
    return value if isinstance(value, Quantity) and value.high * 2 < inf else None


def _quantity_truth(value: Value, bound: Quantity, relate: Relate) -> Truth:
    """Compare a value with a bound; a stated absence (no limit, no timeout) is no number: false."""
    if not isinstance(value, Quantity):
        return False
    try:
        return relate(value, bound)
    except QuantityError:  # another currency: nothing can be said
        return None
