"""A quantity is a closed interval with a unit: read, printed, computed with and compared.

Base units: a rate is per second, a duration in seconds, a size in bytes, a share from 0 to 1, a
spend per month of 30 days, a bandwidth in bytes per second. Ranges are never negative.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache

from backend_mcp.errors import QuantityError
from backend_mcp.model import quantity_print, quantity_text
from backend_mcp.model.units import (
    DIMENSIONS,
    EXAMPLES,
    KIND_OF,
    MONTH,
    NAMES,
    PLAIN,
    PRICED,
    Dimension,
    Kind,
    find_seconds,
)

__all__ = ["Kind", "Quantity", "equal", "hull", "less", "less_equal", "parse", "point"]

_TOLERANCE = 1e-9  # relative; `96/day` and `every 15 min` differ in the last bit
_LARGEST_LOW = 1e300  # where a lower end overflows: still below the truth, and still finite


@dataclass(frozen=True, slots=True)
class Quantity:
    """Every value from `low` to `high`, in the base unit of `kind`.

    `high` may be infinite, `low` not. Money and spend have a `currency`, nothing else has.
    `about`: it was written with `~`, and is printed so.
    Raises `QuantityError` for NaN, a negative or reversed range, and a misplaced currency.
    """

    low: float
    high: float
    kind: Kind
    currency: str = ""
    about: bool = field(default=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no interval; NaN fails every comparison and is refused with the rest."""
        if self.kind not in DIMENSIONS:
            raise QuantityError(f"{self.kind!r} is no kind of quantity", "rate")
        if not 0 <= self.low <= self.high or math.isinf(self.low):
            raise QuantityError(
                f"{self.low}..{self.high} is no range from 0 up", EXAMPLES[self.kind]
            )
        if bool(self.currency) != (self.kind in PRICED):
            missing = "lacks its currency" if self.kind in PRICED else "has no currency"
            raise QuantityError(f"{NAMES[self.kind]} {missing}", EXAMPLES[self.kind])

    @property
    def is_point(self) -> bool:
        """Tell whether the value is known exactly."""
        return self.low == self.high

    @property
    def peak(self) -> "Quantity":
        """The upper end as a point; a range without an end has none and stays as it is."""
        if math.isinf(self.high):
            return self
        return Quantity(self.high, self.high, self.kind, self.currency)

    def short(self) -> str:
        """Return a text for people: three significant digits, a sensible unit, `~` where it was written."""
        low, high = self.low, self.high
        if self.about:
            low, high = quantity_text.written(low, high, self.kind)
        text = quantity_print.write_short(low, high, self.kind, self.currency)
        return f"~{text}" if self.about else text

    def __str__(self) -> str:
        """Return the shortest text that `parse` reads back as this quantity, within 1e-9."""
        return quantity_print.write(self.low, self.high, self.kind, self.currency)

    def __add__(self, other: "Operand") -> "Quantity":
        """Add a quantity of the same kind; a plain number fits counts, shares and factors."""
        if not isinstance(other, _OPERANDS):
            return NotImplemented
        right = _alike(other, self)
        kind, currency = _common(self, right)
        return interval(self.low + right.low, self.high + right.high, kind, currency)

    def __sub__(self, other: "Operand") -> "Quantity":
        """Subtract a quantity of the same kind; what would be negative is 0."""
        if not isinstance(other, _OPERANDS):
            return NotImplemented
        right = _alike(other, self)
        kind, currency = _common(self, right)
        low = self.low - right.high
        high = self.high - right.low
        return interval(max(0.0, low), max(0.0, high), kind, currency)

    def __mul__(self, other: "Operand") -> "Quantity":
        """Multiply; the kinds must multiply to a kind (rate by duration is a count)."""
        if not isinstance(other, _OPERANDS):
            return NotImplemented
        right = _quantity(other)
        kind = _product_kind(self, right)
        scale = _month_scale(kind, self.kind, right.kind, 1)
        low = _times(self.low, right.low) * scale
        return interval(low, _times(self.high, right.high) * scale, kind, _currency(self, right))

    def __truediv__(self, other: "Operand") -> "Quantity":
        """Divide; a divisor that may be 0 gives a range without an end."""
        if not isinstance(other, _OPERANDS):
            return NotImplemented
        right = _quantity(other)
        kind = _quotient_kind(self, right)
        scale = _month_scale(kind, self.kind, right.kind, -1)
        low = self.low / right.high * scale if right.high else 0.0
        high = math.inf
        if right.low and math.isfinite(self.high):
            high = self.high / right.low * scale
        return interval(low, high, kind, _currency(self, right))

    def __radd__(self, other: float) -> "Quantity":
        """Add to a plain number."""
        return self + other

    def __rsub__(self, other: float) -> "Quantity":
        """Subtract from a plain number: `1 - share` is the rest."""
        return _alike(other, self) - self

    def __rmul__(self, other: float) -> "Quantity":
        """Multiply a plain number."""
        return self * other

    def __rtruediv__(self, other: float) -> "Quantity":
        """Divide a plain number: 1 / rate is the time between two events."""
        return _quantity(other) / self


Operand = Quantity | float
_OPERANDS = (Quantity, int, float)


def parse(text: str | float, kind: Kind | None = None, per: str = "") -> Quantity:
    """Read what a person wrote as a quantity of `kind` (None: whatever it is).

    `per` (s, min, hour, day, month) is the time of a rate, spend or bandwidth that names none
    itself. Raises `QuantityError`, and nothing else, with a text in `want` that would be read.
    """
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        raise QuantityError(f"{type(text).__name__} is not a quantity", EXAMPLES[kind or "rate"])
    if kind is not None and kind not in DIMENSIONS:
        raise QuantityError(f"{kind!r} is no kind of quantity", "rate")
    return _parse(text if isinstance(text, str) else _plain(text), kind, per)


