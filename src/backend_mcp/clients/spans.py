"""Put a value into a JSON text, and take one out, by inserting and cutting spans.

What is put in is one span, at the head of its container: no comma and no line of anybody else changes,
and comments stay with what they speak of.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend_mcp.clients.jsonc import LOOSE, JsonError, Node, parse

_TRIVIA: Final = re.compile(r"[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """A text that was put in, at which offset of the text that came out, and the containers it brought."""

    at: int
    text: str
    made: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Style:
    newline: str
    unit: str
    inline: bool
    colon: str

    def dump(self, value: Any, base: str) -> str:
        """Render a value, its lines behind the first indented by `base`."""
        if self.inline:
            return json.dumps(value, ensure_ascii=False, separators=(self.comma, self.colon))
        text = json.dumps(value, ensure_ascii=False, indent=self.unit)
        return text.replace("\n", self.newline + base)

    def member(self, key: str | None, value: Any, base: str) -> str:
        """Render a member of a mapping, or an item of a list when there is no key."""
        name = "" if key is None else json.dumps(key, ensure_ascii=False) + self.colon
        return name + self.dump(value, base)

    @property
    def comma(self) -> str:
        """The comma between two items in one line."""
        return ", " if self.colon == ": " else ","


def newline_of(text: str) -> str:
    """Return how most lines of a text end."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def put(text: str, path: Sequence[str], value: Any, *, items: bool = False) -> tuple[str, Span]:
    """Put a value at a path of keys; with `items` its items go to the head of the list there.

    The text must hold a mapping, or nothing at all.

    Raises:
        JsonError: the text is no JSON, or something on the path is not what it must be.
    """
    if not text.strip():
        whole: Any = value
        for key in reversed(path):
            whole = {key: whole}
        new = json.dumps(whole, ensure_ascii=False, indent=2).replace("\n", newline_of(text))
        made = tuple(tuple(path[:n]) for n in range(1, len(path) + items))
        return text + new + newline_of(text), Span(len(text), new + newline_of(text), made)
    root = parse(text)
    node, rest = walk(root, path)
    if rest:
        for key in reversed(rest[1:]):
            value = {key: value}
        entries: list[tuple[str | None, Any]] = [(rest[0], value)]
    else:
        entries = [(None, item) for item in value]
    due = "[" if items and not rest else "{"
    if node.open != due:
        here = ".".join(path[: len(path) - len(rest)]) or "the file"
        want = "a list" if due == "[" else "a mapping"
        raise JsonError(node.start, f"{here} must be {want}, and is something else")
    depth = len(path) - len(rest)
    span = _inserted(text, root, node, entries, depth)
    made = tuple(tuple(path[:n]) for n in range(depth + 1, len(path) + items))
    return text[: span.at] + span.text + text[span.at :], Span(span.at, span.text, made)


def walk(root: Node, path: Sequence[str]) -> tuple[Node, list[str]]:
    """Go down a path of keys; return the last node that is there, and the keys that are not."""
    node = root
    for n, key in enumerate(path):
        below = node.named(key) if node.open == "{" else None
        if below is None:
            return node, list(path[n:])
        if node.keys.count(key) > 1:
            raise JsonError(node.starts[node.keys.index(key)], f"{key!r} stands here twice")
        node = below
    return node, []


def _style(text: str, root: Node) -> _Style:
    lead = _indent(text, root.starts[0] if root.starts else root.start)
    head = text[root.start : root.starts[0]] if root.starts else ""
    broken = "\n" in text[root.start : root.end] or not root.items
    colon = ": " if broken or re.search(r'":\s', text) else ":"
    unit = lead if lead and "\n" in head else "  "
    return _Style(newline_of(text), unit, not broken, colon)


