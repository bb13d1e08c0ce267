"""One entry of the knowledge, whole, as its file says it."""

from pathlib import Path
from typing import Any

from backend_mcp.catalog.files import FOLDERS, list_files
from backend_mcp.errors import unknown_name
from backend_mcp.tree import from_text, plain


def read_entry(folder: Path, kind: str, id_: str) -> dict[str, Any]:
    """Return the values of one entry.

    Raises:
        ArgumentError: there is no such kind, or no entry of that id in it.
    """
    if kind not in FOLDERS:
        raise unknown_name("kind", kind, list(FOLDERS))
    paths = {p.stem: p for p in list_files(folder, (kind,))}
    if id_ not in paths:
        raise unknown_name(f"{kind}/", id_, sorted(paths))
    values = plain(from_text(paths[id_].read_bytes(), str(paths[id_])))
    return values if isinstance(values, dict) else {}
