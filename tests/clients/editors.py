"""The configuration of editors that can't be run here, held against what they document.

The keys are those of VS Code's schema for `mcp.json` (its `mcpConfiguration.ts`) and of Cursor's
page on MCP, read on 2026-11-26; a stdio server alone, since that is all we write.
"""

import json
import re
from typing import Any

from jsonschema import Draft202012Validator

from tests.pinned import ROOT

TEXTS = {"type": "array", "items": {"type": "string"}}
VALUES = {"type": "object", "additionalProperties": {"type": ["string", "number", "null"]}}


def _form(key: str, server: dict[str, Any], **others: Any) -> dict[str, Any]:
    about = {"command": {"type": "string", "minLength": 1}, "args": TEXTS, "env": VALUES,
             "envFile": {"type": "string"}, "type": {"const": "stdio"}}  # fmt: skip
    one = {"type": "object", "additionalProperties": False, "required": ["command"],
           "properties": about | server}  # fmt: skip
    servers = {"type": "object", "additionalProperties": one, "minProperties": 1}
    return {"type": "object", "additionalProperties": False, "required": [key],
            "properties": {key: servers, **others}}  # fmt: skip


FORMS = {
    "VS Code": _form("servers", {"cwd": {"type": "string"}, "dev": {"type": "object"}},
                     inputs={"type": "array"}),
    "Cursor": _form("mcpServers", {}),
}  # fmt: skip
FILES = {"VS Code": ".vscode/mcp.json", "Cursor": ".cursor/mcp.json"}
PAGE = ROOT / "docs" / "integrations.md"


def faults(editor: str, document: Any) -> list[str]:
    """Return where a configuration is not what the editor documents."""
    found = Draft202012Validator(FORMS[editor]).iter_errors(document)
    return [f"{'/'.join(map(str, error.path)) or 'top'}: {error.message}" for error in found]


def documented(editor: str) -> Any:
    """Return the configuration that our own page gives for an editor."""
    text = PAGE.read_text(encoding="utf-8")
    block = re.search(rf"`{re.escape(FILES[editor])}`[^`]*```json\n(.*?)```", text, re.DOTALL)
    return json.loads(block[1]) if block else None


def problems() -> list[str]:
    """Return what of our page the editors would not take."""
    return [
        f"{editor}: {fault}" for editor in FORMS for fault in faults(editor, documented(editor))
    ]
