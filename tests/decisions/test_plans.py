"""Events as clients send them (recorded from the clients themselves), and the words that each leads to."""

import json
from pathlib import Path

import pytest

from backend_mcp.decisions import plans

CLAUDE = {
    "session_id": "s", "prompt_id": "p", "permission_mode": "plan", "hook_event_name": "PreToolUse",
    "tool_name": "ExitPlanMode", "tool_input": {}, "tool_use_id": "t",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A configuration folder as Claude Code has it, with one plan."""
    (tmp_path / ".claude" / "projects" / "w").mkdir(parents=True)
    (tmp_path / ".claude" / "plans").mkdir()
    (tmp_path / ".claude" / "plans" / "calm-fox.md").write_text("Add Redis.")
    (tmp_path / "w").mkdir()
    return tmp_path


def _event(home: Path, line: dict[str, object] | None, **given: object) -> dict[str, object]:
    transcript = home / ".claude" / "projects" / "w" / "s.jsonl"
    if line is not None:
        text = json.dumps(line, separators=(",", ":"))
        transcript.write_text('{"type":"user"}\n' + text + "\n")
    return {**CLAUDE, "transcript_path": str(transcript), "cwd": str(home / "w"), **given}


def _text(event: dict[str, object], root: Path) -> str | None:
    moment = plans.moment(event, root)
    assert moment is not None
    return moment.text


def test_claude_code_sends_the_plan_where_its_file_was_written(home: Path) -> None:
    held = {"plan": "# Plan", "planFilePath": str(home / ".claude/plans/calm-fox.md")}
    assert _text(_event(home, None, tool_input=held), home / "w") == "# Plan"


def test_else_the_transcript_names_the_file(home: Path) -> None:
    path = str(home / ".claude" / "plans" / "calm-fox.md")
    line = {"attachment": {"type": "plan_mode", "planFilePath": path}, "slug": "other"}
    assert _text(_event(home, line), home / "w") == "Add Redis."


def test_or_its_slug_does(home: Path) -> None:
    assert _text(_event(home, {"type": "user", "slug": "calm-fox"}), home / "w") == "Add Redis."


def test_a_path_that_somebody_quoted_is_not_followed(home: Path) -> None:
    quoted = {"content": '{"planFilePath":"/etc/hostname","slug":"calm-fox"}'}
    assert _text(_event(home, quoted), home / "w") is None


OUTSIDE = ["/etc/hostname", "relative.md", "/nowhere/at/all.md", "\x00", "~/x.md", ""]


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_file_outside_of_the_plan_folder_and_the_workspace_is_not_read(
    path: str, home: Path
) -> None:
    line = {"attachment": {"planFilePath": path}}
    assert _text(_event(home, line), home / "w") is None


def test_a_link_that_leaves_is_not_followed(home: Path) -> None:
    (home / "secret.md").write_text("Add Kafka.")
    link = home / ".claude" / "plans" / "calm-fox.md"
    link.unlink()
    link.symlink_to(home / "secret.md")
    line = {"attachment": {"planFilePath": str(link)}}
    assert _text(_event(home, line), home / "w") is None


def test_a_plan_inside_of_the_workspace_is_read(home: Path) -> None:
    (home / "w" / "plan.md").write_text("Add Kafka.")
    line = {"attachment": {"planFilePath": str(home / "w" / "plan.md")}}
    assert _text(_event(home, line), home / "w") == "Add Kafka."


def test_a_plan_that_is_far_too_long_is_an_error_of_its_own(home: Path) -> None:
    (home / ".claude" / "plans" / "calm-fox.md").write_text("x" * (plans.LONGEST_PLAN + 1))
    with pytest.raises(OSError, match="longer than"):
        plans.moment(_event(home, {"type": "user", "slug": "calm-fox"}), home / "w")


def test_gemini_names_the_file_below_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / ".gemini" / "tmp" / "w"
    (folder / "s" / "plans").mkdir(parents=True)
    (folder / "s" / "plans" / "p.md").write_text("Add Kafka.")
    event = {
        "hook_event_name": "BeforeTool", "tool_name": "exit_plan_mode", "session_id": "s",
        "transcript_path": str(folder / "chats" / "x.jsonl"), "tool_input": {"plan_filename": "p.md"},
    }  # fmt: skip
    moment = plans.moment(event, tmp_path)
    assert moment == plans.Moment("deny", True, False, "s", False, "Add Kafka.")


STOP = {"hook_event_name": "Stop", "session_id": "s", "last_assistant_message": "Add Redis."}
MOMENTS = [
    ("codex", {**STOP, "turn_id": "t", "stop_hook_active": False},
     plans.Moment("block", False, False, "s", False, "Add Redis.")),
    ("codex, blocked before", {**STOP, "turn_id": "t", "stop_hook_active": True},
     plans.Moment("block", False, False, "s", True, "Add Redis.")),
    ("codex, a proposed plan",
     {**STOP, "turn_id": "t", "last_assistant_message": "Kafka? <proposed_plan>Add Redis.</proposed_plan>"},
     plans.Moment("block", False, False, "s", False, "Add Redis.")),
    ("claude code's end of a turn", {**STOP, "prompt_id": "p"}, None),
    ("qwen's end of a turn", {**STOP, "prompt_id": "p"}, None),
    ("copilot's end of a turn", {"hook_event_name": "Stop", "session_id": "s", "timestamp": 1,
                                 "transcript_path": "/s/events.jsonl", "stop_reason": "end_turn"}, None),
    ("gemini's end of a turn", {"hook_event_name": "AfterAgent", "session_id": "s", "prompt_response": "Add Redis."},
     None),
    ("qwen's plan", {"hook_event_name": "PreToolUse", "tool_name": "exit_plan_mode", "session_id": "s",
                     "tool_input": {"plan": "Add Redis."}},
     plans.Moment("permission", True, True, "s", False, "Add Redis.")),
    ("another tool", {**CLAUDE, "tool_name": "Write"}, None),
    ("another event", {"hook_event_name": "SessionStart"}, None),
    ("no event at all", {}, None),
    ("odd values", {"hook_event_name": 3, "tool_name": [], "session_id": None}, None),
]  # fmt: skip


@pytest.mark.parametrize(("event", "due"), [m[1:] for m in MOMENTS], ids=[m[0] for m in MOMENTS])
def test_each_client_tells_of_its_moment(
    event: dict[str, object], due: plans.Moment | None, tmp_path: Path
) -> None:
    assert plans.moment(event, tmp_path) == due


def test_two_hooks_of_one_event_hear_the_same_and_those_of_another_do_not() -> None:
    events = [
        CLAUDE, {**CLAUDE, "tool_use_id": "u"}, {**CLAUDE, "session_id": "t"},
        {**STOP, "turn_id": "t"}, {**STOP, "turn_id": "t", "stop_hook_active": True},
        {"hook_event_name": "BeforeTool", "session_id": "s", "timestamp": "2026-11-26T12:00:00.000Z"},
    ]  # fmt: skip
    assert len({plans.identity(e) for e in events}) == len(events)
    assert plans.identity(CLAUDE) == plans.identity(dict(reversed(CLAUDE.items())))


def test_an_event_that_can_not_be_told_from_others_has_no_identity() -> None:
    assert plans.identity({"hook_event_name": "PreToolUse", "session_id": "s"}) == ""
