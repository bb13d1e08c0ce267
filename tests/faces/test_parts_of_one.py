"""Parts of one answer: a change that is read on is not laid over itself."""

from pathlib import Path

from mcp import Client

from tests.conftest import EXAMPLES
from tests.faces.talking import call, talk

CHANGE = {
    "name": "festival-tickets",
    "components": [{"id": "redis", "status": "removed"}],
}


def test_a_further_part_is_of_the_same_answer(tmp_path: Path) -> None:
    design = (EXAMPLES / "festival-tickets.yaml").read_text(encoding="utf-8")

    async def script(client: Client) -> None:
        await call(client, design=design)
        first, _ = await call(client, design=CHANGE, base="last", detail="full")
        assert first["of"] > 1
        told = [first]
        for part in range(2, first["of"] + 1):
            shape, _ = await call(client, design=CHANGE, base="last", detail="full", part=part)
            told.append(shape)
        (change,) = [shape["change"] for shape in told if "change" in shape]
        assert change["removed"] == ["redis"]

    talk(script, tmp_path)
