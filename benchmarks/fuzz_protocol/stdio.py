"""Drives a server over its standard streams: many messages in flight, each answer matched to its request."""

import json
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.fuzz_protocol import judge
from benchmarks.fuzz_protocol.message import Asked, Message, asks, same_ids
from benchmarks.fuzz_protocol.server import INITIALIZED, LIMIT, Server, initialize, sane, sane_name
from benchmarks.fuzz_protocol.source import MODERN, TWICE, Era, Source, batches
from benchmarks.fuzz_protocol.tally import Fault, Tally, shown

WINDOW: Final = 16
"""Messages in flight."""
BATCH: Final = 250
"""Messages between two calls of an honest client."""


@dataclass(slots=True, eq=False)
class _Open:
    """A request on its way: when it was written, whether its answer must come, and what it was."""

    asked: Asked
    message: Message
    written: float
    must: bool
    params: dict[str, Any] = field(default_factory=dict)


class GoneError(Exception):
    """The server is gone, or hangs."""


class Stdio:
    """One connection to one server."""

    def __init__(self, server: Server, source: Source, tally: Tally, name: str) -> None:
        self.server, self.source, self.tally, self.name = server, source, tally, name
        self.era: Era = source.era
        self.column = f"stdio {source.era}"
        self.baseline: dict[str, bytes] = {}
        self._open: dict[str, list[_Open]] = {}
        self._due = 0
        self._lines: queue.Queue[tuple[float, bytes]] = queue.Queue()
        self._last = Message("the opening", b"")
        self._more: list[Message] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        stream = self.server.process.stdout
        for line in iter(stream.readline, b"") if stream else ():
            self._lines.put((time.monotonic(), line))
        self._lines.put((time.monotonic(), b""))

    def run(self, messages: Iterator[Message]) -> None:
        """Send messages, with an honest call before the first and after each batch."""
        asks_person = self.source.pick.random() < 0.5
        if self.era != MODERN:
            self._send_all(self.source.opening(6))
            self._say(initialize(asks=asks_person))
            self._say(INITIALIZED)
        self._sane(all_=True)
        first = self.server.weight()
        for number, batch in enumerate(batches(messages, BATCH)):
            self._send_all(batch)
            while self._more:
                waiting, self._more = self._more, []
                self._send_all(waiting)
            self._wait(0)
            if self.era != MODERN:
                self._say(initialize(asks=asks_person))
                self._say(INITIALIZED)
            self._sane(number)
            first = self.server.weight() if number == 1 else first
        self._sane(all_=True)
        if first:
            self.tally.growth.setdefault(self.column, []).append(self.server.weight() / first)

    def _send_all(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._wait(WINDOW - 1)
            self._send(message)

    def _send(self, message: Message) -> None:
        asked = asks(message.body)
        self._last = message
        self.tally.messages[message.kind, self.column] += 1
        for key in same_ids(asked.cancels):
            for open_ in self._open.get(key, ()):
                self._due -= open_.must
                open_.must = False
        if asked.key and asked.due != "none":
            params = (
                json.loads(message.body).get("params")
                if asked.method == "tools/call" and asked.due == "must"
                else None
            )
            must = asked.due == "must"
            self._due += must
            held = params if isinstance(params, dict) else {}
            self._open.setdefault(asked.key, []).append(
                _Open(asked, message, time.monotonic(), must, held)
            )
        else:
            self.tally.answers["no answer due", self.column] += 1
        self._write(message.body)

    def _write(self, body: bytes) -> None:
        stream = self.server.process.stdin
        try:
            stream.write(body + b"\n")  # type: ignore[union-attr]
            stream.flush()  # type: ignore[union-attr]
        except (OSError, ValueError) as error:
            raise GoneError(f"the server takes no more: {error}") from error

    def _wait(self, most: int) -> None:
        """Take answers until at most so many are due."""
        until = time.monotonic() + LIMIT
        while self._due > most:
            before = self._due
            self._take(until)
            if self._due < before:
                until = time.monotonic() + LIMIT
        while not self._lines.empty():
            self._take(until)

    def _take(self, until: float) -> None:
        try:
            when, line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            waiting = next((o for held in self._open.values() for o in held if o.must), None)
            if waiting is not None:
                self._fault(f"no answer within {LIMIT:.0f} s", waiting.message)
            raise GoneError("a hang") from None
        if not line:
            raise GoneError("the server closed its output")
        self._judge(when, line)

    def _judge(self, when: float, line: bytes) -> None:
        said, why = judge.read(line)
        if said is None:
            self._fault(why, self._last, line)
        elif "method" in said:
            self._told(said, line)
        else:
            self._answered(when, said, line)

    def _told(self, said: dict[str, Any], line: bytes) -> None:
        """Take a notification; answer a question of the server."""
        for what in judge.words(line.decode("utf-8", "replace")):
            self._fault(what, self._last, line)
        if "id" not in said:
            return
        if self.era == MODERN or said["method"] != "elicitation/create":
            self._fault(f"the server asks {said['method']}", self._last, line)
        self._send(self.source.answer(said))

    def _answered(self, when: float, said: dict[str, Any], line: bytes) -> None:
        waiting = self._open.get(json.dumps(said["id"]), [])
        if not waiting:
            if "error" not in said or said["id"] is not None:
                self._fault("an answer that nobody asked for", self._last, line)
            for what in judge.answer(said):
                self._fault(what, self._last, line)
            return
        open_ = next((o for o in waiting if o.must), waiting[0])
        waiting.remove(open_)
        self._due -= open_.must
        self.tally.answers[judge.kind(said), self.column] += 1
        self.tally.waits.setdefault(self.column, []).append(when - open_.written)
        method = "" if open_.message.kind == TWICE else open_.asked.method  # either may come first
        for what in judge.answer(said, method):
            self._fault(what, open_.message, line)
        if judge.kind(said) == "question to the person" and open_.params:
            self._more.append(self.source.retry({"params": open_.params}, said["result"]))

    def _say(self, said: dict[str, Any]) -> bytes:
        """Say something of the driver's own, and return the answer as it came."""
        self._write(json.dumps(said).encode())
        until = time.monotonic() + LIMIT
        while "id" in said:
            try:
                when, line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                self._fault(f"no answer to an honest client within {LIMIT:.0f} s", self._last)
                raise GoneError("a hang") from None
            if not line:
                raise GoneError("the server closed its output")
            heard, _ = judge.read(line)
            if heard is not None and "method" not in heard and heard["id"] == said["id"]:
                return line
            self._judge(when, line)
        return b""

    def _sane(self, number: int = 0, *, all_: bool = False) -> None:
        for n in range(7) if all_ else (number,):
            line = self._say(sane(n, self.era))
            self.tally.sane[self.column] += 1
            if self.baseline.setdefault(sane_name(n), line) != line:
                self._fault(f"another answer than at the start to {sane_name(n)}", self._last, line)

    def _fault(self, what: str, message: Message, answer: bytes = b"") -> None:
        self.tally.fault(
            Fault(self.column, self.name, message.kind, what, shown(message.body), shown(answer))
        )

    def close(self) -> None:
        """Let the server end; what was never answered is counted, and the log judged."""
        never = sum(len(held) for held in self._open.values())
        self.tally.answers["none: cancelled, or readers differ", self.column] += never
        code = self.server.stop()
        if code != 0:
            self._fault(f"ended with {code} when its input closed", self._last)
        ours, theirs = judge.log(self.server.log())
        for what in ours:
            self._fault(what, self._last)
        self.tally.log.update({(line, self.column): n for line, n in theirs.items()})
