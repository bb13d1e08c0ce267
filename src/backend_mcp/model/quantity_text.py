"""Reading a quantity as people write it: `500 rps`, `~2 TB`, `25-30/s`, `every 15 min`.

A text is read in three steps: the numbers, the unit of each end, the time behind `/` or `per`.
Every pattern is linear or quadratic at worst, and a text is at most 100 characters long.
"""

import math
import re
from typing import NamedTuple

from backend_mcp.errors import QuantityError
from backend_mcp.model.quantity_print import write
from backend_mcp.model.quantity_words import (
    Ask,
    Measure,
    low_scale,
    prefixed,
    read_measure,
    read_number,
)
from backend_mcp.model.units import (
    CURRENCY_SIGNS,
    EXAMPLES,
    FREQUENCIES,
    MONTH,
    NAMES,
    VAGUE,
    Kind,
    Unit,
    find_seconds,
)

LONGEST = 100  # characters; a quantity is short, and a bound keeps hostile text cheap
_ABOUT = 0.25  # `~` is plus or minus a quarter
_MOST_NINES = 12
_HINT_WORDS = 8  # how many leading words are tried for the hint of an error

_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2009\u202f", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        "\u00b5": "u",
        "\u03bc": "u",
        "\u00d7": "x",
        "\u2026": "..",
        "\u2265": ">=",
        "\u2264": "<=",
        "\u2248": "~",
    }
)
_NUMBER = r"(?>(?:[0-9]{1,3}(?:[ ,_][0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
_SIGN_CHARS = re.escape("".join(CURRENCY_SIGNS))

_BOUND = re.compile(
    r"(?P<below><=?|up to |at most |under |below |less than )"
    r"|(?P<above>>=?|at least |over |above |more than )"
    r"|(?P<about>~|about |around |approx\.? |ca\.? )",
    re.IGNORECASE,
)
_PREFIX = re.compile(rf"(?P<unit>[{_SIGN_CHARS}]|[A-Z]{{3}}(?=\s?[0-9])|[xX](?=\s?[0-9]))\s?")
_RANGE = re.compile(
    rf"(?:(?P<low>{_NUMBER})\s?(?P<word>[^\W\d_]+|[%{_SIGN_CHARS}])?"
    rf"\s*(?:\.{{2,3}}|-|to\s)\s*[{_SIGN_CHARS}]?)?(?P<high>{_NUMBER})(?P<rest>.*)"
)
_VAGUE = re.compile(rf"(?P<vague>{'|'.join(VAGUE)})\b(?: of\b)?(?P<rest>.*)", re.IGNORECASE)
_REST = re.compile(
    r"\s*(?P<words>[^/0-9]*?)\s*"
    r"(?:(?:/|(?<!\S)(?:per|an?|each|every|in|within)\s)\s*"
    rf"(?P<times>{_NUMBER})?\s*(?P<time>[A-Za-z]+))?"
)
_NINES = re.compile(r"([0-9]{1,2})\s+nines?", re.IGNORECASE)
_FREQUENCY = re.compile(
    rf"(?:every\s+(?:(?P<times>{_NUMBER})\s*)?(?P<time>[A-Za-z]+)|(?P<word>[A-Za-z]+))"
    r"(?:,?\s+(?:at\s+)?(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
    r"(?:\s+(?-i:[A-Z]{2,5}|[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_+-]*){1,2}))?)?",
    re.IGNORECASE,
)
_WITH_TIME: dict[Kind, Kind] = {
    "count": "rate",
    "factor": "rate",  # `3x a day`
    "size": "bandwidth",
    "money": "spend",
}


class Reading(NamedTuple):
    """What a text says, in base units; a plain tuple, so that the value class can build on it."""

    low: float
    high: float
    kind: Kind
    currency: str = ""
    about: bool = False


