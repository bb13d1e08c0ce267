"""One record of the form at a time: a section, a component, a flow."""

from typing import Final

from backend_mcp.model.fact import UNKNOWN, Basis, Fact, Value
from backend_mcp.model.form import Flag, Key, Names, Record, Text, Type
from backend_mcp.model.form_design import SETTING_ALIASES
from backend_mcp.reading.values import (
    LONG,
    Receipt,
    is_planned,
    make_fact,
    stray,
    suggestion,
    take_basis,
    take_long,
    take_value,
    weakest_basis,
)
from backend_mcp.tree import Raw

WORDS_FOR_PEOPLE: Final = ("note", "notes", "comment")


def note_twice(raw: Raw, at: str, receipt: Receipt) -> None:
    """Note every key that stands twice; the first was read."""
    for key, line in raw.twice:
        place = f"{at}.{key}" if at else key
        receipt.note(place, Raw(f"{key} (again)", line), "each key once; the first was read")


class Reading:
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
        if prefix and isinstance(raw.value, dict) and raw.value.keys() <= LONG:
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
        note_twice(raw, place, self.receipt)
        outer = self.basis
        if prefix and "basis" in parts:
            self.basis = take_basis(parts["basis"], f"{place}.basis", self.receipt) or outer
        for name, value in parts.items():
            key = record.index.get(name)
            if key is not None:
                self._key(key, value, f"{place}.{name}", prefix + name)
            elif name not in ("id", "basis", *WORDS_FOR_PEOPLE):
                self._unknown_key(name, value, place, tuple(record.index))
        self.basis = outer
        if record.short == "." and "by" in parts:
            by = self.facts.get(f"{prefix}by")
            value_: Value = UNKNOWN if by is None or by.value is UNKNOWN else True
            own = prefix.rstrip(".")
            self.facts[own] = Fact(place, value_, "proposed")

    def _unknown_key(self, name: str, value: Raw, place: str, names: tuple[str, ...]) -> None:
        if value.value is None:
            stray(place, name, value, self.receipt)
        else:
            self.receipt.note(f"{place}.{name[:60]}", value, suggestion(name, names))

    def _key(self, key: Key, raw: Raw, place: str, name: str) -> None:
        if isinstance(key.type, Record):
            if name != "targets":  # a list of its own
                self.record(key.type, raw, place, f"{name}.")
        elif isinstance(key.type, Names):
            self._names(key.type, raw, place, name, key.aspect)
        else:
            self._value(key.type, raw, place, name, (key.aspect, key.doc))

    def _value(self, type_: Type, raw: Raw, place: str, name: str, about: tuple[str, str]) -> None:
        aspect, example = about
        given, note = None, ""
        if isinstance(raw.value, dict):
            long = take_long(raw, place, self.receipt)
            raw, given, note = long.raw, long.basis, long.note
        value = take_value(type_, raw, place, self.receipt, example)
        if value is None and raw.value is not None:
            value = UNKNOWN  # it was said and could not be read: that is not silence
        if value is None:
            return
        given = given or weakest_basis(raw)
        default: Basis = "proposed" if aspect == "design" else (self.basis or "stated")
        basis = default if aspect == "design" else (given or default)
        planned = isinstance(type_, Flag) and is_planned(raw)
        self.facts[name] = make_fact(place, value, basis, note, planned)

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
            self._value(
                chosen,
                value,
                f"{place}.{inner}",
                f"{name}.{known_name}",
                (given, known.doc if known else ""),
            )

    def _short(self, record: Record, raw: Raw, place: str, prefix: str) -> None:
        if record.short == ".":
            self._value(Flag(), raw, place, prefix.rstrip("."), ("design", ""))
            return
        key = record.index.get(record.short)
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
