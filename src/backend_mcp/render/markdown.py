"""Results as Markdown, through the templates in `prompts/results/`."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from backend_mcp.render.flow import as_yaml
from backend_mcp.render.page import sections
from backend_mcp.render.unjudged import briefly

Twin = Literal["review", "compare", "checklist", "search", "entry", "form", "error"]
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
    made.filters["yaml"] = as_yaml
    made.filters["briefly"] = briefly
    made.globals["sections"] = sections
    return made
