"""The knowledge changes while a server runs: taken up when it is sound, told to who listens, else the last good set."""

import shutil
from pathlib import Path

import anyio
import pytest
from mcp import Client

from backend_mcp import settings
from backend_mcp.catalog.library import Library
from backend_mcp.server import watch
from backend_mcp.server.app import build
from tests.faces.talking import call

RULE = "rules/operations/no-ci.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(watch, "EVERY", 0.1)
    copied = tmp_path / "knowledge"
    shutil.copytree(settings.knowledge_folder(), copied)
    return copied


def _reworded(folder: Path, words: str) -> None:
    rule = folder / RULE
    lines = [
        f"title: {words}" if x.startswith("title:") else x for x in rule.read_text().splitlines()
    ]
    rule.write_text("\n".join(lines) + "\n")


def test_a_sound_change_is_taken_up_and_a_faulty_one_is_not(folder: Path) -> None:
    library = Library(folder, None)
    assert library.refresh() is False
    before = library.knowledge
    _reworded(folder, "Nobody checks it")
    assert library.refresh() is True
    assert "Nobody checks it" in {r.entry.title for r in library.knowledge.rules}
    good = library.knowledge
    assert good is not before
    (folder / RULE).write_text("id: no-ci\ntitle: [broken\n")
    assert library.refresh() is False
    assert library.knowledge is good
    assert "no-ci.yaml" in library.fault
    _reworded(folder, "x")
    shutil.copy(settings.knowledge_folder() / RULE, folder / RULE)
    assert library.refresh() is True
    assert library.fault == ""


def test_a_change_right_after_the_first_use_is_seen_by_the_first_look(folder: Path) -> None:
    library = Library(folder, None)
    assert library.knowledge
    _reworded(folder, "Nobody checks it")
    assert library.refresh() is True
    assert "Nobody checks it" in {r.entry.title for r in library.knowledge.rules}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_who_listens_is_told_and_the_answer_says_what_is_wrong(folder: Path, mode: str) -> None:
    told: list[str] = []

    async def heard(message: object) -> None:
        told.append(type(getattr(message, "root", message)).__name__)

    async def run() -> None:
        server = build(folder, ())
        with anyio.fail_after(90):
            async with Client(server, mode=mode, message_handler=heard) as client:  # type: ignore[arg-type]
                await call(client, "search_knowledge", query="no-ci")
                await anyio.sleep(0.5)
                if mode == "auto":
                    async with client.listen(
                        resources_list_changed=True, tools_list_changed=True
                    ) as events:
                        _reworded(folder, "Nobody checks it")
                        event = await anext(aiter(events))
                        told.append(type(event).__name__)
                else:
                    _reworded(folder, "Nobody checks it")
                    while not told:
                        await anyio.sleep(0.1)
                shape, _ = await call(client, "search_knowledge", query="no-ci")
                assert shape["title"] == "Nobody checks it"
                (folder / RULE).write_text("id: no-ci\ntitle: [broken\n")
                while (
                    "notice" not in (await call(client, "compare_options", capability="queue"))[0]
                ):
                    await anyio.sleep(0.2)
                shape, text = await call(client, "compare_options", capability="queue")
                assert "no-ci.yaml" in shape["notice"]
                assert shape["notice"] in text

    anyio.run(run)
    assert any("ListChanged" in name for name in told)
