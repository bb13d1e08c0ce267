"""What the form of a question asks for, words that belong together, and what is not here though its words are."""

import sqlite3
from itertools import combinations
from typing import Any

import pytest

from backend_mcp import settings
from backend_mcp.catalog.index import open_index
from backend_mcp.catalog.laid import read_files
from backend_mcp.catalog.search import named, search
from benchmarks.searching import ASKED, questions, score

FOLDER = settings.knowledge_folder()


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    return open_index(FOLDER, None)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("kafka vs rabbitmq", "guides/which-broker"),
        ("do I need kubernetes", "guides/kubernetes"),
        ("is kubernetes overkill for us", "guides/kubernetes"),
        ("should we use microservices", "guides/microservices"),
        ("pgvector vs pinecone", "guides/vector-store"),
        ("redis vs memcached", "guides/cache ladders/reads"),
        ("websocket or polling", "ladders/live-updates"),
        ("maximum message size in sqs", "thresholds/sqs-message-size"),
        ("kafka", "technologies/kafka"),
        ("hashicorp vault", "technologies/hashicorp-vault"),
        ("which database", "checklists/data-store-choice"),
        ("dead letter queue", "practices/dead_letters"),
        ("deadletter", "practices/dead_letters"),
        ("time out", "practices/timeouts"),
        ("fail over", "practices/failure_drills"),
        ("web sockets", "ladders/live-updates"),
    ],
)
def test_the_form_of_a_question_tells_which_entry_comes_first(
    index: sqlite3.Connection, query: str, first: str
) -> None:
    found = search(index, query)
    assert found.here
    assert found.hits[0].name in first.split()


@pytest.mark.parametrize(
    "query", ["memory leak", "cold start", "css grid", "how to name variables", "tabs vs spaces"]
)
def test_two_words_that_stand_apart_are_no_answer(index: sqlite3.Connection, query: str) -> None:
    assert not search(index, query).here


def test_words_side_by_side_count_for_more_than_the_same_words_apart(
    index: sqlite3.Connection,
) -> None:
    beside = search(index, "connection pool limits").hits[0].name
    assert beside == "practices/pool_limits"


def _rungs() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in read_files(FOLDER)[0]:
        rungs: Any = entry.values.get("stands_on") if isinstance(entry.values, dict) else None
        for ladder in rungs if isinstance(rungs, dict) else ():
            found.setdefault(ladder, []).append(str(entry.values.get("title")))
    return found


def test_two_products_of_one_ladder_lead_to_it_or_to_its_guide(index: sqlite3.Connection) -> None:
    guides = {
        str(e.values.get("ladder")): f"guides/{e.values['id']}"
        for e in read_files(FOLDER)[0]
        if e.kind == "guides"
    }
    asked = [(ladder, a, b) for ladder, names in _rungs().items()
             for a, b in list(combinations(sorted(names), 2))[::7][:12]]  # fmt: skip
    third = [
        {h.name for h in search(index, f"{a} vs {b}").hits[:3]}
        & {f"ladders/{ladder}", guides.get(ladder, "")}
        for ladder, a, b in asked
    ]
    assert len(asked) > 40
    assert sum(map(bool, third)) / len(third) >= 0.9


def test_the_second_set_of_questions_is_whole_and_keeps_what_it_gave(
    index: sqlite3.Connection,
) -> None:
    asked = questions(path=ASKED)
    assert (len(asked), sum(not q["right"] for q in asked)) == (131, 27)
    assert [name for q in asked for name in q["right"] if not named(index, name)] == []
    found, _ = score(index, asked)
    assert found.first / found.answered >= 0.75
    assert found.third / found.answered >= 0.85
    assert found.said >= 19
