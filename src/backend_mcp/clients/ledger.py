"""What install put into a file of a client, kept beside it so that uninstall can undo just that.

One small JSON file per edited file in the state folder. It holds only our own text. Where it is lost,
what is ours is still found by its name; only what was there before, such as an empty list, is not known.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """One text that was put in, and for whom.

    `at` is its offset when it was put in; `made` are the containers that it brought; `values` the items
    of a list; `owners` the clients that were registered with it (two clients may read one file).
    """

    part: str
    path: tuple[str, ...]
    at: int
    text: str
    made: tuple[tuple[str, ...], ...] = ()
    values: tuple[Any, ...] = ()
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is known of a file: whether install made it, which folders it made for it, what it put in."""

    file: str
    absent: bool = False
    folders: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()

    def piece(self, part: str, path: Sequence[str]) -> Piece | None:
        """Return what was put in for a part at a path."""
        found = [p for p in self.pieces if p.part == part and p.path == tuple(path)]
        return found[-1] if found else None

    def without(self, piece: Piece) -> "Ledger":
        """Return the ledger without a piece."""
        return replace(self, pieces=tuple(p for p in self.pieces if p is not piece))

    def owned(self, piece: Piece, owners: Sequence[str]) -> "Ledger":
        """Return the ledger with other owners of a piece."""
        kept = (replace(p, owners=tuple(owners)) if p is piece else p for p in self.pieces)
        return replace(self, pieces=tuple(kept))


def place(state: Path, file: Path) -> Path:
    """Return where the ledger of a file stands in the state folder."""
    return state / "registered" / f"{hashlib.sha256(str(file).encode()).hexdigest()[:16]}.json"


def load(state: Path | None, file: Path) -> Ledger:
    """Return the ledger of a file; an empty one where there is none, or it can't be read."""
    empty = Ledger(str(file))
    if state is None:
        return empty
    try:
        data = json.loads(place(state, file).read_text(encoding="utf-8"))
        if data["format"] != _FORMAT or data["file"] != str(file):
            return empty
        pieces = [_piece(p) for p in data["pieces"]]
        return Ledger(str(file), bool(data["absent"]), tuple(data["folders"]), tuple(pieces))
    except (OSError, ValueError, KeyError, TypeError):
        return empty


def _piece(data: dict[str, Any]) -> Piece:
    made = tuple(tuple(m) for m in data["made"])
    return Piece(
        str(data["part"]), tuple(data["path"]), int(data["at"]), str(data["text"]), made,
        tuple(data["values"]), tuple(data["owners"]),
    )  # fmt: skip


def save(state: Path | None, ledger: Ledger) -> bool:
    """Keep a ledger, or drop it once nothing of ours is left; return whether that could be done."""
    if state is None:
        return False
    path = place(state, Path(ledger.file))
    try:
        if not ledger.pieces:
            path.unlink(missing_ok=True)
            return True
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = path.with_suffix(".new")
        new.write_text(json.dumps({"format": _FORMAT, **asdict(ledger)}), encoding="utf-8")
        new.chmod(0o600)
        new.replace(path)
    except OSError:
        return False
    return True
