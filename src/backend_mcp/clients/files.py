"""Read and write the files of clients: all or none, never through a link that leads away."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend_mcp.errors import RegisterError

MAX_BYTES: Final = 10_000_000
"""Larger than any configuration; Claude Code's own user file reaches megabytes."""
_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Change:
    """A file before and after, in bytes; None where there is none. `folders` come or go with it."""

    file: Path
    before: bytes | None
    after: bytes | None
    folders: tuple[Path, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether nothing changes."""
        return self.before == self.after


def real(file: Path, within: Path) -> Path:
    """Return the file that is meant, links resolved.

    Raises:
        RegisterError: a link leads out of the folder that the file belongs to, or nowhere.
    """
    try:
        path = file.resolve()
    except (OSError, RuntimeError) as error:
        raise RegisterError(
            file, 0, f"its links can't be followed: {error}", "mend them"
        ) from error
    if not path.is_relative_to(within.resolve()):
        raise RegisterError(
            file, 0, f"it is a link that leads out of {within}, to {path}",
            "add the entry there by hand: see --print",
        )  # fmt: skip
    return path


def read(file: Path) -> bytes | None:
    """Return the bytes of a file, or None where there is none.

    Raises:
        RegisterError: it can't be read.
    """
    if not file.exists():
        return None
    if not file.is_file():
        raise RegisterError(file, 0, "it is no file", "move it away")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise RegisterError(
            file, 0, f"it can't be read: {error.strerror}", "see its rights"
        ) from error
    if len(data) > MAX_BYTES:
        raise RegisterError(
            file, 0, f"more than {MAX_BYTES} bytes", "add the entry by hand: --print"
        )
    return data


def text_of(file: Path, data: bytes | None) -> tuple[str, bytes]:
    """Return the text of a file, and the mark of UTF-8 that stands before it.

    Raises:
        RegisterError: it is not UTF-8.
    """
    mark = _MARK if data is not None and data.startswith(_MARK) else b""
    try:
        return (data or b"")[len(mark) :].decode("utf-8"), mark
    except UnicodeDecodeError as error:
        line = (data or b"").count(b"\n", 0, error.start) + 1
        raise RegisterError(file, line, "it is not UTF-8", "save it as UTF-8") from error


def missing_folders(file: Path) -> tuple[Path, ...]:
    """Return the folders that have to be made for a file, the outermost first."""
    found = []
    for folder in file.parents:
        if folder.exists():
            break
        found.append(folder)
    return tuple(reversed(found))


def write_all(changes: Sequence[Change]) -> None:
    """Make all changes, or none.

    Raises:
        RegisterError: one can't be made; the others are taken back.
    """
    due = [c for c in changes if not c.idle]
    ready: list[tuple[Change, Path | None]] = []
    done: list[Change] = []
    made: list[Path] = []
    try:
        for change in due:
            with _named(change):
                made += _make(change)
                ready.append((change, _beside(change)))
        for change, new in ready:
            with _named(change):
                if read(change.file) != change.before:
                    raise RegisterError(change.file, 0, "it was changed just now", "run this again")
                _swap(change.file, new)
                done.append(change)
    except RegisterError:
        for _, new in ready:
            if new is not None:
                new.unlink(missing_ok=True)
        for past in reversed(done):
            _restore(past)
        _remove_folders(made)
        raise
    _remove_folders([f for change in due if change.after is None for f in change.folders])


@contextlib.contextmanager
def _named(change: Change) -> Iterator[None]:
    """Tell a refusal of the system as one of this file."""
    try:
        yield
    except OSError as error:
        reason = f"it can't be written: {error.strerror}"
        step = "see the rights of the file and its folder; nothing was changed"
        raise RegisterError(change.file, 0, reason, step) from error


def _make(change: Change) -> list[Path]:
    made = []
    for folder in missing_folders(change.file) if change.after is not None else ():
        folder.mkdir()
        made.append(folder)
    return made


def _beside(change: Change) -> Path | None:
    """Write what a file will hold beside it, with its mode; return where, or None for no file."""
    if change.after is None:
        return None
    if change.before is not None and not os.access(change.file, os.W_OK):
        raise RegisterError(change.file, 0, "it may not be written", "see its rights")
    handle, name = tempfile.mkstemp(prefix=f".{change.file.name}.", dir=change.file.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(change.after)
            stream.flush()
            os.fsync(stream.fileno())
        new.chmod(_mode(change))
    except OSError:
        new.unlink(missing_ok=True)
        raise
    return new


def _mode(change: Change) -> int:
    if change.before is not None:
        return change.file.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _swap(file: Path, new: Path | None) -> None:
    if new is None:
        file.unlink()
    else:
        new.replace(file)


def _restore(change: Change) -> None:
    with contextlib.suppress(OSError):
        back = Change(change.file, change.after, change.before)
        _swap(change.file, _beside(back))


def _remove_folders(folders: Sequence[Path]) -> None:
    for folder in sorted(folders, key=lambda f: len(f.parts), reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()
