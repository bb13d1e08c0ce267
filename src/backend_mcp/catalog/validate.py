"""The shape of every entry, checked by pydantic, with each fault at the line where it stands."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from backend_mcp.catalog.files import KINDS, Entry
from backend_mcp.errors import Problem


def validate(
    entries: list[Entry], kinds: Mapping[str, type] = KINDS
) -> tuple[dict[str, list[Any]], list[Problem]]:
    """Turn entries into typed items by kind; return what can't be typed as problems."""
    items: dict[str, list[Any]] = {kind: [] for kind in kinds}
    problems: list[Problem] = []
    for entry in entries:
        item, faults = typed(kinds[entry.kind], entry.values, entry)
        problems += faults
        if item is not None:
            items[entry.kind].append(item)
    return items, problems


def typed(cls: type, values: Any, entry: Entry, *within: str | int) -> tuple[Any, list[Problem]]:
    """Type the values that stand at a place of a file; return None where they can't be, and why."""
    from pydantic import ValidationError

    try:
        return adapter(cls).validate_python(values), []
    except ValidationError as error:
        problems = []
        for fault in error.errors(include_url=False):
            loc = (*within, *(k for k in fault["loc"] if isinstance(k, str | int)))
            field = ".".join(str(k) for k in loc)
            problems.append(Problem(entry.path, entry.line(*loc), field, fault["msg"]))
        return None, problems


def dump(items: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return the items as plain values that JSON can hold."""
    return {
        kind: [adapter(KINDS[kind]).dump_python(i, mode="json") for i in items[kind]]
        for kind in KINDS
    }


@lru_cache(maxsize=16)
def adapter(cls: type) -> Any:
    """Return what checks and dumps entries of a kind; to make it costs more than to use it."""
    from pydantic import TypeAdapter

    return TypeAdapter(cls)
