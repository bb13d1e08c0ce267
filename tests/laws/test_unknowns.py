"""What is replaced by `unknown`, or by something that can't be read, never becomes a pass."""

from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from backend_mcp.capacity import DesignScope
from backend_mcp.model.entries import SEVERITIES
from backend_mcp.model.review import Finding, Review
from backend_mcp.review.rules import judge_rules
from backend_mcp.usecases.judge import Reviewed
from tests.laws.designs import KNOWLEDGE, faulty, judge, law
from tests.laws.documents import Path, leaves, place_of, with_value
from tests.laws.pieces import Document

UNREADABLE = ("unknown", {"?": 1}, "zzz", "")
_NAMES = ("id", "name", "basis", "what", "statement", "reason", "note", "unit", "by")
_CAPABILITY = {ladder.entry.id: ladder.entry.capability for ladder in KNOWLEDGE.ladders}


def facts(document: Document) -> list[Path]:
    """Return the paths of all that is a fact: no ids, no words for people, no lists of absences."""
    heads = ("context", "load", "data", "needs", "practices", "components", "flows", "must_hold")
    found = [p for p in leaves(document) if p[0] in (*heads, "stores") and p[-1] not in _NAMES]
    return [p[:-1] if p[-1] == "value" and p[0] != "practices" else p for p in found]


def heavy(review: Review) -> list[Finding]:
    return [
        f for f in review.findings if SEVERITIES.index(f.severity) <= SEVERITIES.index("medium")
    ]


def passes(reviewed: Reviewed) -> set[tuple[str, str]]:
    """Return where a rule applies and is surely not met, and where a part surely stands right."""
    ruled = judge_rules(DesignScope(reviewed.design, KNOWLEDGE.numbers), KNOWLEDGE)
    right = {
        (rung, c.at)
        for c in reviewed.review.capabilities
        for rung, capability in _CAPABILITY.items()
        if c.fit in ("right", "note", "tight") and c.capability == capability
    }
    return {(rule, place or "design") for rule, place in ruled.passed} | right


def matters(finding: Finding) -> set[tuple[str, str]]:
    """Return how a pass would be named where this finding was."""
    rule = finding.rule.removesuffix("-above-need").removesuffix("-below-need")
    where = {finding.at, "design"} if _is_whole(rule) else {finding.at}
    return {(r, at) for r in (rule, *finding.also) for at in where}


def _is_whole(rule: str) -> bool:
    entries = [*(b.entry for b in KNOWLEDGE.rules), *(b.entry for b in KNOWLEDGE.ladders)]
    return any(e.id == rule and not e.for_each for e in entries)


MANY = 16
"""Of so many open matters only the heaviest are turned into questions."""


def is_told(finding: Finding, reviewed: Reviewed, fact: str) -> bool:
    """Whether the matter is still seen: as a finding, a question, a receipt or an open verdict."""
    after = reviewed.review
    if len(judge_rules(DesignScope(reviewed.design, KNOWLEDGE.numbers), KNOWLEDGE).open) > MANY:
        return True
    said = [f for f in after.findings if finding.rule in (f.rule, *f.also)]
    same = any(f.at == finding.at or _is_whole(finding.rule) for f in said)
    softer = any(f.at == finding.at for f in after.findings)
    asked = any(q.fact == fact or finding.id in q.decides for q in after.questions)
    noted = any(u.at.startswith(fact) for u in after.unread)
    unjudged = any(finding.at in line or fact in line for line in after.not_judged)
    return same or softer or asked or noted or unjudged or after.verdict == "undecided"


@given(faulty(), st.sampled_from(UNREADABLE), st.data())
@law
def test_a_deciding_fact_that_is_lost_leaves_no_pass(
    document: Document, lost: Any, data: st.DataObject
) -> None:
    before = judge(document)
    by_fact = {place_of(document, p): p for p in facts(document)}
    deciding = [(f, r.fact) for f in heavy(before.review) for r in f.because if r.fact in by_fact]
    assume(deciding)
    finding, fact = data.draw(st.sampled_from(deciding))
    after = judge(with_value(document, by_fact[fact], lost))
    assert not matters(finding) & passes(after), (finding.id, fact)


@given(faulty(), st.data())
@law
def test_a_deciding_fact_that_is_lost_is_still_told(
    document: Document, data: st.DataObject
) -> None:
    before = judge(document)
    by_fact = {place_of(document, p): p for p in facts(document)}
    deciding = [(f, r.fact) for f in heavy(before.review) for r in f.because if r.fact in by_fact]
    assume(deciding)
    finding, fact = data.draw(st.sampled_from(deciding))
    after = judge(with_value(document, by_fact[fact], "unknown"))
    assert is_told(finding, after, fact), (finding.id, fact)


