"""From a tree to a design: forgiving, with a receipt for everything that was not read."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from backend_mcp.errors import DesignError, Problem
from backend_mcp.model.design import Answer, Design, Item
from backend_mcp.model.fact import UNKNOWN, Basis, Fact, Value
from backend_mcp.model.form import SECTIONS, Flag, Key, Names, Record, Text, Type, Words
from backend_mcp.model.form_design import COMPLETE, LISTS, SETTING_ALIASES, TOP
from backend_mcp.model.vocabulary import Vocabulary
from backend_mcp.reading.names import (
    read_absent,
    read_practices,
    resolve_skills,
    resolve_technologies,
)
from backend_mcp.reading.places import resolve_places
from backend_mcp.tree import Raw
from backend_mcp.reading.values import (
    Receipt,
    is_planned,
    known_word,
    make_fact,
    suggestion,
    take_basis,
    take_long,
    take_value,
)

MAX_PARTS: Final = 500
_WORDS_FOR_PEOPLE: Final = ("note", "notes", "comment")


def read_design(raw: Raw, name: str, vocabulary: Vocabulary) -> Design:
    """Read a document. `name` is the file's, and stands in for a name that is missing.

    Raises:
        DesignError: no mapping, no component, or too many parts; all else is in `unread`.
    """
    receipt = Receipt()
    top = _top(raw, name, receipt)
    facts: dict[str, Fact] = {}
    lists: dict[str, tuple[Item, ...]] = {}
    for section, record in SECTIONS.items():
        if section in top:
            facts |= _Reading(receipt).section(section, record, top[section])
    for list_name, record in LISTS.items():
        lists[list_name] = tuple(_items(list_name, record, top.get(list_name), receipt))
    _check_size(lists, name)
    lists["targets"] = tuple(_targets(top.get("needs"), receipt))
    facts = resolve_skills(facts, vocabulary)
    components = resolve_technologies(lists["components"], vocabulary)
    lists["components"] = tuple(c for c in components.items if c.word("status") != "removed")
    facts |= read_practices(top.get("practices"), vocabulary, receipt)
    absent = read_absent(top.get("absent"), vocabulary, lists["components"], receipt)
    facts = {**{f.path: f for f in absent.practices}, **facts}
    gone = frozenset(c.id for c in components.items if c.word("status") == "removed")
    resolve_places(lists, gone, receipt)
    return Design(
        name=_text(top.get("name")) or PurePath(name).name.split(".")[0] or "design",
        purpose=_text(top.get("purpose")),
        facts=facts,
        lists=lists,
        absent=absent.words,
        complete=_complete(top.get("complete"), receipt),
        answers=_answers(top.get("answers"), receipt),
        unread=tuple(receipt.lines),
        unjudged=(*components.unknown, *absent.unknown),
    )


def _text(raw: Raw | None) -> str:
    return raw.said[:200] if raw is not None and not isinstance(raw.value, dict | list) else ""


def _top(raw: Raw, name: str, receipt: Receipt) -> dict[str, Raw]:
    if not isinstance(raw.value, dict):
        want = "a mapping with `name` and `components`"
        raise DesignError([Problem(name, raw.line or 1, "", f"not a design: {want} is due")])
    wrapped = raw.value.get("design")
    if wrapped is not None and isinstance(wrapped.value, dict) and "components" not in raw.value:
        receipt.note("design", Raw("design: {…}", wrapped.line), "the keys of it at the top level")
        raw = wrapped
    assert isinstance(raw.value, dict)
    _note_twice(raw, "", receipt)
    for key, value in raw.value.items():
        if key not in TOP and key not in _WORDS_FOR_PEOPLE:
            receipt.note(key, value, suggestion(key, tuple(TOP)))
    version = raw.value.get("format")
    if version is not None and version.said != "1":
        receipt.note("format", version, "1")
    return raw.value


def _check_size(lists: dict[str, tuple[Item, ...]], name: str) -> None:
    if not lists["components"]:
        want = "components: [{id: app, kind: service}]"
        raise DesignError(
            [Problem(name, 1, "components", f"nothing to review; name a part: {want}")]
        )
    for list_name, items in lists.items():
        if len(items) > MAX_PARTS:
            reason = f"{len(items)} entries; {MAX_PARTS} at most: review one subsystem at a time"
            raise DesignError([Problem(name, 1, list_name, reason)])


def _note_twice(raw: Raw, at: str, receipt: Receipt) -> None:
    for key, line in raw.twice:
        place = f"{at}.{key}" if at else key
        receipt.note(place, Raw(f"{key} (again)", line), "each key once; the first was read")


class _Reading:
    """Reads records into facts: `prefix` leads the fact's own key, `place` the path in answers."""

    def __init__(self, receipt: Receipt, basis: Basis | None = None) -> None:
        self.receipt = receipt
        self.basis = basis
        self.facts: dict[str, Fact] = {}

    def section(self, name: str, record: Record, raw: Raw) -> dict[str, Fact]:
        """Read a section of the situation; its facts are keyed by their whole path."""
        if isinstance(raw.value, dict):
            self.basis = take_basis(raw.value.get("basis"), f"{name}.basis", self.receipt)
        self.record(record, raw, name, "")
        return {f"{name}.{key}": fact for key, fact in self.facts.items()}

    def record(self, record: Record, raw: Raw, place: str, prefix: str) -> None:
        """Read a mapping; a bare value stands for the record's short key, `unknown` for them all."""
        if isinstance(raw.value, dict) and "value" in raw.value:
            raw = take_long(raw, place, self.receipt).raw
        if raw.value == "unknown":
            self._all_unknown(record, place, prefix)
        elif isinstance(raw.value, dict):
            self._mapping(record, raw, raw.value, place, prefix)
        elif raw.value is not None:
            self._short(record, raw, place, prefix)

    def _mapping(
        self, record: Record, raw: Raw, parts: dict[str, Raw], place: str, prefix: str
    ) -> None:
        _note_twice(raw, place, self.receipt)
        names = tuple(k.name for k in record.keys)
        for name, value in parts.items():
            key = next((k for k in record.keys if k.name == name), None)
            if key is not None:
                self._key(key, value, f"{place}.{name}", prefix + name)
            elif name not in ("id", "basis", *_WORDS_FOR_PEOPLE):
                self._unknown_key(name, value, place, names)
        if record.short == "." and "by" in parts:
            by = self.facts.get(f"{prefix}by")
            value_: Value = UNKNOWN if by is None or by.value is UNKNOWN else True
            own = prefix.rstrip(".")
            self.facts[own] = Fact(place, value_, "proposed")

    def _unknown_key(self, name: str, value: Raw, place: str, names: tuple[str, ...]) -> None:
        if value.value is None:
            want = "no key of its own: put a text that holds a comma in quotes"
            self.receipt.note(f"{place}.{name[:60]}", Raw(name, value.line), want)
        else:
            self.receipt.note(f"{place}.{name[:60]}", value, suggestion(name, names))

    def _key(self, key: Key, raw: Raw, place: str, name: str) -> None:
        if isinstance(key.type, Record):
            if name != "targets":  # a list of its own
                self.record(key.type, raw, place, f"{name}.")
        elif isinstance(key.type, Names):
            self._names(key.type, raw, place, name, key.aspect)
        else:
            self._value(key.type, raw, place, name, key.aspect)

    def _value(self, type_: Type, raw: Raw, place: str, name: str, aspect: str) -> None:
        long = take_long(raw, place, self.receipt)
        value = take_value(type_, long.raw, place, self.receipt)
        if value is None:
            return
        default: Basis = "proposed" if aspect == "design" else (self.basis or "stated")
        basis = default if aspect == "design" else (long.basis or default)
        planned = isinstance(type_, Flag) and is_planned(long.raw)
        self.facts[name] = make_fact(place, value, basis, long.note, planned)

    def _names(self, type_: Names, raw: Raw, place: str, name: str, aspect: str) -> None:
        if not isinstance(raw.value, dict):
            if raw.value not in (None, "unknown", "none"):
                self.receipt.note(place, raw, "a mapping of names to values")
            return
        for inner, value in raw.value.items():
            known_name = SETTING_ALIASES.get(inner, inner)
            known = next((k for k in type_.known if k.name == known_name), None)
            chosen = known.type if known else type_.values or Text()
            given = known.aspect if known else aspect
            self._value(chosen, value, f"{place}.{inner}", f"{name}.{known_name}", given)

    def _short(self, record: Record, raw: Raw, place: str, prefix: str) -> None:
        if record.short == ".":
            self._value(Flag(), raw, place, prefix.rstrip("."), "design")
            return
        key = next((k for k in record.keys if k.name == record.short), None)
        if key is None:
            names = ", ".join(k.name for k in record.keys)
            self.receipt.note(place, raw, f"a mapping with {names}")
            return
        if raw.value == "none" and key.name == "max":
            raw = Raw(0, raw.line)
        self._key(key, raw, f"{place}.{key.name}", prefix + key.name)

    def _all_unknown(self, record: Record, place: str, prefix: str) -> None:
        for key in record.keys:
            if isinstance(key.type, Record):
                self._all_unknown(key.type, f"{place}.{key.name}", f"{prefix}{key.name}.")
            else:
                path = f"{place}.{key.name}"
                self.facts[prefix + key.name] = Fact(path, UNKNOWN, self.basis or "stated")
        if record.short == ".":
            self.facts[prefix.rstrip(".")] = Fact(place, UNKNOWN, "proposed")


