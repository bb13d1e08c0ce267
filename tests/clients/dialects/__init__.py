"""The protocols in which clients talk to models: each reads a request and writes an answer."""

from collections.abc import Sequence
from typing import Any, Protocol

from tests.clients.script import Step, Turn

Body = dict[str, Any]
NOTHING = "a title"
"""What the model says when it is offered no tool: clients ask for titles and summaries so."""


class Dialect(Protocol):
    """One protocol."""

    def tools(self, body: Body) -> list[str]:
        """Return the names of the tools that a request offers."""

    def turns(self, body: Body) -> list[Turn]:
        """Return the conversation that a request holds."""

    def answer(self, body: Body, place: int, step: Step) -> tuple[str, bytes]:
        """Return the content type and the body of an answer; `step.calls` is an offered name."""


def written(parts: Any) -> str:
    """Return the text of a content that is a string or a list of parts."""
    if isinstance(parts, str):
        return parts
    return "\n".join(p.get("text", "") for p in parts or [] if isinstance(p, dict) and "text" in p)


def events(pairs: Sequence[tuple[str, str]]) -> tuple[str, bytes]:
    """Return server-sent events: each a name, which may be empty, and its data."""
    lines = [(f"event: {name}\n" if name else "") + f"data: {data}\n\n" for name, data in pairs]
    return "text/event-stream", "".join(lines).encode()
