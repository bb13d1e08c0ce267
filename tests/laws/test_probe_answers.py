"""Pointing is not finding: an open probe accuses nobody, and its answer comes back in its own word."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend_mcp.model.review import Look, Review
from backend_mcp.review.verdict import verdict
from tests.laws.designs import KNOWLEDGE, documents, judge, law, varied
from tests.laws.pieces import Document

LOOKING = [
    pytest.param({"name": "shop", **e.design}, id=f"{b.entry.id}: {e.name}")
    for b in KNOWLEDGE.probes
    for e in b.entry.examples
    if e.expect == "look"
]
PROBES = {b.entry.id for b in KNOWLEDGE.probes}


def answered(document: Document, looks: list[Look], **answer: object) -> Review:
    answers = {x.id: {**answer, "by": "ada"} for x in looks}
    return judge({**document, "answers": {**document.get("answers", {}), **answers}}).review


def found(review: Review) -> set[tuple[str, str]]:
    return {(f.id, f.severity) for f in review.findings}


def assert_answers_count(document: Document) -> None:
    opened = judge(document).review
    looks = list(opened.looks)
    assert not PROBES & {f.rule for f in opened.findings}

    cleared = answered(document, looks, holds=True, note="read it")
    assert not cleared.looks
    assert {(a.id, a.holds, a.note, a.by) for a in cleared.answered} == {
        (x.id, True, "read it", "ada") for x in looks
    }
    assert (cleared.verdict, found(cleared)) == (opened.verdict, found(opened))

    for holds in (True, "unknown"):
        still = answered(document, looks, holds=holds)
        assert still.looks == opened.looks
        assert not still.answered
        assert (still.verdict, still.ready, found(still)) == (
            opened.verdict, opened.ready, found(opened),
        )  # fmt: skip


def assert_a_bad_answer_is_a_finding(document: Document) -> None:
    opened = judge(document).review
    for look in opened.looks:
        review = answered(document, [look], holds=False, note="both subtract it")
        finding = next(f for f in review.findings if f.id == look.id)
        assert finding.severity == look.decides
        assert "ada" in finding.title
        assert look not in review.looks
        assert [(a.id, a.holds) for a in review.answered] == [(look.id, False)]
        assert found(review) == found(opened) | {(look.id, look.decides)}


@pytest.mark.parametrize("document", LOOKING)
def test_an_open_probe_accuses_nobody_and_a_good_answer_clears_it(document: Document) -> None:
    assert judge(document).review.looks
    assert_answers_count(document)


@pytest.mark.parametrize("document", LOOKING)
def test_a_bad_answer_becomes_a_finding_that_names_who_looked(document: Document) -> None:
    assert_a_bad_answer_is_a_finding(document)


@given(st.one_of(varied([p.values[0] for p in LOOKING]), documents()))
@law
def test_probes_of_any_design_are_answered_in_the_same_way(document: Document) -> None:
    looks = judge(document).review.looks
    assume(looks)
    assert_answers_count(document)
    assert_a_bad_answer_is_a_finding(document)


@given(documents())
@law
def test_open_probes_never_count_against_the_verdict(document: Document) -> None:
    review = judge(document).review
    assert review.verdict in {verdict(review.findings, enough) for enough in (True, False)}


@given(documents(), st.sampled_from((True, False, "unknown")))
@law
def test_an_answer_to_what_nobody_asked_changes_nothing(document: Document, holds: object) -> None:
    before = judge(document).review
    stray = {"no-such-probe@flows.none": {"holds": holds, "note": "x", "by": "ada"}}
    after = judge({**document, "answers": stray}).review
    assert (after.verdict, after.ready, after.findings) == (
        before.verdict, before.ready, before.findings,
    )  # fmt: skip
    assert (after.looks, after.answered) == (before.looks, before.answered)
