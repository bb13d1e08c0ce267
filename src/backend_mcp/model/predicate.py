"""Expressions bound to the vocabulary and evaluated over a design in three values.

`compile_predicate` checks every name, word and unit once, at load, and returns a function from a
scope to an outcome: true, false or unknown (None), with the atoms that decided it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from backend_mcp.errors import PredicateError, QuantityError
from backend_mcp.model.fact import ABSENCES, UNKNOWN, Fact
from backend_mcp.model.form import Amount, Flag, Refs, Text, Type, Word, Words
from backend_mcp.model.predicate_text import (
    Comparison,
    Join,
    Node,
    Not,
    Operand,
    Quantifier,
    Relation,
    parse,
)
from backend_mcp.model.quantity import Quantity, equal, less, less_equal
from backend_mcp.model.quantity import parse as parse_quantity
from backend_mcp.model.vocabulary import Vocabulary, list_type

Truth = bool | None


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison that decided an outcome: the fact (None when silent), relation and bound."""

    path: str
    fact: Fact | None
    relation: str
    bound: str
    threshold: str = ""
    quantity: Quantity | None = None

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


def always(scope: Scope) -> Outcome:
    """Be true everywhere: the predicate of an item that has none."""
    return True, ()


def compile_predicate(
    text: str, vocabulary: Vocabulary, numbers: dict[str, Quantity], scope: str = ""
) -> Predicate:
    """Bind an expression to the vocabulary as seen from `scope` (a list's name, or empty).

    Raises:
        PredicateError: an unknown name, a word that is not in its list, a unit that does not fit,
            or a nested quantifier; with the column.
    """
    return _Binder(vocabulary, numbers).bind(parse(text), scope) if text else always


@dataclass(frozen=True, slots=True)
class _Binder:
    vocabulary: Vocabulary
    numbers: dict[str, Quantity]

    def bind(self, node: Node, scope: str, within: bool = False) -> Predicate:
        if isinstance(node, Not):
            return _negated(self.bind(node.inner, scope, within))
        if isinstance(node, Join):
            parts = [self.bind(part, scope, within) for part in node.parts]
            return _joined(parts, stop=node.word == "or")
        if isinstance(node, Quantifier):
            return self._quantifier(node, scope, within)
        return self._comparison(node, scope)

    def _quantifier(self, node: Quantifier, scope: str, within: bool) -> Predicate:
        if within:
            raise PredicateError("quantifiers can't be nested", node.column)
        walked = list_type(node.list, scope)
        if walked is None:
            raise PredicateError(f"{node.list!r} is not a list", node.column)
        body = self.bind(node.body, walked, within=True) if node.body is not None else always
        kinds = _required_kinds(node.body)
        if node.word == "count":
            assert node.relation is not None and node.bound is not None
            bound = self._quantity(node.bound, Amount("count"))
            return _counting(node.list, body, kinds, _relate(node.relation, node.bound), bound)
        return _walking(node.list, body, kinds, stop=node.word == "any")

    def _comparison(self, node: Comparison, scope: str) -> Predicate:
        left = self._type(node.left, scope)
        if left is None:
            return self._member(node, scope)
        for right in node.right:
            if right.form == "name" and not _is_word(left, right.text):
                return self._between_facts(node, scope, left)
        if isinstance(left, Amount) and not all(r.text in ABSENCES for r in node.right):
            return self._amount(node, left)
        if node.relation not in ("==", "!=", "in", "not in"):
            raise PredicateError(f"{node.left.text!r} has no order", node.left.column)
        words = tuple(self._word(r, left) for r in node.right)
        return _worded(node.left.text, words, node.relation in ("!=", "not in"))

    def _member(self, node: Comparison, scope: str) -> Predicate:
        listed = self._type(node.right[0], scope) if len(node.right) == 1 else None
        if not isinstance(listed, Words | Refs) or node.relation not in ("in", "not in"):
            raise self._unknown_name(node.left, scope)
        if not _is_word(listed, node.left.text):
            raise PredicateError(
                f"{node.left.text!r} is never in {node.right[0].text}", node.left.column
            )
        return _worded(node.right[0].text, (node.left.text,), node.relation == "not in")

    def _between_facts(self, node: Comparison, scope: str, left: Type) -> Predicate:
        right = node.right[0]
        other = self._type(right, scope)
        if other is None or len(node.right) > 1:
            raise self._unknown_word(right, left, scope)
        if not (isinstance(left, Amount) and isinstance(other, Amount)):
            raise PredicateError(f"{right.text!r} can't be compared here", right.column)
        return _facts_related(node.left.text, right.text, _relate(node.relation, right))

    def _amount(self, node: Comparison, due: Amount) -> Predicate:
        if len(node.right) > 1:
            raise PredicateError("a quantity is compared with one bound", node.right[1].column)
        right = node.right[0]
        bound = self._quantity(right, due)
        threshold = right.text if right.form == "threshold" else ""
        relate = _relate(node.relation, right)
        try:
            relate(bound, Quantity(0, 0, due.kind, bound.currency))
        except QuantityError as error:
            raise PredicateError(str(error), right.column) from error
        return _related(node.left.text, relate, (node.relation, bound, threshold))

    def _quantity(self, operand: Operand, due: Amount) -> Quantity:
        if operand.form == "threshold":
            if operand.text not in self.numbers:
                raise PredicateError(f"threshold {operand.text!r} does not exist", operand.column)
            return self.numbers[operand.text]
        try:
            return parse_quantity(operand.text, due.kind, due.per)
        except QuantityError as error:
            raise PredicateError(str(error), operand.column) from error

    def _type(self, operand: Operand, scope: str) -> Type | None:
        return self.vocabulary.type_of(operand.text, scope) if operand.form == "name" else None

    def _word(self, operand: Operand, left: Type) -> str:
        if not _is_word(left, operand.text):
            raise self._unknown_word(operand, left, "")
        return operand.text

    def _unknown_name(self, operand: Operand, scope: str) -> PredicateError:
        near = self.vocabulary.nearest(operand.text, scope)
        hint = f", did you mean {near!r}?" if near else ""
        return PredicateError(f"there is no fact {operand.text!r}{hint}", operand.column)

    def _unknown_word(self, operand: Operand, left: Type, scope: str) -> PredicateError:
        listed = f"; it is one of {', '.join(left.words)}" if isinstance(left, Word) else ""
        return PredicateError(f"{operand.text!r} can never be the value{listed}", operand.column)