def _indent(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line if not line.strip(" \t") else ""


def _inserted(
    text: str, root: Node, node: Node, entries: Sequence[tuple[str | None, Any]], depth: int
) -> Span:
    style = _style(text, root)
    after = node.start + 1
    if not node.items:
        return _into_empty(text, node, entries, style, depth)
    first = node.starts[0] if node.open == "{" else node.items[0].start
    gap = text[after:first]
    if "\n" not in gap:
        line = _Style(style.newline, style.unit, True, style.colon)
        said = "".join(
            line.member(k, v, "") + "," + (line.comma[1:] if gap.strip() or not gap else gap)
            for k, v in entries
        )
        return Span(after if gap.strip() else first, said)
    base = _indent(text, first) or style.unit * (depth + 1)
    said = "".join(f"{style.newline}{base}{style.member(k, v, base)}," for k, v in entries)
    return Span(_line_end(text, after), said)


def _into_empty(
    text: str, node: Node, entries: Sequence[tuple[str | None, Any]], style: _Style, depth: int
) -> Span:
    after = node.start + 1
    inner = text[after : node.end - 1]
    if style.inline:
        said = style.comma.join(style.member(k, v, "") for k, v in entries)
        return Span(after, said + (" " if inner.strip() else ""))
    outer = _indent(text, node.end - 1) if "\n" in inner else style.unit * depth
    base = outer + style.unit
    said = ",".join(f"{style.newline}{base}{style.member(k, v, base)}" for k, v in entries)
    return Span(after, said if "\n" in inner else said + style.newline + outer)


def _line_end(text: str, at: int) -> int:
    """Return where the line ends, behind what is only space and comments."""
    while (match := _TRIVIA.match(text, at)) is not None:
        said = match.group()
        if said[0] != "/" and "\n" in said:
            return at + re.search(r"[ \t]*\r?\n", said).start()  # type: ignore[union-attr]
        at = match.end()
    return at


def find(text: str, path: Sequence[str]) -> Any:
    """Return the value at a path of keys, or None where there is none.

    Raises:
        JsonError: the text is no JSON.
    """
    if not text.strip():
        return None
    node, rest = walk(parse(text), path)
    return None if rest else node.plain()


def cut(text: str, path: Sequence[str], ours: Callable[[Any], bool] | None = None) -> str:
    """Take out what stands at a path; with `ours`, the items of the list there of which it is true.

    Raises:
        JsonError: the text is no JSON.
    """
    if not text.strip():
        return text
    root = parse(text)
    if ours is None:
        node, rest = walk(root, path[:-1])
        if rest or node.open != "{" or path[-1] not in node.keys:
            return text
        return _without(text, node, node.keys.index(path[-1]))
    node, rest = walk(root, path)
    if rest or node.open != "[":
        return text
    for n in reversed(range(len(node.items))):
        if ours(node.items[n].plain()):
            return cut(_without(text, node, n), path, ours)
    return text


def cut_within(text: str, path: Sequence[str], key: str, ours: Callable[[Any], bool]) -> str:
    """Take out what is ours from the lists at a key of the items of the list at a path: somebody added to our group.

    Raises:
        JsonError: the text is no JSON.
    """
    if not text.strip():
        return text
    node, rest = walk(parse(text), path)
    for item in node.items if not rest and node.open == "[" else ():
        inner = item.items[item.keys.index(key)] if item.open == "{" and key in item.keys else None
        for n, held in enumerate(inner.items if inner is not None and inner.open == "[" else ()):
            if inner is not None and ours(held.plain()):
                return cut_within(_without(text, inner, n), path, key, ours)
    return text


def _without(text: str, node: Node, n: int) -> str:
    start = node.starts[n] if node.open == "{" else node.items[n].start
    while start > node.start + 1 and text[start - 1] in " \t\r\n":
        start -= 1
    end, comma = node.items[n].end, node.commas[n]
    if comma >= 0:
        return text[:start] + text[end:comma] + text[comma + 1 :]
    if n and node.commas[n - 1] >= 0:
        before = node.commas[n - 1]
        return text[:before] + text[before + 1 : start] + text[end:]
    return text[:start] + text[end:]


def is_empty(text: str, path: Sequence[str]) -> bool:
    """Whether a container stands at a path that holds nothing, not even a comment."""
    node, rest = walk(parse(text, LOOSE), path)
    return not rest and bool(node.open) and not text[node.start + 1 : node.end - 1].strip()
