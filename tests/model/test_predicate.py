"""The language of the rules, as text: what compiles, what is refused, and where."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_mcp.capacity import DesignScope
from backend_mcp.errors import PredicateError
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.predicate import compile_predicate
from backend_mcp.reading.reader import read_design
from backend_mcp.tree import from_value
from tests.expressions import NUMBERS, VOCABULARY, scope_of

HANG = 20

# ---------------------------------------------------------------- refused, with the column

ERRORS = [
    ("", "needs.rpp < 5", 0, "'needs.rpo'"),
    ("", "needs.replay == true and needs.rpp < 5", 25, "'needs.rpo'"),
    ("", "practices.outbx == true", 0, "'practices.outbox'"),
    ("flows", "efect == money", 0, "'effect'"),
    ("components", "kind == cachee", 8, "cache"),
    ("components", "kind in (cache, logg)", 16, "log"),
    ("components", "kind == none", 8, "one of client"),
    ("flows", "timeout == unlimited", 11, "never"),
    ("", "needs.replay == unknown", 16, "never"),
    ("", "needs.replay > 5", 0, "no order"),
    ("", "context.stage < launch", 0, "no order"),
    ("", 'needs.rpo < "5 GB"', 12, "duration"),
    ("", "needs.rpo < threshold(a-rate)", 12, "duration"),
    ("", "needs.rpo < threshold(nope)", 12, "'nope' does not exist"),
    ("", "load.users < threshold(a-price)", 13, ""),
    ("", "count(components) > threshold(a-time)", 20, ""),
    ("", "count(components) > threshold(nope)", 20, "does not exist"),
    ("", 'count(components) > "5 s"', 20, ""),
    ("", "load.users_per_day > load.users", 21, ""),
    ("", "needs.rpo < load.users", 12, ""),
    ("", "any(components, any(flows, effect == money))", 16, "nested"),
    ("", "any(components, not all(flows, effect == money))", 20, "nested"),
    ("", "any(parts, kind == cache)", 0, "'parts' is not a list"),
    ("", "any(components)", 14, "','"),
    ("", "count(components", 16, "')'"),
    ("", "needs.rpo <", 11, "value"),
    ("", "needs.rpo", 9, "relation"),
    ("", "needs.replay == true and", 24, "value"),
    ("", "(needs.replay == true", 21, "')'"),
    ("", "needs.replay == true )", 21, "left over"),
    ("", "needs.rpo < 5 s", 14, "left over"),
    ("", "needs.replay = true", 13, "can't be read"),
    ("", 'needs.replay == "true', 16, "can't be read"),
    ("", "load.users in (1, 2)", 18, ""),
    ("", "   ", 0, ""),
    ("", "5 == 5", 0, "'5'"),
    ("", "components == 5", 0, "'components'"),
    ("components", "oracle in kind", 0, ""),
]


@pytest.mark.parametrize(("scope", "text", "column", "words"), ERRORS)
def test_a_fault_is_told_at_its_column_with_what_would_fit(
    scope: str, text: str, column: int, words: str
) -> None:
    with pytest.raises(PredicateError) as caught:
        compile_predicate(text, VOCABULARY, NUMBERS, scope)
    assert abs(caught.value.column - column) <= 1
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        ("", "needs.availability > 2"),
        ("", 'load.read_share > "120 %"'),
        ("", "count(components) < 0"),
    ],
)
def test_a_comparison_that_can_not_be_true_is_refused(scope: str, text: str) -> None:
    with pytest.raises(PredicateError):
        compile_predicate(text, VOCABULARY, NUMBERS, scope)


@pytest.mark.parametrize(
    "text",
    [
        "not " * 250,
        "not " * 12 + "needs.replay == true and " * 20,
        "(" * 500,
        "(" * 500 + ")" * 500,
        "x" * 1000,
        "x" * 1001,
        "any(" * 250,
        "(" * 13 + "needs.replay == true" + ")" * 13,
        '"' * 999,
        "a." * 499 + "a == b",
        "in." * 300 + "kind == cache",
        "needs.replay == true or " * 60,
        "needs.rpo < " + "9" * 900,
        "not " * 500,
        "(" * 5000,
    ],
    ids=lambda t: t[:12],
)
@pytest.mark.parametrize("scope", ["", "components"])
def test_a_hostile_expression_is_refused_in_bounded_time(text: str, scope: str) -> None:
    start = time.monotonic()
    with pytest.raises(PredicateError):
        compile_predicate(text + " <", VOCABULARY, NUMBERS, scope)
    assert time.monotonic() - start < HANG


_WORDS = st.sampled_from(
    """(~)~<~>~,~.~=~!~"~ ~5~ and ~ or ~not ~ in ~any(~all(~count(~components, ~flows, ~kind~ == ~cache
~effect~needs.rpo~threshold(a-rate)~threshold(a-time)~"5 s"~load.users~ != ~ <= ~ > ~true~none~in.kind
~to.kind~timeout""".replace("\n", "").split("~")
)


@given(st.one_of(st.text(max_size=80), st.lists(_WORDS, max_size=25).map("".join)))
@settings(max_examples=600, deadline=None)
def test_any_text_compiles_or_is_refused(text: str) -> None:
    whole = scope_of({"flows": [{"id": "f", "from": "app", "to": "user"}], "load": {"users": 5}})
    for scope in ("", "components", "flows"):
        view: Any = whole.items[scope][0] if scope else whole
        with suppress(PredicateError):
            found = compile_predicate(text, VOCABULARY, NUMBERS, scope)
            assert found(view)[0] in (True, False, None)


def test_every_expression_of_the_knowledge_is_bound(knowledge: Knowledge) -> None:
    whole = DesignScope(
        read_design(from_value({"components": ["app"]}, "d"), "d", knowledge.vocabulary),
        knowledge.numbers,
    )
    rules = [r for r in knowledge.rules if not r.entry.for_each]
    assert all(r.fires(whole)[0] in (True, False, None) for r in rules)
