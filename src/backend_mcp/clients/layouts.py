"""Which files of which client hold what: one layout per client and scope.

Checked against the programs themselves, but for VS Code and Cursor, which were read about (docs/install.md).
"""

import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backend_mcp.clients.jsonc import COMMENTS, LOOSE, PLAIN
from backend_mcp.clients.names import CLIENT_IDS, PROJECT
from backend_mcp.clients.wish import AGENTS, ALLOW, GATE, MARKDOWN, SERVER, TOML, Wish

SERVER_NAME, PLUGIN_NAME = "backend", "backend-mcp"
READ_ONLY: Final = ("review_design", "compare_options", "get_checklist", "search_knowledge")
"""The tools that change nothing: those that an allow rule names."""
_SERVERS: Final = ("mcpServers", SERVER_NAME)


@dataclass(frozen=True, slots=True)
class Where:
    """The folders of this machine, and its variables, in which clients keep what they are told."""

    project: Path
    home: Path
    environment: Mapping[str, str]

    def base(self, variable: str, default: str) -> Path:
        """Return the folder that a variable names, or one below the user's home."""
        named = self.environment.get(variable)
        return Path(named) if named else self.home / default


@dataclass(frozen=True, slots=True)
class Spot:
    """A path of keys in a file."""

    file: Path
    form: str
    path: tuple[str, ...]
    value: Any
    within: Path | None = None
    """The folder that the file may not leave by links, where it is another than the layout's."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a client keeps, in one scope, the server, the rule for its tools, the hook and the lines.

    `server` are the files that may hold it, the one to write first; `unallowed` and `unhooked` say why
    there is no rule or no hook; `trust` says what the person is asked, and where.
    """

    server: tuple[Spot, ...]
    allow: Spot | None
    hook: Spot | None
    lines: Path | None
    within: Path
    unallowed: str = ""
    unhooked: str = ""
    trust: str = ""

    def wishes(self, lines: str) -> list[Wish]:
        """Return every wish, the server's first."""
        spots = [(SERVER, self.server[0]), (ALLOW, self.allow), (GATE, self.hook)]
        found = [
            Wish(part, s.file, s.form, s.path, s.value, s.within or self.within)
            for part, s in spots
            if s
        ]
        if self.lines is not None:
            found.append(Wish(AGENTS, self.lines, MARKDOWN, (), lines, self.within))
        return found

    def others(self) -> list[Wish]:
        """Return the server's other places, in which it may stand from before."""
        return [Wish(SERVER, s.file, s.form, s.path, s.value, self.within) for s in self.server[1:]]


@dataclass(frozen=True, slots=True)
class Command:
    """The words that start backend-mcp: `program`, then `house` (options before the verb, for `serve`)."""

    program: tuple[str, ...]
    house: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """A coding agent's program: its name on the command line, what people call it, and its layouts."""

    id: str
    title: str
    program: str
    layout: Callable[[Where, str, Command], Layout]


def _serve(where: Where, scope: str) -> list[str]:
    """The verb, bound to the project where the entry is the project's own."""
    return ["serve", "--root", str(where.project)] if scope == PROJECT else ["serve"]


def _entry(where: Where, scope: str, command: Command, **more: Any) -> dict[str, Any]:
    args = [*command.program[1:], *command.house, *_serve(where, scope)]
    return {**more, "command": command.program[0], "args": args}


def _gate(command: Command) -> str:
    """Return the hook's line: whatever goes wrong with it, even a missing program, holds nothing up."""
    return f"{shlex.join([*command.program, 'gate'])} || exit 0"


def _present(*files: Path) -> tuple[Path, ...]:
    """Put the files that are there before those that are not; the first is the one to write."""
    return tuple(sorted(files, key=lambda f: not f.exists()))


