"""The names of clients and scopes, which the command line knows before anything else is loaded."""

from typing import Final

CLIENT_IDS: Final = ("claude", "codex", "gemini", "copilot", "qwen", "opencode", "vscode", "cursor")
PROJECT, USER = "project", "user"
SCOPES: Final = (PROJECT, USER)
