"""A long result in parts that every client shows whole: each entry stands in exactly one of them."""

import json
from collections.abc import Iterator
from typing import Any, Final

Shape = dict[str, Any]

LONGEST: Final = 7400
"""Characters of one part as compact JSON; clients cut text at about 8,000."""
_ON_EACH: Final = (
    "name", "verdict", "ready", "capability", "checklist", "title", "entry", "next", "notice", "knowledge",
    "review",
)  # fmt: skip
"""What every part repeats: what it is about, and what to do next."""
_LONGEST_TEXT: Final = 700


def parts(shape: Shape) -> list[Shape]:
    """Divide a full result; every part repeats the verdict, the next step and where it stands."""
    head: Shape = {key: _cut(shape[key]) for key in _ON_EACH if key in shape}
    made: list[Shape] = []
    current: Shape = dict(head)
    used = length(current)
    for path, key, entry in _entries(shape):
        more = length(entry) + len(key or "") + 24
        if used + more > LONGEST and len(current) > len(head):
            made.append(current)
            current, used = dict(head), length(head)
        _put(current, path, key, entry)
        used += more
    made.append(current)
    return [{**part, "part": n + 1, "of": len(made)} for n, part in enumerate(made)]


def _entries(shape: Shape) -> Iterator[tuple[tuple[str, ...], str | None, Any]]:
    """Yield what stands in a result, entry by entry: its path, its key in a mapping, its value."""
    for name, value in shape.items():
        if name in _ON_EACH or value in ([], {}, "", None):
            continue
        if name == "simplest":
            for inner in ("components", "extras"):
                for entry in value[inner]:
                    yield (name, inner), None, _cut(entry)
        elif isinstance(value, list):
            for entry in value:
                yield (name,), None, _cut(entry)
        elif name == "claims":
            for key, entry in value.items():
                yield (name,), key, _cut(entry)
        else:
            yield (), name, _cut(value)


def _put(shape: Shape, path: tuple[str, ...], key: str | None, entry: Any) -> None:
    if path[:1] == ("simplest",):
        shape.setdefault("simplest", {"components": [], "extras": []})[path[1]].append(entry)
    elif not path:
        shape[str(key)] = entry
    elif key is not None:
        shape.setdefault(path[0], {})[key] = entry
    else:
        shape.setdefault(path[0], []).append(entry)


def length(value: Any) -> int:
    """Return the characters of a value as compact JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _cut(value: Any) -> Any:
    """Cut single texts that would fill a part by themselves."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else value[: _LONGEST_TEXT - 1] + "…"
    if isinstance(value, list):
        return [_cut(v) for v in value[:40]]
    if isinstance(value, dict):
        return {k: _cut(v) for k, v in value.items()}
    return value
