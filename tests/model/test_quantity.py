"""Quantities: what is read, what is refused, how it prints, computes and compares."""

import math
import operator
import time
from collections.abc import Callable

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from backend_mcp.errors import QuantityError
from backend_mcp.model.quantity import (
    Kind,
    Quantity,
    equal,
    hull,
    less,
    less_equal,
    parse,
    point,
)
from backend_mcp.model.units import DIMENSIONS

DAY, MONTH, INF = 86_400.0, 2_592_000.0, math.inf


def _same(a: Quantity, b: Quantity) -> bool:
    """Tell whether two quantities are equal within 1e-9."""
    ends = ((a.low, b.low), (a.high, b.high))
    return (a.kind, a.currency) == (b.kind, b.currency) and all(
        math.isclose(x, y, rel_tol=1e-9) for x, y in ends
    )


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("text", "low", "high", "kind"),
    [
        ("500", 500, 500, "count"),
        ("40,000", 40_000, 40_000, "count"),
        ("40 000", 40_000, 40_000, "count"),
        ("40\u00a0000", 40_000, 40_000, "count"),
        ("40_000", 40_000, 40_000, "count"),
        ("1e6", 1e6, 1e6, "count"),
        ("1.5 billion", 1.5e9, 1.5e9, "count"),
        ("2bn", 2e9, 2e9, "count"),
        ("2B users", 2e9, 2e9, "count"),
        ("90M rows", 9e7, 9e7, "count"),
        ("8 chunks", 8, 8, "count"),
        ("300 page views", 300, 300, "count"),
        ("2k..4k", 2000, 4000, "count"),
        ("2..4k", 2000, 4000, "count"),
        ("500..2k", 500, 2000, "count"),
        ("25 to 30", 25, 30, "count"),
        ("~200", 150, 250, "count"),
        (">1000", 1000, INF, "count"),
        ("1000+ users", 1000, INF, "count"),
        ("a few", 2, 5, "count"),
        ("several", 3, 9, "count"),
        ("dozens", 24, 99, "count"),
        ("hundreds of users", 100, 999, "count"),
        ("thousands", 1000, 9999, "count"),
        ("500 rps", 500, 500, "rate"),
        ("120 rpm", 2, 2, "rate"),
        ("25..30/s", 25, 30, "rate"),
        ("25-30/s", 25, 30, "rate"),
        ("25\u201330/s", 25, 30, "rate"),
        ("20 orders a second", 20, 20, "rate"),
        ("10k..50k users/day", 1e4 / DAY, 5e4 / DAY, "rate"),
        ("2M/day", 2e6 / DAY, 2e6 / DAY, "rate"),
        ("2M users/day", 2e6 / DAY, 2e6 / DAY, "rate"),
        ("100 clicks a day", 100 / DAY, 100 / DAY, "rate"),
        ("hundreds of users/day", 100 / DAY, 999 / DAY, "rate"),
        ("5 per minute", 5 / 60, 5 / 60, "rate"),
        ("13k/month", 13_000 / MONTH, 13_000 / MONTH, "rate"),
        ("250k in 5 min", 250_000 / 300, 250_000 / 300, "rate"),
        ("18000 within 10 min", 30, 30, "rate"),
        ("3 times a day", 3 / DAY, 3 / DAY, "rate"),
        (">=5/day", 5 / DAY, INF, "rate"),
        ("\u2265 5/day", 5 / DAY, INF, "rate"),
        ("every 15 min", 1 / 900, 1 / 900, "rate"),
        ("every 24 h", 1 / DAY, 1 / DAY, "rate"),
        ("hourly", 1 / 3600, 1 / 3600, "rate"),
        ("Daily", 1 / DAY, 1 / DAY, "rate"),
        ("nightly", 1 / DAY, 1 / DAY, "rate"),
        ("weekly", 1 / DAY / 7, 1 / DAY / 7, "rate"),
        ("monthly", 1 / MONTH, 1 / MONTH, "rate"),
        ("daily 02:00 Europe/Lisbon", 1 / DAY, 1 / DAY, "rate"),
        ("nightly at 3:30", 1 / DAY, 1 / DAY, "rate"),
        ("every day at 02:00 UTC", 1 / DAY, 1 / DAY, "rate"),
        ("1 h", 3600, 3600, "duration"),
        ("1.5 h", 5400, 5400, "duration"),
        ("90 minutes", 5400, 5400, "duration"),
        ("7 days", 7 * DAY, 7 * DAY, "duration"),
        ("2 weeks", 14 * DAY, 14 * DAY, "duration"),
        ("12 months", 360 * DAY, 360 * DAY, "duration"),
        ("2 years", 730 * DAY, 730 * DAY, "duration"),
        ("50 \u00b5s", 5e-5, 5e-5, "duration"),
        ("<200ms", 0, 0.2, "duration"),
        ("< 200 ms", 0, 0.2, "duration"),
        ("<=3 s", 0, 3, "duration"),
        ("\u22643 s", 0, 3, "duration"),
        ("up to 4 h", 0, 14_400, "duration"),
        ("200 ms..2 s", 0.2, 2, "duration"),
        ("a few hours", 7200, 18_000, "duration"),
        ("~2 TB", 1.5e12, 2.5e12, "size"),
        ("300 B", 300, 300, "size"),
        ("20 KB", 20_000, 20_000, "size"),
        ("8 GiB", 8 * 2**30, 8 * 2**30, "size"),
        ("512Mi", 512 * 2**20, 512 * 2**20, "size"),
        ("2 TB-3 TB", 2e12, 3e12, "size"),
        ("10 Mbit/s", 1.25e6, 1.25e6, "bandwidth"),
        ("10 Mbps", 1.25e6, 1.25e6, "bandwidth"),
        ("5 MB/s", 5e6, 5e6, "bandwidth"),
        ("300 B/s", 300, 300, "bandwidth"),
        ("99.95 %", 0.9995, 0.9995, "share"),
        ("99.95%", 0.9995, 0.9995, "share"),
        (">90 %", 0.9, 1, "share"),
        ("3 nines", 0.999, 0.999, "share"),
        ("3x", 3, 3, "factor"),
        ("x3", 3, 3, "factor"),
        ("2..3x", 2, 3, "factor"),
    ],
)
def test_what_people_write_is_read(text: str, low: float, high: float, kind: Kind) -> None:
    expected = Quantity(low, high, kind)
    assert _same(parse(text), expected)
    assert _same(parse(text, kind), expected)


