"""Whether the rules make sense, alone and beside each other: what a single example can't show.

All of it is read off the expressions: nothing is evaluated here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from backend_mcp.catalog.conjuncts import Conjuncts, conjuncts, normal, parts, say
from backend_mcp.catalog.files import Entry
from backend_mcp.errors import PredicateError, Problem, QuantityError
from backend_mcp.model.entries import SEVERITIES, Rule
from backend_mcp.model.form import Amount, Flag, Text, Type, Word
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.predicate_text import Comparison, Join, Node, Not, Operand, Quantifier
from backend_mcp.model.predicate_text import parse as parse_expression
from backend_mcp.model.quantity import Quantity, parse
from backend_mcp.model.vocabulary import list_type

_STRUCTURAL: Final = 4
"""Up to here a plain number says one, several or many: more than that is a number with a source."""
_EXPRESSIONS: Final = frozenset(
    {"fires_when", "applies_when", "when", "chosen_when", "host_when", "judges", "touched_when",
     "spare_when"}
)  # fmt: skip
_DESIGNS: Final = frozenset({"examples", "before", "after", "repair"})
_OPPOSED: Final = {"over": "under", "under": "over"}


def unsound(entries: list[Entry], knowledge: Knowledge) -> Iterator[Problem]:
    """Yield what does not make sense in the entries given, among all that the knowledge holds."""
    for entry in entries:
        yield from _literals(entry)
    rules = {r.entry.id: _Stated.of(r.entry) for r in knowledge.rules}
    judged = [s for id_, s in rules.items() if id_ not in knowledge.off]
    files = {str(e.values["id"]): e for e in entries if e.kind == "rules"}
    for id_, entry in files.items():
        reason = _contradiction(rules[id_].conjuncts, _Terms(knowledge, rules[id_].rule.for_each))
        if reason:
            yield _at(entry, f"it can never fire: {reason}", "fires_when")
    yield from _pairs(judged, files)


def _at(entry: Entry, reason: str, *keys: str | int) -> Problem:
    return Problem(entry.path, entry.line(*keys), ".".join(map(str, keys)), reason)


def _literals(entry: Entry) -> Iterator[Problem]:
    """Yield the numbers that stand in an expression and say more than none, one, several or the whole."""
    for keys, text in _expressions(entry.values):
        try:
            operands = list(_operands(parse_expression(text)))
        except PredicateError:
            continue
        for literal in dict.fromkeys(o.text for o in operands if _belongs_elsewhere(o)):
            reason = (
                f"{literal} belongs in thresholds/, with its conditions and where it comes from"
            )
            yield _at(entry, f"{reason}; name it here as threshold(id)", *keys)


def _expressions(values: Any, *within: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    pairs: Iterable[tuple[str | int, Any]] = ()
    if isinstance(values, dict):
        pairs = ((key, value) for key, value in values.items() if key not in _DESIGNS)
    elif isinstance(values, list):
        pairs = enumerate(values)
    for key, value in pairs:
        if key in _EXPRESSIONS and isinstance(value, str):
            yield (*within, key), value
        else:
            yield from _expressions(value, *within, key)


def _operands(node: Node) -> Iterator[Operand]:
    if isinstance(node, Comparison):
        yield from (node.left, *node.right)
    elif isinstance(node, Not):
        yield from _operands(node.inner)
    elif isinstance(node, Join):
        for part in node.parts:
            yield from _operands(part)
    else:
        if node.body is not None:
            yield from _operands(node.body)
        if node.bound is not None:
            yield node.bound


def _belongs_elsewhere(operand: Operand) -> bool:
    if operand.form not in ("number", "text"):
        return False
    try:
        value = parse(operand.text)
    except QuantityError:
        return False  # a word
    nothing, whole = value.high == 0, value.kind == "share" and value.low == value.high == 1
    plain = value.kind == "count" and value.is_point and value.low.is_integer()
    return not (nothing or whole or (plain and value.high <= _STRUCTURAL))


@dataclass(frozen=True, slots=True)
class _Stated:
    """A rule with what must all be true for it to fire."""

    rule: Rule
    conjuncts: Conjuncts

    @classmethod
    def of(cls, rule: Rule) -> "_Stated":
        return cls(rule, conjuncts(rule.applies_when, rule.fires_when))


def _pairs(rules: list[_Stated], files: dict[str, Entry]) -> Iterator[Problem]:
    """Yield each rule that says the opposite of a wider one, or nothing beside it."""
    for narrow in rules:
        for wide in rules:
            within = wide.conjuncts <= narrow.conjuncts and wide.rule is not narrow.rule
            if not within or wide.rule.for_each != narrow.rule.for_each:
                continue
            entry = files.get(narrow.rule.id) or files.get(wide.rule.id)
            reason = _beside(narrow.rule, wide.rule)
            if reason and entry is not None:
                yield _at(entry, reason, "fires_when")


def _beside(narrow: Rule, wide: Rule) -> str:
    if _OPPOSED.get(narrow.direction) == wide.direction:
        return (
            f"wherever {narrow.id} ({narrow.direction}) fires, {wide.id} ({wide.direction}) does, too, "
            "and says the opposite"
        )
    heavier = SEVERITIES.index(wide.severity) <= SEVERITIES.index(narrow.severity)
    if narrow.direction == wide.direction and heavier and narrow.id not in wide.covers:
        return (
            f"wherever {narrow.id} fires, {wide.id} does, too, and weighs as much: name {narrow.id} "
            f"in the `covers` of {wide.id}, or let them differ"
        )
    return ""


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the names and numbers of an expression are, as seen from one list."""

    knowledge: Knowledge
    scope: str

    def type_of(self, operand: Operand) -> Type | None:
        """Return the type of the fact that is named, or None."""
        return self.knowledge.vocabulary.type_of(operand.text, self.scope)

    def number(self, operand: Operand, due: Amount) -> Quantity | None:
        """Return the number that stands there, or None where it is another fact or a word."""
        if operand.form == "threshold":
            return self.knowledge.numbers.values.get(operand.text)
        try:
            return None if operand.form == "name" else parse(operand.text, due.kind, due.per)
        except QuantityError:
            return None

    def within(self, list_: str) -> "_Terms":
        """Return the terms as seen from the items of another list."""
        return _Terms(self.knowledge, list_type(list_, self.scope) or "")


