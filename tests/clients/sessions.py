"""Sessions of real coding agents in a folder of their own, against the scripted model.

The programs are looked for on PATH and in the folder that BACKEND_MCP_CLIENTS names; a program that
is not there is reported as not run.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.clients.scripted import Turn, serving

ROOT = Path(__file__).parents[2]
RECORDER = Path(__file__).with_name("record_hook.py")
LONGEST = 150
"""Seconds that a session may take."""


@dataclass(slots=True)
class Session:
    """What came of a session: of each hook what it heard and said, results of tools, what the person was asked."""

    hooks: list[dict[str, Any]] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Place:
    """Folders of one session: a home, a workspace with a `.git`, and the state of reviews."""

    top: Path
    home: Path = field(init=False)
    workspace: Path = field(init=False)
    state: Path = field(init=False)

    def __post_init__(self) -> None:
        self.home, self.state = self.top / "home", self.top / "state"
        self.workspace = self.folder("shop")
        self.home.mkdir(parents=True)

    def folder(self, name: str) -> Path:
        """Make a workspace."""
        made = self.top / name
        (made / ".git").mkdir(parents=True)
        return made

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment of client, hook and server: nothing of who runs the tests."""
        extra = os.environ.get("BACKEND_MCP_CLIENTS", "")
        return {
            "HOME": str(self.home),
            "TERM": "dumb",
            "PATH": os.pathsep.join((extra, os.environ["PATH"])).strip(":"),
            "PYTHONPATH": str(ROOT / "src"),
            "XDG_STATE_HOME": str(self.state),
            "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, *arguments: str, at: Path | None = None) -> None:
        """Run our own command in a workspace."""
        command = [sys.executable, "-m", "backend_mcp", *arguments]
        where = at or self.workspace
        subprocess.run(
            command,
            cwd=where,
            env=self.environment,
            check=True,
            timeout=LONGEST,
            stdout=subprocess.DEVNULL,
        )

    def hook(self) -> str:
        """Return the command line of the hook, with the recorder before it."""
        words = [
            sys.executable,
            str(RECORDER),
            str(self.top / "hooks.log"),
            sys.executable,
            "-m",
            "backend_mcp",
            "gate",
        ]
        return " ".join(f'"{w}"' for w in words)

    def heard(self) -> list[dict[str, Any]]:
        """Return what hooks heard and said."""
        log = self.top / "hooks.log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
        found = [json.loads(line) for line in lines]
        return [
            {
                "heard": json.loads(f["heard"]),
                "said": json.loads(f["said"] or "{}"),
                "code": f["code"],
            }
            for f in found
        ]


def program(name: str) -> str:
    """Return the path of a client's program, or skip: it is not run, which is no pass."""
    path = os.pathsep.join((os.environ.get("BACKEND_MCP_CLIENTS", ""), os.environ["PATH"]))
    found = shutil.which(name, path=path.strip(":"))
    if found is None:
        pytest.skip(f"not run: {name} is not installed")
    return found


def _server(place: Place) -> dict[str, Any]:
    kept = ("PYTHONPATH", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME")
    return {
        "command": sys.executable,
        "args": ["-m", "backend_mcp", "serve"],
        "env": {k: place.environment[k] for k in kept},
    }


def claude(place: Place, script: list[Turn], person: list[bool]) -> Session:
    """Run Claude Code in plan mode; `person` says what the person answers to each plan, in turn."""
    held = {
        "matcher": "ExitPlanMode",
        "hooks": [{"type": "command", "command": place.hook(), "timeout": 30}],
    }
    stop = {"hooks": [{"type": "command", "command": place.hook(), "timeout": 30}]}
    (place.top / "settings.json").write_text(
        json.dumps({"hooks": {"PreToolUse": [held], "Stop": [stop]}})
    )
    (place.top / "mcp.json").write_text(json.dumps({"mcpServers": {"backend": _server(place)}}))
    session = Session()
    with serving(script) as (_, port):
        environment = {
            **place.environment,
            "DISABLE_TELEMETRY": "1",
            "DISABLE_AUTOUPDATER": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "ANTHROPIC_API_KEY": "no-key-at-all",
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}",
            "MCP_CONNECTION_NONBLOCKING": "0",
            "MCP_TIMEOUT": "120000",
        }
        process = subprocess.Popen(
            [
                program("claude"),
                "-p",
                "--input-format",
                "stream-json",
                "--output-format",
                "stream-json",
                "--verbose",
                "--permission-prompt-tool",
                "stdio",
                "--permission-mode",
                "plan",
                "--settings",
                str(place.top / "settings.json"),
                "--mcp-config",
                str(place.top / "mcp.json"),
                "--strict-mcp-config",
                "--allowedTools",
                "mcp__backend__review_design",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
            cwd=place.workspace,
        )
        try:
            _converse(process, session, list(person))
        finally:
            process.kill()
            process.wait()
    session.hooks = place.heard()
    return session


def _converse(process: "subprocess.Popen[str]", session: Session, person: list[bool]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None

    def send(value: dict[str, Any]) -> None:
        print(json.dumps(value), file=process.stdin, flush=True)

    send(
        {
            "type": "control_request",
            "request_id": "1",
            "request": {"subtype": "initialize", "hooks": None},
        }
    )
    send({"type": "user", "message": {"role": "user", "content": "Plan the ticket shop."}})
    for line in process.stdout:
        said = json.loads(line)
        if said["type"] == "control_request":
            answer = _answer(said["request"], session, person)
            told = {"subtype": "success", "request_id": said["request_id"], "response": answer}
            send({"type": "control_response", "response": told})
        elif said["type"] == "user":
            session.results += [
                json.dumps(c["content"])
                for c in said["message"]["content"]
                if isinstance(c, dict) and c["type"] == "tool_result"
            ]
        elif said["type"] == "result":
            return


def _answer(asked: dict[str, Any], session: Session, person: list[bool]) -> dict[str, Any]:
    if asked["subtype"] != "can_use_tool":
        return {}
    name = asked["tool_name"]
    session.asked.append(name)
    accepts = person.pop(0) if name == "ExitPlanMode" and person else True
    if accepts:
        return {"behavior": "allow", "updatedInput": asked["input"]}
    return {"behavior": "deny", "message": "no, have it reviewed"}


def codex(place: Place, script: list[Turn], _: list[bool]) -> Session:
    """Run Codex once; what a hook blocks, the model hears as a message."""
    folder = place.home / ".codex"
    folder.mkdir()
    hooks = {"Stop": [{"hooks": [{"type": "command", "command": place.hook(), "timeout": 30}]}]}
    (folder / "hooks.json").write_text(json.dumps({"hooks": hooks}))
    server = _server(place)
    session = Session()
    with serving(script) as (model, port):
        (folder / "config.toml").write_text(
            'model = "m"\nmodel_provider = "scripted"\n'
            "[features]\nhooks = true\n"
            f'[model_providers.scripted]\nname = "scripted"\nbase_url = "http://127.0.0.1:{port}/v1"\n'
            'wire_api = "responses"\nenv_key = "NO_KEY"\n'
            f"[mcp_servers.backend]\ncommand = {json.dumps(server['command'])}\nargs = {json.dumps(server['args'])}\n"
            'required = true\nstartup_timeout_sec = 60\ndefault_tools_approval_mode = "approve"\n'
            "[mcp_servers.backend.env]\n"
            + "".join(f"{k} = {json.dumps(v)}\n" for k, v in server["env"].items())
        )
        done = subprocess.run(
            [
                program("codex"),
                "exec",
                "--json",
                "--skip-git-repo-check",
                "--dangerously-bypass-hook-trust",
                "Plan the ticket shop.",
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
            env={**place.environment, "NO_KEY": "no-key-at-all"},
            cwd=place.workspace,
        )
        session.told = done.stdout.splitlines()
        session.results = [
            json.dumps(b.get("input", [])[-1]) for b in model.asked if b.get("input")
        ]
    session.hooks = place.heard()
    return session
