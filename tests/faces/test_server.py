"""The server as a client sees it: sizes, arguments, paths, errors, and two results that agree."""

import json
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from backend_mcp import settings
from backend_mcp.server.stdio import build
from tests.conftest import DATA

FIRST_SIGHT = sorted((DATA / "first_sight").glob("*.yaml"))
SHOP = {"name": "shop", "components": [{"id": "app", "kind": "service"}]}
TOOL = "review_design"
MODES = ("auto", "legacy")

Script = Callable[[Client], Coroutine[Any, Any, None]]


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own for every process that runs tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


def _talk(script: Script, root: Path, mode: Any = "auto") -> None:
    async def run() -> None:
        server = build(settings.knowledge_folder(), (root.resolve(),))
        with anyio.fail_after(120):
            async with Client(server, mode=mode) as client:
                await script(client)

    anyio.run(run)


async def _call(client: Client, **arguments: Any) -> tuple[Any, str]:
    """Call the tool; return its structured result and its text."""
    result = await client.call_tool(TOOL, arguments)
    text = "".join(part.text for part in result.content if part.type == "text")
    assert not result.is_error, text
    return result.structured_content, text


async def _refused(client: Client, **arguments: Any) -> str:
    result = await client.call_tool(TOOL, arguments)
    assert result.is_error
    return "".join(part.text for part in result.content if part.type == "text")