@pytest.mark.parametrize(
    ("text", "value", "kind", "currency"),
    [
        ("$1,000", 1000, "money", "USD"),
        ("1000 EUR", 1000, "money", "EUR"),
        ("50\u20ac", 50, "money", "EUR"),
        ("50k \u20ac", 50_000, "money", "EUR"),
        ("50 EUR/month", 50, "spend", "EUR"),
        ("EUR 50/month", 50, "spend", "EUR"),
        ("\u20ac50 a month", 50, "spend", "EUR"),
        ("900 EUR per month", 900, "spend", "EUR"),
        ("10 USD/day", 300, "spend", "USD"),
    ],
)
def test_money_keeps_its_currency(text: str, value: float, kind: Kind, currency: str) -> None:
    assert parse(text) == point(value, kind, currency)


@pytest.mark.parametrize(
    ("text", "kind", "per", "expected"),
    [
        (500, "rate", "s", point(500, "rate")),
        (0.5, "rate", "day", point(0.5 / DAY, "rate")),
        ("500 users", "rate", "hour", point(500 / 3600, "rate")),
        ("2k..4k", "rate", "day", Quantity(2000 / DAY, 4000 / DAY, "rate")),
        ("2B", "rate", "s", point(2e9, "rate")),
        ("500/s", "rate", "day", point(500, "rate")),
        ("1 GB", "bandwidth", "month", point(1e9 / MONTH, "bandwidth")),
        ("10 Mbps", "bandwidth", "day", point(1.25e6, "bandwidth")),
        ("900 EUR", "spend", "month", point(900, "spend", "EUR")),
    ],
)
def test_a_number_without_a_time_takes_the_time_that_is_due(
    text: str | float, kind: Kind, per: str, expected: Quantity
) -> None:
    assert _same(parse(text, kind, per), expected)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (0.9, "share", point(0.9, "share")),
        ("90 %", "share", point(0.9, "share")),
        ("~95 %", "share", Quantity(0.7125, 1, "share")),
        (3, "factor", point(3, "factor")),
        ("5 m", "duration", point(300, "duration")),
        ("8G", "size", point(8e9, "size")),
        ("300 B", "size", point(300, "size")),
        ("3B", "count", point(3e9, "count")),
    ],
)
def test_the_kind_that_is_due_decides_what_a_suffix_means(
    text: str | float, kind: Kind, expected: Quantity
) -> None:
    assert _same(parse(text, kind), expected)


