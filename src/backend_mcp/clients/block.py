"""A marked block at the end of a text that agents read (AGENTS.md, CLAUDE.md, GEMINI.md)."""

import re
from typing import Final

from backend_mcp.clients.spans import Span, newline_of

BEGIN: Final = "<!-- backend-mcp:begin (`backend-mcp uninstall` takes this out) -->"
END: Final = "<!-- backend-mcp:end -->"
_WITHOUT: Final = (
    "Without the tool, write the design to a YAML file and run `backend-mcp review FILE`. "
    "Ask the person what it asks, and review again before you present the plan."
)
_BLOCK: Final = re.compile(
    r"^<!-- backend-mcp:begin\b[^\n]*?-->\r?\n(.*?)^<!-- backend-mcp:end -->(?:\r?\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
_MARK: Final = re.compile(r"^<!-- backend-mcp:(begin|end)\b", re.MULTILINE)


class BlockError(Exception):
    """The marks in a text do not pair; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(reason)


def trigger(instructions: str) -> str:
    """Return the three lines for agents: when to call, what to size and keep, and what to do without."""
    when, size, *_ = instructions.strip().split("\n\n")
    return "\n".join([re.split(r"(?<=[.!?]) (?=[A-Z])", when)[0], size, _WITHOUT])


def find(text: str) -> str | None:
    """Return what stands between the marks, lines ending in a line feed, or None without a block.

    Raises:
        BlockError: there is one mark without the other, or more than one block.
    """
    marks = [m.group(1) for m in _MARK.finditer(text)]
    found = _BLOCK.search(text)
    if not marks:
        return None
    if marks != ["begin", "end"] or found is None:
        first = next(iter(_MARK.finditer(text)))
        line = text.count("\n", 0, first.start()) + 1
        raise BlockError(line, "the marks backend-mcp:begin and backend-mcp:end do not pair")
    return found.group(1).replace("\r\n", "\n").rstrip("\n")


def put(text: str, lines: str) -> tuple[str, Span]:
    """Put a block with these lines to the end of a text that has none."""
    newline = newline_of(text)
    lead = "" if not text else newline if text.endswith("\n") else newline * 2
    said = lead + newline.join([BEGIN, *lines.split("\n"), END, ""])
    return text + said, Span(len(text), said)


def cut(text: str) -> str:
    """Take the block out, with the empty line before it."""
    found = _BLOCK.search(text)
    if found is None:
        return text
    head = text[: found.start()]
    if head.endswith(("\n\n", "\n\r\n")):
        head = head[: -2 if head.endswith("\r\n") else -1]
    return head + text[found.end() :]
