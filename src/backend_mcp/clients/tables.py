"""Put tables at the end of a TOML text, and take them out, with all else as it was.

The standard library reads TOML and writes none; nothing has to be written but our own tables.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from backend_mcp.clients.spans import Span, newline_of

_HEADER: Final = re.compile(r"^[ \t]*\[[^\r\n]*", re.MULTILINE)


class TomlError(Exception):
    """The text is no TOML, or leaves no room for our tables: `line` counts from 1, 0 where unknown."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(reason)


def read(text: str) -> dict[str, Any]:
    """Read a text.

    Raises:
        TomlError: it is no TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)$", str(error))
        said = re.sub(r" \(at .*\)$", "", str(error))
        raise TomlError(int(place.group(1)) if place else 0, said) from error
    except RecursionError as error:
        raise TomlError(0, "it is nested too deep") from error


def find(text: str, path: Sequence[str]) -> Any:
    """Return the value at a path of keys, or None where there is none."""
    value: Any = read(text)
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def put(text: str, path: Sequence[str], table: Mapping[str, Any]) -> tuple[str, Span]:
    """Put a table at a path of keys to the end of the text; mappings in it are written inline.

    Raises:
        TomlError: the text is no TOML, or the path is taken in a way that a table can't be added to.
    """
    before = read(text)
    newline = newline_of(text)
    lead = "" if not text.strip() else newline if text.endswith("\n") else newline * 2
    said = lead + newline.join([*_lines(path, table), ""])
    try:
        after = read(text + said)
    except TomlError as error:
        name = ".".join(path[:-1])
        raise TomlError(
            _line_of(text, path[0]), f"{name} is written in one line; write it as [{name}]"
        ) from error
    if _merged(before, path, table) != after:
        raise TomlError(0, f"{'.'.join(path)} can't be added at the end")
    return text + said, Span(len(text), said)


def _line_of(text: str, key: str) -> int:
    found = re.search(rf"^[ \t]*{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _merged(data: Mapping[str, Any], path: Sequence[str], table: Mapping[str, Any]) -> Any:
    below = data.get(path[0], {})
    rest = _merged(below, path[1:], table) if len(path) > 1 else table
    return {**data, path[0]: rest}


def _lines(path: Sequence[str], table: Mapping[str, Any]) -> list[str]:
    """Write a table; texts and lists of texts are written alike in TOML and JSON."""
    return [
        f"[{'.'.join(map(_key, path))}]",
        *(f"{_key(k)} = {_value(v)}" for k, v in table.items()),
    ]


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


def cut(text: str, path: Sequence[str]) -> str:
    """Take out the table at a path and those below it; comments before the next table stay with it.

    Raises:
        TomlError: the text is no TOML.
    """
    read(text)
    headers = _headers(text)
    end = len(text)
    for start, name in reversed(headers):
        if name[: len(path)] == tuple(path):
            text = _without(text, start, end)
        end = start
    return text


def _without(text: str, start: int, end: int) -> str:
    lines = text[start:end].splitlines(keepends=True)
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        if not tomllib_reads(text[: start + len("".join(lines[:-1]))]):
            break  # the line belongs to a text of several lines
        end -= len(lines.pop())
    head, rest = text[:start], text[end:]
    bare = not rest.strip() or rest.startswith(("\n", "\r\n"))
    if bare and head.endswith(("\n\n", "\n\r\n")):
        head = head[: -2 if head.endswith("\r\n") else -1]
    return head + rest


def tomllib_reads(text: str) -> bool:
    """Whether a text, as far as it goes, is TOML: so it ends between two statements."""
    try:
        read(text)
    except TomlError:
        return False
    return True


def _headers(text: str) -> list[tuple[int, tuple[str, ...]]]:
    """Return where each table begins, and its name; what only looks so within a text is none."""
    return [
        (match.start(), _name(read(match.group())))
        for match in _HEADER.finditer(text)
        if tomllib_reads(text[: match.start()]) and tomllib_reads(match.group())
    ]


def _name(value: Any) -> tuple[str, ...]:
    name: list[str] = []
    while isinstance(value, (dict, list)) and value:
        if isinstance(value, list):
            value = value[0]
            continue
        key, value = next(iter(value.items()))
        name.append(key)
    return tuple(name)
