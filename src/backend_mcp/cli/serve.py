"""`backend-mcp serve`."""

import argparse
from pathlib import Path
from typing import Any

from backend_mcp import settings
from backend_mcp.cli.shared import FINE, folder


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "serve", help="serve agents over MCP (stdio)", description="Serve the tool `review_design` "
        "to a coding agent over the Model Context Protocol, on standard input and output.",
    )  # fmt: skip
    command.add_argument(
        "--root", type=Path, action="append", default=None, metavar="FOLDER",
        help="a folder below which designs may be read by path; by default the client's project",
    )  # fmt: skip
    command.set_defaults(run=_serve)


def _serve(arguments: argparse.Namespace) -> int:
    from backend_mcp.server.stdio import serve

    serve(folder(arguments), settings.roots(arguments.root))
    return FINE
