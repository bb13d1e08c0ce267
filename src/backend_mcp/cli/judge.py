"""`backend-mcp review`."""

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend_mcp import settings
from backend_mcp.cli.shared import FINE, FOUND, console, document, folder, show_json, today
from backend_mcp.errors import PathError, StateError
from backend_mcp.model.entries import SEVERITIES

if TYPE_CHECKING:
    from backend_mcp.usecases.judge import Reviewed


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "review", help="review a design", description="Review a design document (YAML, JSON, or the "
        "```yaml design block of a Markdown file), and honour the decisions in docs/decisions of its "
        "repository. Exit code 1 when a finding reaches --fail-on.",
    )  # fmt: skip
    command.add_argument("file", type=Path, help="the design document; - reads standard input")
    command.add_argument("--json", action="store_true", help="print the structured result")
    command.add_argument(
        "--sarif", type=Path, metavar="FILE", default=None,
        help="write the findings as SARIF 2.1.0, too, for a code host that shows them in the change",
    )  # fmt: skip
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


def _review(arguments: argparse.Namespace) -> int:
    from backend_mcp.render.result import brief, result
    from backend_mcp.render.terminal import show
    from backend_mcp.usecases import judge, stamping
    from backend_mcp.usecases.remember import remember

    cache = settings.cache_folder()
    knowledge = judge.open_knowledge(folder(arguments), cache, as_of=arguments.as_of)
    piped = str(arguments.file) == "-"
    file = stamping.source(None if piped else arguments.file)
    raw, name = document(arguments.file)
    at = _base(arguments)
    under = stamping.source(at)
    base = judge.read_base(at, knowledge)
    root = None if piped else judge.find_root(arguments.file)
    memory = remember(root, knowledge, today(arguments))
    strict: bool = arguments.strict
    reviewed = judge.review_tree(raw, name, knowledge, base=base, memory=memory, strict=strict)
    _leave_stamp(replace(reviewed, file=file, base=under))
    whole = arguments.detail == "full" or arguments.json
    shape = result(reviewed.review, arguments.detail) if whole else brief(reviewed.review)
    if arguments.detail == "full" and reviewed.simplest is not None:
        shape["simplest"]["document"] = reviewed.simplest
    if arguments.sarif is not None:
        _write_sarif(reviewed, arguments)
    if arguments.json:
        show_json(shape)
    else:
        show(shape, console())
    counting = (f for f in reviewed.review.findings if f.counts)
    worst = min((SEVERITIES.index(f.severity) for f in counting), default=99)
    failing = arguments.fail_on != "never" and worst <= SEVERITIES.index(arguments.fail_on)
    return FOUND if failing else FINE


def _leave_stamp(reviewed: "Reviewed") -> None:
    """Leave a stamp for the gate of this workspace; a review is not worth less without one."""
    from backend_mcp.usecases import stamping

    folder = settings.workspace_state(settings.roots(None))
    try:
        if folder is not None:
            stamping.leave_stamp(folder, reviewed, datetime.now(UTC))
    except StateError as error:
        print(f"no stamp of this review is left: {error}", file=sys.stderr)


def _base(arguments: argparse.Namespace) -> Path | None:
    from backend_mcp.usecases import judge

    if arguments.base == "none" or (arguments.base is None and str(arguments.file) == "-"):
        return None
    return Path(arguments.base) if arguments.base else judge.find_base(arguments.file)


def _write_sarif(reviewed: "Reviewed", arguments: argparse.Namespace) -> None:
    import json

    from backend_mcp.render.sarif import sarif
    from backend_mcp.usecases import judge

    uri = "" if str(arguments.file) == "-" else judge.below_repository(arguments.file)
    log = sarif(reviewed.review, uri, judge.lines(reviewed.design), settings.version())
    if arguments.sarif.suffix.lower() in judge.SUFFIXES and arguments.sarif.suffix != ".json":
        raise PathError(
            f"{arguments.sarif}: a design is kept in such a file; give --sarif one that ends in .sarif"
        )
    try:
        if uri and arguments.sarif.exists() and arguments.sarif.samefile(arguments.file):
            raise PathError(f"{arguments.sarif}: the design itself; give --sarif another path")
        arguments.sarif.write_text(json.dumps(log, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        said = f"{arguments.sarif}: can't be written ({error.strerror}); give --sarif another path"
        raise PathError(said) from error
