"""Holds a conversation: a real client, the scripted model, our server on its wire, and what came of it."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.clients import calls, wire
from tests.clients.agents import Outcome
from tests.clients.agents.claude import Claude
from tests.clients.agents.codex import Codex
from tests.clients.conversations.story import DECIDE, REVIEW, Story
from tests.clients.gates import Place, decided, gate_hook, reason
from tests.clients.host import Answer, Person
from tests.clients.model import speaking
from tests.clients.prove import AGENTS, versions
from tests.clients.record import normal, record
from tests.clients.scene import Scene
from tests.clients.script import Turn
from tests.pinned import Failed

Event = dict[str, Any]
OURS = (REVIEW, DECIDE)


def hold(story: Story, folder: Path) -> Event:
    """Return a conversation; one that broke off on a busy machine is held once more.

    Raises:
        Failed: the client is not there, or did not come to the end of the story twice.
    """
    try:
        return _hold(story, folder / "first")
    except Failed as error:
        print(f"once more: {error}", flush=True)
        return _hold(story, folder / "second")


def _hold(story: Story, folder: Path) -> Event:
    """Return a conversation as it was held: what was said, called, answered, refused and asked.

    Raises:
        Failed: the client is not there, or did not come to the end of the story.
    """
    agent = next(a for a in AGENTS if a.name == story.client)
    if not agent.program().is_file():
        raise Failed(f"{agent.name} was not run: its package could not be installed")
    with speaking(story.script()) as model:
        scene = Scene(folder / story.name, model)
        agent.register(scene)
        outcome = _talked(story, scene)
        turns = normal(scene, record(scene, outcome.asked))
        said = scene.heard()
    events = list(_events(story, turns, said))
    spoken = [t for t in turns if t.kind == "says"]
    if not spoken or spoken[-1].text != story.script()[-1].says:
        raise Failed(f"{agent.name} did not end its story:\n{outcome.ran.told[-2000:]}")
    if missing := [t.name for t in turns if t.kind == "calls" and not _passed(t, said)]:
        raise Failed(f"{agent.name} called {missing}, and its wire holds other arguments")
    return {
        "client": agent.name, "version": versions()[agent.package], "title": story.title,
        "trial": story.trial, "note": story.note, "revision": ", ".join(wire.eras(said)),
        "events": [_undated(event) for event in events],
    }  # fmt: skip


def _talked(story: Story, scene: Scene) -> Outcome:
    """Let the client hold the conversation, with the gate on where the story has it."""
    if story.gate:
        Place(scene).run("gate", "on")
    if story.client == "Claude Code":
        hooks = {"PreToolUse": gate_hook(scene, matcher="ExitPlanMode"), "Stop": gate_hook(scene)}
        scene.write(scene.home / ".claude" / "settings.json", {"hooks": hooks})
        person = Person(allows=lambda _tool, _given: True, fills=_agreed)
        return Claude().talk(scene, [story.brief], person, "--permission-mode", "plan")
    if story.client == "Codex":
        scene.write(scene.home / ".codex" / "hooks.json", {"hooks": {"Stop": gate_hook(scene)}})
        return Codex().ask(scene, story.brief, "--dangerously-bypass-hook-trust")
    return next(a for a in AGENTS if a.name == story.client).ask(scene, story.brief)


def _agreed(request: Answer) -> Answer:
    """Return what a person says to a decision in their name: yes."""
    asked = request["requested_schema"]["properties"]
    return {"action": "accept", "content": dict.fromkeys(asked, "yes")}


def _events(story: Story, turns: Sequence[Turn], said: Sequence[wire.Said]) -> Iterator[Event]:
    """Yield what a reader sees, without what clients tell their model of the machine."""
    answers = {tool: list(_ended(said, tool)) for tool in OURS}
    yield {"kind": "brief", "text": story.brief}
    for turn in turns:
        tool = next((t for t in OURS if turn.name.endswith(t)), turn.name)
        if turn.kind == "says":
            yield {"kind": "says", "text": turn.text}
        elif turn.kind == "calls":
            yield {"kind": "calls", "tool": tool, "as": turn.name, "arguments": turn.data}
        elif turn.kind == "result" and tool in OURS:
            yield _answer(tool, turn, answers[tool].pop(0) if answers[tool] else None)
        elif turn.kind == "hook" and (turn.name != "Stop" or story.client == "Codex"):
            out = json.loads(turn.text or "{}")
            yield {"kind": "gate", "at": turn.name, "met": decided(out), "text": reason(out)}
        elif turn.kind == "permission":
            yield {"kind": "leave", "tool": tool, "answer": turn.text}
        elif turn.kind == "form":
            form = turn.data["request"]
            yield {"kind": "form", "text": form.get("message", ""), "answer": turn.text}


def _ended(said: Sequence[wire.Said], tool: str) -> Iterator[wire.Said]:
    """Yield the answers that end a call, not those that ask for a form first."""
    for one in wire.results(list(said), tool):
        if "error" in one.message or one.message["result"].get("content"):
            yield one


def _passed(turn: Turn, said: Sequence[wire.Said]) -> bool:
    """Whether a call stands on the wire as the model made it; calls of the client's own tools do not."""
    tool = next((t for t in OURS if turn.name.endswith(t)), "")
    sent = [s.message["params"] for s in said if s.message.get("method") == "tools/call"]
    return not tool or any(p["name"] == tool and p["arguments"] == turn.data for p in sent)


def _answer(tool: str, turn: Turn, heard: wire.Said | None) -> Event:
    """Return an answer as it stood on the wire, and which parts of it the client gave to its model."""
    if heard is None:
        return {"kind": "refused", "tool": tool, "text": turn.text}
    result = heard.message.get("result") or {}
    text = "\n".join(part.get("text", "") for part in result.get("content", []))
    structure = result.get("structuredContent")
    given = calls.parts(turn.text, calls.Ours(structure, text, ""))
    return {"kind": "answer", "tool": tool, "text": text, "structure": structure, "given": given,
            "failed": bool(result.get("isError"))}  # fmt: skip


def _undated(event: Event) -> Event:
    """Return an event without the day on which it was recorded, and without a plan's chance name."""
    text = json.dumps(event, ensure_ascii=False)
    text = text.replace(datetime.now(UTC).date().isoformat(), "DAY")
    text = re.sub(r"(/plans/)[\w-]+\.md", r"\1PLAN.md", text)
    read = json.loads(text)
    return dict(read)
