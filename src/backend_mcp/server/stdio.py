"""The MCP server over stdio: one object that speaks both eras of the protocol."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from backend_mcp import settings
from backend_mcp.errors import BackendMcpError
from backend_mcp.render.markdown import markdown
from backend_mcp.server.tools import Workspace, error_text
from backend_mcp.usecases import judge

READ_ONLY: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
META: Final = {
    "anthropic/alwaysLoad": True,
    "anthropic/searchHint": "review plan architecture backend design database queue cache service",
}


def build(knowledge_folder: Path, roots: tuple[Path, ...]) -> MCPServer:
    """Return the server, its knowledge loaded."""
    knowledge = judge.open_knowledge(knowledge_folder, settings.cache_folder())
    workspace = Workspace(knowledge, roots)
    templates = settings.prompts_folder()
    form = (templates / "review_design.md").read_text(encoding="utf-8").strip()
    server = MCPServer(
        "backend",
        title="backend-mcp",
        version=settings.version(),
        instructions=(templates / "instructions.md").read_text(encoding="utf-8").strip(),
    )

    def review_design(
        design: Annotated[
            dict[str, Any] | str | None,
            Field(
                description="A design (object, or YAML or JSON text), or the path of a file that holds "
                "one. Without it the form is returned."
            ),
        ] = None,
        base: Annotated[
            Literal["", "last"],
            Field(
                description="`last`: the design holds only changes to the one reviewed last here."
            ),
        ] = "",
        detail: Annotated[
            Literal["short", "full"],
            Field(description="full: every fact, formula, threshold and source, in parts."),
        ] = "short",
        part: Annotated[int, Field(ge=1, le=99, description="which part of a full answer")] = 1,
    ) -> CallToolResult:
        if design is None:
            return _answer(
                form, {"form": form, "next": "Fill in what the plan says and call again."}
            )
        try:
            shape = workspace.review(design, base, detail, part)
        except BackendMcpError as error:
            raise ToolError(error_text(error)) from error
        return _answer(markdown(shape, templates), shape)

    server.add_tool(
        review_design,
        title="Review a backend design",
        description=form,
        annotations=READ_ONLY,
        meta=META,
        structured_output=False,
    )

    @server.resource(
        "backend://form", name="form", title="The design form", mime_type="text/markdown"
    )
    def form_resource() -> str:
        """The whole form of a design document."""
        return form

    return server


def _answer(text: str, shape: dict[str, Any]) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=shape)


def serve(knowledge_folder: Path, roots: tuple[Path, ...]) -> None:
    """Serve on standard input and output until the client leaves."""
    build(knowledge_folder, roots).run("stdio")
