"""What the commands have in common: exit codes, the knowledge folder, printing."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from backend_mcp import settings
from backend_mcp.catalog.folders import Folders, overlaid
from backend_mcp.errors import PathError
from backend_mcp.model.day import read_day

FINE, FOUND, BAD_INPUT = 0, 1, 2


def folder(arguments: argparse.Namespace, given: Path | None = None) -> Folders:
    """Return the knowledge folder that was asked for, or the one that comes with the package.

    One that says at its top that it is an overlay is laid over the package's.
    """
    built_in = settings.knowledge_folder()
    return overlaid(given or arguments.knowledge or built_in, built_in)


def today(arguments: argparse.Namespace) -> date:
    """Return the day that was given, or the clock's: this is the edge where it is read."""
    day = read_day(arguments.as_of) if arguments.as_of else None
    return day or date.today()


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
    """Return where results are printed: as wide as the terminal, or 100 columns in a pipe."""
    from rich.console import Console

    class Plain(Console):
        """A console that leaves a broken pipe to `main`; rich's own would exit 1, as for findings."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Plain(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else 100)
