"""The command line: parse, call one use case, render. Exit 0 fine, 1 findings, 2 bad input."""

import argparse
import io
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from backend_mcp import settings
from backend_mcp.errors import BackendMcpError, PathError
from backend_mcp.model.entries import SEVERITIES
from backend_mcp.tree import clean

FINE, FOUND, BAD_INPUT = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code; what goes wrong is said in a line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a narrow encoding shows `?`, and never fails
            stream.reconfigure(errors="replace")
    arguments = _parser().parse_args(argv)
    try:
        code = arguments.run(arguments)
    except BackendMcpError as error:
        print("\n".join(clean(line) for line in str(error).split("\n")), file=sys.stderr)
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
        help="use this knowledge folder instead of the one that comes with the package",
    )  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _review_command(commands)
    _check_command(commands)
    _new_command(commands)
    _serve_command(commands)
    _docs_command(commands)
    return parser


def _review_command(commands: Any) -> None:
    command = commands.add_parser(
        "review", help="review a design", description="Review a design document (YAML, JSON, or the "
        "```yaml design block of a Markdown file). Exit code 1 when a finding reaches --fail-on.",
    )  # fmt: skip
    command.add_argument("file", type=Path, help="the design document; - reads standard input")
    command.add_argument("--json", action="store_true", help="print the structured result")
    command.add_argument("--detail", choices=("short", "full"), default="short")
    command.add_argument(
        "--strict", action="store_true", help="anything that can't be read is an error"
    )
    command.add_argument(
        "--fail-on", choices=(*SEVERITIES, "never"), default="never", metavar="SEVERITY",
        help="exit 1 when a finding is at least this: blocker, high, medium or low (default never)",
    )  # fmt: skip
    command.add_argument(
        "--base", metavar="FILE", default=None,
        help="the accepted design that this one changes; by default backend.yaml at the root of "
        "the file's repository, where the document names a part of it; none for no base",
    )  # fmt: skip
    command.set_defaults(run=_review)


def _check_command(commands: Any) -> None:
    command = commands.add_parser(
        "check", help="check a knowledge folder", description="Check every file of a knowledge "
        "folder: forms, links, ages, and each entry on its own examples.",
    )  # fmt: skip
    command.add_argument("folder", type=Path, nargs="?", default=None)
    command.set_defaults(run=_check)


def _new_command(commands: Any) -> None:
    command = commands.add_parser(
        "new", help="write the skeleton of a rule or a probe",
        description="Write a skeleton whose TODOs fail the check until they are filled in.",
    )  # fmt: skip
    command.add_argument("kind", choices=("rule", "probe"))
    command.add_argument("id", metavar="AREA/ID", help="resilience/retries-without-jitter")
    command.set_defaults(run=_new)


def _serve_command(commands: Any) -> None:
    command = commands.add_parser(
        "serve", help="serve agents over MCP (stdio)", description="Serve the tool `review_design` "
        "to a coding agent over the Model Context Protocol, on standard input and output.",
    )  # fmt: skip
    command.add_argument(
        "--root", type=Path, action="append", default=None, metavar="FOLDER",
        help="a folder below which designs may be read by path; by default the client's project",
    )  # fmt: skip
    command.set_defaults(run=_serve)


def _docs_command(commands: Any) -> None:
    command = commands.add_parser(
        "docs", help="write the generated files: schemas and reference pages",
        description="Write schema/ and the generated pages of docs/; with --check only compare.",
    )  # fmt: skip
    command.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 on a difference"
    )
    command.set_defaults(run=_docs)


def _folder(arguments: argparse.Namespace) -> Path:
    return arguments.knowledge or settings.knowledge_folder()


def _review(arguments: argparse.Namespace) -> int:
    from backend_mcp.render.result import brief, result
    from backend_mcp.usecases import judge

    knowledge = judge.open_knowledge(_folder(arguments), settings.cache_folder())
    raw, name = _document(arguments.file)
    base = judge.read_base(_base(arguments), knowledge)
    reviewed = judge.review_tree(raw, name, knowledge, base=base, strict=arguments.strict)
    whole = arguments.detail == "full" or arguments.json
    shape = result(reviewed.review, arguments.detail) if whole else brief(reviewed.review)
    if arguments.detail == "full" and reviewed.simplest is not None:
        shape["simplest"]["document"] = reviewed.simplest
    if arguments.json:
        print(json.dumps(shape, ensure_ascii=False, indent=2))
    else:
        _print(shape)
    worst = min((SEVERITIES.index(f.severity) for f in reviewed.review.findings), default=99)
    failing = arguments.fail_on != "never" and worst <= SEVERITIES.index(arguments.fail_on)
    return FOUND if failing else FINE


def _document(file: Path) -> tuple[Any, str]:
    from backend_mcp.tree import MAX_BYTES, from_text
    from backend_mcp.usecases import judge

    if str(file) == "-" and sys.stdin is None:
        raise PathError("standard input is closed; name a file, or pipe a document in")
    if str(file) == "-":
        return from_text(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input"), "standard input"
    return judge.read_file(file), str(file)


def _base(arguments: argparse.Namespace) -> Path | None:
    from backend_mcp.usecases import judge

    if arguments.base == "none" or (arguments.base is None and str(arguments.file) == "-"):
        return None
    return Path(arguments.base) if arguments.base else judge.find_base(arguments.file)


def _print(shape: dict[str, Any]) -> None:
    from rich.console import Console

    from backend_mcp.render.terminal import show

    class Plain(Console):
        """A console that leaves a broken pipe to `main`; rich's own would exit 1, as for findings."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    console = Plain(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else 100)
    show(shape, console)


def _check(arguments: argparse.Namespace) -> int:
    from backend_mcp.usecases import maintain

    folder = arguments.folder or _folder(arguments)
    knowledge = maintain.check_knowledge(folder, date.today())
    print(
        f"{folder}: fine. {len(knowledge.rules)} rules, {len(knowledge.ladders)} ladders, "
        f"{len(knowledge.probes)} probes, {len(knowledge.thresholds)} thresholds, "
        f"{len(knowledge.practices)} practices, {len(knowledge.technologies)} technologies."
    )
    return FINE


def _new(arguments: argparse.Namespace) -> int:
    from backend_mcp.usecases import maintain

    if arguments.knowledge is None:
        _only_in_a_checkout("give --knowledge FOLDER before `new`")
    folder = f" --knowledge {arguments.knowledge}" if arguments.knowledge is not None else ""
    path = maintain.write_skeleton(_folder(arguments), arguments.kind, arguments.id)
    print(f"{path}\nFill in the TODOs, examples first, then run: backend-mcp{folder} check")
    return FINE


def _only_in_a_checkout(instead: str) -> None:
    """Refuse to write into an installed package, where nobody would find it."""
    if not settings.is_checkout():
        raise PathError(
            f"the installed package at {settings.checkout()} is not for editing: {instead}, "
            "or run this from a checkout that is installed with `pip install --editable .`"
        )


def _serve(arguments: argparse.Namespace) -> int:
    from backend_mcp.server.stdio import serve

    serve(_folder(arguments), settings.roots(arguments.root))
    return FINE


def _docs(arguments: argparse.Namespace) -> int:
    from backend_mcp.usecases import maintain

    _only_in_a_checkout("the generated files belong to the repository")
    root = settings.checkout()
    stale = maintain.write_docs(root, _folder(arguments), check=arguments.check)
    for path in stale:
        print(f"{path}: {'out of date; run backend-mcp docs' if arguments.check else 'written'}")
    return FOUND if stale and arguments.check else FINE
