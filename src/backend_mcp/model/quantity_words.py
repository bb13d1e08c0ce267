"""The words behind a number: a magnitude, then a unit or the noun of what is counted."""

import math
import re
from typing import NamedTuple

from backend_mcp.errors import QuantityError
from backend_mcp.model.units import AMBIGUOUS, EXAMPLES, Kind, Unit, find_magnitude, find_unit

_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*|\S")
_NOUN = re.compile(r"[^\W\d_]{2,}(?:[-'][^\W\d_]+)*")
# Words that join two statements: what follows them is not the noun of the number before.
_JOINS = "and or then once plus but at with of for if when to from until on by per an in within"
_JOINING = frozenset(_JOINS.split())

_IN_BILLIONS: frozenset[Kind] = frozenset(("count", "rate", "money", "spend"))
_BEFORE: frozenset[Kind] = frozenset(("money", "factor"))  # `€50`, `x3`
_BYTES = Unit("size", 1.0)
_COUNTED = Unit("count", 1.0)


class Ask(NamedTuple):
    """What the caller is due: a kind (None: any), and the seconds that a bare number is per."""

    text: str
    kind: Kind | None
    seconds: float

    def refuse(self, reason: str, want: str = "") -> QuantityError:
        """Return the error to raise; without a better `want` it shows an example of the kind."""
        return QuantityError(reason, want or EXAMPLES[self.kind or "rate"])


class Measure(NamedTuple):
    """The words behind a number: its magnitude, its unit (None: bare), a `+` behind it."""

    magnitude: float
    unit: Unit | None
    more: bool = False


def read_number(text: str, ask: Ask) -> float:
    """Return the number; separators of thousands are dropped. Overflow is refused."""
    value = float(text.replace(",", "").replace(" ", "").replace("_", ""))
    if math.isinf(value):
        raise ask.refuse(f"{text} is too large")
    return value


def read_measure(text: str, ask: Ask) -> Measure | None:
    """Make sense of the words behind a number; None when they say more than a unit or a noun."""
    magnitude, words = _magnitude(_WORD.findall(text), ask)
    more = words[:1] == ["+"]
    words = words[1:] if more else words
    if not words:
        # `8G` of memory is 8 GB; `8` of memory is unclear.
        return Measure(magnitude, _BYTES if ask.kind == "size" and magnitude > 1 else None, more)
    unit = find_unit(words[0])
    if unit and len(words) == 1:
        return Measure(magnitude, unit, more)
    return Measure(magnitude, _COUNTED, more) if _is_noun(words) else None


def _magnitude(words: list[str], ask: Ask) -> tuple[float, list[str]]:
    """Split `k`, `M` or `billion` off; refuse the words that have two meanings."""
    if not words:
        return 1.0, words
    first = words[0]
    if first in AMBIGUOUS and not (first == "m" and ask.kind == "duration"):
        raise ask.refuse(f"`{first}` in {ask.text} may be {AMBIGUOUS[first]}")
    magnitude = find_magnitude(first)
    if first == "B" and (ask.kind in _IN_BILLIONS or (not ask.kind and len(words) > 1)):
        magnitude = 1e9
    return (magnitude, words[1:]) if magnitude else (1.0, words)


def _is_noun(words: list[str]) -> bool:
    """Tell whether one or two words name what is counted (`page views`)."""
    return len(words) <= 2 and all(
        _NOUN.fullmatch(word) and word.lower() not in _JOINING and not find_unit(word)
        for word in words
    )


def prefixed(measure: Measure, word: str) -> Measure | None:
    """Give a number the unit that stands before it; a second unit behind it is a contradiction."""
    unit = find_unit(word)
    fits = unit and unit.kind in _BEFORE and not measure.unit
    return measure._replace(unit=unit) if fits else None


def low_scale(word: str, high: Measure, ask: Ask) -> float:
    """Return the scale of a lower end with a word of its own; 0 when it contradicts the upper."""
    low = read_measure(word, ask)
    if not low or not high.unit:
        return low.magnitude if low and not low.unit else 0.0
    unit = low.unit or high.unit
    same = unit.kind == high.unit.kind and unit.currency == high.unit.currency
    return low.magnitude * unit.scale if same else 0.0
