"""The doctor: what it says of a client that is fine, and of each thing that can be amiss."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from backend_mcp.clients.handshake import shake
from tests.register.test_install import Run, run, shop

assert run, shop  # the fixtures


def _client(done: Any, name: str) -> dict[str, Any]:
    return next(c for c in json.loads(done.stdout)["clients"] if c["client"] == name)


def test_nothing_registered_is_found(run: Run) -> None:
    done = run("doctor")
    assert done.returncode == 1
    assert "backend-mcp install CLIENT" in done.stdout


def test_what_is_registered_and_answers_is_fine(run: Run) -> None:
    run("install", "opencode", "--yes")
    done = run("doctor", "opencode", "--json")
    health = _client(done, "opencode")
    assert (done.returncode, health["wrong"], health["mend"]) == (0, [], [])
    assert health["connected"] == {"ok": True, "said": health["connected"]["said"]}
    assert health["entries"][0]["how"] == "install"
    assert "fine" in run("doctor", "opencode").stdout


def test_a_folder_that_is_not_trusted_is_told_with_what_mends_it(run: Run, shop: Path) -> None:
    run("install", "qwen", "--yes")
    health = _client(run("doctor", "qwen", "--json"), "qwen")
    assert health["trusted"] == "no"
    assert "qwen mcp approve backend" in health["mend"]
    file = shop.parent / ".qwen" / "mcpApprovals.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({str(shop): {"backend": {"status": "approved"}}}))
    assert _client(run("doctor", "qwen", "--json"), "qwen")["trusted"] == "yes"


@pytest.mark.parametrize(
    ("client", "file", "text"),
    [
        ("claude", ".claude.json", {"projects": {"SHOP": {
            "hasTrustDialogAccepted": True, "enabledMcpjsonServers": ["backend"]}}}),
        ("copilot", ".copilot/config.json", {"trustedFolders": ["SHOP"]}),
        ("gemini", ".gemini/trustedFolders.json", {"SHOP": "TRUST_FOLDER"}),
    ],
)  # fmt: skip
def test_trust_is_read_where_the_client_keeps_it(
    run: Run, shop: Path, client: str, file: str, text: dict[str, Any]
) -> None:
    run("install", client, "--yes")
    assert _client(run("doctor", client, "--json"), client)["trusted"] == "no"
    target = shop.parent / file
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(text).replace("SHOP", str(shop)))
    assert _client(run("doctor", client, "--json"), client)["trusted"] == "yes"


def test_codex_is_trusted_by_its_own_file(run: Run, shop: Path) -> None:
    run("install", "codex", "--yes")
    (shop.parent / ".codex").mkdir()
    (shop.parent / ".codex" / "config.toml").write_text(
        f'[projects."{shop}"]\ntrust_level = "trusted"\n'
    )
    assert _client(run("doctor", "codex", "--json"), "codex")["trusted"] == "yes"


def test_a_command_that_is_gone_is_told_and_install_mends_it(run: Run, shop: Path) -> None:
    run("install", "opencode", "--yes")
    file = shop / "opencode.json"
    file.write_text(file.read_text().replace(sys.executable, "/gone/python"))
    done = run("doctor", "opencode", "--json")
    health = _client(done, "opencode")
    assert done.returncode == 1
    assert "/gone/python can't be started" in health["connected"]["said"]
    assert "backend-mcp install opencode" in health["mend"]
    assert "brought up to date" in run("install", "opencode", "--yes").stdout
    assert run("doctor", "opencode").returncode == 0


def test_a_file_that_is_broken_hides_no_other_client(run: Run, shop: Path) -> None:
    run("install", "opencode", "--yes")
    (shop / ".mcp.json").write_text("{,}")
    done = run("doctor", "--json")
    assert done.returncode == 1
    assert any(".mcp.json:1: " in w for w in _client(done, "claude")["wrong"])
    assert _client(done, "opencode")["wrong"] == []


def test_the_gate_is_told_apart_hook_and_switch(run: Run) -> None:
    run("install", "claude", "--gate", "--yes")
    health = _client(run("doctor", "claude", "--json"), "claude")
    assert (health["hook"], health["switch"]) == (True, False)
    assert "gate: hook there, switch off" in run("doctor", "claude").stdout


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise SystemExit('no module')", "no module"),
        ("print('hello')", "without an answer"),
        ("import time; time.sleep(60)", "within 1 s"),
        (
            "import sys,json\nfor l in sys.stdin:\n m=json.loads(l)\n"
            " 'id' in m and print(json.dumps({'id':m['id'],'result':{'tools':[]}}),flush=True)",
            "not backend-mcp",
        ),
    ],
)
def test_a_server_that_does_not_answer_is_told_with_the_reason(
    code: str, said: str, tmp_path: Path
) -> None:
    answer = shake([sys.executable, "-c", code], tmp_path, {}, 1.0 if "sleep" in code else 15.0)
    assert not answer.ok
    assert said in answer.said
