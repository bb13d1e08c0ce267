"""Start a registered server as its client would, and shake hands with it."""

import json
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_ERA: Final = "2025-06-18"
"""The handshake that every client in use still speaks; the server answers both eras."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a server answered, and what there is to say: its tools, or why not."""

    ok: bool
    said: str


def shake(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float = 15.0
) -> Answer:
    """Start a command in a folder, initialize, list its tools, and end it again.

    `environment` is laid over this process's own.
    """
    try:
        process = subprocess.Popen(
            list(command), cwd=folder, env={**os.environ, **environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        return Answer(False, f"{command[0]} can't be started: {error.strerror}")
    limit = threading.Timer(seconds, process.kill)
    limit.start()
    try:
        answer = _talk(process)
        late = not limit.is_alive()
    finally:
        limit.cancel()
        process.kill()
        process.communicate()
    return Answer(False, f"no answer within {seconds:g} s") if late else answer


def _talk(process: "subprocess.Popen[bytes]") -> Answer:
    me = {"name": "backend-mcp doctor", "version": "1"}
    hello = {"protocolVersion": _ERA, "capabilities": {}, "clientInfo": me}
    try:
        _send(process, {"id": 1, "method": "initialize", "params": hello})
        if _read(process, 1) is None:
            return Answer(False, _why(process))
        _send(process, {"method": "notifications/initialized"})
        _send(process, {"id": 2, "method": "tools/list"})
        listed = _read(process, 2)
    except OSError:
        return Answer(False, _why(process))
    names = [t["name"] for t in (listed or {}).get("result", {}).get("tools", [])]
    if "review_design" not in names:
        return Answer(False, "it answers, and is not backend-mcp")
    return Answer(True, f"{len(names)} tools")


def _send(process: "subprocess.Popen[bytes]", message: dict[str, Any]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    process.stdin.flush()


def _read(process: "subprocess.Popen[bytes]", number: int) -> dict[str, Any] | None:
    """Return the answer to a request, or None when there is none to come."""
    assert process.stdout is not None
    for line in process.stdout:
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict) and message.get("id") == number and "result" in message:
            return message
    return None


def _why(process: "subprocess.Popen[bytes]") -> str:
    """Return the last line that a server said on its error stream before it ended."""
    process.kill()
    _, errors = process.communicate()
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else "it ended without an answer"
