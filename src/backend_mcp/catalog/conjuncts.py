"""An expression as the set of what must all be true, in one form however it was written.

Negations stand at the comparisons, operands and parts in a fixed order, columns are forgotten: equal
conditions are then equal values.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal

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

Conjuncts = frozenset[Node]
_OPPOSITE: Final[dict[Relation, Relation]] = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in",
}  # fmt: skip
_WORDS: Final[dict[str, Literal["and", "or"]]] = {"and": "or", "or": "and"}


def conjuncts(*texts: str) -> Conjuncts:
    """Return what must all be true for each of some expressions to be; an empty one asks for nothing."""
    return frozenset(part for text in texts if text for part in parts(normal(parse(text))))


def parts(node: Node) -> Iterator[Node]:
    """Yield the parts of an `and`, of any other node itself."""
    if isinstance(node, Join) and node.word == "and":
        for part in node.parts:
            yield from parts(part)
    else:
        yield node


def normal(node: Node, truth: bool = True) -> Node:
    """Return a node, or its opposite, in the one form."""
    if isinstance(node, Not):
        return normal(node.inner, not truth)
    if isinstance(node, Join):
        made = sorted((normal(part, truth) for part in node.parts), key=say)
        return Join(node.word if truth else _WORDS[node.word], tuple(made))
    if isinstance(node, Quantifier):
        return _quantified(node, truth)
    right = tuple(sorted((_bare(operand) for operand in node.right), key=lambda o: o.text))
    relation = node.relation if truth else _OPPOSITE[node.relation]
    return Comparison(_bare(node.left), relation, right)


def _quantified(node: Quantifier, truth: bool) -> Node:
    if node.word == "count":
        assert node.relation is not None
        assert node.bound is not None
        relation = node.relation if truth else _OPPOSITE[node.relation]
        body = normal(node.body) if node.body is not None else None
        return Quantifier("count", node.list, body, relation, _bare(node.bound), 0)
    assert node.body is not None
    other: Literal["any", "all"] = "all" if node.word == "any" else "any"
    return Quantifier(
        node.word if truth else other, node.list, normal(node.body, truth), None, None, 0
    )


def _bare(operand: Operand) -> Operand:
    return replace(operand, column=0)


def say(node: Node) -> str:
    """Return a node as text."""
    if isinstance(node, Comparison):
        right = ", ".join(_said(o) for o in node.right)
        return (
            f"{_said(node.left)} {node.relation} {f'({right})' if len(node.right) > 1 else right}"
        )
    if isinstance(node, Not):
        return f"not ({say(node.inner)})"
    if isinstance(node, Join):
        return "(" + f" {node.word} ".join(say(part) for part in node.parts) + ")"
    body = f", {say(node.body)}" if node.body is not None else ""
    bound = f" {node.relation} {_said(node.bound)}" if node.bound is not None else ""
    return f"{node.word}({node.list}{body}){bound}"


def _said(operand: Operand) -> str:
    form = {"threshold": "threshold({})", "text": '"{}"'}.get(operand.form, "{}")
    return form.format(operand.text)
