"""Decisions for tests, and files as people write them."""

from pathlib import Path
from typing import Any

from backend_mcp.decisions.written import Context, written
from backend_mcp.model.decision import Decision

SUBJECT = "unpaid-part@components.bus"


def decision(**more: Any) -> Decision:
    """Return a decision that is sound; what is given replaces its parts."""
    values: dict[str, Any] = {
        "title": "Keep the bus", "kind": "override", "subject": SUBJECT,
        "reason": "billing reads it from January on", "by": "person", "decided": "2026-11-01",
    }  # fmt: skip
    return Decision(**{**values, **more})


def text(**more: Any) -> str:
    """Return the file of such a decision."""
    return written(decision(**more), Context("nothing stated pays for it", "leave out bus"))


def put(root: Path, name: str, content: str | bytes) -> Path:
    """Put a file among the decisions of a repository."""
    path = root / "docs" / "decisions" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
