"""Expressions as plain values: checked once, kept in the cache, and made into predicates from there.

A plan is a tuple of words and numbers; where it is made of others, it holds their numbers. Equal
parts of different expressions are one plan, so that a design is asked each of them once.
"""

from collections.abc import Callable
from typing import Any, Final

from backend_mcp.model.kleene import (
    ALWAYS,
    Predicate,
    facts_related,
    joined,
    negate,
    negated,
    related,
    worded,
)
from backend_mcp.model.quantifiers import Walked, counting, walking
from backend_mcp.model.quantity import Quantity, equal, less, less_equal
from backend_mcp.model.table import Truth

Plan = tuple[Any, ...]
"""Its form, one of `_MAKERS`, and what its maker takes."""

RELATIONS: Final[dict[str, Callable[[Quantity, Quantity], Truth]]] = {
    "<": less,
    "<=": less_equal,
    ">": lambda a, b: less(b, a),
    ">=": lambda a, b: less_equal(b, a),
    "==": equal,
    "!=": lambda a, b: negate(equal(a, b)),
}
"""How a quantity is compared."""


class Plans:
    """The plans of many expressions, those before that others are made of, and their predicates."""

    def __init__(self) -> None:
        self._plans: list[Plan] = []
        self._numbers: dict[Plan, int] = {}
        self._texts: dict[tuple[str, str], int] = {}
        self._made: list[Predicate] = []

    def add(self, *plan: Any) -> int:
        """Return the number of a plan, which is new or was there."""
        if plan not in self._numbers:
            self._numbers[plan] = len(self._plans)
            self._plans.append(plan)
        return self._numbers[plan]

    def predicate(self, number: int) -> Predicate:
        """Return the predicate of a plan."""
        for form, *values in self._plans[len(self._made) : number + 1]:
            self._made.append(_MAKERS[form](self._made, *values))
        return self._made[number]

    def find(self, text: str, scope: str) -> int | None:
        """Return the number of an expression over a list that was planned before."""
        return self._texts.get((scope, text))

    def keep(self, text: str, scope: str, number: int) -> None:
        """Note the plan of an expression over a list."""
        self._texts[scope, text] = number

    def dump(self) -> dict[str, Any]:
        """Return everything as plain values."""
        texts = [[scope, text, number] for (scope, text), number in self._texts.items()]
        return {"plans": self._plans, "texts": texts}

    @classmethod
    def load(cls, values: dict[str, Any]) -> "Plans":
        """Return what was dumped, to find expressions in it, not to add others.

        Raises:
            ValueError, TypeError, KeyError, IndexError: these are no plans.
        """
        plans = cls()
        plans._plans = values["plans"]
        plans._texts = {(scope, text): number for scope, text, number in values["texts"]}
        if plans._plans:
            plans.predicate(len(plans._plans) - 1)
        return plans


def quantity_plan(quantity: Quantity) -> tuple[float, float, str, str]:
    """Return a quantity as plain values."""
    return quantity.low, quantity.high, quantity.kind, quantity.currency


def _word(_: list[Predicate], path: str, words: list[str], unequal: bool) -> Predicate:
    return worded(path, tuple(words), unequal)


def _bound(
    _: list[Predicate], path: str, relation: str, bound: list[Any], threshold: str
) -> Predicate:
    return related(path, RELATIONS[relation], (relation, Quantity(*bound), threshold))


def _facts(_: list[Predicate], path: str, relation: str, other: str) -> Predicate:
    return facts_related(path, other, RELATIONS[relation])


def _not(made: list[Predicate], inner: int) -> Predicate:
    return negated(made[inner])


def _and(made: list[Predicate], *parts: int) -> Predicate:
    return joined([made[part] for part in parts], stop=False)


def _or(made: list[Predicate], *parts: int) -> Predicate:
    return joined([made[part] for part in parts], stop=True)


def _any(made: list[Predicate], *walk: Any) -> Predicate:
    return walking(_walked(made, *walk), stop=True)


def _all(made: list[Predicate], *walk: Any) -> Predicate:
    return walking(_walked(made, *walk), stop=False)


def _count(made: list[Predicate], relation: str, bound: list[Any], *walk: Any) -> Predicate:
    return counting(_walked(made, *walk), RELATIONS[relation], Quantity(*bound))


def _walked(
    made: list[Predicate],
    name: str,
    body: int | None,
    kinds: list[str],
    paths: list[str],
    own: bool,
) -> Walked:
    of = ALWAYS if body is None else made[body]
    return Walked(name, of, frozenset(kinds), frozenset(paths), own)


_MAKERS: Final[dict[str, Callable[..., Predicate]]] = {
    "word": _word, "bound": _bound, "facts": _facts, "not": _not, "and": _and, "or": _or,
    "any": _any, "all": _all, "count": _count,
}  # fmt: skip
