"""`backend-mcp gate on|off|status`: the switch of the gate, and what the gate would say."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend_mcp import settings
from backend_mcp.cli.shared import FINE, show_json
from backend_mcp.errors import PathError


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "gate", help="ask for a review before a plan is accepted",
        description="The gate of this workspace: while it is on, a coding agent whose plan changes the "
        "architecture is asked for a review before the plan is accepted. Without a verb this is the hook "
        "that the agent's program runs: an event on standard input, a decision on standard output.",
    )  # fmt: skip
    command.add_argument("verb", choices=("on", "off", "status"))
    command.add_argument(
        "plan", type=Path, nargs="?", default=None,
        help="with status: say what the gate would do with this plan",
    )  # fmt: skip
    command.add_argument("--json", action="store_true", help="print the structured result")
    command.set_defaults(run=_gate)


def _gate(arguments: argparse.Namespace) -> int:
    from backend_mcp.decisions import gatekeeping, stamps
    from backend_mcp.usecases import gate

    roots = settings.roots(None)
    folder = settings.workspace_state(roots)
    if folder is None:
        raise PathError("there is no home for the state of the gate; set XDG_STATE_HOME")
    now = datetime.now(UTC)
    if arguments.verb != "status":
        gatekeeping.turn(folder, on=arguments.verb == "on", root=roots[0], at=stamps.time_text(now))
    text = _plan(arguments.plan) if arguments.plan is not None else None
    shape = gate.status(folder, roots[0], now, text)
    if arguments.json:
        show_json(shape)
    else:
        print("\n".join(_lines(shape)))
    return FINE


def _plan(path: Path) -> str:
    from backend_mcp.decisions.plans import LONGEST_PLAN
    from backend_mcp.decisions.state import read_bytes

    try:
        return read_bytes(path, LONGEST_PLAN).decode("utf-8", "replace")
    except OSError as error:
        raise PathError(f"{path}: can't be read: {error.strerror or error}") from error


def _lines(shape: dict[str, Any]) -> list[str]:
    """Return the status as people read it: the switch, what would happen, and why."""
    from backend_mcp.tree import clean

    lines = [f"gate: {'on' if shape['on'] else 'off'} for {shape['workspace']}"]
    if shape["on"]:
        lines.append(
            "a client asks it by a hook: the plugin's, or backend-mcp install CLIENT --gate; see doctor"
        )
    if shape["says"]:
        lines.append(f"would say: {shape['says']}")
    lines.append(f"reviews that left a stamp here: {len(shape['stamps'])}")
    lines += [f"  {s['at']}  {s['design']}: {s['standing']}" for s in shape["stamps"]]
    if shape["override"]:
        lines.append(f"override: {shape['override']}")
    lines += [f"broken: {line}" for line in shape["broken"]]
    lines.append(f"kept in {shape['state']}")
    return [clean(line) for line in lines]
