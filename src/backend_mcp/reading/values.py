"""One value of the form at a time: what stands there, or a line of receipt that says what would."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from backend_mcp.errors import QuantityError
from backend_mcp.model.design import Unread
from backend_mcp.model.fact import ABSENCES, BASES, UNKNOWN, Basis, Fact, Value
from backend_mcp.model.form import SYNONYMS, Amount, Flag, Refs, Text, Type, Word, Words
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.quantity import parse as parse_quantity
from backend_mcp.model.units import EXAMPLES
from backend_mcp.tree import Raw

LONG: Final = frozenset({"value", "unit", "basis", "note", "notes"})
WHICH_PEAK: Final = "a peak that is not below the average: which of the two is right?"
MARKS: Final = ("planned", "assumed")
"""Notes by which the reader marks what the design says of itself: not there yet, or made up by its writer."""
_GOT: Final = 80


@dataclass(slots=True)
class Receipt:
    """Everything that could not be read, in the order of the document.

    `line_of` remembers where references stand, which are followed when all entries are known.
    """

    lines: list[Unread] = field(default_factory=list)
    line_of: dict[str, int] = field(default_factory=dict)

    def note(self, at: str, raw: Raw, want: str) -> None:
        """Record one thing that was not read, where it stands and what would have been read."""
        got = raw.said
        got = got if len(got) <= _GOT else got[: _GOT - 1] + "…"
        self.lines.append(Unread(at, got, want, raw.line))


@dataclass(frozen=True, slots=True)
class Long:
    """A value written long, taken apart: `{value: 2500, unit: rps, basis: stated, note: …}`."""

    raw: Raw
    basis: Basis | None
    note: str


def take_long(raw: Raw, at: str, receipt: Receipt) -> Long:
    """Unwrap a long value; a plain one comes back as it is."""
    parts = raw.value
    if not isinstance(parts, dict) or "value" not in parts:
        return Long(raw, None, "")
    inner = parts["value"]
    if "unit" in parts:
        inner = Raw(f"{inner.said} {parts['unit'].said}", inner.line)
    for name, extra in parts.items():
        if name not in LONG:
            receipt.note(f"{at}.{name}", extra, f"one of {', '.join(sorted(LONG))}")
    note = next((parts[n].said for n in ("note", "notes") if n in parts), "")
    return Long(inner, take_basis(parts.get("basis"), f"{at}.basis", receipt), note)


def take_basis(raw: Raw | None, at: str, receipt: Receipt) -> Basis | None:
    """Read a basis; `proposed` is not for a document to claim."""
    if raw is None or raw.said == "unknown":
        return None
    found = next((b for b in BASES if b == raw.said), None)
    if found is None:
        receipt.note(at, raw, f"one of {', '.join(BASES[:-1])}")
    return found


def take_value(type_: Type, raw: Raw, at: str, receipt: Receipt, example: str = "") -> Value | None:
    """Read one value of a type, or note why it can't be read and return None.

    Nothing at all (null) is silence: None without a note. `example` is what the form shows.
    """
    if raw.value is None:
        return None
    if raw.value == "unknown":
        return UNKNOWN
    if isinstance(type_, Amount):
        return _amount(type_, raw, at, receipt, example)
    if isinstance(type_, Flag):
        return _flag(raw, at, receipt)
    if isinstance(type_, Word):
        return _word(type_.words, raw, at, receipt)
    if isinstance(type_, Words):
        return _words(type_, raw, at, receipt)
    if isinstance(type_, Refs):
        return _refs(raw, at, receipt)
    assert isinstance(type_, Text), type_
    return known_word(raw.said, type_.absences) or raw.said


def stray(at: str, name: str, raw: Raw, receipt: Receipt) -> None:
    """Note a key without a value that the form does not know: mostly the rest of a torn text."""
    want = "no key of its own: put a text that holds a comma in quotes"
    receipt.note(f"{at}.{name[:60]}", Raw(name, raw.line), want)


def weakest_basis(raw: Raw) -> Basis | None:
    """Return `assumed` when one of the entries of a list, or of an average and a peak, is marked so."""
    if not isinstance(raw.value, list | dict):
        return None
    entries = raw.value.values() if isinstance(raw.value, dict) else raw.value
    marked = (
        e.value["basis"].said for e in entries if isinstance(e.value, dict) and "basis" in e.value
    )
    return "assumed" if "assumed" in marked else None


def is_planned(raw: Raw) -> bool:
    """Whether a flag says `planned`, which counts as true and is marked."""
    return raw.value == "planned"


def make_fact(path: str, value: Value, basis: Basis, note: str, planned: bool) -> Fact:
    """Build a fact; the word `planned` as its note is the reader's mark, whatever else was noted."""
    return Fact(path, value, basis, "planned" if planned else "" if note in MARKS else note)


def known_word(text: str, words: tuple[str, ...]) -> str:
    """Return the word of the list that `text` writes, up to case, hyphens and spaces."""
    plain = _plain(text)
    return plain if plain in words else ""


def _plain(text: str) -> str:
    return text.strip().lower().replace("-", "_").replace(" ", "_")


def suggestion(text: str, words: tuple[str, ...]) -> str:
    """Say which word was due: the nearest one where one is near, else the list."""
    near = get_close_matches(known_word(text, (text,)) or text.lower(), words, n=1, cutoff=0.6)
    listed = ", ".join(words[:12]) + (" …" if len(words) > 12 else "")
    return f"{near[0]}? (one of {listed})" if near else f"one of {listed}"