@pytest.mark.parametrize("mode", MODES)
def test_what_a_client_loads_of_the_server_is_small(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        listed = await client.list_tools()
        text = listed.model_dump_json(by_alias=True, exclude_none=True)
        assert len(text.encode()) <= 9_000
        (tool,) = [t for t in listed.tools if t.name == TOOL]
        assert 500 < len(tool.description or "") <= 4_000
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        said = client.instructions or ""
        assert 100 < len(said) <= 1_500
        assert said.startswith("Before you present a plan")

    _talk(script, tmp_path, mode)


def _texts(shape: Any) -> list[str]:
    """Everything of a structured result that the text must hold, too."""
    found = [shape["verdict"], shape["ready"], shape["summary"], shape["next"], shape["review"]]
    for name, keys in (
        ("findings", ("id", "severity", "direction", "at", "title", "number", "do")),
        ("questions", ("id", "fact", "ask")),
        ("look", ("id", "at", "ask")),
        ("keep", ("at", "why")),
        ("capabilities", ("capability", "at", "verdict", "chosen", "needed", "demand", "holds_to")),
        ("unread", ("at", "got", "want")),
    ):
        for line in shape.get(name, []):
            found += [str(line[key]) for key in keys if line.get(key)]
    return [*found, *shape.get("unpaid", []), *shape.get("not_judged", [])]


def _missing(shape: Any, text: str) -> list[str]:
    return [t for t in _texts(shape) if t and t not in text]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("detail", ["short", "full"])
def test_both_forms_of_a_result_hold_the_same_and_are_bounded(
    tmp_path: Path, mode: str, detail: str
) -> None:
    async def script(client: Client) -> None:
        for file in FIRST_SIGHT:
            shape, text = await _call(client, design=file.read_text(), detail=detail)
            assert len(text) <= 8_000
            assert _missing(shape, text) == [], file.name

    _talk(script, tmp_path, mode)


def test_a_structured_result_is_bounded_in_full_detail_too(tmp_path: Path) -> None:
    async def script(client: Client) -> None:
        for file in FIRST_SIGHT:
            shape, _ = await _call(client, design=file.read_text(), detail="full")
            assert len(json.dumps(shape, ensure_ascii=False)) <= 8_000, file.name

    _talk(script, tmp_path)


def test_the_short_structured_result_is_at_most_3200_bytes(tmp_path: Path) -> None:
    async def script(client: Client) -> None:
        for file in FIRST_SIGHT:
            shape, _ = await _call(client, design=file.read_text())
            compact = json.dumps(shape, ensure_ascii=False, separators=(",", ":"))
            assert len(compact.encode()) <= 3_200, file.name

    _talk(script, tmp_path)


@pytest.mark.parametrize("mode", MODES)
def test_a_design_may_be_an_object_a_text_or_a_path(tmp_path: Path, mode: str) -> None:
    (tmp_path / "shop.yaml").write_text(json.dumps(SHOP))
    (tmp_path / "plan.md").write_text(f"# Plan\n\n```yaml design\n{json.dumps(SHOP)}\n```\n")

    async def script(client: Client) -> None:
        given = [SHOP, json.dumps(SHOP), "shop.yaml", str(tmp_path / "shop.yaml"), "plan.md"]
        reviews = {(await _call(client, design=design))[0]["review"] for design in given}
        assert len(reviews) == 1

    _talk(script, tmp_path, mode)


@pytest.mark.parametrize("mode", MODES)
def test_without_a_design_the_form_is_returned(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        shape, text = await _call(client)
        assert "components" in text
        assert shape["form"] in text
        resource = await client.read_resource("backend://form")
        assert "components" in resource.contents[0].text  # type: ignore[union-attr]

    _talk(script, tmp_path, mode)


@pytest.mark.parametrize("mode", MODES)
def test_later_rounds_send_only_the_changes(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        await _call(client, design={**SHOP, "load": {"users": 5}})
        change = {"components": [{"id": "bus", "kind": "log"}]}
        shape, text = await _call(client, design=change, base="last")
        assert shape["change"]["added"] == ["bus"]
        assert "bus" in text
        again, _ = await _call(client, design={"load": {"users": 6}}, base="last")
        assert again["review"] != shape["review"]

    _talk(script, tmp_path, mode)


def test_the_accepted_design_of_the_folder_is_the_base(tmp_path: Path) -> None:
    (tmp_path / "backend.yaml").write_text(json.dumps(SHOP))

    async def script(client: Client) -> None:
        change = {"components": [{"id": "app", "instances": 3}, {"id": "jobs", "kind": "worker"}]}
        shape, _ = await _call(client, design=change)
        assert shape["change"]["added"] == ["jobs"]

    _talk(script, tmp_path)


ERRORS = [
    ({"design": {"name": "x"}}, "components"),
    ({"design": "just words"}, "components"),
    ({"design": "a: [1, 2\nb: 3"}, "YAML"),
    ({"design": []}, ""),
    ({"design": "missing.yaml"}, "no such file"),
    ({"design": "../outside.yaml"}, "outside"),
    ({"design": "/etc/outside.yaml"}, "outside"),
    ({"design": "link.yaml"}, "outside"),
    ({"design": "linked/outside.yaml"}, "outside"),
    ({"design": "folder.yaml"}, "file"),
    ({"design": "~root/x.yaml"}, ""),
    ({"design": "~nobody-here/x.yaml"}, ""),
    ({"design": "a\x00b.yaml"}, ""),
    ({"design": "x" * 900 + ".yaml"}, ""),
    ({"design": {"components": ["a"]}, "base": "last"}, "whole design"),
    ({"design": {"components": ["a"]}, "base": "first"}, ""),
    ({"design": {"components": ["a"]}, "detail": "longest"}, ""),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("arguments", "words"), ERRORS, ids=lambda a: str(a)[:40])
def test_what_can_not_be_reviewed_is_an_error_with_its_place_and_the_next_step(
    tmp_path: Path, arguments: Any, words: str, mode: str
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "folder.yaml").mkdir()
    (tmp_path / "outside.yaml").write_text(json.dumps(SHOP))
    (root / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (root / "linked").symlink_to(tmp_path)

    async def script(client: Client) -> None:
        said = await _refused(client, **arguments)
        assert words in said
        assert 10 < len(said) <= 2_500
        assert "Traceback" not in said
        assert said.strip() != f"Error executing tool {TOOL}"  # what a crash would say
        assert (await _call(client, design=SHOP))[0]["verdict"]  # and it still serves

    _talk(script, root, mode)


def test_a_base_that_links_out_of_the_roots_is_not_read(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.yaml").write_text(json.dumps(SHOP))
    (root / "backend.yaml").symlink_to(tmp_path / "secret.yaml")

    async def script(client: Client) -> None:
        shape, _ = await _call(client, design={"components": [{"id": "app", "instances": 3}]})
        assert "change" not in shape

    _talk(script, root)


def test_a_base_above_the_roots_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "backend.yaml").write_text(json.dumps(SHOP))
    root = tmp_path / "root"
    root.mkdir()
    (root / "plan.yaml").write_text("components: [{id: app, instances: 3}]\n")

    async def script(client: Client) -> None:
        shape, _ = await _call(client, design="plan.yaml")
        assert "change" not in shape

    _talk(script, root)


def test_the_server_speaks_over_a_real_process(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(json.dumps(SHOP))
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "backend_mcp", "serve", "--root", str(tmp_path)],
        env={**os.environ},
    )

    async def run() -> None:
        with anyio.fail_after(120):
            async with Client(server) as client:
                assert [t.name for t in (await client.list_tools()).tools] == [TOOL]
                shape, text = await _call(client, design="shop.yaml")
                assert _missing(shape, text) == []
                assert "outside" in await _refused(client, design="/etc/hosts.yaml")

    anyio.run(run)
