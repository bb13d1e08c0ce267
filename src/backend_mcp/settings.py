"""Environment and paths, read once at the edge and handed down."""

import os
from pathlib import Path


def knowledge_folder() -> Path:
    """Return the knowledge that the package brings: installed beside it, or at the checkout's root."""
    inside = Path(__file__).parent / "knowledge"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "knowledge"


def cache_folder() -> Path:
    """Return where typed knowledge may be cached, by the XDG base directory specification."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "backend-mcp"