def _entries(raw: Raw | None, place: str, receipt: Receipt) -> list[tuple[str, Raw]]:
    """Return the entries of a list with their ids; one entry may stand alone, ids may be keys."""
    if raw is None or raw.value is None or raw.value == "unknown":
        return []
    if isinstance(raw.value, list):
        return [(_id_of(entry), entry) for entry in raw.value]
    if isinstance(raw.value, dict):
        _note_twice(raw, place, receipt)
        alone = any(not isinstance(v.value, dict) for v in raw.value.values())
        if alone:
            return [(_id_of(raw), raw)]
        return [(name, entry) for name, entry in raw.value.items()]
    return [(_id_of(raw), raw)]


def _id_of(entry: Raw) -> str:
    if isinstance(entry.value, dict):
        return _text(entry.value.get("id")).strip()
    return _text(entry).strip() if isinstance(entry.value, str) else ""


def _items(name: str, record: Record, raw: Raw | None, receipt: Receipt) -> Iterator[Item]:
    taken: set[str] = set()
    for index, (id_, entry) in enumerate(_entries(raw, name, receipt)):
        if not isinstance(entry.value, dict) and not id_:
            receipt.note(f"{name}[{index}]", entry, "a mapping")
            continue
        if id_ and id_ in taken:
            receipt.note(f"{name}[{index}]", Raw(id_, entry.line), f"an id of its own; {id_} stands twice")
        known = bool(id_) and id_ not in taken
        taken.add(id_)
        place = f"{name}.{id_}" if known else f"{name}[{index}]"
        parts = entry.value if isinstance(entry.value, dict) else {}
        reading = _Reading(receipt, take_basis(parts.get("basis"), f"{place}.basis", receipt))
        if parts:
            reading.record(record, entry, place, "")
        facts = reading.facts
        if name == "stores" and not known:
            place = _store_place(facts, place)
        yield Item(name, id_ if known else place, place, facts)


