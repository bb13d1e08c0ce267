"""Predicates that are compiled when somebody asks them: what was checked before need not be again."""

from collections.abc import Callable
from typing import Any

from backend_mcp.model.kleene import Outcome, Predicate, Scope


class _Deferred:
    """A predicate that is compiled when it is first asked for."""

    def __init__(self, make: Callable[[], Predicate]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:
        made = self._make()
        self.over, self.atoms, self.needs, self.truth = (
            made.over,
            made.atoms,
            made.needs,
            made.truth,
        )
        return getattr(made, name)

    def __call__(self, scope: Scope) -> Outcome:
        return self.truth(scope), self.atoms(scope)


def deferred(make: Callable[[], Predicate]) -> Predicate:
    """Return a predicate that is compiled by `make` when somebody asks it."""
    return _Deferred(make)  # type: ignore[return-value]
