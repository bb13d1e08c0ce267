"""A client that talks to the real server in memory, in either era of the protocol."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import anyio
from mcp import Client

from backend_mcp import settings
from backend_mcp.server.app import build

MODES = ("auto", "legacy")
TOOL = "review_design"
TOOLS = [TOOL, "compare_options", "get_checklist", "search_knowledge", "record_decision"]
Script = Callable[[Client], Coroutine[Any, Any, None]]


def talk(
    script: Script, root: Path, mode: Any = "auto", knowledge: Path | None = None, **client: Any
) -> None:
    """Run a script against a server of its own; what is given besides goes to the client."""

    async def run() -> None:
        server = build(knowledge or settings.knowledge_folder(), (root.resolve(),))
        with anyio.fail_after(120):
            async with Client(server, mode=mode, **client) as talking:
                await script(talking)

    anyio.run(run)


async def call(client: Client, tool: str = TOOL, **arguments: Any) -> tuple[Any, str]:
    """Call a tool; return its structured result and its text."""
    result = await client.call_tool(tool, arguments)
    text = "".join(part.text for part in result.content if part.type == "text")
    assert not result.is_error, text
    return result.structured_content, text


async def refused(client: Client, tool: str = TOOL, **arguments: Any) -> tuple[Any, str]:
    """Call a tool that must refuse; return what it says in both forms."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return result.structured_content, "".join(
        part.text for part in result.content if part.type == "text"
    )
