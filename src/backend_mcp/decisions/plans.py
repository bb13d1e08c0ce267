"""Events of hooks as coding agents send them, and the words of the plan that each is about.

What each client sends was seen on the client (docs/gate.md). Claude Code sends no plan at all: its
transcript names the plan's file. Every file read here was named by an event that somebody else may
have written: it must lie in the client's plan folder or the workspace, links resolved.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from backend_mcp.decisions import state

Style = Literal["permission", "block", "deny"]
"""How the client takes a refusal: as a permission, as a block of the turn's end, or as `deny`."""

LONGEST_PLAN: Final = 524_288
_TAIL: Final = 1_048_576
"""Bytes of a transcript's end that are looked at."""
_TOLD_ONCE: Final = ("tool_use_id", "turn_id", "timestamp")
"""What clients tell of an event to tell it from others: of these each has one."""
_PLAN_TOOLS: Final = ("ExitPlanMode", "exit_plan_mode")
_PLAN_FILE: Final = re.compile(rb'[{,]"planFilePath":("(?:[^"\\]|\\.)*")')
_SLUG: Final = re.compile(rb'[{,]"slug":"([A-Za-z0-9_-]{1,120})"')
_PROPOSED: Final = re.compile(r"<proposed_plan>(.*?)(?:</proposed_plan>|\Z)", re.DOTALL)
_FILE_NAME: Final = re.compile(r"[^/\\\x00]{1,200}\Z")


class Moment(NamedTuple):
    """A moment at which the gate has a say.

    `is_plan` is true when a plan is presented, false at the end of a turn; `asks` whether the
    client can put it to the person; `again` whether this turn goes on because of a refusal of ours.
    `text` is None where the event brings no words.
    """

    style: Style
    is_plan: bool
    asks: bool
    session: str
    again: bool
    text: str | None


def moment(event: Mapping[str, Any], root: Path) -> Moment | None:
    """Return the moment that an event tells of, or None where the gate has no say.

    Raises:
        OSError: the plan's file is there and can't be read.
    """
    name, session = str(event.get("hook_event_name", "")), str(event.get("session_id", ""))
    if name in ("PreToolUse", "BeforeTool") and event.get("tool_name") in _PLAN_TOOLS:
        style: Style = "permission" if name == "PreToolUse" else "deny"
        return Moment(style, True, style == "permission", session, False, _presented(event, root))
    if name == "Stop" and _is_codex(event):
        text = _said(event)
        return Moment("block", False, False, session, bool(event.get("stop_hook_active")), text)
    return None


def _is_codex(event: Mapping[str, Any]) -> bool:
    """Whether the client is Codex, which alone has no event for plans: it tells the turn, the others none.

    All others that end a turn by `Stop` tell of plans as well, and would be asked twice.
    """
    return "turn_id" in event


def identity(event: Mapping[str, Any]) -> str:
    """Return what two hooks of one event have in common and no other event has; empty where nothing is told.

    Clients run every hook that is registered, by the plugin and by a person's or a project's settings.
    """
    if not any(event.get(key) for key in _TOLD_ONCE):
        return ""
    told = [event.get(key) for key in ("session_id", "hook_event_name", *_TOLD_ONCE)]
    said = [event.get(key) for key in ("stop_hook_active", "last_assistant_message")]
    return json.dumps([*told, *said], sort_keys=True)


def _presented(event: Mapping[str, Any], root: Path) -> str | None:
    """Return the words of a plan that is presented: in the event, or in the file it leads to."""
    held = event.get("tool_input")
    given = held if isinstance(held, dict) else {}
    for key in ("plan", "summary"):
        if isinstance(given.get(key), str) and given[key].strip():
            return str(given[key])
    transcript = Path(str(event.get("transcript_path") or ""))
    name = given.get("plan_filename") or given.get("plan_path")
    if isinstance(name, str) and name:
        return _of_gemini(name, transcript, str(event.get("session_id", "")), root)
    return _of_claude(transcript, root) if transcript.is_absolute() else None


def _of_gemini(name: str, transcript: Path, session: str, root: Path) -> str | None:
    """Read a plan by the name that Gemini CLI gives: below its folder for the project and session."""
    folder = transcript.parent.parent / session / "plans"
    if _FILE_NAME.match(session) is None:
        return None
    plain = _FILE_NAME.match(name) is not None
    return _read(folder / name if plain else Path(name), (folder, root))


def _of_claude(transcript: Path, root: Path) -> str | None:
    """Read the plan's file that the transcript of Claude Code names, or that its slug leads to."""
    tail = _tail(transcript)
    config = transcript.parent.parent.parent
    own = Path(os.path.expanduser("~/.claude/plans"))
    folders = (config / "plans", own, root)
    named = _PLAN_FILE.findall(tail)
    if named:
        try:
            return _read(Path(json.loads(named[-1])), folders)
        except ValueError:
            return None
    slugs = _SLUG.findall(tail)
    return _read(config / "plans" / f"{slugs[-1].decode()}.md", folders) if slugs else None


def _said(event: Mapping[str, Any]) -> str | None:
    """Return the last words of the agent: of the plan that it proposes, where it marks one."""
    said = _text(event.get("last_assistant_message"))
    proposed = _PROPOSED.findall(said) if said is not None else []
    return "\n".join(proposed) or said


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _tail(path: Path) -> bytes:
    """Return the end of a transcript, or nothing where there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):
        return b""
    with open(handle, "rb") as file:
        try:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        except OSError:  # a pipe or device
            return b""
        return file.read(_TAIL)


def _read(path: Path, folders: tuple[Path, ...]) -> str | None:
    """Read a plan's file inside of one of the folders; None where there is none, or it lies elsewhere.

    Raises:
        OSError: it is there and can't be read.
    """
    try:
        real = path.resolve()
        inside = path.is_absolute() and any(real.is_relative_to(f.resolve()) for f in folders)
    except (OSError, RuntimeError, ValueError):
        return None
    if not inside or not real.is_file():
        return None
    return _text(state.read_bytes(real, LONGEST_PLAN).decode("utf-8", "replace"))
