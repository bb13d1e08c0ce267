"""A knowledge folder as it stands on the disk: read when first asked for, and again when it changes.

A server lists its tools before it needs any of this, so that each part is imported with its first use.
"""

from collections.abc import Iterable
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from backend_mcp.catalog.folders import Folders, each_folder
from backend_mcp.errors import KnowledgeError

if TYPE_CHECKING:
    import sqlite3

    from backend_mcp.model.advice import Advice
    from backend_mcp.model.knowledge import Knowledge

_LONGEST_FAULT = 300


class Library:
    """Everything that one folder holds, and a house's own over it, each part loaded when first needed.

    A change that is sound is taken up by `refresh`; with a fault in it the last good set answers
    on, and `fault` says what is wrong. All of it may be called from several threads. `as_of` is the
    day that ages are reckoned against, by default that of the release.
    """

    def __init__(
        self, folder: Folders | Path, cache: Path | None, as_of: str | None = None
    ) -> None:
        self.folder = folder
        self.cache = cache
        self.as_of = as_of
        self.fault = ""
        self._lock = RLock()
        self._seen: list[tuple[str, int, int]] | None = None
        self._knowledge: Knowledge | None = None
        self._advice: Advice | None = None
        self._index: sqlite3.Connection | None = None

    @property
    def knowledge(self) -> "Knowledge":
        """What judges.

        Raises:
            KnowledgeError: with every problem.
        """
        with self._lock:
            if self._knowledge is None:
                from backend_mcp.catalog.load import load_knowledge

                self._remember()
                self._knowledge = load_knowledge(self.folder, self.cache, self.as_of)
            return self._knowledge

    @property
    def advice(self) -> "Advice":
        """Patterns, guides and checklists.

        Raises:
            KnowledgeError: with every problem.
        """
        with self._lock:
            if self._advice is None:
                from backend_mcp.catalog.advice import load_advice

                self._remember()
                self._advice = load_advice(self.folder, self.knowledge)
            return self._advice

    @property
    def index(self) -> "sqlite3.Connection":
        """The index of the search, over what is loaded."""
        with self._lock:
            if self._index is None:
                from backend_mcp.catalog.index import open_index

                self._remember()
                self._index = open_index(self.folder, self.cache)
            return self._index

    def names(self, kind: str) -> list[str]:
        """Return the ids of the entries of a kind, from the names of the files alone."""
        found = (path for top in each_folder(self.folder) for path in (top / kind).rglob("*.yaml"))
        return sorted(path.stem for path in found if path.stem != "ids")

    def titles(self, names: Iterable[str]) -> dict[str, str]:
        """Return the titles of entries by their names (`rules/no-ci`); those that there are."""
        found = {}
        for name in names:
            key = tuple(name.split("/", 1))
            ask = "SELECT title FROM entry WHERE kind = ? AND id = ?"
            row = self.index.execute(ask, key).fetchone() if len(key) == 2 else None
            if row is not None:
                found[name] = str(row[0])
        return found

    def refresh(self) -> bool:
        """Take up what has changed on the disk since the last call; return whether anything has.

        Where nothing was loaded yet, the first call only remembers how the folder stands.
        """
        from backend_mcp.catalog.advice import load_advice
        from backend_mcp.catalog.files import stamps
        from backend_mcp.catalog.load import load_knowledge

        found = stamps(self.folder)
        with self._lock:
            if self._seen is None or self._seen == found:
                self._seen = found
                return False
            self._seen = found
        try:
            knowledge = load_knowledge(self.folder, self.cache, self.as_of)
            advice = load_advice(self.folder, knowledge)
        except KnowledgeError as error:
            self.fault = _told(error)
            return False
        with self._lock:
            self._knowledge, self._advice, self._index = knowledge, advice, None
            self.fault = ""
        return True

    def _remember(self) -> None:
        """Remember how the folder stood before any of it was read: a change from then on is seen."""
        if self._seen is None:
            from backend_mcp.catalog.files import stamps

            self._seen = stamps(self.folder)


def _told(error: KnowledgeError) -> str:
    first = str(error.problems[0])[:_LONGEST_FAULT]
    more = f" and {len(error.problems) - 1} more" if len(error.problems) > 1 else ""
    return f"the knowledge changed on disk and can't be used ({first}{more}); the last good set answers"
