"""What the commands have in common: exit codes, the knowledge folder, printing."""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import IO, Any, Final, cast

from backend_mcp import settings
from backend_mcp.catalog.folders import Folders, overlaid
from backend_mcp.errors import ArgumentError, PathError

FINE, FOUND, BAD_INPUT = 0, 1, 2
_ARGUMENT: Final = re.compile(r'(capability|topic|query): "([^"]+)"')
_COMMANDS: Final = {"capability": "compare", "topic": "checklist", "query": "search"}
"""The commands that take what a tool's argument takes."""


def folder(arguments: argparse.Namespace, given: Path | None = None) -> Folders:
    """Return the knowledge folder that was asked for, or the one that comes with the package.

    One that says at its top that it is an overlay is laid over the package's.
    """
    built_in = settings.knowledge_folder()
    return overlaid(given or arguments.knowledge or built_in, built_in)


def document(file: Path) -> tuple[Any, str]:
    """Read a design document; `-` is standard input.

    Raises:
        PathError: it can't be read.
        DesignError: it is too large, or neither YAML nor JSON.
    """
    from backend_mcp.tree import MAX_BYTES, from_text
    from backend_mcp.usecases import judge

    if str(file) == "-" and sys.stdin is None:
        raise PathError("standard input is closed; name a file, or pipe a document in")
    if str(file) == "-":
        return from_text(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input"), "standard input"
    return judge.read_file(file), str(file)


def show_json(shape: dict[str, Any]) -> None:
    """Print a structured result."""
    print(json.dumps(shape, ensure_ascii=False, indent=2))


def console() -> Any:
    """Return where results are printed: as wide as the terminal; in a pipe as COLUMNS, or 100 of them.

    What goes to a pipe is kept, searched and compared: no colour, and no space at the end of a line.
    """
    from rich.console import Console

    class Plain(Console):
        """A console that leaves a broken pipe to `main`; rich's own would exit 1, as for findings."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    if sys.stdout.isatty():
        return Plain(highlight=False, soft_wrap=False)
    width = settings.columns() or 100
    return Plain(
        file=cast("IO[str]", _Trimmed()), highlight=False, soft_wrap=False, width=width,
        force_terminal=False, no_color=True, color_system=None,
    )  # fmt: skip


class _Trimmed:
    """Standard output without the spaces that end a line; rich writes whole lines at a time."""

    def write(self, text: str) -> int:
        """Write a text."""
        sys.stdout.write("\n".join(line.rstrip(" ") for line in text.split("\n")))
        return len(text)

    def flush(self) -> None:
        """Send on what is held."""
        sys.stdout.flush()

    def isatty(self) -> bool:
        """Say that it is no terminal."""
        return False

    @property
    def encoding(self) -> str:
        """Name the letters that can be written."""
        return sys.stdout.encoding


def command_for(error: ArgumentError) -> str:
    """Return what was wrong with an argument, and a command in place of a tool's argument."""
    problem = str(error).partition("\nExample: ")[0]
    found = _ARGUMENT.match(error.example)
    example = f"backend-mcp {_COMMANDS[found[1]]} {found[2]}" if found else error.example
    return f"{problem}\nExample: {example}" if example else problem
