"""Expressions over lists: `any`, `all` and `count`, with an open end where more may be there."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Final

from backend_mcp.model.fact import Fact
from backend_mcp.model.kleene import Atom, Over, Predicate, Relate, each
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.table import Judged, Rows, Scope, Table, Truth

_COST: Final = 2
"""What a walk costs beside its body, against 1 for a fact that a reference leads to."""


@dataclass(frozen=True, slots=True)
class Walked:
    """A list and what is asked of its items.

    `kinds` are the kinds that an item must have for the body to be true (empty: not tied to any),
    `paths` the facts that the body reads; `own` lists belong to one item, others to the design.
    """

    name: str
    body: Predicate
    kinds: frozenset[str]
    paths: frozenset[str]
    own: bool

    def over(self, truth: Callable[[Scope], Truth]) -> Over:
        """Judge each row by its own list, or all rows at once by the design's."""
        return each(truth) if self.own else self._once(truth)

    def _once(self, truth: Callable[[Scope], Truth]) -> Over:
        name, paths = self.name, self.paths

        def over(table: Table, rows: Rows) -> Judged:
            if not rows:
                return 0, 0
            scope = table.rows[0]
            found = scope.walk(name)[0].walk(truth, paths, scope)
            return (rows, 0) if found else (0, rows if found is False else 0)

        return over

    def judged(self, scope: Scope) -> tuple[Table, Rows, Rows, Rows, bool]:
        """Return the list with the rows that are true, false and unknown; and whether that is all."""
        items, rows, complete = scope.walk(self.name)
        true, false = self.body.over(items, rows)
        closed = complete or (bool(self.kinds) and all(scope.lacks(kind) for kind in self.kinds))
        return items, true, false, rows & ~true & ~false, closed


def walking(walked: Walked, *, stop: bool) -> Predicate:
    """Evaluate `any` (stop at true) or `all` (stop at false) over a list with an open end."""

    def truth(scope: Scope) -> Truth:
        _, true, false, unknown, closed = walked.judged(scope)
        if true if stop else false:
            return stop
        return not stop if closed and not unknown else None

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        items, true, false, unknown, closed = walked.judged(scope)
        for item in items.at(true if stop else false):
            return walked.body.atoms(item)
        if unknown or closed:
            return tuple(a for item in items.at(unknown) for a in walked.body.atoms(item))
        word = "any" if stop else "all"
        return (Atom(scope, f"complete.{walked.name}", None, word, "not said"),)

    return Predicate(walked.over(truth), atoms, cost=_COST + walked.body.cost)


def counting(walked: Walked, relate: Relate, bound: Quantity) -> Predicate:
    """Compare a count with a bound; an open end may hold any number more."""

    def count(scope: Scope) -> Quantity:
        _, true, _, unknown, closed = walked.judged(scope)
        low = true.bit_count()
        return Quantity(low, low + unknown.bit_count() if closed else inf, "count")

    def atoms(scope: Scope) -> tuple[Atom, ...]:
        fact = Fact(f"count({walked.name})", count(scope), "proposed")
        return (Atom(scope, walked.name, fact, "count", bound.short()),)

    def truth(scope: Scope) -> Truth:
        return relate(count(scope), bound)

    return Predicate(walked.over(truth), atoms, cost=_COST + walked.body.cost)
