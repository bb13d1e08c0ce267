"""What a client's own files say beside our entry: whether the plugin is there, and what is trusted."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from backend_mcp.clients import tables
from backend_mcp.clients.jsonc import JsonError, parse
from backend_mcp.clients.layouts import PLUGIN_NAME, SERVER_NAME, Where

YES, NO, UNKNOWN = "yes", "no", "unknown"


def _json(file: Path) -> dict[str, Any]:
    """Read a file of settings, however loosely written; nothing where there is none, or no mapping."""
    try:
        value = parse(file.read_bytes().decode("utf-8-sig")).plain()
    except (OSError, UnicodeDecodeError, JsonError):
        return {}
    return value if isinstance(value, dict) else {}


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tables.read(file.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tables.TomlError):
        return {}


def _part(value: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def plugin(client: str, where: Where) -> Path | None:
    """Return the file or folder by which a client has the plugin (or extension) on, or None."""
    for folder in (where.home / f".{client}", where.project / f".{client}"):
        extension = folder / "extensions" / PLUGIN_NAME
        if client in ("gemini", "qwen") and extension.is_dir():
            return extension
    for file in _plugin_files(client, where):
        values = _toml(file) if file.suffix == ".toml" else _json(file)
        on = {**_part(values, "enabledPlugins"), **_part(values, "plugins")}
        for name, value in on.items():
            enabled = value.get("enabled", True) if isinstance(value, dict) else value
            if name.split("@")[0] == PLUGIN_NAME and enabled is not False:
                return file
    return None


def _plugin_files(client: str, where: Where) -> tuple[Path, ...]:
    project = where.project
    files: Mapping[str, tuple[Path, ...]] = {
        "claude": (
            where.base("CLAUDE_CONFIG_DIR", ".claude") / "settings.json",
            project / ".claude" / "settings.json",
            project / ".claude" / "settings.local.json",
        ),
        "codex": (
            where.base("CODEX_HOME", ".codex") / "config.toml",
            project / ".codex" / "config.toml",
        ),
        "copilot": (
            where.base("COPILOT_HOME", ".copilot") / "settings.json",
            project / ".github" / "copilot" / "settings.json",
        ),
    }
    return files.get(client, ())


def trusted(client: str, where: Where, scope: str) -> str:
    """Tell whether a client would start a server of this project's files: yes, no or unknown."""
    ask = _TRUST.get(client)
    if ask is None:
        return UNKNOWN
    if scope == "user" and client != "gemini":
        return YES
    return ask(where)


def _claude(where: Where) -> str:
    folder = where.base("CLAUDE_CONFIG_DIR", ".claude")
    named = "CLAUDE_CONFIG_DIR" in where.environment
    state = _json((folder if named else where.home) / ".claude.json")
    said = _part(state, "projects", str(where.project))
    files = [folder / "settings.json", where.project / ".claude" / "settings.local.json"]
    settings = [said, *map(_json, files)]
    if any(SERVER_NAME in (s.get("disabledMcpjsonServers") or []) for s in settings):
        return NO
    approved = any(
        s.get("enableAllProjectMcpServers") is True
        or SERVER_NAME in (s.get("enabledMcpjsonServers") or [])
        for s in settings
    )
    return YES if approved and said.get("hasTrustDialogAccepted") is True else NO


def _codex(where: Where) -> str:
    projects = _part(_toml(where.base("CODEX_HOME", ".codex") / "config.toml"), "projects")
    return _nearest(
        {k: v.get("trust_level") for k, v in projects.items() if isinstance(v, dict)}, where
    )


def _nearest(said: Mapping[str, Any], where: Where) -> str:
    """Look a folder up, then those above it; the first that is named decides."""
    for folder in (where.project, *where.project.parents):
        if (level := said.get(str(folder))) is not None:
            return YES if str(level).lower() in ("trusted", "trust_folder", "true") else NO
    return NO


def _gemini(where: Where) -> str:
    if where.environment.get("GEMINI_CLI_TRUST_WORKSPACE") == "true":
        return YES
    file = where.base("GEMINI_CLI_TRUSTED_FOLDERS_PATH", ".gemini/trustedFolders.json")
    rules = {
        str(Path(k).parent) if v == "TRUST_PARENT" else k: "trusted" if v == "TRUST_PARENT" else v
        for k, v in _json(file).items()
    }
    off = _part(_json(where.home / ".gemini" / "settings.json"), "security", "folderTrust")
    return YES if off.get("enabled") is False else _nearest(rules, where)


def _copilot(where: Where) -> str:
    folders = _json(where.base("COPILOT_HOME", ".copilot") / "config.json").get("trustedFolders")
    named = folders if isinstance(folders, list) else []
    return _nearest({f: True for f in named if isinstance(f, str)}, where)


def _qwen(where: Where) -> str:
    file = where.base("QWEN_CODE_MCP_APPROVALS_PATH", ".qwen/mcpApprovals.json")
    said = _part(_json(file), str(where.project), SERVER_NAME).get("status")
    return YES if said == "approved" else NO


def _opencode(_: Where) -> str:
    """Return yes: opencode asks nobody."""
    return YES


_TRUST: Final[Mapping[str, Callable[[Where], str]]] = {
    "claude": _claude, "codex": _codex, "gemini": _gemini, "copilot": _copilot, "qwen": _qwen,
    "opencode": _opencode,
}  # fmt: skip
