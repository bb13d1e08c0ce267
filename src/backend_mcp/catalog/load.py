"""Load the knowledge: from the cache when no file has changed, else from the files.

It never falls back to fewer rules: with one problem anywhere, nothing is loaded.
"""

import hashlib
import json
import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final, TypedDict

from backend_mcp.catalog.bind import RELEASED, bind
from backend_mcp.catalog.files import KINDS, PARTS, Entry, stamps
from backend_mcp.catalog.folders import Folders, folders
from backend_mcp.catalog.hydrate import hydrate
from backend_mcp.catalog.laid import read_files
from backend_mcp.catalog.locate import Locate
from backend_mcp.catalog.overlay import digest, overdue, read_overlay, switched_off
from backend_mcp.catalog.validate import dump, validate
from backend_mcp.errors import ArgumentError, KnowledgeError, Problem
from backend_mcp.model import entries
from backend_mcp.model.day import read_day
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.plans import Plans

_KEPT: Final = 8
_OURS: Final = (Path(entries.__file__).parent, Path(__file__).parent)
"""The code that reads expressions and says what they mean, and the code that checks the files."""
_UNREAD: Final = (
    ("rules", "examples"), ("ladders", "examples"), ("probes", "examples"), ("technologies", "sources"),
    ("rules", "symptoms"), ("ladders", "symptoms"), ("probes", "symptoms"), ("practices", "symptoms"),
    ("thresholds", "symptoms"),
)  # fmt: skip


class House(TypedDict):
    """What of an overlay stands in no entry: how it shows in the version, and the rules that are off."""

    name: str
    off: dict[str, str]


def load_knowledge(
    folder: Folders | Path, cache: Path | None = None, as_of: str | None = None
) -> Knowledge:
    """Load the knowledge, with what a house lays over it, through a cache file below `cache`.

    What comes from the cache was checked when it was written, holds no examples, and the plans of
    its expressions in their stead. `as_of` is the day that ages are reckoned against, by default
    that of the release.

    Raises:
        KnowledgeError: with every problem of every file.
    """
    where = folders(folder)
    files = stamps(where, KINDS)
    if not (where.base / "rules").is_dir() or not files:
        raise KnowledgeError(
            [Problem(str(where.base), 0, "", "no knowledge folder: it holds no rules/*.yaml")]
        )
    late = _late(where, as_of)
    held = cache / f"knowledge-{_key(where, files)}.json" if cache is not None else None
    plain = _read_cache(held)
    if plain is None:
        items, others, locate = _from_files(where, late)
        plans = Plans()
        house = _house(where)
        knowledge = bind(items, others, locate, plans)
        values = {"items": _slim(dump(items)), "others": others, "house": house, **plans.dump()}
        _write_cache(held, values)
        return _dated(knowledge, house, as_of)
    if late:
        raise KnowledgeError(late)
    items, others, house, plans = plain
    return _dated(bind(items, others, plans=plans, checked=True), house, as_of)


def _late(where: Folders, as_of: str | None) -> list[Problem]:
    day = read_day(as_of or RELEASED)
    if day is None:
        raise ArgumentError("as_of", str(as_of), "a day is due", RELEASED)
    return overdue(where.house, day) if where.house is not None else []


def _house(where: Folders) -> House:
    laid = read_overlay(where.house)[0] if where.house is not None else None
    if laid is None or where.house is None:
        return {"name": "", "off": {}}
    return {"name": f"+{laid.name}-{digest(where.house)}", "off": switched_off(laid)}


def _dated(knowledge: Knowledge, house: House, as_of: str | None) -> Knowledge:
    """Say which set this is, and as of which day; a day of its own stands in the version, too."""
    version = f"{knowledge.version}{house['name']}"
    day = as_of or knowledge.as_of
    return replace(
        knowledge,
        version=version if day == knowledge.as_of else f"{version} as of {day}",
        as_of=day,
        numbers=replace(knowledge.numbers, as_of=day),
        off=house["off"],
    )


def _slim(items: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Leave out what no review reads: examples, words of the search, where a product was read about."""
    for kind, key in _UNREAD:
        for entry in items[kind]:
            entry[key] = []
    return items


def _from_files(
    where: Folders, late: list[Problem]
) -> tuple[dict[str, list[Any]], dict[str, list[str]], Locate]:
    entries, others, problems = read_files(where, KINDS)
    items, faults = validate(entries)
    found = {(e.kind, _id(e)): e for e in entries}

    def locate(kind: str, id_: str, *keys: str | int) -> tuple[str, int]:
        entry = found[kind, id_]
        return entry.path, entry.line(*keys)

    problems += [*late, *faults]
    if problems:
        raise KnowledgeError([*problems, *_further(items, others, locate, faults)])
    return items, others, locate


def _id(entry: Entry) -> object:
    return entry.values.get("id") if isinstance(entry.values, dict) else None


def _further(
    items: dict[str, list[Any]],
    others: dict[str, list[str]],
    locate: Locate,
    faults: list[Problem],
) -> list[Problem]:
    """Return what is wrong with the entries that have the right form, in spite of the others.

    A name that is missing because its own file has a fault is not told a second time.
    """
    broken = {Path(f.path).stem for f in faults}
    try:
        bind(items, others, locate)
    except KnowledgeError as error:
        return [p for p in error.problems if not any(f"'{name}'" in p.reason for name in broken)]
    return []


def _key(where: Folders, files: list[tuple[str, int, int]]) -> str:
    """Return a digest of the files by path, time and size, of our code for them, and of the shapes of entries.

    No file is read for it; a release that understands an entry otherwise, or checks it for more, reads the
    files anew.
    """
    shapes = [(cls.__name__, [f.name for f in fields(cls)]) for cls in (*KINDS.values(), *PARTS)]
    made = hashlib.sha256(f"{shapes} {where.base} {where.house}".encode())
    ours = [
        (p.name, p.stat().st_mtime_ns, p.stat().st_size)
        for code in _OURS
        for p in sorted(code.glob("*.py"))
    ]
    for path, time, size in (*files, *ours):
        made.update(f"{path} {time} {size}\n".encode("utf-8", "surrogateescape"))
    return made.hexdigest()[:32]


def _read_cache(
    path: Path | None,
) -> tuple[dict[str, list[Any]], dict[str, list[str]], House, Plans] | None:
    if path is None:
        return None
    try:
        if not path.is_file():
            return None
        held = json.loads(path.read_bytes())
        items = {kind: [hydrate(c, v) for v in held["items"][kind]] for kind, c in KINDS.items()}
        others = {str(area): [str(i) for i in ids] for area, ids in held["others"].items()}
        off = {str(id_): str(says) for id_, says in held["house"]["off"].items()}
        house: House = {"name": str(held["house"]["name"]), "off": off}
        plans = Plans.load(held)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None  # a torn or foreign file: the source is at hand
    return items, others, house, plans


def prune(folder: Path, pattern: str) -> None:
    """Drop all but the newest files of a pattern: several folders, or checkouts, may be in use at once."""
    found = sorted(folder.glob(pattern), key=lambda p: -p.stat().st_mtime)
    for old in found[_KEPT:]:
        old.unlink(missing_ok=True)


def _write_cache(path: Path | None, values: Any) -> None:
    """Write by rename, so that a reader never sees half a file; a cache that can't be is none."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(values), encoding="utf-8")
        draft.replace(path)
        prune(path.parent, "knowledge-*.json")
    except OSError:
        return
