"""Expressions bound to the vocabulary: every name, word and unit is checked once, at load.

`compile_predicate` returns a function from a scope to an outcome: true, false or unknown (None),
with the atoms that decided it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from backend_mcp.errors import PredicateError, QuantityError
from backend_mcp.model.fact import ABSENCES
from backend_mcp.model.form import Amount, Flag, Refs, Text, Type, Word, Words
from backend_mcp.model.kleene import (
    ALWAYS,
    NEVER,
    Atom,
    Outcome,
    Predicate,
    Scope,
    Truth,
    facts_related,
    joined,
    negate,
    negated,
    related,
    worded,
)
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
from backend_mcp.model.quantifiers import Walked, counting, walking
from backend_mcp.model.quantity import Quantity, equal, less, less_equal
from backend_mcp.model.quantity import parse as parse_quantity
from backend_mcp.model.vocabulary import RELATED, Vocabulary, list_type

__all__ = ["ALWAYS", "NEVER", "Atom", "Outcome", "Predicate", "Scope", "Truth", "compile_predicate"]


def compile_predicate(
    text: str,
    vocabulary: Vocabulary,
    numbers: dict[str, Quantity],
    scope: str = "",
    bound: "dict[tuple[str, Node], Predicate] | None" = None,
) -> Predicate:
    """Bind an expression to the vocabulary as seen from `scope` (a list's name, or empty).

    `bound` holds the parts of other expressions over the same vocabulary and numbers: what several
    of them say is bound, and asked of a design, once.

    Raises:
        PredicateError: an unknown name, a word that is not in its list, a unit that does not fit,
            or a nested quantifier; with the column.
    """
    binder = _Binder(vocabulary, numbers, bound if bound is not None else {})
    return binder.bind(parse(text), scope) if text else ALWAYS


@dataclass(frozen=True, slots=True)
class _Binder:
    vocabulary: Vocabulary
    numbers: dict[str, Quantity]
    bound: dict[tuple[str, Node], Predicate]

    def bind(self, node: Node, scope: str) -> Predicate:
        if (scope, node) not in self.bound:
            self.bound[scope, node] = self._bind(node, scope)
        return self.bound[scope, node]

    def _bind(self, node: Node, scope: str) -> Predicate:
        if isinstance(node, Not):
            return negated(self.bind(node.inner, scope))
        if isinstance(node, Join):
            parts = [self.bind(part, scope) for part in node.parts]
            return joined(parts, stop=node.word == "or")
        if isinstance(node, Quantifier):
            return self._quantifier(node, scope)
        return self._comparison(node, scope)

    def _quantifier(self, node: Quantifier, scope: str) -> Predicate:
        walked = list_type(node.list, scope)
        if walked is None:
            raise PredicateError(f"{node.list!r} is not a list", node.column)
        inner = _quantifier_in(node.body)
        if inner is not None:
            raise PredicateError("quantifiers can't be nested", inner.column)
        body = self.bind(node.body, walked) if node.body is not None else ALWAYS
        kinds, own = _required_kinds(node.body), node.list in RELATED.get(scope, {})
        over = Walked(node.list, body, kinds, frozenset(_names(node.body)), own)
        if node.word != "count":
            return walking(over, stop=node.word == "any")
        assert node.relation is not None
        assert node.bound is not None
        bound = self._quantity(node.bound, Amount("count"))
        self._fits(node.bound, bound, Amount("count"))
        if node.relation == "<" and bound.high == 0:
            raise PredicateError("no count is below 0", node.bound.column)
        return counting(over, _relate(node.relation, node.bound), bound)

    def _comparison(self, node: Comparison, scope: str) -> Predicate:
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
        return worded(node.left.text, words, node.relation in ("!=", "not in"))

    def _member(self, node: Comparison, scope: str) -> Predicate:
        listed = self._type(node.right[0], scope) if len(node.right) == 1 else None
        if not isinstance(listed, Words | Refs) or node.relation not in ("in", "not in"):
            raise self._unknown_name(node.left, scope)
        if not _is_word(listed, node.left.text):
            raise PredicateError(
                f"{node.left.text!r} is never in {node.right[0].text}", node.left.column
            )
        return worded(node.right[0].text, (node.left.text,), node.relation == "not in")

    def _between_facts(self, node: Comparison, right: Operand, scope: str, left: Type) -> Predicate:
        other = self._type(right, scope)
        if other is None or len(node.right) > 1:
            raise self._unknown_word(right, left)
        if not (isinstance(left, Amount) and isinstance(other, Amount)):
            raise PredicateError(f"{right.text!r} can't be compared here", right.column)
        self._fits(right, Quantity(0, 0, other.kind, _currency(other)), left)
        return facts_related(node.left.text, right.text, _relate(node.relation, right))

    def _amount(self, node: Comparison, due: Amount) -> Predicate:
        if len(node.right) > 1:
            raise PredicateError("a quantity is compared with one bound", node.right[1].column)
        right = node.right[0]
        bound = self._quantity(right, due)
        threshold = right.text if right.form == "threshold" else ""
        relate = _relate(node.relation, right)
        self._fits(right, bound, due)
        if node.relation == "<" and bound.high == 0:
            raise PredicateError("nothing is below 0", right.column)
        if due.kind == "share" and bound.low > 1 and not node.left.text.startswith("derived."):
            raise PredicateError("no share is above 100 %", right.column)
        return related(node.left.text, relate, (node.relation, bound, threshold))

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


def _relate(relation: Relation, at: Operand) -> Callable[[Quantity, Quantity], Truth]:
    relations: dict[str, Callable[[Quantity, Quantity], Truth]] = {
        "<": less,
        "<=": less_equal,
        ">": lambda a, b: less(b, a),
        ">=": lambda a, b: less_equal(b, a),
        "==": equal,
        "!=": lambda a, b: negate(equal(a, b)),
    }
    if relation not in relations:
        raise PredicateError("a quantity is compared by == != < <= > >=", at.column)
    return relations[relation]


def _quantifier_in(node: Node | None) -> Quantifier | None:
    """Return the first quantifier within a body, where none may be."""
    if isinstance(node, Quantifier):
        return node
    if isinstance(node, Not):
        return _quantifier_in(node.inner)
    parts = node.parts if isinstance(node, Join) else ()
    return next((q for q in map(_quantifier_in, parts) if q is not None), None)


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
