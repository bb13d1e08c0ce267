"""`backend-mcp install` and `uninstall`: shown first, then asked, then all of it or nothing."""

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from backend_mcp import settings
from backend_mcp.cli.shared import BAD_INPUT, FINE, console
from backend_mcp.clients.names import CLIENT_IDS, PROJECT, SCOPES

_OFFERS: Final = {
    "allow": "Let the agent call the four read-only tools without asking you each time?",
    "agents": "Add three lines to {lines}, which tell the agent when to ask?",
    "gate": "Add the hook of the gate? It lets everything pass until you turn it on.",
}
_SHOWN: Final = 160
"""Characters of a line that are shown; a file in one line is cut around what changes."""


def add(commands: Any) -> None:
    """Add the commands."""
    for verb, said in (("install", "register with a coding agent"), ("uninstall", "undo install")):
        command = commands.add_parser(
            verb, help=said, description=_ABOUT[verb],
        )  # fmt: skip
        command.add_argument(
            "client", choices=CLIENT_IDS, metavar="CLIENT", help=", ".join(CLIENT_IDS)
        )
        command.add_argument(
            "--scope", choices=SCOPES, default=PROJECT,
            help="in the project's own configuration (the default), or in the user's for every project",
        )  # fmt: skip
        command.add_argument("--yes", action="store_true", help="write without asking, for scripts")
        if verb == "install":
            _choices(command)
        command.set_defaults(run=_install if verb == "install" else _uninstall)


_ABOUT: Final = {
    "install": "Write the entry of backend-mcp into a client's own configuration. What would change is "
    "shown first. Everything else in the file stays as it is, and `uninstall` undoes it. "
    "Exit code 2 when nothing was written because nobody could be asked.",
    "uninstall": "Take everything that `install` wrote out of a client's configuration again: entry, "
    "rule, hook and lines. Edits of others in the meantime stay.",
}


def _choices(command: argparse.ArgumentParser) -> None:
    flag = argparse.BooleanOptionalAction
    command.add_argument(
        "--allow", action=flag, default=None,
        help="let the agent call the four tools that only read without asking each time",
    )  # fmt: skip
    command.add_argument(
        "--agents", action=flag, default=None,
        help="add three lines to AGENTS.md (CLAUDE.md, GEMINI.md): when to call review_design",
    )  # fmt: skip
    command.add_argument(
        "--gate", action=flag, default=None,
        help="add the hook that `backend-mcp gate` answers before a plan is accepted",
    )  # fmt: skip
    command.add_argument(
        "--print", action="store_true", dest="show", help="print what to add by hand, and write nothing"
    )  # fmt: skip


def registering(client: str, scope: str, knowledge: Path | None = None) -> Any:
    """Return what registers a client of this machine, for the project of the working directory."""
    from backend_mcp.clients.block import trigger
    from backend_mcp.clients.layouts import CLIENTS, Command, Where
    from backend_mcp.decisions.state import top_of
    from backend_mcp.usecases.register import Registering

    lines = trigger((settings.prompts_folder() / "instructions.md").read_text(encoding="utf-8"))
    house = ("--knowledge", str(knowledge.resolve())) if knowledge is not None else ()
    where = Where(top_of(Path.cwd()), Path.home(), os.environ)
    command = Command(settings.command(), house)
    return Registering(CLIENTS[client], scope, where, command, lines, settings.state_folder())


def _install(arguments: argparse.Namespace) -> int:
    chosen = registering(arguments.client, arguments.scope, arguments.knowledge)
    choices = {part: getattr(arguments, part) for part in _OFFERS}
    if arguments.show:
        return _print(chosen, choices)
    if _can_ask() and not arguments.yes:
        lines = chosen.layout.lines
        offers = chosen.install(choices).offers
        for part in (p for p in _OFFERS if p in offers):
            question = _OFFERS[part].format(lines=lines.name if lines else "")
            choices[part] = _agreed(question, part != "gate")
    plan = chosen.install(choices)
    title = chosen.client.title
    if plan.idle:
        chosen.carry_out(plan)
        _say(plan.notes)
        print(f"{title}: already registered ({arguments.scope}); nothing changes.")
        return FINE
    if (code := _carry_out(chosen, plan, arguments)) is None:
        print(f"{title}: registered ({arguments.scope}).")
        _after(chosen, plan, arguments)
    return code or FINE


