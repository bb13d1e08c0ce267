"""`backend-mcp decide` and `decisions`: what people decide in a terminal, and all that was decided."""

import argparse
import sys
from pathlib import Path
from typing import Any

from backend_mcp import settings
from backend_mcp.cli.shared import (
    BAD_INPUT,
    FINE,
    FOUND,
    console,
    document,
    folder,
    show_json,
    today,
)
from backend_mcp.errors import ArgumentError, PathError

_KEYS = ("reason", "title", "by", "while", "until", "owner", "interest", "trigger")


def add(commands: Any) -> None:
    """Add the commands."""
    command = commands.add_parser(
        "decide", help="decide about a finding, and keep it as a file",
        description="Accept a finding as a debt, override it, or defer it; or keep a direction that answers "
        "none. The file is shown, and written to docs/decisions with --write. Later reviews honour it.",
    )  # fmt: skip
    command.add_argument("kind", choices=("accept", "override", "defer"))
    command.add_argument(
        "subject", nargs="?", default="",
        help="the finding (rule@place), gate to go on without a review, or nothing for a direction",
    )  # fmt: skip
    command.add_argument("--reason", required=True, help="why, for whoever meets it in a year")
    command.add_argument("--title", default="", help="the decision as a sentence")
    command.add_argument(
        "--while", default="", metavar="FACTS", dest="while",
        help='holds while this is true: "load.messages_per_second < 200/s and context.teams == 1"',
    )  # fmt: skip
    command.add_argument(
        "--until", default="", metavar="DAY", help="holds to the end of 2027-06-30"
    )
    command.add_argument("--owner", default="", help="who pays an accepted finding back")
    command.add_argument("--interest", default="", metavar="HOURS", help="what it costs a month")
    command.add_argument("--trigger", default="", help="the sign at which it is paid back")
    command.add_argument("--by", choices=("person", "agent", "both"), default="person")
    command.add_argument(
        "--one-way", action="store_true", help="mark it as hard to take back, where no fact says so"
    )
    _about(command)
    command.add_argument("--write", action="store_true", help="write the file, after asking")
    command.add_argument("--yes", action="store_true", help="do not ask before it is written")
    command.set_defaults(run=_decide)
    overview = commands.add_parser(
        "decisions", help="tell what was decided, what is over and what it costs",
        description="Hold every decision in docs/decisions against the design and the day: what has expired "
        "and why, what rests on facts that nobody stated, what the agent decided alone where a person is due, "
        "and the debt. Exit code 1 when one has expired, 2 when a file can't be used.",
    )  # fmt: skip
    _about(overview)
    overview.add_argument("--json", action="store_true", help="print the structured result")
    overview.set_defaults(run=_decisions)


def _about(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--design", type=Path, default=None, metavar="FILE",
        help="the design that it is about; by default backend.yaml at the root of the repository",
    )  # fmt: skip


def _setting(arguments: argparse.Namespace) -> tuple[Path, Any]:
    """Return the root of the repository, and what is known there."""
    from backend_mcp.decisions.state import top_of
    from backend_mcp.reading.reader import read_design
    from backend_mcp.usecases import judge
    from backend_mcp.usecases.decide import Setting
    from backend_mcp.usecases.remember import remember

    file: Path | None = arguments.design
    here = file.parent if file is not None else Path.cwd()
    root = top_of(here)
    knowledge = judge.open_knowledge(
        folder(arguments), settings.cache_folder(), as_of=arguments.as_of
    )
    if file is None and (root / judge.BASE_FILE).is_file():
        file = root / judge.BASE_FILE
    design = None
    if file is not None:
        raw, name = document(file)
        base = judge.read_base(judge.find_base(file), knowledge)
        design = read_design(raw, name, knowledge.vocabulary, base)
    return root, Setting(knowledge, remember(root, knowledge, today(arguments)), design)


def _decide(arguments: argparse.Namespace) -> int:
    from backend_mcp.decisions.folder import foreseen
    from backend_mcp.usecases.decide import draft
    from backend_mcp.usecases.recording import record

    root, setting = _setting(arguments)
    given = {key: getattr(arguments, key) for key in _KEYS}
    wish = {
        "kind": arguments.kind,
        "subject": arguments.subject,
        "one_way": arguments.one_way,
        **given,
    }
    if setting.design is None and "@" in arguments.subject:
        want = f"no design to look it up in: there is no backend.yaml in {root}; give --design FILE"
        raise ArgumentError("SUBJECT", arguments.subject, want, "--design plan.yaml")
    made = draft(wish, setting)
    for line in _told(made):
        print(line, file=sys.stderr)
    if made.existing is not None:
        print(f"{made.existing.file}: it was decided just so before")
        return FINE
    shown = foreseen(root, made.decision.title)
    print(made.text, end="")
    if not arguments.write:
        print(f"Not written. With --write it becomes {shown}", file=sys.stderr)
        return FINE
    if not _agreed(arguments, shown):
        print("Not written.", file=sys.stderr)
        return FOUND
    state = settings.workspace_state(settings.roots(None))
    print(f"{record(root, made, state)}: written; commit it with the plan", file=sys.stderr)
    return FINE


def _told(made: Any) -> list[str]:
    lines = [f"Until a person agrees it decides nothing: {made.due}"] if made.due else []
    lines += [f"Not sure today: {made.doubt}"] if made.doubt else []
    return lines + [f"Takes the place of {r.file}" for r in made.replaces]


def _agreed(arguments: argparse.Namespace, shown: str) -> bool:
    """Return whether whoever sits there agrees; a person's word needs a terminal with a person at it.

    Raises:
        PathError: nobody can be asked.
    """
    sits = sys.stdin is not None and sys.stdin.isatty()
    if not sits and arguments.by != "agent":
        raise PathError(
            f"--by {arguments.by}: a person's decision is written where a person can answer, in a terminal; "
            "a script may say --by agent --yes"
        )
    if arguments.yes:
        return True
    if not sits:
        raise PathError("--write asks before it writes, and nobody is there to answer; say --yes")
    print(f"Write {shown}? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _decisions(arguments: argparse.Namespace) -> int:
    from backend_mcp.render import decisions
    from backend_mcp.usecases.overview import overview

    _, setting = _setting(arguments)
    found = overview(setting)
    about = {"design": setting.design.name if setting.design else "", "day": str(setting.day)}
    shape = decisions.overview(found.rows, (found.problems, found.notes), found.hours, about)
    if arguments.json:
        show_json(shape)
    else:
        decisions.show(shape, console())
    if shape["broken"]:
        return BAD_INPUT
    return FOUND if shape["expired"] else FINE