def _contradiction(all_: Conjuncts, terms: _Terms) -> str:
    """Return why not all of it can be true, or an empty string."""
    for one in sorted(all_, key=say):
        if normal(one, False) in all_:
            return f"{say(one)} stands beside its opposite"
    compared = [c for c in sorted(all_, key=say) if isinstance(c, Comparison)]
    for left in dict.fromkeys(c.left for c in compared if c.left.form == "name"):
        about = [c for c in compared if c.left == left]
        if _no_word_left(about, terms) or _no_number_left(about, terms):
            return " against ".join(say(c) for c in about)
    for one in sorted(all_, key=say):
        if isinstance(one, Quantifier) and one.word == "any" and one.body is not None:
            reason = _contradiction(frozenset(parts(one.body)), terms.within(one.list))
        elif isinstance(one, Join):
            rest = all_ - {one}
            ways = [_contradiction(rest | frozenset(parts(way)), terms) for way in one.parts]
            reason = ways[0] if all(ways) else ""
        else:
            continue
        if reason:
            return reason
    return ""


def _no_word_left(about: list[Comparison], terms: _Terms) -> bool:
    """Whether a fact of one word is asked to be none of those that it may be."""
    if not isinstance(terms.type_of(about[0].left), Word | Flag | Text):
        return False
    allowed = [{o.text for o in c.right} for c in about if c.relation in ("==", "in")]
    denied = {o.text for c in about if c.relation in ("!=", "not in") for o in c.right}
    return bool(allowed) and not set.intersection(*allowed) - denied


def _no_number_left(about: list[Comparison], terms: _Terms) -> bool:
    """Whether a number is asked to be above what it must be below; of a range its surer end counts."""
    due = terms.type_of(about[0].left)
    if not isinstance(due, Amount):
        return False
    read = [(c.relation, terms.number(c.right[0], due)) for c in about if len(c.right) == 1]
    bounds = [(relation, n) for relation, n in read if n is not None]
    above = [(n.high, relation == ">") for relation, n in bounds if relation in (">", ">=", "==")]
    below = [(n.low, relation == "<") for relation, n in bounds if relation in ("<", "<=", "==")]
    return any(
        low > high or (low == high and (strictly or less))
        for low, strictly in above
        for high, less in below
    )
