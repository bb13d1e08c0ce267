"""Stands between a client and a program of ours, and writes down what passes; also run as a file.

`python wire.py LOG server COMMAND…` hands the lines of an MCP server through both ways;
`python wire.py LOG hook COMMAND…` hands the event of a hook to its command, and its answer back.
Each line of LOG is JSON with the time, the process, who spoke and what.
"""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

MODERN = "io.modelcontextprotocol/protocolVersion"
NEWEST = "2026-07-28"


@dataclass(frozen=True)
class Said:
    """One line that passed, or one run of a hook."""

    at: float
    process: int
    by: str
    line: str

    @property
    def message(self) -> dict[str, Any]:
        """The line as JSON."""
        read = json.loads(self.line)
        return read if isinstance(read, dict) else {}


def heard(log: Path) -> list[Said]:
    """Return what passed, in order; nothing when nothing was recorded."""
    if not log.is_file():
        return []
    lines = log.read_text(encoding="utf-8").splitlines()
    return [Said(**json.loads(line)) for line in lines]


def eras(said: list[Said]) -> list[str]:
    """Return the revisions in which tools were called or listed: what really was spoken."""
    found, shaken = [], ""
    for one in said:
        message = one.message
        if one.by == "server":
            result = message.get("result")
            if isinstance(result, dict) and "protocolVersion" in result:
                shaken = result["protocolVersion"]
        elif str(message.get("method", "")).startswith("tools/"):
            meta = (message.get("params") or {}).get("_meta") or {}
            found.append(meta.get(MODERN) or shaken)
    return list(dict.fromkeys(found))


def results(said: list[Said], tool: str) -> list[Said]:
    """Return the server's answers to calls of a tool."""
    asked = {
        (one.process, one.message.get("id"))
        for one in said
        if one.by == "client" and one.message.get("method") == "tools/call"
        and one.message["params"].get("name") == tool
    }  # fmt: skip
    return [s for s in said if s.by == "server" and (s.process, s.message.get("id")) in asked]


class _Log:
    def __init__(self, path: str) -> None:
        # lines of several processes: each is appended with one write
        self.file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)

    def write(self, by: str, line: str) -> None:
        said = {"at": time.time(), "process": os.getpid(), "by": by, "line": line}
        os.write(self.file, (json.dumps(said) + "\n").encode())


def _pump(source: IO[bytes], target: IO[bytes], log: _Log, by: str) -> None:
    for line in iter(source.readline, b""):
        log.write(by, line.decode(errors="replace").rstrip("\n"))
        try:
            target.write(line)
            target.flush()
        except OSError:
            return
    target.close()


def _server(log: _Log, command: list[str]) -> int:
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        down = (sys.stdin.buffer, process.stdin, log, "client")
        threading.Thread(target=_pump, args=down, daemon=True).start()
        _pump(process.stdout, sys.stdout.buffer, log, "server")
    return process.returncode


def _hook(log: _Log, command: list[str]) -> int:
    event, begun = sys.stdin.read(), time.monotonic()
    done = subprocess.run(command, input=event, capture_output=True, text=True, check=False)
    told = {
        "event": event, "out": done.stdout, "err": done.stderr, "code": done.returncode,
        "seconds": round(time.monotonic() - begun, 3), "arguments": command,
        "environment": sorted(os.environ),  # names alone: values may be tokens
    }  # fmt: skip
    log.write("hook", json.dumps(told))
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    return done.returncode


if __name__ == "__main__":
    _KIND = {"server": _server, "hook": _hook}[sys.argv[2]]
    sys.exit(_KIND(_Log(sys.argv[1]), sys.argv[3:]))
