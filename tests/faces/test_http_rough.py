"""A server over HTTP among clients that behave badly: it says what is wrong, keeps quiet, and stops when told."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

HALF = (
    b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
    b"Accept: application/json, text/event-stream\r\nContent-Length: 500\r\n\r\n{"
)
LONG_AGO = 15.0
"""Seconds after which a server that was told to stop has not stopped."""


def _free() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _serve(port: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "backend_mcp", "serve", "--http", str(port)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def served() -> "Iterator[tuple[subprocess.Popen[str], int]]":
    port = _free()
    with _serve(port) as process:
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert process.poll() is None
                    time.sleep(0.1)
            yield process, port
        finally:
            process.kill()


def test_a_half_sent_body_does_not_hold_up_a_stop(
    served: "tuple[subprocess.Popen[str], int]",
) -> None:
    process, port = served
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(HALF % port)
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        process.wait(LONG_AGO)


def test_a_client_that_leaves_in_the_middle_leaves_no_traceback(
    served: "tuple[subprocess.Popen[str], int]",
) -> None:
    process, port = served
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(HALF % port)
            time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=LONG_AGO)
    assert "Traceback" not in said


def test_a_port_where_somebody_listens_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with _serve(int(taken.getsockname()[1])) as process:
            _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "a port where nobody listens is due" in said
