"""Expressions in three values: true, false and unknown, and what decided."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_mcp.model.predicate import compile_predicate
from tests.expressions import NUMBERS, VOCABULARY, scope_of, truth_of

T, F, U = True, False, None


SIDES = {
    T: "needs.replay == true",
    F: "load.users > 100",
    U: "needs.tenants > 1",
}
FACTS = {"needs": {"replay": True}, "load": {"users": 5}}


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, T, U, T),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_and_and_or_follow_kleene(a: Any, b: Any, both: Any, either: Any) -> None:
    assert truth_of(f"{SIDES[a]} and {SIDES[b]}", FACTS) is both
    assert truth_of(f"{SIDES[a]} or {SIDES[b]}", FACTS) is either


@pytest.mark.parametrize(("inner", "outer"), [(T, F), (F, T), (U, U)])
def test_not_follows_kleene(inner: Any, outer: Any) -> None:
    assert truth_of(f"not {SIDES[inner]}", FACTS) is outer
    assert truth_of(f"not not {SIDES[inner]}", FACTS) is inner


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        (f"{SIDES[T]} or {SIDES[T]} and {SIDES[F]}", T),
        (f"({SIDES[T]} or {SIDES[T]}) and {SIDES[F]}", F),
        (f"not {SIDES[F]} and {SIDES[F]}", F),
        (f"not ({SIDES[F]} and {SIDES[F]})", T),
        (f"not {SIDES[F]} or {SIDES[T]}", T),
        (f"{SIDES[F]} and {SIDES[F]} or {SIDES[T]}", T),
    ],
)
def test_not_binds_before_and_and_and_before_or(text: str, truth: Any) -> None:
    assert truth_of(text, FACTS) is truth


CACHE, LOG, VAGUE = {"id": "c", "kind": "cache"}, {"id": "l", "kind": "log"}, {"id": "v"}
LISTS = [
    # parts, closed by, any cache, all cache, count cache == 0, == 1, > 1
    ([LOG], "", U, F, U, U, U),
    ([LOG], "complete", F, F, T, F, F),
    ([LOG], "absent", F, F, T, F, F),
    ([CACHE], "", T, U, F, U, U),
    ([CACHE], "complete", T, T, F, T, F),
    ([CACHE, LOG], "", T, F, F, U, U),
    ([CACHE, LOG], "complete", T, F, F, T, F),
    ([LOG, VAGUE], "", U, F, U, U, U),
    ([LOG, VAGUE], "complete", U, F, U, U, F),
    ([LOG, VAGUE], "absent", U, F, U, U, F),
    ([CACHE, VAGUE], "complete", T, U, F, U, U),
    ([VAGUE], "complete", U, U, U, U, F),
]


@pytest.mark.parametrize(("parts", "closed", "some", "every", "none", "one", "more"), LISTS)
def test_a_list_has_an_open_end_unless_it_is_closed(
    parts: Any, closed: str, some: Any, every: Any, none: Any, one: Any, more: Any
) -> None:
    document: dict[str, Any] = {"components": parts}
    if closed == "complete":
        document["complete"] = ["components"]
    if closed == "absent":
        document["absent"] = ["cache"]
    body = "components, kind == cache"
    found = [
        truth_of(f"any({body})", document),
        truth_of(f"all({body})", document),
        *(truth_of(f"count({body}) {rest}", document) for rest in ("== 0", "== 1", "> 1")),
    ]
    assert found == [some, every, none, one, more]


@pytest.mark.parametrize(
    ("kinds", "absent", "truth"),
    [
        ("kind in (cache, queue)", ["cache"], U),
        ("kind in (cache, queue)", ["cache", "queue"], F),
        ("kind == cache and instances > 2", ["cache"], F),
        ("not kind == cache", ["cache"], T),
        ("kind == cache or instances > 90", ["cache"], U),
    ],
)
def test_a_list_is_closed_for_the_kinds_that_are_absent(
    kinds: str, absent: list[str], truth: Any
) -> None:
    document = {"components": [{**LOG, "instances": 2}], "absent": absent}
    assert truth_of(f"any(components, {kinds})", document) is truth


@pytest.mark.parametrize(
    ("said", "relation", "truth"),
    [
        ("10", "<", T),
        ("10", ">", F),
        ("100", "<", U),
        ("100", ">", U),
        ("300", ">", T),
        ("200", ">=", T),
        ("50", "<=", T),
        ("10..300", ">", U),
        ("10..300", "==", U),
        ("10", "!=", T),
        ("10", "==", F),
        (">1000", ">", T),
        (">100", ">", U),
    ],
)
def test_a_range_that_straddles_a_threshold_is_unknown(
    said: str, relation: str, truth: Any
) -> None:
    document = {"load": {"messages_per_second": said}}
    assert truth_of(f"load.messages_per_second {relation} threshold(a-rate)", document) is truth


@pytest.mark.parametrize(
    ("said", "text", "truth"),
    [
        ({"timeout": "none"}, 'timeout < "5 s"', F),
        ({"timeout": "none"}, 'timeout >= "5 s"', F),
        ({"timeout": "none"}, "timeout == none", T),
        ({"timeout": "none"}, "timeout != none", F),
        ({"timeout": "3 s"}, "timeout == none", F),
        ({"timeout": "3 s"}, "timeout != none", T),
        ({"timeout": "unknown"}, "timeout == none", U),
        ({}, "timeout == none", U),
        ({"duplicate_safe": "unknown"}, "duplicate_safe == false", U),
        ({"to": "user"}, "to.kind == user", T),
        ({"to": "app"}, "to.kind == service", T),
        ({"to": "app"}, "to.kind in (cache, log)", F),
        ({}, "to.kind == service", U),
        ({"id": "pay"}, "id == pay", T),
    ],
)
def test_a_stated_absence_is_a_value_and_no_number(said: Any, text: str, truth: Any) -> None:
    assert truth_of(text, {"flows": [{"id": "f", **said}]}, "flows") is truth


@pytest.mark.parametrize(
    ("data", "text", "truth"),
    [
        ({"sensitivity": ["card", "personal"]}, "data.sensitivity == card", T),
        ({"sensitivity": ["card"]}, "card in data.sensitivity", T),
        ({"sensitivity": ["card"]}, "secret not in data.sensitivity", T),
        ({"sensitivity": []}, "card in data.sensitivity", F),
        ({"sensitivity": []}, "data.sensitivity == none", T),
        ({}, "card in data.sensitivity", U),
    ],
)
def test_words_in_a_list(data: Any, text: str, truth: Any) -> None:
    assert truth_of(text, {"data": data}) is truth


@pytest.mark.parametrize(
    ("needs", "truth", "open_ends"),
    [
        ({"rpo": "1 h", "rto": "4 h"}, T, set()),
        ({"rpo": "4 h", "rto": "1 h"}, F, set()),
        ({"rpo": "1..6 h", "rto": "4 h"}, U, set()),
        ({"rpo": "1 h"}, U, {"needs.rto"}),
        ({}, U, {"needs.rpo", "needs.rto"}),
        ({"rpo": "1 h", "rto": "unknown"}, U, {"needs.rto"}),
    ],
)
def test_two_facts_are_compared_and_the_open_ends_named(
    needs: Any, truth: Any, open_ends: set[str]
) -> None:
    compiled = compile_predicate("needs.rpo < needs.rto", VOCABULARY, NUMBERS)
    found, atoms = compiled(scope_of({"needs": needs}))
    assert found is truth
    if open_ends:
        assert {a.path for a in atoms} == open_ends


@pytest.mark.parametrize(
    ("text", "deciding"),
    [
        (f"{SIDES[T]} and {SIDES[F]}", {"load.users"}),
        (f"{SIDES[T]} or {SIDES[F]}", {"needs.replay"}),
        (f"{SIDES[T]} and {SIDES[U]}", {"needs.tenants"}),
        (f"{SIDES[F]} or {SIDES[U]}", {"needs.tenants"}),
        (f"{SIDES[T]} and not {SIDES[F]}", {"needs.replay", "load.users"}),
        (f"not {SIDES[U]}", {"needs.tenants"}),
        ("any(components, kind == cache)", {"complete.components"}),
    ],
)
def test_the_atoms_that_decided_are_returned(text: str, deciding: set[str]) -> None:
    _, atoms = compile_predicate(text, VOCABULARY, NUMBERS)(scope_of(FACTS))
    assert {a.path for a in atoms} == deciding


# ---------------------------------------------------------------- monotonicity

_ATOMS = st.sampled_from(
    """needs.replay == true~load.users > 10~needs.tenants == 3~needs.rpo < needs.rto
