"""What clients load: one version, one source of its sentences, and an example that is true."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from backend_mcp import settings
from backend_mcp.clients.block import trigger
from backend_mcp.tree import from_text, plain
from tests.faces.talking import TOOLS, call, talk

ROOT = Path(__file__).parents[1]
PLUGIN, GEMINI = ROOT / "integrations" / "plugin", ROOT / "integrations" / "gemini"
SKILL = PLUGIN / "skills" / "review-design" / "SKILL.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DESCRIBED = [
    ".claude-plugin/marketplace.json", "integrations/plugin/.claude-plugin/plugin.json",
    "integrations/gemini/gemini-extension.json", "integrations/mcpb/manifest.json", "server.json",
]  # fmt: skip


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _values(value: Any, key: str) -> list[Any]:
    """Return every value of a key, however deep."""
    if isinstance(value, list):
        return [found for inner in value for found in _values(inner, key)]
    if not isinstance(value, dict):
        return []
    own = [value[key]] if key in value else []
    return own + [found for inner in value.values() for found in _values(inner, key)]


@pytest.mark.parametrize("path", DESCRIBED)
def test_the_version_is_that_of_the_project(path: str) -> None:
    found = _values(_json(ROOT / path), "version")
    assert set(found) == {PROJECT["version"]}, f"{path}: the version's home is pyproject.toml"


def test_the_bundle_runs_this_version_of_the_package() -> None:
    bundle = tomllib.loads((ROOT / "integrations/mcpb/pyproject.toml").read_text())["project"]
    assert bundle["version"] == PROJECT["version"]
    assert bundle["dependencies"] == [f"{PROJECT['name']}=={PROJECT['version']}"]
    assert bundle["requires-python"] == PROJECT["requires-python"]


def _sentences() -> tuple[str, str]:
    """Return when to call, and what to size and keep: the instructions are their home."""
    first, second, *_ = (ROOT / "prompts" / "instructions.md").read_text().split("\n\n")
    return first.split(" It answers")[0], second


@pytest.mark.parametrize(
    "path",
    [SKILL, GEMINI / "GEMINI.md", ROOT / "integrations/agents/AGENTS.md"],
    ids=lambda p: p.name,
)
def test_when_to_call_and_what_to_keep_is_said_in_the_words_of_the_instructions(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [s for s in _sentences() if s not in text] == []


def test_the_description_of_the_skill_names_the_same_moments() -> None:
    moments = re.search(r"adds or changes .*?call", _sentences()[0])
    assert moments is not None
    assert moments[0] in re.split(r"\n---\n", SKILL.read_text())[0]


@pytest.mark.parametrize("path", ["skills/review-design/SKILL.md", "hooks/missing.sh"])
def test_the_extension_brings_the_same_as_the_plugin(path: str) -> None:
    assert (GEMINI / path).read_bytes() == (PLUGIN / path).read_bytes(), f"copy {path}"


def test_the_lines_for_agents_are_three() -> None:
    lines = (ROOT / "integrations/agents/AGENTS.md").read_text().splitlines()
    assert len(lines) == 3
    assert "\n".join(lines) == trigger((ROOT / "prompts" / "instructions.md").read_text())
    assert (GEMINI / "GEMINI.md").read_text().splitlines() == lines


def test_the_example_of_the_skill_gets_the_answers_that_it_tells(tmp_path: Path) -> None:
    text = SKILL.read_text(encoding="utf-8")
    example = text[text.index("## An example") :]
    first, second = re.findall(r"```yaml\n(.*?)```", example, re.DOTALL)
    told = re.findall(r"(blocker|high|medium) `([^`]+)`", example)
    verdicts = re.findall(r"The answer is `(\w+)`, `ready: (\w+)`", example)

    async def script(client: Client) -> None:
        plan = plain(from_text(first, "first"))
        whole, _ = await call(client, design=plan, detail="full")
        assert [(f["severity"], f["id"]) for f in whole["findings"]] == told
        shape, _ = await call(client, design=plan)
        assert "components.stripe" in [k["at"] for k in shape["keep"]]
        assert "needs.replay" in [q["fact"] for q in shape["questions"]]
        again, _ = await call(client, design=plain(from_text(second, "second")), base="last")
        assert [(s["verdict"], s["ready"]) for s in (shape, again)] == verdicts
        assert not shape.get("unread")
        assert not again.get("unread")

    talk(script, tmp_path)


def _hooks(path: Path) -> list[tuple[str, str, str]]:
    return [
        (event, entry.get("matcher", ""), hook["command"])
        for event, entries in _json(path)["hooks"].items()
        for entry in entries
        for hook in entry["hooks"]
    ]


@pytest.mark.parametrize("path", [PLUGIN, GEMINI], ids=lambda p: p.name)
def test_hooks_hold_nothing_up_when_the_program_is_missing_or_fails(
    path: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "backend-mcp"
    broken.write_text("#!/bin/sh\nexit 2\n")
    broken.chmod(0o755)
    for _, _, command in _hooks(path / "hooks" / "hooks.json"):
        told = command.replace("${CLAUDE_PLUGIN_ROOT}", str(path))
        told = told.replace("${extensionPath}", str(path))
        for folder in ("", str(tmp_path)):
            done = subprocess.run(
                ["/bin/sh", "-c", told], input="{}", capture_output=True, text=True, timeout=60,
                check=False, env={"PATH": f"{folder}:/usr/bin:/bin"},
            )  # fmt: skip
            assert done.returncode == 0


@pytest.mark.parametrize("client", ["", "COPILOT_CLI", "GEMINI_PROJECT_DIR"])
def test_a_missing_program_is_told_in_the_words_that_the_client_reads(client: str) -> None:
    done = subprocess.run(
        ["/bin/sh", str(PLUGIN / "hooks" / "missing.sh")], capture_output=True, text=True,
        timeout=60, check=True, env={"PATH": "/usr/bin:/bin", **({client: "1"} if client else {})},
    )  # fmt: skip
    text = json.loads(done.stdout)["additionalContext"] if client else done.stdout
    assert "uv tool install backend-mcp" in text


def test_a_plan_is_asked_about_once_whichever_event_a_client_has() -> None:
    claude = {event: matcher for event, matcher, _ in _hooks(PLUGIN / "hooks" / "hooks.json")}
    assert set(claude) == {"SessionStart", "PreToolUse", "Stop"}
    assert claude["PreToolUse"].split("|") == ["ExitPlanMode", "exit_plan_mode"]
    gemini = {event: matcher for event, matcher, _ in _hooks(GEMINI / "hooks" / "hooks.json")}
    assert gemini == {"SessionStart": "", "BeforeTool": "exit_plan_mode"}


def test_the_server_works_where_the_client_was_started(tmp_path: Path) -> None:
    server = _json(PLUGIN / ".mcp.json")["mcpServers"]["backend"]
    ((variable, value),) = server["env"].items()
    assert value == "${PWD:-}"
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    started = {variable: str(tmp_path / "sub")}
    assert settings.roots(None, started)[0] == tmp_path.resolve()
    assert settings.roots(None, {variable: value}) == settings.roots(None, {})
    assert settings.roots(None, started | {"CLAUDE_PROJECT_DIR": "/"})[0] == Path("/")


def test_the_bundle_and_the_commands_name_tools_that_are_there() -> None:
    assert [t["name"] for t in _json(ROOT / "integrations/mcpb/manifest.json")["tools"]] == TOOLS
    for path in (*PLUGIN.glob("commands/*.md"), *GEMINI.glob("commands/**/*.toml")):
        assert any(tool in path.read_text() for tool in TOOLS), path


def test_the_icons_are_what_our_own_code_draws() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "icon"), "--check"], timeout=60, check=False
    )
    assert done.returncode == 0


def test_the_registry_entry_names_the_package_and_the_readme_names_the_entry() -> None:
    entry = _json(ROOT / "server.json")
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", entry["name"])
    assert 1 <= len(entry["description"]) <= 100
    assert entry["description"] == PROJECT["description"][: len(entry["description"])]
    (package,) = entry["packages"]
    assert (package["registryType"], package["identifier"]) == ("pypi", PROJECT["name"])
    assert package["transport"] == {"type": "stdio"}
    assert set(package) <= {
        "registryType", "registryBaseUrl", "identifier", "version", "runtimeHint", "transport",
        "packageArguments",
    }  # fmt: skip
    assert f"mcp-name: {entry['name']}" in (ROOT / PROJECT["readme"]).read_text()
