"""From plain values, validated before, to frozen entries, without importing a validator.

Only values that `validate` has passed come here (the cache), so that nothing is checked again.
"""

from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, get_args, get_type_hints


def hydrate(cls: type, values: dict[str, Any]) -> Any:
    """Build a `cls` from plain values, nested entries included."""
    made = {}
    for name, inner in _plan(cls):
        if name in values:
            value = values[name]
            made[name] = value if inner is None or value is None else _nested(inner, value)
    return cls(**made)


def _nested(inner: type, value: Any) -> Any:
    if isinstance(value, list):
        return [hydrate(inner, v) for v in value]
    return hydrate(inner, value)


@lru_cache(maxsize=64)
def _plan(cls: type) -> tuple[tuple[str, type | None], ...]:
    hints = get_type_hints(cls)
    return tuple((f.name, _entry_type(hints[f.name])) for f in fields(cls))


def _entry_type(hint: Any) -> type | None:
    candidates = (hint, *get_args(hint))
    return next((c for c in candidates if isinstance(c, type) and is_dataclass(c)), None)
