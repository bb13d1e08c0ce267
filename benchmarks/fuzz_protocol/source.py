"""The source of all messages of one server: kinds by weight, ids that are told apart, all from one seed."""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any, Final, Literal

from benchmarks.fuzz_protocol import calls, designs, frames, values, wires
from benchmarks.fuzz_protocol.message import Message, Wire

Era = Literal["2025-11-25", "2026-07-28"]
Transport = Literal["stdio", "http"]
MODERN: Final = "2026-07-28"
HANDSHAKE: Final = "2025-11-25"
_META: Final = "io.modelcontextprotocol/"
CANCELLED: Final = "cancelled requests"
TWICE: Final = "ids that stand twice"
ANSWERED: Final = "answers to the server's own questions"
_RACES: Final = {CANCELLED: 25, TWICE: 12}
OPENING: Final = (
    "random bytes, blank lines",
    "broken JSON",
    "batches",
    "notifications out of order",
    "odd ids",
)
"""Kinds that may come before a connection is opened without deciding its era."""


class Source:
    """Makes messages for one server; equal seeds make equal messages."""

    def __init__(self, seed: str, era: Era, transport: Transport) -> None:
        self.pick = Random(seed)
        self.era = era
        self.transport = transport
        self._count = 0
        self.kinds: dict[str, int] = {
            **{k: w for k, (w, _) in calls.CALLS.items()},
            **{k: w for k, (w, _) in frames.FRAMES.items()},
            **_RACES,
        }
        if transport == "http":
            self.kinds |= {k: w for k, (w, _) in wires.WIRES.items()} | {wires.OVERSIZE: 3}

    def opening(self, most: int) -> Iterator[Message]:
        """Yield what comes before the first request: nothing of it is a request, so that no era is chosen."""
        from benchmarks.fuzz_protocol.message import asks

        for _ in range(most):
            kind = self.pick.choice(OPENING)
            body = self._framed(kind, self._right(self._call()))
            if asks(body).due == "none":
                yield Message(kind, body)

    def messages(self, count: int) -> Iterator[Message]:
        """Yield that many messages."""
        kinds, weights = list(self.kinds), list(self.kinds.values())
        made = 0
        while made < count:
            for message in self._of(self.pick.choices(kinds, weights)[0]):
                if made < count:
                    made += 1
                    yield message

    def meta(self) -> dict[str, Any]:
        """Return a right `_meta` of this era."""
        held: dict[str, Any] = {}
        if self.era == MODERN:
            able = {"elicitation": {"form": {}}} if self.pick.random() < 0.3 else {}
            held = {f"{_META}protocolVersion": MODERN, f"{_META}clientCapabilities": able}
            if self.pick.random() < 0.3:
                held[f"{_META}clientInfo"] = {"name": "fuzz", "version": "1"}
        if self.pick.random() < 0.3:
            held["progressToken"] = self.pick.choice((self._count, f"t{self._count}"))
        return held

    def envelope(self, method: str, params: dict[str, Any], id_: Any) -> dict[str, Any]:
        """Return a right request."""
        held = self.meta()
        params = {**params, "_meta": held} if held else params
        return {"jsonrpc": "2.0", "id": id_, "method": method, "params": params}

    def _right(self, call: calls.Call) -> dict[str, Any]:
        return self.envelope(*call, self._id())

    def _call(self) -> calls.Call:
        weights = [w for w, _ in calls.CALLS.values()]
        make = self.pick.choices([m for _, m in calls.CALLS.values()], weights)[0]
        return make(self.pick)

    def _id(self) -> Any:
        """Return an id that no other message of this server has."""
        self._count += 1
        n, kind = self._count, self.pick.random()
        if kind < 0.7:
            return n
        if kind < 0.85:
            return f"call-{n}"
        return self.pick.choice((
            -n, 2**53 + n, 2**64 + n, f"\u202e{n}", f"é中💥 {n}", f"{n} " + "x" * 300, f" {n}.5", f"\x00{n}",
            f'"{n}"', f"null{n}",
        ))  # fmt: skip

    def _of(self, kind: str) -> list[Message]:
        if kind in calls.CALLS:
            right = self._right(calls.CALLS[kind][1](self.pick))
            if self.pick.random() < 0.06:
                right["params"] = designs.mutate(right["params"], self.pick, 2)
            return [Message(kind, values.dumped(right, self.pick))]
        right = self._right(self._call())
        if kind in frames.FRAMES:
            return [Message(kind, self._framed(kind, right))]
        if kind == CANCELLED:
            return self._cancelled()
        if kind == TWICE:
            again = self.envelope(*self._call(), right["id"])
            return [Message(kind, values.dumped(m, self.pick)) for m in (right, again)]
        if kind == wires.OVERSIZE:
            return [Message(kind, wires.oversized(self.pick, right))]
        body = values.dumped(right, self.pick)
        return [Message(kind, body, wires.WIRES[kind][1](self.pick, body))]

    def _framed(self, kind: str, right: dict[str, Any]) -> bytes:
        body = frames.FRAMES[kind][1](self.pick, copy.deepcopy(right))
        if self.transport == "http":
            return body
        return body.replace(b"\n", b" ").replace(b"\r", b" ")  # one message is one line

    def _cancelled(self) -> list[Message]:
        """Return a call that takes a while, and what cancels it: by its id, or by one that is nearly it."""
        right = self._right(
            self.pick.choice((calls.review_object, calls.search, calls.compare))(self.pick)
        )
        id_ = right["id"]
        named = self.pick.choice((id_, id_, id_, id_, str(id_), [id_], None))
        cancel = {
            "jsonrpc": "2.0",
            "method": "notifications/cancelled",
            "params": {"requestId": named, "reason": "x"},
        }
        return [Message(CANCELLED, values.dumped(m, self.pick)) for m in (right, cancel)]

    def answer(self, request: dict[str, Any]) -> Message:
        """Return an answer to a question of the server (`elicitation/create`), as odd as the rest."""
        result = self._said(request.get("params", {}).get("requestedSchema"))
        made: dict[str, Any] = {"jsonrpc": "2.0", "id": request["id"], "result": result}
        if not isinstance(result, dict) or self.pick.random() < 0.15:
            made = {
                "jsonrpc": "2.0",
                "id": request["id"],
                "error": {"code": -32000, "message": "no"},
            }
        return Message(ANSWERED, values.dumped(made, self.pick), Wire())

    def retry(self, asked: dict[str, Any], result: dict[str, Any]) -> Message:
        """Return the call again with answers to the questions that its result asked (2026-07-28)."""
        params = dict(asked.get("params") or {})
        requests = result.get("inputRequests")
        named = requests if isinstance(requests, dict) else {}
        params["inputResponses"] = {
            k: self._said((v.get("params") or {}).get("requestedSchema")) for k, v in named.items()
        }
        params["requestState"] = result.get("requestState")
        if self.pick.random() < 0.25:
            params = designs.mutate(params, self.pick, 2)
        made = {"jsonrpc": "2.0", "id": self._id(), "method": "tools/call", "params": params}
        return Message(ANSWERED, values.dumped(made, self.pick))

    def _said(self, schema: Any) -> Any:
        """Return what a person may have filled in, or a client may have made of it."""
        fields = schema.get("properties", {}) if isinstance(schema, dict) else {}
        content: dict[str, Any] = {}
        for name, about in fields.items():
            words = about.get("enum") or ["500 per second", "unknown", "yes"]
            content[name] = (
                self.pick.choice(words) if self.pick.random() < 0.7 else values.leaf(self.pick)
            )
        action = self.pick.choice(
            ("accept", "accept", "accept", "decline", "cancel", "perhaps", None)
        )
        made: Any = {"action": action, "content": content}
        return designs.mutate(made, self.pick, 2) if self.pick.random() < 0.3 else made


def batches(messages: Iterator[Message], size: int) -> Iterator[list[Message]]:
    """Divide messages into lists of a size."""
    held: list[Message] = []
    for message in messages:
        held.append(message)
        if len(held) >= size:
            yield held
            held = []
    if held:
        yield held
