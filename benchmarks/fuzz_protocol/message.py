"""A message to a server, and what its own bytes say that an answer is due."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Due = Literal["must", "may", "none"]
"""Whether an answer must come, may come (a parser may refuse what another takes), or need not."""
DEEPEST: Final = 100
"""Levels of JSON that every parser takes; below that it is the reader's own business."""
_LONGEST_NUMBER: Final = 300
_LONE: Final = re.compile("[\ud800-\udfff]")
_ID: Final = re.compile(r'"id"\s*:\s*(-?[0-9]+|"[^"\\]*")')


@dataclass(frozen=True, slots=True)
class Wire:
    """What is odd about the way a message travels over HTTP; by default nothing is."""

    verb: str = "POST"
    path: str = "/mcp"
    drop: tuple[str, ...] = ()
    add: tuple[tuple[str, bytes], ...] = ()
    session: Literal["own", "ended", "kept"] = "kept"
    raw: bytes = b""
    """Where set, all that is sent: head and body as they are."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: the row of the table in which it counts, its bytes, and its way over HTTP."""

    kind: str
    body: bytes
    wire: Wire = field(default_factory=Wire)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message asks for: whether an answer is due, for which id (as JSON), to which call."""

    due: Due
    key: str = ""
    method: str = ""
    name: str = ""
    cancels: str = ""


class _Doubtful(dict[str, Any]):
    """A mapping in which a key stands twice: which one counts is the reader's choice."""


def _pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(items)
    return made if len(made) == len(items) else _Doubtful(made)


def asks(body: bytes) -> Asked:
    """Read what a message asks for, strictly; what only some readers take is `may`."""
    text = body.decode("utf-8", "replace")
    sure = text.encode() == body and _depth(text) <= DEEPEST
    odd: list[str] = []

    def number(digits: str) -> Any:
        odd.extend(["long"] * (len(digits) > _LONGEST_NUMBER))
        return int(digits[:_LONGEST_NUMBER])

    try:
        said = json.loads(
            text,
            strict=False,
            object_pairs_hook=_pairs,
            parse_int=number,
            parse_constant=odd.append,
        )
    except RecursionError:
        head = _ID.search(text[:2000])
        return Asked("may", head[1]) if head else Asked("none")
    except ValueError:
        return Asked("none")
    sure = sure and not odd and _strict(text)
    if not isinstance(said, dict):
        return Asked("none")
    return _asked(said, sure=sure)


def _asked(said: dict[str, Any], *, sure: bool) -> Asked:
    id_, method, params = said.get("id"), said.get("method"), said.get("params")
    named = params if isinstance(params, dict) else {}
    key = json.dumps(id_) if isinstance(id_, str | int) and not isinstance(id_, bool) else ""
    method = method if isinstance(method, str) else ""
    cancels = json.dumps(named.get("requestId")) if method == "notifications/cancelled" else ""
    if not key:
        return Asked("none", method=method, cancels=cancels)
    name = named.get("name")
    asked = (key, method, name if isinstance(name, str) else "", cancels)
    valid = said.get("jsonrpc") == "2.0" and isinstance(said.get("method"), str)
    shaped = "params" not in said or isinstance(params, dict)
    ends = method != "subscriptions/listen" and not _LONE.search(str(id_))
    if isinstance(said, _Doubtful) or not (valid and shaped and ends and sure):
        return Asked("may", *asked)
    return Asked("must", *asked)


def _strict(text: str) -> bool:
    """Whether no text holds a raw control character, and no key anywhere stands twice."""
    doubles: list[int] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(items)
        doubles.extend([1] * (len(made) < len(items)))
        return made

    try:
        json.loads(text, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return False
    return not doubles


def _depth(text: str) -> int:
    """Return the levels of brackets outside of texts; or how many there are, where these are few."""
    many = text.count("[") + text.count("{")
    if many <= DEEPEST:
        return many
    deepest = level = 0
    for bracket in re.findall(r"[\[{\]}]", re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.DOTALL)):
        level += 1 if bracket in "[{" else -1
        deepest = max(deepest, level)
    return deepest


def same_ids(key: str) -> tuple[str, ...]:
    """Return the ids that the protocol's readers take for the same: 7 and "7"."""
    value = json.loads(key) if key else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ()
    if isinstance(value, int):
        return (key, json.dumps(str(value)))
    try:
        return (key, json.dumps(int(value)))
    except ValueError:
        return (key,)
