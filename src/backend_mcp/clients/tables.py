"""Put tables at the end of a TOML text, and take them out, with all else as it was.

The standard library reads TOML and writes none; nothing has to be written but our own tables.
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from backend_mcp.clients.spans import Span, newline_of

_HEADER: Final = re.compile(r"^[ \t]*\[[^\r\n]*", re.MULTILINE)


class TomlError(Exception):
    """The text is no TOML, or leaves no room for our tables: `line` counts from 1, 0 where unknown."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(reason)


@lru_cache(
    maxsize=32
)  # several questions are asked of one text in turn; nobody changes what is read
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


Table = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""A table, or the tables to add to a list of them."""


def put(text: str, path: Sequence[str], table: Table) -> tuple[str, Span]:
    """Put tables at a path of keys to the end of the text; mappings in them are written inline.

    Raises:
        TomlError: the text is no TOML, or the path is taken in a way that a table can't be added to.
    """
    before = read(text)
    newline = newline_of(text)
    lead = "" if not text.strip() else newline if text.endswith("\n") else newline * 2
    _check_taken(text, before, path, is_list=not isinstance(table, Mapping))
    said = lead + newline.join(_lines(path, table))
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


def _check_taken(text: str, held: Any, path: Sequence[str], *, is_list: bool) -> None:
    """Raise where what leads to a place, or stands there, is no table, or no list of them where one is due."""
    for at, key in enumerate(path):
        held = held.get(key) if held is not None else None
        due_list = is_list and at == len(path) - 1
        if held is not None and not isinstance(held, list if due_list else dict):
            what = "a list of tables" if due_list else "a table"
            name = ".".join(path[: at + 1])
            raise TomlError(_line_of(text, path[0]), f"{name} is no table here; {what} is due")


def _line_of(text: str, key: str) -> int:
    found = re.search(rf"^[ \t]*\[*{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _merged(data: Mapping[str, Any], path: Sequence[str], table: Table) -> Any:
    below = data.get(path[0])
    rest: Any = table
    if len(path) > 1:
        rest = _merged(below or {}, path[1:], table)
    elif not isinstance(table, Mapping):
        rest = [*(below or []), *table]
    return {**data, path[0]: rest}


def _lines(path: Sequence[str], table: Table) -> list[str]:
    """Write tables; texts and lists of texts are written alike in TOML and JSON."""
    name = ".".join(map(_key, path))
    one = isinstance(table, Mapping)
    lines = []
    for each in [table] if isinstance(table, Mapping) else table:
        lines += [f"[{name}]" if one else f"[[{name}]]"]
        lines += [*(f"{_key(k)} = {_value(v)}" for k, v in each.items()), ""]
    return lines


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


def cut(text: str, path: Sequence[str], ours: Callable[[Any], bool] | None = None) -> str:
    """Take out the table at a path and those below it; comments before the next table stay with it.

    With `ours`, the tables of the list there of which it is true.

    Raises:
        TomlError: the text is no TOML.
    """
    listed = find(text, path) if ours is not None else None
    items = list(listed) if isinstance(listed, list) else []
    headers = _headers(text)
    end = len(text)
    for start, name in reversed(headers):
        here = name[: len(path)] == tuple(path)
        if here and (ours is None or (len(name) == len(path) and items and ours(items.pop()))):
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
