"""The harness itself, without a client: scripts, dialects, recordings, judgement and the page."""

import json
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.clients import calls, editors, prove, wire
from tests.clients.calls import Called, Ours
from tests.clients.gates import Gated
from tests.clients.model import Model, Request, speaking
from tests.clients.page import page
from tests.clients.people import Asked
from tests.clients.plugins import Loaded
from tests.clients.record import normal, record
from tests.clients.scene import RECORDER, Scene
from tests.clients.script import Step, Turn, next_step, offered
from tests.clients.validators import Checked

HERE = Path(__file__).parent
SCRIPT = (Step("I look.", "review_design", {"design": "a.yaml"}), Step("A plan."), Step("Done."))


def test_the_next_step_is_read_off_the_conversation() -> None:
    told, call, result = Turn("told", "go"), Turn("calls", name="x"), Turn("result", "fine", "x")
    plan = Turn("says", "A plan.")
    assert next_step(SCRIPT, [told])[0] == 0
    assert next_step(SCRIPT, [told, Turn("says", "I look."), call, result])[0] == 1
    assert next_step(SCRIPT, [told, call, result, plan, Turn("told", "not yet")])[0] == 2
    assert next_step(SCRIPT, [told, call, result, plan, Turn("says", "Done.")]) == (3, SCRIPT[-1])


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (["mcp__backend__review_design", "Read"], "mcp__backend__review_design"),
        (["backend-review_design"], "backend-review_design"),
        (["preview_design", "mcp_backend_review_design"], "mcp_backend_review_design"),
        (["Read"], "review_design"),
    ],
)
def test_a_client_puts_its_prefix_before_the_name_of_a_tool(names: list[str], name: str) -> None:
    assert offered(SCRIPT[0], names) == name


def _asked(url: str, path: str, body: dict[str, Any]) -> str:
    request = urllib.request.Request(url + path, json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


TOOL = {"name": "mcp__backend__review_design"}
GEMINI_TOOLS = [{"functionDeclarations": [{"name": "mcp_backend_review_design"}]}]
DIALECTS: list[tuple[str, dict[str, Any], str]] = [
    ("/v1/messages", {"tools": [TOOL], "messages": [{"role": "user", "content": "go"}]}, "tool_use"),
    ("/v1/responses", {"tools": [{"type": "namespace", "name": "mcp__backend", "tools": [
        {"name": "review_design"}]}], "input": [{"type": "message", "role": "user", "content": "go"}]},
     '"namespace": "mcp__backend"'),
    ("/v1/chat/completions", {"tools": [{"function": TOOL}], "messages": [
        {"role": "user", "content": "go"}]}, "tool_calls"),
    ("/v1beta/models/x:generateContent", {"tools": GEMINI_TOOLS, "contents": [
        {"role": "user", "parts": [{"text": "go"}]}]}, "functionCall"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "word"), DIALECTS, ids=[d[0] for d in DIALECTS])
@pytest.mark.parametrize("stream", [False, True])
def test_each_dialect_calls_the_tool_and_keeps_what_it_was_told(
    path: str, body: dict[str, Any], word: str, stream: bool
) -> None:
    with speaking(SCRIPT) as model:
        given = body | {"stream": True} if stream else body
        answer = _asked(model.url, path, given)
        assert word in answer
        assert "review_design" in answer
        assert "a title" in _asked(model.url, path, given | {"tools": []})
    (request,) = model.requests
    assert [(t.kind, t.text) for t in request.turns] == [("told", "go")]
    assert request.step.calls.endswith("review_design")


def test_what_passes_on_the_wire_is_written_down_and_handed_on(tmp_path: Path) -> None:
    log = tmp_path / "wire.jsonl"
    echo = "import sys\nfor line in sys.stdin: print(line.strip().replace('tools/call', 'x'), flush=True)"
    call = {"id": 7, "method": "tools/call", "params": {
        "name": "review_design", "_meta": {wire.MODERN: wire.NEWEST}}}  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(RECORDER), str(log), "server", sys.executable, "-c", echo],
        input=json.dumps(call) + "\n", capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["method"] == "x"
    said = wire.heard(log)
    assert [one.by for one in said] == ["client", "server"]
    assert wire.eras(said) == [wire.NEWEST]
    assert [one.by for one in wire.results(said, "review_design")] == ["server"]