PARTS = [
    {"id": "api", "kind": "service", "status": "new"},
    {"id": "db", "kind": "relational", "status": "existing", "holds": "truth"},
    {"id": "jobs", "kind": "queue", "in": "db", "status": "new"},
]
ONE_OF_TWO_RATES = {
    "name": "shop",
    "components": PARTS,
    "flows": [
        {
            "id": "f",
            "from": "api",
            "to": "jobs",
            "mode": "async",
            "effect": "message",
            "rate": "9/s",
        },
        {
            "id": "g",
            "from": "db",
            "to": "jobs",
            "mode": "async",
            "effect": "message",
            "rate": "2k/s",
        },
    ],
}
ONE_OF_TWO_LOADS = {
    "name": "shop",
    "components": PARTS,
    "load": {"messages_per_second": 5000, "jobs_per_second": 8},
    "flows": [{"id": "f", "from": "api", "to": "jobs", "mode": "async", "effect": "message"}],
}


MINOR_UNITS = {
    "name": "shop",
    "components": [{"id": "api", "kind": "service"}, {"id": "pay", "kind": "external"}],
    "flows": [{"id": "pay", "from": "api", "to": "pay", "mode": "sync", "effect": "money"}],
    "practices": {"money_minor_units": False},
}
TWO_NOVELTIES = {
    "name": "shop",
    "context": {"engineers": 3, "skills": {"Kafka": "none", "Cassandra": "none"}},
    "components": [
        {"id": "bus", "kind": "log", "technology": "Kafka", "status": "new"},
        {"id": "db", "kind": "wide_column", "technology": "Cassandra", "status": "new"},
    ],
}
TWO_TRUTHS = {
    "name": "shop",
    "context": {"engineers": 3},
    "data": {"total": "20 GB"},
    "components": [
        {"id": "db", "kind": "relational", "status": "new", "holds": "truth"},
        {"id": "docs", "kind": "document", "status": "new", "holds": "truth"},
    ],
}


def turned(document: Document, path: Path, lost: Any) -> list[str]:
    """Return the findings that become a pass where one fact is lost."""
    before = judge(document)
    now = passes(judge(with_value(document, path, lost))) - passes(before)
    return [f.id for f in heavy(before.review) if matters(f) & now]


STRUCTURE = ("from", "to", "in", "kind", "technology", "where", "enforced_by")
"""What a part is and what it is joined to; all else are amounts, flags and words."""


@given(faulty(), st.sampled_from(UNREADABLE), st.integers(0, 300))
@law
@example(ONE_OF_TWO_RATES, "unknown", 9)
@example(ONE_OF_TWO_LOADS, "unknown", 4)
@example(MINOR_UNITS, {"?": 1}, 2)
@example(TWO_NOVELTIES, "unknown", 2)
@example(TWO_TRUTHS, "unknown", 5)
def test_a_lost_value_turns_no_finding_into_a_pass(
    document: Document, lost: Any, which: int
) -> None:
    paths = [p for p in facts(document) if p[-1] not in STRUCTURE]
    assume(paths)
    path = paths[which % len(paths)]
    assert not turned(document, path, lost), path


@given(faulty(), st.sampled_from(UNREADABLE), st.integers(0, 300))
@law
def test_a_lost_kind_or_reference_turns_no_finding_into_a_pass(
    document: Document, lost: Any, which: int
) -> None:
    paths = [p for p in facts(document) if p[-1] in STRUCTURE]
    assume(paths)
    path = paths[which % len(paths)]
    assert not turned(document, path, lost), path


ONE_ZONE = {
    "name": "shop",
    "load": {"requests_per_second": {"peak": 40}, "read_share": 0.5},
    "needs": {"survives": "zone"},
    "components": [
        {"id": "api", "kind": "service", "status": "new"},
        {"id": "db", "kind": "relational", "status": "new", "holds": "truth", "zones": 1},
    ],
    "flows": [
        {"id": "f", "from": "user", "to": "api", "mode": "sync", "effect": "write"},
        {"id": "g", "from": "api", "to": "db", "mode": "sync", "effect": "write"},
    ],
    "complete": ["components", "flows"],
}
COPY_IN_STEP = {
    "name": "shop",
    "needs": {"rpo": "0 s", "survives": "region"},
    "components": [
        {
            "id": "db",
            "kind": "relational",
            "status": "new",
            "holds": "truth",
            "replication": "async",
        },
        {
            "id": "far",
            "kind": "relational",
            "status": "new",
            "holds": "copy",
            "replication": "sync",
        },
    ],
}
"""A copy loses nothing that is the truth, whatever it stands in step with."""
TOO_MANY_WRITES = {
    **ONE_ZONE,
    "load": {"requests_per_second": {"peak": "90k"}, "read_share": 0.1},
    "components": [
        {"id": "api", "kind": "service", "status": "new"},
        {"id": "db", "kind": "relational", "status": "new", "holds": "truth", "zones": 2},
    ],
}


@given(faulty(), st.sampled_from(UNREADABLE), st.integers(0, 300))
@law
@example(ONE_ZONE, "unknown", 2)
@example(ONE_ZONE, "unknown", 8)
@example(ONE_ZONE, {"?": 1}, 8)
@example(TOO_MANY_WRITES, "unknown", 0)
@example(COPY_IN_STEP, "unknown", 2)
def test_a_lost_fact_adds_no_keep(document: Document, lost: Any, which: int) -> None:
    paths = facts(document)
    assume(paths)
    path = paths[which % len(paths)]
    before, after = judge(document), judge(with_value(document, path, lost))
    assert {k.at for k in after.review.keeps} <= {k.at for k in before.review.keeps}, path
