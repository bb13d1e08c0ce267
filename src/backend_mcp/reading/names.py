"""Names of technologies and practices, as people write them, to the ids of the knowledge."""

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches

from backend_mcp.model.design import Item, Unread
from backend_mcp.model.fact import UNKNOWN, Fact, Value, settle
from backend_mcp.model.form import KINDS, Flag, Text
from backend_mcp.model.vocabulary import Vocabulary
from backend_mcp.reading.near import is_no_product, near
from backend_mcp.reading.values import (
    Receipt,
    is_planned,
    make_fact,
    stray,
    take_basis,
    take_long,
    take_value,
)
from backend_mcp.tree import Raw

_OR = re.compile(r"\bor\b|/(?=\s)|(?<=\s)/", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9+#.&-]+", re.IGNORECASE)
_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)(?:\.x)?")
_AND = re.compile(r",|;|&|\+ |\band\b", re.IGNORECASE)
_LONGEST = 5
_KIND_OF_A_PART = re.compile(r"components\..+\.kind")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Components with their technologies as ids, and the names that nothing is known of."""

    items: tuple[Item, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """What is known not to be there: plain words, and practices that are said to be false."""

    words: frozenset[str]
    practices: tuple[Fact, ...]


def resolve_technologies(items: tuple[Item, ...], vocabulary: Vocabulary) -> Resolved:
    """Replace technology names by ids; where the kind is not said, take the technology's."""
    found: list[Item] = []
    unknown: list[str] = []
    for item in items:
        said = item.facts.get("technology")
        if said is None or not isinstance(said.value, tuple):
            found.append(item)
            continue
        ids = [_technologies(text, vocabulary) for text in said.value]
        unknown += [
            f"{text} ({item.place}): {_nothing_known(text, vocabulary)}"
            for text, known in zip(said.value, ids, strict=True)
            if not known and not is_no_product(text)
        ]
        names = tuple(dict.fromkeys(i for known in ids for i in known))
        facts = dict(item.facts)
        facts["technology"] = said._replace(value=names, note=", ".join(said.value))
        version = _version(said.value[0], vocabulary) if len(said.value) == 1 else ""
        if version and "version" not in facts:
            facts["version"] = Fact(f"{item.place}.version", version, said.basis)
        kind = next((vocabulary.kinds[i] for i in names), "")
        told = facts.get("kind")
        if kind and (told is None or not told.known):
            facts["kind"] = Fact(f"{item.place}.kind", kind, "derived", formula=names[0])
        found.append(replace(item, facts=facts))
    return Resolved(tuple(found), tuple(unknown))


def kind_meant(line: Unread, vocabulary: Vocabulary) -> Unread:
    """Where a product was given as a kind, say of which kind it is, and where its name belongs."""
    if _KIND_OF_A_PART.fullmatch(line.at) is None:
        return line
    kind = next((vocabulary.kinds[i] for i in _named(line.got[:300], vocabulary)), "")
    return replace(line, want=f"{kind}, with technology: {line.got}") if kind else line


def _nothing_known(text: str, vocabulary: Vocabulary) -> str:
    meant = near(text, vocabulary)
    return f"nothing is known of it{f'; {meant}?' if meant else ''}"


def resolve_skills(facts: dict[str, Fact], vocabulary: Vocabulary) -> dict[str, Fact]:
    """Key each stated skill by the id of its technology, where that is known."""
    lead = "context.skills."
    found: dict[str, Fact] = {}
    for path, fact in sorted(facts.items()):
        if path.startswith(lead):
            named = _named(path[len(lead) :].replace("_", " "), vocabulary)
            path = lead + named[0] if named else path
            fact = settle(found.get(path), fact._replace(path=path))[0] or fact
        found[path] = fact
    return found


