"""A sample of the protocol fuzz on the real server; and the judge of the fuzz, on faults that are planted.

The sample is 1,500 messages over both transports and in both eras. The full run is one command, and its
tables are committed: `docs/fuzz.md`.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fuzz_protocol import judge, stdio
from benchmarks.fuzz_protocol.message import asks
from benchmarks.fuzz_protocol.server import Server
from benchmarks.fuzz_protocol.source import HANDSHAKE, MODERN, Source
from benchmarks.fuzz_protocol.tally import Tally

ROOT = Path(__file__).parents[2]
SAMPLE = 1_500


def test_no_message_of_a_sample_brings_the_server_down_or_to_silence() -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.fuzz_protocol",
        "--messages",
        str(SAMPLE),
        "--seed",
        "7",
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-6000:] + done.stdout[-2000:]
    sent = re.search(r"\| \*\*all\*\* \|.* ([\d,]+) \|\n", done.stdout)
    assert sent is not None
    assert int(sent[1].replace(",", "")) >= SAMPLE
    assert re.search(r"\| \*\*faults\*\* \| 0 \| 0 \| 0 \| 0 \| 0 \|", done.stdout)


@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
def test_equal_seeds_make_equal_messages(era: Any) -> None:
    first, second = ([m.body for m in Source("s", era, "http").messages(150)] for _ in range(2))
    assert first == second
    assert first != [m.body for m in Source("t", era, "http").messages(150)]


def _said(result: Any = None, **more: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, **({"result": result} if result is not None else {}), **more}


def _tool(text: Any = "fine", structured: Any = None, **more: Any) -> dict[str, Any]:
    shape = {"a": 1} if structured is None else structured
    return _said({"content": [{"type": "text", "text": text}], "structuredContent": shape, **more})


PLANTED = [
    (_tool("Traceback (most recent call last)"), "a traceback"),
    (_tool('  File "/usr/lib/x"'), "a line of a traceback"),
    (_tool('x.py", line 3'), "a line of a traceback"),
    (_said(error={"code": -32602, "message": "see https://errors.pydantic.dev/2/v/x"}), "pydantic"),
    (_tool("/venv/lib/site-packages/mcp"), "a path of the installation"),
    (_tool(structured={"a": "a fault of backend-mcp itself (X)"}), "a fault of our own"),
    (_tool("x" * 8_001), "a text of 8001 characters"),
    (_tool(structured={"a": "x" * 8_000}), "a structured part of"),
    (_tool("x" * 2_001, isError=True), "a text of 2001 characters"),
    (_tool(structured={}), "without a structured part"),
    (_tool(" "), "without text"),
    (_said({"structuredContent": {"a": 1}}), "without content"),
    (_tool("half \ud83d"), "half a surrogate pair"),
    (_said(error={"code": -32603, "message": "Internal server error"}), "the server failed"),
    (_said(error={"code": 0, "message": "'int' object has no attribute 'x'"}), "the server failed"),
    (_said(error={"code": -32602, "message": "m" * 3000}), "an error of"),
    (_said(error={"code": -32602, "message": ""}), "says nothing"),
    (_said(error={"message": "x"}), "without code"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "words"), PLANTED, ids=[w[:30] for _, w in PLANTED])
def test_the_judge_sees_a_planted_fault(said: dict[str, Any], words: str) -> None:
    assert any(words in what for what in judge.answer(said, "tools/call"))


@pytest.mark.parametrize(
    "said",
    [
        _tool(),
        _tool("x" * 8_000, {"a": "x" * 7_900}),
        _tool("no", isError=True),
        _said({"resultType": "input_required", "inputRequests": {}}),
        _said(error={"code": -32601, "message": "Method not found", "data": "x"}),
    ],
)  # fmt: skip
def test_the_judge_lets_pass_what_is_right(said: dict[str, Any]) -> None:
    assert judge.answer(said, "tools/call") == []


@pytest.mark.parametrize(
    "line",
    [b"", b"no", b"[]", b'{"id": 1, "result": {}}', b'{"jsonrpc": "2.0", "result": {}}', b'{"jsonrpc": "2.0", "id": 1}',
     b'{"jsonrpc": "2.0", "id": 1, "result": {}, "error": {}}', b'{"jsonrpc": "2.0", "id": 1, "result": {"a": NaN}}',
     b'{"jsonrpc": "2.0", "id": 1, "result": {"a": "\xff"}}', b'{"jsonrpc": "2.0", "method": 1}'],
)  # fmt: skip
def test_what_is_no_answer_is_none(line: bytes) -> None:
    assert judge.read(line)[0] is None


def test_a_traceback_of_ours_in_the_log_is_a_fault_and_one_of_the_sdk_is_counted() -> None:
    plain = 'ERROR:    x\nTraceback (most recent call last):\n  File "{}", line 3, in work\n    x\nKeyError: 1\n'
    rich = "[11/26/26 07:00:00] ERROR    tool failed      app.py:1\n   ╭ Traceback ╮\n   │ {}:5 in work │\n   KeyError"
    for form in (plain, rich):
        ours, _ = judge.log(form.format("/x/src/backend_mcp/tree.py"))
        assert len(ours) == 1
        ours, theirs = judge.log(form.format("/x/site-packages/mcp/server/runner.py"))
        assert ours == []
        assert [n for name, n in theirs.items() if "a traceback" in name] == [1]
    ours, theirs = judge.log("           WARNING  dropped 'x': malformed params    runner.py:280\n")
    assert (ours, dict(theirs)) == ([], {"WARNING runner.py": 1})


ASKED = [
    ({"jsonrpc": "2.0", "id": 1, "method": "x"}, "must"),
    ({"jsonrpc": "2.0", "id": "a", "method": "x", "params": {}}, "must"),
    ({"jsonrpc": "2.0", "id": 1, "method": "half \ud83d"}, "must"),
    ({"jsonrpc": "2.0", "id": "half \ud83d", "method": "x"}, "may"),
    ({"jsonrpc": "2.0", "id": 1, "method": "x", "params": []}, "may"),
    ({"jsonrpc": "1.0", "id": 1, "method": "x"}, "may"),
    ({"jsonrpc": "2.0", "id": 1, "method": "x", "params": {"n": float("nan")}}, "may"),
    ({"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen"}, "may"),
    ({"jsonrpc": "2.0", "id": None, "method": "x"}, "none"),
    ({"jsonrpc": "2.0", "id": 1.5, "method": "x"}, "none"),
    ({"jsonrpc": "2.0", "id": True, "method": "x"}, "none"),
    ({"jsonrpc": "2.0", "method": "x"}, "none"),
    ([{"jsonrpc": "2.0", "id": 1, "method": "x"}], "none"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "due"), ASKED, ids=lambda v: str(v)[:40])
def test_what_is_due_follows_from_the_message_alone(said: Any, due: str) -> None:
    assert asks(json.dumps(said).encode()).due == due


@pytest.mark.parametrize("body", [b"", b"{", b'{"id": 1', b"\xff", b"[" * 100_000])
def test_nothing_is_due_to_what_can_not_be_read(body: bytes) -> None:
    assert asks(body).due == "none"


FAKES = {
    "a traceback": "say(i, text='Traceback (most recent call last)')",
    "another answer than at the start": "say(i, text=str(n))",
    "no answer within": "say(i) if n < 8 else None",
    "the server closed its output": "say(i) if n < 8 else sys.exit(1)",
    "an answer that nobody asked for": "say(i); say('other')",
    "no JSON": "say(i); print('x', flush=True)",
}  # fmt: skip
FAKE = """
import json, sys
def say(i, text='fine'):
    made = {'content': [{'type': 'text', 'text': text}], 'structuredContent': {'a': 1}}
    print(json.dumps({'jsonrpc': '2.0', 'id': i, 'result': made}), flush=True)
for n, line in enumerate(sys.stdin):
    i = json.loads(line).get('id')
    if i is not None:
        ACT
"""


@pytest.mark.parametrize("what", FAKES)
def test_the_driver_sees_a_server_that_fails(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stdio, "LIMIT", 2.0)
    (tmp_path / "root").mkdir()
    source, tally = Source("s", MODERN, "stdio"), Tally()
    source.kinds = {"lists and discovery": 1}
    command = [sys.executable, "-c", FAKE.replace("ACT", FAKES[what])]
    with Server(tmp_path, http=False, command=command) as server:
        driver = stdio.Stdio(server, source, tally, "fake")
        try:
            driver.run(source.messages(20))
        except stdio.GoneError as error:
            assert what in f"{error} {tally.faults}"
        driver.close()
    assert any(what in f"{fault.what}" for fault in tally.faults) or "closed" in what
    assert sum(tally.faulty.values()) > 0
