"""What a person reads in the terminal: pages and lists that lead on by commands, in lines that a pipe takes."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from backend_mcp import settings
from backend_mcp.catalog.library import Library
from backend_mcp.cli import main

DESIGNS = sorted((Path(__file__).parents[2] / "examples/designs").glob("*.yaml"))
FESTIVAL = str(next(p for p in DESIGNS if p.stem == "festival-tickets"))
LIBRARY = Library(settings.knowledge_folder(), None)
TOOL_WORDS = re.compile(
    r"review_design|compare_options|get_checklist|search_knowledge|\bquery:? [\"a-z]+/|capability: \"|topic: \""
)
"""What only a client of the server can do."""

Say = Callable[..., str]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command whose output goes to a pipe; return what it said."""

    def run(*arguments: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said = capsys.readouterr()
        assert ended.value.code == code, said.err
        return said.out if code != 2 else said.err

    return run


SAID = [
    ("review", FESTIVAL), ("review", FESTIVAL, "--detail", "full"), ("compare", "queue"),
    ("compare",), ("compare", "queue", "--facts", FESTIVAL), ("checklist",), ("checklist", "launch"),
    ("checklist", "payment", "--facts", FESTIVAL), ("search", "charged", "twice"), ("prompt",),
    ("search", "guides/which-broker"), ("search", "rules/no-ci"), ("search", "ladders/queue"),
    ("prompt", "one_page", f"design={FESTIVAL}"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", SAID, ids=" ".join)
def test_a_pipe_gets_lines_without_trailing_spaces_and_colour(
    say: Say, arguments: tuple[str, ...]
) -> None:
    said = say(*arguments)
    assert "\x1b" not in said
    assert [line for line in said.split("\n") if line != line.rstrip()] == []


@pytest.mark.parametrize("arguments", SAID[:-1], ids=" ".join)
@pytest.mark.parametrize("columns", [60, 140])
def test_a_pipe_is_as_wide_as_columns_says(
    say: Say, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = say(*arguments).split("\n")
    assert max(map(len, lines)) <= columns
    assert max(map(len, lines)) > columns - 30


@pytest.mark.parametrize("columns", ["", "0", "wide", "-5", "3"])
def test_a_width_that_is_none_is_no_fault(
    say: Say, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert "Next" in say("review", FESTIVAL)


@pytest.mark.parametrize("arguments", SAID[:-1], ids=" ".join)
def test_the_terminal_speaks_of_commands_and_not_of_tools(
    say: Say, arguments: tuple[str, ...]
) -> None:
    assert TOOL_WORDS.findall(say(*arguments)) == []


@pytest.mark.parametrize(
    "arguments",
    [("search", "charged", "twice"), ("search", "rules/no-ci"), ("search", "guides/which-broker"),
     ("search", "ladders/queue"), ("search", "checklists/launch"), ("compare",), ("checklist",),
     ("compare", "queue"), ("checklist", "launch")],
    ids=" ".join,
)  # fmt: skip
def test_the_command_that_is_told_next_works(say: Say, arguments: tuple[str, ...]) -> None:
    shape = json.loads(say(*arguments, "--json"))
    told = re.search(r"backend-mcp ([a-z]+(?: [\w./-]+)*)", shape["next"])
    assert told is not None, shape["next"]
    command = [FESTIVAL if word == "FILE" else word for word in shlex.split(told[1].rstrip("."))]
    assert say(*command)


@pytest.mark.parametrize(
    ("arguments", "command"),
    [(("compare", "quue"), "backend-mcp compare queue"),
     (("checklist", "lanch"), "backend-mcp checklist launch"),
     (("search", "rules/no-cy"), "backend-mcp search rules/no-ci"),
     (("search", " "), "backend-mcp search"),
     (("prompt", "one_page"), "backend-mcp prompt one_page design=FILE")],
    ids=str,
)  # fmt: skip
def test_what_can_not_be_done_is_told_with_a_command_that_can(
    say: Say, arguments: tuple[str, ...], command: str
) -> None:
    said = say(*arguments, code=2)
    assert command in said
    assert TOOL_WORDS.findall(said) == []
    assert "got" in said or "is due" in said


@pytest.mark.parametrize(("command", "kind"), [("compare", "ladders"), ("checklist", "checklists")])
def test_without_an_argument_there_is_a_list_of_what_there_is(
    say: Say, command: str, kind: str
) -> None:
    said = say(command)
    shape = json.loads(say(command, "--json"))
    assert [line["id"] for line in shape[kind]] == LIBRARY.names(kind)
    for line in shape[kind]:
        assert re.search(rf"^{line['id']}  ", said, re.MULTILINE)
        assert line["title"] in said
        assert line["says"] in " ".join(said.split())


def test_what_several_items_of_a_checklist_wait_for_is_told_once(say: Say) -> None:
    for topic in LIBRARY.names("checklists"):
        shape = json.loads(say("checklist", topic, "--json"))
        open_ = [i for i in shape["items"] if i["state"] == "unknown"]
        said = [i["says"].removeprefix("it depends: ") for i in open_ if "says" in i]
        waits = shape.get("waits", [])
        assert len(set(said)) == len(said), topic
        assert [w["count"] for w in waits] == [len(w["items"]) for w in waits]
        assert all(w["count"] > 1 and w["for"] not in said for w in waits)
        assert {i for w in waits for i in w["items"]} <= {i["id"] for i in open_}
        text = " ".join(say("checklist", topic).split())
        for wait in waits:
            assert text.count(wait["for"]) == 1, (topic, wait)
            assert f"{wait['count']} items wait {wait['for']}" in text
