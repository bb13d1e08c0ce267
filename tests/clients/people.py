"""A question to the person in Claude Code: a form that is filled in, one that is declined."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.types import ElicitResult

from tests.clients import wire
from tests.clients.agents.claude import Claude
from tests.clients.calls import TOOL
from tests.clients.host import Person
from tests.clients.model import speaking
from tests.clients.scene import Scene
from tests.clients.script import Step
from tests.faces.test_person import DESIGN

ARGUMENTS = {"design": DESIGN}
SCRIPT = (Step("I have it reviewed.", TOOL, ARGUMENTS), Step("It is reviewed."))
WAYS = {"accept": "accepted", "decline": "declined"}
"""What a person may do, and how the answer tells it."""


@dataclass(frozen=True)
class Asked:
    """What came of one form."""

    way: str
    era: str = ""
    told: str = ""
    same: str = ""
    problem: str = ""


def filled(way: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Return what a person does with a form: `false` wherever that may be said."""
    if way != "accept":
        return {"action": way}
    may_deny = {name: "false" in about.get("enum", ()) for name, about in properties.items()}
    content = {name: "false" if may else "unknown" for name, may in may_deny.items()}
    return {"action": "accept", "content": content}


def ask(way: str, folder: Path) -> Asked:
    """Let the server ask a person, through Claude Code and through a client of our own."""
    folder = folder / f"person-{way}"

    def fills(request: dict[str, Any]) -> dict[str, Any]:
        return filled(way, request["requested_schema"]["properties"])

    with speaking(SCRIPT) as model:
        scene = Scene(folder / "claude", model)
        claude = Claude()
        claude.register(scene, "--ask-person")
        outcome = claude.talk(scene, ["Review the shop."], Person(fills=fills))
        given = model.given(f"__{TOOL}")
    forms = [turn for _, turn in outcome.asked if turn.kind == "form"]
    if len(forms) != 1 or len(given) != 1:
        problem = f"{len(forms)} forms, {len(given)} results:\n{outcome.ran.told[-1500:]}"
        return Asked(way, problem=problem)
    shape = json.loads(given[0])
    mine = asyncio.run(_ours(folder / "ours", way))
    same = shape == mine
    told = shape.get("person", {}).get("outcome", "nothing")
    fine = told == WAYS[way] and same and bool(shape["person"].get("patch")) == (way == "accept")
    (era,) = wire.eras(scene.heard())
    wrong = f"the model was told `{told}`, and our own client got {mine.get('person')}"
    return Asked(way, era, told, "equal" if same else "differs", "" if fine else wrong)


async def _ours(folder: Path, way: str) -> Any:
    async def fills(_: Any, params: Any) -> ElicitResult:
        return ElicitResult(**filled(way, params.requested_schema["properties"]))

    with speaking(SCRIPT) as model:
        scene = Scene(folder, model)
        server = StdioServerParameters(
            command=str(scene.program), args=["serve", "--ask-person"], cwd=str(scene.work),
            env=scene.environment({}),
        )  # fmt: skip
        with (scene.folder / "server.log").open("w") as log:
            async with Client(stdio_client(server, errlog=log), elicitation_callback=fills) as own:
                result = await own.call_tool(TOOL, ARGUMENTS)
    return result.structured_content
