"""Numbers whose day is over: they answer on, and the line says when they were read and what to check."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from backend_mcp import settings
from backend_mcp.errors import ArgumentError
from backend_mcp.model.entries import Source, Threshold
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Review
from backend_mcp.render.markdown import markdown
from backend_mcp.render.result import full, short
from backend_mcp.review.texts import limit_of
from backend_mcp.usecases import judge

LATE = "2030-01-01"
DESIGN = Path(__file__).parents[2] / "examples/designs/festival-tickets.yaml"
NUMBER = Threshold(
    "a-rate", "A rate", "rate", "measurement", "none", "B", "2026-01-02", "2027-01-01",
    [Source("House")], check="the log",
)  # fmt: skip


@pytest.fixture(scope="module")
def late() -> Knowledge:
    """The knowledge of the checkout as somebody reads it years later."""
    return judge.open_knowledge(settings.knowledge_folder(), None, as_of=LATE)


def _review(knowledge: Knowledge) -> Review:
    return judge.review_tree(judge.read_file(DESIGN), "festival", knowledge).review


@pytest.mark.parametrize(
    ("day", "said"), [("2026-12-31", False), ("2027-01-01", False), ("2027-01-02", True)]
)
def test_a_number_is_stale_when_its_day_is_over(day: str, said: bool) -> None:
    stale = "a-rate was good until 2027-01-01, last read on 2026-01-02: check the log"
    assert limit_of(NUMBER, "5/s", day).stale == (stale if said else "")


def test_a_number_that_says_nothing_to_check_has_its_source() -> None:
    stale = limit_of(replace(NUMBER, check="", read=""), "5/s", LATE).stale
    assert stale == "a-rate was good until 2027-01-01: read its source again"


def test_nothing_is_stale_on_the_day_of_the_release(knowledge: Knowledge) -> None:
    review = _review(knowledge)
    assert all(f.threshold is None or not f.threshold.stale for f in review.findings)
    assert not any("stale" in line for line in short(review)["findings"])


def test_a_finding_that_rests_on_an_old_number_is_the_same_and_says_so(
    knowledge: Knowledge, late: Knowledge
) -> None:
    before, after = _review(knowledge), _review(late)
    assert [(f.id, f.severity) for f in before.findings] == [
        (f.id, f.severity) for f in after.findings
    ]
    resting = [f for f in after.findings if f.threshold is not None]
    assert resting
    assert all(f.threshold is not None and "was good until" in f.threshold.stale for f in resting)


def test_every_form_says_it(late: Knowledge) -> None:
    review = _review(late)
    stale = {f.threshold.stale for f in review.findings if f.threshold is not None}
    shape = full(review)
    assert {f["threshold"]["stale"] for f in shape["findings"] if f["threshold"]} == stale
    assert all(s in markdown(shape, settings.prompts_folder()) for s in stale)
    lines = [line for line in short(review)["findings"] if "stale" in line]
    assert lines
    assert all(
        line["stale"] in markdown(short(review), settings.prompts_folder()) for line in lines
    )
    assert any(c["stale"] for c in shape["capabilities"])


def test_equal_facts_and_an_equal_day_give_equal_bytes(
    knowledge: Knowledge, late: Knowledge
) -> None:
    again = judge.open_knowledge(settings.knowledge_folder(), None, as_of=LATE)
    first, second = (json.dumps(full(_review(k))) for k in (late, again))
    assert first == second
    assert _review(knowledge).id != _review(late).id
    assert _review(late).knowledge == f"{knowledge.version} as of {LATE}"


def test_the_day_of_the_release_is_the_day_that_is_not_given(knowledge: Knowledge) -> None:
    same = judge.open_knowledge(settings.knowledge_folder(), None, as_of=knowledge.as_of)
    assert _review(same) == _review(knowledge)


@pytest.mark.parametrize("day", ["soon", "2027-13-01", "20270101", "2027-1-1"])
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(ArgumentError, match="as_of"):
        judge.open_knowledge(settings.knowledge_folder(), None, as_of=day)
