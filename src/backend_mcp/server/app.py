"""The MCP server: one object that speaks both eras of the protocol, over stdio and HTTP.

What judges, and what renders, is imported when it is first needed: a client waits for the list of
tools before it shows anything.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import anyio.to_thread
from mcp.server import CacheHint, MCPServer
from mcp.server.caching import CacheableMethod
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    CallToolResult,
    Completion,
    GetPromptResult,
    InputRequiredResult,
    Prompt,
    PromptArgument,
    PromptMessage,
    Resource,
    ResourceTemplate,
    TextContent,
    Tool,
)
from pydantic import AnyUrl, ValidationError
from starlette.applications import Starlette

from backend_mcp import settings
from backend_mcp.catalog.folders import Folders
from backend_mcp.catalog.library import Library
from backend_mcp.errors import INNER, BackendMcpError, unknown_name
from backend_mcp.model.prompt import PromptCard
from backend_mcp.server import lines, person, resources, steering
from backend_mcp.server.answers import LONGEST_ERROR, fault, refusal
from backend_mcp.server.deciding import Deciding
from backend_mcp.server.guard import Refusals, guarded, is_a_fault
from backend_mcp.server.tools import Tools
from backend_mcp.server.watch import Notices
from backend_mcp.server.workspace import Workspace

_LAST_SECONDS: Final = 5
_HOUR: Final = CacheHint(3_600_000, "public")
_MINUTES: Final = CacheHint(300_000, "public")
HINTS: Final[dict[CacheableMethod, CacheHint]] = {
    "server/discover": _MINUTES, "tools/list": _MINUTES, "prompts/list": _MINUTES,
    "resources/list": _MINUTES, "resources/templates/list": _HOUR, "resources/read": _MINUTES,
}  # fmt: skip
_ENUMS: Final = {"capability": "ladders", "topic": "checklists"}
"""Arguments that name an entry, with its kind."""

logger = logging.getLogger("backend_mcp")


class Backend(MCPServer[None]):
    """The server over one workspace; what is not ours (of a test) is left to the SDK."""

    def __init__(self, workspace: Workspace, *, ask_person: bool = False) -> None:
        self.workspace = workspace
        self.templates = settings.prompts_folder()
        self.form = _text(self.templates / "review_design.md")
        self.notices = Notices(workspace.library)
        super().__init__(
            "backend",
            title="backend-mcp",
            version=settings.version(),
            instructions=_text(self.templates / "instructions.md"),
            cache_hints=HINTS,
            subscriptions=self.notices.bus,
            lifespan=self.notices.lifespan,
            middleware=[self.notices.seen],
            log_level="WARNING",
        )
        self.middleware.insert(0, guarded)  # around those of the SDK
        Tools(workspace, self.templates, self.form, ask_person).add_to(self)
        Deciding(workspace, self.templates).add_to(self)
        self.completion()(self._complete)  # type: ignore[no-untyped-call]

    async def run_stdio_async(self) -> None:
        """Serve on the standard streams; what the SDK's reader refuses is answered, too."""
        async with stdio_server() as (read, write):
            server, writer = self._lowlevel_server, lines.Writer(write)
            options = server.create_initialization_options()
            await server.run(lines.Reader(read, writer), writer, options)

    def streamable_http_app(self, **settings: Any) -> Starlette:
        """Return the HTTP application; what it refuses is told in our own words."""
        app = super().streamable_http_app(**settings)
        app.add_middleware(Refusals)
        return app

    async def list_tools(self) -> list[Tool]:
        """List the tools; what names an entry lists the entries there are.

        Titles that the SDK makes of the names of arguments say nothing more, and every client loads them.
        """
        tools = await super().list_tools()
        for tool in tools:
            parts = (tool.input_schema, *tool.input_schema.get("properties", {}).values())
            for part in parts:
                if isinstance(part, dict):  # a schema may be a bare true, too
                    part.pop("title", None)
            for name, about in tool.input_schema.get("properties", {}).items():
                if name in _ENUMS and "enum" in about:
                    about["enum"] = self.workspace.library.names(_ENUMS[name])
        return tools

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[None, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; whatever is wrong with the call comes back as a refusal that steers."""
        known = [t.name for t in self._tool_manager.list_tools()]
        example = steering.EXAMPLES.get(name, "")
        try:
            if name not in known:
                raise unknown_name("name", name, known)
            schema = self._tool_manager.get_tool(name).parameters  # type: ignore[union-attr]
            if name in steering.EXAMPLES:
                steering.check_names(arguments, schema, name)
            return await super().call_tool(name, arguments, context)
        except BackendMcpError as error:
            return refusal(error, self.templates, example)
        except ToolError as error:
            if name not in steering.EXAMPLES:
                raise
            return self._refused(error, name)
        except MCPError as error:
            if name not in steering.EXAMPLES or error.code == MISSING_REQUIRED_CLIENT_CAPABILITY:
                raise
            return refusal(person.unusable(error.message), self.templates, example)

    def _refused(self, error: ToolError, name: str) -> CallToolResult:
        """Turn what the SDK makes of a failure back into our own words."""
        cause = error.__cause__
        example = steering.EXAMPLES[name]
        if isinstance(cause, BackendMcpError) and not isinstance(cause, INNER):
            return refusal(cause, self.templates, example)
        if isinstance(cause, ValidationError) and not isinstance(error, UnexpectedToolError):
            schema = self._tool_manager.get_tool(name).parameters  # type: ignore[union-attr]
            errors: list[Any] = cause.errors(include_url=False)
            return refusal(steering.wrong_values(errors, schema, name), self.templates, example)
        if isinstance(cause, ToolError) and not isinstance(error, UnexpectedToolError):
            return refusal(person.unusable("it is not what was asked"), self.templates, example)
        logger.error("%s failed", name, exc_info=error)
        return fault(type(cause or error).__name__, self.templates)

    async def list_resources(self) -> list[Resource]:
        """List the form and the indexes; entries are read through their templates."""
        return [*resources.listed(), *await super().list_resources()]

    async def list_resource_templates(self) -> list[ResourceTemplate]:
        """List one template for each kind of entry."""
        return [*resources.templates(), *await super().list_resource_templates()]

    async def read_resource(
        self, uri: AnyUrl | str, context: Context[None, Any] | None = None
    ) -> Iterable[ReadResourceContents] | InputRequiredResult:
        """Read an entry, an index or the form."""
        if not str(uri).startswith(resources.SCHEME):
            return await super().read_resource(uri, context)
        text = await anyio.to_thread.run_sync(
            resources.read, str(uri), self.workspace, self.templates, self.form
        )
        return [ReadResourceContents(content=text, mime_type="text/markdown", meta=None)]

    async def list_prompts(self) -> list[Prompt]:
        """List the prompts with what they take."""
        from backend_mcp.render import prompts

        return [*map(_listed, prompts.cards(self.templates)), *await super().list_prompts()]

    async def get_prompt(
        self,
        name: str,
        arguments: dict[str, Any] | None = None,
        context: Context[None, Any] | None = None,
    ) -> GetPromptResult | InputRequiredResult:
        """Render a prompt; a wrong name or argument is told with what would be right."""
        from backend_mcp.render import prompts

        if any(p.name == name for p in self._prompt_manager.list_prompts()):
            return await super().get_prompt(name, arguments, context)
        try:
            card = prompts.card(self.templates, name)
            text = await anyio.to_thread.run_sync(self._rendered, card, dict(arguments or {}))
        except INNER:
            raise
        except BackendMcpError as error:
            raise MCPError(INVALID_PARAMS, str(error)[:LONGEST_ERROR]) from error
        said = PromptMessage(role="user", content=TextContent(type="text", text=text))
        return GetPromptResult(description=card.description, messages=[said])

    def _rendered(self, card: PromptCard, given: dict[str, str]) -> str:
        from backend_mcp.render import prompts
        from backend_mcp.usecases import prompting

        library = self.workspace.library
        texts = {key: str(value) for key, value in given.items()}
        workspace = self.workspace
        values = prompting.gather(card, texts, library, workspace.situation, workspace.recall)
        return prompts.prompt(self.templates, card.name, values, library.knowledge)

    async def _complete(self, ref: Any, argument: Any, _: Any) -> Completion | None:
        """Complete the id of an entry, or an argument of a prompt that names one."""
        from backend_mcp.render import prompts

        library = self.workspace.library
        uri = str(getattr(ref, "uri", ""))
        if uri.startswith(resources.SCHEME):
            kind = uri.removeprefix(resources.SCHEME).partition("/")[0]
            return resources.completed(library.names(kind), argument.value)
        cards = [c for c in prompts.cards(self.templates) if c.name == getattr(ref, "name", "")]
        kinds = [a.kind for c in cards for a in c.arguments if a.name == argument.name]
        return resources.completed(_named(kinds[0], library), argument.value) if kinds else None


def _named(kind: str, library: Library) -> list[str]:
    """Return what an argument of a prompt may be, as far as names of the knowledge can tell."""
    if kind == "advice":
        return [f"{k}/{id_}" for k in ("patterns", "guides") for id_ in library.names(k)]
    return {"capability": library.names("ladders"), "topic": library.names("checklists")}.get(
        kind, []
    )


def _listed(card: PromptCard) -> Prompt:
    arguments = [
        PromptArgument(name=a.name, description=a.description, required=a.required)
        for a in card.arguments
    ]
    return Prompt(
        name=card.name, title=card.title, description=card.description, arguments=arguments
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def build(
    knowledge_folder: Folders | Path,
    roots: tuple[Path, ...],
    *,
    remembers: bool = True,
    ask_person: bool = False,
    as_of: str | None = None,
    state: Path | None = None,
) -> Backend:
    """Return the server; the knowledge is loaded when it is first needed.

    `state` is where reviews leave stamps for the gate, None for nowhere.
    """
    library = Library(knowledge_folder, settings.cache_folder(), as_of)
    return Backend(Workspace(library, roots, remembers, state=state), ask_person=ask_person)


def serve_stdio(
    knowledge_folder: Folders | Path,
    roots: tuple[Path, ...],
    *,
    ask_person: bool,
    as_of: str | None = None,
) -> None:
    """Serve on standard input and output until the client leaves."""
    state = settings.workspace_state(roots)
    build(knowledge_folder, roots, ask_person=ask_person, as_of=as_of, state=state).run("stdio")


def serve_http(
    knowledge_folder: Folders | Path, port: int, *, ask_person: bool, as_of: str | None = None
) -> None:
    """Serve over HTTP on loopback: no file is read, and no design is kept between calls.

    Clients of the handshake era get a session, without which no question reaches their person. What is under way
    when the server is stopped has some seconds; a request of which only half ever came holds nothing up.
    """
    import uvicorn

    server = build(knowledge_folder, (), remembers=False, ask_person=ask_person, as_of=as_of)
    logging.getLogger("mcp.server.streamable_http").addFilter(is_a_fault)
    uvicorn.run(
        server.streamable_http_app(host="127.0.0.1"), host="127.0.0.1", port=port,
        log_level=server.settings.log_level.lower(), timeout_graceful_shutdown=_LAST_SECONDS,
    )  # fmt: skip