@pytest.mark.parametrize(
    ("text", "kind", "reason", "want"),
    [
        (500, "rate", "no time", "500/s"),
        ("500 users", "rate", "no time", "500/s"),
        (5, "duration", "no unit", "5 s"),
        (20, "size", "no unit", "20 GB"),
        (900, "money", "no unit", "900 EUR"),
        (900, "spend", "no unit", "900 EUR/month"),
        ("900 EUR", "spend", "no time", "900 EUR/month"),
        (90, "share", "more than the whole", "90 %"),
        ("8 GB", "duration", "8 GB is a size; a duration is due", "5 s"),
        ("8 chunks", "duration", "is a count; a duration is due", "5 s"),
        ("daily", "duration", "daily is a rate; a duration is due", "5 s"),
        ("3x", "share", "is a factor; a share is due", "90 %"),
        ("5 m", "count", "minutes or millions", "40k"),
        ("100 Mb", "size", "megabits or megabytes", "20 GB"),
        ("office hours", "rate", "is not a rate", "500/s"),
        ("every 15 min and full nightly", "rate", "is not a rate", "96/day"),
        ("13k x 8/month", "rate", "is not a rate", "500/s"),
        ("~10M tokens once then delta", "count", "is not a count", "7.5M..12.5M"),
        ("100 MB, plus logs", "size", "is not a size", "100 MB"),
        ("daily 02:00 and 14:00", "rate", "is not a rate", "1/day"),
        ("5 per user", "rate", "is not a rate", "500/s"),
        ("-5", "count", "negative", "40k"),
        ("10..5", "count", "from high to low", "40k"),
        ("1e999", "count", "too large", "40k"),
        ("1e300 TB", "size", "too large", "20 GB"),
        ("5/0 s", "rate", "is not a rate", "500/s"),
        ("1,5", "count", "is not a count", "40k"),
        ("", "count", "is not a count", "40k"),
        (math.nan, "count", "is not a count", "40k"),
        (10**400, "count", "too large", "40k"),
        ("9" * 101, "count", "101 characters", "40k"),
        (True, "count", "bool", "40k"),
    ],
)
def test_a_refusal_says_why_and_what_would_be_read(
    text: str | float, kind: Kind, reason: str, want: str
) -> None:
    with pytest.raises(QuantityError) as caught:
        parse(text, kind)
    assert reason in caught.value.reason
    assert caught.value.want == want


def test_true_is_refused_even_after_one_was_read() -> None:
    assert parse(1) == point(1, "count")
    with pytest.raises(QuantityError):
        parse(True)


def test_an_unknown_time_or_kind_is_refused() -> None:
    with pytest.raises(QuantityError):
        parse("5", "rate", per="fortnight")
    with pytest.raises(QuantityError):
        parse("5", "weight")  # type: ignore[arg-type]


_WORDS = (
    "5 1.5 40,000 k M B m GB ms min EUR $ € % x / per a every daily .. - ~ < >= + users then 02:00"
    " e9 of a few hundreds nines Europe/Lisbon 1e308 month"
)
_PIECES = st.sampled_from(_WORDS.split())
_ODD_TEXT = st.one_of(
    st.text(max_size=120),
    st.lists(_PIECES, max_size=12).map("".join),
    st.lists(_PIECES, max_size=12).map(" ".join),
)
_KINDS: list[Kind] = list(DIMENSIONS)
_ANY_KIND = st.sampled_from([None, *_KINDS])


