"""The search: what people ask leads to the entry, what is not there is said, and odd queries do no harm."""

import sqlite3
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend_mcp import settings
from backend_mcp.catalog.index import open_index
from backend_mcp.catalog.library import Library
from backend_mcp.catalog.search import named, search
from backend_mcp.errors import ArgumentError
from backend_mcp.model.consultation import Found
from backend_mcp.usecases import consult
from benchmarks.searching import questions, score

FOLDER = settings.knowledge_folder()


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    return open_index(FOLDER, None)


def test_every_label_is_an_entry(index: sqlite3.Connection) -> None:
    labels = {name for q in questions() for name in q["right"]}
    assert [name for name in labels if not named(index, name)] == []


def test_the_questions_are_as_many_as_promised() -> None:
    asked = questions()
    assert (len(asked), sum(not q["right"] for q in asked)) == (75, 15)
    assert sum(bool(q.get("aside")) for q in asked) == 30


def test_what_people_ask_leads_to_the_entry(index: sqlite3.Connection) -> None:
    found, _ = score(index, questions())
    assert found.first / found.answered >= 0.75
    assert found.third / found.answered >= 0.85
    assert found.said >= 11


def test_a_name_finds_its_entry_alone_or_with_its_kind(index: sqlite3.Connection) -> None:
    assert [h.name for h in named(index, "no-ci")] == ["rules/no-ci"]
    assert [h.name for h in named(index, "rules/no-ci")] == ["rules/no-ci"]
    assert named(index, "practices/no-ci") == []


@pytest.mark.parametrize(
    "query", ["idempotancy key", "kubernets for a small team", "wepsocket", "outbx"]
)
def test_a_slip_of_the_pen_is_forgiven(index: sqlite3.Connection, query: str) -> None:
    assert search(index, query).hits


@pytest.mark.parametrize(
    "query",
    ['"', "a OR", "NEAR(a, b)", "names:x", "^x", "x*", "-x", "(", "''", "NOT", "AND", "\x00", "é" * 50, "the of and",
     "🙂", "'; DROP TABLE entry; --"],
)  # fmt: skip
def test_odd_queries_are_words_and_nothing_else(index: sqlite3.Connection, query: str) -> None:
    assert isinstance(search(index, query), Found)


@given(st.text(max_size=300))
@hypothesis_settings(max_examples=150, deadline=None)
def test_any_text_gets_an_answer_and_the_same_one_twice(text: str) -> None:
    index = _shared()
    assert search(index, text) == search(index, text)


def _shared(held: list[sqlite3.Connection] = []) -> sqlite3.Connection:  # noqa: B006 (kept on purpose)
    if not held:
        held.append(open_index(FOLDER, None))
    return held[0]


def test_an_index_that_is_kept_is_used_again_and_a_torn_one_built_anew(tmp_path: Path) -> None:
    first = search(open_index(FOLDER, tmp_path), "charged twice")
    (held,) = tmp_path.glob("search-*.sqlite")
    again = held.stat().st_mtime_ns
    assert search(open_index(FOLDER, tmp_path), "charged twice") == first
    assert held.stat().st_mtime_ns == again
    held.write_bytes(b"torn")
    assert search(open_index(FOLDER, tmp_path), "charged twice") == first


def test_to_open_a_kept_index_costs_less_than_to_build_it(tmp_path: Path) -> None:
    times = []
    for _ in range(2):
        start = time.process_time()
        open_index(FOLDER, tmp_path)
        times.append(time.process_time() - start)
    assert times[1] < times[0]


def test_a_cache_that_can_not_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder is due")
    assert search(open_index(FOLDER, tmp_path / "cache"), "charged twice").hits


def test_an_id_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(ArgumentError, match="rules/no-ci"):
        consult.search_knowledge("rules/no-cii", Library(FOLDER, None))
