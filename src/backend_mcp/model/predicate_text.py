"""The language of the rules, as text: one boolean expression over named facts, parsed to a tree.

    expression := conjunction ("or" conjunction)*
    conjunction := negation ("and" negation)*
    negation := "not" negation | "(" expression ")" | quantifier | comparison
    quantifier := ("any" | "all") "(" list "," expression ")"
                | "count" "(" list ["," expression] ")" relation operand
    comparison := operand relation operand | operand ["not"] "in" ( "(" operand, … ")" | operand )
    operand := name | number | "text" | "threshold" "(" id ")"

No arithmetic, no variables, no nesting of quantifiers. Length and depth are bounded, so that a
hostile expression costs no more than a long honest one.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from backend_mcp.errors import PredicateError

MAX_LENGTH: Final = 1000
MAX_DEPTH: Final = 12

Relation = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]

_TOKEN = re.compile(
    r"\s*(?:(?P<threshold>threshold\(\s*[a-z0-9-]+\s*\))|(?P<text>\"[^\"]*\")"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_-]+)*)"
    r"|(?P<symbol>==|!=|<=|>=|<|>|\(|\)|,))"
)


@dataclass(frozen=True, slots=True)
class Operand:
    """A name, a number, a quoted text or the id of a threshold, with its column."""

    form: Literal["name", "number", "text", "threshold"]
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One relation between a left side and one or several right sides."""

    left: Operand
    relation: Relation
    right: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    inner: "Node"


@dataclass(frozen=True, slots=True)
class Join:
    """Conjunction or disjunction of two or more."""

    word: Literal["and", "or"]
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Quantifier:
    """`any` or `all` over a list, or `count` of it against a bound."""

    word: Literal["any", "all", "count"]
    list: str
    body: "Node | None"
    relation: Relation | None
    bound: Operand | None
    column: int


Node = Comparison | Not | Join | Quantifier


def parse(text: str) -> Node:
    """Parse an expression.

    Raises:
        PredicateError: with the column of the first fault.
    """
    if len(text) > MAX_LENGTH:
        raise PredicateError(f"longer than {MAX_LENGTH} characters")
    reader = _Reader(_tokens(text), len(text.rstrip()))
    node = reader.expression(0)
    reader.end()
    return node


def _tokens(text: str) -> list[Operand | tuple[str, int]]:
    tokens: list[Operand | tuple[str, int]] = []
    at, stripped = 0, text.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if found is None:
            raise PredicateError(f"{stripped[at:].strip()[:12]!r} can't be read here", at)
        form = str(found.lastgroup)
        raw, column = found[form], found.start(form)
        tokens.append((raw, column) if form == "symbol" else _operand(form, raw, column))
        at = found.end()
    return tokens


def _operand(form: str, raw: str, column: int) -> Operand:
    if form == "text":
        return Operand("text", raw[1:-1], column)
    if form == "threshold":
        return Operand("threshold", raw[len("threshold(") : -1].strip(), column)
    return Operand("number" if form == "number" else "name", raw, column)


class _Reader:
    """A recursive descent over the tokens, with a bounded depth."""

    def __init__(self, tokens: list[Operand | tuple[str, int]], length: int) -> None:
        self.tokens = tokens
        self.length = length
        self.at = 0

    def expression(self, depth: int) -> Node:
        return self._join("or", depth)

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise PredicateError(f"{self._peek()!r} is left over", self._column())

    def _join(self, word: Literal["and", "or"], depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise PredicateError(f"nested deeper than {MAX_DEPTH}", self._column())
        parts = [self._part(word, depth)]
        while self._peek() == word:
            self.at += 1
            parts.append(self._part(word, depth))
        return parts[0] if len(parts) == 1 else Join(word, tuple(parts))

    def _part(self, word: str, depth: int) -> Node:
        return self._join("and", depth) if word == "or" else self._negation(depth)

    def _negation(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise PredicateError(f"nested deeper than {MAX_DEPTH}", self._column())
        word = self._peek()
        if word == "not":
            self.at += 1
            return Not(self._negation(depth + 1))
        if word == "(":
            self.at += 1
            inner = self.expression(depth + 1)
            self._expect(")")
            return inner
        if word in ("any", "all", "count") and self._peek(1) == "(":
            return self._quantifier(depth)
        return self._comparison()

    def _quantifier(self, depth: int) -> Node:
        column = self._column()
        word = self._peek()
        self.at += 1
        self._expect("(")
        name = self._take_operand().text
        body = None
        if word != "count" or self._peek() == ",":
            self._expect(",")
            body = self.expression(depth + 1)
        self._expect(")")
        if word == "count":
            relation = self._relation()
            return Quantifier("count", name, body, relation, self._take_operand(), column)
        return Quantifier("any" if word == "any" else "all", name, body, None, None, column)

    def _comparison(self) -> Node:
        left = self._take_operand()
        relation = self._relation()
        if relation in ("in", "not in") and self._peek() == "(":
            self.at += 1
            right = [self._take_operand()]
            while self._peek() == ",":
                self.at += 1
                right.append(self._take_operand())
            self._expect(")")
            return Comparison(left, relation, tuple(right))
        return Comparison(left, relation, (self._take_operand(),))

    def _relation(self) -> Relation:
        word, column = self._peek(), self._column()
        self.at += 1
        if word == "not" and self._peek() == "in":
            self.at += 1
            return "not in"
        relations: dict[str, Relation] = {
            "==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "in": "in",
        }  # fmt: skip
        if word not in relations:
            raise PredicateError(f"a relation (== != < <= > >= in) is due, not {word!r}", column)
        return relations[word]

    def _take_operand(self) -> Operand:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if not isinstance(token, Operand):
            raise PredicateError(f"a fact or a value is due, not {self._peek()!r}", self._column())
        self.at += 1
        return token

    def _expect(self, symbol: str) -> None:
        if self._peek() != symbol:
            raise PredicateError(f"{symbol!r} is due, not {self._peek()!r}", self._column())
        self.at += 1

    def _peek(self, ahead: int = 0) -> str:
        index = self.at + ahead
        if index >= len(self.tokens):
            return "the end"
        token = self.tokens[index]
        if isinstance(token, tuple):
            return token[0]
        return token.text if token.form == "name" else f'"{token.text}"'

    def _column(self) -> int:
        if self.at >= len(self.tokens):
            return self.length
        token = self.tokens[self.at]
        return token[1] if isinstance(token, tuple) else token.column