def _store_place(facts: dict[str, Fact], fallback: str) -> str:
    inside, what = facts.get("in"), facts.get("what")
    if inside is None or what is None or not isinstance(inside.value, str):
        return fallback
    return f"stores.{inside.value}.{what.said}"


def _targets(needs: Raw | None, receipt: Receipt) -> Iterator[Item]:
    if needs is None or not isinstance(needs.value, dict) or "targets" not in needs.value:
        return
    target = next(k.type for k in SECTIONS["needs"].keys if k.name == "targets")
    assert isinstance(target, Record)
    for index, (_, entry) in enumerate(
        _entries(needs.value["targets"], "needs.targets", receipt)
    ):
        place = f"needs.targets[{index}]"
        reading = _Reading(receipt)
        reading.record(target, entry, place, "")
        yield Item("targets", place, place, reading.facts)


def _complete(raw: Raw | None, receipt: Receipt) -> frozenset[str]:
    value = None if raw is None else take_value(Words(COMPLETE), raw, "complete", receipt)
    return frozenset(value) if isinstance(value, tuple) else frozenset()


def _answers(raw: Raw | None, receipt: Receipt) -> dict[str, Answer]:
    if raw is None or not isinstance(raw.value, dict):
        return {}
    found: dict[str, Answer] = {}
    for name, entry in raw.value.items():
        parts = entry.value if isinstance(entry.value, dict) else {"holds": entry}
        said = known_word(parts["holds"].said, ("true", "false", "unknown")) if "holds" in parts else ""
        if "@" not in name or not said:
            receipt.note(f"answers.{name}", entry, "probe@place: {holds: true|false|unknown, note: …}")
            continue
        holds = {"true": True, "false": False}.get(said)
        found[name] = Answer(holds, _text(parts.get("note")), _text(parts.get("by")) or "unsaid")
    return found
