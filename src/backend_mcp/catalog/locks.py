"""Whether a number of a house would open a lock: a locked rule that reads it would say less than before."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from backend_mcp.errors import PredicateError
from backend_mcp.model.predicate_text import Comparison, Join, Node, Not, Operand, Quantifier, parse
from backend_mcp.model.quantity import Quantity

_LEAST: Final = {">": True, ">=": True, "<": False, "<=": False}
"""Relations of a fact to a number: whether a higher number makes them true less often."""


def loosens(rule: Mapping[str, Any], id_: str, old: Quantity, new: Quantity) -> bool:
    """Whether a rule, as its file has it, fires or applies less often once a threshold is set anew."""
    for key in ("applies_when", "fires_when"):
        for less_when_higher in _readings(_parsed(rule.get(key)), id_, True):
            higher = new.low > old.low or new.high > old.high
            lower = new.low < old.low or new.high < old.high
            if (higher and less_when_higher is not False) or (
                lower and less_when_higher is not True
            ):
                return True
    return False


def _parsed(text: Any) -> Node | None:
    try:
        return parse(str(text)) if text else None
    except PredicateError:  # told where the rule is bound
        return None


def _readings(node: Node | None, id_: str, asserted: bool) -> Iterator[bool | None]:
    """Yield of each reading of a threshold whether a higher one makes the whole true less often; None is either."""
    if isinstance(node, Not):
        yield from _readings(node.inner, id_, not asserted)
    elif isinstance(node, Join):
        for part in node.parts:
            yield from _readings(part, id_, asserted)
    elif isinstance(node, Quantifier):
        more = _LEAST.get(node.relation or ">")
        if node.bound is not None and _is(node.bound, id_):
            yield None if more is None else more is asserted
        if more is None:  # an exact count: what is in it may count either way
            yield from (None for _ in _readings(node.body, id_, asserted))
        else:
            yield from _readings(node.body, id_, asserted is more)
    elif isinstance(node, Comparison):
        more = _LEAST.get(node.relation)
        if any(_is(o, id_) for o in node.right):
            yield None if more is None else more is asserted


def _is(operand: Operand, id_: str) -> bool:
    return operand.form == "threshold" and operand.text == id_