def _technologies(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the ids named in `text`; of alternatives ("A or B") only those of the simplest."""
    options = [_named(part, vocabulary) for part in _OR.split(text[:300])]
    known = [option for option in options if option]
    if len(known) < 2:
        return known[0] if known else ()
    return min(known, key=lambda ids: max(vocabulary.simplicity.get(i, 0) for i in ids))


def _alone(text: str, vocabulary: Vocabulary) -> str | None:
    """Return what a text names that stands alone, or with nothing but a version behind it."""
    words = _words(text)
    versioned = len(words) > 1 and _VERSION.fullmatch(words[-1]) is not None
    return vocabulary.exact.get(" ".join(words)) or (
        vocabulary.exact.get(" ".join(words[:-1])) if versioned else None
    )


def _words(text: str) -> list[str]:
    return [w.strip(".").lower() for w in _WORD.findall(text)]


def _named(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    words = _words(text)
    whole = vocabulary.technologies.get(" ".join(words))
    if whole is not None:
        return (whole,)
    parts = _AND.split(text)
    if len(parts) > 1 and any(_alone(part, vocabulary) for part in parts):
        return tuple(dict.fromkeys(i for part in parts for i in _named(part, vocabulary)))
    alone = _alone(text, vocabulary)
    if alone is not None:
        return (alone,)
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            id_ = vocabulary.technologies.get(" ".join(words[at : at + length]))
            if id_ is not None:
                found.append(id_)
                at += length - 1
                break
        at += 1
    return tuple(found)


def _version(text: str, vocabulary: Vocabulary) -> str:
    """Return the version that stands behind the only name of a text ("PostgreSQL 14"), or nothing."""
    *name, last = _words(text) or [""]
    found = _VERSION.fullmatch(last)
    plain = " ".join(name)
    known = plain in vocabulary.technologies or plain in vocabulary.exact
    return found[1] if found is not None and known else ""


def read_practices(raw: Raw | None, vocabulary: Vocabulary, receipt: Receipt) -> dict[str, Fact]:
    """Read the practices: flags with typed details; a mapping of details alone means true."""
    if raw is None or not isinstance(raw.value, dict):
        if raw is not None and raw.value not in (None, "unknown"):
            receipt.note(
                "practices", raw, "a mapping of practice ids to true, false, planned or unknown"
            )
        return {}
    facts: dict[str, Fact] = {}
    for name, entry in raw.value.items():
        id_ = practice_id(name, vocabulary)
        if id_ is None:
            near = get_close_matches(name, list(vocabulary.practices), n=1, cutoff=0.6)
            receipt.note(f"practices.{name}", entry, f"{near[0]}?" if near else "a known practice")
            continue
        facts |= _practice(f"practices.{id_}", id_, entry, vocabulary, receipt)
    return facts


def practice_id(name: str, vocabulary: Vocabulary) -> str | None:
    """Return the id of a practice by its id or one of its aliases."""
    if name in vocabulary.practices:
        return name
    plain = name.strip().lower()
    return vocabulary.practice_aliases.get(plain) or vocabulary.practice_aliases.get(
        plain.replace("_", " ")
    )


def _practice(
    path: str, id_: str, entry: Raw, vocabulary: Vocabulary, receipt: Receipt
) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    flag = entry
    if isinstance(entry.value, dict):
        flag = entry.value.get("value", Raw(True, entry.line))
        flag = take_long(flag, path, receipt).raw
        for name, detail in entry.value.items():
            if detail.value is None:
                stray(path, name, detail, receipt)
            elif name not in ("value", "basis", "note", "notes"):
                facts |= _detail(f"{path}.{name}", id_, name, detail, vocabulary, receipt)
        details = entry.value.keys() - {"value", "basis", "note", "notes"}
        known = vocabulary.practices[id_].keys()
        if "value" not in entry.value and details and not details & known:
            names = ", ".join(("value", *known))
            receipt.note(path, entry, f"true, false, or a mapping with {names}")
            return {path: Fact(path, UNKNOWN, "proposed")}  # no proof that it is there
    value = take_value(Flag(), flag, path, receipt)
    if value is not None:
        fact = make_fact(path, value, "proposed", _note(entry), is_planned(flag))
        guessed = _is_assumed(entry, path, receipt) and fact.note != "planned"
        facts[path] = fact._replace(note="assumed") if guessed else fact
    return facts


def _is_assumed(entry: Raw, path: str, receipt: Receipt) -> bool:
    """Whether who wrote the plan made a practice up; it is judged as the plan's own, and told as assumed."""
    said = entry.value.get("basis") if isinstance(entry.value, dict) else None
    return take_basis(said, f"{path}.basis", receipt) == "assumed"


def _note(entry: Raw) -> str:
    note = entry.value.get("note") if isinstance(entry.value, dict) else None
    return note.said if note is not None else ""


def _detail(
    path: str, id_: str, name: str, raw: Raw, vocabulary: Vocabulary, receipt: Receipt
) -> dict[str, Fact]:
    type_ = vocabulary.practices[id_].get(name, Text())
    value = take_value(type_, raw, path, receipt, "24 h")
    return {} if value is None else {path: Fact(path, value, "proposed")}


def read_absent(
    raw: Raw | None, vocabulary: Vocabulary, components: tuple[Item, ...], receipt: Receipt
) -> Absent:
    """Read the list of what is not there; a word that a component contradicts is not believed."""
    entries = [] if raw is None else raw.value if isinstance(raw.value, list) else [raw]
    present = _present(components)
    words: set[str] = set()
    practices: list[Fact] = []
    for entry in entries:
        if isinstance(entry.value, dict | list):
            receipt.note("absent", entry, "a word, or a list of words")
            continue
        if entry.value is None or entry.value == "unknown":
            continue
        said = entry.said.strip()
        names = _absent_names(said, vocabulary)
        if contradicted := sorted(names & present.keys()):
            receipt.note("absent", entry, f"not here: {present[contradicted[0]]} is one")
            continue
        words |= names
        practice = said.lower().replace("-", "_").replace(" ", "_")
        if (
            practice in vocabulary.practices
        ):  # another name is one way of doing it, and only that is absent
            value: Value = False
            practices.append(Fact(f"practices.{practice}", value, "proposed", "listed as absent"))
    return Absent(frozenset(words), tuple(practices))


def _absent_names(said: str, vocabulary: Vocabulary) -> set[str]:
    plain = said.lower().replace("-", "_").replace(" ", "_")
    named = {plain, *_named(said, vocabulary)[:1]} if len(said) < 60 else {plain}
    return {n for n in named if n not in ("none", "")}


def _present(components: tuple[Item, ...]) -> dict[str, str]:
    present: dict[str, str] = {}
    for item in components:
        if item.word("kind") in KINDS:
            present.setdefault(item.word("kind"), item.place)
        for technology in item.words("technology"):
            present.setdefault(technology, item.place)
    return present
