"""Results as Markdown, through the templates in `prompts/results/`."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Twin = Literal["review", "decision", "compare", "checklist", "search", "entry", "form", "error"]
"""The templates, one for each kind of result."""


def markdown(shape: dict[str, Any], templates: Path, twin: Twin = "review") -> str:
    """Render a structured result; whatever stands in it stands in the text."""
    template = environment(templates).get_template(f"results/{twin}.md.j2")
    return str(template.render({**shape, "shape": shape})).strip() + "\n"


@lru_cache(maxsize=4)
def environment(templates: Path) -> Any:
    """Return the templates of a folder; text is Markdown, so that nothing is escaped."""
    from jinja2 import Environment, FileSystemLoader

    made = Environment(
        loader=FileSystemLoader(templates), autoescape=False, keep_trailing_newline=True
    )
    made.filters["yaml"] = _yaml
    return made


def _yaml(value: Any) -> str:
    """Print a design as people write it: one entry of a list a line, in flow style."""
    lines = []
    for key, inner in value.items():
        if isinstance(inner, list):
            lines.append(f"{key}:")
            lines += [f"  - {_flow(entry)}" for entry in inner]
        else:
            lines.append(f"{key}: {_flow(inner)}")
    return "\n".join(lines)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(v) for v in value) + "]"
    if isinstance(value, str) and value.replace("_", "").replace("-", "").isalnum():
        return value
    return json.dumps(value, ensure_ascii=False)
