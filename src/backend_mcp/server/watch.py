"""Notices to clients when the knowledge changes on the disk, in both eras."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from weakref import WeakSet

import anyio
import anyio.to_thread
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ResourcesListChanged,
    ToolsListChanged,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from backend_mcp.catalog.library import Library

EVERY: Final = 2.0
"""Seconds between two looks at the folder: the times and sizes of about a thousand files."""

logger = logging.getLogger("backend_mcp")


class Notices:
    """Looks at the folder while the server runs, takes up what changed, and tells who listens."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.bus = InMemorySubscriptionBus()
        self._connections: WeakSet[Any] = WeakSet()

    async def seen(self, ctx: Any, call_next: Callable[[Any], Awaitable[Any]]) -> Any:
        """Remember the connections of the handshake era: notices reach them one by one.

        A session lives for one request; the connection behind it, which has no public name, for all.
        """
        if ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            self._connections.add(ctx.session._connection)
        return await call_next(ctx)

    @asynccontextmanager
    async def lifespan(self, _: Any) -> AsyncIterator[None]:
        """Watch for as long as the server runs."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch)
            yield None
            tasks.cancel_scope.cancel()

    async def _watch(self) -> None:
        while True:
            await anyio.sleep(EVERY)
            before = self.library.fault
            try:
                changed = await anyio.to_thread.run_sync(self.library.refresh)
            except OSError as error:  # the folder is gone for the moment; the last good set answers
                logger.warning("the knowledge folder can't be looked at: %s", error)
                continue
            if self.library.fault and self.library.fault != before:
                logger.warning("%s", self.library.fault)
            if changed:
                await self._tell()

    async def _tell(self) -> None:
        await self.bus.publish(ResourcesListChanged())
        await self.bus.publish(ToolsListChanged())
        for connection in list(self._connections):
            try:
                await connection.send_resource_list_changed()
                await connection.send_tool_list_changed()
            except Exception:  # a client that went away; the others are told all the same
                logger.debug("a client could not be told", exc_info=True)
