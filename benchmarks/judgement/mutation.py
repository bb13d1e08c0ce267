"""Rules changed a little: their own examples must notice.

`python -m benchmarks.judgement.mutation` prints the changes that no example catches.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from backend_mcp.errors import PredicateError
from backend_mcp.model.knowledge import BoundRule, Knowledge
from backend_mcp.model.predicate import compile_predicate
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
from backend_mcp.model.quantity import Quantity
from backend_mcp.usecases import maintain
from benchmarks.judgement.cases import Share, knowledge, share

_FLIPPED: dict[Relation, Relation] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "in": "not in",
    "not in": "in",
}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TENTH = 1.1
_FEW = 10
"""A tenth of a smaller count is less than one, so that nothing countable changes."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one rule, and whether an example of it noticed."""

    rule: str
    change: str
    caught: bool


def mutants(rule: BoundRule, whole: Knowledge) -> Iterator[tuple[str, BoundRule, Knowledge]]:
    """Yield every change of a rule with the knowledge in which it stands."""
    texts = {"applies": rule.entry.applies_when, "fires": rule.entry.fires_when}
    for key, text in texts.items():
        if not text:
            continue
        for change, changed in _changed(parse(text)):
            made = _bound(rule, key, _text(changed), whole, dict(whole.numbers.values))
            if made is not None:
                yield f"{key}: {change}", made, whole
        for id_ in re.findall(r"threshold\(([a-z0-9-]+)\)", text):
            for factor in (_TENTH, 1 / _TENTH):
                values = dict(whole.numbers.values)
                held = values[id_]
                if held.kind == "count" and held.high < _FEW:
                    continue
                values[id_] = Quantity(
                    held.low * factor, held.high * factor, held.kind, held.currency
                )
                made = _bound(rule, key, text, whole, values)
                if made is not None:
                    yield f"{key}: {id_} x {factor:.2f}", made, whole


def _bound(
    rule: BoundRule, key: str, text: str, whole: Knowledge, values: dict[str, Quantity]
) -> BoundRule | None:
    try:
        made = compile_predicate(text, whole.vocabulary, values, rule.entry.for_each)
    except PredicateError:
        return None  # what the language itself refuses needs no example
    return replace(rule, applies=made) if key == "applies" else replace(rule, fires=made)


def _changed(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the node with one place changed."""
    if isinstance(node, Comparison):
        yield from _compared(node)
    elif isinstance(node, Not):
        yield f"not {_text(node.inner)} without not", node.inner
        for change, inner in _changed(node.inner):
            yield change, Not(inner)
    elif isinstance(node, Join):
        yield from _joined(node)
    elif isinstance(node, Quantifier) and node.body is not None:
        for change, inner in _changed(node.body):
            yield f"{node.word}: {change}", replace(node, body=inner)


def _compared(node: Comparison) -> Iterator[tuple[str, Node]]:
    flipped: Relation = _FLIPPED[node.relation]
    yield f"{_text(node)} becomes {flipped}", replace(node, relation=flipped)
    for index, operand in enumerate(node.right):
        for moved in _moved(operand):
            right = (*node.right[:index], moved, *node.right[index + 1 :])
            yield f"{_text(node)} at {moved.text}", replace(node, right=right)


def _joined(node: Join) -> Iterator[tuple[str, Node]]:
    for index, part in enumerate(node.parts):
        rest = (*node.parts[:index], *node.parts[index + 1 :])
        if node.word == "and":
            yield f"without {_text(part)}", rest[0] if len(rest) == 1 else Join(node.word, rest)
        for change, inner in _changed(part):
            parts = (*node.parts[:index], inner, *node.parts[index + 1 :])
            yield change, Join(node.word, parts)


def _moved(operand: Operand) -> Iterator[Operand]:
    found = _NUMBER.search(operand.text)
    if operand.form not in ("number", "text") or found is None or float(found[0]) == 0:
        return
    plain = operand.text.strip() == found[0]
    for factor in (_TENTH, 1 / _TENTH):
        if plain and float(found[0]) < _FEW:
            continue  # a small count: the same whole numbers pass
        text = (
            operand.text[: found.start()]
            + f"{float(found[0]) * factor:.4f}"
            + operand.text[found.end() :]
        )
        yield replace(operand, text=text)


def _text(node: Node) -> str:
    if isinstance(node, Comparison):
        right = [_said(o) for o in node.right]
        listed = f"({', '.join(right)})" if len(right) > 1 else right[0]
        return f"{_said(node.left)} {node.relation} {listed}"
    if isinstance(node, Not):
        return f"not ({_text(node.inner)})"
    if isinstance(node, Join):
        return "(" + f" {node.word} ".join(_text(p) for p in node.parts) + ")"
    body = f", {_text(node.body)}" if node.body is not None else ""
    bound = f" {node.relation} {_said(node.bound)}" if node.bound is not None else ""
    return f"{node.word}({node.list}{body}){bound}"


def _said(operand: Operand) -> str:
    return {"text": f'"{operand.text}"', "threshold": f"threshold({operand.text})"}.get(
        operand.form, operand.text
    )


def tried() -> list[Mutant]:
    """Try every change of every rule on the rule's own examples."""
    whole, found = knowledge(), []
    for rule in whole.rules:
        alone = replace(whole, rules=(rule,))
        for change, mutant, _ in mutants(rule, alone):
            within = replace(whole, rules=(mutant,))
            caught = any(maintain.try_example(mutant, e, within) for e in rule.entry.examples)
            found.append(Mutant(rule.entry.id, change, caught))
    return found


def caught(found: list[Mutant]) -> Share:
    """How many changes are noticed."""
    return share([m.caught for m in found])


if __name__ == "__main__":
    survivors = tried()
    for mutant in survivors:
        if not mutant.caught:
            sys.stdout.write(f"{mutant.rule}: {mutant.change}\n")
    sys.stdout.write(f"caught {caught(survivors)}\n")