def _is_word(left: Type, text: str) -> bool:
    if isinstance(left, Flag):
        return text in ("true", "false")
    if isinstance(left, Amount):
        return text in left.absences
    if isinstance(left, Words | Word):
        return not left.words or text in left.words or text == "none"
    if isinstance(left, Refs):
        return text in left.words
    return isinstance(left, Text)


def _relate(relation: Relation, at: Operand) -> Callable[[Quantity, Quantity], Truth]:
    relations: dict[str, Callable[[Quantity, Quantity], Truth]] = {
        "<": less,
        "<=": less_equal,
        ">": lambda a, b: less(b, a),
        ">=": lambda a, b: less_equal(b, a),
        "==": equal,
        "!=": lambda a, b: _not(equal(a, b)),
    }
    if relation not in relations:
        raise PredicateError("a quantity is compared by == != < <= > >=", at.column)
    return relations[relation]


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _negated(inner: Predicate) -> Predicate:
    def evaluate(scope: Scope) -> Outcome:
        truth, atoms = inner(scope)
        return _not(truth), atoms

    return evaluate


def _joined(parts: list[Predicate], *, stop: bool) -> Predicate:
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


def _walking(name: str, body: Predicate, kinds: frozenset[str], *, stop: bool) -> Predicate:
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
        return None, (Atom(f"complete.{name}", None, "any" if stop else "all", "not said"),)

    return evaluate


def _counting(
    name: str,
    body: Predicate,
    kinds: frozenset[str],
    relate: Callable[[Quantity, Quantity], Truth],
    bound: Quantity,
) -> Predicate:
    def evaluate(scope: Scope) -> Outcome:
        items, complete = scope.walk(name)
        truths = [body(item)[0] for item in items]
        low = sum(t is True for t in truths)
        closed = complete or (bool(kinds) and all(scope.lacks(k) for k in kinds))
        high = float(low + sum(t is None for t in truths)) if closed else float("inf")
        number = Quantity(low, high, "count")
        fact = Fact(f"count({name})", number, "proposed")
        return relate(number, bound), (Atom(fact.path, fact, "count", bound.short()),)

    return evaluate


def _worded(path: str, words: tuple[str, ...], negate: bool) -> Predicate:
    bound = " or ".join(words)
    relation = "!=" if negate else "=="

    def evaluate(scope: Scope) -> Outcome:
        fact = scope.get(path)
        atom = (Atom(_full(scope, path, fact), fact, relation, bound),)
        if fact is None or fact.value is UNKNOWN:
            return None, atom
        return _holds(fact, words) is not negate, atom

    return evaluate


def _holds(fact: Fact, words: tuple[str, ...]) -> bool:
    value = fact.value
    if isinstance(value, bool):
        return ("true" if value else "false") in words
    if isinstance(value, tuple):
        return any(word in value for word in words) or (not value and "none" in words)
    return value in words


def _related(
    path: str, relate: Callable[[Quantity, Quantity], Truth], to: tuple[str, Quantity, str]
) -> Predicate:
    relation, bound, threshold = to
    said = bound.short()

    def evaluate(scope: Scope) -> Outcome:
        fact = scope.get(path)
        atom = (Atom(_full(scope, path, fact), fact, relation, said, threshold, bound),)
        return _quantity_truth(fact, bound, relate), atom

    return evaluate


def _facts_related(
    path: str, other: str, relate: Callable[[Quantity, Quantity], Truth]
) -> Predicate:
    """Compare two facts; where one is not known, that one is the atom that would decide."""

    def evaluate(scope: Scope) -> Outcome:
        left, right = scope.get(path), scope.get(other)
        atoms = (
            Atom(_full(scope, path, left), left, "against", right.said if right else other),
            Atom(_full(scope, other, right), right, "against", left.said if left else path),
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


def _full(scope: Scope, path: str, fact: Fact | None) -> str:
    return fact.path if fact is not None else scope.name(path)


def _required_kinds(node: Node | None) -> frozenset[str]:
    """Return the kinds that an item must have for the body to be true; empty when not tied to any."""
    if isinstance(node, Join) and node.word == "and":
        found = [_required_kinds(part) for part in node.parts]
        return next((kinds for kinds in found if kinds), frozenset())
    if isinstance(node, Comparison) and node.left.text == "kind" and node.relation in ("==", "in"):
        return frozenset(operand.text for operand in node.right)
    return frozenset()