@given(_ODD_TEXT, _ANY_KIND, st.sampled_from(["", "s", "month"]))
@example(">1e308 GB", None, "")
@example("5 per 1e308 years", None, "")
@example("every 1e-320 s", None, "")
@example("\u00b25", None, "")
def test_any_text_is_read_or_refused(text: str, kind: Kind | None, per: str) -> None:
    try:
        found = parse(text, kind, per)
    except QuantityError as error:
        assert error.reason
        assert error.want
        return
    assert 0 <= found.low <= found.high
    assert kind in (None, found.kind)


@given(_ODD_TEXT, st.sampled_from(_KINDS), st.sampled_from(["", "day"]))
def test_what_a_refusal_wants_is_read(text: str, kind: Kind, per: str) -> None:
    try:
        parse(text, kind, per)
    except QuantityError as error:
        assert parse(error.want, kind, per).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        *("9" * 100, "k" * 100, "1" + "." * 99, "1 " * 50, "1 a " * 25, "9" + "k" * 99),
        *("999 " * 25, "1-" * 50, "1" + " " * 98 + "x", "every " * 16, "1,111" * 20),
        *("5 " + "users per " * 9, "/" * 100, "a/" * 50, "5" + " /" * 49, "daily " + "A/" * 47),
    ],
)
def test_hostile_text_is_handled_at_once(text: str) -> None:
    start = time.perf_counter()
    for _ in range(10):
        try:
            parse(text)
        except QuantityError:
            continue
    assert time.perf_counter() - start < 0.2


# ---------------------------------------------------------------- printing


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        *(("500 rps", "500/s"), ("100/day", "100/day"), ("2k..4k/day", "2k..4k/day")),
        *(("99.95 %", "99.95 %"), ("200 ms", "200 ms"), ("15 min", "15 min"), ("2 TB", "2 TB")),
        *(("<200 ms", "<200 ms"), (">1000", ">1k"), ("3x", "3x"), ("40,000", "40k")),
        *(("50 EUR/month", "50 EUR/month"), ("$1,000", "1000 USD"), ("8 GiB", "8 GiB")),
        *(("1 day", "1 day"), ("30 days", "1 month"), ("90 minutes", "90 min"), ("1 h", "1 h")),
        *(("weekly", "1/week"), ("every 15 min", "96/day"), ("2 weeks", "2 weeks")),
        *(("25-30/s", "25..30/s"), ("1 GB/month", "1 GB/month"), ("10 Mbit/s", "1.25 MB/s")),
        *(("1234", "1234"), ("1500", "1500"), ("1..2000", "1..2000"), ("500..2k", "500..2k")),
        *(("0", "0"), ("0 s", "0 s"), ("0/day", "0/s"), (">0 GB", ">0 B"), ("1e-7", "1e-7")),
        *(("1e88", "1e88"), ("2bn", "2G"), ("50 \u00b5s", "50 \u00b5s"), ("0..5", "0..5")),
    ],
)
def test_a_quantity_prints_as_it_would_be_written(text: str, printed: str) -> None:
    assert str(parse(text)) == printed


@pytest.mark.parametrize(
    ("quantity", "printed"),
    [
        (point(0.00116, "rate"), "100/day"),
        (point(23.148, "rate"), "23.1/s"),
        (point(5 / 60, "rate"), "5/min"),
        (point(1 / MONTH, "rate"), "1/month"),
        (Quantity(25, 30, "rate"), "25..30/s"),
        (Quantity(23.14, 23.141, "rate"), "23.1/s"),
        (Quantity(0, INF, "rate"), ">0/s"),
        (point(18_181, "count"), "18.2k"),
        (point(8_340_000, "count"), "8.34M"),
        (point(999_999, "count"), "1M"),
        (point(1_234, "count"), "1230"),
        (point(1_234_567, "spend", "EUR"), "1.23M EUR/month"),
        (point(100.4 * DAY, "duration"), "100 days"),
        (point(0.1234567, "duration"), "123 ms"),
        (point(1.23456e12, "size"), "1.23 TB"),
        (point(0.9995, "share"), "99.95 %"),
        (point(0.123456, "share"), "12.3 %"),
        (point(2.3456, "factor"), "2.35x"),
    ],
)
def test_the_short_text_has_three_digits(quantity: Quantity, printed: str) -> None:
    assert quantity.short() == printed


