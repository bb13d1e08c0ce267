"""JSON text as a tree of places, so that a text can be changed at one place and stay as it is elsewhere.

Three dialects, since clients differ: plain JSON, JSON with comments, and JSON with comments and
trailing commas.
"""

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

MAX_DEPTH: Final = 200
"""Containers within containers; a configuration has a dozen, and a reader must not run out of stack."""
PLAIN, COMMENTS, LOOSE = "JSON", "JSON with comments", "JSON with comments and trailing commas"

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n]+)|(?P<comment>//[^\r\n]*|/\*.*?\*/)
    |(?P<text>"(?:[^"\\\x00-\x1f]|\\.)*")|(?P<mark>[{}\[\],:])|(?P<word>[^\s{}\[\],:"/]+)""",
    re.VERBOSE | re.DOTALL,
)
_CLOSES: Final = {"{": "}", "[": "]"}


class JsonError(Exception):
    """The text is not of its dialect: `at` is the offset in characters, `reason` what is wrong there."""

    def __init__(self, at: int, reason: str) -> None:
        self.at = at
        self.reason = reason
        super().__init__(reason)


@dataclass(slots=True)
class Node:
    """A value with its place: `start` to `end` in characters.

    Of a container, `items` are its values; of a mapping, `keys` are the names beside them and
    `starts` where those stand; `commas` holds the offset of the comma behind each item, or -1.
    """

    start: int
    end: int = -1
    value: Any = None
    open: str = ""
    items: list["Node"] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    commas: list[int] = field(default_factory=list)

    def named(self, key: str) -> "Node | None":
        """Return the value of a key of a mapping; of two with one name the last, as every client does."""
        found = [n for n, k in enumerate(self.keys) if k == key]
        return self.items[found[-1]] if found else None

    def plain(self) -> Any:
        """Return the value without its places."""
        if self.open == "{":
            return {k: i.plain() for k, i in zip(self.keys, self.items, strict=True)}
        return [i.plain() for i in self.items] if self.open == "[" else self.value


@lru_cache(maxsize=16)  # several questions are asked of one text in turn; nobody changes a tree
def parse(text: str, dialect: str = LOOSE) -> Node:
    """Read a text that holds one value.

    Raises:
        JsonError: it is not of the dialect.
    """
    return _Reader(text, dialect).read()


class _Reader:
    def __init__(self, text: str, dialect: str) -> None:
        self.text = text
        self.dialect = dialect
        self.at = 0
        self.stack: list[Node] = []
        self.root: Node | None = None

    def read(self) -> Node:
        while (token := self._next()) is not None:
            kind, start, said = token
            if said in ("}", "]") and kind == "mark":
                self._close(start, said)
            elif kind == "mark" and said in (",", ":"):
                raise JsonError(start, f"a value is due, not {said!r}")
            else:
                self._value(kind, start, said)
        if self.stack:
            raise JsonError(self.stack[-1].start, f"{self.stack[-1].open!r} is never closed")
        if self.root is None:
            raise JsonError(0, "there is no value")
        return self.root

    def _next(self) -> tuple[str, int, str] | None:
        """Return the next token that counts: its kind, offset and text."""
        while self.at < len(self.text):
            match = _TOKEN.match(self.text, self.at)
            if match is None:
                raise JsonError(self.at, f"{self.text[self.at : self.at + 12]!r} is no JSON")
            start, self.at = self.at, match.end()
            kind = str(match.lastgroup)
            if kind == "comment" and self.dialect == PLAIN:
                raise JsonError(start, "a comment, and only plain JSON is read here")
            if kind not in ("space", "comment"):
                return kind, start, match.group()
        return None

    def _value(self, kind: str, start: int, said: str) -> None:
        parent = self.stack[-1] if self.stack else None
        if parent is None and self.root is not None:
            raise JsonError(start, "there is more than one value")
        if parent is not None and parent.open == "{":
            parent.keys.append(_string(start, said) if kind == "text" else _no_key(start))
            parent.starts.append(start)
            colon = self._next()
            if colon is None or colon[2] != ":":
                raise JsonError(start, "a colon is due behind the key")
            kind, start, said = self._next() or ("mark", len(self.text), "")
            if kind == "mark" and said not in _CLOSES:
                raise JsonError(start, "a value is due")
        node = Node(start)
        if parent is None:
            self.root = node
        else:
            parent.items.append(node)
        if said in _CLOSES and kind == "mark":
            node.open = said
            self.stack.append(node)
            if len(self.stack) > MAX_DEPTH:
                raise JsonError(start, f"deeper than {MAX_DEPTH} containers")
            return
        node.value = _string(start, said) if kind == "text" else _scalar(start, said)
        node.end = self.at
        self._comma()

    def _close(self, start: int, said: str) -> None:
        node = self.stack.pop() if self.stack else None
        if node is None or _CLOSES[node.open] != said:
            raise JsonError(start, f"{said!r} closes nothing")
        if node.commas and node.commas[-1] >= 0 and self.dialect != LOOSE:
            raise JsonError(node.commas[-1], "a trailing comma, and the client reads none")
        node.end = self.at
        self._comma()

    def _comma(self) -> None:
        """Take the comma behind a value that is done, or see that its container ends here."""
        if not self.stack:
            return
        before = self.at
        token = self._next()
        if token is None:
            raise JsonError(self.stack[-1].start, f"{self.stack[-1].open!r} is never closed")
        kind, start, said = token
        if kind == "mark" and said == ",":
            self.stack[-1].commas.append(start)
        elif kind == "mark" and said in ("}", "]"):
            self.stack[-1].commas.append(-1)
            self.at = before
        else:
            raise JsonError(start, "a comma is due before this")


def _string(start: int, said: str) -> str:
    try:
        return str(json.loads(said))
    except ValueError as error:
        raise JsonError(start, "a text with an escape that is none") from error


def _no_key(start: int) -> str:
    raise JsonError(start, "a key in double quotes is due")


def _scalar(start: int, said: str) -> Any:
    if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null", said) is None:
        raise JsonError(start, f"{said[:30]!r} is no value of JSON")
    try:
        return json.loads(said)
    except ValueError:  # a number of more digits than Python reads
        return said
