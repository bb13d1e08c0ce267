"""The tool of the server, as plain functions over a workspace; the SDK is met in `stdio`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from backend_mcp.errors import BackendMcpError, PathError
from backend_mcp.model.design import Design
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.reading.merge import Base
from backend_mcp.render.parts import parts
from backend_mcp.render.result import Detail, result
from backend_mcp.tree import Raw, from_text, from_value
from backend_mcp.usecases import judge

LONGEST_PATH: Final = 1000
LONGEST_ERROR: Final = 2000


@dataclass(slots=True)
class Workspace:
    """What one server process knows: the knowledge, the folders it may read, the last design."""

    knowledge: Knowledge
    roots: tuple[Path, ...]
    last: Design | None = field(default=None)

    def review(self, design: Any, base: str, detail: Detail, part: int = 1) -> dict[str, Any]:
        """Review a document, a path, or changes to the design that was reviewed last.

        Full detail comes in parts, `part` of `of`.

        Raises:
            BackendMcpError: nothing can be reviewed; the text says where and what to send.
        """
        raw, name, path = self._document(design)
        reviewed = judge.review_tree(raw, name, self.knowledge, base=self._base(base, path))
        self.last = reviewed.design
        shape = result(reviewed.review, detail)
        if detail == "short":
            return shape
        divided = parts(shape)
        return divided[min(max(part, 1), len(divided)) - 1]

    def _document(self, design: Any) -> tuple[Raw, str, Path | None]:
        if isinstance(design, str) and _is_path(design):
            path = self._allowed(design.strip())
            return judge.read_file(path), str(path), path
        if isinstance(design, str):
            return from_text(design, "design"), "design", None
        return from_value(design, "design"), "design", None

    def _base(self, base: str, path: Path | None) -> Base | None:
        if base == "last":
            if self.last is None:
                raise PathError(
                    "base: last: nothing was reviewed yet in this session; send the whole design"
                )
            return Base(self.last, accepted=False, name="the last design")
        candidates = [root / judge.BASE_FILE for root in self.roots]
        if path is not None:
            found = judge.find_base(path)
            candidates = [found] if found is not None else []
        readable = (c for c in candidates if c.is_file() and self._inside(c.resolve()))
        return judge.read_base(next(readable, None), self.knowledge)

    def _inside(self, path: Path) -> bool:
        return any(path.is_relative_to(root) for root in self.roots)

    def _allowed(self, text: str) -> Path:
        """Resolve a path, links first, and refuse what lies outside the readable folders."""
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
    one_line = "\n" not in text.strip() and len(text) <= LONGEST_PATH
    return one_line and text.strip().lower().endswith(judge.SUFFIXES) and ": " not in text


def error_text(error: BackendMcpError) -> str:
    """Return an error as a model reads it: place, what was expected, next step; bounded."""
    text = str(error)
    return text if len(text) <= LONGEST_ERROR else text[: LONGEST_ERROR - 1] + "…"
