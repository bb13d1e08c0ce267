"""The prompts in `prompts/*.md.j2`: their cards, and their texts filled from facts and entries.

A template begins with a comment, `{#---` … `---#}`, that holds title, description and arguments.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from backend_mcp.errors import KnowledgeError, Problem, unknown_name
from backend_mcp.model.consultation import Balance, Comparison, Told
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.prompt import ARGUMENT_KINDS, PromptArgument, PromptCard
from backend_mcp.model.review import Finding, Review
from backend_mcp.render import consulted
from backend_mcp.render.markdown import environment
from backend_mcp.render.result import finding, full
from backend_mcp.tree import from_text, plain

_ENDING: Final = ".md.j2"
_OPEN, _CLOSE = "{#---", "---#}"
LONGEST_PROMPT: Final = 16_000
"""Characters; a prompt that is longer is cut at the end of a line, and says so."""


@lru_cache(maxsize=4)
def cards(templates: Path) -> tuple[PromptCard, ...]:
    """Return the cards of every prompt, by name.

    Raises:
        KnowledgeError: a template whose head can't be read.
    """
    return tuple(_card(path) for path in sorted(templates.glob(f"*{_ENDING}")))


def card(templates: Path, name: str) -> PromptCard:
    """Return the card of one prompt.

    Raises:
        ArgumentError: there is no such prompt; with the nearest.
    """
    known = {c.name: c for c in cards(templates)}
    if name not in known:
        raise unknown_name("name", name, list(known))
    return known[name]


def _card(path: Path) -> PromptCard:
    text = path.read_text(encoding="utf-8")
    head = plain(from_text(text.removeprefix(_OPEN).partition(_CLOSE)[0], path.name))
    if not text.startswith(_OPEN) or not isinstance(head, dict):
        raise KnowledgeError(
            [
                Problem(
                    path.name,
                    1,
                    "",
                    f"a head {_OPEN} title, description, arguments {_CLOSE} is due",
                )
            ]
        )
    given = head.get("arguments") or {}
    wrong = [n for n, a in given.items() if a.get("is") not in ARGUMENT_KINDS]
    if wrong or not head.get("title") or not head.get("description"):
        reason = (
            f"title, description, and `is` of each argument ({', '.join(ARGUMENT_KINDS)}) are due"
        )
        raise KnowledgeError([Problem(path.name, 1, ", ".join(wrong), reason)])
    return PromptCard(
        path.name.removesuffix(_ENDING),
        str(head["title"]),
        " ".join(str(head["description"]).split()),
        tuple(
            PromptArgument(n, a["is"], str(a.get("description", "")), bool(a.get("required")))
            for n, a in given.items()
        ),
    )


def prompt(templates: Path, name: str, values: dict[str, Any], knowledge: Knowledge) -> str:
    """Render a prompt from what was gathered for it; templates see the shapes that results have."""
    shapes = {key: _shaped(value, knowledge) for key, value in values.items()}
    judged = shapes.get("review") or {"findings": []}
    for found in [*judged["findings"], *([shapes["finding"]] if "finding" in shapes else [])]:
        found["area"] = values["areas"].get(found["rule"], "")
    text = str(environment(templates).get_template(f"{name}{_ENDING}").render(shapes)).strip()
    if len(text) <= LONGEST_PROMPT:
        return text + "\n"
    return text[:LONGEST_PROMPT].rpartition("\n")[0] + "\n\n(cut here: the design holds more)\n"


def _shaped(value: Any, knowledge: Knowledge) -> Any:
    if isinstance(value, Comparison):
        return consulted.compared(value, knowledge)
    if isinstance(value, Told):
        return consulted.told(value, knowledge)
    if isinstance(value, Balance):
        return consulted.balance(value)
    if isinstance(value, Review):
        return full(value)
    if isinstance(value, Finding):
        return finding(value)
    if callable(value):
        return lambda *given: _shaped(value(*given), knowledge)
    return value
