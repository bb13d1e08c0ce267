"""What one server process knows: the knowledge, the folders it may read, the design reviewed last.

What judges is imported with the first call: the list of tools waits for none of it.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from backend_mcp.catalog.library import Library
from backend_mcp.errors import ArgumentError, PathError

if TYPE_CHECKING:
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
    no file is read.
    """

    library: Library
    roots: tuple[Path, ...] = ()
    remembers: bool = True
    last: "Design | None" = field(default=None)

    def review(self, design: Any, base: str, patch: dict[str, Any] | None = None) -> "Reviewed":
        """Review a document, a path, or changes to the design that was reviewed last.

        `patch` holds what a person answered; it is laid over the design.

        Raises:
            BackendMcpError: nothing can be reviewed; the text says where and what to send.
        """
        from backend_mcp.reading.merge import Base
        from backend_mcp.tree import from_value
        from backend_mcp.usecases import judge

        raw, name, path = self._document(design, "design")
        below = self._base(base, path)
        reviewed = judge.review_tree(raw, name, self.library.knowledge, base=below)
        if not patch:
            return reviewed
        over = Base(reviewed.design, accepted=False, name="the design")
        return judge.review_tree(
            from_value(patch, "answers"), name, self.library.knowledge, base=over
        )

    def remember(self, design: "Design") -> None:
        """Keep a design as the one that was reviewed last."""
        if self.remembers:
            self.last = design

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
        return consult.read_situation(raw, name, self.library, self._base("", path))

    def _last(self, place: str) -> "Design":
        if not self.remembers:
            want = "nothing is kept between calls over HTTP; send the whole document"
            raise ArgumentError(place, "last", want)
        if self.last is None:
            want = "nothing was reviewed yet in this session; send the whole document"
            raise ArgumentError(place, "last", want)
        return self.last

    def _document(self, given: Any, place: str) -> "tuple[Raw, str, Path | None]":
        from backend_mcp.tree import from_text, from_value
        from backend_mcp.usecases import judge

        if isinstance(given, str) and _is_path(given):
            path = self._allowed(given.strip())
            return judge.read_file(path), str(path), path
        if isinstance(given, str):
            return from_text(given, place), place, None
        return from_value(given, place), place, None

    def _base(self, base: str, path: Path | None) -> "Base | None":
        from backend_mcp.reading.merge import Base
        from backend_mcp.usecases import judge

        if base not in BASES:
            want = "`last`, or nothing, is due: the design reviewed last here"
            raise ArgumentError("base", base, want, 'base: "last"')
        if base == "last":
            return Base(self._last("base"), accepted=False, name="the last design")
        candidates = [root / judge.BASE_FILE for root in self.roots]
        if path is not None:
            found = judge.find_base(path)
            candidates = [found] if found is not None else []
        readable = (c for c in candidates if c.is_file() and self._inside(c.resolve()))
        return judge.read_base(next(readable, None), self.library.knowledge)

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
