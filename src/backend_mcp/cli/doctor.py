"""`backend-mcp doctor`: how backend-mcp stands with each coding agent, and what mends it."""

import argparse
import sys
from dataclasses import asdict
from typing import Any

from backend_mcp import settings
from backend_mcp.cli.counter import Counter
from backend_mcp.cli.register import registering
from backend_mcp.cli.shared import FINE, FOUND, console, show_json
from backend_mcp.clients.names import CLIENT_IDS, PROJECT, USER


def add(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "doctor", help="tell how it stands with each coding agent",
        description="Tell for each client whether it is here, registered, trusted and connected, whether "
        "the gate is on, and the command that mends what is not. Exit code 1 when something is amiss, "
        "or when no client is registered.",
    )  # fmt: skip
    command.add_argument(
        "client", nargs="?", choices=CLIENT_IDS, metavar="CLIENT", help="only this one"
    )
    command.add_argument("--json", action="store_true", help="print the structured result")
    command.add_argument(
        "--run-clients", action="store_true",
        help="also ask each client for its own list, which starts every server that it has",
    )  # fmt: skip
    command.set_defaults(run=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    from backend_mcp.usecases.examine import examine

    names = [arguments.client] if arguments.client else list(CLIENT_IDS)
    pairs = [(registering(name, PROJECT), registering(name, USER)) for name in names]
    with Counter(sys.stderr, what="clients") as counter:
        found = examine(
            pairs, settings.workspace_state(settings.roots(None)), counter, arguments.run_clients
        )
    registered = [h for h in found if h.entries]
    if arguments.json:
        show_json(
            {"project": str(pairs[0][0].where.project), "clients": [asdict(h) for h in found]}
        )
    else:
        _show(found)
        if not registered:
            print("backend-mcp is registered with no client here: backend-mcp install CLIENT")
    return FINE if registered and not any(h.wrong for h in found) else FOUND


def _show(found: list[Any]) -> None:
    from rich.text import Text

    out = console()
    for health in found:
        if not health.here:
            continue
        version = f" {health.version}" if health.version else ""
        state = "amiss" if health.wrong else "fine" if health.entries else "not registered"
        color = {"fine": "green", "amiss": "red"}.get(state, "yellow")
        out.print(Text(f"{health.title}{version}: ").append(state, style=color))
        for line in _details(health):
            out.print(Text(f"  {line}"), soft_wrap=True)
    absent = [h.title for h in found if not h.here]
    if absent:
        out.print(Text(f"Not on this machine: {', '.join(absent)}"))


def _details(health: Any) -> list[str]:
    lines = [f"registered ({e.scope}, {e.how}): {e.file}" for e in health.entries]
    if health.entries:
        lines.append(f"trusted: {health.trusted}")
    if health.connected is not None:
        lines.append(
            f"connected: {'yes' if health.connected.ok else 'no'}, {health.connected.said}"
        )
    if health.client_says is not None:
        lines.append(f"the client says: {health.client_says}")
    if health.hook or health.switch:
        on = "on" if health.switch else "off (backend-mcp gate on)"
        lines.append(f"gate: hook {'there' if health.hook else 'not there'}, switch {on}")
    lines += [f"amiss: {reason}" for reason in health.wrong]
    return lines + [f"to mend: {command}" for command in health.mend]
