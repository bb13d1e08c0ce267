"""Read a design, lay it over its base, and review it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from backend_mcp.catalog.folders import Folders
from backend_mcp.catalog.load import load_knowledge
from backend_mcp.decisions.stamps import NO_FILE, Source
from backend_mcp.decisions.state import repository_of
from backend_mcp.errors import DesignError, PathError, Problem
from backend_mcp.model.decision import NO_MEMORY, Memory
from backend_mcp.model.design import Design, Unread
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Review
from backend_mcp.reading.merge import Base
from backend_mcp.reading.reader import read_design
from backend_mcp.review import review
from backend_mcp.review.simplest import without
from backend_mcp.tree import MAX_BYTES, Raw, from_text, plain

BASE_FILE: Final = "backend.yaml"
SUFFIXES: Final = (".yaml", ".yml", ".json", ".md", ".markdown")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review, the design that it judged, and the document without the parts that are extra.

    `file` and `base` are the files that were read for it, with their digests.
    """

    review: Review
    design: Design
    simplest: dict[str, Any] | None
    file: Source = NO_FILE
    base: Source = NO_FILE


def read_file(path: Path) -> Raw:
    """Read a design file as a tree.

    Raises:
        PathError: there is no such file, or it can't be read.
        DesignError: it is too large, or neither YAML nor JSON.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise PathError(f"{path}: a design is a file with {', '.join(SUFFIXES)}")
    try:
        if not path.is_file():
            raise PathError(f"{path}: {_instead(path)}; give the path of a design")
        size = path.stat().st_size
        if size > MAX_BYTES:
            reason = f"{size:,} bytes; {MAX_BYTES:,} at most: send the design alone"
            raise DesignError([Problem(str(path), 0, "", reason)])
        return from_text(path.read_bytes(), str(path))
    except OSError as error:
        raise PathError(f"{path}: can't be read: {error.strerror}") from error


def _instead(path: Path) -> str:
    """Say what stands at a path where no file does."""
    if path.is_dir():
        return "that is a folder, and no file"
    if path.exists():
        return "that is a pipe or a device, and no file"
    return "that link leads nowhere" if path.is_symlink() else "there is no such file"


def find_root(path: Path) -> Path | None:
    """Return the root of the repository that a file stands in, or None where it stands in none."""
    return repository_of(path.resolve().parent)


def below_repository(path: Path) -> str:
    """Return a file's path below the root of its repository, by slashes; its name where there is none."""
    root = find_root(path)
    return path.resolve().relative_to(root).as_posix() if root is not None else path.name


def find_base(path: Path) -> Path | None:
    """Return the accepted design of the repository that a file stands in, unless it is that file."""
    root = find_root(path)
    base = root / BASE_FILE if root is not None else None
    return base if base is not None and base.is_file() and base != path.resolve() else None


def lines(design: Design) -> dict[str, int]:
    """Return the line on which each part, flow, data set and promise of a document starts."""
    return {i.place: i.line for items in design.lists.values() for i in items}


def read_base(path: Path | None, knowledge: Knowledge) -> Base | None:
    """Read the accepted design of a repository."""
    if path is None:
        return None
    design = read_design(read_file(path), str(path), knowledge.vocabulary)
    return Base(design, accepted=True, name=path.name)


def review_tree(
    raw: Raw,
    name: str,
    knowledge: Knowledge,
    *,
    base: Base | None = None,
    memory: Memory = NO_MEMORY,
    strict: bool = False,
) -> Reviewed:
    """Review a document, laid over a base where one is given, and honour what was decided.

    Raises:
        DesignError: it leaves nothing to review; with `strict`, anything could not be read.
    """
    design = read_design(raw, name, knowledge.vocabulary, base)
    if strict and (design.unread or memory.problems):
        raise DesignError([*_strict(design, name), *memory.problems])
    judged = judge_design(design, knowledge, memory)
    document = plain(raw)
    simplest = without(document, judged.extras) if judged.extras and design.change is None else None
    return Reviewed(judged, design, simplest)


def judge_design(design: Design, knowledge: Knowledge, memory: Memory) -> Review:
    """Review a design and honour what was decided; a file of a decision that can't be used is told as unread."""
    judged = review(design, knowledge, memory)
    if not memory.problems:
        return judged
    return replace(judged, unread=(*map(_unread, memory.problems), *judged.unread))


def read_parts(raw: Raw, name: str, knowledge: Knowledge) -> Design:
    """Read a design as it stands, without a base; the facts of a situation alone will do, too.

    Raises:
        DesignError: it is no mapping, or too large.
    """
    return read_design(raw, name, knowledge.vocabulary, parts_due=False)


def _unread(problem: Problem) -> Unread:
    """Return a file of a decision that can't be used as a line of the receipt: it decides nothing."""
    got = problem.field or "the file"
    return Unread(problem.path, got, problem.reason, problem.line)


def _strict(design: Design, name: str) -> list[Problem]:
    return [Problem(name, u.line, u.at, f"got {u.got!r}; {u.want} is due") for u in design.unread]


def open_knowledge(
    folder: Folders | Path, cache: Path | None, *, as_of: str | None = None
) -> Knowledge:
    """Load the knowledge, through the cache; ages are reckoned against `as_of`, if a day is given.

    Raises:
        KnowledgeError: with every problem.
    """
    return load_knowledge(folder, cache, as_of)
