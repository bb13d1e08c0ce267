"""Counts which fixtures really ran: the suite itself can't tell an answer from "unknown tool"."""

import functools
import inspect
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar, cast

from mcp.server import MCPServer
from pydantic import BaseModel

Body = TypeVar("Body", bound=Callable[..., Any])


class Seen:
    """Registers fixtures on a server, each wrapped so that a run of its body is counted."""

    def __init__(self, server: MCPServer) -> None:
        self.server = server
        self.counts: Counter[str] = Counter()

    def tool(self, body: Body) -> Body:
        """Register a tool under the name of its function; its result is content, not a structure."""
        self.server.add_tool(self._counted(body, body.__name__), structured_output=False)
        return body

    def prompt(self, body: Body) -> Body:
        """Register a prompt under the name of its function."""
        self.server.prompt()(self._counted(body, body.__name__))
        return body

    def resource(self, uri: str, mime_type: str) -> Callable[[Body], Body]:
        """Register a resource; it is counted under its address."""

        def decorated(body: Body) -> Body:
            self.server.resource(uri, mime_type=mime_type)(self._counted(body, uri))
            return body

        return decorated

    def method(self, name: str, params: type[BaseModel], handler: Callable[..., Any]) -> None:
        """Answer a method that `MCPServer` has no decorator for: its low-level server takes any."""
        counted = self._counted(handler, name)
        self.server._lowlevel_server.add_request_handler(name, params, counted)

    def completion(self, body: Body) -> Body:
        """Register the one completion, in place of the product's; it is counted under that word."""
        decorator: Callable[[Body], Body] = self.server.completion()  # type: ignore[no-untyped-call]
        decorator(self._counted(body, "completion"))
        return body

    def _counted(self, body: Body, name: str) -> Body:
        self.counts[name] = 0

        @functools.wraps(body)
        async def asynchronous(*arguments: Any, **named: Any) -> Any:
            self.counts[name] += 1
            return await body(*arguments, **named)

        @functools.wraps(body)
        def plain(*arguments: Any, **named: Any) -> Any:
            self.counts[name] += 1
            return body(*arguments, **named)

        return cast("Body", asynchronous if inspect.iscoroutinefunction(body) else plain)