~any(components, kind == cache)~all(components, instances > 1)~practices.outbox == true
~count(components, kind == cache) == 1~load.messages_per_second > threshold(a-rate)
~data.sensitivity == card~context.stage in (idea, launch)""".replace("\n", "").split("~")
)
_TEXTS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            "({0[0]}) {0[1]} ({0[2]})".format
        ),
    ),
    max_leaves=5,
)
_PARTS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"kind": st.sampled_from(["cache", "log"]), "instances": st.integers(1, 3)}
    ),
    min_size=1,
    max_size=3,
)
_DESIGNS = st.fixed_dictionaries(
    {
        "needs": st.fixed_dictionaries(
            {},
            optional={
                "replay": st.booleans(),
                "tenants": st.integers(1, 4),
                "rpo": st.sampled_from(["1 h", "2..5 h"]),
                "rto": st.sampled_from(["1 h", "3 h"]),
            },
        ),
        "load": st.fixed_dictionaries(
            {}, optional={"users": st.integers(1, 20), "messages_per_second": st.integers(1, 300)}
        ),
        "data": st.fixed_dictionaries({}, optional={"sensitivity": st.just(["card"])}),
        "context": st.fixed_dictionaries(
            {}, optional={"stage": st.sampled_from(["idea", "mature"])}
        ),
        "practices": st.fixed_dictionaries({}, optional={"outbox": st.booleans()}),
        "components": _PARTS,
        "complete": st.sampled_from([[], ["components"]]),
    }
)


@given(_TEXTS, _DESIGNS, st.data())
@settings(max_examples=300, deadline=None)
def test_a_fact_that_becomes_unknown_never_turns_true_into_false(
    text: str, design: dict[str, Any], data: Any
) -> None:
    places = [
        (part, key)
        for part in (
            *(design[s] for s in ("needs", "load", "data", "practices")),
            *design["components"],
        )
        for key in part
    ]
    before = truth_of(text, design)
    if places:
        part, key = data.draw(st.sampled_from(places))
        part[key] = "unknown"
    assert {before, truth_of(text, design)} != {True, False}


@pytest.mark.parametrize("asked", ["app first", "db first", "both at once"])
def test_a_practice_of_one_part_is_its_own_and_no_other_s(asked: str) -> None:
    parts = [
        {"id": "app", "kind": "service"},
        {"id": "db", "kind": "relational", "practices": {"backups": False}},
    ]
    whole = scope_of({"components": parts, "practices": {"backups": True}})
    app, db = whole.items["components"]
    told = compile_predicate("practices.backups == true", VOCABULARY, NUMBERS, "components")
    if asked == "both at once":
        assert list(whole.where("components", told)) == [app]
    first, second = (app, db) if asked == "app first" else (db, app)
    assert told.truth(first) is (first is app)
    assert told.truth(second) is (second is app)
