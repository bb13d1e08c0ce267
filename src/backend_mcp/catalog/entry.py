"""One entry of the knowledge, whole, as its file says it, and as a house's overlay sets it."""

from pathlib import Path
from typing import Any

from backend_mcp.catalog.files import FOLDERS, OTHER_IDS, list_files, take_file
from backend_mcp.catalog.folders import Folders, folders
from backend_mcp.catalog.laid import laid_over
from backend_mcp.catalog.overlay import read_overlay
from backend_mcp.errors import KnowledgeError, unknown_name


def read_entry(folder: Folders | Path, kind: str, id_: str) -> dict[str, Any]:
    """Return the values of one entry.

    Raises:
        ArgumentError: there is no such kind, or no entry of that id in it.
        KnowledgeError: its file can't be read any more.
    """
    if kind not in FOLDERS:
        raise unknown_name("kind", kind, list(FOLDERS))
    paths = {p.stem: p for p in list_files(folder, (kind,)) if p.name != OTHER_IDS}
    if id_ not in paths:
        raise unknown_name(f"{kind}/", id_, sorted(paths))
    entry, problems = take_file(paths[id_], kind, str(paths[id_]))
    if entry is None or not isinstance(entry.values, dict):
        raise KnowledgeError(problems)
    house = folders(folder).house
    laid = read_overlay(house)[0] if house is not None else None
    return dict((laid_over(entry, laid) if laid is not None else entry).values)
