"""The index of the search: every entry as words, in one SQLite FTS5 table that is built once and kept."""

import hashlib
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from backend_mcp.catalog.files import FOLDERS, Entry, stamps
from backend_mcp.catalog.folders import Folders
from backend_mcp.catalog.laid import read_files
from backend_mcp.catalog.load import prune

COLUMNS: Final = ("names", "symptoms", "says", "text")
"""What of an entry is searched, from what says most to what says least."""
_SAYS: Final = ("what", "short", "summary", "moment", "ask", "conditions", "why")
"""Where the first sentence of an entry stands, by kind; the first that is there."""
_NAMES: Final = ("title", "question", "aliases", "exact", "capability", "area")
_NOT_SEARCHED: Final = frozenset(
    {*_NAMES, "id", "symptoms", "examples", "before", "after", "sources", "repair", "fires_when",
     "applies_when", "when", "chosen_when", "host_when", "judges", "touched_when", "spare_when",
     "for_each", "url", "demand", "at", "ends", "asked_as", "answers", "counterweight", "binds",
     "numbers", "see", "covers", "unsaid", "severity", "direction", "status", "rank", "expires",
     "read", "nature", "confidence", "limits", "stands_on", "details", "matters", "fact"}
)  # fmt: skip
"""Keys that hold no words for people, or that have a column of their own."""
_SCHEMA: Final = (
    "CREATE TABLE entry (kind TEXT, id TEXT, title TEXT, says TEXT, path TEXT);"
    f"CREATE VIRTUAL TABLE words USING fts5({', '.join(COLUMNS)}, "
    'tokenize = "porter unicode61 remove_diacritics 2");'
    "CREATE TABLE alias (phrase TEXT PRIMARY KEY, means TEXT);"
    "CREATE TABLE spelled (word TEXT PRIMARY KEY);"
    "CREATE TABLE name (name TEXT, entry INTEGER, own INTEGER);"
    "CREATE INDEX by_name ON name (name);"
)
WORD: Final = re.compile(r"[^\W_]+(?:[+#]+)?", re.UNICODE)
"""What counts as a word, here and in a query."""
_LONG_WORD: Final = re.compile(r"[a-z]{5,}")
"""Words that are long enough for a slip in them to be told."""


def open_index(folder: Folders | Path, cache: Path | None) -> sqlite3.Connection:
    """Open the index of a knowledge folder, built anew when a file has changed.

    It is kept below `cache` where one is given and can be written to, else in memory.
    """
    held = cache / f"search-{_key(folder)}.sqlite" if cache is not None else None
    if held is not None and held.is_file():
        with suppress(sqlite3.Error):
            found = _connected(f"file:{held}?mode=ro")
            for table in ("entry", "words", "alias", "name"):
                found.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
            return found
    entries, _, _ = read_files(folder)
    if held is not None:
        with suppress(OSError, sqlite3.Error):
            return _kept(held, entries)
    return _filled(_connected("file::memory:"), entries)


def _connected(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def _kept(path: Path, entries: list[Entry]) -> sqlite3.Connection:
    """Write by rename, so that a reader never sees half an index."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    _filled(_connected(f"file:{draft}"), entries).close()
    draft.replace(path)
    prune(path.parent, "search-*.sqlite")
    return _connected(f"file:{path}?mode=ro")


def _filled(made: sqlite3.Connection, entries: Iterable[Entry]) -> sqlite3.Connection:
    made.executescript(_SCHEMA)
    sound = [e for e in entries if isinstance(e.values, dict) and "id" in e.values]
    mentioned = _mentioned(sound)
    spelled: set[str] = set()
    for number, entry in enumerate(sound, 1):
        values, id_ = entry.values, str(entry.values["id"])
        own = (id_.replace("-", " ").replace("_", " "), *_texts(values, ("title",)))
        names = " ".join((own[0], *_texts(values, _NAMES)))
        others = ((_as_name(n), number, 0) for n in _texts(values, ("aliases", "exact")))
        made.executemany(
            "INSERT INTO name VALUES (?,?,?)", (*((_as_name(n), number, 1) for n in own), *others)
        )
        symptoms = " . ".join(_texts(values, ("symptoms",)))
        says = next((str(values[key]) for key in _SAYS if values.get(key)), "")
        more = (*_words(values), *mentioned.get((entry.kind, id_), ()))
        title = str(values.get("title") or id_)
        made.execute(
            "INSERT INTO entry VALUES (?,?,?,?,?)", (entry.kind, id_, title, says, entry.path)
        )
        row = (number, names, symptoms, says, " . ".join(more))
        spelled |= set(_LONG_WORD.findall(f"{names} {symptoms} {says}".lower()))
        made.execute(
            "INSERT INTO words(rowid, names, symptoms, says, text) VALUES (?,?,?,?,?)", row
        )
    made.executemany("INSERT INTO spelled VALUES (?)", ((w,) for w in sorted(spelled)))
    made.executemany("INSERT OR IGNORE INTO alias VALUES (?,?)", _aliases(sound))
    made.commit()
    return made


def _as_name(text: str) -> str:
    """Return a name as the words of a query are compared with it: lower case, nothing but words."""
    return " ".join(WORD.findall(text.lower()))


def _mentioned(entries: Iterable[Entry]) -> dict[tuple[str, str], list[str]]:
    """Return what else belongs to an entry: to a ladder, the products that stand on it."""
    found: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        rungs = entry.values.get("stands_on") if entry.kind == "technologies" else None
        for ladder in rungs if isinstance(rungs, dict) else ():
            names = [str(entry.values.get("title")), str(entry.values["id"])]
            found.setdefault(("ladders", str(ladder)), []).extend(names)
    return found


def _aliases(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Yield other names of products and practices, each with the words that entries use for it."""
    for entry in entries:
        if entry.kind in ("technologies", "practices"):
            means = str(entry.values.get("title") or entry.values["id"])
            for alias in _texts(entry.values, ("aliases",)):
                if alias.lower() != means.lower():
                    yield alias.lower(), means.lower()


def _texts(values: dict[str, Any], keys: Iterable[str]) -> list[str]:
    found: list[str] = []
    for key in keys:
        value = values.get(key)
        found += [str(v) for v in value] if isinstance(value, list) else [str(value)] * bool(value)
    return found


def _words(value: Any) -> Iterator[str]:
    """Yield every text of an entry that people read."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in _NOT_SEARCHED:
                yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str):
        yield value


def _key(folder: Folders | Path) -> str:
    """Return a digest of every file by path, time and size, and of how the index is made."""
    code = Path(__file__).stat()
    digest = hashlib.sha256(f"{folder!r} {code.st_mtime_ns} {code.st_size}".encode())
    for path, time, size in stamps(folder, FOLDERS):
        digest.update(f"{path} {time} {size}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]
