"""The verdict and readiness, against a transcription of the sentences that promise them."""

from hypothesis import given
from hypothesis import strategies as st

from backend_mcp.model.entries import SEVERITIES, Direction, Severity
from backend_mcp.model.review import Finding, Look
from backend_mcp.review.verdict import ready, verdict
from tests.laws.designs import faulty, judge, law


def finding(direction: Direction, severity: Severity) -> Finding:
    return Finding("rule", "at", direction, severity, "title", "do", "never", ())


def look(severity: Severity) -> Look:
    return Look("probe", "at", "ask", "bad", "good", severity)


FINDINGS = st.lists(
    st.builds(finding, st.sampled_from(("over", "under", "risk")), st.sampled_from(SEVERITIES)),
    max_size=6,
)
LOOKS = st.lists(st.sampled_from(SEVERITIES).map(look), max_size=3)


def promised_verdict(findings: list[Finding], judged_enough: bool) -> str:
    """Over counts with one high or two mediums, under with one blocker or two highs.

    One side counts and the other has not even a medium: that side's word. One counts and the
    other has a medium or more, or both count: mixed. Neither: right, or undecided where too thin.
    A blocker is more than a high, and a high more than a medium.
    """
    over = sorted(SEVERITIES.index(f.severity) for f in findings if f.direction == "over")
    under = sorted(SEVERITIES.index(f.severity) for f in findings if f.direction != "over")
    blocker, high, medium = range(3)
    over_counts = (over[:1] <= [high] and bool(over)) or over[1:2] == [medium]
    under_counts = under[:1] == [blocker] or under[1:2] == [high]
    if over_counts and under_counts:
        return "mixed"
    if over_counts:
        return "mixed" if under and under[0] <= medium else "over"
    if under_counts:
        return "mixed" if over and over[0] <= medium else "under"
    return "right" if judged_enough else "undecided"


def promised_ready(word: str, findings: list[Finding], looks: list[Look]) -> str:
    """A blocker: no. A high or two mediums: after fixes. An open blocking probe: unknown. Else yes.

    One thing beyond the sentence: what is undecided never reads as a pass, so it is never `yes`.
    """
    said = [f.severity for f in findings]
    if "blocker" in said:
        return "no"
    if "high" in said or said.count("medium") >= 2:
        return "after_fixes"
    if "blocker" in [x.decides for x in looks] or word == "undecided":
        return "unknown"
    return "yes"


@given(FINDINGS, st.booleans())
@law
def test_the_verdict_is_the_one_that_is_promised(findings: list[Finding], enough: bool) -> None:
    assert verdict(findings, enough) == promised_verdict(findings, enough)


@given(FINDINGS, LOOKS, st.booleans())
@law
def test_readiness_is_the_one_that_is_promised(
    findings: list[Finding], looks: list[Look], enough: bool
) -> None:
    word = verdict(findings, enough)
    assert ready(word, findings, looks) == promised_ready(word, findings, looks)


@given(FINDINGS, st.booleans())
@law
def test_a_further_finding_never_makes_a_design_right(
    findings: list[Finding], enough: bool
) -> None:
    for index in range(len(findings)):
        fewer = [*findings[:index], *findings[index + 1 :]]
        if verdict(findings, enough) == "right":
            assert verdict(fewer, enough) == "right"


@given(faulty())
@law
def test_a_review_gives_the_verdict_of_its_findings(document: dict[str, object]) -> None:
    review = judge(document).review
    findings, looks = list(review.findings), list(review.looks)
    allowed = {promised_verdict(findings, enough) for enough in (True, False)}
    assert review.verdict in allowed
    promised = promised_ready(review.verdict, findings, looks)
    if (
        review.ready != promised
    ):  # a part to leave out or to pay for, or a need that one answer may break
        assert promised in ("yes", "unknown")
        assert review.ready in ("unknown", "after_fixes")
        assert review.extras or review.questions
