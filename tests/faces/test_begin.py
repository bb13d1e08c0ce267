"""`backend-mcp init`: at most twelve questions, unknown allowed, and a document that reviews as it stands."""

import os
import pty
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_mcp.errors import ArgumentError
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.vocabulary import Vocabulary
from backend_mcp.tree import from_text, plain
from backend_mcp.usecases import begin, judge
from tests.faces.conftest import Run

GIVEN = {
    "purpose": "sells tickets: fast, and never twice", "context.stage": "launch", "context.engineers": "a few",
    "context.on_call": "business_hours", "context.budget_per_month": "300 EUR", "load.users_per_day": "2k..4k",
    "load.requests_per_second.peak": "40/s", "data.total": "20 GB", "data.sensitivity": "personal, card",
    "needs.availability": "99.5 %", "needs.rpo": "1 h", "components": "Django, PostgreSQL, redis, mail thing",
}  # fmt: skip


def _arguments() -> list[str]:
    return [word for fact, value in GIVEN.items() for word in ("--answer", f"{fact}={value}")]


def test_at_most_twelve_are_asked(knowledge: Knowledge) -> None:
    asked = begin.questions(knowledge.vocabulary)
    assert len(asked) <= 12
    assert all(q.ask.endswith("?") for q in asked)


def test_what_was_answered_stands_in_a_document_that_reviews_without_a_slip(
    run: Run, tmp_path: Path
) -> None:
    done = run("init", "--yes", *_arguments())
    assert done.returncode == 0, done.stderr
    document = plain(judge.read_file(tmp_path / "backend.yaml"))
    assert document["load"] == {"users_per_day": "2k..4k", "requests_per_second": {"peak": "40/s"}}
    assert document["data"]["sensitivity"] == ["personal", "card"]
    assert [(c["id"], c["kind"]) for c in document["components"]] == [
        ("django", "service"), ("postgresql", "relational"), ("redis", "cache"), ("mail-thing", "service"),
    ]  # fmt: skip
    assert run("review", "backend.yaml", "--strict").returncode == 0


def test_nothing_is_known_and_still_it_reviews(run: Run, tmp_path: Path) -> None:
    assert run("init", "--yes").returncode == 0
    assert run("review", "backend.yaml", "--strict").returncode == 0
    assert "engineers: unknown" in (tmp_path / "backend.yaml").read_text()


@pytest.mark.parametrize("said", ["", "nothing yet"])
def test_no_part_is_claimed_that_nobody_named(run: Run, tmp_path: Path, said: str) -> None:
    more = ["--answer", f"components={said}"] if said else []
    assert run("init", "--yes", *more).returncode == 0
    document = plain(judge.read_file(tmp_path / "backend.yaml"))
    assert document["components"] == [{"id": "app", "kind": "unknown", "status": "unknown"}]


def test_a_part_named_in_other_letters_is_kept(run: Run, tmp_path: Path) -> None:
    assert run("init", "--yes", "--answer", "components=Nope, 日本").returncode == 0
    document = plain(judge.read_file(tmp_path / "backend.yaml"))
    assert [c["id"] for c in document["components"]] == ["nope", "日本"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [("context.engineers=lots of people", "unknown"), ("context.stage=beta", "prototype"),
     ("context.engeneers=3", "context.engineers"), ("context.engineers", "FACT=VALUE|context.engineers")],
)  # fmt: skip
def test_an_answer_that_cannot_be_read_says_what_is_due_and_nothing_is_written(
    run: Run, tmp_path: Path, answer: str, said: str
) -> None:
    done = run("init", "--yes", "--answer", answer)
    assert done.returncode == 2
    assert any(s in done.stderr for s in said.split("|"))
    assert not (tmp_path / "backend.yaml").exists()


@pytest.mark.parametrize("held", ["file", "dead link"])
def test_what_stands_there_is_never_touched(run: Run, tmp_path: Path, held: str) -> None:
    path = tmp_path / "backend.yaml"
    path.write_text("mine") if held == "file" else path.symlink_to(tmp_path / "elsewhere")
    done = run("init", "--yes")
    assert done.returncode == 2
    assert "there is one already" in done.stderr
    assert not (tmp_path / "elsewhere").exists()
    assert held != "file" or path.read_text() == "mine"


def test_without_a_terminal_it_says_how_to_go_on(run: Run, tmp_path: Path) -> None:
    done = run("init", input=b"")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_person_answers_is_asked_again_and_agrees(tmp_path: Path) -> None:
    answers = ["shop", "beta", "launch", *[""] * 10, "y"]
    said = _typed(tmp_path, answers)
    assert "1/12" in said
    assert "prototype" in said
    assert "Written" in said
    assert plain(judge.read_file(tmp_path / "backend.yaml"))["context"]["stage"] == "launch"


def test_a_person_says_no_and_nothing_is_written(tmp_path: Path) -> None:
    assert "Nothing was written" in _typed(tmp_path, [*[""] * 12, "n"])
    assert not (tmp_path / "backend.yaml").exists()


def _typed(folder: Path, answers: list[str]) -> str:
    """Run the command on a terminal of its own, type the answers, and return what it showed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-m", "backend_mcp", "init"])
    os.write(terminal, "".join(f"{a}\n" for a in answers).encode())
    shown = b""
    try:
        while piece := os.read(terminal, 65_536):
            shown += piece
    except OSError:  # the other side of a terminal went away
        pass
    os.waitpid(pid, 0)
    return shown.decode("utf-8", "replace")


@pytest.fixture(scope="session")
def vocabulary(knowledge: Knowledge) -> "Words":
    return Words(knowledge.vocabulary)


class Words:
    """The vocabulary, without a text of itself: a failing example is shown, and the knowledge is long."""

    def __init__(self, held: Vocabulary) -> None:
        self.held = held


@given(st.text(max_size=80), st.dictionaries(st.sampled_from(begin.FACTS), st.text(max_size=80)))
def test_whatever_is_typed_is_read_back_as_it_was_or_told(
    vocabulary: Words, name: str, typed: dict[str, str]
) -> None:
    words = vocabulary.held
    asked = {q.fact: q for q in begin.questions(words)}
    answers = {}
    for fact, text in typed.items():
        try:
            answers[fact] = begin.taken(asked[fact], text, words)
        except ArgumentError as error:
            assert error.want
    document = plain(from_text(begin.draft(name, answers), "backend.yaml"))
    if "purpose" in answers:
        assert document["purpose"] == answers["purpose"]
    if "context.stage" in answers:
        assert document["context"]["stage"] == answers["context.stage"]
