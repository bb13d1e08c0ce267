"""`backend-mcp compare`, `checklist` and `search`: consult the knowledge."""

import argparse
from pathlib import Path
from typing import Any

from backend_mcp import settings
from backend_mcp.cli.shared import FINE, FOUND, console, document, folder, show_json, today
from backend_mcp.errors import ArgumentError


def add(commands: Any) -> None:
    """Add the commands."""
    compare = commands.add_parser(
        "compare", help="compare the ways to have a capability",
        description="Show the ladder of a capability (queue, search, reads, …) from the simplest rung "
        "to the strongest: what each holds, costs and needs, and where this situation stands. Without "
        "a capability, list those there are.",
    )  # fmt: skip
    compare.add_argument(
        "capability", nargs="?", help="queue, reads, search, primary-writes, compute, …"
    )
    _situation(compare)
    compare.set_defaults(run=_compare)
    checklist = commands.add_parser(
        "checklist", help="tell what to look at before a step",
        description="Tell a checklist (launch, payment, schema-change, …) as it binds here: first what "
        "is unknown and matters most, then what is skipped, each with its reason. Without a topic, list "
        "those there are.",
    )  # fmt: skip
    checklist.add_argument(
        "topic", nargs="?", help="launch, payment, schema-change, new-service, …"
    )
    _situation(checklist)
    checklist.set_defaults(run=_checklist)
    search = commands.add_parser(
        "search", help="search the knowledge, or read one entry",
        description="Find rules, practices, ladders, numbers and guides by words or symptoms. "
        "The name of one entry (rules/no-ci) shows it whole. Exit code 1 when it is not there.",
    )  # fmt: skip
    search.add_argument("query", nargs="+", help="words, or the name of an entry")
    search.add_argument("--json", action="store_true", help="print the structured result")
    search.set_defaults(run=_search)

    prompt = commands.add_parser(
        "prompt", help="print a prompt for an agent, filled from a design",
        description="Print one of the prompts, filled from your design and from the knowledge, to paste "
        "into any agent. Without a name, list them with what they take.",
    )  # fmt: skip
    prompt.add_argument("name", nargs="?", help="review_architecture, simplest_sufficient, …")
    prompt.add_argument(
        "arguments", nargs="*", metavar="KEY=VALUE", help="design=FILE, capability=queue, …"
    )
    prompt.set_defaults(run=_prompt)


def _situation(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--facts", type=Path, default=None, metavar="FILE",
        help="a design, or the facts of the situation alone; - reads standard input",
    )  # fmt: skip
    command.add_argument("--json", action="store_true", help="print the structured result")


def _library(arguments: argparse.Namespace) -> Any:
    from backend_mcp.catalog.library import Library

    return Library(folder(arguments), settings.cache_folder(), arguments.as_of)


def _facts(arguments: argparse.Namespace, library: Any) -> Any:
    from backend_mcp.usecases import consult, judge

    if arguments.facts is None:
        return consult.read_situation(None, "situation", library)
    raw, name = document(arguments.facts)
    piped = str(arguments.facts) == "-"
    base = judge.read_base(None if piped else judge.find_base(arguments.facts), library.knowledge)
    return consult.read_situation(raw, name, library, base)


def _compare(arguments: argparse.Namespace) -> int:
    from backend_mcp.render import consulted, tables
    from backend_mcp.render.steps import TERMINAL
    from backend_mcp.usecases import consult

    library = _library(arguments)
    if arguments.capability is None:
        lines = consult.list_ladders(library)
        return _out(arguments, consulted.listed(lines, library.knowledge, TERMINAL), tables.listed)
    situation = _facts(arguments, library)
    found = consult.compare_options(arguments.capability, situation, library)
    shape = consulted.with_unread(consulted.compared(found, library.knowledge, TERMINAL), situation)
    return _out(arguments, shape, tables.comparison)


def _checklist(arguments: argparse.Namespace) -> int:
    from backend_mcp.render import consulted, tables
    from backend_mcp.render.steps import TERMINAL
    from backend_mcp.usecases import consult

    library = _library(arguments)
    if arguments.topic is None:
        lines = consult.list_checklists(library)
        return _out(arguments, consulted.listed(lines, library.knowledge, TERMINAL), tables.listed)
    situation = _facts(arguments, library)
    told = consult.get_checklist(arguments.topic, situation, library)
    shape = consulted.with_unread(consulted.told(told, library.knowledge, TERMINAL), situation)
    return _out(arguments, shape, tables.checklist)


def _search(arguments: argparse.Namespace) -> int:
    from backend_mcp.model.consultation import Found
    from backend_mcp.render import consulted, entries, tables
    from backend_mcp.render.steps import TERMINAL
    from backend_mcp.usecases import consult

    library = _library(arguments)
    found = consult.search_knowledge(" ".join(arguments.query), library)
    if isinstance(found, Found):
        _out(arguments, consulted.found(found, library.knowledge, TERMINAL), tables.found)
        return FINE if found.here else FOUND
    return _out(arguments, entries.entry(found, library.knowledge, TERMINAL), tables.entry)


def _prompt(arguments: argparse.Namespace) -> int:
    from backend_mcp.render import prompts, tables
    from backend_mcp.usecases import judge, prompting
    from backend_mcp.usecases.remember import remember

    templates = settings.prompts_folder()
    if not arguments.name:
        tables.cards(prompts.cards(templates), console())
        return FINE
    card = prompts.card(templates, arguments.name)
    given = dict(_pair(text) for text in arguments.arguments)
    library = _library(arguments)

    def read(text: str) -> Any:
        return judge.read_parts(*document(Path(text)), library.knowledge)

    def recall(text: str) -> Any:
        root = None if text.strip() == "-" else judge.find_root(Path(text))
        return remember(root, library.knowledge, today(arguments))

    try:
        values = prompting.gather(card, given, library, read, recall)
    except ArgumentError as error:
        raise _as_pair(error, card) from error
    print(prompts.prompt(templates, card.name, values, library.knowledge), end="")
    return FINE


def _as_pair(error: ArgumentError, card: Any) -> ArgumentError:
    """Return what is wrong with an argument of a prompt, as it is written in a command."""
    if not error.place.startswith("arguments"):
        return error
    due = [
        f"{a.name}={'FILE' if a.kind == 'design' else '“…”'}" for a in card.arguments if a.required
    ]
    example = " ".join(("backend-mcp prompt", card.name, *due))
    return ArgumentError(error.place.removeprefix("arguments."), error.got, error.want, example)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ArgumentError("arguments", text, "KEY=VALUE is due", "design=backend.yaml")
    return key.strip(), value


def _out(arguments: argparse.Namespace, shape: dict[str, Any], show: Any) -> int:
    if arguments.json:
        show_json(shape)
    else:
        show(shape, console())
    return FINE
