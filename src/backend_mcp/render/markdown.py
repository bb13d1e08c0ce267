"""A result as Markdown, through the template in `prompts/`."""

from functools import lru_cache
from pathlib import Path
from typing import Any


def markdown(shape: dict[str, Any], templates: Path) -> str:
    """Render a structured result; whatever stands in it stands in the text."""
    return str(_template(templates).render(shape)).strip() + "\n"


@lru_cache(maxsize=4)
def _template(templates: Path) -> Any:
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=False, keep_trailing_newline=True
    )
    return environment.get_template("review.md.j2")
