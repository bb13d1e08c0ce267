"""Which technologies a plan's words name, and whether they change the architecture.

Words decide only whether to ask for a review, never what is judged. The list of words is generated
from the knowledge (`backend-mcp docs`). Nothing heavy is imported: a hook runs this at every plan.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

FILE: Final = Path(__file__).with_name("words.json")
LONGEST: Final = 131_072
"""Characters of a plan that are looked at; a longer one is no plan."""
_LINE: Final = 2000
_MANY: Final = 4
"""So many products make a plan one about architecture, whatever its verbs."""
_NEAR: Final = 6
"""Words between a verb of change and what it changes."""
_GAP: Final = 40
"""Characters between two alternatives, as in `SES (or Postmark)`."""

_TOKEN: Final = re.compile(r"[a-z0-9+#.&-]+", re.IGNORECASE)
_FENCE: Final = re.compile(r"\s*(?:```|~~~)\s*(\w*)")
_PROSE: Final = ("", "markdown", "md", "text", "txt")
"""Fences around words of the plan, and not around code."""
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NOT_WORDS: Final = re.compile(
    r"https?://\S+|(?<![\w.~/-])(?:[\w.~-]*/){2,}[\w.-]*|(?<![\w/`*)])/[\w./{}:?=&-]+|`[\w.~-]+/[\w./-]+`"
    r"|\b[^\W_]*_\w*"
)
"""Addresses, paths and identifiers: a product's name in them says nothing of the plan."""
_HEADING: Final = re.compile(r"\s{0,3}#{1,6}\s+(.*)")
_ASIDE: Final = re.compile(
    r"\b(?:later|reject\w*|alternativ\w+|non-goals?|out of scope|not doing|why not|when to extract)\b", re.I
)  # fmt: skip
"""Headings over what is not done now."""
_STRUCTURE: Final = re.compile(
    r"\b(?:architecture|components?|data ?(?:model|flow)|infrastructure|tech(?:nology)? stack|system design)\b",
    re.IGNORECASE,
)
_NO: Final = re.compile(
    r"\b(?:no|not|nor|without|instead of|rather than|avoid\w*|neither|vs\.?|versus|unlike)"
    r"[\s`*\"'(]+(?:\w+[\s`*\"'(/]+){0,2}$"
    r"|\b(?:cut|dropped|left out|leave out|not taken)\b[^.;|]{0,80}$",
    re.IGNORECASE,
)
_NOT_NOW: Final = re.compile(
    r"[^.;|]{0,24}?\b(?:only if|not needed|overkill|rejected|later\b|alternatives?\b|unnecessary|postponed)", re.I
)  # fmt: skip
_OR: Final = re.compile(r"[^|\n]*?(?:/|\bor\b)[^|\n]*")
_ADDS: Final = (
    r"add(?:s|ing)?|adopt(?:s|ing)?|introduc(?:e|es|ing)|install(?:s|ing)?|puts?|mov(?:e|es|ing)|migrat(?:e|es|ing)"
    r"|switch(?:es|ing)?|replac(?:e|es|ing)|extract(?:s|ing)?|creat(?:e|es|ing)|provision(?:s|ing)?|new|becomes?"
    r"|integrat(?:e|es|ing)|split(?:s|ting)?|build|set up"
)
_USES: Final = (
    r"stor(?:e|es|ing)|sav(?:e|es|ing)|persist(?:s|ing)?|enqueu(?:e|es|ing)|publish(?:es|ing)?|calls?|calling|uses?"
    r"|using|takes?|charg(?:e|es|ing)|connect(?:s|ing)?|sends?|behind|through|via|own"
)
_CHANGE: Final = re.compile(rf"\b(?:{_ADDS}|{_USES})\b", re.IGNORECASE)
"""Before the name of a product: that it is used is enough, the plan says what will be."""
_ADDED: Final = re.compile(rf"\b(?:{_ADDS})\b", re.IGNORECASE)
"""Before a topic, which is an ordinary word: only what brings it in."""
_CLOCK: Final = re.compile(
    r"\b(?:cron|(?:scheduled|nightly|hourly|periodic|recurring)\s+(?:jobs?|tasks?|sync|import|export|batch))\b", re.I
)  # fmt: skip
_ENGLISH: Final = re.compile(
    r"\b(?:the|and|of|with|that|this|it|are|be|before|when|which)\b", re.IGNORECASE
)
_ENOUGH: Final = 2
"""So many of these words make a text an English one."""
_OPEN, _CLOSED = "|`*(,;:/+>─[&", "|`*),;:/+<─.]&→("


