"""What a client gets for messages that no client should send: an answer in our words, and no silence."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from mcp.types import INTERNAL_ERROR, ErrorData

from backend_mcp.server.guard import bounded, mended

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
OPENING = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "t", "version": "1"},
}
ERAS = ("handshake", "modern")


def request(method: str, era: str, id_: Any = 1, meta: Any = None, **params: Any) -> dict[str, Any]:
    held = {**(META if era == "modern" else {}), **(meta or {})}
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": {**params, "_meta": held}}


class Raw:
    """A server as a process, spoken to in bytes."""

    def __init__(self, process: "subprocess.Popen[bytes]", era: str) -> None:
        self.process = process
        self.era = era
        if era == "handshake":
            opening = {"jsonrpc": "2.0", "id": "o", "method": "initialize", "params": OPENING}
            self.ask(json.dumps(opening))

    def ask(self, line: str | bytes) -> Any:
        """Send a line; return the next answer."""
        data = line if isinstance(line, bytes) else line.encode()
        stdin, stdout = self._streams()
        stdin.write(data + b"\n")
        stdin.flush()
        heard = stdout.readline()
        assert heard, "the server is gone"
        return json.loads(heard)

    def _streams(self) -> "tuple[IO[bytes], IO[bytes]]":
        assert self.process.stdin
        assert self.process.stdout
        return self.process.stdin, self.process.stdout


@contextmanager
def raw(root: Path, era: str, *more: str) -> Iterator[Raw]:
    """Start a server over its standard streams."""
    arguments = [sys.executable, "-m", "backend_mcp", "serve", "--root", str(root), *more]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield Raw(process, era)
        finally:
            process.kill()


@pytest.mark.parametrize("era", ERAS)
def test_every_request_with_an_id_is_answered_and_briefly(tmp_path: Path, era: str) -> None:
    good = request("tools/list", era)
    deep = json.dumps({**good, "extra": "@"}).replace('"@"', "[" * 300 + "]" * 300)
    deeper = json.dumps({**good, "extra": "@"}).replace('"@"', "[" * 90_000 + "]" * 90_000)
    lines: list[tuple[str, int]] = [
        (json.dumps({**good, "method": "x" * 5000}), -32601),
        (json.dumps({**good, "jsonrpc": "1.0"}), -32600),
        (json.dumps({**good, "method": 3}), -32600),
        (json.dumps({**good, "params": [1]}), -32600),
        (json.dumps({**good, "extra": "@"}).replace('"@"', "9" * 5000), -32700),
        (deep, -32700),
        (deeper, -32700),
        (json.dumps(request("resources/read", era, uri="backend://" + "x" * 9000)), -32602),
        (json.dumps(request("prompts/get", era, name="x" * 9000)), -32602),
    ]
    with raw(tmp_path, era) as server:
        server.ask(json.dumps(good))
        for line, code in lines:
            said = server.ask(line)
            assert said["id"] == 1
            assert said["error"]["code"] == code, line[:80]
            assert len(json.dumps(said["error"])) <= 2_000
        assert "result" in server.ask(json.dumps(good))


@pytest.mark.parametrize("era", ERAS)
def test_half_an_emoji_is_no_reason_to_be_silent(tmp_path: Path, era: str) -> None:
    call = request(
        "tools/call", era, name="search_knowledge", arguments={"query": "charged twice @"}
    )
    with raw(tmp_path, era) as server:
        said = server.ask(json.dumps(call).replace("@", "\\ud83d"))
        assert said["result"]["structuredContent"]["entries"]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("key", ["traceparent", "tracestate", "baggage"])
def test_a_trace_that_is_no_text_is_left_aside(tmp_path: Path, era: str, key: str) -> None:
    with raw(tmp_path, era) as server:
        for odd in (1, 2.5, [], {"a": 1}, True):
            said = server.ask(json.dumps(request("tools/list", era, meta={key: odd})))
            assert "result" in said, (odd, said)


@pytest.mark.parametrize("era", ERAS)
def test_a_wrong_parameter_is_named(tmp_path: Path, era: str) -> None:
    with raw(tmp_path, era) as server:
        said = server.ask(json.dumps(request("tools/call", era, name=["x"], arguments={})))
        assert said["error"]["code"] == -32602
        assert "params.name" in said["error"]["message"]
        assert "pydantic" not in said["error"]["message"]


@pytest.mark.parametrize("era", ERAS)
def test_a_file_whose_name_is_no_text_is_told_and_the_server_lives(
    tmp_path: Path, era: str
) -> None:
    folder = os.fsencode(tmp_path) + b"/\xff"
    try:
        os.mkdir(folder)
    except OSError:
        pytest.skip("this file system takes only names that are text")
    Path(os.fsdecode(folder + b"/b.yaml")).write_text("a: [1, 2\nb: 3")
    (tmp_path / "odd.yaml").symlink_to(os.fsdecode(folder + b"/b.yaml"))
    call = request("tools/call", era, name="review_design", arguments={"design": "odd.yaml"})
    with raw(tmp_path, era) as server:
        assert server.ask(json.dumps(call))["result"]["isError"] is True
        assert "result" in server.ask(json.dumps(request("tools/list", era)))


def _post(port: int, body: bytes, **headers: str) -> tuple[int, bytes]:
    kinds = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    address = f"http://127.0.0.1:{port}/mcp"
    names = {key.replace("_", "-"): value for key, value in headers.items()}
    given = urllib.request.Request(address, body, {**kinds, **names}, method="POST")
    try:
        with urllib.request.urlopen(given, timeout=60) as heard:
            return heard.status, heard.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_what_is_refused_over_http_is_told_without_the_inside(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    with raw(tmp_path, "modern", "--http", str(port)) as server:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert server.process.poll() is None
                time.sleep(0.1)
        status, body = _post(
            port, json.dumps({"jsonrpc": "2.0", "id": 1, "method": ["x"] * 90}).encode()
        )
        said = json.loads(body)["error"]["message"]
        assert status == 400
        assert "pydantic" not in said
        assert "JSON-RPC 2.0" in said
        version = "9" * 4000
        status, body = _post(
            port, json.dumps(request("tools/list", "modern")).encode(), MCP_Protocol_Version=version
        )
        assert status == 400
        assert len(body) <= 2_000


def test_an_error_is_cut_where_it_repeats_a_request() -> None:
    long = ErrorData(code=1, message="m" * 9000, data={"uri": "u" * 9000, "n": 1})
    cut = bounded(long)
    assert cut.code == 1
    assert len(cut.model_dump_json()) <= 2_000
    assert cut.data["n"] == 1
    assert bounded(ErrorData(code=1, message="short", data="x")).data == "x"
    assert bounded(ErrorData(code=1, message="m", data=list(range(9000)))).data is None


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b'{"error": 3}', b'{"error": {"code": 1}}']
)
def test_a_body_that_is_no_error_is_left_as_it_is(body: bytes) -> None:
    assert mended(body) == body


def test_a_fault_of_our_own_is_said_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mcp import Client
    from mcp.shared.exceptions import MCPError

    from backend_mcp.server.app import Backend
    from tests.faces.talking import talk

    async def broken(_: Backend) -> list[Any]:
        raise ZeroDivisionError("inside /secret")

    monkeypatch.setattr(Backend, "list_prompts", broken)

    async def script(client: Client) -> None:
        with pytest.raises(MCPError) as caught:
            await client.list_prompts()
        assert caught.value.code == INTERNAL_ERROR
        assert "secret" not in caught.value.message
        assert "ZeroDivisionError" in caught.value.message

    for mode in ("auto", "legacy"):
        talk(script, tmp_path, mode)