class _Span(NamedTuple):
    """A range in base units of `unit` (None: bare) before any time is applied."""

    low: float
    high: float
    unit: Unit | None
    more: bool
    about: bool = False


def read(text: str, kind: Kind | None, seconds: float) -> Reading:
    """Read `text` as a quantity of `kind` (None: any kind).

    `seconds` is what a rate, spend or bandwidth without a time of its own is per; 0 means that
    it must say so. Raises `QuantityError` for everything that is not such a quantity.
    """
    if len(text) > LONGEST:
        ask = Ask(text[:20] + "…", kind, seconds)
        raise ask.refuse(f"a text of {len(text)} characters is not a quantity")
    plain = (text if text.isascii() else text.translate(_LOOKALIKES)).strip()
    if plain.startswith("-"):
        raise Ask(plain, kind, seconds).refuse(f"{plain} is negative; a quantity is not")
    found = _read(Ask(plain, kind, seconds))
    if found is None:
        raise QuantityError(
            f"{plain!r} is not {NAMES[kind] if kind else 'a quantity'}", _hint(plain, kind, seconds)
        )
    return found


def written(low: float, high: float, kind: Kind) -> tuple[float, float]:
    """Return the ends that stood behind `~`, before they were widened."""
    first = low / (1 - _ABOUT)
    cut = kind == "share" and high == 1  # nothing is above the whole
    return first, first if cut else high / (1 + _ABOUT)


def _hint(plain: str, kind: Kind | None, seconds: float) -> str:
    """Return the longest leading part that is a quantity of the kind, else an example of it."""
    words = plain.split()
    for length in range(min(len(words) - 1, _HINT_WORDS), 0, -1):
        part = " ".join(words[:length]).rstrip(",;:.")
        try:
            found = _read(Ask(part, kind, seconds))
        except QuantityError:
            continue
        if found:
            return write(*found[:4])
    return EXAMPLES[kind or "rate"]


def _read(ask: Ask) -> Reading | None:
    """Read a whole text; None when it has no such form, an error when the form does not fit."""
    special = _nines if ask.text[:1].isdigit() else _frequency
    found = special(ask) or _amount(ask)
    if found is None:
        return None
    if ask.kind and found.kind != ask.kind:
        raise ask.refuse(f"{ask.text} is {NAMES[found.kind]}; {NAMES[ask.kind]} is due")
    if math.isinf(found.low):
        raise ask.refuse(f"{ask.text} is too large")
    return found


def _frequency(ask: Ask) -> Reading | None:
    """Read `every 15 min`, `daily` and `nightly 02:00 Europe/Lisbon` as rates."""
    match = _FREQUENCY.fullmatch(ask.text)
    if not match:
        return None
    word = match["word"]
    seconds = FREQUENCIES.get(word.lower(), 0.0) if word else _seconds(match, ask)
    return Reading(1 / seconds, 1 / seconds, "rate") if seconds else None


def _nines(ask: Ask) -> Reading | None:
    """Read `3 nines` as a share of 99.9 %."""
    match = _NINES.fullmatch(ask.text)
    if not match or not 0 < int(match[1]) <= _MOST_NINES:
        return None
    value = 1 - 10.0 ** -int(match[1])
    return Reading(value, value, "share")


def _seconds(match: re.Match[str], ask: Ask) -> float:
    """Return the length of the time that `match` names; 0 when it names none."""
    times = read_number(match["times"], ask) if match["times"] else 1.0
    seconds = times * find_seconds(match["time"])
    if math.isinf(seconds):
        raise ask.refuse(f"{ask.text} is too large")
    return seconds


