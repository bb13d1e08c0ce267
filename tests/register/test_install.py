"""The commands as a process, and every refusal: nothing is written, and the next step is said."""

import contextlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_mcp.clients import files
from backend_mcp.clients.layouts import CLIENTS, Command, Where
from backend_mcp.clients.names import SCOPES
from backend_mcp.errors import RegisterError
from backend_mcp.usecases.register import Registering
from tests.register.configurations import tree

Run = Callable[..., "subprocess.CompletedProcess[str]"]
OWN = {
    "mcpServers": {"backend": {"command": "/x/backend-mcp", "args": ["serve"], "env": {"A": "1"}}}
}
FOREIGN = {"mcpServers": {"backend": {"command": "npx", "args": ["backend"]}}}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project in a home of its own."""
    folder = tmp_path / "home" / "shop"
    (folder / ".git").mkdir(parents=True)
    return folder


@pytest.fixture
def run(shop: Path) -> Run:
    """Run the command line in the project, with a home and a state folder of the test."""

    def start(*arguments: str, **more: Any) -> "subprocess.CompletedProcess[str]":
        hidden = {k: v for k, v in os.environ.items() if k not in ("XDG_CONFIG_HOME", "CODEX_HOME")}
        env = {
            **hidden,
            "HOME": str(shop.parent),
            "XDG_STATE_HOME": str(shop.parent.parent / "state"),
        }
        return subprocess.run(
            [sys.executable, "-m", "backend_mcp", *arguments],
            cwd=shop, env=env, capture_output=True, text=True, timeout=120, check=False, **more,
        )  # fmt: skip

    return start


def _registering(shop: Path, client: str = "claude", scope: str = "project") -> Registering:
    where = Where(shop, shop.parent, {})
    return Registering(CLIENTS[client], scope, where, Command(("/x/backend-mcp",)), "Ask.", None)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("scope", SCOPES)
def test_install_is_shown_written_repeated_and_undone(
    run: Run, shop: Path, client: str, scope: str
) -> None:
    before = tree(shop.parent)
    flags = ("--scope", scope, "--yes")
    done = run("install", client, "--allow", "--agents", "--gate", *flags)
    assert done.returncode == 0, done.stderr
    assert "+" in done.stdout
    assert "uninstall" in done.stdout
    again = run("install", client, *flags)
    assert "already registered" in again.stdout
    assert str(shop) in (again.stdout + str(tree(shop.parent)))
    gone = run("uninstall", client, *flags)
    assert (gone.returncode, gone.stderr) == (0, "")
    assert tree(shop.parent) == before
    assert "nothing of ours" in run("uninstall", client, *flags).stdout


def test_without_anybody_to_ask_nothing_is_written_and_the_flag_is_named(
    run: Run, shop: Path
) -> None:
    before = tree(shop)
    done = run("install", "claude", stdin=subprocess.DEVNULL)
    assert (done.returncode, tree(shop)) == (2, before)
    assert "mcpServers" in done.stdout
    assert "--yes" in done.stderr


@pytest.mark.parametrize(
    ("answers", "written"),
    [("\ny\nn\ny\n", True), ("\n\n\n\n", False), ("", False)],
    ids=["yes", "no", "the end of the terminal"],
)
def test_a_person_is_asked_and_a_no_is_a_no(shop: Path, answers: str, written: bool) -> None:
    """On a terminal: each offer, then whether to write."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "HOME": str(shop.parent), "XDG_STATE_HOME": str(shop.parent.parent / "s")}
    process = subprocess.Popen(
        [sys.executable, "-m", "backend_mcp", "install", "claude"],
        cwd=shop, env=env, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, answers.encode() + b"\x04\x04\x04\x04")
    said = b""
    with contextlib.suppress(OSError):  # the terminal is gone when the process has ended
        while chunk := os.read(ours, 4096):
            said += chunk
    assert process.wait(60) == 0
    os.close(ours)
    assert (shop / ".mcp.json").exists() == written
    assert (b"registered (project)" in said) == written
    assert (b"Nothing was written" in said) != written
    assert (shop / "CLAUDE.md").exists() == written
    assert b"ExitPlanMode" not in b"".join(data or b"" for data in tree(shop).values())


def test_print_writes_nothing(run: Run, shop: Path) -> None:
    before = tree(shop.parent)
    done = run("install", "codex", "--print", "--allow", "--gate", "--agents")
    assert done.returncode == 0
    assert [
        w
        for w in ("[mcp_servers.backend]", "approval_mode", "Stop", "review_design")
        if w not in done.stdout
    ] == []
    assert tree(shop.parent) == before


def test_only_what_changes_is_shown_since_other_lines_may_hold_secrets(
    run: Run, shop: Path
) -> None:
    secret = {"mcpServers": {"docs": {"command": "npx", "env": {"TOKEN": "s3cret-s3cret"}}}}
    for text in (json.dumps(secret, indent=2), json.dumps(secret)):
        (shop / ".mcp.json").write_text(text)
        assert "s3cret" not in run("install", "claude").stdout
    assert "…" in run("install", "claude").stdout


