"""Both folders read as one: the knowledge, with what a house's overlay adds and sets otherwise.

What an overlay sets is set in the entries, before anything is bound to them: expressions, ladders
and sentences see nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from backend_mcp.catalog.files import FOLDERS, OTHER_IDS, Entry, names_in, read_folder
from backend_mcp.catalog.folders import OVERLAY, Folders, folders
from backend_mcp.catalog.locks import loosens
from backend_mcp.catalog.overlay import Overlaid, read_overlay
from backend_mcp.errors import Problem, QuantityError
from backend_mcp.model.entries import SEVERITIES
from backend_mcp.model.overlay import Added, OwnNumber, OwnSeverity, SwitchedOff
from backend_mcp.model.quantity import Quantity, parse

_ELSEWHERE: Final = "an overlay adds; override its severity or threshold instead"
_JUDGE: Final = {"rules", "thresholds"}

Values = Mapping[str, Any]
Known = Mapping[tuple[str, str], Values]
"""What the files of the knowledge say, by kind and id."""


def read_files(
    where: Folders | Path, kinds: Iterable[str] = FOLDERS
) -> tuple[list[Entry], dict[str, list[str]], list[Problem]]:
    """Read the files of some folders; return entries, practice ids without one, and what is wrong.

    Where an overlay lies over the knowledge it is held against it when rules and thresholds are read.
    """
    both, kinds = folders(where), tuple(kinds)
    entries, others, problems = read_folder(both.base, kinds)
    if both.house is None:
        return entries, others, problems
    own, _, faults = read_folder(both.house, kinds, (OVERLAY,))
    laid, wrong = read_overlay(both.house)
    if laid is None:
        return [*entries, *own], others, [*problems, *faults, *wrong]
    if set(kinds) >= _JUDGE:
        known = {(e.kind, str(e.values.get("id"))): e.values for e in entries
                 if isinstance(e.values, dict)}  # fmt: skip
        wrong = [*wrong, *_Held(laid, known, both).faults(), *_covering_locked(own, known)]
    sound = _without(laid, wrong)
    entries = [*(laid_over(e, sound) for e in entries), *own]
    return entries, others, [*problems, *faults, *wrong]


def _without(laid: Overlaid, wrong: Iterable[Problem]) -> Overlaid:
    """Leave out the lines that are told already, so that no fault of theirs is told elsewhere, too."""
    told = {tuple(p.field.split(".")[:2]) for p in wrong if p.path == laid.entry.path}
    return replace(laid, lines=tuple(x for x in laid.lines if (x[0], str(x[1])) not in told))


def laid_over(entry: Entry, laid: Overlaid) -> Entry:
    """Return an entry as the overlay sets it: the house stands as the source of what it says."""
    if not isinstance(entry.values, dict):
        return entry
    id_, values = entry.values.get("id"), dict(entry.values)
    sources = values.get("sources")
    for _, line in laid.of(OwnNumber):
        if entry.kind == "thresholds" and line.id == id_:
            own = {"title": laid.signed(line), "note": line.reason}
            values |= {"value": line.value, "nature": "heuristic", "conditions": line.reason,
                       "confidence": "D", "expires": line.expires, "read": "", "sources": [own]}  # fmt: skip
    for _, line in laid.of(OwnSeverity):
        if entry.kind == "rules" and line.id == id_:
            note = f"{line.severity} instead of {values.get('severity')}: {line.reason}"
            own = {"title": laid.signed(line), "note": note}
            more = [*sources, own] if isinstance(sources, list) else [own]
            values |= {"severity": line.severity, "sources": more}
    return replace(entry, values=values)


class _Held:
    """An overlay held against the knowledge: what it names must be there, and be otherwise."""

    def __init__(self, laid: Overlaid, known: Known, both: Folders) -> None:
        assert both.house is not None
        self.laid = laid
        self.known = known
        self.house = both.house
        self.theirs = names_in(both.base)
        self.own = names_in(both.house)

    def faults(self) -> Iterator[Problem]:
        """Yield everything that is wrong."""
        yield from self._added()
        yield from self._files()
        yield from self._twice()
        for n, line in self.laid.of(OwnNumber):
            yield from self._number(n, line)
        for n, line in self.laid.of(OwnSeverity):
            yield from self._severity(n, line)
        for n, line in self.laid.of(SwitchedOff):
            yield from self._off(n, line)

    def _added(self) -> Iterator[Problem]:
        for n, line in self.laid.of(Added):
            kind, slash, id_ = line.entry.partition("/")
            if kind not in FOLDERS or not slash or "/" in id_:
                reason = f"kind/id is due, as in rules/acme-no-public-buckets; kinds are {', '.join(FOLDERS)}"
                yield self.laid.at(reason, "added", n, "entry")
            elif line.entry not in self.own:
                near = _nearest(line.entry, self.own)
                reason = f"no file of this folder holds {line.entry}{near}"
                yield self.laid.at(reason, "added", n, "entry")

    def _files(self) -> Iterator[Problem]:
        named = {line.entry for _, line in self.laid.of(Added)}
        for name, path in self.own.items():
            shown = str(Path(self.house.name, path.relative_to(self.house)))
            if path.name == OTHER_IDS:
                yield Problem(shown, 0, "", "in an overlay each practice has a file of its own")
            elif name in self.theirs:
                yield Problem(
                    shown, 1, "id", f"{name} stands in the knowledge already; {_ELSEWHERE}"
                )
            elif name not in named:
                reason = f"{OVERLAY} does not name it: `added` wants a line with `entry: {name}`"
                yield Problem(shown, 1, "", reason)

    def _twice(self) -> Iterator[Problem]:
        seen: set[tuple[str, str]] = set()
        off = {line.id for _, line in self.laid.of(SwitchedOff)}
        for part, n, line in self.laid.lines:
            key, id_ = ("entry", line.entry) if isinstance(line, Added) else ("id", line.id)
            if (part, id_) in seen:
                yield self.laid.at(f"{id_} stands here twice", part, n, key)
            elif part == "severities" and id_ in off:
                yield self.laid.at(
                    f"{id_} is switched off below: leave one of the two", part, n, key
                )
            seen.add((part, id_))

    def _there(self, kind: str, id_: str, part: str, n: int) -> tuple[Values, list[Problem]]:
        """Return an entry of the knowledge, or why there is none."""
        held = self.known.get((kind, id_))
        if held is not None:
            return held, []
        if f"{kind}/{id_}" in self.own:
            return {}, [
                self.laid.at(f"{id_} is this folder's own: change it in its file", part, n, "id")
            ]
        near = _nearest(id_, [i for k, i in self.known if k == kind])
        return {}, [self.laid.at(f"there is no {kind[:-1]} {id_!r}{near}", part, n, "id")]

    def _number(self, n: int, line: OwnNumber) -> Iterator[Problem]:
        held, missing = self._there("thresholds", line.id, "thresholds", n)
        yield from missing
        kind = held.get("kind")
        if missing:
            return
        if kind == "table":
            yield self.laid.at(
                f"{line.id} is a table, which can't be set otherwise", "thresholds", n, "id"
            )
            return
        try:
            value = parse(line.value, kind)
        except QuantityError as error:
            reason = f"{error} ({line.id} is {held.get('value')})"
            yield self.laid.at(reason, "thresholds", n, "value")
            return
        if _same(value, held.get("value"), kind):
            reason = f"{line.id} is {held.get('value')} already: take the line out"
            yield self.laid.at(reason, "thresholds", n, "value")
            return
        if opened := self._opened(line.id, held.get("value"), value):
            reason = f"{line.id} is read by what is locked ({', '.join(opened)}), and may only make that stricter"
            yield self.laid.at(f"{reason} than {held.get('value')} does", "thresholds", n, "value")

    def _opened(self, id_: str, said: Any, value: Quantity) -> list[str]:
        """Return the locked rules that would say less with another number."""
        locked = [
            (i, r) for (k, i), r in self.known.items() if k == "rules" and r.get("locked") is True
        ]
        try:
            old = parse(said, value.kind)
        except QuantityError:
            return []
        return [i for i, rule in locked if loosens(rule, id_, old, value)]

    def _severity(self, n: int, line: OwnSeverity) -> Iterator[Problem]:
        held, missing = self._there("rules", line.id, "severities", n)
        yield from missing
        said = held.get("severity")
        if said == line.severity:
            reason = f"{line.id} is {said} already: take the line out"
            yield self.laid.at(reason, "severities", n, "severity")
        elif held.get("locked") is True and said in SEVERITIES and _lighter(line.severity, said):
            reason = f"{line.id} is locked: it can't be made lighter than {said}"
            yield self.laid.at(reason, "severities", n, "severity")

    def _off(self, n: int, line: SwitchedOff) -> Iterator[Problem]:
        held, missing = self._there("rules", line.id, "off", n)
        yield from missing
        if held.get("locked") is True:
            yield self.laid.at(f"{line.id} is locked: it can't be switched off", "off", n, "id")


def _covering_locked(own: list[Entry], known: Known) -> Iterator[Problem]:
    """Yield where a house's own rule would say nothing more of a place than a locked one must say."""
    for entry in own:
        covers = entry.values.get("covers") if isinstance(entry.values, dict) else None
        for n, id_ in enumerate(covers if isinstance(covers, list) else []):
            if known.get(("rules", str(id_)), {}).get("locked") is True:
                reason = f"{id_} is locked: no rule of a house may speak in its stead"
                yield Problem(entry.path, entry.line("covers", n), f"covers.{n}", reason)


def _nearest(name: str, names: Iterable[str]) -> str:
    found = get_close_matches(name, list(names), 1, 0.6)
    return f"; nearest: {found[0]}" if found else ""


def _same(value: Quantity, said: Any, kind: Any) -> bool:
    try:
        return value == parse(said, kind)
    except QuantityError:
        return False


def _lighter(severity: str, than: Any) -> bool:
    return SEVERITIES.index(severity) > SEVERITIES.index(than)
