"""Writing a quantity: the shortest exact text that reads back the same, and a rounded one."""

import math
from functools import lru_cache
from typing import NamedTuple

from backend_mcp.model.units import DAY, HOUR, MINUTE, MONTH, WEEK, YEAR, Kind

_EXACT = 12  # significant digits: hides the noise of unit conversion, reads back within 1e-9
_ROUNDED = 3
_AVAILABILITY = 7  # digits of a share above _NEARLY_ALL: 99.95 % must not become 100 %
_NEARLY_ALL = 0.99
_SUFFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_SUFFIX_PAYS = 10_000  # from here on `18.5k` is preferred to the equally long `18500`
_LEADING_ZERO = 2  # `0.2 s` costs two characters more than its length: people write `200 ms`
_UPPER_BOUNDS: frozenset[Kind] = frozenset(("duration", "rate", "size", "bandwidth"))


class _Label(NamedTuple):
    """One way to write the unit: the text after the number, its scale and its cost in length."""

    text: str
    scale: float
    cost: int = 0
    plural: str = ""


class _Style(NamedTuple):
    """How exact a text is, and whether k, M, G and T may shorten its numbers."""

    digits: int
    suffixes: bool


# Largest first, because the larger unit wins a tie. Length counts the number alone for durations
# and sizes (or 30 days would become `720 h`), and the label too for rates.
_LONG = (_Label(" year", YEAR, 0, " years"),)
_MIDDLE = (_Label(" month", MONTH, 0, " months"), _Label(" week", WEEK, 0, " weeks"))
_BRIEF = (
    _Label(" day", DAY, 0, " days"),
    _Label(" h", HOUR),
    _Label(" min", MINUTE),
    _Label(" s", 1.0),
    _Label(" ms", 1e-3),
    _Label(" µs", 1e-6),
    _Label(" ns", 1e-9),
)
_DECIMAL = tuple(
    _Label(f" {prefix}B", 1000.0**power)
    for power, prefix in zip(range(6, -1, -1), ("E", "P", "T", "G", "M", "K", ""), strict=True)
)
_BINARY = tuple(
    _Label(f" {prefix}iB", 1024.0**power)
    for power, prefix in zip(range(5, 0, -1), "PTGMK", strict=True)
)
_RATES = tuple(
    _Label(f"/{name}", 1.0 / seconds, len(name) + 1)
    for name, seconds in {
        "year": YEAR,
        "month": MONTH,
        "week": WEEK,
        "day": DAY,
        "hour": HOUR,
        "min": MINUTE,
        "s": 1.0,
    }.items()
)
_BANDWIDTHS = tuple(
    _Label(f"{size.text}/{name}", size.scale / seconds, len(name) + 1)
    for name, seconds in {"month": MONTH, "day": DAY, "s": 1.0}.items()
    for size in _DECIMAL
)
_LABELS: dict[Kind, tuple[_Label, ...]] = {
    "duration": _LONG + _MIDDLE + _BRIEF,
    "size": _DECIMAL + _BINARY,
    "rate": _RATES,
    "bandwidth": _BANDWIDTHS,
    "share": (_Label(" %", 0.01),),
    "factor": (_Label("x", 1.0),),
}
# For people: no weeks and months (`1.43 weeks`), no powers of two, and of a flow of bytes the plainest number:
# what grows by 8 GB a month is not said to grow by 3.09 KB a second.
_SHORT_LABELS: dict[Kind, tuple[_Label, ...]] = {
    **_LABELS,
    "bandwidth": tuple(label._replace(cost="/day" in label.text) for label in _BANDWIDTHS),
    "duration": _LONG + _BRIEF,
    "size": _DECIMAL,
}
_BASE: dict[Kind, _Label] = {
    "duration": _Label(" s", 1.0),
    "size": _Label(" B", 1.0),
    "rate": _Label("/s", 1.0),
    "bandwidth": _Label(" B/s", 1.0),
}
_PER_SECOND_FROM = 0.1  # people think in requests per second down to about this


def write(low: float, high: float, kind: Kind, currency: str = "") -> str:
    """Return the shortest text that `parse` reads back as the same range, within 1e-9."""
    style = _Style(_EXACT, kind in ("count", "rate"))
    labels = _LABELS.get(kind) or (_money_label(kind, currency),)
    return _shortest(low, high, _usable(labels, low, high, kind), style, kind)


