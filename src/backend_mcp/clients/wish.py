"""What should stand in a file of a client, whether it does, and how it goes in and out."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Final, TypeVar

from backend_mcp.clients import block, spans, tables
from backend_mcp.clients.jsonc import COMMENTS, LOOSE, PLAIN, JsonError, parse
from backend_mcp.clients.spans import Span

_T = TypeVar("_T")

SERVER, ALLOW, GATE, AGENTS = "server", "allow", "gate", "agents"
PARTS: Final = (SERVER, ALLOW, GATE, AGENTS)
"""What may be registered: the server, the rule for its read-only tools, the hook, the lines for agents."""
TOML, MARKDOWN = "TOML", "Markdown"
ABSENT, SAME, MOVED, BY_HAND, OTHER = "absent", "same", "moved", "by hand", "other"
"""Nothing there; just this; ours with another command or text; ours, but written by a person; not ours."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A value that should stand at a path of a file.

    `value` is a mapping, a list of items that a list there should hold, or text (of a block).
    `within` is the folder that the file may not leave by links.
    """

    part: str
    file: Path
    form: str
    path: tuple[str, ...]
    value: Any
    within: Path


class PlaceError(Exception):
    """A file can't take our part, or can't be read: `line` counts from 1, 0 where unknown."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(reason)


def command_of(value: Any) -> list[str]:
    """Return the command line that an entry of a server, or a hook, starts; empty where there is none."""
    if not isinstance(value, dict):
        return []
    command, args = value.get("command", value.get("bash")), value.get("args", [])
    if isinstance(command, list):
        return [str(c) for c in command]
    if not isinstance(command, str) or not isinstance(args, list):
        return []
    return [command, *map(str, args)]


def is_ours(command: Sequence[str], verb: str) -> bool:
    """Whether a command line starts backend-mcp with this verb."""
    names = [PurePath(c.replace("\\", "/")).stem for c in command]
    return ("backend-mcp" in names or "backend_mcp" in command) and verb in command


def _is_hook(value: Any) -> bool:
    """Whether an item of a list of hooks runs the gate, and nothing of anybody else."""
    inner = value.get("hooks") if isinstance(value, dict) else None
    hooks = inner if isinstance(inner, list) else [value]
    return bool(hooks) and all(_runs_gate(h) for h in hooks)


def _runs_gate(hook: Any) -> bool:
    command = command_of(hook)
    try:
        words = shlex.split(command[0]) + command[1:] if command else []
    except ValueError:
        return False
    return is_ours(words, "gate")


def _written(value: Any, wish: Wish) -> bool:
    """Whether an entry is one that install wrote, for another command, folder or house."""
    if not isinstance(value, dict) or {**value, **_commands(wish.value)} != wish.value:
        return False
    words = command_of(value)
    rest = words[words.index("serve") + 1 :]
    return not rest or (len(rest) == 2 and rest[0] == "--root")


def _commands(value: dict[str, Any]) -> dict[str, Any]:
    return {k: value[k] for k in ("command", "args") if k in value}


def missing(text: str, wish: Wish) -> list[Any]:
    """Return the items of a wish for a list that are not there."""
    there = found(text, wish)
    there = there if isinstance(there, list) else []
    return [v for v in wish.value if v not in there]


def state(text: str, wish: Wish) -> str:
    """Tell whether a wish is fulfilled in a text.

    Raises:
        PlaceError: the text can't be read.
    """
    if isinstance(wish.value, list):
        if not missing(text, wish):
            return SAME
        there = found(text, wish)
        items = there if isinstance(there, list) else []
        return MOVED if wish.part == GATE and any(map(_is_hook, items)) else ABSENT
    there = found(text, wish)
    if there is None or there == wish.value:
        return ABSENT if there is None else SAME
    if wish.part == SERVER and is_ours(command_of(there), "serve"):
        return MOVED if _written(there, wish) else BY_HAND
    return MOVED if wish.part == AGENTS else OTHER


def found(text: str, wish: Wish) -> Any:
    """Return what stands where a wish is due, or None.

    Raises:
        PlaceError: the text can't be read.
    """
    if wish.form == MARKDOWN:
        return _asked(lambda: block.find(text), text)
    if wish.form == TOML:
        there = _asked(lambda: tables.find(text, wish.path), text)
        if wish.part == SERVER and isinstance(
            there, dict
        ):  # the rule for the tools is a table below
            there = {k: v for k, v in there.items() if not isinstance(v, dict)} or None
        return there
    return _asked(lambda: spans.find(text, wish.path), text)


def readable(text: str, form: str) -> None:
    """Check that a client can read a text of its own dialect.

    Raises:
        PlaceError: it can't.
    """
    if form in (PLAIN, COMMENTS, LOOSE) and text.strip():
        _asked(lambda: parse(text, form), text)


def put(text: str, wish: Wish) -> tuple[str, Span]:
    """Put what is wished for into a text in which it is absent.

    Raises:
        PlaceError: it can't stand there.
    """
    if wish.form == MARKDOWN:
        return block.put(text, wish.value)
    many = isinstance(wish.value, list)
    value = missing(text, wish) if many else wish.value
    if wish.form == TOML:
        return _asked(lambda: tables.put(text, wish.path, value), text)
    return _asked(lambda: spans.put(text, wish.path, value, items=many), text)


def take(text: str, wish: Wish, values: Sequence[Any] | None = None) -> str:
    """Take out what is ours of a wish, wherever it stands; of a list only `values`, where they are known.

    Raises:
        PlaceError: the text can't be read.
    """
    if wish.form == MARKDOWN:
        return block.cut(text)
    ours: Callable[[Any], bool] | None = None
    if isinstance(wish.value, list):
        known = wish.value if values is None else values
        ours = _is_hook if wish.part == GATE else lambda v: v in known
    if wish.form == TOML:
        return _asked(lambda: tables.cut(text, wish.path, ours), text)
    rest = _asked(lambda: spans.cut(text, wish.path, ours), text)
    if wish.part != GATE:
        return rest
    return _asked(lambda: spans.cut_within(rest, wish.path, "hooks", _runs_gate), rest)


def _asked(ask: Callable[[], _T], text: str) -> _T:
    try:
        return ask()
    except JsonError as error:
        raise PlaceError(text.count("\n", 0, error.at) + 1, error.reason) from error
    except (tables.TomlError, block.BlockError) as error:
        raise PlaceError(error.line, error.reason) from error
