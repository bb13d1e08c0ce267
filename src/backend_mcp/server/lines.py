"""Lines on the standard streams that the SDK's reader drops, or that its writer would fail on.

A client waits for ever for an answer to a request that is dropped. So a line that the reader refuses is
looked at again: halves of surrogate pairs (of a text that was cut within an emoji) are replaced, and what
can't be served is answered where it has an id. What is written is bounded, and is UTF-8 whatever it names.
"""

import json
import re
from types import TracebackType
from typing import Any, Final, Self

import anyio
from mcp.shared.message import SessionMessage
from mcp.types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError

from backend_mcp.server.guard import ENVELOPE, bounded

_LONE: Final = re.compile("[\ud800-\udfff]")
_LEVELS: Final = 100
_DIGITS: Final = 300
_HEAD: Final = re.compile(r'\s*\{(?:[^{}\[\]]*,)?\s*"id"\s*:\s*(-?[0-9]{1,18}|"[^"\\]{0,200}")\s*,')


class Stream:
    """What wraps a stream of the SDK, and is opened and closed with it."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def aclose(self) -> None:
        """Close the stream."""
        await self._inner.aclose()

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        ended: bool | None = await self._inner.__aexit__(kind, error, trace)
        return ended


class Writer(Stream):
    """The stream to a client: errors are bounded, and no name of a file can break it."""

    async def send(self, item: SessionMessage, /) -> None:
        """Write a message."""
        message = item.message
        if isinstance(message, JSONRPCError):
            message = message.model_copy(update={"error": bounded(message.error)})
        try:
            message.model_dump_json(by_alias=True, exclude_unset=True)
        except ValueError:  # a name that is no UTF-8, of a file behind a link
            message = message.model_validate(whole(message.model_dump(exclude_unset=True)))
        await self._inner.send(SessionMessage(message, item.metadata))


class Reader(Stream):
    """The stream from a client: what the SDK could not read comes readable, or was answered."""

    def __init__(self, inner: Any, writer: Writer) -> None:
        super().__init__(inner)
        self._writer = writer

    @property
    def last_context(self) -> Any:
        """The context of the message received last, as the inner stream keeps it."""
        return getattr(self._inner, "last_context", None)

    async def receive(self) -> SessionMessage | Exception:
        """Return the next message that is left to serve."""
        while True:
            item: SessionMessage | Exception = await self._inner.receive()
            if not isinstance(item, ValidationError):
                return item
            again = reread(item)
            if not isinstance(again, JSONRPCError):
                return item if again is None else SessionMessage(again)
            await self._writer.send(SessionMessage(again))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None


def reread(refused: ValidationError) -> JSONRPCMessage | None:
    """Return what a refused line says after all, the error for its sender, or None where nobody waits."""
    found = refused.errors(include_url=False, include_context=False)
    line = next((e["input"] for e in found if e["type"] == "json_invalid"), None)
    if line is None:
        said = next((e["input"] for e in found if e["type"] == "missing"), None)
        return _told(said, INVALID_REQUEST, ENVELOPE)
    why = f"Parse error: {found[0]['msg'][:200]}"
    try:
        said = json.loads(line, strict=False, parse_int=_number)
        mended = whole(said)
    except RecursionError:
        head = _HEAD.match(line[:2000])
        return _told({"id": json.loads(head[1])} if head else None, PARSE_ERROR, why)
    except ValueError:
        return None
    if mended == said:
        return _told(said, PARSE_ERROR, why)
    if not isinstance(said, dict) or mended.get("id") != said.get("id"):
        return None  # an id that can't be repeated: whoever waits would not know the answer
    try:
        return jsonrpc_message_adapter.validate_python(mended, by_name=False)
    except ValidationError:
        return _told(mended, INVALID_REQUEST, ENVELOPE)


def whole(value: Any, level: int = 0) -> Any:
    """Return a value of JSON with a mark in the place of each half of a surrogate pair.

    Raises:
        RecursionError: it is nested deeper than anything that is served.
    """
    if level > _LEVELS:
        raise RecursionError
    if isinstance(value, str):
        return value if value.isascii() else _LONE.sub("\ufffd", value)
    if isinstance(value, list):
        return [whole(v, level + 1) for v in value]
    if isinstance(value, dict):
        return {whole(k, level + 1): whole(v, level + 1) for k, v in value.items()}
    return value


def _number(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS else None


def _told(said: Any, code: int, why: str) -> JSONRPCError | None:
    """Return the error for a request; an answer is never answered, and no id means that nobody waits."""
    id_ = said.get("id") if isinstance(said, dict) else None
    if (
        not isinstance(id_, str | int)
        or isinstance(id_, bool)
        or "result" in said
        or "error" in said
    ):
        return None
    return JSONRPCError(jsonrpc="2.0", id=id_, error=ErrorData(code=code, message=why))
