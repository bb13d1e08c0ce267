"""Expressions bound to the vocabulary: every name, word and unit is checked once, at load.

`compile_predicate` returns a function from a scope to an outcome: true, false or unknown (None),
with the atoms that decided it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from backend_mcp.errors import PredicateError, QuantityError
from backend_mcp.model.fact import ABSENCES
from backend_mcp.model.form import Amount, Flag, Refs, Text, Type, Word, Words
from backend_mcp.model.kleene import ALWAYS, NEVER, Atom, Outcome, Predicate
from backend_mcp.model.plans import RELATIONS, Plans, quantity_plan
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
from backend_mcp.model.quantity import Quantity, less
from backend_mcp.model.quantity import parse as parse_quantity
from backend_mcp.model.table import Scope, Truth
from backend_mcp.model.vocabulary import RELATED, Vocabulary, list_type

__all__ = ["ALWAYS", "NEVER", "Atom", "Outcome", "Predicate", "Scope", "Truth", "compile_predicate"]


def compile_predicate(
    text: str,
    vocabulary: Vocabulary,
    numbers: dict[str, Quantity],
    scope: str = "",
    plans: Plans | None = None,
) -> Predicate:
    """Bind an expression to the vocabulary as seen from `scope` (a list's name, or empty).

    `plans` are those of other expressions over the same vocabulary and numbers.

    Raises:
        PredicateError: an unknown name, a word that is not in its list, a unit that does not fit,
            or a nested quantifier; with the column.
    """
    if not text:
        return ALWAYS
    plans = plans if plans is not None else Plans()
    number = plans.find(text, scope)
    if number is None:
        number = _Binder(vocabulary, numbers, plans).bind(parse(text), scope)
        plans.keep(text, scope, number)
    return plans.predicate(number)


@dataclass(frozen=True, slots=True)
class _Binder:
    vocabulary: Vocabulary
    numbers: dict[str, Quantity]
    plans: Plans

    def bind(self, node: Node, scope: str, within: bool = False) -> int:
        """Return the number of a node's plan."""
        if isinstance(node, Not):
            return self.plans.add("not", self.bind(node.inner, scope, within))
        if isinstance(node, Join):
            parts = [self.bind(part, scope, within) for part in node.parts]
            return self.plans.add(node.word, *parts)
        if isinstance(node, Quantifier):
            return self._quantifier(node, scope, within)
        return self._comparison(node, scope)

    def _quantifier(self, node: Quantifier, scope: str, within: bool) -> int:
        if within:
            raise PredicateError("quantifiers can't be nested", node.column)
        walked = list_type(node.list, scope)
        if walked is None:
            raise PredicateError(f"{node.list!r} is not a list", node.column)
        body = self.bind(node.body, walked, within=True) if node.body is not None else None
        kinds, own = tuple(sorted(_required_kinds(node.body))), node.list in RELATED.get(scope, {})
        walk = node.list, body, kinds, tuple(dict.fromkeys(_names(node.body))), own
        if node.word != "count":
            return self.plans.add(node.word, *walk)
        assert node.relation is not None
        assert node.bound is not None
        bound = self._quantity(node.bound, Amount("count"))
        self._fits(node.bound, bound, Amount("count"))
        if node.relation == "<" and bound.high == 0:
            raise PredicateError("no count is below 0", node.bound.column)
        relation = _ordered(node.relation, node.bound)
        return self.plans.add("count", relation, quantity_plan(bound), *walk)

    def _comparison(self, node: Comparison, scope: str) -> int:
        left = self._type(node.left, scope)
        if left is None:
            return self._member(node, scope)
        for right in node.right:
            if right.form == "name" and not _is_word(left, right.text):
                return self._between_facts(node, right, scope, left)
        if isinstance(left, Amount) and not all(r.text in ABSENCES for r in node.right):
            return self._amount(node, left)
        if node.relation not in ("==", "!=", "in", "not in"):
            raise PredicateError(f"{node.left.text!r} has no order", node.left.column)
        words = tuple(self._word(r, left) for r in node.right)
        return self.plans.add("word", node.left.text, words, node.relation in ("!=", "not in"))

    def _member(self, node: Comparison, scope: str) -> int:
        listed = self._type(node.right[0], scope) if len(node.right) == 1 else None
        if not isinstance(listed, Words | Refs) or node.relation not in ("in", "not in"):
            raise self._unknown_name(node.left, scope)
        if not _is_word(listed, node.left.text):
            raise PredicateError(
                f"{node.left.text!r} is never in {node.right[0].text}", node.left.column
            )
        words, unequal = (node.left.text,), node.relation == "not in"
        return self.plans.add("word", node.right[0].text, words, unequal)

    def _between_facts(self, node: Comparison, right: Operand, scope: str, left: Type) -> int:
        other = self._type(right, scope)
        if other is None or len(node.right) > 1:
            raise self._unknown_word(right, left)
        if not (isinstance(left, Amount) and isinstance(other, Amount)):
            raise PredicateError(f"{right.text!r} can't be compared here", right.column)
        self._fits(right, Quantity(0, 0, other.kind, _currency(other)), left)
        relation = _ordered(node.relation, right)
        return self.plans.add("facts", node.left.text, relation, right.text)

    def _amount(self, node: Comparison, due: Amount) -> int:
        if len(node.right) > 1:
            raise PredicateError("a quantity is compared with one bound", node.right[1].column)
        right = node.right[0]
        bound = self._quantity(right, due)
        threshold = right.text if right.form == "threshold" else ""
        relation = _ordered(node.relation, right)
        self._fits(right, bound, due)
        if node.relation == "<" and bound.high == 0:
            raise PredicateError("nothing is below 0", right.column)
        if due.kind == "share" and bound.low > 1 and not node.left.text.startswith("derived."):
            raise PredicateError("no share is above 100 %", right.column)
        return self.plans.add("bound", node.left.text, relation, quantity_plan(bound), threshold)

    def _quantity(self, operand: Operand, due: Amount) -> Quantity:
        if operand.form == "threshold":
            if operand.text not in self.numbers:
                raise PredicateError(f"threshold {operand.text!r} does not exist", operand.column)
            return self.numbers[operand.text]
        try:
            return parse_quantity(operand.text, due.kind, due.per)
        except QuantityError as error:
            raise PredicateError(str(error), operand.column) from error

    def _fits(self, at: Operand, bound: Quantity, due: Amount) -> None:
        """Check that a bound can be compared with what is due."""
        try:
            less(Quantity(0, 0, due.kind, bound.currency or _currency(due)), bound)
        except QuantityError as error:
            raise PredicateError(str(error), at.column) from error

    def _type(self, operand: Operand, scope: str) -> Type | None:
        return self.vocabulary.type_of(operand.text, scope) if operand.form == "name" else None

    def _word(self, operand: Operand, left: Type) -> str:
        if not _is_word(left, operand.text):
            raise self._unknown_word(operand, left)
        return operand.text

    def _unknown_name(self, operand: Operand, scope: str) -> PredicateError:
        near = self.vocabulary.nearest(operand.text, scope)
        hint = f", did you mean {near!r}?" if near else ""
        return PredicateError(f"there is no fact {operand.text!r}{hint}", operand.column)

    def _unknown_word(self, operand: Operand, left: Type) -> PredicateError:
        listed = f"; it is one of {', '.join(left.words)}" if isinstance(left, Word) else ""
        return PredicateError(f"{operand.text!r} can never be the value{listed}", operand.column)


def _currency(type_: Amount) -> str:
    return "EUR" if type_.kind in ("money", "spend") else ""


def _is_word(left: Type, text: str) -> bool:
    if isinstance(left, Flag):
        return text in ("true", "false")
    if isinstance(left, Amount):
        return text in left.absences
    if isinstance(left, Words):
        return not left.words or text in left.words or text == "none"
    if isinstance(left, Word):
        return text in left.words
    if isinstance(left, Refs):
        return text in left.words
    return isinstance(left, Text) and (not left.absences or text in left.absences)


def _ordered(relation: Relation, at: Operand) -> Relation:
    if relation not in RELATIONS:
        raise PredicateError("a quantity is compared by == != < <= > >=", at.column)
    return relation


def _names(node: Node | None) -> Iterator[str]:
    """Return the names in a body: the facts that it reads, and some words."""
    if isinstance(node, Comparison):
        yield from (operand.text for operand in (node.left, *node.right))
    elif isinstance(node, Not):
        yield from _names(node.inner)
    elif isinstance(node, Join):
        for part in node.parts:
            yield from _names(part)


def _required_kinds(node: Node | None) -> frozenset[str]:
    """Return the kinds that an item must have for the body to be true; empty when not tied to any."""
    if isinstance(node, Join) and node.word == "and":
        found = [_required_kinds(part) for part in node.parts]
        return next((kinds for kinds in found if kinds), frozenset())
    if isinstance(node, Comparison) and node.left.text == "kind" and node.relation in ("==", "in"):
        return frozenset(operand.text for operand in node.right)
    return frozenset()
