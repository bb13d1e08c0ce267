"""Recorded conversations: the pages are made of them, hold each of them, and say what was scripted."""

import asyncio
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.clients import prove
from tests.clients.conversations.pages import page, transcript
from tests.clients.conversations.story import DECIDE, REVIEW, Story, stories
from tests.clients.conversations.tell import FOLDER, files, recorded
from tests.clients.conversations.view import SCRIPTED, blocks
from tests.clients.model import PLAN_FILE
from tests.pinned import SOURCES

HELD = recorded()
BY_CLIENT = {one["client"]: one for one in HELD}
STORIES = stories()
HOSTILE = (
    "<script>alert(1)</script> ![x](http://a.example/x.png) [y](javascript:z) </style> `a <b>`"
)


class _Read(HTMLParser):
    """What a browser would make of a page: its elements, and the text below each article."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.articles: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "article":
            self.articles.append("")

    def handle_data(self, data: str) -> None:
        if self.articles:
            self.articles[-1] += data


def _plain(text: str) -> str:
    """Return a text as it reads when Markdown is shown: without marks, spaces as one."""
    return re.sub(
        r"\s+", " ", re.sub(r"\*\*|`|^\s*(-|\d+\.) ", "", text, flags=re.MULTILINE)
    ).strip()


def _said(event: dict[str, Any]) -> list[str]:
    """Return the scripted sentences of an event, line by line."""
    text = event["text"] if event["kind"] in ("brief", "says") else ""
    if event["kind"] == "calls" and event["tool"] == "Write":
        text = event["arguments"]["content"]
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("### ")]
    return [_plain(line) for line in lines]


def test_what_is_kept_is_what_the_recordings_make() -> None:
    made = files(HELD)
    assert {path.name for path in made} == {path.name for path in FOLDER.iterdir()}
    stale = [path.name for path, text in made.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run scripts/conversations --pages"


def test_there_is_one_conversation_for_each_client_at_its_pinned_version() -> None:
    pinned = {agent.name: prove.versions()[agent.package] for agent in prove.AGENTS}
    assert {one["client"]: one["version"] for one in HELD} == pinned
    assert {story.client for story in STORIES} == set(pinned)
    assert len({one["trial"] for one in HELD}) == len(HELD)


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.name)
def test_a_recording_holds_what_its_story_says_and_sends(story: Story) -> None:
    events = BY_CLIENT[story.client]["events"]
    assert events[0] == {"kind": "brief", "text": story.brief}
    script = story.script()
    assert [e["text"] for e in events if e["kind"] == "says"] == [s.says for s in script if s.says]
    sent = [
        e["arguments"] for e in events if e["kind"] == "calls" and e["tool"] in (REVIEW, DECIDE)
    ]
    assert sent == [s.arguments for s in script if s.calls in (REVIEW, DECIDE)]


@pytest.mark.parametrize("one", HELD, ids=lambda one: one["client"])
def test_each_conversation_goes_from_a_brief_to_a_written_decision(one: dict[str, Any]) -> None:
    shown = blocks(one)
    headings = {block.heading for block in shown}
    due = {"The brief", "The plan", "The call", "The verdict", "Cut", "Found where it pointed",
           "The corrected plan", "The decision"}  # fmt: skip
    assert due - headings == set()
    assert any(block.tone == "decided" for block in shown)
    assert all(e["given"] for e in one["events"] if e["kind"] == "answer")


def _met(client: str) -> list[str]:
    return [e["met"] for e in BY_CLIENT[client]["events"] if e["kind"] == "gate"]


def test_two_plans_are_denied_by_the_gate_and_let_through_when_a_review_stands() -> None:
    assert _met("Claude Code") == ["denied", "passed"]
    assert _met("Codex") == ["denied", "passed"]


async def _asked(calls: list[dict[str, Any]], folder: Path) -> list[Any]:
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "backend_mcp", "serve"], cwd=str(folder),
        env={"PYTHONPATH": SOURCES, "XDG_STATE_HOME": str(folder), "HOME": str(folder)},
    )  # fmt: skip
    with (folder / "log").open("w") as log:
        async with Client(stdio_client(server, errlog=log)) as client:
            return [(await client.call_tool(REVIEW, given)).structured_content for given in calls]


@pytest.mark.parametrize("one", HELD, ids=lambda one: one["client"])
def test_each_recorded_answer_is_the_one_that_the_server_gives_today(
    one: dict[str, Any], tmp_path: Path
) -> None:
    of = {kind: [e for e in one["events"] if e["kind"] == kind and e["tool"] == REVIEW]
          for kind in ("calls", "answer")}  # fmt: skip
    given = asyncio.run(_asked([e["arguments"] for e in of["calls"]], tmp_path))
    assert given == [e["structure"] for e in of["answer"]], "run scripts/conversations"


def _answered(one: dict[str, Any]) -> list[tuple[str, str]]:
    told = [i for block in blocks(one) for part in block.parts for i in part.items]
    return [m.groups() for i in told if (m := re.match(r"\*\*holds: (\w+)\*\* `(\S+)`", i))]  # type: ignore[misc]


def test_looks_that_do_not_hold_are_mended_and_answered_again() -> None:
    mended = {
        one["client"]
        for one in HELD
        for place, (holds, look) in enumerate(_answered(one))
        if holds == "false" and ("true", look) in _answered(one)[place:]
    }
    assert len(mended) >= 2


def test_the_page_holds_every_conversation_and_labels_each_scripted_sentence() -> None:
    read = _Read(page(HELD))
    told = [re.sub(r"\s+", " ", text) for text in read.articles]
    scripted = [text for text in told if SCRIPTED in text[:80]]
    for one in HELD:
        lines = [line for event in one["events"] for line in _said(event)]
        assert [s for s in lines if not any(s in text for text in scripted)] == []
        answers = [_plain(e["text"])[:60] for e in one["events"] if e["kind"] == "answer"]
        assert [a for a in answers if not any(a in _plain(text) for text in told)] == []
    assert "script" not in read.tags
    assert [
        name for name, _ in read.attributes if name in ("src", "style") or name.startswith("on")
    ] == []
    assert all(v is None or v.startswith("#") for name, v in read.attributes if name == "href")


def _hostile(value: Any) -> Any:
    """Return recorded events with hostile words in place of every text that is shown."""
    if isinstance(value, dict):
        kept = ("kind", "tool", "met", "given", "failed", "written")
        return {key: inner if key in kept else _hostile(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_hostile(inner) for inner in value]
    return HOSTILE if isinstance(value, str) else value


def test_hostile_words_stay_words() -> None:
    one = BY_CLIENT["Claude Code"]
    read = _Read(
        page([{**_hostile(one), "client": "x"}, {**one, "title": HOSTILE, "note": HOSTILE}])
    )
    assert {"script", "img", "b"} & set(read.tags) == set()
    assert all(v is None or v.startswith("#") for name, v in read.attributes if name == "href")
    assert any("<script>alert(1)</script>" in text for text in read.articles)


def test_a_transcript_unfolds_no_fence_of_its_content() -> None:
    answer = {"kind": "answer", "tool": "record_decision", "text": "a\n````\nb", "given": [],
              "structure": {"written": False}, "failed": False}  # fmt: skip
    text = transcript({**HELD[0], "events": [answer]})
    assert "`````text\na\n````\nb\n`````" in text


def test_nothing_of_a_machine_or_of_a_day_is_kept() -> None:
    text = json.dumps(HELD)
    assert re.findall(r"/(?:tmp|root|home|work|Users)/[^\s\"]*", text) == []
    assert re.findall(r"127\.0\.0\.1:\d+", text) == []
    assert re.findall(r"^date: \d", text, re.MULTILINE) == []


def test_a_story_presents_its_plan_as_its_client_does() -> None:
    by = {story.client: story.script() for story in STORIES}
    writes = [s for s in by["Claude Code"] if s.calls == "Write"]
    assert [s.arguments["file_path"] for s in writes] == [PLAN_FILE, PLAN_FILE]
    assert by["Codex"][0].says.startswith("### The plan")
    assert not by["Codex"][0].calls
    assert by["opencode"][0].calls == REVIEW
    assert [s.arguments.get("base") for s in by["opencode"] if s.calls == REVIEW] == [
        None,
        "last",
        "last",
    ]
