"""The one place where results are built: structured and as text, whole or in parts, or a refusal."""

from pathlib import Path
from typing import Any, Final

from mcp.types import CallToolResult, TextContent

from backend_mcp.errors import ArgumentError, BackendMcpError
from backend_mcp.render.markdown import Twin, markdown
from backend_mcp.render.parts import LONGEST, length, parts

LONGEST_RESULT: Final = 8000
LONGEST_ERROR: Final = 2000
_LONGEST_PROBLEM: Final = 1500


def answer(shape: dict[str, Any], twin: Twin, templates: Path, part: int = 1) -> CallToolResult:
    """Return a result in both forms; what is too long comes in parts, `part` of `of`.

    Raises:
        ArgumentError: there is no such part.
    """
    text = markdown(shape, templates, twin)
    if length(shape) > LONGEST or len(text) > LONGEST_RESULT:
        divided = parts(shape)
        if not 1 <= part <= len(divided):
            raise ArgumentError(
                "part", str(part), f"there are {len(divided)}", f"part: {len(divided)}"
            )
        shape = divided[part - 1]
        text = markdown(shape, templates, twin)
    elif part != 1:
        raise ArgumentError("part", str(part), "this answer is whole; leave `part` out")
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=shape)


def refusal(error: BackendMcpError, templates: Path, example: str) -> CallToolResult:
    """Return an error as a model reads it: place, what is allowed, a corrected example, what next."""
    own = error.example if isinstance(error, ArgumentError) else ""
    problem = str(error).partition("\nExample: ")[0]
    shape = {
        "problem": problem
        if len(problem) <= _LONGEST_PROBLEM
        else problem[: _LONGEST_PROBLEM - 1] + "…",
        "example": own or example,
        "next": "Mend this and call again; nothing else was lost.",
    }
    text = markdown(shape, templates, "error")
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content={
            "error": shape["problem"],
            "example": shape["example"],
            "next": shape["next"],
        },
        is_error=True,
    )


def fault(kind: str, templates: Path) -> CallToolResult:
    """Return a fault of our own: nothing was judged, and that is said."""
    shape = {
        "problem": f"a fault of backend-mcp itself ({kind}): nothing was judged, and this is no pass",
        "example": "",
        "next": "Report it with the call that led here; go on without this answer.",
    }
    return CallToolResult(
        content=[TextContent(type="text", text=markdown(shape, templates, "error"))],
        structured_content={"error": shape["problem"], "next": shape["next"]},
        is_error=True,
    )