def _amount(ask: Ask) -> Reading | None:
    """Read a number or a range with its bound, prefix, unit and time."""
    body, bound, prefix = ask.text, None, None
    if not body[:1].isdigit():  # most texts start with their number
        bound = _BOUND.match(body)
        body = body[bound.end() :].lstrip() if bound else body
        prefix = _PREFIX.match(body)
        body = body[prefix.end() :] if prefix else body
    match = _RANGE.fullmatch(body) or _VAGUE.fullmatch(body)
    rest = _REST.fullmatch(match["rest"]) if match else None
    if not match or not rest:
        return None
    measure = read_measure(rest["words"], ask)
    if measure and prefix:
        measure = prefixed(measure, prefix["unit"])
    span = _span(match, measure, ask) if measure else None
    if not span:
        return None
    return _timed(_bounded(span, bound.lastgroup if bound else None, ask.kind), rest, ask)


def _span(match: re.Match[str], measure: Measure, ask: Ask) -> _Span | None:
    """Scale both ends of the range; None when the ends have units of different kinds."""
    scale = measure.magnitude * (measure.unit.scale if measure.unit else 1.0)
    groups = match.groupdict()
    if "vague" in groups:
        low, high = VAGUE[groups["vague"].lower()]
        return _Span(low * scale, high * scale, measure.unit, measure.more)
    high = read_number(groups["high"], ask)
    first = scale
    if groups["word"]:
        first = low_scale(groups["word"], measure, ask)
        if not first:
            return None
    low = read_number(groups["low"], ask) if groups["low"] else high
    if low > high and not groups["word"]:
        first = scale / measure.magnitude  # `500..2k` starts at 500, `2..4k` at 2k
    if math.isinf(high * scale):
        raise ask.refuse(f"{ask.text} is too large")
    if low * first > high * scale:
        raise ask.refuse(f"{ask.text} runs from high to low")
    return _Span(low * first, high * scale, measure.unit, measure.more)


def _bounded(span: _Span, bound: str | None, due: Kind | None) -> _Span:
    """Apply `<`, `>`, `~` or a `+` behind the number; a share stays within 1."""
    low, high = span.low, span.high
    share = span.unit.kind == "share" if span.unit else due == "share"
    if bound == "below":
        low = 0.0
    elif bound == "about":
        low, high = low * (1 - _ABOUT), high * (1 + _ABOUT)
    if bound == "above" or span.more:
        high = math.inf
    if share and span.high <= 1:
        high = min(high, 1.0)
    return span._replace(low=low, high=high, about=bound == "about" and not span.more)


def _timed(span: _Span, rest: re.Match[str], ask: Ask) -> Reading | None:
    """Apply the time of the text, else the one that is due; None for a kind that has no time."""
    kind = span.unit.kind if span.unit else None
    timed = _WITH_TIME.get(kind or "count")
    seconds = _seconds(rest, ask) if rest["time"] else 0.0
    if rest["time"] and not (timed and seconds):
        return None
    if timed and not seconds and ask.kind in (None, timed):
        seconds = ask.seconds
    currency = span.unit.currency if span.unit else ""
    if not timed or not seconds:
        if ask.kind and ask.kind == timed:
            raise ask.refuse(f"{ask.text} has no time (per second, per day, per month)")
        return Reading(span.low, span.high, kind or _bare(span, ask), currency, span.about)
    unit = MONTH if timed == "spend" else 1.0
    low, high = span.low * unit / seconds, span.high * unit / seconds
    if math.isinf(high) and math.isfinite(span.high):
        raise ask.refuse(f"{ask.text} is too large")
    return Reading(low, high, timed, currency, span.about)


def _bare(span: _Span, ask: Ask) -> Kind:
    """Return the kind of a number without a unit, where the kind that is due allows one."""
    if ask.kind in (None, "count", "factor"):
        return ask.kind or "count"
    if ask.kind == "share":
        if span.high <= 1:
            return "share"
        fits = span.high <= 100 and ask.text[-1].isdigit()
        want = f"{ask.text} %" if fits else ""
        raise ask.refuse(f"{ask.text} is more than the whole", want)
    raise ask.refuse(f"{ask.text} has no unit; {NAMES[ask.kind or 'count']} is due")
