"""A peak below its average: told with both figures wherever an answer is given, and never judged in silence."""

import pytest

from backend_mcp.model.knowledge import Knowledge
from backend_mcp.render.result import full, short
from backend_mcp.review import review
from tests.conftest import Read

SHOP = """\
name: shop
load: {requests_per_second: {average: AVERAGE, peak: PEAK}}
components: [{id: app, kind: service, status: new}, {id: db, kind: relational, status: existing}]
flows: [{id: browse, from: user, to: app, mode: sync, effect: read}]
"""


def shop(average: str, peak: str) -> str:
    return SHOP.replace("AVERAGE", average).replace("PEAK", peak)


def test_a_peak_below_the_average_is_told_with_both_figures(
    read: Read, knowledge: Knowledge
) -> None:
    answer = review(read(shop("100", "20")), knowledge)
    for shape in (short(answer), full(answer)):
        (told,) = shape["conflicts"]
        assert "load.requests_per_second.average is 100/s" in told
        assert "load.requests_per_second.peak says 20/s" in told
        assert "which is right?" in told
    assert "load.requests_per_second.peak" in answer.next


@pytest.mark.parametrize(
    ("average", "peak"), [("20", "100"), ("20", "20"), ("10..30", "20"), ("unknown", "20"), ("20", "unknown")]
)  # fmt: skip
def test_what_may_be_right_is_no_contradiction(
    read: Read, knowledge: Knowledge, average: str, peak: str
) -> None:
    answer = review(read(shop(average, peak)), knowledge)
    assert "conflicts" not in short(answer)


def test_the_stronger_basis_decides_and_nobody_is_asked(read: Read, knowledge: Knowledge) -> None:
    answer = review(read(shop("{value: 100, basis: assumed}", "20")), knowledge)
    (told,) = full(answer)["conflicts"]
    assert told.startswith("load.requests_per_second.peak is 20/s (stated)")
    assert "which is right?" not in told


@pytest.mark.parametrize(
    ("rate", "messages", "place"),
    [
        ("{average: 50/s, peak: 2/s}", "{average: 1, peak: 5}", "flows.browse.rate"),
        ("2/s", "{average: 5, peak: 1}", "load.messages_per_second"),
    ],
)
def test_of_any_other_rate_neither_figure_is_believed(
    read: Read, rate: str, messages: str, place: str
) -> None:
    text = shop("1", "2").replace("peak: 2}", f"peak: 2}}, messages_per_second: {messages}")
    design = read(text.replace("effect: read", f"effect: read, rate: {rate}"))
    (line,) = design.unread
    assert line.at == place
    assert "which of the two" in line.want


def test_a_part_whose_own_peak_is_below_its_average_has_no_load_of_its_own(read: Read) -> None:
    own = "status: new, load: {requests_per_second: {average: 80, peak: 10}}}, {id: db"
    design = read(shop("1", "2").replace("status: new}, {id: db", own))
    (line,) = design.unread
    assert line.at == "components.app.load.requests_per_second.peak"
    assert not [k for k in design.components[0].facts if k.startswith("load.")]


@pytest.mark.parametrize(("basis", "told"), [("stated", "stated"), ("assumed", "assumed")])
def test_an_average_and_a_peak_may_each_be_written_long(read: Read, basis: str, told: str) -> None:
    design = read(
        "load: {messages_per_second: {average: 290, peak: {value: 1200, basis: BASIS}}}\n"
        "components: [{id: app, kind: service}]\n".replace("BASIS", basis)
    )
    fact = design.facts["load.messages_per_second"]
    assert (fact.said, fact.basis, design.unread) == ("1200/s", told, ())
