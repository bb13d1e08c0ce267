"""Files of one workspace that outlive a process: small, whole, and readable by their owner alone.

Nothing heavy is imported: the gate runs at every plan.
"""

import json
import os
import re
import secrets
import stat
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from backend_mcp.errors import StateError

LONGEST: Final = 262_144
"""Bytes of a file of ours; what is longer was not written by us."""
_SIGNS: Final = re.compile(r"[^A-Za-z0-9._-]+")
_NONBLOCK: Final = getattr(os, "O_NONBLOCK", 0)
_NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)


def repository_of(place: Path) -> Path | None:
    """Return the folder with a `.git` that a folder is or stands in, links resolved; None for none."""
    start = place.resolve()
    return next((p for p in (start, *start.parents) if (p / ".git").exists()), None)


def top_of(place: Path) -> Path:
    """Return the repository that a folder stands in, or the folder itself, links resolved."""
    return repository_of(place) or place.resolve()


def folder_of(home: Path, root: Path) -> Path:
    """Return the folder in which the state of a workspace is kept.

    A root inside of a repository counts as the repository: a session that was started in a folder
    of it, and a terminal that stands in another, mean the same workspace.
    """
    top = top_of(root)
    digest = sha256(os.fsencode(top)).hexdigest()[:12]
    return home / f"{_SIGNS.sub('-', top.name)[:40] or 'root'}-{digest}"


def write(path: Path, value: dict[str, Any]) -> None:
    """Write a file in one step, down to the disk: when this returns it is there, whole.

    Raises:
        StateError: it can't be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW, 0o600)
        try:
            with open(handle, "w", encoding="utf-8") as file:
                json.dump(value, file, ensure_ascii=True)
                file.flush()
                os.fsync(handle)
            os.replace(draft, path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        to_disk(path.parent)
    except OSError as error:
        raise StateError(f"{path}: can't be written: {error.strerror or error}") from error


def read(path: Path) -> dict[str, Any] | None:
    """Return what a file of ours holds, or None where there is none.

    Raises:
        StateError: it is no file of ours: torn, foreign, too long, or not to be read.
    """
    try:
        data = read_bytes(path, LONGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(f"{path}: can't be read: {error.strerror or error}") from error
    try:
        held = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise StateError(f"{path}: no JSON; delete it") from error
    if not isinstance(held, dict) or held.get("format") != 1:
        raise StateError(f"{path}: not of format 1; delete it")
    return held


def read_bytes(path: Path, longest: int) -> bytes:
    """Return the bytes of a regular file, never waiting for a pipe or device.

    Raises:
        OSError: it is missing, no regular file, not to be read, or longer than `longest` bytes.
    """
    handle = os.open(path, os.O_RDONLY | _NONBLOCK)
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("no regular file")
        data = file.read(longest + 1)
    if len(data) > longest:
        raise OSError(f"longer than {longest:,} bytes")
    return data


def mark(path: Path) -> bool:
    """Leave an empty file; return False where it was there before.

    Raises:
        StateError: it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW, 0o600))
    except FileExistsError:
        return False
    except OSError as error:
        raise StateError(f"{path}: can't be written: {error.strerror or error}") from error
    return True


def prune(folder: Path, pattern: str, keep: int) -> None:
    """Drop all but the newest files of a pattern; one that another writer dropped is no fault."""
    try:
        found = sorted(folder.glob(pattern), key=lambda p: -p.stat().st_mtime_ns)
        for old in found[keep:]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def to_disk(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system lets one."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:  # some file systems know no such thing
        return
    finally:
        os.close(handle)