@pytest.mark.parametrize(
    ("written", "kind", "printed"),
    [
        ("~300", "count", "~300"),
        ("about 300 req/s", "rate", "~300/s"),
        ("approx. 2 TB", "size", "~2 TB"),
        ("~95 %", "share", "~95 %"),
        ("~5-10 min", "duration", "~5..10 min"),
        ("300", "count", "300"),
        ("225..375", "count", "225..375"),
    ],
)
def test_about_is_printed_as_it_was_written(written: str, kind: Kind, printed: str) -> None:
    assert parse(written, kind).short() == printed


def test_about_is_a_range_all_the_same() -> None:
    about = parse("~300", "count")
    assert about == Quantity(225, 375, "count")
    assert str(about) == "225..375"
    assert (about * 2).short() == "450..750"


_VALUE = st.one_of(
    st.just(0.0),
    st.floats(1e-9, 1e15),
    st.floats(1e-100, 1e200),
    st.integers(0, 10**7).map(float),
    st.sampled_from([1e3, 1e6, 1e9, 60.0, 3600.0, DAY, MONTH, 2.0**30, 1 / DAY, 5 / MONTH]),
)


@st.composite
def _quantities(draw: st.DrawFn, kind: Kind | None = None) -> Quantity:
    """Draw a range of any kind, with and without an end."""
    chosen: Kind = draw(st.sampled_from(_KINDS if kind is None else [kind]))
    values = st.floats(0, 1) if chosen == "share" else _VALUE
    values = values.filter(lambda value: value == 0 or value > 1e-200)
    low, high = sorted((draw(values), draw(values)))
    shape = draw(st.sampled_from(["range", "range", "point", "open", "zero"]))
    if shape == "point":
        low = high
    elif shape == "open" and chosen != "share":
        high = INF
    elif shape == "zero":
        low = 0.0
    currency = draw(st.sampled_from(["EUR", "USD"])) if chosen in ("money", "spend") else ""
    return Quantity(low, high, chosen, currency)


@given(_quantities())
def test_the_printed_text_reads_back_the_same(quantity: Quantity) -> None:
    assert _same(parse(str(quantity), quantity.kind), quantity)


@given(_quantities())
def test_the_short_text_reads_back_within_a_percent(quantity: Quantity) -> None:
    again = parse(quantity.short(), quantity.kind)
    assert math.isclose(again.high, quantity.high, rel_tol=0.01)
    if quantity.low > quantity.high / 1e3:
        assert math.isclose(again.low, quantity.low, rel_tol=0.01)


