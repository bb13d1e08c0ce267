"""Errors of the protocol as our own refusals are: bounded, without internals, saying what is due.

Three seams lead there, since the SDK makes errors in three places: a middleware around every request,
the stream to a client on standard output, and the bodies that refuse a request over HTTP.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from mcp.shared.exceptions import MCPError
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST, ErrorData
from pydantic import ValidationError
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend_mcp.errors import BackendMcpError
from backend_mcp.server.answers import LONGEST_ERROR

_LONGEST_MESSAGE: Final = 1200
_LONGEST_DATA: Final = 300
_MOST_SHOWN: Final = 3
_TRACING: Final = ("traceparent", "tracestate", "baggage")
ENVELOPE: Final = (
    "not one JSON-RPC 2.0 message; due is an object with jsonrpc: \"2.0\", an id (text or whole number), "
    "method (text) and params (object)"
)  # fmt: skip
_BY_PYDANTIC: Final = "Validation error: "

logger = logging.getLogger("backend_mcp")


async def guarded(ctx: Any, call_next: Callable[[Any], Awaitable[Any]]) -> Any:
    """Let nothing out of a request but what a client can use; the outermost middleware."""
    try:
        return await call_next(_carried(ctx))
    except MCPError as error:
        raise MCPError.from_error_data(bounded(error.error)) from error
    except ValidationError as error:
        raise MCPError(INVALID_PARAMS, _wrong_parameters(error)) from error
    except BackendMcpError as error:
        raise MCPError(INVALID_PARAMS, _cut(str(error), _LONGEST_MESSAGE)) from error
    except Exception as error:
        if ctx.request_id is None:
            raise
        logger.exception("%s failed", ctx.method)
        text = f"a fault of backend-mcp itself ({type(error).__name__}): nothing was answered"
        raise MCPError(INTERNAL_ERROR, text) from error


def _carried(ctx: Any) -> Any:
    """Return the context without a trace that is no text: what reads it takes only texts."""
    if not ctx.meta or all(isinstance(ctx.meta.get(key, ""), str) for key in _TRACING):
        return ctx
    return replace(ctx, meta={k: v for k, v in ctx.meta.items() if k not in _TRACING})


def _wrong_parameters(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    told = [f"{'.'.join(map(str, e['loc']))[:120] or 'params'}: {e['msg'][:120]}" for e in found]
    more = f" (and {len(told) - _MOST_SHOWN} more)" * (len(told) > _MOST_SHOWN)
    return f"Invalid request parameters: {'; '.join(told[:_MOST_SHOWN])}{more}"


def bounded(error: ErrorData) -> ErrorData:
    """Return an error that is not longer than clients show, whatever it repeats of a request."""
    if len(json.dumps(error.model_dump(), ensure_ascii=False, default=str)) <= LONGEST_ERROR:
        return error
    cut = ErrorData(code=error.code, message=_cut(error.message, _LONGEST_MESSAGE))
    data = _shortened(error.data)
    return cut if data is None else cut.model_copy(update={"data": data})


def _shortened(data: Any) -> Any:
    """Return the data of an error with its texts cut; None for what is long in other ways."""
    if isinstance(data, str):
        return _cut(data, _LONGEST_DATA)
    if not isinstance(data, Mapping):
        return None
    short = {k: _cut(v, _LONGEST_DATA) if isinstance(v, str) else v for k, v in data.items()}
    return short if len(json.dumps(short, default=str)) <= 2 * _LONGEST_DATA else None


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def is_a_fault(record: logging.LogRecord) -> bool:
    """Whether a line of the SDK's log is worth one: that whoever asked went away is no fault of anybody."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, ClientDisconnect)


class Refusals:
    """Around the HTTP application: what refuses a request before it is read is told in our words, too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold back a body of JSON with a status of 400 or more until it is whole, and mend it."""
        held: list[Message] = []

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and _refuses(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                held.append(message)
                if not message.get("more_body", False):
                    await _sent(held, send)
                    held.clear()

        await self._app(scope, receive, watched)


def _refuses(start: Message) -> bool:
    kinds = [v for k, v in start.get("headers", ()) if k.lower() == b"content-type"]
    return start["status"] >= 400 and any(k.startswith(b"application/json") for k in kinds)


async def _sent(held: list[Message], send: Send) -> None:
    start, *parts = held
    body = mended(b"".join(part.get("body", b"") for part in parts))
    headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def mended(body: bytes) -> bytes:
    """Return the body of a refusal, an error that quotes a validator replaced by what is due."""
    try:
        said = json.loads(body)
        error = ErrorData.model_validate(said["error"])
    except (ValueError, TypeError, KeyError):
        return body
    if error.message.startswith(_BY_PYDANTIC):
        error = ErrorData(code=INVALID_REQUEST, message=ENVELOPE)
    said["error"] = bounded(error).model_dump(exclude_unset=True)
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