class Spoken(NamedTuple):
    """What a plan names: `needs` holds sets of ids of which one each must be in the reviewed design.

    `touched` says whether the plan adds or changes a part of the architecture; `because` is the
    piece of the plan that shows it, for people. `adds` holds the ids that it says to bring in.
    """

    touched: bool
    needs: tuple[frozenset[str], ...]
    because: str
    adds: frozenset[str] = frozenset()


class _Hit(NamedTuple):
    id: str
    line: str
    start: int
    end: int


class Words:
    """The list of words: names of technologies, which of them count as parts, and topics."""

    def __init__(self, held: dict[str, Any]) -> None:
        self.knowledge: str = held["knowledge"]
        self.titles: dict[str, str] = held["titles"]
        self.roots: dict[str, str] = held["roots"]
        self._names: dict[str, str] = held["names"]
        self._alone: dict[str, str] = held["alone"]
        self._topics = re.compile(rf"\b(?:{held['topics']})\b", re.IGNORECASE)
        self._longest: dict[str, int] = {}
        for name in self._names:
            first, more = name.partition(" ")[0], name.count(" ") + 1
            self._longest[first] = max(more, self._longest.get(first, 0))

    @classmethod
    def load(cls) -> "Words":
        """Read the list that comes with the package.

        Raises:
            OSError: it can't be read.
            ValueError: it is no such list.
        """
        return cls(json.loads(FILE.read_bytes()))

    def hear(self, text: str) -> Spoken:
        """Return what a plan names and whether it touches the architecture."""
        hits: list[_Hit] = []
        adds: set[str] = set()
        because = ""
        structured = False
        text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text[:LONGEST]))
        for line, heading in _lines(text):
            found = list(self._hits(line))
            structured = structured or (heading and _STRUCTURE.search(line) is not None)
            because = because or self._changes(line, found)
            adds |= {h.id for h in found if _changed_before(line, h.start, _ADDED)}
            hits += found
        needs = _alternatives(hits)
        named = {h.id for h in hits}
        if not because and named:
            foreign = len({w.lower() for w in _ENGLISH.findall(text)}) < _ENOUGH
            if structured or foreign or len(named) >= _MANY:
                because = _cut(hits[0].line, hits[0].start)
        return Spoken(bool(because), needs, because, frozenset(adds))

    def title(self, id_: str) -> str:
        """Return how people write a technology."""
        return self.titles.get(id_, id_)

    def covers(self, names: set[str], need: frozenset[str]) -> bool:
        """Whether a design that holds `names` holds one of the alternatives, or its family's root."""
        families = {self.roots.get(n, n) for n in names}
        return any(id_ in names or self.roots.get(id_, id_) in families for id_ in need)

    def _changes(self, line: str, hits: list[_Hit]) -> str:
        """Return the piece of a line that adds or changes a part, or nothing."""
        for hit in hits:
            if _changed_before(line, hit.start, _CHANGE):
                return _cut(line, hit.start)
        for found in self._topics.finditer(line):
            quoted = line[found.start() - 1 : found.start()] == "`"
            if not quoted and _changed_before(line, found.start(), _ADDED, found.group()):
                return _cut(line, found.start())
        clock = _CLOCK.search(line)
        if clock is not None and _changed_before(line, clock.start(), _CHANGE):
            return _cut(line, clock.start())
        return ""

    def _hits(self, line: str) -> Iterator[_Hit]:
        tokens = [(m[0].strip(".").lower(), m.start(), m.end()) for m in _TOKEN.finditer(line)]
        at = 0
        while at < len(tokens):
            id_, length = self._longest_at(tokens, at, line)
            if id_:
                start, end = tokens[at][1], tokens[at + length - 1][2]
                if id_ in self.titles and not _put_aside(line, start, end):
                    yield _Hit(id_, line, start, end)
            at += max(length, 1)

    def _longest_at(
        self, tokens: list[tuple[str, int, int]], at: int, line: str
    ) -> tuple[str, int]:
        for length in range(min(self._longest.get(tokens[at][0], 0), len(tokens) - at), 0, -1):
            id_ = self._names.get(" ".join(t[0] for t in tokens[at : at + length]))
            if id_:
                return id_, length
        for length in (2, 1):
            piece = tokens[at : at + length]
            id_ = self._alone.get(" ".join(t[0] for t in piece))
            if id_ and len(piece) == length and _stands_alone(line, piece[0][1], piece[-1][2]):
                return id_, length
        return "", 0


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines that speak of the plan, and whether each is a heading.

    Code in a named language is left out where its fence is closed, and what stands below a heading of things
    not done now; the first heading is the plan's title, whatever it says.
    """
    lines = text.splitlines()
    closed = sum(_FENCE.match(line) is not None for line in lines) % 2 == 0
    code: str | None = None
    aside, titled = 0, False
    for line in lines:
        fence = _FENCE.match(line) if closed else None
        if fence is not None:
            code = fence[1].lower() if code is None else None
            continue
        in_code = code is not None and code not in _PROSE
        heading = _HEADING.match(line) if not in_code else None
        if heading is not None:
            depth = len(line.lstrip()) - len(line.lstrip().lstrip("#"))
            if aside and depth <= aside:
                aside = 0
            if not aside and titled and _ASIDE.search(heading[1]):
                aside = depth
            titled = True
        if not aside and not in_code:
            for at in range(0, max(len(line), 1), _LINE):
                piece = line[at : at + _LINE]
                yield _NOT_WORDS.sub(lambda m: " " * len(m[0]), piece), heading is not None


def _stands_alone(line: str, start: int, end: int) -> bool:
    """Whether nothing but marks stands beside a word that is an ordinary one, too."""
    before, after = line[:start].rstrip(" "), line[end:].lstrip(" ")
    listed = not before or before[-1] in _OPEN
    whole = before.strip(" #->") != "" or after != ""
    return listed and whole and (not after or after[0] in _CLOSED)


def _put_aside(line: str, start: int, end: int) -> bool:
    """Whether the plan says of a product that it is not taken, or not now."""
    return bool(_NO.search(line[max(0, start - _LINE // 20) : start])) or bool(
        _NOT_NOW.match(line[end : end + 60])
    )


def _changed_before(line: str, start: int, change: re.Pattern[str], said: str = "") -> bool:
    """Whether a verb of change stands shortly before a place, in the same sentence."""
    if said.lower().startswith(("add ", "new ", "extract ", "split ")):
        return True
    sentence = re.split(r"[.;|]\s", line[:start])[-1]
    near = " ".join(sentence.split()[-_NEAR:])
    verbs = [m.start() for m in change.finditer(near)]
    return bool(verbs) and not _NO.search(near[: verbs[-1]])


def _alternatives(hits: list[_Hit]) -> tuple[frozenset[str], ...]:
    """Join what a plan names as alternatives (`SES (or Postmark)`): one of them will do."""
    sets: list[set[str]] = []
    last: _Hit | None = None
    for hit in hits:
        between = (
            hit.line[last.end : hit.start] if last is not None and last.line is hit.line else None
        )
        if between is not None and len(between) <= _GAP and _OR.fullmatch(between):
            sets[-1].add(hit.id)
        else:
            sets.append({hit.id})
        last = hit
    single = {next(iter(s)) for s in sets if len(s) == 1}
    met = [frozenset(s) for s in sets if len(s) == 1 or not s & single]
    return tuple(dict.fromkeys(met))


def _cut(line: str, at: int) -> str:
    """Return the words around a place, short enough to be shown."""
    piece = line[max(0, at - 40) : at + 40].strip(" |#>-*")
    return " ".join(piece.split())
