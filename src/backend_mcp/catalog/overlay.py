"""A house's overlay.yaml as it stands there: its lines, until when each of them holds, its digest."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from backend_mcp.catalog.files import KINDS, Entry, list_files, take_file
from backend_mcp.catalog.folders import OVERLAY
from backend_mcp.catalog.validate import typed
from backend_mcp.errors import Problem
from backend_mcp.model.day import read_day
from backend_mcp.model.overlay import Added, Line, OwnNumber, OwnSeverity, SwitchedOff

LINES: Final[dict[str, type]] = {
    "added": Added,
    "thresholds": OwnNumber,
    "severities": OwnSeverity,
    "off": SwitchedOff,
}
"""The parts of an overlay, and what each of their lines is."""
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}\Z")


@dataclass(frozen=True, slots=True)
class Overlaid:
    """The lines of an overlay that have the right form, each with its part and its place there."""

    entry: Entry
    name: str
    lines: tuple[tuple[str, int, Line], ...]

    def of(self, cls: type) -> Iterator[tuple[int, Any]]:
        """Yield the lines of one kind, each with its place."""
        return ((n, line) for _, n, line in self.lines if isinstance(line, cls))

    def at(self, reason: str, *keys: str | int) -> Problem:
        """Return a fault at a place of the file."""
        return Problem(self.entry.path, self.entry.line(*keys), ".".join(map(str, keys)), reason)

    def signed(self, line: Line) -> str:
        """Return who says a line, for whoever meets it in an answer."""
        return f"{self.name} ({line.owner})"


def read_overlay(house: Path) -> tuple[Overlaid | None, list[Problem]]:
    """Read the overlay of a house's folder; lines with a fault are left out, and told."""
    entry, problems = _file(house)
    if entry is None:
        return None, problems
    values = entry.values
    if not isinstance(values, dict):
        wanted = f"a mapping is due: name, {', '.join(LINES)}"
        return None, [*problems, Problem(entry.path, entry.line(), "", wanted)]
    lines: list[tuple[str, int, Line]] = []
    for part, n, values_of_line in _lines(values):
        line, faults = typed(LINES[part], values_of_line, entry, part, n)
        problems += faults
        lines += [(part, n, line)] if line is not None else []
    laid = Overlaid(entry, str(values.get("name")), tuple(lines))
    found = [*problems, *_misshapen(laid), *_unsigned(laid)]
    return laid, sorted(found, key=lambda p: p.line)


def _file(house: Path) -> tuple[Entry | None, list[Problem]]:
    shown = str(Path(house.name, OVERLAY))
    if not (house / OVERLAY).is_file():
        return None, [Problem(shown, 0, "", "no file that can be read")]
    return take_file(house / OVERLAY, "overlay", shown)


def _lines(values: dict[str, Any]) -> Iterator[tuple[str, int, Any]]:
    for part in LINES:
        given = values.get(part)
        yield from (
            (part, n, line) for n, line in enumerate(given if isinstance(given, list) else [])
        )


def _misshapen(laid: Overlaid) -> Iterator[Problem]:
    """Yield what is wrong with the keys at the top."""
    values = laid.entry.values
    if not isinstance(values.get("name"), str) or _NAME.match(laid.name) is None:
        yield laid.at("a short id is due, such as acme", "name")
    for key, value in values.items():
        if key not in ("name", *LINES):
            yield laid.at(f"there is no such key; name, {', '.join(LINES)} are", key)
        elif key in LINES and value is not None and not isinstance(value, list):
            yield laid.at("a list of lines is due", key)


def _unsigned(laid: Overlaid) -> Iterator[Problem]:
    for part, n, line in laid.lines:
        for key in ("reason", "owner"):
            if not getattr(line, key).strip():
                yield laid.at("somebody must be able to ask: say it", part, n, key)


def overdue(house: Path, day: date) -> list[Problem]:
    """Return each line of an overlay that no longer holds on a day, or whose day can't be read.

    No form is checked for it: a review from the cache asks, too.
    """
    entry, _ = _file(house)
    if entry is None or not isinstance(entry.values, dict):
        return []
    laid = Overlaid(entry, "", ())
    found = ((p, n, x["expires"]) for p, n, x in _lines(entry.values)
             if isinstance(x, dict) and isinstance(x.get("expires"), str))  # fmt: skip
    return [p for part, n, expires in found for p in _late(laid, expires, day, part, n)]


def _late(laid: Overlaid, expires: str, day: date, part: str, n: int) -> Iterator[Problem]:
    until = read_day(expires)
    if until is None:
        yield laid.at(f"{expires!r} is no day; one is due, such as 2027-06-30", part, n, "expires")
    elif until < day:
        reason = f"expired on {expires}: decide again and set a new day, or take the line out"
        yield laid.at(reason, part, n, "expires")


def switched_off(laid: Overlaid) -> dict[str, str]:
    """Return each rule that is not judged, with the sentence that says so."""
    return {
        line.id: f"{line.id}: switched off by {laid.signed(line)} until {line.expires}: {line.reason}"
        for _, line in laid.of(SwitchedOff)
    }


def digest(house: Path) -> str:
    """Return a short digest of everything by which a house's folder judges."""
    made = hashlib.sha256()
    for path in (house / OVERLAY, *list_files(house, KINDS)):
        made.update(f"{path.relative_to(house).as_posix()}\n".encode("utf-8", "surrogateescape"))
        made.update(path.read_bytes())
    return made.hexdigest()[:8]
