"""`backend-mcp init`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend_mcp import settings
from backend_mcp.cli.shared import FINE, folder
from backend_mcp.errors import ArgumentError

if TYPE_CHECKING:
    from backend_mcp.model.vocabulary import Vocabulary
    from backend_mcp.usecases.begin import Asked


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "init", help="write backend.yaml: what runs today, and what only people know",
        description="Ask at most twelve questions, each of which may be left unknown, and write "
        "backend.yaml at the root of the repository. Every review there then speaks of what a plan changes.",
    )  # fmt: skip
    command.add_argument(
        "--answer", action="append", default=[], metavar="FACT=VALUE",
        help="answer a question beforehand (context.engineers=3); may be given several times",
    )  # fmt: skip
    command.add_argument(
        "--yes", action="store_true", help="ask nothing more, and write; the rest is unknown"
    )
    command.set_defaults(run=_init)


def _init(arguments: argparse.Namespace) -> int:
    from backend_mcp.usecases import begin, judge

    root = settings.roots(None)[0]
    begin.check_free(root)
    knowledge = judge.open_knowledge(folder(arguments), settings.cache_folder())
    words = knowledge.vocabulary
    asked = begin.questions(words)
    given = _given(arguments.answer, asked, words)
    if not arguments.yes:
        _need_a_terminal()
        rest = [q for q in asked if q.fact not in given]
        given |= {q.fact: _ask(q, n, len(rest), words) for n, q in enumerate(rest, 1)}
    text = begin.draft(root.name, given)
    print(text)
    if arguments.yes or _agreed(root):
        print(f"Written: {begin.write(root, text)}")
        print("Next: backend-mcp review backend.yaml")
    else:
        print("Nothing was written.")
    return FINE


def _given(pairs: list[str], asked: "tuple[Asked, ...]", words: "Vocabulary") -> dict[str, Any]:
    from backend_mcp.errors import unknown_name
    from backend_mcp.usecases import begin

    by_fact = {q.fact: q for q in asked}
    found = {}
    for pair in pairs:
        fact, equals, value = pair.partition("=")
        if not equals or fact not in by_fact:
            raise unknown_name("--answer", fact, sorted(by_fact), "--answer context.engineers=3")
        found[fact] = begin.taken(by_fact[fact], value, words)
    return found


def _need_a_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty()):
        want = "nobody is there to answer; give --yes, and what is known as --answer FACT=VALUE"
        raise ArgumentError(
            "init", "no terminal", want, "backend-mcp init --yes --answer context.engineers=3"
        )


def _ask(asked: "Asked", number: int, of: int, words: "Vocabulary") -> Any:
    from backend_mcp.usecases import begin

    hint = f" [{', '.join(asked.words)}]" if asked.words else ""
    many = "; several with commas" if asked.several else ""
    print(f"\n{number}/{of} {asked.ask}{hint}{many}")
    while True:
        try:
            return begin.taken(asked, input("  (Enter: unknown) > "), words)
        except ArgumentError as error:
            print(f"  {error.want}")
        except EOFError:
            return begin.UNKNOWN


def _agreed(root: Path) -> bool:
    try:
        return input(f"Write it to {root}/backend.yaml? [Y/n] ").strip().lower() in ("", "y", "yes")
    except EOFError:
        return False