# ---------------------------------------------------------------- arithmetic


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (parse("100/s") * parse("1 min"), point(6000, "count")),
        (parse("6000") / parse("1 min"), point(100, "rate")),
        (parse("6000") / parse("100/s"), point(60, "duration")),
        (1 / parse("every 15 min"), point(900, "duration")),
        (1 / parse("20 s"), point(0.05, "rate")),
        (parse("2 KB") * parse("100/s"), point(200_000, "bandwidth")),
        (parse("5 MB/s") * parse("10 s"), point(5e7, "size")),
        (parse("50 MB") / parse("5 MB/s"), point(10, "duration")),
        (parse("50 MB") / parse("10 s"), point(5e6, "bandwidth")),
        (parse("5 MB/s") / parse("5 KB"), point(1000, "rate")),
        (parse("3 GB") * parse("3x"), point(9e9, "size")),
        (parse("3 GB") * parse("10"), point(3e10, "size")),
        (parse("50 %") * parse("3 GB"), point(1.5e9, "size")),
        (parse("200") * parse("50 %"), point(100, "count")),
        (parse("3x") * parse("50 %"), point(1.5, "factor")),
        (parse("50 %") * parse("50 %"), point(0.25, "share")),
        (parse("200") / parse("50 %"), point(400, "count")),
        (parse("200") / parse("50"), point(4, "factor")),
        (parse("3 GB") / parse("1 GB"), point(3, "factor")),
        (parse("3 GB") / 2, point(1.5e9, "size")),
        (2 * parse("3 GB"), point(6e9, "size")),
        (parse("900 EUR/month") * parse("1 month"), point(900, "money", "EUR")),
        (parse("900 EUR") / parse("2 months"), point(450, "spend", "EUR")),
        (parse("900 EUR") / parse("450 EUR/month"), point(2 * MONTH, "duration")),
        (parse("900 EUR/month") / parse("30k/month"), point(0.03, "money", "EUR")),
        (parse("2 EUR") * parse("30/month"), point(60, "spend", "EUR")),
        (parse("900 EUR/month") * 3, point(2700, "spend", "EUR")),
        (parse("900 EUR") / parse("300 EUR"), point(3, "factor")),
        (parse("2..4") + parse("10..20"), Quantity(12, 24, "count")),
        (parse("10..20") - parse("2..4"), Quantity(6, 18, "count")),
        (parse("2..4") - parse("3..10"), Quantity(0, 1, "count")),
        (1 - parse("99 %"), point(0.01, "share")),
        (parse("5") + 1, point(6, "count")),
        (parse("2..4 GB") / parse("0..2 s"), Quantity(1e9, INF, "bandwidth")),
        (parse("2..4 GB") / parse("0 s"), Quantity(0, INF, "bandwidth")),
        (parse("0 GB") * parse(">5x"), point(0, "size")),
        (parse(">5 s") * parse("2..3x"), Quantity(10, INF, "duration")),
        (parse("2 GB") / parse(">2 s"), Quantity(0, 1e9, "bandwidth")),
        (parse("10..20/s").peak, point(20, "rate")),
        (parse(">20/s").peak, Quantity(20, INF, "rate")),
        (hull(parse("1 s"), parse("3..4 s"), parse("2 s")), Quantity(1, 4, "duration")),
        (hull(parse("5 EUR"), parse("3 EUR")), Quantity(3, 5, "money", "EUR")),
    ],
)
def test_arithmetic_carries_the_unit_and_the_range(result: Quantity, expected: Quantity) -> None:
    assert (result.kind, result.currency) == (expected.kind, expected.currency)
    assert result.low == pytest.approx(expected.low, rel=1e-9)
    assert result.high == pytest.approx(expected.high, rel=1e-9)


