"""Where a part of an entry stands: the file and the line, for whoever has a fault to tell."""

from collections.abc import Callable

Locate = Callable[..., tuple[str, int]]
"""From a kind, an id and keys into the entry to the path of its file and the line."""


def nowhere(kind: str, id_: str, *_: str | int) -> tuple[str, int]:
    """Return a place for entries that came from no file."""
    return f"{kind}/{id_}", 0