def _claude(where: Where, scope: str, command: Command) -> Layout:
    """`.mcp.json` and `.claude/settings.json`; the user's own are ~/.claude.json and ~/.claude/."""
    folder = where.base("CLAUDE_CONFIG_DIR", ".claude")
    named = "CLAUDE_CONFIG_DIR" in where.environment
    project = scope == PROJECT
    own = (folder if named else where.home) / ".claude.json"
    settings = (where.project / ".claude" if project else folder) / "settings.json"
    entry = _entry(where, scope, command, type="stdio")
    hook = {"type": "command", "command": _gate(command), "timeout": 10}
    lines = where.project / "CLAUDE.md" if project else folder / "CLAUDE.md"
    return Layout(
        (Spot(where.project / ".mcp.json" if project else own, PLAIN, _SERVERS, entry),),
        Spot(settings, PLAIN, ("permissions", "allow"), _rules("mcp__backend__")),
        Spot(settings, PLAIN, ("hooks", "PreToolUse"), [{"matcher": "ExitPlanMode", "hooks": [hook]}]),
        lines,
        _within(where, scope, folder),
        trust="Claude Code asks at its next start in this folder whether you trust it and its .mcp.json; "
        "until then the entry and the rule wait" if project else "",
    )  # fmt: skip


def _rules(prefix: str) -> list[str]:
    return [f"{prefix}{tool}" for tool in READ_ONLY]


def _within(where: Where, scope: str, folder: Path) -> Path:
    """The folder that no link may leave: the project, or the user's home (or the folder named instead)."""
    if scope == PROJECT:
        return where.project
    return where.home if folder.is_relative_to(where.home) else folder


def _codex(where: Where, scope: str, command: Command) -> Layout:
    """`.codex/config.toml`, with the hook in the `hooks.json` beside it; Codex has no event for plans."""
    own = where.base("CODEX_HOME", ".codex")
    folder = where.project / ".codex" if scope == PROJECT else own
    table = ("mcp_servers", SERVER_NAME)
    rules = {tool: {"approval_mode": "approve"} for tool in READ_ONLY}
    hook = {"type": "command", "command": _gate(command), "timeout": 10}
    return Layout(
        (Spot(folder / "config.toml", TOML, table, _entry(where, scope, command)),),
        Spot(folder / "config.toml", TOML, (*table, "tools"), rules),
        Spot(folder / "hooks.json", PLAIN, ("hooks", "Stop"), [{"hooks": [hook]}]),
        where.project / "AGENTS.md" if scope == PROJECT else folder / "AGENTS.md",
        _within(where, scope, own),
        trust="Codex reads .codex/ of a trusted folder only: start `codex` here once and trust it"
        if scope == PROJECT else "",
    )  # fmt: skip


def _gemini(where: Where, scope: str, command: Command) -> Layout:
    """`.gemini/settings.json`; rules for tools are the user's alone, in a file that is only ours.

    `tools.allowed` in the settings would do, and Gemini CLI warns at each start that it will go.
    """
    folder = (where.project if scope == PROJECT else where.home) / ".gemini"
    file = folder / "settings.json"
    hook = {"name": "backend-mcp", "type": "command", "command": _gate(command), "timeout": 10_000}
    rule = {
        "mcpName": SERVER_NAME, "toolName": list(READ_ONLY), "decision": "allow", "priority": 100,
    }  # fmt: skip
    return Layout(
        (Spot(file, COMMENTS, _SERVERS, _entry(where, scope, command)),),
        Spot(where.home / ".gemini" / "policies" / "backend-mcp.toml", TOML, ("rule",), [rule], where.home),
        Spot(file, COMMENTS, ("hooks", "BeforeTool"), [{"matcher": "exit_plan_mode", "hooks": [hook]}]),
        where.project / "GEMINI.md" if scope == PROJECT else folder / "GEMINI.md",
        _within(where, scope, folder),
        trust="Gemini CLI starts no server in a folder that is not trusted: start `gemini` here once "
        "and trust it",
    )  # fmt: skip


def _qwen(where: Where, scope: str, command: Command) -> Layout:
    """`.qwen/settings.json`, which holds all three; QWEN.md and AGENTS.md are both read.

    Without `alwaysLoadTools` the model sees the names alone, and must search for a tool first.
    """
    folder = (where.project if scope == PROJECT else where.home) / ".qwen"
    file = folder / "settings.json"
    hook = {"name": "backend-mcp", "type": "command", "command": _gate(command), "timeout": 10}
    return Layout(
        (Spot(file, COMMENTS, _SERVERS, {**_entry(where, scope, command), "alwaysLoadTools": True}),),
        Spot(file, COMMENTS, ("permissions", "allow"), _rules("mcp__backend__")),
        Spot(file, COMMENTS, ("hooks", "PreToolUse"), [{"matcher": "exit_plan_mode", "hooks": [hook]}]),
        where.project / "AGENTS.md" if scope == PROJECT else folder / "QWEN.md",
        _within(where, scope, folder),
        trust="Qwen Code runs a project's server once it is approved: `qwen mcp approve backend`"
        if scope == PROJECT else "",
    )  # fmt: skip


