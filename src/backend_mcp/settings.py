"""Environment and paths, read once at the edge and handed down."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from backend_mcp.decisions import state

_PROJECT: Final = ("CLAUDE_PROJECT_DIR", "GEMINI_PROJECT_DIR")
"""Variables in which clients tell the folder of the project they work in."""
_STARTED_IN: Final = "BACKEND_MCP_CWD"
"""Where the client itself was started: the plugin tells it, since some start its servers elsewhere."""

_NARROWEST: Final = 40
"""Columns below which no table can be read."""


def version() -> str:
    """Return the version of the installed package."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("backend-mcp")
    except PackageNotFoundError:  # a checkout that is run without being installed
        return "0+checkout"


def checkout() -> Path:
    """Return the root of the checkout that this package runs from."""
    return Path(__file__).parents[2]


def is_checkout() -> bool:
    """Whether this package runs from a checkout, whose files are there to be edited."""
    return (checkout() / "pyproject.toml").is_file()


def knowledge_folder() -> Path:
    """Return the knowledge that the package brings: installed beside it, or at the checkout's root."""
    return _brought("knowledge")


def prompts_folder() -> Path:
    """Return the templates that the package brings."""
    return _brought("prompts")


def _brought(name: str) -> Path:
    inside = Path(__file__).parent / name
    return inside if inside.is_dir() else checkout() / name


def cache_folder() -> Path | None:
    """Return where typed knowledge may be cached, by the XDG base directory specification.

    None where the user has no home: then nothing is cached. A relative path is to be ignored, it says.
    """
    said = os.environ.get("XDG_CACHE_HOME", "")
    home = _expanded(said if os.path.isabs(said) else "~/.cache")
    return home / "backend-mcp" if home is not None else None


def state_folder() -> Path | None:
    """Return where is kept what reviews leave and what install did, by the XDG base directory specification.

    None where the user has no home: then nothing of it is kept, and the gate can't be turned on.
    """
    said = os.environ.get("XDG_STATE_HOME", "")
    home = _expanded(said if os.path.isabs(said) else "~/.local/state")
    return home / "backend-mcp" if home is not None and home.is_absolute() else None


def workspace_state(roots_: Sequence[Path]) -> Path | None:
    """Return the folder of what reviews of a workspace leave; its root is the first of the roots."""
    home = state_folder()
    return state.folder_of(home, roots_[0]) if home is not None and roots_ else None


def command() -> tuple[str, ...]:
    """Return the words that start this backend-mcp again from anywhere, all paths absolute."""
    import shutil  # takes longer than all else that the hook of the gate loads from here

    named = Path(sys.argv[0])
    if named.name == "__main__.py":
        return (sys.executable, "-m", "backend_mcp")
    found = shutil.which(str(named)) if named.stem == "backend-mcp" else None
    found = found or shutil.which("backend-mcp")
    if found is None:
        return (sys.executable, "-m", "backend_mcp")
    runner = shutil.which("uvx")
    if runner is not None and "archive-v0" in Path(found).resolve().parts:
        return (runner, "backend-mcp")  # uv's cache, which goes when it is cleaned
    return (str(Path(found).absolute()),)


def columns(environment: Mapping[str, str] = os.environ) -> int | None:
    """Return how wide lines may be where no terminal says it: what COLUMNS holds, if it is a width."""
    said = environment.get("COLUMNS", "")
    return int(said) if said.isdecimal() and len(said) < 5 and int(said) >= _NARROWEST else None


def _expanded(path: str) -> Path | None:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # no home directory can be found
        return None


def roots(
    given: Sequence[Path] | None,
    environment: Mapping[str, str] = os.environ,
    here: Path | None = None,
) -> tuple[Path, ...]:
    """Return the folders below which designs may be read by path, links resolved.

    The folders given, else the client's project, else the working directory (the client's own, where
    the plugin tells it) up to its `.git`; the folder in which a client keeps its plans is readable in
    addition.
    """
    plans = _expanded("~/.claude/plans")
    extra = (plans.resolve(),) if plans is not None and plans.is_dir() else ()
    if given:
        return tuple(p.resolve() for p in given) + extra
    named = next((environment[n] for n in _PROJECT if environment.get(n)), None)
    if named:
        return (Path(named).resolve(), *extra)
    return (state.top_of(here or _started_in(environment) or Path.cwd()), *extra)


def _started_in(environment: Mapping[str, str]) -> Path | None:
    """Return the folder that the plugin tells; a client that fills in no variables hands down its name."""
    told = Path(environment.get(_STARTED_IN, ""))
    return told if told.is_absolute() and told.is_dir() else None
