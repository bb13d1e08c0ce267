"""The register of derived facts: each a function whose docstring holds its formula and unit."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Final, NamedTuple, TypeVar

from backend_mcp.model.fact import Basis, Fact, Value, weakest
from backend_mcp.model.form import Amount, Flag, Type, Words
from backend_mcp.model.quantity import Kind, Quantity

_FORMULA: Final = re.compile(r"Formula:\s*(.+?)\.\s+Unit:\s*(.+?)\.\s*\Z", re.DOTALL)


class Made(NamedTuple):
    """What a derivation made: the value and how good it is, which is as good as its weakest input.

    A tuple, since a review makes a thousand of them and keeps none.
    """

    value: Value
    basis: Basis
    formula: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Derivation:
    """One derived fact: its function, type, formula, unit and what it says in one sentence.

    `only` tells cheaply of what it may be true at all; of all else it is false, and not worked out.
    """

    function: Callable[[Any], Made | None]
    type: Type
    formula: str
    unit: str
    title: str
    only: Callable[[Any], bool] | None = None


DERIVED: Final[dict[tuple[str, str], Derivation]] = {}
"""Every derived fact by the list it belongs to (empty: the whole design) and its name."""

_F = TypeVar("_F", bound=Callable[..., Made | None])


def derived(
    kind: Kind | Type, of: str = "", only: Callable[[Any], bool] | None = None
) -> Callable[[_F], _F]:
    """Register a function under its name; its docstring must end with `Formula: … Unit: …`."""
    type_: Type = Amount(kind) if isinstance(kind, str) else kind

    def register(function: _F) -> _F:
        text = " ".join((function.__doc__ or "").split())
        found = _FORMULA.search(text)
        assert found is not None, f"{function.__name__} tells no formula and unit"
        title = text[: found.start()].strip()
        derivation = Derivation(function, type_, found[1], found[2], title, only)
        DERIVED[of, function.__name__] = derivation
        return function

    return register


FLAG: Final = Flag()
WORDS: Final = Words()


def made(value: Value, *inputs: Fact, formula: str = "", note: str = "") -> Made:
    """Return a value with the basis that follows from its inputs."""
    return Made(value, weakest(inputs), formula, note)


def amount(fact: Fact | None) -> Quantity | None:
    """Return the quantity of a fact, or None when it is silent, unknown or a stated absence."""
    return fact.value if fact is not None and isinstance(fact.value, Quantity) else None


def is_lost(facts: Mapping[str, Fact], key: str) -> bool:
    """Whether something was said at a key and is not known: left open, or not to be read."""
    fact = facts.get(key)
    return fact is not None and not fact.known


def said(fact: Fact | None) -> str:
    """Print a fact for a formula."""
    return fact.said if fact is not None else "unknown"


def total(facts: Iterable[Fact | None]) -> Made | None:
    """Add up the quantities that are known, with an open end where one is said to be unknown."""
    given = [f for f in facts if f is not None]
    known = [f for f in given if isinstance(f.value, Quantity)]
    values = [f.value for f in known if isinstance(f.value, Quantity)]
    if not values:
        return None
    formula = " + ".join(f.said for f in known[:5]) + (" + …" if len(known) > 5 else "")
    summed = sum(values[1:], values[0])
    if any(not f.known for f in given):
        summed, formula = replace(summed, high=inf), f"{formula} + unknown"
    return made(summed, *known, formula=formula)


def larger(first: Made | None, second: Made | None) -> Made | None:
    """Return the larger of two values that were made; see `largest`."""
    facts = (Fact("", m.value, m.basis, m.note, m.formula) for m in (first, second) if m)
    fact = largest(facts)
    return made(fact.value, fact, formula=fact.formula, note=fact.note) if fact else None


def largest(facts: Iterable[Fact]) -> Fact | None:
    """Return the largest of several quantities: the largest lower and the largest upper end.

    A stated one stands however large an assumed one is, so its lower end and basis count first.
    """
    known = [f for f in facts if isinstance(f.value, Quantity)]
    base = [f for f in known if f.firm] or known
    if not base:
        return None
    top, value = max(((f, q) for f in base if (q := amount(f))), key=lambda pair: pair[1].high)
    low = max(q.low for f in base if (q := amount(f)))
    high = max(q.high for f in known if (q := amount(f)))
    return top._replace(value=replace(value, low=low, high=high))
