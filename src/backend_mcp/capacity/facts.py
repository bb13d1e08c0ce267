"""Facts by path: those of the document at once, the others when they are first asked for."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from backend_mcp.capacity.registry import DERIVED, Derivation, Made
from backend_mcp.model.fact import Fact
from backend_mcp.model.table import Rows, Table

_T = TypeVar("_T")
_UNASKED: Final[Any] = object()
"""Stands for a fact that nobody asked for yet."""
_DERIVED: Final = "derived."
_DENIED: Final = Made(False, "derived")
"""Of what a derived fact can't be true of."""


class Facts:
    """What has facts; `of` names the list that it stands in, and is empty for the whole design."""

    __slots__ = ("_known", "facts", "of", "place", "row", "table")

    table: Table
    row: Rows

    def __init__(self, of: str, place: str, facts: Mapping[str, Fact]) -> None:
        self.of = of
        self.place = place
        self.facts = facts
        self._known: dict[str, Fact | None] = dict(facts)

    def get(self, path: str) -> Fact | None:
        """Return the fact at a path as seen from here, derived ones included."""
        known = self._known
        found: Fact | None = known.get(path, _UNASKED)
        if found is _UNASKED:
            known[path] = None  # whoever asks for itself on the way gets nothing
            derivation = self.derivation(path) if path.startswith(_DERIVED) else None
            found = self._find(path) if derivation is None else self._derive(derivation, path)
            known[path] = found
        return found

    def finder(self, path: str) -> "Callable[[Facts], Fact | None]":
        """Return how all that stand in the table find the fact at a path: its value, if not its place."""
        derivation = self.derivation(path) if path.startswith(_DERIVED) else None
        if derivation is None:
            return lambda row: row.get(path)
        only, denied = derivation.only, Fact(path, _DENIED.value, _DENIED.basis)

        def find(row: Facts) -> Fact | None:
            known = row._known
            if path not in known:
                if only is not None and not only(row):
                    return denied
                known[path] = None
                known[path] = row._derive(derivation, path)
            return known[path]

        return find

    def derivation(self, path: str) -> Derivation | None:
        """Return how a derived fact is worked out, where it is one of this."""
        return DERIVED.get((self.of, path.removeprefix(_DERIVED)))

    def derived(self, name: str) -> Fact | None:
        """Return a derived fact."""
        return self.get(f"derived.{name}")

    def supposing(self, path: str, fact: Fact, question: Callable[[], _T]) -> _T:
        """Answer a question as if one fact were known; what is derived already stays as it is."""
        held = self.get(path)
        self._known[path] = fact
        column = self.table.suppose(path, self.row, held, fact)
        try:
            return question()
        finally:
            self._known[path] = held
            self.table.restore(path, column)

    def _derive(self, derivation: Derivation, path: str) -> Fact | None:
        only = derivation.only
        made = derivation.function(self) if only is None or only(self) else _DENIED
        if made is None:
            return None
        place = f"{self.place}.{path}" if self.of else path
        return Fact(place, made.value, made.basis, made.note, made.formula or derivation.formula)

    def _find(self, _: str) -> Fact | None:
        """Return a fact that is neither said of this nor derived: of the whole design there is none."""
        return None
