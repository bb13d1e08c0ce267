"""The places, the environment and the processes of the proof; whatever is started is ended."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.pinned import ROOT, SOURCES, Failed

HERE = Path(__file__).resolve().parent
SCOPE = HERE / "node_modules" / "@modelcontextprotocol"
START_SECONDS = 60


def run(command: list[str], home: Path, seconds: int = 300) -> subprocess.CompletedProcess[str]:
    """Run a program apart from the user's own settings; its output is returned, never shown."""
    try:
        return subprocess.run(
            command, cwd=ROOT, env=apart(home), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Failed(f"no end after {seconds} s: {' '.join(command)}") from error
    except OSError as error:
        raise Failed(f"{command[0]} can't be run: {error}") from error


def apart(home: Path) -> dict[str, str]:
    """Return an environment whose home is a folder of ours: what is kept there is thrown away."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MCP_", "XDG_"))}
    return kept | {
        "HOME": str(home),
        "NO_COLOR": "1",
        "PYTHONPATH": SOURCES,
        # the scanner would ask the network for prices of models that it never calls
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }


def server_command() -> list[str]:
    """Return the product's own command, as users start it; MCP clients hand down no PYTHONPATH."""
    program = Path(sys.executable).parent / "backend-mcp"
    return ["/usr/bin/env", f"PYTHONPATH={SOURCES}", str(program), "serve"]


@dataclass(frozen=True)
class Server:
    """A running server: where it is, and how often its fixtures ran, if it has some."""

    url: str

    def counts(self) -> dict[str, int]:
        """Return how often each fixture ran; only those that did."""
        with urllib.request.urlopen(self.url.replace("/mcp", "/fixtures"), timeout=10) as answer:
            counted: dict[str, int] = json.load(answer)
        return {name: count for name, count in counted.items() if count}


@contextlib.contextmanager
def serving_product(home: Path) -> Iterator[Server]:
    """Run the product's own command over HTTP while the block runs."""
    port = _free_port()
    with _running([*server_command(), "--http", str(port)], port, home) as server:
        yield server


@contextlib.contextmanager
def serving_fixtures(home: Path, *options: str) -> Iterator[Server]:
    """Run the product's server object with what is added to it over HTTP while the block runs."""
    port = _free_port()
    command = [sys.executable, "-m", "tests.protocol.serve_fixtures", str(port), *options]
    with _running(command, port, home) as server:
        yield server


@contextlib.contextmanager
def _running(command: list[str], port: int, home: Path) -> Iterator[Server]:
    log = home / f"server-{port}.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, env=apart(home), stdin=subprocess.DEVNULL, stdout=errors,
            stderr=errors,
        )  # fmt: skip
        try:
            _wait(port, process, log)
            yield Server(f"http://127.0.0.1:{port}/mcp")
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.1)
    raise Failed(f"the server did not start:\n{log.read_text()[-3000:]}")
