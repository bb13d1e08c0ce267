"""The server as a client sees it: sizes, arguments, paths, errors, and two results that agree."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from tests.conftest import DATA
from tests.faces.talking import MODES, TOOL, TOOLS, call, refused, talk

FIRST_SIGHT = sorted((DATA / "first_sight").glob("*.yaml"))
SHOP = {"name": "shop", "components": [{"id": "app", "kind": "service"}]}


@pytest.mark.parametrize("mode", MODES)
def test_what_a_client_loads_of_the_server_is_small(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        listed = await client.list_tools()
        text = listed.model_dump_json(by_alias=True, exclude_none=True)
        assert len(text.encode()) <= 9_000
        assert [t.name for t in listed.tools] == TOOLS
        assert len(listed.tools[0].description or "") > 500
        for tool in listed.tools:
            assert 100 < len(tool.description or "") <= 4_000
            assert tool.title
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint is (tool.name != "record_decision")
            assert tool.annotations.destructive_hint is False
            assert tool.annotations.idempotent_hint is True
            assert (tool.meta or {})["anthropic/searchHint"]
        loaded = [t.name for t in listed.tools if (t.meta or {}).get("anthropic/alwaysLoad")]
        assert loaded == [TOOL]
        said = client.instructions or ""
        assert 100 < len(said) <= 1_500
        assert said.startswith("Before you present a plan")

    talk(script, tmp_path, mode)


def _texts(shape: Any) -> list[str]:
    """Everything of a structured result that the text must hold, too."""
    found = [shape["verdict"], shape["ready"], shape["summary"], shape["next"], shape["review"]]
    for name, keys in (
        ("findings", ("id", "severity", "direction", "at", "title", "number", "do")),
        ("questions", ("id", "fact", "ask")),
        ("look", ("id", "at", "ask")),
        ("decided", ("id", "kind", "by", "while", "until", "file", "unknown", "expired")),
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
            shape, text = await call(client, design=file.read_text(), detail=detail)
            assert len(text) <= 8_000
            assert _missing(shape, text) == [], file.name

    talk(script, tmp_path, mode)


def test_a_structured_result_is_bounded_in_full_detail_too(tmp_path: Path) -> None:
    async def script(client: Client) -> None:
        for file in FIRST_SIGHT:
            shape, _ = await call(client, design=file.read_text(), detail="full")
            assert len(json.dumps(shape, ensure_ascii=False)) <= 8_000, file.name

    talk(script, tmp_path)


def test_the_short_structured_result_is_at_most_3200_bytes(tmp_path: Path) -> None:
    async def script(client: Client) -> None:
        for file in FIRST_SIGHT:
            shape, _ = await call(client, design=file.read_text())
            compact = json.dumps(shape, ensure_ascii=False, separators=(",", ":"))
            assert len(compact.encode()) <= 3_200, file.name

    talk(script, tmp_path)


@pytest.mark.parametrize("mode", MODES)
def test_a_design_may_be_an_object_a_text_or_a_path(tmp_path: Path, mode: str) -> None:
    (tmp_path / "shop.yaml").write_text(json.dumps(SHOP))
    (tmp_path / "plan.md").write_text(f"# Plan\n\n```yaml design\n{json.dumps(SHOP)}\n```\n")

    async def script(client: Client) -> None:
        given = [SHOP, json.dumps(SHOP), "shop.yaml", str(tmp_path / "shop.yaml"), "plan.md"]
        reviews = {(await call(client, design=design))[0]["review"] for design in given}
        assert len(reviews) == 1

    talk(script, tmp_path, mode)


@pytest.mark.parametrize("mode", MODES)
def test_without_a_design_the_form_is_returned(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        shape, text = await call(client)
        assert "components" in text
        assert shape["form"] in text
        resource = await client.read_resource("backend://form")
        assert "components" in resource.contents[0].text  # type: ignore[union-attr]

    talk(script, tmp_path, mode)


@pytest.mark.parametrize("mode", MODES)
def test_later_rounds_send_only_the_changes(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        await call(client, design={**SHOP, "load": {"users": 5}})
        change = {"components": [{"id": "bus", "kind": "log"}]}
        shape, text = await call(client, design=change, base="last")
        assert shape["change"]["added"] == ["bus"]
        assert "bus" in text
        again, _ = await call(client, design={"load": {"users": 6}}, base="last")
        assert again["review"] != shape["review"]

    talk(script, tmp_path, mode)


def test_the_accepted_design_of_the_folder_is_the_base(tmp_path: Path) -> None:
    (tmp_path / "backend.yaml").write_text(json.dumps(SHOP))

    async def script(client: Client) -> None:
        change = {"components": [{"id": "app", "instances": 3}, {"id": "jobs", "kind": "worker"}]}
        shape, _ = await call(client, design=change)
        assert shape["change"]["added"] == ["jobs"]

    talk(script, tmp_path)


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
    ({"design": {"components": ["a"]}, "base": "last"}, "whole document"),
    ({"design": {"components": ["a"]}, "base": "first"}, "`last`"),
    ({"design": {"components": ["a"]}, "detail": "longest"}, "short or full"),
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
        _, said = await refused(client, **arguments)
        assert words in said
        assert 10 < len(said) <= 2_500
        assert "Traceback" not in said
        assert said.strip() != f"Error executing tool {TOOL}"  # what a crash would say
        assert (await call(client, design=SHOP))[0]["verdict"]  # and it still serves

    talk(script, root, mode)


def test_a_base_that_links_out_of_the_roots_is_not_read(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.yaml").write_text(json.dumps(SHOP))
    (root / "backend.yaml").symlink_to(tmp_path / "secret.yaml")

    async def script(client: Client) -> None:
        shape, _ = await call(client, design={"components": [{"id": "app", "instances": 3}]})
        assert "change" not in shape

    talk(script, root)


def test_a_base_above_the_roots_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "backend.yaml").write_text(json.dumps(SHOP))
    root = tmp_path / "root"
    root.mkdir()
    (root / "plan.yaml").write_text("components: [{id: app, instances: 3}]\n")

    async def script(client: Client) -> None:
        shape, _ = await call(client, design="plan.yaml")
        assert "change" not in shape

    talk(script, root)


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
                assert [t.name for t in (await client.list_tools()).tools] == TOOLS
                shape, text = await call(client, design="shop.yaml")
                assert _missing(shape, text) == []
                assert "outside" in (await refused(client, design="/etc/hosts.yaml"))[1]

    anyio.run(run)
