"""The folder of decisions in a user's repository: all files listed, one written so that none is ever half there.

Writers take turns by a lock on the folder, which ends with its process. A file is written under a name that
no reader looks at, brought to the disk, and then given its own name in one step.
"""

import os
import re
import secrets
import stat
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend_mcp.decisions.madr import MAX_BYTES, read
from backend_mcp.decisions.state import to_disk
from backend_mcp.errors import DecisionError, PathError, Problem
from backend_mcp.model.decision import Recorded
from backend_mcp.tree import clean

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # no such locks here: a name is still given to one file only
    flock = None  # type: ignore[assignment]

FOLDER: Final = "docs/decisions"
MOST_FILES: Final = 2000
PATIENCE: Final = 20.0
"""Seconds that a writer waits for its turn."""
_NUMBERED: Final = re.compile(r"(?P<number>\d{1,9})\D")
_NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_NONBLOCK: Final = getattr(os, "O_NONBLOCK", 0)
_LEFT: Final = ".decision-"
"""How the name of a file begins that is being written."""
_SLUG: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG: Final = 60
Make = Callable[[str], str]
"""Returns the text of a file from its id."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a folder holds: the decisions that can be used, and what is wrong with the others."""

    decisions: tuple[Recorded, ...] = ()
    problems: tuple[Problem, ...] = ()


def listed(root: Path) -> Listed:
    """Return every decision of ours below a root, in the order of the names; a broken file hides no other."""
    try:
        folder = _folder(root)
    except PathError as error:
        return Listed(problems=(Problem(FOLDER, 0, "", str(error)),))
    if not folder.is_dir():
        return Listed()
    decisions: list[Recorded] = []
    problems: list[Problem] = []
    try:
        names = sorted(n for n in os.listdir(folder) if n.endswith(".md") and n[0] != ".")
    except OSError as error:
        return Listed(problems=(Problem(FOLDER, 0, "", f"can't be read: {error.strerror}"),))
    for name in names[:MOST_FILES]:
        shown = f"{FOLDER}/{clean(name)}"
        try:
            data = _bytes(folder / name, root.resolve())
            found = read(data, clean(name)[: -len(".md")], shown) if data is not None else None
        except DecisionError as error:
            problems += error.problems
        except (PathError, OSError, RuntimeError) as error:
            problems.append(Problem(shown, 0, "", _why(error)))
        else:
            decisions += [found] if found is not None else []
    if len(names) > MOST_FILES:
        problems.append(
            Problem(FOLDER, 0, "", f"{len(names)} files; the first {MOST_FILES} are read")
        )
    return Listed(tuple(decisions), tuple(problems))


def _why(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) else None
    return (
        str(error)
        if isinstance(error, PathError)
        else f"can't be read: {said or 'a loop of links'}"
    )


def _bytes(path: Path, root: Path) -> bytes | None:
    """Return the first bytes of a file, or None where it is a folder.

    Raises:
        PathError: it is a link that leaves the root, or no file of text at all.
    """
    real = path.resolve(strict=True)
    if not real.is_relative_to(root):
        raise PathError(f"a link that leaves {root}; it is not followed")
    if real.is_dir():
        return None
    handle = os.open(real, os.O_RDONLY | _NONBLOCK | _NOFOLLOW)
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise PathError("no regular file; it is not read")
        return file.read(MAX_BYTES + 1)


def _folder(root: Path) -> Path:
    """Return the folder of decisions, links resolved.

    Raises:
        PathError: it is a link that leaves the root, or no folder.
    """
    top = root.resolve()
    try:
        real = (top / FOLDER).resolve()
    except (OSError, RuntimeError) as error:
        raise PathError(f"{FOLDER} can't be resolved: a loop of links") from error
    if not real.is_relative_to(top):
        raise PathError(f"{FOLDER} is a link that leaves {top}; nothing is read or written there")
    if real.exists() and not real.is_dir():
        raise PathError(f"{FOLDER} is no folder")
    return real


def add(root: Path, title: str, make: Make) -> Path:
    """Write a new decision under the next free number; return its path from the root.

    When this returns the file is on the disk, whole. `make` gets the id that the file will have.

    Raises:
        PathError: the folder leaves the root, or can't be written.
    """
    folder = _folder(root)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _turn(folder):
            number = _next(folder)
            while True:
                name = f"{number:04d}-{slug(title)}"
                if _given(folder, f"{name}.md", make(name)):
                    return Path(FOLDER, f"{name}.md")
                number += 1
    except OSError as error:
        raise PathError(f"{FOLDER} can't be written: {error.strerror or error}") from error


def foreseen(root: Path, title: str) -> str:
    """Return the path that a new decision would have now.

    Raises:
        PathError: the folder leaves the root.
    """
    folder = _folder(root)
    number = _next(folder) if folder.is_dir() else 1
    return f"{FOLDER}/{number:04d}-{slug(title)}.md"


def change(root: Path, file: str, make: Make) -> None:
    """Replace the text of a decision in one step; `make` gets what stands there.

    Raises:
        PathError: the file leaves the root, is gone, or can't be written.
    """
    folder = _folder(root)
    try:
        with _turn(folder):
            path = folder / _real_name(folder, Path(file).name)
            data = _bytes(path, root.resolve())
            if data is None or len(data) > MAX_BYTES:
                raise PathError(f"{file}: no file that can be rewritten")
            text = make(data.decode("utf-8"))
            left = _left(folder, text, path.stat().st_mode)
            os.replace(left, path.resolve())
            to_disk(folder)
    except OSError as error:
        raise PathError(f"{file} can't be written: {error.strerror or error}") from error


def _real_name(folder: Path, shown: str) -> str:
    """Return the name on the disk of a file that is shown by a clean line."""
    return next((name for name in os.listdir(folder) if clean(name) == shown), shown)


def slug(title: str) -> str:
    """Return a title as the name of a file has it."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return _SLUG.sub("-", plain).strip("-")[:_LONGEST_SLUG].strip("-") or "decision"


def _next(folder: Path) -> int:
    """Return the number after the highest in the folder, whoever's files they are."""
    found = (_NUMBERED.match(name) for name in os.listdir(folder))
    return max((int(m["number"]) for m in found if m is not None), default=0) + 1


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Hold the folder for as long as one file is written, and sweep up what a killed writer left."""
    if flock is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _wait(handle)
        for name in os.listdir(folder):
            if name.startswith(_LEFT):
                (folder / name).unlink(missing_ok=True)
        yield
    finally:
        os.close(handle)


def _wait(handle: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            flock(handle, LOCK_EX | LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                raise PathError(
                    f"{FOLDER} is held by another writer for {PATIENCE:.0f} s; try again"
                ) from None
            time.sleep(0.005)


def _left(folder: Path, text: str, mode: int = 0o666) -> Path:
    """Write a text under a name that no reader looks at, down to the disk; return its path."""
    left = folder / f"{_LEFT}{os.getpid()}-{secrets.token_hex(6)}.tmp"
    handle = os.open(left, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW, stat.S_IMODE(mode))
    with open(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
    return left


def _given(folder: Path, name: str, text: str) -> bool:
    """Write a file of a new name whole; return whether the name was free."""
    left = _left(folder, text)
    try:
        os.link(left, folder / name, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError:  # no hard links on this disk: the turn keeps others of ours out
        if (folder / name).exists():
            return False
        os.rename(left, folder / name)
    finally:
        left.unlink(missing_ok=True)
    to_disk(folder)
    return True
