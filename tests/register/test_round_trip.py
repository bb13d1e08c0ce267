"""Install, then uninstall, on generated configurations: byte for byte what it was."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from backend_mcp.clients.jsonc import parse
from backend_mcp.clients.layouts import CLIENTS, Command, Layout, Where
from backend_mcp.clients.names import SCOPES
from backend_mcp.clients.wish import AGENTS, ALLOW, GATE, state
from backend_mcp.usecases.register import Registering
from tests.register.configurations import COMMAND, EDIT, configurations, lay, layout, tree

SEEDS = range(50)
LINES = "Ask first.\nThen plan.\nThen build."
EVERYTHING = {ALLOW: True, AGENTS: True, GATE: True}
CASES = [(client, scope) for client in CLIENTS for scope in SCOPES]


class Machine:
    """A home, a project and a state folder of the test, with a client's files laid into them."""

    def __init__(self, folder: Path, client: str, scope: str) -> None:
        self.home, self.project = folder / "home", folder / "home" / "src" / "shop"
        self.project.mkdir(parents=True)
        self.state = folder / "state"
        self.client, self.scope = client, scope

    @property
    def layout(self) -> Layout:
        return layout(self.client, self.scope, self.project, self.home)

    def registering(self, command: Command = COMMAND, client: str = "") -> Registering:
        where = Where(self.project, self.home, {})
        named = CLIENTS[client or self.client]
        return Registering(named, self.scope, where, command, LINES, self.state)

    def install(self, choices: dict[str, bool | None] = EVERYTHING, **more: Any) -> None:
        registering = self.registering(**more)
        assert registering.carry_out(registering.install(choices))

    def uninstall(self, **more: Any) -> None:
        registering = self.registering(**more)
        assert registering.carry_out(registering.uninstall())

    def tree(self) -> dict[Path, bytes | None]:
        return tree(self.home)

    def is_there(self) -> None:
        """Check that every wish is fulfilled."""
        for wish in self.layout.wishes(LINES):
            assert state(wish.file.read_bytes().decode("utf-8-sig"), wish) == "same", wish.part


@pytest.fixture
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    return Machine(tmp_path, *request.param)


def _each(machine: Machine, seed: int) -> dict[Path, bytes]:
    """Return a generated set of files that the client itself could read."""
    files = configurations(seed, machine.layout)
    lay(files)
    return files


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_install_then_uninstall_gives_the_same_bytes(case: tuple[str, str], tmp_path: Path) -> None:
    for seed in SEEDS:
        machine = Machine(tmp_path / str(seed), *case)
        _each(machine, seed)
        before = machine.tree()
        machine.install()
        machine.is_there()
        once = machine.tree()
        machine.install()
        assert machine.tree() == once, seed
        machine.uninstall()
        assert machine.tree() == before, seed
        assert list(machine.state.rglob("*.json")) == [], seed


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_a_foreign_edit_in_between_stays_and_only_ours_goes(
    case: tuple[str, str], tmp_path: Path
) -> None:
    for seed in SEEDS:
        machine = Machine(tmp_path / str(seed), *case)
        files = _each(machine, seed)
        before = machine.tree()
        machine.install()
        due = dict(before)
        for file in files:
            due[file] = _edited(before[file] or b"", file)
            file.write_bytes(_edited(file.read_bytes(), file))
        machine.uninstall()
        assert machine.tree() == due, seed


def _edited(data: bytes, file: Path) -> bytes:
    """Change values where the generator left a word for it: within containers and beside them."""
    if file.suffix in (".json", ".jsonc"):
        renamed = re.sub(rb'"edit-me"(\s*:)', rb'"renamed"\1', data)
        return renamed.replace(b'"edit-me"', b'{"an": "edit"}')
    return data.replace(EDIT.encode(), b"edited by hand")


