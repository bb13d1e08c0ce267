"""One entry of the knowledge, whole, as its file says it, and as a house's overlay sets it."""

import re
import textwrap
from pathlib import Path
from typing import Any, Final

from backend_mcp.catalog.files import CONSULTED, FOLDERS, OTHER_IDS, list_files, take_file
from backend_mcp.catalog.folders import Folders, folders
from backend_mcp.catalog.laid import laid_over
from backend_mcp.catalog.overlay import read_overlay
from backend_mcp.errors import KnowledgeError, unknown_name
from backend_mcp.tree import clean

_PAGE: Final = re.compile(r"^text: \|[-+]?\r?\n((?:[ \t]+.*\r?\n?|\r?\n)+)", re.MULTILINE)
"""The page of a guide as it is laid out; everywhere else what an entry says is one line."""


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
    entry, problems = take_file(paths[id_], kind, f"{kind}/{paths[id_].name}")
    if entry is None or not isinstance(entry.values, dict):
        raise KnowledgeError(problems)
    house = folders(folder).house
    laid = read_overlay(house)[0] if house is not None else None
    values = dict((laid_over(entry, laid) if laid is not None else entry).values)
    page = _PAGE.search(entry.data.decode("utf-8", "replace"))
    if page is not None and "text" in values:
        lines = textwrap.dedent(page[1]).strip("\n").split("\n")
        values["text"] = "\n".join(clean(line).rstrip() for line in lines)
    return values


def naming(folder: Folders | Path, name: str) -> list[str]:
    """Return the patterns, checklists and guides whose files name an entry (`rules/no-ci`), as `kind/id`.

    Rules are named by their id alone, too: as what a pattern answers.
    """
    kind, _, id_ = name.partition("/")
    bare = rf"|(?:answers: \[|, ){re.escape(id_)}[\],]" if kind == "rules" else ""
    named = re.compile(rf"(?<![\w/-]){re.escape(name)}(?![\w-]){bare}".encode())
    found = ((path.parts, path) for path in list_files(folder, CONSULTED))
    return [
        f"{next(k for k in reversed(parts) if k in CONSULTED)}/{path.stem}"
        for parts, path in found
        if path.stem != id_ and named.search(path.read_bytes())
    ]


def areas(folder: Folders | Path) -> dict[str, str]:
    """Return the area of each rule: the folder in which its file stands."""
    files = list_files(folder, ("rules",))
    return {path.stem: path.parent.name for path in files if path.parent.name != "rules"}
