"""The neutral record of a run: what the model and the person saw, in order, whichever client it was."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tests.clients.model import Model, Request
from tests.clients.scene import Scene
from tests.clients.script import Step, Turn

Timed = tuple[float, Turn]


def record(scene: Scene, asked: Sequence[Timed] = ()) -> list[Turn]:
    """Return all turns of a run; `asked` is what the person was asked, where the client told it."""
    timed = [*_conversation(scene.model), *_hooks(scene), *asked]
    return [turn for _, turn in sorted(timed, key=lambda pair: pair[0])]


def normal(scene: Scene, turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns without what differs from run to run: folders, ports, times."""
    words = [
        (re.escape(str(scene.work)), "WORKSPACE"), (re.escape(str(scene.home)), "HOME"),
        (re.escape(str(scene.folder)), "SCENE"), (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"Wall time: [\d.]+ seconds", "Wall time: … seconds"),
    ]  # fmt: skip

    def plain(text: str) -> str:
        for pattern, word in words:
            text = re.sub(pattern, word, text)
        return text

    def same(turn: Turn) -> Turn:
        data = json.loads(plain(json.dumps(turn.data))) if turn.data is not None else None
        text = _said(turn.text) if turn.kind == "told" else turn.text
        return replace(turn, text=plain(text), data=data)

    found = [same(turn) for turn in turns]
    return [turn for turn in found if turn.kind != "told" or turn.text]


def _said(text: str) -> str:
    """Return what was really said, without what a client tells the model about the machine."""
    if text.startswith("# "):
        return ""
    return re.sub(r"<(?!hook_prompt)([\w-]+)[^<>]*>.*?</\1>", "", text, flags=re.DOTALL).strip()


def _conversation(model: Model) -> list[Timed]:
    """Return what the model was told and what it answered, each with its time."""
    found: list[Timed] = []
    before: Sequence[Turn] = ()
    for request in model.requests:
        told = [t for t in _new(before, request) if t.kind in {"told", "result"}]
        found += [(request.at, turn) for turn in (*told, *_answer(request.step))]
        before = request.turns
    return found


def _answer(step: Step) -> Iterator[Turn]:
    if step.says:
        yield Turn("says", step.says)
    if step.calls:
        yield Turn("calls", name=step.calls, data=dict(step.arguments))


def _new(before: Sequence[Turn], request: Request) -> Sequence[Turn]:
    """Return what a request holds beyond the one before; a client may reword its reminders."""
    last = max((n for n, t in enumerate(request.turns) if t in before), default=-1)
    return request.turns[last + 1 :]


def _hooks(scene: Scene) -> list[Timed]:
    found: list[Timed] = []
    for said in scene.heard():
        if said.by == "hook":
            ran = said.message
            event = json.loads(ran["event"] or "{}")
            name = str(event.get("hook_event_name", ""))
            turn = Turn("hook", ran["out"], name, event, failed=ran["code"] != 0)
            found.append((said.at, turn))
    return found
