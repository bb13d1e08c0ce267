"""The real server as a process: this checkout, in a folder and with a cache of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self

from benchmarks.fuzz_protocol import designs
from benchmarks.fuzz_protocol.source import MODERN, Era

LIMIT: Final = 60.0
"""Seconds after which a missing answer is a hang; the machines that run this are slow and shared."""
META: Final = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
}
_SANE: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("tools/call", {"name": "review_design", "arguments": {"design": designs.DOCUMENTS[0]}}),
    ("tools/call", {"name": "search_knowledge", "arguments": {"query": "customers charged twice after a timeout"}}),
    ("tools/call", {"name": "compare_options", "arguments": {"capability": "queue",
    "facts": {"load": {"messages_per_second": 8}}}}),
    ("tools/call", {"name": "get_checklist", "arguments": {"topic": "launch"}}),
    ("tools/list", {}),
    ("resources/read", {"uri": "backend://rules"}),
    ("prompts/list", {}),
)  # fmt: skip
"""Calls of an honest client; their answers must stay the same, byte for byte."""


def sane(number: int, era: Era) -> dict[str, Any]:
    """Return one of the calls of an honest client."""
    method, params = _SANE[number % len(_SANE)]
    params = {**params, "_meta": META} if era == MODERN else params
    return {"jsonrpc": "2.0", "id": "sane", "method": method, "params": params}


def sane_name(number: int) -> str:
    """Return what that call is about."""
    method, params = _SANE[number % len(_SANE)]
    return str(params.get("name", method))


def initialize(*, asks: bool = False) -> dict[str, Any]:
    """Return the request that opens a connection of the handshake era."""
    params = {
        "protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}} if asks else {},
        "clientInfo": {"name": "fuzz", "version": "1"},
    }  # fmt: skip
    return {"jsonrpc": "2.0", "id": "open", "method": "initialize", "params": params}


INITIALIZED: Final = {"jsonrpc": "2.0", "method": "notifications/initialized"}


class Server:
    """One process of the server; `http` is its port, or None where it speaks over its standard streams."""

    def __init__(self, folder: Path, *, http: bool, command: Sequence[str] = ()) -> None:
        root = folder / "root"
        self.port = _free_port() if http else None
        self._log = (folder / f"log-{time.monotonic_ns()}").open("w+b")
        way = ["--http", str(self.port)] if self.port else ["--root", str(root)]
        home = {"HOME": str(folder), "XDG_CACHE_HOME": str(folder.parent / "cache")}
        self.process = subprocess.Popen(
            command or [sys.executable, "-m", "backend_mcp", "serve", *way],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=root,
            env={**os.environ, **home, "PYTHONPATH": str(designs.ROOT / "src"), "COLUMNS": "400"},
        )
        if self.port:
            self._wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait(self) -> None:
        """Wait until the port takes connections."""
        until = time.monotonic() + LIMIT
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port or 0), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"the server did not start: {self.log()[-2000:]}")

    def weight(self) -> int:
        """Return the resident memory, in kB; 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        except OSError:
            return 0
        lines = [line for line in status.splitlines() if line.startswith("VmRSS")]
        return int(lines[0].split()[1]) if lines else 0

    def stop(self) -> int | None:
        """Close the input, or interrupt what serves over HTTP; return the exit code, None where it hangs."""
        if self.process.poll() is None:
            if self.process.stdin and not self.process.stdin.closed:
                self._close()
            if self.port:
                self.process.send_signal(signal.SIGINT)
            try:
                return self.process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                return None
        return self.process.returncode

    def _close(self) -> None:
        try:
            self.process.stdin.close()  # type: ignore[union-attr]
        except OSError:
            return

    def log(self) -> str:
        """Return what the server has written to its log."""
        self._log.flush()
        self._log.seek(0)
        text = self._log.read().decode("utf-8", "replace")
        self._log.seek(0, os.SEEK_END)
        return text


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
