"""What one server process knows: the knowledge, the folders it may read, the design reviewed last.

What judges is imported with the first call: the list of tools waits for none of it.
"""

import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from backend_mcp.catalog.library import Library
from backend_mcp.errors import ArgumentError, PathError, StateError
from backend_mcp.model.day import read_day

if TYPE_CHECKING:
    from backend_mcp.model.decision import Memory
    from backend_mcp.model.design import Design
    from backend_mcp.reading.merge import Base
    from backend_mcp.tree import Raw
    from backend_mcp.usecases.judge import Reviewed

LONGEST_PATH: Final = 1000
BASES: Final = ("", "last")


@dataclass(slots=True)
class Workspace:
    """The state that calls share.

    `remembers` is false where clients share the process (HTTP): there is no last design then, and
    no file is read. `decides_in` is the root of the repository of the design that was reviewed last;
    `state` is where reviews leave stamps for the gate, None for nowhere.
    """

    library: Library
    roots: tuple[Path, ...] = ()
    remembers: bool = True
    last: "Design | None" = field(default=None)
    decides_in: Path | None = None
    state: Path | None = None

    def review(self, design: Any, base: str, patch: dict[str, Any] | None = None) -> "Reviewed":
        """Review a document, a path, or changes to the design that was reviewed last.

        `patch` holds what a person answered; it is laid over the design.

        Raises:
            BackendMcpError: nothing can be reviewed; the text says where and what to send.
        """
        from backend_mcp.reading.merge import Base
        from backend_mcp.tree import from_value
        from backend_mcp.usecases import judge, stamping

        at = self._path(design)
        held = self._base_file(base, at)
        file, under = stamping.source(at), stamping.source(held)
        raw, name, _ = self._document(design, "design")
        self.decides_in = self._repository(at)
        knowledge, below, memory = self.library.knowledge, self._base(base, held), self.memory()
        reviewed = judge.review_tree(raw, name, knowledge, base=below, memory=memory)
        if patch:
            over = Base(reviewed.design, accepted=False, name="the design")
            answers = from_value(patch, "answers")
            reviewed = judge.review_tree(answers, name, knowledge, base=over, memory=memory)
        return replace(reviewed, file=file, base=under)

    def remember(self, reviewed: "Reviewed") -> None:
        """Keep a design as the one that was reviewed last, and leave a stamp of its review."""
        from backend_mcp.usecases import stamping

        if self.remembers:
            self.last = reviewed.design
        if self.state is None:
            return
        try:
            stamping.leave_stamp(self.state, reviewed, datetime.now(UTC))
        except StateError as error:  # a review is not worth less for it
            logging.getLogger("backend_mcp").warning("no stamp of this review is left: %s", error)

    @property
    def home(self) -> Path | None:
        """The root under which decisions stand: of what was reviewed last; None where no file is read."""
        return self.decides_in or self._repository(None)

    def _repository(self, path: Path | None) -> Path | None:
        """Return the root of the repository of a file, or the first of the roots."""
        from backend_mcp.usecases import judge

        own = judge.find_root(path) if path is not None else None
        first = self.roots[0] if self.roots else None
        return own if own is not None and self._inside(own) else first

    def memory(self) -> "Memory":
        """Return what was decided there, as of today."""
        return self._decided(self.home)

    def recall(self, facts: str) -> "Memory":
        """Return what was decided where a document or a path belongs, `last` being what was reviewed last.

        Raises:
            PathError: the path lies outside the readable folders.
        """
        last = facts.strip() == "last"
        return self._decided(self.home if last else self._repository(self._path(facts)))

    def _decided(self, root: Path | None) -> "Memory":
        from backend_mcp.usecases.remember import remember

        day = read_day(self.library.as_of) if self.library.as_of else None
        return remember(root, self.library.knowledge, day or date.today())

    def accepted(self) -> "Design | None":
        """Return the accepted design of the workspace, if there is one."""
        base = self._base("", self._base_file("", None))
        return base.design if base is not None else None

    def situation(self, facts: Any) -> "Design":
        """Read the facts of a situation: a document, a path, `last`, or nothing at all.

        Raises:
            BackendMcpError: they can't be read.
        """
        from backend_mcp.usecases import consult

        if facts is None or (isinstance(facts, str) and not facts.strip()):
            return consult.read_situation(None, "situation", self.library)
        if isinstance(facts, str) and facts.strip() == "last":
            return self._last("facts")
        raw, name, path = self._document(facts, "facts")
        base = self._base("", self._base_file("", path))
        return consult.read_situation(raw, name, self.library, base)

    def _last(self, place: str) -> "Design":
        if not self.remembers:
            want = "nothing is kept between calls over HTTP; send the whole document"
            raise ArgumentError(place, "last", want)
        if self.last is None:
            want = "nothing was reviewed yet in this session; send the whole document"
            raise ArgumentError(place, "last", want)
        return self.last

    def _path(self, given: Any) -> Path | None:
        """Return the path that was given in place of a document, or None for a document."""
        if isinstance(given, str) and _is_path(given):
            return self._allowed(given.strip())
        return None

    def _document(self, given: Any, place: str) -> "tuple[Raw, str, Path | None]":
        from backend_mcp.tree import from_text, from_value
        from backend_mcp.usecases import judge

        path = self._path(given)
        if path is not None:
            return judge.read_file(path), str(path), path
        if isinstance(given, str):
            return from_text(given, place), place, None
        return from_value(given, place), place, None

    def _base_file(self, base: str, path: Path | None) -> Path | None:
        """Return the accepted design that a document may change, where there is one to be read."""
        from backend_mcp.usecases import judge

        if base:
            return None
        candidates = [root / judge.BASE_FILE for root in self.roots]
        if path is not None:
            found = judge.find_base(path)
            candidates = [found] if found is not None else []
        readable = (c for c in candidates if c.is_file() and self._inside(c.resolve()))
        return next(readable, None)

    def _base(self, base: str, held: Path | None) -> "Base | None":
        from backend_mcp.reading.merge import Base
        from backend_mcp.usecases import judge

        if base not in BASES:
            want = "`last`, or nothing, is due: the design reviewed last here"
            raise ArgumentError("base", base, want, 'base: "last"')
        if base == "last":
            return Base(self._last("base"), accepted=False, name="the last design")
        return judge.read_base(held, self.library.knowledge)

    def _inside(self, path: Path) -> bool:
        return any(path.is_relative_to(root) for root in self.roots)

    def _allowed(self, text: str) -> Path:
        """Resolve a path, links first, and refuse what lies outside the readable folders."""
        if not self.roots:
            raise PathError(f"{text[:80]}: no file is read here; send the document itself")
        try:
            given = Path(text).expanduser()
            options = [given] if given.is_absolute() else [root / given for root in self.roots]
            inside = [p for p in (o.resolve() for o in options) if self._inside(p)]
            inside.sort(key=lambda p: not p.is_file())
        except (OSError, RuntimeError, ValueError) as error:
            raise PathError(
                f"{text[:80]!r}: no path ({error}); send the document itself"
            ) from error
        if not inside:
            shown = ", ".join(str(r) for r in self.roots)
            raise PathError(
                f"{text}: outside the readable folders ({shown}); send the document itself"
            )
        return inside[0]


def _is_path(text: str) -> bool:
    from backend_mcp.usecases import judge

    one_line = "\n" not in text.strip() and len(text) <= LONGEST_PATH
    return one_line and text.strip().lower().endswith(judge.SUFFIXES) and ": " not in text
