"""Where the knowledge stands: one folder, or two of which a house's own lies over the other.

It imports nothing: a start asks for it before anything is read.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OVERLAY: Final = "overlay.yaml"
"""At the top of a house's own folder: what it adds to the knowledge, and what it sets otherwise."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folder of the knowledge, and a house's own that is laid over it.

    Wherever a folder of the knowledge is asked for, this or a plain path may be given.
    """

    base: Path
    house: Path | None = None

    def __str__(self) -> str:
        """Return the folder that whoever asks has in mind: the house's own, where there is one."""
        return str(self.house or self.base)


def folders(given: Folders | Path) -> Folders:
    """Return a plain path as the folder that it is, with nothing laid over it."""
    return given if isinstance(given, Folders) else Folders(given)


def each_folder(given: Folders | Path) -> tuple[Path, ...]:
    """Return the folders to read, a house's own last."""
    where = folders(given)
    return (where.base,) if where.house is None else (where.base, where.house)


def overlaid(folder: Path, built_in: Path) -> Folders:
    """Return a folder as what its top says: an overlay over the knowledge built in, or all of it."""
    lies_over = os.path.lexists(folder / OVERLAY)
    return Folders(built_in, folder) if lies_over else Folders(folder)