@pytest.mark.parametrize("case", CASES, ids="-".join)
@pytest.mark.parametrize("indent", [None, 4, "\t"])
def test_a_file_that_a_client_writes_anew_keeps_all_but_ours(
    case: tuple[str, str], indent: Any, tmp_path: Path
) -> None:
    """Clients dump their files again, in another layout and with servers added before and behind."""
    for seed in SEEDS[::5]:
        machine = Machine(tmp_path / str(seed), *case)
        files = _each(machine, seed)
        machine.install()
        server = machine.layout.server[0]
        if server.file.suffix == ".toml":
            continue
        text = server.file.read_bytes().decode("utf-8-sig")
        server.file.write_text(
            json.dumps(_with_others(parse(text).plain(), server.path), indent=indent)
        )
        machine.uninstall()
        there = json.loads(server.file.read_text())
        was = files.get(server.file, b"").decode("utf-8-sig").strip()
        assert there == _with_others(parse(was).plain() if was else {}, server.path), seed


def _with_others(data: Any, path: tuple[str, ...]) -> Any:
    inner = data
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    after = {**inner, "late": {"command": "x"}}
    inner.clear()
    inner.update({"early": {"command": "y"}, **after})
    return data


@pytest.mark.parametrize("seed", SEEDS)
def test_codex_keeps_a_table_that_was_added_behind_ours(seed: int, tmp_path: Path) -> None:
    machine = Machine(tmp_path, "codex", "project")
    _each(machine, seed)
    file = machine.layout.server[0].file
    before = file.read_bytes() if file.exists() else b""
    machine.install()
    with file.open("ab") as stream:
        stream.write(b'\n# another\n[mcp_servers.late]\ncommand = "late"\n')
    machine.uninstall()
    there = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    was = tomllib.loads(before.decode("utf-8-sig"))
    was.setdefault("mcp_servers", {})["late"] = {"command": "late"}
    assert there == was
    assert file.read_bytes().startswith(before)


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_an_absent_file_is_absent_again_with_its_folders(
    case: tuple[str, str], tmp_path: Path
) -> None:
    machine = Machine(tmp_path, *case)
    before = machine.tree()
    machine.install({})
    machine.install()
    machine.install(command=Command(("/elsewhere/backend-mcp",)))
    machine.uninstall()
    assert machine.tree() == before


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_without_the_record_of_it_only_ours_goes(case: tuple[str, str], tmp_path: Path) -> None:
    for seed in SEEDS[::5]:
        machine = Machine(tmp_path / str(seed), *case)
        files = _each(machine, seed)
        machine.install()
        for kept in machine.state.rglob("*.json"):
            kept.unlink()
        machine.uninstall()
        for wish in machine.layout.wishes(LINES):
            if wish.file.exists():
                assert state(wish.file.read_bytes().decode("utf-8-sig"), wish) == "absent", seed
        for file, data in files.items():
            if file.suffix == ".json" and data.strip():
                there = parse(file.read_bytes().decode("utf-8-sig")).plain()
                was = parse(data.decode("utf-8-sig")).plain()
                assert _without_empty(there) == _without_empty(was), seed


def _without_empty(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_empty(v) for v in value]
    if not isinstance(value, dict):
        return value
    below = {k: _without_empty(v) for k, v in value.items()}
    return {k: v for k, v in below.items() if v not in ({}, [])}


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_a_command_that_moved_is_brought_up_to_date(case: tuple[str, str], tmp_path: Path) -> None:
    for seed in SEEDS[::5]:
        machine = Machine(tmp_path / str(seed), *case)
        _each(machine, seed)
        before = machine.tree()
        machine.install(command=Command(("/old/python", "-m", "backend_mcp")))
        plan = machine.registering().install({})
        assert any("elsewhere" in note for note in plan.notes), seed
        machine.install({})
        machine.is_there()
        assert not any(b"/old/python" in (data or b"") for data in machine.tree().values())
        machine.uninstall()
        assert machine.tree() == before, seed


def test_what_two_clients_read_stays_until_the_last_one_goes(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "claude", "project")
    before = machine.tree()
    machine.install()
    machine.install(client="copilot")
    machine.uninstall()
    assert json.loads((machine.project / ".mcp.json").read_text())["mcpServers"]["backend"]
    machine.uninstall(client="copilot")
    assert machine.tree() == before
