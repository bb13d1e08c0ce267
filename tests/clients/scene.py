"""A place of its own for one run of a client: home, workspace, `backend-mcp` on PATH, recordings.

Nothing of the user's is read or written, and nothing but the scripted model is there to talk to.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.clients import wire
from tests.clients.model import Model
from tests.pinned import ROOT, SOURCES, node

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
RECORDER = HERE / "wire.py"
SECONDS = 120
KEY = "no-secret-the-model-is-scripted"

PROGRAM = """\
#!/bin/sh
export PYTHONPATH={sources} XDG_CACHE_HOME={cache} PYTHONWARNINGS=ignore
case "${{1:-}}" in
  serve) set -- server {python} -m backend_mcp "$@" ;;
  gate) case "${{2:-}}" in
    "" | -*) set -- hook {python} -m backend_mcp "$@" ;;
    *) exec {python} -m backend_mcp "$@" ;;
  esac ;;
  *) exec {python} -m backend_mcp "$@" ;;
esac
exec {python} {recorder} {log} "$@"
"""
"""`backend-mcp` of this checkout; what the server and the gate are told and say is recorded."""


@dataclass(frozen=True)
class Ran:
    """How a client ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """Everything that it printed."""
        return f"{self.out}\n{self.err}".strip()


@dataclass(frozen=True)
class Scene:
    """One run's folders and the model that it talks to."""

    folder: Path
    model: Model

    @cached_property
    def home(self) -> Path:
        """The user's home."""
        return _made(self.folder / "home")

    @cached_property
    def work(self) -> Path:
        """The workspace: a repository of its own."""
        folder = _made(self.folder / "work")
        subprocess.run(["git", "init", "--quiet", str(folder)], check=True, timeout=30)
        return folder

    @property
    def log(self) -> Path:
        """What passed between the client and our programs."""
        return self.folder / "wire.jsonl"

    @cached_property
    def program(self) -> Path:
        """`backend-mcp`, as an installation would have it on PATH."""
        program = _made(self.folder / "bin") / "backend-mcp"
        parts = {
            "sources": SOURCES, "cache": _CACHE.name, "python": sys.executable,
            "recorder": str(RECORDER), "log": str(self.log),
        }  # fmt: skip
        quoted = {name: shlex.quote(part) for name, part in parts.items()}
        program.write_text(PROGRAM.format(**quoted), encoding="utf-8")
        program.chmod(0o755)
        return program

    def heard(self) -> list[wire.Said]:
        """Return what passed so far."""
        return wire.heard(self.log)

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """Return all that a client sees of the environment."""
        folders = [self.program.parent, Path(node(HERE)).parent, "/usr/bin", "/bin"]
        return {
            "HOME": str(self.home), "PWD": str(self.work), "PATH": ":".join(map(str, folders)), "TERM": "dumb",
            "LANG": "C.UTF-8", "NO_COLOR": "1", **extra,
        }  # fmt: skip

    def run(
        self, command: Sequence[str], extra: Mapping[str, str], *, seconds: int = SECONDS
    ) -> Ran:
        """Run a client to its end; one that does not come to it is ended with all it started."""
        with self.started(command, extra) as process:
            process.stdin.close()  # type: ignore[union-attr]
            process.stdin = None
            try:
                out, err = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                end(process)
                out, err = process.communicate()
                err += f"\nno end after {seconds} s"
        return Ran(process.returncode, out, err)

    def started(self, command: Sequence[str], extra: Mapping[str, str]) -> "subprocess.Popen[str]":
        """Start a client in a session of its own."""
        return subprocess.Popen(
            command, cwd=self.work, env=self.environment(extra), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def wait_for_server(self, heard: int, seconds: int = 20) -> None:
        """Wait until the server has told its tools, after the lines that were heard before.

        It gives up after as long as a server that is there may take to start.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.program.exists():
            if any(
                said.by == "server" and '"tools":[' in said.line for said in self.heard()[heard:]
            ):
                time.sleep(0.5)  # what was told must reach the client's own list
                return
            time.sleep(0.2)

    def copy(self, *paths: str) -> None:
        """Put files of this repository into the workspace, under their own names."""
        for path in paths:
            shutil.copy(ROOT / path, self.work / Path(path).name)

    def write(self, path: Path, value: object) -> Path:
        """Write a JSON file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, indent=2), encoding="utf-8")
        return path


def end(process: "subprocess.Popen[str]") -> None:
    """End a client and all it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


_CACHE = tempfile.TemporaryDirectory(prefix="clients-cache-")
"""Typed knowledge is read once for all scenes, as it is once for all runs of a user."""
