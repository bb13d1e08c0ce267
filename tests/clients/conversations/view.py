"""Recorded events as blocks for a reader: who does what, what of it was scripted, and what came of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend_mcp.errors import DesignError
from backend_mcp.tree import from_text, plain
from tests.clients.conversations.story import DECIDE, REVIEW

SCRIPTED, RECORDED = "scripted", "recorded"
Event = Mapping[str, Any]
READY = {
    "yes": "ready",
    "after_fixes": "ready after fixes",
    "no": "not ready",
    "unknown": "ready: unknown",
}
MET = {
    "denied": "denied",
    "asked": "the person is asked",
    "passed": "let through",
    "loud": "let through, loudly",
}
TOOLS = {"ExitPlanMode": "presents the plan", "ToolSearch": "looks a tool up by its name"}


@dataclass(frozen=True)
class Part:
    """A list below a block, or a text that can be unfolded."""

    title: str
    items: tuple[str, ...] = ()
    folded: str = ""


@dataclass(frozen=True)
class Block:
    """One thing that a reader sees; each label begins with whether it is scripted or recorded.

    `tone` colours it: a verdict, `denied`, `passed`, or who speaks.
    """

    who: str
    heading: str
    labels: tuple[str, ...]
    tone: str
    text: str = ""
    chips: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


def blocks(conversation: Mapping[str, Any]) -> list[Block]:
    """Return the blocks of a conversation."""
    client = str(conversation["client"])
    return [
        block for event in conversation["events"] for block in _KINDS[event["kind"]](event, client)
    ]


def _brief(event: Event, _: str) -> Iterator[Block]:
    yield Block("The person", "The brief", (SCRIPTED,), "person", event["text"])


def _says(event: Event, _: str) -> Iterator[Block]:
    yield from _sections(event["text"], "The agent", "")


def _sections(text: str, who: str, otherwise: str) -> Iterator[Block]:
    """Yield a text's sections; what stands before the first heading has the other one."""
    before, *sections = f"\n{text}".split("\n### ")
    if before.strip():
        yield Block(who, otherwise, (SCRIPTED,), "agent", before.strip())
    for section in sections:
        heading, _, words = section.partition("\n")
        yield Block(who, heading.strip(), (SCRIPTED,), "agent", words.strip())


def _calls(event: Event, _: str) -> Iterator[Block]:
    tool, given = event["tool"], event["arguments"]
    if tool == REVIEW:
        yield _review_call(event["as"], given)
    elif tool == DECIDE:
        words = tuple(f"**{key}** {value}" for key, value in given["decision"].items())
        wish = "to be written" if given.get("write") else "a preview"
        labels = (f"{RECORDED} call", f"{SCRIPTED} words")
        text, parts = f"`{event['as']}`, {wish}", (Part("", words),)
        yield Block("The agent", "The call", labels, "call", text, parts=parts)
    elif tool == "Write":
        yield from _sections(given["content"], "The agent writes its plan", "The plan")
    else:
        text = f"It {TOOLS.get(tool, 'calls a tool')} (`{tool}`)."
        yield Block("The agent", "", (SCRIPTED,), "small", text)


def _review_call(name: str, given: Mapping[str, Any]) -> Block:
    document = given["design"]
    lines = len(document.strip().splitlines())
    change = ", only what changed (`base: last`)" if given.get("base") else ""
    answers = tuple(_answers(document))
    parts = [Part(f"the document, {lines} lines", folded=document.rstrip())]
    if answers:
        parts.insert(0, Part("Answers to looks", answers))
    labels = (f"{RECORDED} call", f"{SCRIPTED} document")
    return Block("The agent", "The call", labels, "call", f"`{name}`{change}", parts=tuple(parts))


def _answers(document: str) -> Iterator[str]:
    try:
        read = plain(from_text(document, "design.yaml"))
    except DesignError:
        return
    given = read.get("answers") if isinstance(read, dict) else None
    for look, answer in (given or {}).items():
        holds = str(answer.get("holds")).lower()
        yield f"**holds: {holds}** `{look}` {answer.get('note', '')}"


