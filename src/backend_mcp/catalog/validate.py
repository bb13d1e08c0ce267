"""The shape of every entry, checked by pydantic, with each fault at the line where it stands."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from backend_mcp.catalog.files import KINDS, Entry
from backend_mcp.errors import Problem

_DUE: Final = {
    "missing": "this key is due, and is not there",
    "missing_argument": "this key is due, and is not there",
    "unexpected_keyword_argument": "there is no such key",
    "extra_forbidden": "there is no such key",
    "string_type": "a text is due",
    "int_type": "a whole number is due",
    "int_parsing": "a whole number is due",
    "float_type": "a number is due",
    "float_parsing": "a number is due",
    "bool_type": "true or false is due",
    "bool_parsing": "true or false is due",
    "list_type": "a list is due",
    "tuple_type": "a list is due",
    "dict_type": "a mapping is due",
    "mapping_type": "a mapping is due",
    "dataclass_type": "a mapping is due",
}
"""What is due, by the kind of fault: the names are pydantic's (https://docs.pydantic.dev, error types, 2026)."""


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
            problems.append(Problem(entry.path, entry.line(*loc), field, _due(fault)))
        return None, sorted(problems, key=lambda p: p.line)


def _due(fault: Mapping[str, Any]) -> str:
    """Say in our own words what is due where the library that checks shapes found a fault."""
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "literal_error":
        return f"one of {context['expected'].replace(' or ', ', ')} is due"
    if kind in _DUE:
        return _DUE[kind]
    return str(fault["msg"]).removeprefix("Value error, ")


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
