"""A scripted model on loopback: it answers clients in their own protocol, and keeps what they sent.

It has no state of its own; a script is a list of steps (`tests.clients.script`).
"""

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.clients.dialects import NOTHING, Body, Dialect
from tests.clients.dialects.anthropic import Anthropic
from tests.clients.dialects.chat import Chat
from tests.clients.dialects.gemini import Gemini
from tests.clients.dialects.responses import Responses
from tests.clients.script import Step, Turn, next_step, offered

PLAN_FILE = "PLAN_FILE"
"""Stands in arguments for the file in which Claude Code wants its plan."""
_PLAN_FILE = re.compile(r"/[^\s\"\\`]+/plans/[^\s\"\\`]+\.md")
DIALECTS: dict[str, Dialect] = {
    "/messages": Anthropic(),
    "/responses": Responses(),
    "/chat/completions": Chat(),
    ":generateContent": Gemini(),
    ":streamGenerateContent": Gemini(),
}
"""Protocols by how the path of a request ends."""


@dataclass(frozen=True)
class Request:
    """A question to the model in which tools were offered, so part of the conversation itself.

    `turns` is the conversation that it holds, `step` the answer to it.
    """

    at: float
    body: Body
    tools: tuple[str, ...]
    turns: tuple[Turn, ...]
    step: Step


@dataclass
class Model:
    """A running model: where it is, what it says, and what it was asked."""

    script: Sequence[Step]
    url: str = ""
    requests: list[Request] = field(default_factory=list)

    def reply(self, path: str, body: Body) -> tuple[str, bytes]:
        """Answer one request."""
        if path.endswith("/count_tokens"):
            return "application/json", b'{"input_tokens": 10}'
        dialect = next((d for end, d in DIALECTS.items() if path.endswith(end)), None)
        if dialect is None:
            return "application/json", b"{}"
        if path.endswith(":streamGenerateContent"):
            body = body | {"stream": True}
        tools, turns = dialect.tools(body), dialect.turns(body)
        if not tools:
            return dialect.answer(body, 0, Step(NOTHING))
        place, step = next_step(self.script, turns)
        if step.calls:
            arguments = _with_plan_file(step.arguments, body)
            step = replace(step, calls=offered(step, tools), arguments=arguments)
        self.requests.append(Request(time.time(), body, tuple(tools), tuple(turns), step))
        return dialect.answer(body, place, step)

    def saw(self, words: str) -> bool:
        """Whether the model was told something, in whichever part of a request."""
        return any(words in text for text in _texts([r.body for r in self.requests]))

    def given(self, tool: str) -> list[str]:
        """Return what the model was given as results of a tool, as its last request holds them."""
        turns = self.requests[-1].turns if self.requests else ()
        return [t.text for t in turns if t.kind == "result" and t.name.endswith(tool)]


def _with_plan_file(arguments: Mapping[str, Any], body: Body) -> Mapping[str, Any]:
    """Return arguments with the file that the client named for its plan in place of PLAN_FILE."""
    if PLAN_FILE not in arguments.values():
        return arguments
    named = next((m[0] for t in _texts(body) if (m := _PLAN_FILE.search(t))), PLAN_FILE)
    return {key: named if value == PLAN_FILE else value for key, value in arguments.items()}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: Model

    def log_message(self, *_: Any) -> None:
        """Tell nothing."""

    def do_GET(self) -> None:
        models = [{"id": "scripted", "object": "model", "type": "model"}]
        self._send("application/json", json.dumps({"object": "list", "data": models}).encode())

    def do_HEAD(self) -> None:
        self._send("application/json", b"")

    def do_POST(self) -> None:
        given = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        self._send(*self.model.reply(path, json.loads(given or b"{}")))

    def _send(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextlib.contextmanager
def speaking(script: Sequence[Step]) -> Iterator[Model]:
    """Run a model while the block runs."""
    model = Model(script)
    handler = type("Handler", (_Handler,), {"model": model})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    model.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