def point(value: float, kind: Kind, currency: str = "") -> Quantity:
    """Return the quantity that is exactly `value`, in base units."""
    return Quantity(value, value, kind, currency)


def hull(first: Quantity, *more: Quantity) -> Quantity:
    """Return the smallest range that holds all of the quantities, which must be of one kind."""
    whole = first
    for other in more:
        kind, currency = _common(whole, other)
        low, high = min(whole.low, other.low), max(whole.high, other.high)
        whole = Quantity(low, high, kind, currency)
    return whole


def less_equal(left: Operand, right: Operand) -> bool | None:
    """Tell whether `left <= right`: True or False for all their values, else None (unknown)."""
    a, b = _quantity(left), _quantity(right)
    _common(a, b)
    if a.high <= b.low or _close(a.high, b.low):
        return True
    return None if a.low <= b.high or _close(a.low, b.high) else False


def less(left: Operand, right: Operand) -> bool | None:
    """Tell whether `left < right`: True or False for all their values, else None (unknown)."""
    reverse = less_equal(right, left)
    return None if reverse is None else not reverse


def equal(left: Operand, right: Operand) -> bool | None:
    """Tell whether both are the same: True for two equal points, False for disjoint ranges."""
    a, b = _quantity(left), _quantity(right)
    if less(a, b) or less(b, a):
        return False
    return True if a.is_point and b.is_point else None


@lru_cache(maxsize=4096)
def _parse(text: str, kind: Kind | None, per: str) -> Quantity:
    """Read a text; a document repeats its quantities, so that most calls end in the cache."""
    seconds = find_seconds(per) if per else 0.0
    if per and not seconds:
        raise QuantityError(f"{per!r} is no time that a rate is per", "day")
    return Quantity(*quantity_text.read(text, kind, seconds))


def _plain(number: float) -> str:
    """Return a number as the text that a person would have written."""
    try:
        value = float(number)
    except OverflowError:
        raise QuantityError("the number is too large", EXAMPLES["count"]) from None
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=_TOLERANCE)


def _times(a: float, b: float) -> float:
    """Multiply; nothing of something endless is nothing."""
    return a * b if a and b else 0.0


def interval(low: float, high: float, kind: Kind, currency: str = "") -> Quantity:
    """Build a result whose ends may have overflowed."""
    return Quantity(min(low, _LARGEST_LOW), high, kind, currency if kind in PRICED else "")


def _quantity(operand: Operand) -> Quantity:
    """Return the operand; a plain number is a factor."""
    return operand if isinstance(operand, Quantity) else point(float(operand), "factor")


def _alike(operand: Operand, other: Quantity) -> Quantity:
    """Return the operand; a plain number is of the same plain kind as what it is added to."""
    if isinstance(operand, Quantity):
        return operand
    return point(float(operand), other.kind if other.kind in PLAIN else "factor")


def _common(a: Quantity, b: Quantity) -> tuple[Kind, str]:
    """Return the kind and currency of a sum; raises `QuantityError` when they don't fit."""
    if DIMENSIONS[a.kind] != DIMENSIONS[b.kind]:
        reason = f"{a} is {NAMES[a.kind]} and {b} is {NAMES[b.kind]}; they don't compare or add"
        raise QuantityError(reason, EXAMPLES[a.kind])
    return _wider(a.kind, b.kind), _currency(a, b)


def _wider(a: Kind, b: Kind) -> Kind:
    """Return the kind of two plain kinds together: a count over a factor over a share."""
    if a == b:
        return a
    return "count" if "count" in (a, b) else "factor"


def _currency(a: Quantity, b: Quantity) -> str:
    """Return the currency of either; raises `QuantityError` when both have a different one."""
    if a.currency and b.currency and a.currency != b.currency:
        raise QuantityError(f"{a} and {b} are in different currencies", f"both in {a.currency}")
    return a.currency or b.currency


def _product_kind(a: Quantity, b: Quantity) -> Kind:
    """Return the kind of `a * b`."""
    if a.kind in PLAIN and b.kind in PLAIN:
        return _wider(a.kind, b.kind)
    return _derived(a, b, 1)


def _quotient_kind(a: Quantity, b: Quantity) -> Kind:
    """Return the kind of `a / b`; two of one kind give a factor."""
    if a.kind == b.kind:
        return "factor"
    if a.kind in PLAIN and b.kind in PLAIN:
        return "count" if a.kind == "count" else "factor"
    return _derived(a, b, -1)


def _derived(a: Quantity, b: Quantity, sign: int) -> Kind:
    """Return the kind whose dimension is that of the product (1) or the quotient (-1)."""
    (t, s, m), (u, v, w) = DIMENSIONS[a.kind], DIMENSIONS[b.kind]
    vector: Dimension = (t + sign * u, s + sign * v, m + sign * w)
    if vector == (0, 0, 0):
        return "count"
    if vector not in KIND_OF:
        verb = "times" if sign > 0 else "divided by"
        raise QuantityError(f"{NAMES[a.kind]} {verb} {NAMES[b.kind]} is nothing known", "")
    return KIND_OF[vector]


def _month_scale(result: Kind, a: Kind, b: Kind, sign: int) -> float:
    """Return what corrects for spends being stored per month and all other time in seconds."""
    if "spend" not in (result, a, b):
        return 1.0
    power = (result == "spend") - (a == "spend") - sign * (b == "spend")
    return float(MONTH**power)
