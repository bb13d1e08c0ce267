"""Whatever is sent: a review in every form, or a refusal that says why; and equal bytes for equal words."""

import copy
import io
import json
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from backend_mcp import settings as paths
from backend_mcp.errors import DesignError
from backend_mcp.model.form import SECTIONS
from backend_mcp.model.form_design import LISTS, TOP
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.reading.merge import Base
from backend_mcp.reading.reader import read_design
from backend_mcp.render.markdown import markdown
from backend_mcp.render.result import full, short
from backend_mcp.render.terminal import show
from backend_mcp.tree import Raw, from_text, from_value, plain
from backend_mcp.usecases import judge
from tests.conftest import DATA

DOCUMENTS = {p.stem: plain(from_text(p.read_text(), p.name)) for p in sorted(DATA.rglob("*.yaml"))}
NAMES = (
    *TOP,
    *(key.name for record in (*SECTIONS.values(), *LISTS.values()) for key in record.keys),
    *[
        "value",
        "unit",
        "basis",
        "note",
        "by",
        "within",
        "max",
        "backoff",
        "marked",
        "kept",
        "id",
        "p@flows.x",
        "backups",
        "outbox",
    ],
)
WORDS = (
    *[
        "unknown",
        "none",
        "true",
        "planned",
        "money",
        "stock",
        "db",
        "app",
        "user",
        "relational",
        "cache",
        "log",
        "queue",
        "existing",
    ],
    *(
        "500 rps",
        "2k..4k",
        "~2 TB",
        "<200 ms",
        "99.95 %",
        "daily 02:00",
        "A or B",
        "PostgreSQL, Kafka",
    ),
    *(
        "",
        " ",
        "*a",
        "flows.pay",
        "stores[0]",
        "components.",
        "[",
        "{",
        "\u202e",
        "\ud800",
        "9" * 400,
    ),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=20),
)
KEYS = st.one_of(st.sampled_from(NAMES), st.text(max_size=8))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)


def _review(raw: Raw, knowledge: Knowledge, base: Base | None = None) -> str:
    """Review a tree and render it in every form; return the full result as JSON."""
    reviewed = judge.review_tree(raw, "design", knowledge, base=base)
    templates = paths.prompts_folder()
    for shape in (short(reviewed.review), full(reviewed.review)):
        json.dumps(shape, ensure_ascii=False).encode()
        markdown(shape, templates).encode()
        show(shape, Console(file=io.StringIO(), width=100))
    document = json.dumps(reviewed.simplest, ensure_ascii=False)
    return json.dumps(full(reviewed.review), ensure_ascii=False) + document


@given(VALUES, st.booleans())
@settings(max_examples=150, deadline=None)
@example({"components": [{"id": "a"}], "\ud800": 1}, False)
@example({"components": [{"id": "a", "in": "b"}, {"id": "b", "in": "a"}]}, False)
@example(
    {"components": [{"id": "a", "in": "a"}], "flows": [{"id": "f", "from": "a", "to": "a"}]}, False
)
def test_any_value_is_reviewed_or_refused(knowledge: Knowledge, value: Any, inside: bool) -> None:
    document = {"components": [{"id": "app"}], "load": value} if inside else value
    with suppress(DesignError):
        assert _review(from_value(document, "design"), knowledge)


