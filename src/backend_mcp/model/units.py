"""The kinds of quantity, their dimensions, and every unit word that is read.

Base units: seconds, bytes (1 GB = 1e9), one currency unit; a month is 30 days, a year 365.
"""

from typing import Literal, NamedTuple

Kind = Literal[
    "rate", "duration", "size", "count", "share", "money", "factor", "spend", "bandwidth"
]

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
WEEK, MONTH, QUARTER, YEAR = 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY

# What a kind is called in a message.
NAMES: dict[Kind, str] = {
    "rate": "a rate",
    "duration": "a duration",
    "size": "a size",
    "count": "a count",
    "share": "a share",
    "money": "a sum of money",
    "factor": "a factor",
    "spend": "a spend per time",
    "bandwidth": "a bandwidth",
}
# What a message shows when the text itself gives no better example.
EXAMPLES: dict[Kind, str] = {
    "rate": "500/s",
    "duration": "5 s",
    "size": "20 GB",
    "count": "40k",
    "share": "90 %",
    "money": "900 EUR",
    "factor": "3x",
    "spend": "900 EUR/month",
    "bandwidth": "5 MB/s",
}

Dimension = tuple[int, int, int]  # the exponents of time, bytes and money

DIMENSIONS: dict[Kind, Dimension] = {
    "count": (0, 0, 0),
    "share": (0, 0, 0),
    "factor": (0, 0, 0),
    "duration": (1, 0, 0),
    "rate": (-1, 0, 0),
    "size": (0, 1, 0),
    "bandwidth": (-1, 1, 0),
    "money": (0, 0, 1),
    "spend": (-1, 0, 1),
}
PLAIN: frozenset[Kind] = frozenset(("count", "share", "factor"))  # kinds without a dimension
PRICED: frozenset[Kind] = frozenset(("money", "spend"))  # kinds with a currency
KIND_OF: dict[Dimension, Kind] = {
    vector: kind for kind, vector in DIMENSIONS.items() if kind not in PLAIN
}


class Unit(NamedTuple):
    """A unit word: what kind it measures, and how many base units it is."""

    kind: Kind
    scale: float
    currency: str = ""


CURRENCY_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR"}
_CURRENCIES = (
    "EUR USD GBP CHF JPY CNY INR SEK NOK DKK PLN CZK HUF RON BGN BRL CAD AUD NZD MXN ZAR SGD"
)
_CURRENCY_WORDS = {"euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD"}

_DURATIONS = {
    "ns nanosecond nanoseconds": 1e-9,
    "us microsecond microseconds": 1e-6,
    "ms msec millisecond milliseconds": 1e-3,
    "s sec secs second seconds": 1.0,
    "m min mins minute minutes": MINUTE,
    "h hr hrs hour hours": HOUR,
    "d day days night nights": DAY,
    "w wk week weeks": WEEK,
    "mo month months": MONTH,
    "quarter quarters": QUARTER,
    "y yr yrs year years": YEAR,
}
_PREFIXES = "kmgtpe"
# One word a row: a unit that is a whole kind by itself.
_OTHERS: dict[str, Unit] = {
    "B": Unit("size", 1.0),
    "byte": Unit("size", 1.0),
    "bytes": Unit("size", 1.0),
    "bit": Unit("size", 0.125),
    "bits": Unit("size", 0.125),
    "rps": Unit("rate", 1.0),
    "qps": Unit("rate", 1.0),
    "tps": Unit("rate", 1.0),
    "iops": Unit("rate", 1.0),
    "rpm": Unit("rate", 1.0 / MINUTE),
    "%": Unit("share", 0.01),
    "pct": Unit("share", 0.01),
    "percent": Unit("share", 0.01),
    "x": Unit("factor", 1.0),
    "times": Unit("factor", 1.0),
    "fold": Unit("factor", 1.0),
}


def _sizes() -> dict[str, Unit]:
    """Return kb, kib, ki (bytes), kbit (bits) and kbps (bits a second), and so on up to exa."""
    found: dict[str, Unit] = {}
    for power, prefix in enumerate(_PREFIXES, start=1):
        decimal, binary = 1000.0**power, 1024.0**power
        found[f"{prefix}b"] = Unit("size", decimal)
        found[f"{prefix}ib"] = found[f"{prefix}i"] = Unit("size", binary)
        found[f"{prefix}bit"] = found[f"{prefix}bits"] = Unit("size", decimal / 8)
        found[f"{prefix}bps"] = Unit("bandwidth", decimal / 8)
    return found


def _currencies() -> dict[str, Unit]:
    names = {code.lower(): code for code in _CURRENCIES.split()}
    names |= CURRENCY_SIGNS | _CURRENCY_WORDS
    return {word: Unit("money", 1.0, code) for word, code in names.items()}


def _durations() -> dict[str, Unit]:
    return {
        word: Unit("duration", scale)
        for words, scale in _DURATIONS.items()
        for word in words.split()
    }


_UNITS: dict[str, Unit] = _durations() | _sizes() | _currencies() | _OTHERS

MAGNITUDES = {
    "k": 1e3,
    "K": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "thousand": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "bn": 1e9,
    "billion": 1e9,
    "trillion": 1e12,
}

# Words that people read in two ways; guessing would put a design wrong by a factor.
AMBIGUOUS = {
    "m": "minutes or millions",
    "Kb": "kilobits or kilobytes",
    "Mb": "megabits or megabytes",
    "Gb": "gigabits or gigabytes",
    "Tb": "terabits or terabytes",
    "MBps": "megabits or megabytes per second",
    "GBps": "gigabits or gigabytes per second",
}

VAGUE = {
    "a few": (2.0, 5.0),
    "several": (3.0, 9.0),
    "dozens": (24.0, 99.0),
    "hundreds": (100.0, 999.0),
    "thousands": (1000.0, 9999.0),
}

FREQUENCIES = {
    "hourly": HOUR,
    "daily": DAY,
    "nightly": DAY,
    "weekly": WEEK,
    "monthly": MONTH,
    "quarterly": QUARTER,
    "yearly": YEAR,
    "annually": YEAR,
}


def find_unit(word: str) -> Unit | None:
    """Return the unit that `word` names, in any case of letters (`B` is bytes, `b` is nothing)."""
    return _UNITS.get(word) or _UNITS.get(word.lower())


def find_magnitude(word: str) -> float:
    """Return what a suffix such as `k`, `M` or `billion` multiplies by; 0 when it is none."""
    return MAGNITUDES.get(word) or (MAGNITUDES.get(word.lower(), 0.0) if len(word) > 1 else 0.0)


def find_seconds(word: str) -> float:
    """Return how many seconds the time unit `word` lasts; 0 when it is no time unit.

    A bare `m` is none: after a slash it may be a minute or a month.
    """
    unit = find_unit(word) if word != "m" else None
    return unit.scale if unit and unit.kind == "duration" else 0.0
