"""Reasons are what decided, as it was written: no guards, nothing empty."""

from collections.abc import Callable

import pytest

from backend_mcp.model.fact import Fact, Value
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.predicate import Atom
from backend_mcp.model.quantity import parse
from backend_mcp.model.review import Finding
from backend_mcp.render.markdown import markdown
from backend_mcp.render.result import full
from backend_mcp.review.texts import is_guard, reasons
from backend_mcp.settings import prompts_folder
from backend_mcp.tree import from_text
from backend_mcp.usecases import judge
from tests.expressions import scope_of


def _atoms(*facts: tuple[str, Value]) -> list[Atom]:
    scope = scope_of({})
    return [Atom(scope, p, Fact(p, v, "derived"), "==", "") for p, v in facts]


@pytest.mark.parametrize(
    ("path", "value", "guards"),
    [
        ("derived.said_practices", ("alerts", "canary"), True),
        ("flows.pay.derived.said_keys", ("timeout",), True),
        ("derived.kept_practices", ("backups",), True),
        ("flows.pay.derived.key_scope_said", True, True),
        ("components.db.derived.cap_known", True, True),
        ("derived.off_site_told", True, True),
        ("components.db.derived.in_service", False, True),
        ("flows.pay.derived.watermark", (), True),
        ("derived.own_login", True, False),
        ("flows.pay.derived.user_waits", True, False),
        ("components.q.derived.taken_from", ("jobs",), False),
        ("practices.alerts", False, False),
        ("flows.pay.duplicate_safe", False, False),
        ("data.sensitivity", (), False),
    ],
)
def test_what_only_keeps_a_rule_to_its_matter_is_a_guard(
    path: str, value: Value, guards: bool
) -> None:
    assert is_guard(Fact(path, value, "derived")) is guards


def test_guards_are_left_out_of_the_reasons() -> None:
    found = reasons(
        _atoms(
            ("derived.said_practices", ("alerts",)),
            ("components.db.derived.in_service", False),
            ("practices.alerts", False),
        )
    )
    assert [r.fact for r in found] == ["practices.alerts"]


def test_where_only_guards_decided_they_are_the_reasons() -> None:
    found = reasons(_atoms(("derived.said_keys", ("to",)), ("flows.a.derived.in_database", False)))
    assert [r.fact for r in found] == ["flows.a.derived.in_database"]


def test_a_reason_is_printed_as_it_was_written() -> None:
    found = reasons(_atoms(("load.users", parse("~300", "count"))))
    assert [r.value for r in found] == ["~300"]


UNWATCHED = """
name: shop
context: {stage: growth}
load: {requests_per_second: {peak: 40}}
components:
  - {id: web, kind: service, status: new}
  - {id: db, kind: relational, status: new, holds: truth}
flows:
  - {id: come, from: user, to: web, mode: sync, effect: write}
  - {id: save, from: web, to: db, mode: sync, effect: write, timeout: none}
practices: {alerts: unknown, metrics: false}
"""


@pytest.fixture
def find(knowledge: Knowledge) -> Callable[[str], tuple[Finding, ...]]:
    def take(text: str) -> tuple[Finding, ...]:
        return judge.review_tree(from_text(text, "d.yaml"), "d.yaml", knowledge).review.findings

    return take


def test_no_finding_names_what_the_document_speaks_of(
    find: Callable[[str], tuple[Finding, ...]],
) -> None:
    findings = find(UNWATCHED)
    assert any(f.rule == "no-signal-of-harm" for f in findings)
    named = {r.fact for f in findings for r in f.because}
    assert not {n for n in named if "said_" in n or "in_service" in n}


def test_a_finding_without_reasons_has_no_empty_because(knowledge: Knowledge) -> None:
    text = "name: s\nabsent: [kafka]\ncomponents: [{id: web, kind: service}, {id: k, kind: cache, status: new}]\n"
    review = judge.review_tree(from_text(text, "d.yaml"), "d.yaml", knowledge).review
    shape = full(review)
    assert shape["findings"], "the case must find something"
    for finding in shape["findings"]:
        finding["because"] = []
    assert "Because ." not in markdown(shape, prompts_folder())
