"""The command line: parse, call one use case, render. Exit 0 fine, 1 findings, 2 bad input."""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from backend_mcp import settings
from backend_mcp.cli import consult, judge, maintain, serve
from backend_mcp.cli.shared import BAD_INPUT, FINE, command_for
from backend_mcp.errors import ArgumentError, BackendMcpError
from backend_mcp.model.day import read_day
from backend_mcp.tree import clean


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code; what goes wrong is said in a line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a narrow encoding shows `?`, and never fails
            stream.reconfigure(errors="replace")
    arguments = _parser().parse_args(argv)
    try:
        code = arguments.run(arguments)
    except BackendMcpError as error:
        text = command_for(error) if isinstance(error, ArgumentError) else str(error)
        print("\n".join(clean(line) for line in text.split("\n")), file=sys.stderr)
        code = BAD_INPUT
    except BrokenPipeError:  # the reader of a pipe went away
        sys.stderr.close()
        code = FINE
    except KeyboardInterrupt:
        code = 130
    except Exception as error:  # a fault of ours, or of the machine: a line, and never a pass
        print(f"{type(error).__name__}: {clean(str(error))[:300]}", file=sys.stderr)
        code = BAD_INPUT
    sys.exit(code)


class _Version(argparse.Action):
    """Looks for the version when somebody asks: that takes longer than most of a start."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(parser.prog, settings.version())
        parser.exit()


def _day(text: str) -> str:
    if read_day(text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; one is due, such as 2027-06-01")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="backend-mcp",
        description="A second opinion on backend designs: what is not paid for, what is missing, "
        "which number decides it, and go ahead when that is true.",
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="show program's version number and exit"
    )
    parser.add_argument(
        "--knowledge", type=Path, default=None, metavar="FOLDER",
        help="use this knowledge folder instead of the one that comes with the package; with an "
        "overlay.yaml at its top it is laid over that one",
    )  # fmt: skip
    parser.add_argument(
        "--as-of", type=_day, default=None, metavar="DAY",
        help="reckon ages against this day (2027-06-01) instead of the day of the knowledge",
    )  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    judge.add(commands)
    consult.add(commands)
    serve.add(commands)
    maintain.add(commands)
    maintain.add_docs(commands)
    return parser