def test_the_house_rules_that_were_named_are_served_and_the_hook_stays_bare(
    run: Run, shop: Path
) -> None:
    run("--knowledge", "acme", "install", "claude", "--gate", "--yes")
    hooks = json.loads((shop / ".claude" / "settings.json").read_text())["hooks"]["PreToolUse"]
    assert hooks[0]["hooks"][0]["command"].endswith("gate || exit 0")
    assert "acme" not in hooks[0]["hooks"][0]["command"]
    entry = json.loads((shop / ".mcp.json").read_text())["mcpServers"]["backend"]
    assert entry["args"][-5:] == ["--knowledge", str(shop / "acme"), "serve", "--root", str(shop)]


def test_an_entry_that_a_person_wrote_is_left_as_it_is(shop: Path) -> None:
    (shop / ".mcp.json").write_text(json.dumps(OWN))
    registering = _registering(shop)
    for plan in (registering.install({}), registering.uninstall()):
        assert plan.idle
        assert any("by hand" in note for note in plan.notes)


def test_a_rule_that_was_there_before_stays(shop: Path) -> None:
    file = shop / ".claude" / "settings.json"
    file.parent.mkdir()
    file.write_text('{"permissions": {"allow": ["mcp__backend__review_design"]}}')
    registering = _registering(shop)
    state = shop.parent / "state"
    registering = replace(registering, state=state)
    registering.carry_out(registering.install({"allow": True}))
    assert len(json.loads(file.read_text())["permissions"]["allow"]) == 4
    registering.carry_out(registering.uninstall())
    assert file.read_text() == '{"permissions": {"allow": ["mcp__backend__review_design"]}}'


