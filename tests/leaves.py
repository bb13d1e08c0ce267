"""Every scalar of a document, and whether a reading of it kept the scalar in sight."""

import re
from collections.abc import Iterator

from backend_mcp.model.design import Design
from backend_mcp.model.fact import Fact
from backend_mcp.model.form_design import LISTS, SETTING_ALIASES
from backend_mcp.model.vocabulary import Vocabulary
from backend_mcp.reading.names import practice_id
from backend_mcp.tree import Raw

LONG = ("value", "unit", "basis", "note", "notes")
PEOPLE = ("note", "notes", "comment")
TOP = ("format", "name", "purpose")

Path = tuple[str | int, ...]


def leaves(raw: Raw, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every scalar with its path; a key without a value counts as a scalar of its own."""
    if isinstance(raw.value, dict):
        for key, value in raw.value.items():
            yield from leaves(value, (*path, key))
    elif isinstance(raw.value, list):
        for index, value in enumerate(raw.value):
            yield from leaves(value, (*path, index))
    else:
        yield path, raw.said


def lost(raw: Raw, design: Design, vocabulary: Vocabulary) -> list[str]:
    """Return the scalars that neither a fact, nor words for people, nor the receipt represent."""
    sight = _Sight(raw, design, vocabulary)
    return [f"{_said(path)}: {text}" for path, text in leaves(raw) if not sight.keeps(path, text)]


def _said(path: Path) -> str:
    joined = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
    return joined.removeprefix(".")


class _Sight:
    def __init__(self, raw: Raw, design: Design, vocabulary: Vocabulary) -> None:
        self.raw = raw
        self.design = design
        self.vocabulary = vocabulary
        self.receipt = [u.at for u in design.unread]
        self.facts: dict[str, Fact] = {f.path: f for f in design.facts.values()}
        for items in design.lists.values():
            for item in items:
                self.facts |= {f"{item.place}.{key}": fact for key, fact in item.facts.items()}
                self.facts |= {fact.path: fact for fact in item.facts.values()}
        for index, item in enumerate(design.lists["stores"]):  # a store is named by what it holds
            self.facts |= {f"stores[{index}].{key}": fact for key, fact in item.facts.items()}
        self.names = {self._plain(place): fact for place, fact in self.facts.items()}

    def keeps(self, path: Path, text: str) -> bool:
        place = self._place(path)
        if self._removed(path):
            return True
        told = any(place == at or place.startswith((f"{at}.", f"{at}[")) for at in self.receipt)
        return told or path[0] in TOP or self._meant(path, text) or self._fact(path, place, text)

    def _removed(self, path: Path) -> bool:
        assert isinstance(self.raw.value, dict)
        entries = self.raw.value[str(path[0])].value
        entry = entries[path[1]].value if isinstance(entries, list) and len(path) > 2 else None  # type: ignore[index]
        return isinstance(entry, dict) and "status" in entry and entry["status"].said == "removed"

    def _meant(self, path: Path, text: str) -> bool:
        if path[0] == "absent":
            word = text.lower().replace(" ", "_").replace("-", "_")
            return word in self.design.absent
        if path[0] == "complete":
            return text in self.design.complete
        if path[0] == "answers":
            return str(path[1]) in self.design.answers
        return path[-1] in ("id", "basis", *PEOPLE)

    def _place(self, path: Path) -> str:
        """Return the path as the receipt writes it: entries by their ids."""
        if path[0] not in LISTS or len(path) < 2:
            return _said(path)
        assert isinstance(self.raw.value, dict)
        entries = self.raw.value[str(path[0])].value
        assert isinstance(entries, list)
        entry = entries[int(path[1])].value
        named = entry.get("id") if isinstance(entry, dict) else None
        head = f"{path[0]}.{named.said}" if named is not None else f"{path[0]}[{path[1]}]"
        return head + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path[2:])

    def _fact(self, path: Path, place: str, text: str) -> bool:
        short = path[:-1] if path[-1] in LONG else path
        place = place.removesuffix(f".{path[-1]}") if short is not path else place
        fact = self.names.get(self._plain(re.sub(r"\[\d+\]\Z", "", place)))
        if fact is None and text == "unknown":  # of a whole record; of a mapping it is as unsaid
            inner = any(name.startswith(f"{place}.") for name in self.names)
            return inner or path[-1] in ("skills", "settings", "practices")
        if fact is None:
            return False
        if isinstance(path[-1], int) and isinstance(fact.value, str):
            return text in fact.value
        return True

    def _plain(self, place: str) -> str:
        """Return a place with the ids of the knowledge instead of what people write."""
        head, _, rest = place.partition(".")
        if head == "practices":
            name, _, detail = rest.partition(".")
            return f"practices.{practice_id(name, self.vocabulary) or name}.{detail}".rstrip(".")
        lead, _, tail = place.rpartition(".settings.")
        if lead:
            return f"{lead}.settings.{SETTING_ALIASES.get(tail, tail)}"
        return place
