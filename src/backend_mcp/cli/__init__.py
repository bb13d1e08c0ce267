"""The command line: parse, call one use case, render. Exit 0 fine, 1 findings, 2 bad input."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code.

    The hook of the gate runs at every plan of an agent, so that it does not wait for the commands.
    """
    given = sys.argv[1:] if argv is None else list(argv)
    if given == ["gate"]:
        from backend_mcp.cli import hook

        hook.run()
    from backend_mcp.cli import commands

    commands.run(given)
