"""A list of a design as a table: its items are rows, its facts columns, and a set of rows is a number.

Bit `n` of a set stands for row `n`. So a comparison is made once for each value that occurs in a
column, and `and`, `or` and `not` once for a whole list: what a review asks of every item costs
little more than what it asks of one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from backend_mcp.model.fact import UNKNOWN, Fact, Value

Truth = bool | None
Rows = int
"""A set of rows."""
Judged = tuple[Rows, Rows]
"""The rows of which something is surely true, and those of which it is surely false."""
Test = Callable[[Value], Truth]
Told = tuple[Rows, Rows, Rows]
"""How many rows were tested, and of which the test is surely true and false."""

_WORKED_OUT: Final = "derived."


class Scope(Protocol):
    """What an expression is evaluated over: the whole design, or one item within it."""

    table: "Table"
    """The table that this stands in."""
    row: Rows
    """The set of rows that holds nothing but this."""
    facts: Mapping[str, Fact]
    """What the document says of it, by path as seen from here."""

    @property
    def place(self) -> str:
        """How answers name it; empty for the whole design."""

    def get(self, path: str) -> Fact | None:
        """Return the fact at `path`, or None when nothing is said of it."""

    def walk(self, name: str) -> "tuple[Table, Rows, bool]":
        """Return the items of a list, and whether the list is declared complete."""

    def finder(self, path: str) -> "Callable[[Any], Fact | None]":
        """Return how all that stand in the table find the fact at `path`."""

    def owns(self, path: str) -> bool:
        """Whether the fact at `path` is in `facts`, or nowhere."""

    def shares(self, path: str) -> bool:
        """Whether the fact at `path` is the same for all that stand in the table."""

    def name(self, path: str) -> str:
        """Return the whole path of a fact that is not there."""

    def lacks(self, word: str) -> bool:
        """Whether the design says that a kind, technology or practice is not there."""


class _Column:
    """The facts of all rows at one path, as far as somebody asked for them.

    `seen` are the rows that were looked at, `values` the rows by value (unknown ones are in none),
    and `tests` what was asked of them.
    """

    __slots__ = ("seen", "tests", "values")

    def __init__(self, seen: Rows, values: dict[Value, Rows]) -> None:
        self.seen = seen
        self.values = values
        self.tests: set[Test] = set()

    def put(self, rows: Rows, fact: Fact | None) -> None:
        """Note a fact of some rows."""
        if fact is not None and fact.value is not UNKNOWN:
            self.values[fact.value] = self.values.get(fact.value, 0) | rows

    def fill(self, facts: Iterable[tuple[Rows, Fact | None]]) -> None:
        """Note the facts of many rows."""
        values = self.values
        for row, fact in facts:
            if fact is not None and fact.value is not UNKNOWN:
                values[fact.value] = values.get(fact.value, 0) | row

    def judge(self, test: Test) -> Told:
        """Test each value once."""
        true = false = 0
        for value, having in self.values.items():
            found = test(value)
            if found:
                true |= having
            elif found is False:
                false |= having
        return self.seen, true, false


class _Supposed(_Column):
    """A column in which one row has another fact than it has: of the others a test says the same."""

    __slots__ = ("row", "told", "value")

    def __init__(
        self, column: _Column, row: Rows, held: Fact | None, fact: Fact, told: dict[Test, Told]
    ) -> None:
        super().__init__(column.seen, dict(column.values))
        if held is not None and held.value in self.values:
            self.values[held.value] &= ~row
        self.put(row, fact)
        self.row = row
        self.value = fact.value
        self.told = told

    def judge(self, test: Test) -> Told:
        """Test the value of the one row, where the others were tested before."""
        before = self.told.get(test)
        if before is None or before[0] != self.seen:
            return super().judge(test)
        _, true, false = before
        found = test(self.value)
        true = true | self.row if found else true & ~self.row
        return self.seen, true, false | self.row if found is False else false & ~self.row


Walk = Callable[[Scope], Truth]
Held = tuple[_Column, dict[Test, Told], dict[Walk, Truth]]


class Table:
    """The rows of one list, or the whole design as the only row of its own.

    `told` is what each test said: of how many rows, and of which it is surely true and false.
    """

    __slots__ = ("_columns", "_reading", "_stated", "_walks", "all", "rows", "told")

    def __init__(self, rows: Sequence[Scope]) -> None:
        self.rows = rows
        self._stated: dict[str, list[tuple[Rows, Fact]]] = {}
        for number, scope in enumerate(rows):
            for path, fact in scope.facts.items():
                self._stated.setdefault(path, []).append((1 << number, fact))
        self.all: Rows = (1 << len(rows)) - 1
        self.told: dict[Test, Told] = {}
        self._columns: dict[str, _Column] = {}
        self._walks: dict[Walk, Truth] = {}
        self._reading: dict[str, set[Walk]] = {}

    def at(self, rows: Rows) -> Iterator[Scope]:
        """Return the rows of a set, in their order."""
        return iter(self.rows) if rows == self.all else self._some(rows)

    def _some(self, rows: Rows) -> Iterator[Scope]:
        while rows:
            lowest = rows & -rows
            yield self.rows[lowest.bit_length() - 1]
            rows ^= lowest

    def judge(self, path: str, test: Test, rows: Rows) -> Told:
        """Test the facts at a path, of so many rows at least, once for each value among them."""
        column = self._looked(path, rows)
        column.tests.add(test)
        told = self.told[test] = column.judge(test)
        return told

    def other_word(self, path: str, words: tuple[str, ...]) -> Rows:
        """Return the rows with a word at a path that is none of these."""
        others = 0
        for value, rows in self._looked(path, self.all).values.items():
            if isinstance(value, str) and value not in words:
                others |= rows
        return others

    def walk(self, truth: Walk, paths: frozenset[str], scope: Scope) -> Truth:
        """Return what is true of all rows together, worked out once; `paths` are what it reads."""
        if truth not in self._walks:
            self._walks[truth] = truth(scope)
            for path in paths:
                self._reading.setdefault(path, set()).add(truth)
        return self._walks[truth]

    def suppose(self, path: str, row: Rows, held: Fact | None, fact: Fact) -> Held:
        """Let one row have a fact in place of another; return what to `restore` when that is over."""
        column = self._looked(path, row)
        told = {test: self.told.pop(test) for test in column.tests}
        self._columns[path] = _Supposed(column, row, held, fact, told)
        walks = self._walks
        reading = [walk for walk in self._reading.get(path, ()) if walk in walks]
        return column, told, {walk: walks.pop(walk) for walk in reading}

    def restore(self, path: str, held: Held) -> None:
        """Undo what was supposed of the fact at a path."""
        for test in self._columns[path].tests:
            del self.told[test]
        for walk in self._reading.get(path, ()):
            self._walks.pop(walk, None)
        self._columns[path], told, walks = held
        self.told.update(told)
        self._walks.update(walks)

    def _looked(self, path: str, rows: Rows) -> _Column:
        """Return a column in which these rows were looked at: all, unless that would mean work."""
        column = self._columns.get(path)
        if column is None:
            column = self._columns[path] = _Column(0, {})
        wanted = rows & ~column.seen
        if not wanted:
            return column
        if self.rows[0].owns(path):
            column.seen = self.all
            column.fill(self._stated.get(path, ()))
        elif self.rows[0].shares(path) and path not in self._stated:
            column.seen = self.all
            column.put(self.all, self.rows[0].get(path))
        else:
            wanted = wanted if _WORKED_OUT in path else self.all & ~column.seen
            column.seen |= wanted
            find = self.rows[0].finder(path)
            column.fill((scope.row, find(scope)) for scope in self.at(wanted))
        return column
