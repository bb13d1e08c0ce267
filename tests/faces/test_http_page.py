"""The page about HTTP: what it shows is run as it stands there, against a server on a port of its own."""

import json
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/http.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
PORT = "8700"


@pytest.fixture(scope="module")
def port() -> Iterator[str]:
    """Start the server as the page does, on a free port."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        free = str(held.getsockname()[1])
    name, *command = shlex.split(BLOCKS[0][1].replace(PORT, free))
    assert name == "backend-mcp"
    started = [sys.executable, "-m", "backend_mcp", *command]
    with subprocess.Popen(started, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", int(free)), 1).close()
                    break
                except OSError:
                    assert process.poll() is None
                    time.sleep(0.1)
            yield free
        finally:
            process.kill()


def _run(block: int, port: str) -> str:
    kind, text = BLOCKS[block]
    command = [sys.executable, "-c"] if kind == "python" else ["bash", "-euo", "pipefail", "-c"]
    done = subprocess.run(
        [*command, text.replace(PORT, port)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_has_a_block_for_the_server_each_era_and_python() -> None:
    assert [kind for kind, _ in BLOCKS] == ["sh", "sh", "sh", "python"]


def test_one_request_of_the_current_revision_is_answered(port: str) -> None:
    result = json.loads(_run(1, port))["result"]
    assert result["isError"] is False
    assert result["structuredContent"]["verdict"] in ("over", "mixed", "right")
    assert any("bus" in line for line in result["structuredContent"]["unpaid"])
    assert result["structuredContent"]["next"] in result["content"][0]["text"]


def test_a_session_of_the_revisions_before_it_is_answered(port: str) -> None:
    data = re.findall(r"^data: (\{.*)$", _run(2, port), re.MULTILINE)
    result = json.loads(data[-1])["result"]
    assert result["structuredContent"]["entry"] == "rules/two-writes-no-outbox"


def test_the_client_of_the_page_gets_an_answer(port: str) -> None:
    assert re.match(r"(over|mixed|right) \S", _run(3, port))
