"""Writes what people read: a Markdown file for each conversation, and one page with all side by side."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt  # comes with rich
from markupsafe import Markup

from tests.clients.conversations.view import SCRIPTED, blocks

TEMPLATES = Path(__file__).resolve().parent / "templates"
_WORDS = MarkdownIt("commonmark", {"html": False}).disable(
    ["link", "image", "autolink", "reference"]
)
"""Words of others: no tag of theirs, no link and no picture becomes one."""


def slug(client: str) -> str:
    """Return the name of a client's files."""
    return re.sub(r"[^a-z0-9]+", "-", client.lower()).strip("-")


def page(conversations: Sequence[Mapping[str, Any]]) -> str:
    """Return the page with all conversations side by side."""
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    told = [{**one, "slug": slug(one["client"]), "blocks": blocks(one)} for one in conversations]
    return (
        _environment(html=True).get_template("page.html.j2").render(told=told, style=Markup(style))
    )


def transcript(conversation: Mapping[str, Any]) -> str:
    """Return one conversation as Markdown."""
    template = _environment(html=False).get_template("transcript.md.j2")
    return template.render(one=conversation, blocks=blocks(conversation))


def _environment(*, html: bool) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=html, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters |= {"words": _words, "line": _line, "quoted": _quoted, "fenced": _fenced}
    made.filters |= {"kind": _kind, "holds": _holds}
    return made


def _words(text: str) -> Markup:
    return Markup(_WORDS.render(text))  # rendered without tags of the text's own


def _line(text: str) -> Markup:
    return Markup(_WORDS.renderInline(text))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _fenced(text: str) -> str:
    """Return a text in a fence that is longer than any in it."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def _kind(label: str) -> str:
    return SCRIPTED if label.startswith(SCRIPTED) else "recorded"


def _holds(item: str) -> str:
    """Return `yes` or `no` of an item that answers whether something holds."""
    found = re.match(r"\*\*holds: (true|false)\*\*", item)
    return {"true": "yes", "false": "no"}[found[1]] if found else "other"
