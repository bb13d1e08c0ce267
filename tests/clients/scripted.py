"""A scripted model on loopback: it speaks as Anthropic's Messages and as OpenAI's Responses.

A script is a list of turns: `{"say": TEXT}` or `{"call": TOOL, "with": ARGUMENTS}`. The turn is told by
how many the assistant has taken in the conversation, so that a request sent twice gets the same
answer. A tool is named by its end; `PLAN_FILE` in arguments stands for the file that the client names for its plan.
"""

import json
import re
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

PLAN_FILE = "PLAN_FILE"
_NAMED = re.compile(r"(/[^\s\"\\]+/plans/[^\s\"\\]+\.md)")
Turn = dict[str, Any]


class Model:
    """The model and what clients asked it."""

    def __init__(self, script: list[Turn]) -> None:
        self.script = script
        self.asked: list[dict[str, Any]] = []
        self.plan_file = ""

    def turn(self, taken: int) -> Turn:
        """Return a turn; after the last one that one again."""
        return self.script[min(taken, len(self.script) - 1)]

    def arguments(self, turn: Turn) -> str:
        """Return the arguments of a call as JSON."""
        return json.dumps(turn["with"]).replace(PLAN_FILE, self.plan_file)

    def answer(self, path: str, body: dict[str, Any]) -> tuple[str, list[tuple[str, Any]]]:
        """Return the answer to a request as events of a stream, or as one JSON value."""
        self.asked.append(body)
        named = _NAMED.search(json.dumps(body))
        if named is not None and not self.plan_file:
            self.plan_file = named[1]
        if path.endswith("/responses"):
            return "stream", _responses(self, body)
        if path.endswith("/messages"):
            return "stream" if body.get("stream") else "json", _messages(self, body)
        return "json", [("", {"input_tokens": 10})]


def _tool(name: str, offered: list[str]) -> str:
    return next((n for n in offered if n == name or n.endswith(f"_{name}")), name)


def _messages(model: Model, body: dict[str, Any]) -> list[tuple[str, Any]]:
    offered = [t.get("name", "") for t in body.get("tools") or []]
    taken = sum(
        1
        for m in body["messages"]
        if m["role"] == "assistant" and isinstance(m["content"], list)
        for c in m["content"]
        if c["type"] in ("tool_use", "text")
    )
    turn = model.turn(taken) if offered else {"say": "a title"}
    made: dict[str, Any] = {"type": "text", "text": turn.get("say", "")}
    empty: dict[str, Any] = {"type": "text", "text": ""}
    delta: dict[str, Any] = {"type": "text_delta", "text": turn.get("say", "")}
    if "call" in turn:
        held = {
            "type": "tool_use",
            "id": f"toolu_{taken:04d}",
            "name": _tool(turn["call"], offered),
        }
        made, empty = {**held, "input": json.loads(model.arguments(turn))}, {**held, "input": {}}
        delta = {"type": "input_json_delta", "partial_json": model.arguments(turn)}
    stop = "tool_use" if "call" in turn else "end_turn"
    message = {
        "id": f"msg_{taken}",
        "type": "message",
        "role": "assistant",
        "model": body.get("model", "m"),
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 1},
    }
    if not body.get("stream"):
        return [("", {**message, "content": [made], "stop_reason": stop})]
    ended = {"stop_reason": stop, "stop_sequence": None}
    return [
        ("message_start", {"message": message}),
        ("content_block_start", {"index": 0, "content_block": empty}),
        ("content_block_delta", {"index": 0, "delta": delta}),
        ("content_block_stop", {"index": 0}),
        ("message_delta", {"delta": ended, "usage": {"output_tokens": 5}}),
        ("message_stop", {}),
    ]


def _responses(model: Model, body: dict[str, Any]) -> list[tuple[str, Any]]:
    offered: dict[str, str] = {}
    for tool in body.get("tools") or []:
        if tool.get("type") == "namespace":
            offered |= {t.get("name", ""): tool["name"] for t in tool.get("tools", [])}
        else:
            offered.setdefault(tool.get("name") or tool.get("type", ""), "")
    own = ("function_call", "custom_tool_call")
    taken = sum(
        1
        for i in body.get("input", [])
        if i.get("type") in own or (i.get("type") == "message" and i.get("role") == "assistant")
    )
    turn = model.turn(taken)
    text = {"type": "output_text", "text": turn.get("say", ""), "annotations": []}
    item = {
        "type": "message",
        "id": f"m{taken}",
        "role": "assistant",
        "status": "completed",
        "content": [text],
    }
    if "call" in turn:
        name = _tool(turn["call"], list(offered))
        item = {
            "type": "function_call",
            "id": f"f{taken}",
            "call_id": f"c{taken}",
            "name": name,
            "arguments": model.arguments(turn),
            "status": "completed",
        }
        if offered.get(name):
            item["namespace"] = offered[name]
    response = {
        "id": "r",
        "object": "response",
        "created_at": 1,
        "status": "in_progress",
        "model": "m",
        "output": [],
    }
    usage = {
        "input_tokens": 10,
        "output_tokens": 5,
        "total_tokens": 15,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    done = {**response, "status": "completed", "output": [item], "usage": usage}
    return [
        ("response.created", {"response": response}),
        ("response.output_item.added", {"output_index": 0, "item": item}),
        ("response.output_item.done", {"output_index": 0, "item": item}),
        ("response.completed", {"response": done}),
    ]


@contextmanager
def serving(script: list[Turn]):
    """Serve a script on a free port of this machine; yield the model and the port."""
    model = Model(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def _send(self, kind: str, data: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_HEAD(self) -> None:
            self._send("application/json", b"")

        def do_GET(self) -> None:
            held = {"object": "list", "models": [], "data": [{"id": "m", "object": "model"}]}
            self._send("application/json", json.dumps(held).encode())

        def do_POST(self) -> None:
            body = json.loads(
                self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}"
            )
            form, events = model.answer(self.path.split("?")[0], body)
            if form == "json":
                self._send("application/json", json.dumps(events[0][1]).encode())
                return
            told = (f"event: {n}\ndata: {json.dumps({'type': n, **d})}\n\n" for n, d in events)
            self._send("text/event-stream", "".join(told).encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield model, server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