def _after(chosen: Any, plan: Any, arguments: argparse.Namespace) -> None:
    if chosen.layout.trust:
        print(f"{chosen.layout.trust}.")
    left = [f"--{part}" for part in plan.offers if getattr(arguments, part) is None]
    if left and not _can_ask():
        print(f"Not added, since nobody asked for it: {', '.join(left)}.")
    if arguments.scope == "project":
        print("The entry names paths of this machine: each person runs `install`; don't commit it.")
    undo = f"backend-mcp uninstall {arguments.client} --scope {arguments.scope}"
    print(f"Check it: backend-mcp doctor {arguments.client}. Undo it: {undo}.")


def _uninstall(arguments: argparse.Namespace) -> int:
    chosen = registering(arguments.client, arguments.scope)
    plan = chosen.uninstall()
    if plan.idle:
        chosen.carry_out(plan)
        _say(plan.notes)
        print(f"{chosen.client.title}: nothing of ours is there ({arguments.scope}).")
        return FINE
    if (code := _carry_out(chosen, plan, arguments)) is None:
        print(f"{chosen.client.title}: taken out ({arguments.scope}).")
    return code or FINE


def _carry_out(chosen: Any, plan: Any, arguments: argparse.Namespace) -> int | None:
    """Show, ask and write; return the exit code where nothing was written, else None."""
    _show(plan.changes)
    _say(plan.notes)
    if not arguments.yes:
        if not _can_ask():
            print(
                "Nothing was written: there is nobody to ask. Add --yes to write this.",
                file=sys.stderr,
            )
            return BAD_INPUT
        if not _agreed("Write this?", False):
            print("Nothing was written.")
            return FINE
    if not chosen.carry_out(plan):
        print(
            "What was done could not be noted in the state folder; uninstall will find it by name."
        )
    return None


def _print(chosen: Any, choices: dict[str, bool | None]) -> int:
    """Print each part as it would stand alone in its file."""
    from backend_mcp.clients.wish import put

    for wish in chosen.layout.wishes(chosen.lines):
        if wish.part == "server" or choices[wish.part]:
            print(f"{wish.file}\n\n{put('', wish)[0]}")
    return FINE


def _can_ask() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _agreed(question: str, default: bool) -> bool:
    """Ask on the terminal; an end of input is a no."""
    try:
        said = input(f"{question} [{'Y/n' if default else 'y/N'}] ").strip().lower()
    except EOFError:
        return False
    return said in ("y", "yes") if said else default


def _say(notes: Sequence[str]) -> None:
    for note in notes:
        print(note)


def _show(changes: Sequence[Any]) -> None:
    """Show each file's lines before and after; only those that change, since others may hold secrets."""
    from rich.text import Text

    out = console()
    colors = {"+": "green", "-": "red", "@": "cyan"}
    for change in changes:
        if change.idle:
            continue
        kind = "new file" if change.before is None else "file goes" if change.after is None else ""
        out.print(Text(f"{change.file}" + f" ({kind})" * bool(kind), style="bold"))
        for line in _lines(change):
            out.print(Text(line, style=colors.get(line[0], "")), soft_wrap=True)
    if any(not change.idle for change in changes):
        out.print()


def _lines(change: Any) -> list[str]:
    before = (change.before or b"").decode("utf-8", "replace").splitlines()
    after = (change.after or b"").decode("utf-8", "replace").splitlines()
    found = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]
    old = [line for line in found if line[0] == "-"]
    new = [line for line in found if line[0] == "+"]
    if len(old) == len(new) == 1:
        return [found[0], *_around(old[0], new[0])]
    return [line if len(line) <= _SHOWN else line[:_SHOWN] + "…" for line in found]


def _around(old: str, new: str) -> tuple[str, str]:
    """Cut two long lines to what differs between them."""
    head = _shared(old[1:], new[1:])
    tail = _shared(old[:head:-1], new[:head:-1])
    start = max(0, head - 20)

    def cut(line: str) -> str:
        end = min(len(line), len(line) - tail + 20)
        body = line[1 + start : end]
        return f"{line[0]}{'…' * (start > 0)}{body}{'…' * (end < len(line))}"

    return cut(old), cut(new)


def _shared(one: str, two: str) -> int:
    """Count the characters with which two texts begin alike."""
    pairs = zip(one, two, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(two)))