def test_the_run_of_a_hook_is_written_down_without_the_values_of_its_environment(
    tmp_path: Path,
) -> None:
    log = tmp_path / "wire.jsonl"
    told = "import sys; sys.stdin.read(); print('{}'); sys.exit(3)"
    done = subprocess.run(
        [sys.executable, str(RECORDER), str(log), "hook", sys.executable, "-c", told],
        input='{"hook_event_name": "Stop"}', capture_output=True, text=True, timeout=60, check=False,
        env={"TOKEN": "not-to-be-kept", "PATH": ""},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "{}\n")
    assert "not-to-be-kept" not in log.read_text()
    (said,) = wire.heard(log)
    assert "TOKEN" in said.message["environment"]


def test_a_record_is_in_order_and_the_same_each_time(tmp_path: Path) -> None:
    model = Model(SCRIPT)
    scene = Scene(tmp_path, model)
    go = Turn("told", f"<env>x</env>\nlook at {tmp_path}/work/a.yaml")
    call, result = Turn("calls", name="review_design"), Turn("result", "fine", "review_design")
    model.requests += [
        Request(1.0, {}, (), (go,), SCRIPT[0]),
        Request(3.0, {}, (), (go, call, result), SCRIPT[1]),
    ]
    hook = {"event": '{"hook_event_name": "Stop"}', "out": "", "code": 0}
    line = {"at": 4.0, "process": 1, "by": "hook", "line": json.dumps(hook)}
    scene.log.write_text(json.dumps(line) + "\n")
    turns = normal(scene, record(scene, [(2.0, Turn("permission", "allow"))]))
    assert [t.kind for t in turns] == [
        "told", "says", "calls", "permission", "result", "says", "hook",
    ]  # fmt: skip
    assert turns[0].text == "look at WORKSPACE/a.yaml"


OURS = Ours({"verdict": "right", "number": 3}, "**right**\n", "")


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ('{"verdict":"right","number":3}', ["structure"]),
        ('Wall time: 1 s\nOutput:\n{"number": 3, "verdict": "right"}', ["structure"]),
        ("<untrusted>\n**right**\n</untrusted>", ["text"]),
        ('**right**\n\n{"verdict":"right","number":3}', ["text", "structure"]),
        ('{"verdict":"right","number":4}', []),
        ('{"verdict":"right"', []),
        ("right", []),
    ],
)
def test_what_a_model_is_given_is_the_whole_of_a_part_or_nothing(
    given: str, parts: list[str]
) -> None:
    assert calls.parts(given, OURS) == parts


def test_a_line_is_compared_without_the_number_of_its_request() -> None:
    one, other = (
        '{"jsonrpc":"2.0","id":1,"result":{"id":"x"}}',
        '{"jsonrpc":"2.0","id":"a","result":{"id":"x"}}',
    )
    assert calls.bare(one) == calls.bare(other)
    assert calls.bare(one) != calls.bare(one.replace('"x"', '"y"'))


CALLED = Called("Codex", "@openai/codex", "configured", "2025-06-18", "structure", "byte for byte")
ASKED = Asked("accept", "2026-07-28", "accepted", "equal")
LOADED = Loaded("Codex", "`codex plugin add`", "review_design", "listed", "Stop", "told")
GATED = Gated("Codex", "no review", ("denied", "loud"))
CHECKED = Checked("mcpb validate", "integrations/mcpb", "clean")


@pytest.mark.parametrize(
    "one", [CALLED, ASKED, LOADED, GATED, CHECKED], ids=lambda one: type(one).__name__
)
def test_what_is_not_as_it_should_be_is_told_and_so_is_what_was_not_run(one: Any) -> None:
    assert prove.problems([one]) == []
    assert "why" in prove.problems([replace(one, problem="why")])[0]
    if hasattr(one, "not_run"):
        (told,) = prove.problems([replace(one, not_run="no package")])
        assert "was not run: no package" in told


def test_a_client_that_was_not_run_never_reads_as_one_that_passed() -> None:
    absent = replace(CALLED, not_run="its package could not be installed")
    ungated = replace(GATED, met=(), not_run="its package could not be installed")
    text = page(prove.versions(), [absent], [ASKED], [LOADED], [ungated], [CHECKED])
    assert "| Codex | 0.169.0 | **not run**" in text
    assert "| no review | **not run**" in text
    assert "byte for byte" not in text


def test_what_the_page_gives_to_editors_has_only_the_keys_that_they_document() -> None:
    assert editors.problems() == []
    document = editors.documented("VS Code")
    assert editors.faults("VS Code", {"mcpServers": document["servers"]}) != []
    assert editors.faults("Cursor", {"mcpServers": {"backend": {"args": []}}}) != []


def test_the_lock_names_exact_versions_and_their_digests() -> None:
    assert all(version[0].isdigit() for version in prove.versions().values())
    lock = json.loads((HERE / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [n for n, e in packages.items() if not e.get("integrity") or "resolved" in e] == []