@lru_cache(maxsize=4096)
def write_short(low: float, high: float, kind: Kind, currency: str = "") -> str:
    """Return a text for people: three significant digits, a sensible unit."""
    style = _Style(_ROUNDED, kind in ("count", "rate", "money", "spend"))
    labels = _SHORT_LABELS.get(kind) or (_money_label(kind, currency),)
    top = high if math.isfinite(high) else low
    if kind == "share" and _NEARLY_ALL < top < 1:
        style = _Style(_AVAILABILITY, False)
    if kind == "rate" and top >= _PER_SECOND_FROM:
        labels = (_BASE["rate"],)
    return _shortest(low, high, _usable(labels, low, high, kind), style, kind)


def _money_label(kind: Kind, currency: str) -> _Label:
    """Return the only label of a kind that has one unit: a currency, or nothing for a count."""
    if kind == "count":
        return _Label("", 1.0)
    return _Label(f" {currency}/month" if kind == "spend" else f" {currency}", 1.0)


def _usable(labels: tuple[_Label, ...], low: float, high: float, kind: Kind) -> tuple[_Label, ...]:
    """Drop labels that would over- or underflow; zero has no natural unit and takes the base."""
    ends = [end for end in (low, high) if end > 0 and math.isfinite(end)]
    if not ends and kind in _BASE:
        return (_BASE[kind],)
    kept = tuple(label for label in labels if all(0 < end / label.scale < math.inf for end in ends))
    return kept or labels[-1:]


def _shortest(
    low: float, high: float, labels: tuple[_Label, ...], style: _Style, kind: Kind
) -> str:
    """Write the range with each label and keep the cheapest text, the first one on a tie."""
    best, best_cost = "", math.inf
    for label in labels:
        numbers = _numbers(low / label.scale, high / label.scale, style, kind)
        cost = len(numbers) + label.cost + _LEADING_ZERO * _leading_zeros(numbers)
        if cost < best_cost:
            name = label.text if numbers == "1" or not label.plural else label.plural
            best, best_cost = numbers + name, cost
    return best


def _leading_zeros(numbers: str) -> int:
    """Count the ends of a range that are below 1 but not 0."""
    return sum(end.startswith("0.") or "e-" in end for end in numbers.lstrip("<>").split(".."))


def _numbers(low: float, high: float, style: _Style, kind: Kind) -> str:
    """Write the numbers of a range as `5`, `2..4`, `<5` (from zero) or `>5` (without an end)."""
    if math.isinf(high):
        return f">{_number(low, style)}"
    last = _number(high, style)
    if low == 0 and high > 0 and kind in _UPPER_BOUNDS:
        return f"<{last}"
    first = _number(low, style)
    if first == last:
        return last
    if first[-1].isdigit() and not last[-1].isdigit() and 0 < float(first) <= float(last[:-1]):
        # `1..2k` would be read as 1k..2k, as people mean it; `0..2k` is the same either way.
        last = _digits(high, style.digits)
    return f"{first}..{last}"


def _number(value: float, style: _Style) -> str:
    """Write one number, with a suffix where that is shorter."""
    plain = _digits(value, style.digits)
    if not style.suffixes or value < _SUFFIXES[-1][0]:
        return plain
    # Rounded first, so that 999 999 in three digits is `1M` and not `1000k`.
    rounded = float(plain)
    allowed = len(plain) if rounded >= _SUFFIX_PAYS else len(plain) - 1
    texts = [
        _digits(rounded / scale, style.digits) + suffix
        for scale, suffix in _SUFFIXES
        if rounded >= scale
    ]
    best = min(texts, key=len)
    return best if len(best) <= allowed and "e" not in best else plain


def _digits(value: float, digits: int) -> str:
    """Write a number in at most `digits` significant digits; an exponent only where unavoidable."""
    text = f"{value:.{digits}g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    if 0 <= int(exponent) < _EXACT:  # `1230`, where three digits alone would give `1.23e+03`
        return f"{float(text):.0f}"
    return f"{mantissa}e{int(exponent)}"