def _amount(type_: Amount, raw: Raw, at: str, receipt: Receipt, example: str) -> Value | None:
    if isinstance(raw.value, str) and raw.value.strip().lower() in ABSENCES:
        word = raw.value.strip().lower()
        if word in type_.absences:
            return word
        receipt.note(at, raw, _ambiguous(word, at) or f"a {type_.kind}")
        return None
    if type_.kind == "rate":
        average, raw = _average_and_peak(raw)
        if _is_above(average, raw, type_):
            receipt.note(at, Raw(f"average {average.said}, peak {raw.said}", raw.line), WHICH_PEAK)
            return None
    if isinstance(raw.value, bool | dict | list):
        receipt.note(at, raw, f"one {type_.kind}, as text: {_shown(type_, example)}")
        return None
    try:
        assert isinstance(raw.value, str | int | float)
        if type_.grows and isinstance(raw.value, str) and raw.value.rstrip().endswith("%"):
            return _grown_by(parse_quantity(raw.value.lstrip("+ "), "share"))
        found = parse_quantity(raw.value, type_.kind, type_.per)
    except QuantityError as error:
        want = _shown(type_, example) if error.want == EXAMPLES.get(type_.kind) else error.want
        receipt.note(at, raw, f"{want} ({error.reason})")
        return None
    if type_.kind == "share" and found.high > 1:  # a share of the form is a part of a whole
        receipt.note(at, raw, f"{_shown(type_, example)} ({raw.said} is more than the whole)")
        return None
    return found


def _average_and_peak(raw: Raw) -> tuple[Raw, Raw]:
    """Return average and peak of a rate that is written with both, else it twice: a part must carry the peak."""
    parts = raw.value
    if isinstance(parts, dict) and parts and parts.keys() <= {"average", "peak"}:
        peak = _unwrapped(parts.get("peak") or parts["average"])
        return _unwrapped(parts["average"]) if "average" in parts else peak, peak
    return raw, raw


def _unwrapped(raw: Raw) -> Raw:
    """Return the value of one that is written long; its basis is that of the whole rate."""
    return take_long(raw, "", Receipt()).raw


def _is_above(average: Raw, peak: Raw, type_: Amount) -> bool:
    """Whether an average lies wholly above the peak beside it, where both can be read."""
    if average is peak:
        return False
    try:
        mean, most = (parse_quantity(x.value, type_.kind, type_.per) for x in (average, peak))  # type: ignore[arg-type]
    except (QuantityError, TypeError, AttributeError):
        return False
    return most.high < mean.low


def _grown_by(share: Quantity) -> Quantity:
    """Return the factor of a growth by a share."""
    return Quantity(1 + share.low, 1 + share.high, "factor")


def _ambiguous(word: str, at: str) -> str:
    """Say how `none` can be read in two ways where it can."""
    if word == "none" and at.endswith((".rpo", ".rto")):
        return "`0 s` if nothing may be lost, or leave it out if nothing is promised"
    return ""


def _shown(type_: Amount, example: str) -> str:
    """Return the form's own example where it is one, else one of the kind."""
    try:
        parse_quantity(example, type_.kind, type_.per)
    except QuantityError:
        return EXAMPLES[type_.kind]
    return example


def _flag(raw: Raw, at: str, receipt: Receipt) -> bool | None:
    if isinstance(raw.value, bool):
        return raw.value
    if is_planned(raw):
        return True
    text = raw.said.lower()
    near = {"yes": "true", "on": "true", "no": "false", "off": "false", "none": "false"}.get(text)
    receipt.note(at, raw, f"{near}?" if near else "true, false, planned or unknown")
    return None


def _word(words: tuple[str, ...], raw: Raw, at: str, receipt: Receipt) -> str | None:
    found = known_word(raw.said, words) if not isinstance(raw.value, dict | list) else ""
    if not found:
        receipt.note(at, raw, suggestion(raw.said, words))
        return None
    return found


def _words(type_: Words, raw: Raw, at: str, receipt: Receipt) -> tuple[str, ...] | None:
    if raw.value == "none":
        return ()
    entries = raw.value if isinstance(raw.value, list) else _split(raw, type_.words)
    found: list[str] = []
    for index, entry in enumerate(entries):
        part = take_long(entry, f"{at}[{index}]", receipt).raw
        if part.value is None or part.value == "unknown":
            continue
        if isinstance(part.value, dict | list):
            receipt.note(f"{at}[{index}]", part, "a word")
            continue
        word = known_word(part.said, type_.words or (_plain(part.said),))
        word = word or known_word(SYNONYMS.get(_plain(part.said), ""), type_.words)
        word = word if type_.words or type_.plain else part.said.strip()
        if not word:
            receipt.note(f"{at}[{index}]", part, suggestion(part.said, type_.words))
            continue
        found.append(word)
    return tuple(found) if found or not entries else None


def _split(raw: Raw, words: tuple[str, ...]) -> list[Raw]:
    """A closed list may be written as `personal, card`; free words stay whole."""
    if words and isinstance(raw.value, str) and "," in raw.value:
        return [Raw(part.strip(), raw.line) for part in raw.value.split(",")]
    return [raw]


def _refs(raw: Raw, at: str, receipt: Receipt) -> str | tuple[str, ...] | None:
    if not isinstance(raw.value, list):
        if isinstance(raw.value, dict):
            receipt.note(at, raw, "an id")
            return None
        receipt.line_of[at] = raw.line
        return raw.said
    receipt.line_of[at] = raw.line
    found: list[str] = []
    for index, entry in enumerate(raw.value):
        if isinstance(entry.value, dict | list):
            receipt.note(f"{at}[{index}]", entry, "an id")
        elif entry.value is not None:
            found.append(entry.said)
    return tuple(found) or None
