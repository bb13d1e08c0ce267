"""From text to a tree with lines: YAML 1.2 or JSON, bounded in size, depth and parts.

The parser's events are walked with a stack of our own, so that nesting costs no recursion; anchors
and aliases are not followed, so that no small text unfolds into a large one.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend_mcp.errors import DesignError, Problem

MAX_BYTES: Final = 1_000_000
MAX_LEVELS: Final = 32
MAX_NODES: Final = 100_000
_PURE_BYTES: Final = 50_000  # the pure parser takes up to 8 s for 200,000 bytes of nested lists

Scalar = str | int | float | bool | None

_WORDS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True,
    "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\Z")
_HOSTILE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]+"
)
_PAIRED = re.compile(rb"\\u[dD][89abAB]")
_LONGEST_INT = 64
_OPENS = re.compile(r"^```ya?ml[ \t]+design[ \t]*\n", re.MULTILINE)
_CLOSES = re.compile(r"^```[ \t]*$", re.MULTILINE)


@dataclass(slots=True)
class Raw:
    """A node of the tree: a mapping, a list or a scalar, with the line it starts on (0: unknown)."""

    value: "dict[str, Raw] | list[Raw] | Scalar"
    line: int = 0
    twice: Sequence[tuple[str, int]] = ()

    @property
    def said(self) -> str:
        """The node as one line of text."""
        if isinstance(self.value, dict):
            return "{" + ", ".join(f"{k}: {v.said}" for k, v in self.value.items()) + "}"
        if isinstance(self.value, list):
            return "[" + ", ".join(v.said for v in self.value) + "]"
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        return "" if self.value is None else str(self.value)


def from_text(text: str | bytes, name: str) -> Raw:
    """Read YAML or JSON, or the fenced `yaml design` block of a Markdown text.

    Raises:
        DesignError: it is too large, too deep, or neither YAML nor JSON; with the line.
    """
    data = _encoded(text, name)
    if name.lower().endswith((".md", ".markdown")):
        return _from_markdown(data.decode("utf-8").replace("\r\n", "\n"), name)
    if data.lstrip()[:1] in (b"{", b"[") and _PAIRED.search(data):
        return _from_json(data, name)  # YAML knows no pairs of escapes for one character
    try:
        return _from_yaml(data, name)
    except _NotYamlError as fault:
        if data.lstrip()[:1] in (b"{", b"["):
            return _from_json(data, name)
        raise _refusal(name, fault.line, f"not YAML: {fault.reason}") from fault


def _from_yaml(data: bytes, name: str) -> Raw:
    """Build the tree; what the compiled parser (YAML 1.1) refuses is tried as YAML 1.2.

    A colon inside a plain word of a flow mapping (`what: at 10:00`) is the common case.
    """
    try:
        return _from_events(_events(_compiled_events, data), name)
    except _NotYamlError:
        if len(data) > _PURE_BYTES:
            raise
        return _from_events(_events(_pure_events, data), name)


def from_value(value: Any, name: str) -> Raw:
    """Take a Python value (of a tool's argument) as a tree without lines.

    Raises:
        DesignError: it is too large, too deep, or holds what JSON can't hold.
    """
    budget = [MAX_NODES, MAX_BYTES]

    def text(said: Any) -> str:
        node = said if isinstance(said, str) else _name(said)
        budget[1] -= len(node) if node.isascii() else len(node.encode("utf-8", "replace"))
        if budget[1] < 0:
            raise _refusal(name, 0, f"larger than {MAX_BYTES:,} bytes: send the design alone")
        return clean(node)

    def take(node: Any, level: int) -> Raw:
        told = text(node) if isinstance(node, str) else None
        budget[0] -= 1
        if level > MAX_LEVELS:
            raise _refusal(name, 0, f"nested deeper than {MAX_LEVELS} levels")
        if budget[0] < 0:
            raise _refusal(name, 0, f"larger than {MAX_NODES:,} values")
        if told is not None:
            return Raw(told)
        if isinstance(node, dict):
            found = {text(k): take(v, level + 1) for k, v in node.items()}
            return Raw(found, twice=node.twice if isinstance(node, _Pairs) else ())
        if isinstance(node, list | tuple):
            return Raw([take(v, level + 1) for v in node])
        return Raw(node if node is None or isinstance(node, float) or _short(node) else text(node))

    return take(value, 0)


def _short(node: Any) -> bool:
    """Whether this is a number that can be printed."""
    return isinstance(node, int) and node.bit_length() <= _LONGEST_INT


def _name(node: Any) -> str:
    long = isinstance(node, int) and not _short(node)
    return "a number of more than 20 digits" if long else str(node)


def plain(raw: Raw) -> Any:
    """Return the tree as plain Python values."""
    if isinstance(raw.value, dict):
        return {key: plain(value) for key, value in raw.value.items()}
    if isinstance(raw.value, list):
        return [plain(value) for value in raw.value]
    return raw.value


def clean(text: str) -> str:
    """Put a space for what no honest word holds: control and direction characters, line ends.

    Names of a document stand in answers that terminals and models read, one line each.
    """
    plain = (text.isascii() and text.isprintable()) or _HOSTILE.search(text) is None
    return text if plain else _HOSTILE.sub(" ", text)


def _encoded(text: str | bytes, name: str) -> bytes:
    try:
        data = text.encode("utf-8") if isinstance(text, str) else text
        data.decode("utf-8")
    except UnicodeError as error:
        raise _refusal(name, 0, "not UTF-8 text; save it as UTF-8") from error
    if len(data) > MAX_BYTES:
        raise _refusal(
            name, 0, f"{len(data):,} bytes; {MAX_BYTES:,} at most: send the design alone"
        )
    return data


def _from_markdown(text: str, name: str) -> Raw:
    opens = _OPENS.search(text)
    closes = _CLOSES.search(text, opens.end()) if opens is not None else None
    if opens is None or closes is None:
        raise _refusal(name, 0, "no fenced block that begins with ```yaml design")
    before = text.count("\n", 0, opens.end())
    try:
        return _from_yaml(b"\n" * before + text[opens.end() : closes.start()].encode(), name)
    except _NotYamlError as fault:
        raise _refusal(name, fault.line, f"not YAML: {fault.reason}") from fault


def _from_json(data: bytes, name: str) -> Raw:
    try:
        loaded = json.loads(data, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
        raise _refusal(name, line, f"neither YAML nor JSON: {reason}") from error
    return from_value(loaded, name)


class _Pairs(dict[str, Any]):
    """A JSON object; of a key that stands twice the first is kept."""

    def __init__(self, items: list[tuple[str, Any]]) -> None:
        super().__init__(reversed(items))
        seen = Counter(key for key, _ in items)
        self.twice = [(key, 0) for key, times in seen.items() if times > 1]


class _NotYamlError(Exception):
    def __init__(self, reason: str, line: int) -> None:
        self.reason = reason
        self.line = line
        super().__init__(reason)


def _events(parse: Callable[[bytes], Iterator[Any]], data: bytes) -> Iterator[Any]:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        yield from parse(data)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(str(error.problem or error.context or "unreadable").split())
        raise _NotYamlError(reason, mark.line + 1 if mark else 0) from error
    except (YAMLError, UnicodeError, ValueError, RecursionError) as error:
        raise _NotYamlError(" ".join(str(error).split())[:120], 0) from error


def _compiled_events(data: bytes) -> Iterator[Any]:
    try:
        from _ruamel_yaml import CParser
    except ImportError:  # no compiled parser for this platform: the pure one gives the same events
        yield from _pure_events(data)
        return
    yield from iter(CParser(data).get_event, None)


def _pure_events(data: bytes) -> Iterator[Any]:
    from ruamel.yaml import YAML

    yield from YAML(pure=True).parse(data.decode("utf-8"))


def _from_events(events: Iterable[Any], name: str) -> Raw:
    """Build the tree of the first document; keys and scalars by the core schema of YAML 1.2."""
    stack: list[tuple[Raw, list[Raw]]] = []
    root: Raw | None = None
    nodes = 0
    for event in events:
        kind = type(event).__name__
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            made = Raw({} if kind[0] == "M" else [], _line(event))
            stack.append((made, []))
            if len(stack) > MAX_LEVELS:
                raise _refusal(name, _line(event), f"nested deeper than {MAX_LEVELS} levels")
            continue
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            made = stack.pop()[0]
        elif kind == "ScalarEvent":
            made = Raw(scalar(event), _line(event))
        elif kind == "AliasEvent":
            made = Raw(f"*{event.anchor}", _line(event))
        else:
            continue
        nodes += 1
        if nodes > MAX_NODES:
            raise _refusal(name, _line(event), f"more than {MAX_NODES:,} values")
        if not stack:
            if root is not None:
                raise _refusal(name, _line(event), "a second document; one file holds one")
            root = made
            continue
        _attach(stack[-1], made)
    return root or Raw(None)


def _attach(top: tuple[Raw, list[Raw]], made: Raw) -> None:
    parent, pending = top
    if isinstance(parent.value, list):
        parent.value.append(made)
    elif not pending:
        pending.append(made)
    elif isinstance(parent.value, dict):
        key = pending.pop()
        name = key.said
        if name in parent.value:
            parent.twice = (*parent.twice, (name, key.line))
        else:
            made.line = made.line if made.value is not None else key.line
            parent.value[name] = made


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def scalar(event: Any) -> Scalar:
    """Return the value of a parser's event by the core schema of YAML 1.2."""
    text = clean(str(event.value))
    if event.style not in (None, ""):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) and len(text) < 40 else text


def _refusal(name: str, line: int, reason: str) -> DesignError:
    return DesignError([Problem(name, line, "", reason)])
