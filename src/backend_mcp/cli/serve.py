"""`backend-mcp serve`."""

import argparse
import gc
import socket
from pathlib import Path
from typing import Any, Final

from backend_mcp import settings
from backend_mcp.cli.shared import FINE, folder
from backend_mcp.errors import ArgumentError, PathError

_SELDOM: Final = (100_000, 50, 100)
"""Objects between two looks for garbage: the first call leaves some 69,000 that stay (counted 2026-11-26)."""


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "serve", help="serve agents over MCP", description="Serve coding agents over the Model Context "
        "Protocol: on standard input and output, or with --http on a port of this machine.",
    )  # fmt: skip
    command.add_argument(
        "--root", type=Path, action="append", default=None, metavar="FOLDER",
        help="a folder below which designs may be read by path; by default the client's project",
    )  # fmt: skip
    command.add_argument(
        "--http", type=int, default=None, metavar="PORT",
        help="serve over HTTP at http://127.0.0.1:PORT/mcp; no file is read and nothing is remembered",
    )  # fmt: skip
    command.add_argument(
        "--ask-person", action="store_true",
        help="let the tool put what decides a blocker to the person, where the client shows forms",
    )  # fmt: skip
    command.set_defaults(run=_serve)


def _serve(arguments: argparse.Namespace) -> int:
    # what is imported stays for good: to look through it for garbage again and again would cost a
    # tenth of the start, and a collection within the first call as long as the review itself
    gc.disable()
    from backend_mcp.server.app import serve_http, serve_stdio

    gc.freeze()
    gc.set_threshold(*_SELDOM)
    gc.enable()
    asks: bool = arguments.ask_person
    where = folder(arguments)
    if not (where.base / "rules").is_dir():  # what is in it is read with the first call
        raise PathError(f"{where.base}: no knowledge folder: it holds no rules/*.yaml")
    if arguments.http is not None:
        if not 0 < arguments.http < 65536:
            raise ArgumentError(
                "--http", str(arguments.http), "a port from 1 to 65535 is due", "8700"
            )
        _free(arguments.http)
        serve_http(where, arguments.http, ask_person=asks, as_of=arguments.as_of)
    else:
        roots = settings.roots(arguments.root)
        serve_stdio(where, roots, ask_person=asks, as_of=arguments.as_of)
    return FINE


def _free(port: int) -> None:
    """Raise where nobody may listen on a port of this machine: it is taken, or kept for the system."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            want = f"a port where nobody listens is due ({error.strerror})"
            raise ArgumentError("--http", str(port), want, "8700") from error
