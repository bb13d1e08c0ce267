"""MADR 4 Markdown to a decision: front matter read as data, each fault at its line, and what is not ours left alone.

A file is ours when its front matter has the key `backend-mcp`. Nothing in it is executed or followed:
aliases are text, tags mean nothing, sizes and depths are bounded.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Any, Final

from backend_mcp.errors import DecisionError, DesignError, Problem
from backend_mcp.model.decision import (
    BY,
    KINDS,
    STATUSES,
    Decision,
    Recorded,
    RestsOn,
    faults,
    one_line,
)
from backend_mcp.model.entries import SEVERITIES
from backend_mcp.tree import Raw, from_text

MAX_BYTES: Final = 256_000
"""Of a whole file; the front matter may have a tenth of it."""
MOST_FRONT: Final = MAX_BYTES // 10
OURS: Final = "backend-mcp"
FENCE: Final = "---"
_KEY: Final = re.compile(r"^[\"']?" + OURS + r"[\"']?[ \t]*:", re.MULTILINE)
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_BOM: Final = "\ufeff"
_MADR: Final = ("status", "date", "decision-makers", "consulted", "informed")
_TOP: Final = (*_MADR, OURS)
_HEADING: Final = re.compile(r"^#[ \t]+(?P<title>\S.*?)[ \t]*\r?$", re.MULTILINE)
_CONFLICT: Final = re.compile(r"^(<<<<<<<|>>>>>>>)( |\r?$)", re.MULTILINE)
_SUPERSEDED: Final = "superseded by "
_LONGEST_GOT: Final = 60


@dataclass(frozen=True, slots=True)
class Front:
    """A file in its parts: what stands between the fences, its first line, and where the body begins."""

    text: str
    start: int
    body: int


def _unescaped(text: str) -> str:
    """Return words as they were before they were made harmless for a page."""
    return text.replace("\\<", "<").replace("!\\[", "![")


def front_matter(text: str) -> Front | None:
    """Return the front matter of a text, or None where there is none, or it is not closed."""
    bom = len(_BOM) if text.startswith(_BOM) else 0
    lines = _LINE.findall(text[bom:])
    if not lines or lines[0].rstrip() != FENCE:
        return None
    at = bom + len(lines[0])
    start = at
    for line in lines[1:]:
        if line.rstrip() == FENCE:
            return Front(text[start:at], start, at + len(line))
        at += len(line)
    return None


def is_ours(text: str) -> bool:
    """Whether a text says that it holds a decision of ours, sound or not."""
    if not text.removeprefix(_BOM).startswith(FENCE):
        return False
    front = front_matter(text)
    return _KEY.search(front.text if front is not None else text[:MOST_FRONT]) is not None


def read(data: bytes, id_: str, file: str) -> Recorded | None:
    """Return the decision in a file, or None where it is none of ours.

    Raises:
        DecisionError: it is one of ours and can't be used; with every fault at its line.
    """
    text = data[:MAX_BYTES].decode("utf-8", "replace")
    if not is_ours(text):
        return None
    whole = _whole(data, file)
    front = front_matter(whole)
    if front is None:
        raise _refusal(file, 1, "", f"the front matter is not closed: a line {FENCE} is due")
    if len(front.text) > MOST_FRONT:
        raise _refusal(
            file, 1, "", f"{len(front.text):,} characters of front matter; {MOST_FRONT:,} at most"
        )
    try:
        raw = from_text("\n" + front.text.replace("\r\n", "\n"), file + ".yaml")
    except DesignError as error:
        raise DecisionError(
            [Problem(file, p.line, "", p.reason) for p in error.problems]
        ) from error
    return _typed(raw, whole[front.body :], id_, file)


def _whole(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        raise _refusal(file, 0, "", f"larger than {MAX_BYTES:,} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal(file, line, "", "not UTF-8 text; save it as UTF-8") from error
    if "\x00" in text:
        raise _refusal(file, text.count("\n", 0, text.index("\x00")) + 1, "", "a NUL byte")
    marks = list(_CONFLICT.finditer(text))
    if {m[1][0] for m in marks} == {"<", ">"}:
        line = text.count("\n", 0, marks[0].start()) + 1
        raise _refusal(file, line, "", "a merge conflict is not resolved")
    return text


def _typed(raw: Raw, body: str, id_: str, file: str) -> Recorded:
    reader = _Reader(file)
    top = reader.mapping(raw, "", _TOP)
    own = reader.mapping(top.get(OURS, Raw(None)), OURS, tuple(_OWN))
    status, by_whom = reader.status(top.get("status"))
    values: dict[str, Any] = {
        "decided": reader.text(top.get("date"), "date"), "status": status, "superseded_by": by_whom,
    }  # fmt: skip
    for key, (name, take) in _OWN.items():
        if key in own:
            values[name] = take(reader, own[key], key)
    for key in ("kind", "by", "reason"):
        if key not in own:
            reader.fault(key, "is due", own_line=top.get(OURS))
    heading = _HEADING.search(body)
    values["title"] = _unescaped(one_line(heading["title"])) if heading is not None else ""
    if reader.problems:
        raise DecisionError(reader.problems)
    decision = Decision(**{"subject": "", **values})
    for fault in faults(decision):
        reader.fault(fault.key, fault.reason, own_line=top.get(OURS))
    if reader.problems:
        raise DecisionError(reader.problems)
    return Recorded(id_, file, decision, reader.lines, tuple(reader.unknown))


class _Reader:
    """Takes values of the front matter by type; what is wrong is noted at its line."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.unknown: list[Problem] = []
        self.lines: dict[str, int] = {}

    def fault(self, key: str, reason: str, own_line: Raw | None = None) -> None:
        line = self.lines.get(key) or (own_line.line if own_line is not None else 0) or 1
        self.problems.append(Problem(self.file, line, key, reason))

    def mapping(self, raw: Raw, name: str, known: tuple[str, ...]) -> Mapping[str, Raw]:
        """Take a mapping; a key that is written wrong is a fault, one of somebody else is told and kept."""
        if not isinstance(raw.value, dict):
            self.lines[name] = raw.line
            self.fault(name, "a mapping of keys is due")
            return {}
        for key, line in raw.twice:
            self.problems.append(Problem(self.file, line, _shown(key), "stands twice"))
        for key, value in raw.value.items():
            if key in known:
                self.lines[key] = value.line
                continue
            near = _slip(key) if name else f"{key} under {OURS}" * (key in _ENDS)
            if near:
                reason = f"there is no such key here; is `{near}` meant?"
                self.problems.append(Problem(self.file, value.line, _shown(key), reason))
            else:
                told = "nobody here reads this key; it is kept"
                self.unknown.append(Problem(self.file, value.line, _shown(key), told))
        return raw.value

    def text(self, raw: Raw | None, key: str) -> str:
        if raw is None:
            return ""
        if isinstance(raw.value, str):
            return one_line(raw.value)
        self.fault(key, f"got {_shown(raw.said)}; text is due: put it in quotes")
        return ""

    def word(self, raw: Raw, key: str, words: tuple[str, ...]) -> str:
        said = self.text(raw, key)
        if said not in words:
            self.fault(key, f"got {_shown(said)}; one of {', '.join(words)} is due")
        return said

    def status(self, raw: Raw | None) -> tuple[str, str]:
        """Return the status, and by which decision it is superseded."""
        said = self.text(raw, "status")
        if said.startswith(_SUPERSEDED):
            return "superseded", said.removeprefix(_SUPERSEDED).strip()
        if said not in STATUSES:
            self.fault(
                "status", f"got {_shown(said) or 'nothing'}; one of {', '.join(STATUSES)} is due"
            )
        return said, ""

    def texts(self, raw: Raw, key: str) -> tuple[str, ...]:
        nodes = raw.value if isinstance(raw.value, list) else [raw]
        return tuple(self.text(node, key) for node in nodes)

    def hours(self, raw: Raw, key: str) -> float | None:
        value = raw.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            self.fault(key, f"got {_shown(raw.said)}; a number of hours a month is due")
            return None
        return float(value)

    def flag(self, raw: Raw, key: str) -> bool:
        if not isinstance(raw.value, bool):
            self.fault(key, f"got {_shown(raw.said)}; true or false is due")
        return raw.value is True

    def facts(self, raw: Raw, key: str) -> tuple[RestsOn, ...]:
        nodes = raw.value if isinstance(raw.value, list) else [raw]
        found = []
        for node in nodes:
            parts = node.value if isinstance(node.value, dict) else {}
            said = [parts.get(name, Raw(None)).said for name in ("fact", "value", "basis")]
            if not all(said) or len(parts) != len(said):
                self.fault(key, "a list of {fact, value, basis} is due")
                break
            found.append(RestsOn(*map(one_line, said)))
        return tuple(found)


