"""From the files of the knowledge folder to plain mappings, each with its path and lines."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backend_mcp.catalog.folders import OVERLAY, Folders, each_folder, folders
from backend_mcp.catalog.values import NotCommonError, common_values
from backend_mcp.errors import BackendMcpError, DesignError, Problem
from backend_mcp.model.entries import (
    Example,
    Gate,
    Keep,
    Ladder,
    Practice,
    Probe,
    Rule,
    Rung,
    Source,
    Technology,
    Threshold,
)
from backend_mcp.tree import Raw, from_text, plain

KINDS: Final[dict[str, type]] = {
    "rules": Rule,
    "ladders": Ladder,
    "probes": Probe,
    "practices": Practice,
    "technologies": Technology,
    "thresholds": Threshold,
}
"""The folders of the knowledge that judge, and the kind of entry that each holds."""
CONSULTED: Final = ("patterns", "checklists", "guides")
"""The folders that are only consulted: no review waits for them."""
FOLDERS: Final = (*KINDS, *CONSULTED)
"""Every folder of the knowledge."""
PARTS: Final = (Source, Example, Keep, Gate, Rung)
"""The kinds of value that entries are made of."""
_LIKELY: Final = (".yaml", ".yml", ".json")
OTHER_IDS: Final = "ids.yaml"
"""In `practices/`: the ids by area that have no entry of their own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: where it stands, what stands there, and the same as plain values."""

    kind: str
    path: str
    data: bytes
    values: Any

    def line(self, *keys: str | int) -> int:
        """Return the line of the deepest known part of a path into the file."""
        node = from_text(self.data, self.path)
        line = node.line or 1
        for key in keys:
            parts = node.value
            if isinstance(parts, dict) and key in parts:
                node = parts[str(key)]
            elif isinstance(parts, list) and isinstance(key, int) and key < len(parts):
                node = parts[key]
            else:
                break
            line = node.line or line
        return line


def list_files(where: Folders | Path, kinds: Iterable[str] = FOLDERS) -> list[Path]:
    """Return the files of some folders of the knowledge in a fixed order, a house's own last."""
    return [
        path
        for folder in each_folder(where)
        for path in sorted((Path(e.path) for e in _walked(folder, kinds)), key=lambda p: p.parts)
    ]


def stamps(where: Folders | Path, kinds: Iterable[str] = FOLDERS) -> list[tuple[str, int, int]]:
    """Return path, time and size of every file of some folders, in a fixed order."""
    found = [(e.path, e.stat()) for folder in each_folder(where) for e in _walked(folder, kinds)]
    house = folders(where).house
    if house is not None and (house / OVERLAY).is_file():
        found.append((str(house / OVERLAY), (house / OVERLAY).stat()))
    return sorted((path, stat.st_mtime_ns, stat.st_size) for path, stat in found)


def names_in(folder: Path) -> dict[str, Path]:
    """Return the files of one folder by the names of their entries: `kind/id`."""
    paths = ((path.relative_to(folder), path) for path in list_files(folder))
    return {f"{inner.parts[0]}/{inner.stem}": path for inner, path in paths}


def _walked(folder: Path, kinds: Iterable[str]) -> "Iterator[os.DirEntry[str]]":
    """Yield the files of the knowledge as they come; pipes, devices and dead links are none."""
    open_ = [str(folder / kind) for kind in kinds]
    while open_:
        try:
            entries = list(os.scandir(open_.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                open_.append(entry.path)
            elif entry.name.endswith(".yaml") and entry.is_file():
                yield entry


def read_folder(
    folder: Path, kinds: Iterable[str] = FOLDERS, besides: Iterable[str] = ()
) -> tuple[list[Entry], dict[str, list[str]], list[Problem]]:
    """Read the files of one folder; return entries, practice ids without one, and what is wrong.

    `besides` are files at its top that somebody else reads.
    """
    entries: list[Entry] = []
    others: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for path in list_files(folder, kinds):
        inner = path.relative_to(folder)
        entry, faults = take_file(path, inner.parts[0], str(Path(folder.name, inner)))
        problems += faults
        if entry is None:
            continue
        if path.name == OTHER_IDS:
            others, faults = _other_ids(entry)
            problems += faults
            continue
        entries.append(entry)
    return entries, others, [*problems, *_same_ids(entries), *_not_read(folder, besides)]


def take_file(path: Path, kind: str, shown: str) -> tuple[Entry | None, list[Problem]]:
    """Read one file, named as it is shown; return None where it can't be read, and what is wrong."""
    try:
        data = path.read_bytes()
        values, faults = _values(data, shown)
    except DesignError as error:
        return None, list(error.problems)
    except (OSError, BackendMcpError) as error:
        return None, [Problem(shown, 0, "", f"can't be read: {error}")]
    return Entry(kind, shown, data, values), faults


def _values(data: bytes, path: str) -> tuple[Any, list[Problem]]:
    """Return the values of a file, and what is wrong with it though it can be read."""
    try:
        return common_values(data), []
    except NotCommonError:
        raw = from_text(data, path)
        return plain(raw), _written_twice(raw, path)


def _other_ids(entry: Entry) -> tuple[dict[str, list[str]], list[Problem]]:
    areas, path = entry.values, entry.path
    if not isinstance(areas, dict):
        return {}, [Problem(path, entry.line(), "", "a mapping of areas to lists of ids is due")]
    wrong = [a for a, ids in areas.items() if not isinstance(ids, list)]
    faults = [Problem(path, entry.line(), area, "a list of ids is due") for area in wrong]
    return {a: [str(i) for i in ids] for a, ids in areas.items() if a not in wrong}, faults


def _same_ids(entries: list[Entry]) -> list[Problem]:
    first: dict[tuple[str, str], str] = {}
    problems = []
    for entry in entries:
        id_ = entry.values.get("id") if isinstance(entry.values, dict) else None
        if id_ is not None and id_ != Path(entry.path).stem:
            reason = f"the id is the file's name: {Path(entry.path).stem}"
            problems.append(Problem(entry.path, entry.line("id"), "id", reason))
        held = first.setdefault((entry.kind, str(id_)), entry.path)
        if id_ is not None and held != entry.path:
            problems.append(
                Problem(entry.path, entry.line("id"), "id", f"{id_} stands in {held}, too")
            )
    return problems


def _not_read(folder: Path, besides: Iterable[str]) -> list[Problem]:
    """Name files that look like knowledge and stand where nobody reads them; hidden folders are not ours."""
    read = {entry.path for entry in _walked(folder, FOLDERS)}
    read |= {str(folder / name) for name in besides}
    likely: list[Path] = []
    for top, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if not name.startswith(".")]
        paths = (os.path.join(top, name) for name in inner + names)
        likely += [Path(p) for p in paths if p.endswith(_LIKELY) and p not in read]
    return [
        Problem(
            str(p.relative_to(folder.parent)),
            0,
            "",
            f"not read: .yaml files in {', '.join(FOLDERS)} are",
        )
        for p in sorted(likely)
        if p.suffix in _LIKELY
    ]


def _written_twice(raw: Raw, path: str) -> list[Problem]:
    found = [Problem(path, line, key, "this key is written twice") for key, line in raw.twice]
    children = raw.value.values() if isinstance(raw.value, dict) else raw.value
    for child in children if not isinstance(children, str | int | float | None) else ():
        found += _written_twice(child, path)
    return found
