"""`backend-mcp check`, `new` and `docs`: keep the knowledge sound."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

from backend_mcp import settings
from backend_mcp.cli.counter import Counter
from backend_mcp.cli.shared import FINE, FOUND, folder
from backend_mcp.errors import PathError


def add(commands: Any) -> None:
    """Add the commands."""
    _check_command(commands)
    _new_command(commands)


def add_docs(commands: Any) -> None:
    """Add the command that only the repository needs."""
    _docs_command(commands)


def _check_command(commands: Any) -> None:
    command = commands.add_parser(
        "check", help="check a knowledge folder", description="Check every file of a knowledge "
        "folder: forms, links, ages, sense, and each entry on its own examples. Of an overlay (a folder "
        "with an overlay.yaml) the house's own files are checked, laid over the built-in knowledge.",
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


def _docs_command(commands: Any) -> None:
    command = commands.add_parser(
        "docs", help="write the generated files: schemas and reference pages",
        description="Write schema/ and the generated pages of docs/; with --check only compare.",
    )  # fmt: skip
    command.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 on a difference"
    )
    command.set_defaults(run=_docs)


def _check(arguments: argparse.Namespace) -> int:
    from backend_mcp.usecases import maintain

    where = folder(arguments, arguments.folder)
    today = date.fromisoformat(arguments.as_of) if arguments.as_of else date.today()
    with Counter(sys.stderr) as counter:
        checked = maintain.check_knowledge(where, today, counter)
    knowledge = checked.knowledge
    for warning in checked.warnings:
        print(warning)
    own = f" As {knowledge.version}." if where.house is not None else ""
    print(
        f"{where}: fine. {len(knowledge.rules)} rules, {len(knowledge.ladders)} ladders, "
        f"{len(knowledge.probes)} probes, {len(knowledge.thresholds)} thresholds, "
        f"{len(knowledge.practices)} practices, {len(knowledge.technologies)} technologies.{own}"
    )
    return FINE


def _new(arguments: argparse.Namespace) -> int:
    from backend_mcp.usecases import maintain

    if arguments.knowledge is None:
        _only_in_a_checkout("give --knowledge FOLDER before `new`")
    again = f" --knowledge {arguments.knowledge}" if arguments.knowledge is not None else ""
    where = folder(arguments)
    path = maintain.write_skeleton(where.house or where.base, arguments.kind, arguments.id)
    named = f", name it under `added` in {where}/overlay.yaml" if where.house is not None else ""
    print(f"{path}\nFill in the TODOs, examples first{named}, then run: backend-mcp{again} check")
    return FINE


def _only_in_a_checkout(instead: str) -> None:
    """Refuse to write into an installed package, where nobody would find it."""
    if not settings.is_checkout():
        raise PathError(
            f"the installed package at {settings.checkout()} is not for editing: {instead}, "
            "or run this from a checkout that is installed with `pip install --editable .`"
        )


def _docs(arguments: argparse.Namespace) -> int:
    from backend_mcp.usecases import maintain

    _only_in_a_checkout("the generated files belong to the repository")
    root = settings.checkout()
    stale = maintain.write_docs(root, folder(arguments), check=arguments.check)
    for path in stale:
        print(f"{path}: {'out of date; run backend-mcp docs' if arguments.check else 'written'}")
    return FOUND if stale and arguments.check else FINE