def _words(*words: str) -> Callable[[_Reader, Raw, str], str]:
    return lambda reader, raw, key: reader.word(raw, key, words)


_OWN: Final[dict[str, tuple[str, Callable[[_Reader, Raw, str], Any]]]] = {
    "kind": ("kind", _words(*KINDS)),
    "subject": ("subject", _Reader.text),
    "covers": ("covers", _Reader.texts),
    "design": ("design", _Reader.text),
    "severity": ("severity", _words(*SEVERITIES)),
    "by": ("by", _words(*BY)),
    "reason": ("reason", _Reader.text),
    "while": ("holds_while", _Reader.text),
    "until": ("until", _Reader.text),
    "owner": ("owner", _Reader.text),
    "interest": ("interest", _Reader.hours),
    "trigger": ("trigger", _Reader.text),
    "one_way": ("one_way", _Reader.flag),
    "rests_on": ("rests_on", _Reader.facts),
}
"""The keys under `backend-mcp`, in the order in which they are written."""
OWN_KEYS: Final = tuple(_OWN)


_ENDS: Final = ("while", "until")
"""Keys that end a decision: where they stand in the wrong place it would hold for ever."""


def _slip(key: str) -> str:
    """Return the key that one was meant to be, or nothing."""
    near = get_close_matches(key.lower(), _OWN, 1, 0.75)
    return near[0] if near else ""


def _shown(text: str) -> str:
    said = one_line(text)
    return said if len(said) <= _LONGEST_GOT else said[: _LONGEST_GOT - 1] + "…"


def _refusal(file: str, line: int, key: str, reason: str) -> DecisionError:
    return DecisionError([Problem(file, line, key, reason)])