def _nodes(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container of a document with each of its keys."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _nodes(value[key])


def _mutated(name: str, seed: int) -> Any:
    """Return a document in which some nodes were dropped, replaced, doubled or moved."""
    pick = random.Random(seed)
    document = copy.deepcopy(DOCUMENTS[name])
    for _ in range(pick.randint(1, 12)):
        nodes = list(_nodes(document))
        if not nodes:
            break
        holder, key = pick.choice(nodes)
        other, place = pick.choice(nodes)
        act = pick.randrange(6)
        if act == 0:
            del holder[key]
        elif act == 1:
            holder[key] = pick.choice([*WORDS, None, True, -1, 0, 1e9, [], {}, [[]], {"value": {}}])
        elif act == 2 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif act == 3:
            holder[key] = copy.deepcopy(other[place])
        elif act == 4 and isinstance(holder, dict):
            holder[pick.choice(NAMES)] = holder.pop(key)
        elif act == 5:
            holder[key] = [copy.deepcopy(holder[key])]
    return document


@given(st.sampled_from(sorted(DOCUMENTS)), st.integers(0, 2**32))
@settings(max_examples=80, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@example("01", 79)
@example("05", 36)
@example("05-paid-by", 38)
def test_a_mutated_document_is_reviewed_or_refused(
    knowledge: Knowledge, name: str, seed: int
) -> None:
    document = _mutated(name, seed)
    with suppress(DesignError):
        first = _review(from_value(document, "design"), knowledge)
        assert first == _review(from_value(copy.deepcopy(document), "design"), knowledge)


@given(st.sampled_from(sorted(DOCUMENTS)), st.integers(0, 2**32), st.booleans())
@settings(max_examples=40, deadline=None)
def test_any_change_laid_over_any_base_is_reviewed_or_refused(
    knowledge: Knowledge, name: str, seed: int, accepted: bool
) -> None:
    with suppress(DesignError):
        below = read_design(from_value(_mutated(name, seed), "base"), "base", knowledge.vocabulary)
        base = Base(below, accepted, "base")
        assert _review(from_value(_mutated(name, seed + 1), "design"), knowledge, base)


PIECES = st.lists(
    st.sampled_from(
        [
            "components:",
            " - {id: app}",
            "\n",
            "  ",
            "- ",
            "a: ",
            "{",
            "}",
            "[",
            "]",
            ", ",
            "&a ",
            "*a",
        ]
    ),
    max_size=20,
).map("".join)


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80), PIECES))
@settings(max_examples=200, deadline=None)
@example('{"components": [{"id": "a"}], "\\ud800": 1}')
@example('{\t"components": [{"id": "a"}], "b": 1e999, "c": NaN}')
@example("components: [{id: app}]\nload: {users: .inf}")
@example("components: [{id: app}]\n? {a: b}\n: c\n? [x]\n: y")
def test_any_text_is_reviewed_or_refused(knowledge: Knowledge, text: str | bytes) -> None:
    for name in ("design.yaml", "plan.md"):
        with suppress(DesignError):
            assert _review(from_text(text, name), knowledge)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_equal_words_give_equal_bytes(knowledge: Knowledge, name: str) -> None:
    results = {
        _review(from_value(copy.deepcopy(DOCUMENTS[name]), "design"), knowledge) for _ in range(2)
    }
    assert len(results) == 1


@pytest.mark.parametrize("place", ["id", "name", "instances"])
def test_a_number_of_any_length_is_no_fault(knowledge: Knowledge, place: str) -> None:
    part = {"id": "app", "kind": "service"}
    document: dict[str, Any] = {"components": [part]}
    (document if place == "name" else part)[place] = 10**5000  # type: ignore[assignment]
    with suppress(DesignError):
        assert _review(from_value(document, "design"), knowledge)


@pytest.mark.parametrize("ends", ["open", "in a circle", "with instances"])
def test_parts_may_stand_in_one_another_as_deep_as_there_are_parts(
    knowledge: Knowledge, ends: str
) -> None:
    parts = [{"id": f"p{n}", "kind": "service", "in": f"p{n + 1}"} for n in range(480)]
    last: dict[str, Any] = {"id": "p480", "kind": "service"}
    last |= {"open": {}, "in a circle": {"in": "p7"}, "with instances": {"instances": 3}}[ends]
    assert _review(from_value({"components": [*parts, last]}, "design"), knowledge)


ODD_PLACES = [
    {"in": 5},
    {"in": True},
    {"in": {"a": 1}},
    {"in": [["x"]]},
    {"in": None},
]


@pytest.mark.parametrize("inside", ODD_PLACES, ids=str)
def test_an_extra_part_may_stand_in_what_is_no_part(knowledge: Knowledge, inside: Any) -> None:
    document = copy.deepcopy(DOCUMENTS["05"])
    for component in document["components"]:
        component.update(copy.deepcopy(inside))
    reviewed = judge.review_tree(from_value(document, "design"), "design", knowledge)
    assert reviewed.simplest is not None


@pytest.mark.parametrize("peak", [1e-320, 5e-324, 1e-300])
def test_a_load_that_is_next_to_nothing_is_no_fault(knowledge: Knowledge, peak: float) -> None:
    cache = {"id": "redis", "kind": "cache", "status": "new", "instances": 2, "paid_by": "unknown"}
    document = {"load": {"requests_per_second": peak}, "components": [cache]}
    assert _review(from_value(document, "design"), knowledge)


def test_many_calls_between_few_parts_cost_no_more_than_between_many(knowledge: Knowledge) -> None:
    def cost(parts: int) -> float:
        ends = [(a, b) for a in range(parts) for b in range(parts) if a != b]
        flows = [
            {"id": f"f{n}", "from": f"p{a}", "to": f"p{b}", "mode": "sync", "effect": "write"}
            for n, (a, b) in enumerate((ends * 20)[:300])
        ]
        components = [{"id": f"p{n}", "kind": "service"} for n in range(parts)]
        raw = from_value({"components": components, "flows": flows}, "design")
        start = time.process_time()
        judge.review_tree(raw, "design", knowledge)
        return time.process_time() - start

    assert cost(5) < 6 * cost(25)


def test_mutation_changes_documents() -> None:
    changed = [s for s in range(20) if _mutated("05", s) != DOCUMENTS["05"]]
    assert len(changed) >= 18
