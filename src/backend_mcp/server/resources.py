"""Every entry of the knowledge as a resource, an index per kind, and the form."""

from typing import Any, Final

from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.types import Completion, Resource, ResourceTemplate

from backend_mcp.catalog.library import Library
from backend_mcp.errors import ArgumentError
from backend_mcp.server.workspace import Workspace

SCHEME: Final = "backend://"
_MARKDOWN: Final = "text/markdown"
_KINDS: Final = {
    "rules": "Rules: one checkable failure each",
    "ladders": "Ladders: a capability from the simplest rung to the strongest",
    "probes": "Probes: where a second look is worth it",
    "practices": "Practices: named habits of a design",
    "technologies": "Technologies: what a product is, and its limits",
    "thresholds": "Thresholds: every number with its source and date",
    "patterns": "Patterns: when each helps and hurts",
    "checklists": "Checklists: what to look at before a step",
    "guides": "Guides: when a big choice applies and when not",
}
MOST_COMPLETIONS: Final = 100


def listed() -> list[Resource]:
    """Return the form and the index of each kind; single entries are read through the templates."""
    form = Resource(
        uri=f"{SCHEME}form", name="form", title="The form of a design document", mime_type=_MARKDOWN
    )
    kinds = (
        Resource(uri=f"{SCHEME}{kind}", name=kind, title=title, mime_type=_MARKDOWN)
        for kind, title in _KINDS.items()
    )
    return [form, *kinds]


def templates() -> list[ResourceTemplate]:
    """Return one template for each kind of entry."""
    return [
        ResourceTemplate(
            uri_template=f"{SCHEME}{kind}/{{id}}",
            name=f"one of {kind}",
            title=title,
            mime_type=_MARKDOWN,
        )
        for kind, title in _KINDS.items()
    ]


def read(uri: str, workspace: Workspace, folder: Any, form: str) -> str:
    """Return the text of a resource.

    Raises:
        ResourceNotFoundError: there is none of that address; with the nearest.
    """
    from backend_mcp.render import entries
    from backend_mcp.render.markdown import markdown
    from backend_mcp.usecases.entry import whole_entry

    kind, slash, id_ = uri.removeprefix(SCHEME).partition("/")
    if kind == "form" and not slash:
        return form
    if kind not in _KINDS:
        known = ", ".join(f"{SCHEME}{k}" for k in ("form", *_KINDS))
        raise ResourceNotFoundError(f"There is no {uri[:120]}. There are: {known}")
    if not slash:
        return _index(kind, workspace.library)
    try:
        whole = whole_entry(kind, id_, workspace.library)
    except ArgumentError as error:
        raise ResourceNotFoundError(str(error)) from error
    return markdown(entries.entry(whole, workspace.library.knowledge), folder, "entry")


def _index(kind: str, library: Library) -> str:
    """Return every entry of a kind with its title, one line each."""
    rows = library.index.execute(
        "SELECT id, title FROM entry WHERE kind = ? ORDER BY id", (kind,)
    ).fetchall()
    lines = [f"- `{SCHEME}{kind}/{id_}` {title}" for id_, title in rows]
    return "\n".join([f"# {_KINDS[kind]}", "", f"{len(rows)} entries.", "", *lines]) + "\n"


def completed(values: list[str], typed: str) -> Completion:
    """Return the names that a typed text may begin or hold, those that begin with it first."""
    wanted = typed.strip().lower()
    found = [v for v in values if wanted in v.lower()]
    found.sort(key=lambda v: (not v.lower().startswith(wanted), v))
    return Completion(
        values=found[:MOST_COMPLETIONS], total=len(found), has_more=len(found) > MOST_COMPLETIONS
    )
