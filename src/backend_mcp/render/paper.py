"""Markdown of the knowledge on a terminal: headings as our own, at the left, and lists that hang."""

from typing import Any, ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Heading, Markdown, MarkdownElement
from rich.segment import Segment
from rich.text import Text


class _Heading(Heading):
    """A heading at the left, without a frame."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(self.text.plain, style="bold")


class Page(Markdown):
    """A block of Markdown."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Heading,
    }

    def __init__(self, text: str, **given: Any) -> None:
        super().__init__(text, hyperlinks=False, **given)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Leave out the empty line that a list begins with."""
        begun = False
        for part in super().__rich_console__(console, options):
            begun = begun or not (isinstance(part, Segment) and not part.text.strip())
            if begun:
                yield part