def _copilot(where: Where, scope: str, command: Command) -> Layout:
    """`.mcp.json`, or `.github/mcp.json` where only that is there: of the two Copilot reads the first."""
    own = where.base("COPILOT_HOME", ".copilot")
    names = _present(where.project / ".mcp.json", where.project / ".github" / "mcp.json")
    files = names if scope == PROJECT else (own / "mcp-config.json",)
    entry = _entry(where, scope, command, type="stdio")
    return Layout(
        tuple(Spot(file, PLAIN, _SERVERS, entry) for file in files),
        None,
        None,
        where.project / "AGENTS.md" if scope == PROJECT else own / "copilot-instructions.md",
        _within(where, scope, own),
        unallowed="Copilot CLI runs tools that only read without asking",
        unhooked="the plugin brings the hook to Copilot CLI",
        trust="Copilot CLI reads a project's servers in a trusted folder only: start `copilot` here once "
        "and trust it" if scope == PROJECT else "",
    )  # fmt: skip


def _opencode(where: Where, scope: str, command: Command) -> Layout:
    """`opencode.jsonc` or `opencode.json`; one command list, no arguments."""
    own = where.base("XDG_CONFIG_HOME", ".config") / "opencode"
    folder = where.project if scope == PROJECT else own
    words = [*command.program, *command.house, *_serve(where, scope)]
    entry = {"type": "local", "command": words, "enabled": True}
    names = _present(folder / "opencode.json", folder / "opencode.jsonc")
    return Layout(
        tuple(Spot(file, LOOSE, ("mcp", SERVER_NAME), entry) for file in names),
        None,
        None,
        folder / "AGENTS.md",
        _within(where, scope, own),
        unallowed="opencode runs the tools of a server without asking, unless you told it to ask",
        unhooked="opencode has no hook that a file can name",
    )


def _vscode(where: Where, scope: str, command: Command) -> Layout:
    """`.vscode/mcp.json`, or the `mcp.json` of the user's default profile."""
    profiles = {
        "darwin": where.home / "Library" / "Application Support" / "Code" / "User",
        "win32": where.base("APPDATA", "AppData/Roaming") / "Code" / "User",
    }
    own = profiles.get(sys.platform, where.base("XDG_CONFIG_HOME", ".config") / "Code" / "User")
    folder = where.project / ".vscode" if scope == PROJECT else own
    entry = _entry(where, scope, command, type="stdio")
    return Layout(
        (Spot(folder / "mcp.json", LOOSE, ("servers", SERVER_NAME), entry),),
        None,
        None,
        where.project / "AGENTS.md" if scope == PROJECT else None,
        _within(where, scope, own),
        unallowed="VS Code asks at the first call, and keeps your answer",
        unhooked="no hook of VS Code was tried",
        trust="VS Code asks whether you trust the server when it first starts",
    )


def _cursor(where: Where, scope: str, command: Command) -> Layout:
    """`.cursor/mcp.json`, in the project or in the user's home."""
    folder = (where.project if scope == PROJECT else where.home) / ".cursor"
    entry = _entry(where, scope, command, type="stdio")
    return Layout(
        (Spot(folder / "mcp.json", LOOSE, _SERVERS, entry),),
        None,
        None,
        where.project / "AGENTS.md" if scope == PROJECT else None,
        _within(where, scope, folder),
        unallowed="a list of allowed tools in Cursor's permissions.json would replace the one in its "
        "settings; allow the tools there",
        unhooked="no hook of Cursor was tried",
        trust="Cursor asks whether to use the server when it first sees it",
    )


_EVERY: Final = (
    Client("claude", "Claude Code", "claude", _claude),
    Client("codex", "Codex", "codex", _codex),
    Client("gemini", "Gemini CLI", "gemini", _gemini),
    Client("copilot", "Copilot CLI", "copilot", _copilot),
    Client("qwen", "Qwen Code", "qwen", _qwen),
    Client("opencode", "opencode", "opencode", _opencode),
    Client("vscode", "VS Code", "code", _vscode),
    Client("cursor", "Cursor", "cursor", _cursor),
)
CLIENTS: Final = {id_: next(c for c in _EVERY if c.id == id_) for id_ in CLIENT_IDS}
"""Every client that `install` knows."""
