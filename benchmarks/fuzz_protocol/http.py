"""Drives a server over HTTP on loopback: every request on a socket of its own, its bytes made by hand."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.fuzz_protocol import judge
from benchmarks.fuzz_protocol.message import Asked, Message, Wire, asks
from benchmarks.fuzz_protocol.server import INITIALIZED, LIMIT, Server, initialize, sane, sane_name
from benchmarks.fuzz_protocol.source import MODERN, TWICE, Era, Source, batches
from benchmarks.fuzz_protocol.tally import Fault, Tally, shown
from benchmarks.fuzz_protocol.wires import LARGEST, MANY, name_of

THREADS: Final = 6
LONGEST: Final = 4_000
BATCH: Final = 150
TWICE_PATIENCE: Final = 4.0
ENDLESS: Final = 0.4
"""Seconds for which a stream is heard that has no end of its own."""


@dataclass(slots=True)
class Heard:
    """What came back: the status, the head, and the messages that the body held."""

    status: int
    session: str = ""
    bodies: list[bytes] = field(default_factory=list)
    ended: bool = True
    problem: str = ""


class Http:
    """One server over HTTP, with several requests on their way."""

    def __init__(self, server: Server, source: Source, tally: Tally, name: str) -> None:
        self.server, self.source, self.tally, self.name = server, source, tally, name
        self.era: Era = source.era
        self.column = f"HTTP {source.era}"
        self.baseline: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._session = ""
        self._more: list[Message] = []

    def run(self, messages: Iterator[Message]) -> None:
        """Send messages, with an honest call before the first and after each batch."""
        self._sane(all_=True)
        first = 0
        with ThreadPoolExecutor(THREADS) as pool:
            for number, batch in enumerate(batches(messages, BATCH)):
                self._session = self._opened(asks=self.source.pick.random() < 0.5)
                list(pool.map(self._one, batch))
                more, self._more = self._more, []
                list(pool.map(self._one, more))
                self._ended(self._session)
                self._sane(number)
                first = first or self.server.weight()
        self._sane(all_=True)
        if first:
            self.tally.growth.setdefault(self.column, []).append(self.server.weight() / first)

    def _opened(self, *, asks: bool = False) -> str:
        """Open a session of the handshake era; the other era has none."""
        if self.era == MODERN:
            return ""
        heard = self._exchange(json.dumps(initialize(asks=asks)).encode(), Wire(), "")
        self._exchange(json.dumps(INITIALIZED).encode(), Wire(), heard.session)
        return heard.session

    def _ended(self, session: str) -> None:
        if session:
            self._exchange(b"", Wire(verb="DELETE"), session)

    def _one(self, message: Message) -> None:
        """Send one message, judge what comes back, and count it."""
        asked = asks(message.body) if not message.wire.raw else Asked("none")
        session = self._session
        if message.wire.session != "kept":
            session = self._opened()
            if message.wire.session == "ended":
                self._ended(session)
        started = time.monotonic()
        # of two calls with one id the SDK answers the later alone in this era: ids must not stand twice
        patience = TWICE_PATIENCE if message.kind == TWICE and self.era != MODERN else None
        heard = self._exchange(message.body, message.wire, session, asked, self._told, patience)
        waited = time.monotonic() - started
        if message.wire.session == "own":
            self._ended(session)
        faults, kinds = self._judged(message, asked, heard)
        with self._lock:
            self.tally.messages[message.kind, self.column] += 1
            self.tally.answers[kinds, self.column] += 1
            if heard.ended and heard.bodies:
                self.tally.waits.setdefault(self.column, []).append(waited)
        for what in faults:
            self._fault(what, message, b" ".join(heard.bodies)[:4000])

    def _judged(self, message: Message, asked: Asked, heard: Heard) -> tuple[list[str], str]:
        """Return the faults of what came back, and its class."""
        if heard.problem:
            large = len(message.body) > LARGEST or len(message.wire.add) > MANY
            allowed = (message.wire.raw or large) and "closed" in heard.problem
            return ([] if allowed else [heard.problem]), "connection closed"
        found = []
        if heard.status >= 500:
            found.append(f"HTTP {heard.status}")
        method = "" if message.kind == TWICE else asked.method
        answer = None
        for body in heard.bodies:
            said, why = judge.read(body)
            text = body.decode("utf-8", "replace")
            if said is None:
                found += [*judge.words(text), *[why] * (heard.status < 300)]
                found += [f"a refusal of {len(text)} characters"] * (
                    len(text) > judge.LONGEST_ERROR
                )
            elif "method" in said:
                found += judge.words(text)
            else:
                answer = said
                found += judge.answer(said, method)
        if answer is None:
            due = (
                asked.due == "must"
                and message.kind != TWICE
                and heard.status == 200
                and heard.ended
                and message.wire.verb == "POST"
            )
            found += ["no answer in what came back"] * due
            return (
                found,
                "accepted, no answer due" if heard.status == 202 else f"HTTP {heard.status}",
            )
        if (
            heard.status == 200
            and answer["id"] is not None
            and asked.key
            and json.dumps(answer["id"]) != asked.key
        ):
            found.append("the answer to another")
        if judge.kind(answer) == "question to the person" and asked.due == "must":
            self._again(message, answer["result"])
        return found, judge.kind(answer)

    def _again(self, message: Message, result: dict[str, Any]) -> None:
        params = json.loads(message.body).get("params")
        with self._lock:
            self._more.append(
                self.source.retry({"params": params if isinstance(params, dict) else {}}, result)
            )

    def _told(self, said: dict[str, Any], session: str) -> None:
        """Answer a question of the server, which came on the stream of a call."""
        if said["method"] != "elicitation/create":
            self._fault(
                f"the server asks {said['method']}", Message("-", b""), json.dumps(said).encode()
            )
        with self._lock:
            message = self.source.answer(said)
            self.tally.messages[message.kind, self.column] += 1
            self.tally.answers["accepted, no answer due", self.column] += 1
        self._exchange(message.body, Wire(), session)

    def _exchange(
        self,
        body: bytes,
        wire: Wire,
        session: str,
        asked: Asked | None = None,
        told: Callable[[dict[str, Any], str], None] | None = None,
        patience: float | None = None,
    ) -> Heard:
        """Send one request and hear what comes back."""
        asked = asked or asks(body)
        endless = asked.method == "subscriptions/listen" or wire.verb in ("GET", "HEAD", "CONNECT")
        patience = (ENDLESS if endless else LIMIT) if patience is None else patience
        data = wire.raw or self._request(body, wire, session, asked)
        try:
            with socket.create_connection(("127.0.0.1", self.server.port or 0), LIMIT) as held:
                try:
                    held.sendall(data)
                    if wire.raw:
                        held.shutdown(socket.SHUT_WR)
                except OSError:  # refused before all was sent: the answer may be there all the same
                    pass
                return _heard(
                    held, wire, patience, lambda said: told(said, session) if told else None
                )
        except TimeoutError:
            return Heard(0, problem=f"no answer within {LIMIT:.0f} s")
        except (OSError, http.client.HTTPException) as error:
            problem = f"closed without an answer: {type(error).__name__}"
            return Heard(
                0, problem=problem if self.server.process.poll() is None else "the server is gone"
            )

    def _request(self, body: bytes, wire: Wire, session: str, asked: Asked) -> bytes:
        names: dict[str, bytes] = {
            "Host": f"127.0.0.1:{self.server.port}".encode(),
            "Content-Type": b"application/json",
            "Accept": b"application/json, text/event-stream",
        }
        if self.era == MODERN:
            names["MCP-Protocol-Version"] = MODERN.encode()
            names["Mcp-Method"] = _plain(asked.method or "tools/list")
            if asked.method in ("tools/call", "prompts/get", "resources/read"):
                names["Mcp-Name"] = name_of(asked.name[:LONGEST])
        elif session:
            names |= {"Mcp-Session-Id": session.encode(), "MCP-Protocol-Version": self.era.encode()}
        lines = [(name, value) for name, value in names.items() if name not in wire.drop]
        lines += [*wire.add, ("Connection", b"close"), ("Content-Length", str(len(body)).encode())]
        head = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in lines)
        return f"{wire.verb} {wire.path} HTTP/1.1\r\n".encode() + head + b"\r\n" + body

    def _sane(self, number: int = 0, *, all_: bool = False) -> None:
        session = self._opened()
        for n in range(7) if all_ else (number,):
            heard = self._exchange(json.dumps(sane(n, self.era)).encode(), Wire(), session)
            answer = next((b for b in heard.bodies if b'"id":"sane"' in b), b"")
            self.tally.sane[self.column] += 1
            if not answer or self.baseline.setdefault(sane_name(n), answer) != answer:
                self._fault(
                    f"another answer than at the start to {sane_name(n)}",
                    Message("honest", b""),
                    answer,
                )
        self._ended(session)

    def _fault(self, what: str, message: Message, answer: bytes = b"") -> None:
        told = shown(message.body if not message.wire.raw else message.wire.raw)
        odd = f" {message.wire}"[:600] if message.wire != Wire() and not message.wire.raw else ""
        with self._lock:
            self.tally.fault(
                Fault(self.column, self.name, message.kind, what, told + odd, shown(answer))
            )

    def close(self) -> None:
        """Stop the server, and judge its log."""
        if self.server.process.poll() is not None:
            self._fault("the server is gone", Message("-", b""))
        self.server.stop()
        ours, theirs = judge.log(self.server.log())
        for what in ours:
            self._fault(what, Message("-", b""))
        self.tally.log.update({(line, self.column): n for line, n in theirs.items()})


def _plain(method: str) -> bytes:
    """Return a method as a header can carry it at all."""
    return method[:LONGEST].encode("utf-8", "replace").translate(None, b"\r\n\x00") or b"x"


def _heard(
    held: socket.socket, wire: Wire, patience: float, told: Callable[[dict[str, Any]], None]
) -> Heard:
    response = http.client.HTTPResponse(held, method="HEAD" if wire.verb == "HEAD" else "POST")
    response.begin()
    made = Heard(response.status, response.headers.get("mcp-session-id", ""))
    if "text/event-stream" not in (response.headers.get("content-type") or ""):
        made.bodies = [b for b in (response.read(),) if b]
        return made
    held.settimeout(patience)
    until = time.monotonic() + LIMIT
    data = b""
    try:
        while line := response.readline():
            if line.startswith(b"data: "):
                data = line[6:].strip()
            elif not line.strip() and data:
                made.bodies.append(data)
                said = judge.read(data)[0]
                data = b""
                if said is not None and "method" in said and "id" in said:
                    told(said)
            if time.monotonic() > until:
                made.problem = f"no answer within {LIMIT:.0f} s"
                break
    except (TimeoutError, http.client.HTTPException, OSError) as error:
        made.ended = False
        if patience == LIMIT:
            made.problem = f"a stream that breaks off: {type(error).__name__}"
    return made
