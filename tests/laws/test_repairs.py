"""A finding's own repair removes it, and raises nothing that is as heavy."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend_mcp.model.entries import SEVERITIES
from backend_mcp.model.knowledge import BoundRule
from backend_mcp.model.review import Finding, Review
from tests.laws.designs import FAULTY, KNOWLEDGE, faulty, judge, law
from tests.laws.documents import SECTIONS, path_at, with_value
from tests.laws.pieces import Document

REPAIRED = [b for b in KNOWLEDGE.rules if b.entry.repair]
CASES = [
    pytest.param(b, example, id=f"{b.entry.id}: {example.name}")
    for b in REPAIRED
    for example in b.entry.examples
    if example.expect == "finding"
]


def repaired(document: Document, finding: Finding) -> Document | None:
    """Lay a finding's patch over a document, or return None where it names what is not there."""
    parts = {c.get("id") for c in document["components"]}
    for key, value in finding.repair.items():
        if key == "enforced_by" and value not in parts:
            return None
        head, *rest = key.split(".")
        whole = head in SECTIONS
        item = () if whole else path_at(document, finding.at)
        if item is None:
            return None
        document = with_value(document, (*item, head, *rest), value)
    return document


def speaking(review: Review) -> dict[tuple[str, str], int]:
    """Return every rule that speaks at a place, also those that share a finding, with its weight."""
    return {
        (rule, f.at): SEVERITIES.index(f.severity)
        for f in review.findings
        for rule in (f.rule, *f.also)
    }


def assert_mended(document: Document, finding: Finding, rule: BoundRule) -> None:
    mended = repaired(document, finding)
    if mended is None:
        return
    before, after = speaking(judge(document).review), speaking(judge(mended).review)
    places = {at for r, at in after if r == finding.rule}
    assert not places if not rule.entry.for_each else finding.at not in places, finding.id
    weight = SEVERITIES.index(finding.severity)
    raised = {k for k, w in after.items() if k not in before and w <= weight}
    assert not raised, finding.id


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_repair_mends_the_examples_of_its_rule(rule: BoundRule, example: Any) -> None:
    document = {"name": "shop", **example.design}
    found = [f for f in judge(document).review.findings if f.rule == rule.entry.id]
    assert found, "the example is no finding in a whole review"
    for finding in found:
        assert repaired(document, finding) is not None, f"{finding.at} has no such place"
        assert_mended(document, finding, rule)


@given(faulty(), st.integers(0, 30))
@law
def test_a_repair_mends_any_design(document: Document, which: int) -> None:
    found = [f for f in judge(document).review.findings if f.repair]
    assume(found)
    finding = found[which % len(found)]
    rule = next((b for b in REPAIRED if b.entry.id == finding.rule), None)
    assume(rule is not None)
    assert rule is not None
    assert_mended(document, finding, rule)


def test_there_are_designs_to_mend() -> None:
    assert any(f.repair for d in FAULTY for f in judge(d).review.findings)
