"""Designs and patches as people write them: YAML, one entry of a list a line, in flow style."""

import json
from collections.abc import Mapping
from typing import Any


def as_yaml(value: dict[str, Any]) -> str:
    """Print a design."""
    lines = []
    for key, inner in value.items():
        if isinstance(inner, list):
            lines.append(f"{key}:")
            lines += [f"  - {flow(entry)}" for entry in inner]
        else:
            lines.append(f"{key}: {flow(inner)}")
    return "\n".join(lines)


def flow(value: Any) -> str:
    """Print a value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(v) for v in value) + "]"
    if isinstance(value, str) and value.replace("_", "").replace("-", "").isalnum():
        return value
    return json.dumps(value, ensure_ascii=False)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return what the second design leaves out of the first (−) and what it adds (+), a line each."""
    if not before or not after:
        return []
    gone, come = _lines(before), _lines(after)
    out = [f"− {line}" for line in gone if line not in come]
    return out + [f"+ {line}" for line in come if line not in gone]


def _lines(design: Mapping[str, Any]) -> list[str]:
    found = []
    for key, value in design.items():
        if isinstance(value, list):
            found += [f"{key}: {flow(item)}" for item in value]
        elif isinstance(value, dict):
            found += [f"{key}.{inner}: {flow(item)}" for inner, item in value.items()]
        else:
            found.append(f"{key}: {flow(value)}")
    return found
