"""Prompts that take a design honour what was decided, as a review does."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client

from tests.decisions.sound import put, text
from tests.faces.talking import talk
from tests.review.test_decided import BUS, shop

TITLE = "## Decided already"
TELL = [
    "review_architecture", "critique_over_under", "one_page", "second_look", "simplest_sufficient",
]  # fmt: skip


async def _said(client: Client, name: str, design: str) -> str:
    result = await client.get_prompt(name, {"design": design})
    (message,) = result.messages
    assert message.content.type == "text"
    return message.content.text


@pytest.mark.parametrize("name", TELL)
def test_what_was_decided_is_told_as_decided_and_not_raised(name: str, tmp_path: Path) -> None:
    async def script(client: Client) -> None:
        design = json.dumps(shop())
        assert TITLE not in await _said(client, name, design)
        put(tmp_path, "0001-x.md", text(subject=BUS))
        said = await _said(client, name, design)
        before, after = said.split(TITLE)
        assert BUS not in before
        assert f"`{BUS}`: override by person" in after

    talk(script, tmp_path)


def test_a_deferred_finding_stays_with_the_word_about_it(tmp_path: Path) -> None:
    put(tmp_path, "0001-x.md", text(subject=BUS, kind="defer", until="2999-01-01"))

    async def script(client: Client) -> None:
        said = await _said(client, "review_architecture", json.dumps(shop()))
        assert BUS in said
        assert "Decided before: 0001-x: deferred by a person" in said

    talk(script, tmp_path)


def test_a_record_may_speak_of_a_finding_that_was_decided(tmp_path: Path) -> None:
    put(tmp_path, "0001-x.md", text(subject=BUS))

    async def script(client: Client) -> None:
        given = {"design": json.dumps(shop()), "decision": "We keep it.", "finding": BUS}
        result = await client.get_prompt("decision_record", given)
        assert "## The finding that it answers" in str(result.messages)

    talk(script, tmp_path)


def test_the_terminal_honours_them_too(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "plan.yaml").write_text(json.dumps(shop()))
    put(tmp_path, "0001-x.md", text(subject=BUS))
    done = subprocess.run(
        [sys.executable, "-m", "backend_mcp", "prompt", "review_architecture", "design=plan.yaml"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert TITLE in done.stdout