def _answer(event: Event, client: str) -> Iterator[Block]:
    shape = event["structure"] or {}
    given = f"the answer as recorded; {client} gives its model the {' and the '.join(event['given']) or 'rest'} of it"
    whole = Part(given, folded=event["text"].strip())
    if event["failed"] or not shape:
        yield Block("backend-mcp", "An error", (RECORDED,), "denied", event["text"], parts=(whole,))
    elif event["tool"] == REVIEW:
        yield _verdict(shape, whole)
    else:
        yield _decision(shape, whole)


def _verdict(shape: Mapping[str, Any], whole: Part) -> Block:
    findings = [f"**{f['severity']}** `{f['id']}` {f['title']}" for f in shape.get("findings", ())]
    told = [
        Part("Nothing stated pays for", tuple(shape.get("unpaid", ()))),
        Part("Findings", tuple(findings)),
        Part("Look here", tuple(f"`{one['id']}` {one['ask']}" for one in shape.get("look", ()))),
        Part("Keep", tuple(f"`{one['at']}` {one['why']}" for one in shape.get("keep", ()))),
        Part("Ask the person", tuple(one["ask"] for one in shape.get("questions", ()))),
        Part("Not read", tuple(f"`{u['at']}` got {u['got']}" for u in shape.get("unread", ()))),
        Part("Next", (shape["next"],) if shape.get("next") else ()),
    ]  # fmt: skip
    found = [part for part in told if part.items]
    verdict, ready = shape["verdict"], READY.get(shape["ready"], shape["ready"])
    tone = "held" if verdict == "right" and shape["ready"] != "yes" else verdict
    chips, parts = (verdict, ready), (*found, whole)
    summary = shape["summary"]
    return Block("backend-mcp", "The verdict", (RECORDED,), tone, summary, chips, parts)


def _decision(shape: Mapping[str, Any], whole: Part) -> Block:
    written = "written" if shape.get("written") else "a preview, nothing is written"
    asked = (f"the person was asked: {shape['person']}",) if shape.get("person") else ()
    by = f"by {shape.get('by', '')}"
    text = f"`{shape.get('file', '')}`"
    tone = "decided" if shape.get("written") else "preview"
    parts = (*((Part("Next", (shape["next"],)),) if shape.get("next") else ()), whole)
    return Block(
        "backend-mcp", "The decision", (RECORDED,), tone, text, (written, by, *asked), parts
    )


def _gate(event: Event, _: str) -> Iterator[Block]:
    met = event["met"]
    text = (
        event["text"].replace("\n", "\n\n")
        or "A review of this workspace stands, and it holds what the plan names."
    )
    chips = (MET[met], f"at {event['at']}")
    yield Block("The gate", "The gate", (RECORDED,), met, text, chips)


def _leave(event: Event, client: str) -> Iterator[Block]:
    labels = (f"{RECORDED} question", f"{SCRIPTED} answer")
    said = "yes" if event["answer"] == "allow" else "no"
    asks = (
        "the plan: accept it?"
        if event["tool"] == "ExitPlanMode"
        else f"may the agent call `{event['tool']}`?"
    )
    yield Block(client, "", labels, "small", f"It asks the person: {asks} They say {said}.")


def _form(event: Event, client: str) -> Iterator[Block]:
    labels = (f"{RECORDED} question", f"{SCRIPTED} answer")
    said = {"accept": "They agree.", "decline": "They decline."}.get(
        event["answer"], "They give no answer."
    )
    yield Block(
        f"{client} asks the person", "The form", labels, "form", f"{event['text']}\n\n{said}"
    )


def _refused(event: Event, client: str) -> Iterator[Block]:
    yield Block(client, "Refused", (RECORDED,), "denied", event["text"])


_KINDS: dict[str, Callable[[Event, str], Iterator[Block]]] = {
    "brief": _brief, "says": _says, "calls": _calls, "answer": _answer, "gate": _gate,
    "leave": _leave, "form": _form, "refused": _refused,
}  # fmt: skip