REFUSED = [
    ("another program", json.dumps(FOREIGN, indent=1).encode(), ":3: ", "not ours"),
    ("no JSON", b'{"mcpServers": {', ":1: ", "never closed"),
    ("a comment in plain JSON", b'{\n  // mine\n}', ":2: ", "comment"),
    ("not UTF-8", '{"größe": 1}'.encode("latin-1"), ":1: ", "UTF-8"),
    ("UTF-16", "{}".encode("utf-16"), ":1: ", "UTF-8"),
    ("a list", b"[]", ":1: ", "mapping"),
    ("twice the same key", b'{"mcpServers": {}, "mcpServers": {}}', ":1: ", "twice"),
    ("a folder", None, ": ", "no file"),
    ("too large", b" " * 10_000_001, ": ", "bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "place", "word"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_file_that_can_not_take_it_is_refused_and_nothing_is_written(
    shop: Path, name: str, data: bytes | None, place: str, word: str
) -> None:
    file = shop / ".mcp.json"
    file.mkdir() if data is None else file.write_bytes(data)
    before = tree(shop.parent)
    with pytest.raises(RegisterError) as error:
        _registering(shop).install({"allow": True, "agents": True, "gate": True})
    assert f"{file}{place}" in str(error.value), name
    assert word in str(error.value)
    assert "\nNext: " in str(error.value)
    assert tree(shop.parent) == before


def test_a_second_file_that_refuses_leaves_the_first_as_it_was(run: Run, shop: Path) -> None:
    (shop / ".claude").mkdir()
    (shop / ".claude" / "settings.json").write_text("{,}")
    before = tree(shop)
    done = run("install", "claude", "--allow", "--yes")
    assert done.returncode == 2
    assert "settings.json:1: " in done.stderr
    assert tree(shop) == before


def test_a_link_out_of_the_project_is_refused_and_one_within_is_followed(shop: Path) -> None:
    (shop / "AGENTS.md").write_text("# Rules\n")
    (shop / "CLAUDE.md").symlink_to("AGENTS.md")
    registering = _registering(shop)
    registering.carry_out(registering.install({"agents": True}))
    assert (shop / "CLAUDE.md").is_symlink()
    assert "Ask." in (shop / "AGENTS.md").read_text()
    registering.carry_out(registering.uninstall())
    assert (shop / "AGENTS.md").read_text() == "# Rules\n"
    (shop / "CLAUDE.md").unlink()
    (shop.parent / "elsewhere.md").write_text("x")
    (shop / "CLAUDE.md").symlink_to(shop.parent / "elsewhere.md")
    with pytest.raises(RegisterError, match="leads out of"):
        registering.install({"agents": True})
    (shop / ".claude").symlink_to(shop.parent)
    with pytest.raises(RegisterError, match="leads out of"):
        registering.install({"allow": True})


def test_a_file_that_is_not_asked_for_may_be_broken(shop: Path) -> None:
    (shop / ".claude").mkdir()
    (shop / ".claude" / "settings.json").write_text("{,}")
    (shop.parent / "elsewhere.md").write_text("x")
    (shop / "CLAUDE.md").symlink_to(shop.parent / "elsewhere.md")
    before = tree(shop.parent)
    registering = _registering(shop)
    plan = registering.install({})
    assert len([n for n in plan.notes if "left alone" in n]) == 2
    registering.carry_out(plan)
    assert (shop / ".mcp.json").exists()
    plan = registering.uninstall()
    registering.carry_out(plan)
    (shop / ".mcp.json").unlink(
        missing_ok=True
    )  # nothing was noted: it may be left, with nothing in it
    assert tree(shop.parent) == before


def test_a_list_where_a_table_is_due_is_told_at_its_line(shop: Path) -> None:
    (shop / ".codex").mkdir()
    (shop / ".codex" / "config.toml").write_text("x = 1\n[[mcp_servers]]\na = 1\n")
    with pytest.raises(RegisterError, match=r":2: mcp_servers is no table here; a table is due"):
        _registering(shop, "codex").install({})


def test_a_hook_that_somebody_put_into_our_group_stays_and_ours_goes(shop: Path) -> None:
    registering = _registering(shop)
    registering.carry_out(registering.install({"gate": True}))
    file = shop / ".claude" / "settings.json"
    held = json.loads(file.read_text())
    theirs = {"type": "command", "command": "mine"}
    held["hooks"]["PreToolUse"][0]["hooks"].append(theirs)
    file.write_text(json.dumps(held, indent=2))
    registering.carry_out(registering.uninstall())
    assert json.loads(file.read_text())["hooks"]["PreToolUse"][0]["hooks"] == [theirs]


def test_a_file_that_somebody_made_after_ours_was_deleted_is_theirs(shop: Path) -> None:
    registering = replace(_registering(shop), state=shop.parent / "state")
    registering.carry_out(registering.install({}))
    (shop / ".mcp.json").write_text("{}")
    registering.carry_out(registering.install({}))
    registering.carry_out(registering.uninstall())
    assert (shop / ".mcp.json").read_text() == "{}"


def test_a_rule_for_every_project_stays_until_the_last_project_goes(shop: Path) -> None:
    rule = shop.parent / ".gemini" / "policies" / "backend-mcp.toml"
    other = shop.parent / "other"
    other.mkdir()
    state = shop.parent / "state"
    both = [replace(_registering(folder, "gemini"), state=state) for folder in (shop, other)]
    for registering in both:
        registering.carry_out(registering.install({"allow": True}))
    both[0].carry_out(both[0].uninstall())
    assert "review_design" in rule.read_text()
    both[1].carry_out(both[1].uninstall())
    assert not rule.exists()


def test_the_mode_of_a_file_is_kept_and_a_failure_takes_back_what_was_done(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shop / ".mcp.json"
    file.write_text("{}")
    file.chmod(0o600)
    registering = _registering(shop)
    registering.carry_out(registering.install({}))
    assert file.stat().st_mode & 0o777 == 0o600
    registering.carry_out(registering.uninstall())
    before, plan, swap = (
        tree(shop.parent),
        registering.install({"allow": True, "agents": True}),
        files._swap,
    )

    def failing(target: Path, new: Path | None) -> None:
        if target.name == "CLAUDE.md":
            raise OSError(28, "No space left on device")
        swap(target, new)

    monkeypatch.setattr(files, "_swap", failing)
    with pytest.raises(RegisterError, match="No space left"):
        registering.carry_out(plan)
    assert tree(shop.parent) == before


def test_a_file_that_changed_since_it_was_shown_is_let_alone(shop: Path) -> None:
    registering = _registering(shop)
    plan = registering.install({"allow": True})
    (shop / ".mcp.json").write_text('{"late": 1}')
    with pytest.raises(RegisterError, match="changed just now"):
        registering.carry_out(plan)
    assert tree(shop)[shop / ".mcp.json"] == b'{"late": 1}'
    assert not (shop / ".claude").exists()


PLUGINS = [
    ("claude", ".claude/settings.json", '{"enabledPlugins": {"backend-mcp@market": true}}'),
    ("codex", ".codex/config.toml", '[plugins."backend-mcp@market"]\nenabled = true\n'),
    ("copilot", ".copilot/settings.json", '{"enabledPlugins": {"backend-mcp@market": true}}'),
    ("gemini", ".gemini/extensions/backend-mcp/gemini-extension.json", "{}"),
]


@pytest.mark.parametrize(("client", "file", "text"), PLUGINS, ids=[p[0] for p in PLUGINS])
def test_where_the_plugin_is_on_nothing_is_registered_twice(
    run: Run, shop: Path, client: str, file: str, text: str
) -> None:
    target = shop.parent / file
    target.parent.mkdir(parents=True)
    target.write_text(text)
    before = tree(shop.parent)
    done = run("install", client, "--gate", "--yes")
    assert "The plugin is on" in done.stdout
    assert tree(shop.parent) == before
    run("install", client, "--allow", "--yes")
    held = b"".join(data or b"" for data in tree(shop.parent).values())
    assert (b"mcp__plugin_backend-mcp_backend__review_design" in held) == (client == "claude")
    run("uninstall", client, "--yes")
    assert tree(shop.parent) == before


def test_a_plugin_that_is_off_does_not_count(run: Run, shop: Path) -> None:
    file = shop.parent / ".claude" / "settings.json"
    file.parent.mkdir()
    file.write_text('{"enabledPlugins": {"backend-mcp@market": false}}')
    run("install", "claude", "--yes")
    assert (shop / ".mcp.json").exists()
