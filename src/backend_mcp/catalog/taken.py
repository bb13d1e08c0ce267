"""Names of products and practices: each belongs to one entry, or a word in a plan would mean two things."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from backend_mcp.catalog.files import Entry
from backend_mcp.errors import Problem

_NAMED: Final = ("technologies", "practices")
Keys = tuple[str | int, ...]


def taken_names(
    checked: Iterable[Entry], known: Iterable[Entry], practice_ids: Iterable[str] = ()
) -> Iterator[Problem]:
    """Yield each name of a checked entry by which another of the known ones goes already.

    `practice_ids` are those without an entry of their own. An overlay is held against it whenever it
    is loaded: with the name of a known product a house would take away what locked rules see.
    """
    owners: dict[tuple[str, str], set[str]] = {}
    for id_ in practice_ids:
        owners.setdefault(("practices", plain_name(id_)), set()).add(id_)
    for entry in known:
        for _, name in _names(entry):
            owners.setdefault((entry.kind, plain_name(name)), set()).add(_id(entry))
    for entry in checked:
        for keys, name in _names(entry):
            others = owners.get((entry.kind, plain_name(name)), set()) - {_id(entry)}
            for other in sorted(others):
                reason = f"{name} is a name of {other} already"
                yield Problem(entry.path, entry.line(*keys), ".".join(map(str, keys)), reason)


def plain_name(name: str) -> str:
    """Return a name in the one form in which names are compared."""
    return " ".join(name.lower().replace("_", " ").split())


def _id(entry: Entry) -> str:
    return str(entry.values.get("id"))


def _names(entry: Entry) -> Iterator[tuple[Keys, str]]:
    """Yield what an entry goes by, with where it stands; forms that are no names are told elsewhere."""
    values: Any = entry.values
    if entry.kind not in _NAMED or not isinstance(values, dict):
        return
    for key in ("id", "title"):
        if isinstance(values.get(key), str):
            yield (key,), values[key]
    for key in ("aliases", "exact"):
        listed = values.get(key)
        for n, name in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(name, str):
                yield (key, n), name