_COMPUTE: dict[str, Callable[[Quantity, Quantity], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "<": less,
    "..": hull,
}


@pytest.mark.parametrize(
    ("left", "sign", "right"),
    [
        ("5/s", "+", "5 GB"),
        ("5 s", "+", "5"),
        ("5 EUR", "+", "5 USD"),
        ("5 EUR", "/", "5 USD"),
        ("5 EUR", "-", "5 EUR/month"),
        ("5 s", "*", "5 s"),
        ("5 EUR", "*", "5 EUR"),
        ("5 EUR", "/", "5 GB"),
        ("5/s", "<", "5 GB"),
        ("5 EUR", "<", "5 USD"),
        ("5 EUR", "..", "5 GB"),
    ],
)
def test_kinds_that_do_not_fit_are_refused(left: str, sign: str, right: str) -> None:
    with pytest.raises(QuantityError):
        _COMPUTE[sign](parse(left), parse(right))


def test_a_plain_number_is_no_duration() -> None:
    with pytest.raises(QuantityError):
        parse("5 s") + 1
    with pytest.raises(QuantityError):
        parse("5 GB") * -1
    with pytest.raises(TypeError):
        parse("5 GB") * "2"  # type: ignore[operator]


@pytest.mark.parametrize(
    ("low", "high", "kind", "currency"),
    [
        (2, 1, "count", ""),
        (-1, 1, "count", ""),
        (math.nan, 1, "count", ""),
        (0, math.nan, "count", ""),
        (INF, INF, "count", ""),
        (1, 1, "money", ""),
        (1, 1, "count", "EUR"),
        (1, 1, "weight", ""),
    ],
)
def test_what_is_no_range_is_refused(low: float, high: float, kind: Kind, currency: str) -> None:
    with pytest.raises(QuantityError):
        Quantity(low, high, kind, currency)


@st.composite
def _inside(draw: st.DrawFn, whole: Quantity) -> Quantity:
    """Draw a range within `whole`."""
    top = min(whole.high, 1e250)
    low = draw(st.floats(min(whole.low, top), top))
    high = draw(st.floats(low, top) if draw(st.booleans()) else st.just(whole.high))
    return Quantity(low, max(low, high), whole.kind, whole.currency)


@given(st.data())
def test_a_result_holds_the_result_of_every_point(data: st.DataObject) -> None:
    a, b = data.draw(_quantities("rate")), data.draw(_quantities("rate"))
    x, y = data.draw(_inside(a)).low, data.draw(_inside(b)).low
    assume(y == 0 or y > 1e-200)
    total, rest, ratio = a + b, a - b, a / b
    product = a * Quantity(b.low, b.high, "duration")
    assert total.low <= x + y <= total.high
    assert rest.low <= max(0.0, x - y) <= rest.high
    assert product.low <= x * y <= product.high
    assert y == 0 or ratio.low <= x / y <= ratio.high


@given(_quantities(), _quantities())
def test_arithmetic_gives_a_range_or_a_refusal(a: Quantity, b: Quantity) -> None:
    for sign in ("+", "-", "*", "/", ".."):
        try:
            result = _COMPUTE[sign](a, b)
        except QuantityError:
            continue
        assert isinstance(result, Quantity)


# ---------------------------------------------------------------- comparing


@pytest.mark.parametrize(
    ("left", "right", "is_less", "is_less_equal", "is_equal"),
    [
        ("1..2 s", "3..4 s", True, True, False),
        ("3..4 s", "1..2 s", False, False, False),
        ("1..3 s", "2..4 s", None, None, None),
        ("1..2 s", "2..3 s", None, True, None),
        ("2..3 s", "1..2 s", False, None, None),
        ("2 s", "2 s", False, True, True),
        ("96/day", "every 15 min", False, True, True),
        (">5 s", "3 s", False, False, False),
        (">5 s", "10 s", None, None, None),
        ("<200 ms", "300 ms", True, True, False),
        ("50 %", "3x", True, True, False),
        ("3x", "3", False, True, True),
        ("5 EUR", "6 EUR", True, True, False),
    ],
)
def test_a_comparison_is_certain_or_unknown(
    left: str, right: str, is_less: bool | None, is_less_equal: bool | None, is_equal: bool | None
) -> None:
    a, b = parse(left), parse(right)
    assert less(a, b) is is_less
    assert less_equal(a, b) is is_less_equal
    assert equal(a, b) is is_equal


def test_plain_numbers_compare_with_plain_kinds() -> None:
    assert less(parse("3x"), 4) is True
    assert equal(2, parse("2")) is True


@given(st.data())
def test_narrowing_a_range_never_changes_what_was_certain(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(_KINDS))
    a, b = data.draw(_quantities(kind)), data.draw(_quantities(kind))
    assume(a.currency == b.currency)
    narrow_a, narrow_b = data.draw(_inside(a)), data.draw(_inside(b))
    for compare in (less, less_equal, equal):
        before = compare(a, b)
        assert before is None or compare(narrow_a, narrow_b) is before


@given(_quantities("duration"), _quantities("duration"))
def test_at_most_one_of_less_equal_and_greater_is_certain(a: Quantity, b: Quantity) -> None:
    assert [less(a, b), equal(a, b), less(b, a)].count(True) <= 1
    assert less(a, b) is not True or less_equal(a, b) is True
