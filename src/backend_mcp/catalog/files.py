"""From the files of the knowledge folder to plain mappings, each with its path and lines."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backend_mcp.errors import BackendMcpError, DesignError, Problem
from backend_mcp.model.entries import (
    Example,
    Gate,
    Keep,
    Ladder,
    Practice,
    Probe,
    Rule,
    Rung,
    Source,
    Technology,
    Threshold,
)
from backend_mcp.tree import Raw, from_text, plain

KINDS: Final[dict[str, type]] = {
    "rules": Rule,
    "ladders": Ladder,
    "probes": Probe,
    "practices": Practice,
    "technologies": Technology,
    "thresholds": Threshold,
}
"""The folders of the knowledge and the kind of entry that each holds."""
PARTS: Final = (Source, Example, Keep, Gate, Rung)
"""The kinds of value that entries are made of."""
OTHER_IDS: Final = "ids.yaml"
"""In `practices/`: the ids by area that have no entry of their own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: where it stands, its tree with lines, and the same as plain values."""

    kind: str
    path: str
    raw: Raw
    values: Any

    def line(self, *keys: str | int) -> int:
        """Return the line of the deepest known part of a path into the file."""
        node, line = self.raw, self.raw.line or 1
        for key in keys:
            parts = node.value
            if isinstance(parts, dict) and key in parts:
                node = parts[str(key)]
            elif isinstance(parts, list) and isinstance(key, int) and key < len(parts):
                node = parts[key]
            else:
                break
            line = node.line or line
        return line


def list_files(folder: Path) -> list[Path]:
    """Return the files of the knowledge in a fixed order."""
    return sorted(p for kind in KINDS for p in (folder / kind).rglob("*.yaml"))


def read_files(folder: Path) -> tuple[list[Entry], dict[str, list[str]], list[Problem]]:
    """Read every file; return the entries, the practice ids without an entry, and what is wrong."""
    entries: list[Entry] = []
    others: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for path in list_files(folder):
        shown = str(path.relative_to(folder.parent))
        try:
            raw = from_text(path.read_bytes(), shown)
        except DesignError as error:
            problems += error.problems
            continue
        except (OSError, BackendMcpError) as error:
            problems.append(Problem(shown, 0, "", f"can't be read: {error}"))
            continue
        problems += _written_twice(raw, shown)
        if path.name == OTHER_IDS:
            others = plain(raw)
            continue
        kind = path.relative_to(folder).parts[0]
        entries.append(Entry(kind, shown, raw, plain(raw)))
    return entries, others, problems


def _written_twice(raw: Raw, path: str) -> list[Problem]:
    found = [Problem(path, line, key, "this key is written twice") for key, line in raw.twice]
    children = raw.value.values() if isinstance(raw.value, dict) else raw.value
    for child in children if not isinstance(children, str | int | float | None) else ():
        found += _written_twice(child, path)
    return found
