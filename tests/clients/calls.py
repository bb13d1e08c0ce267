"""A call of the server by each client, held against the same call by a client of our own."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.clients import wire
from tests.clients.agents import Agent
from tests.clients.model import speaking
from tests.clients.record import normal, record
from tests.clients.scene import Scene
from tests.clients.script import Step

DESIGN = "examples/designs/festival-tickets.yaml"
ARGUMENTS = {"design": Path(DESIGN).name}
TOOL = "review_design"
SCRIPT = (
    Step("I have it reviewed before I present it.", TOOL, ARGUMENTS),
    Step("It is reviewed."),
)
PROMPT = "Review the ticket sale."


@dataclass(frozen=True)
class Ours:
    """What a client of our own got: both parts of the result, and the line on the wire."""

    structure: Any
    text: str
    line: str


@dataclass(frozen=True)
class Called:
    """What came of a client's call: `given` are the parts of the result that its model saw."""

    name: str
    package: str
    listed: str
    era: str = ""
    given: str = ""
    same: str = ""
    problem: str = ""
    not_run: str = ""


def ours(folder: Path) -> dict[str, Ours]:
    """Return what our own client gets, by era."""
    found = {}
    for mode in ("auto", "legacy"):
        with speaking(SCRIPT) as model:
            scene = Scene(folder / f"ours-{mode}", model)
            scene.copy(DESIGN)
            asyncio.run(_call(scene, mode, ARGUMENTS))
            found[mode] = _of(scene)
    return found


def _of(scene: Scene) -> Ours:
    (said,) = wire.results(scene.heard(), TOOL)
    result = said.message["result"]
    return Ours(result["structuredContent"], result["content"][0]["text"], bare(said.line))


async def _call(scene: Scene, mode: Any, arguments: Mapping[str, Any]) -> None:
    server = StdioServerParameters(
        command=str(scene.program), args=["serve"], cwd=str(scene.work),
        env=scene.environment({}),
    )  # fmt: skip
    log = (scene.folder / "server.log").open("w")
    with log:
        async with Client(stdio_client(server, errlog=log), mode=mode) as client:
            await client.call_tool(TOOL, dict(arguments))


def bare(line: str) -> str:
    """Return a line of the wire without the number of its request, which each client counts itself."""
    return re.sub(r'("id":)(\d+|"[^"]*")(?=[,}])', r"\1N", line, count=1)


def call(agent: Agent, folder: Path, own: Mapping[str, Ours]) -> Called:
    """Let a client register, list and call the server; return what came of it."""
    if not agent.program().is_file():
        return Called(agent.name, agent.package, "", not_run="its package could not be installed")
    with speaking(SCRIPT) as model:
        scene = Scene(folder / agent.package.replace("/", "-"), model)
        scene.copy(DESIGN)
        agent.register(scene)
        listed = _listed(agent.lists(scene).told)
        outcome = agent.ask(scene, PROMPT)
        turns = normal(scene, record(scene, outcome.asked))
        said = scene.heard()
    given = [t.text for t in turns if t.kind == "result" and t.name.endswith(TOOL)]
    lines = wire.results(said, TOOL)
    told = outcome.ran.told[-1500:]
    if len(given) != 1 or len(lines) != 1:
        problem = f"{len(lines)} calls on the wire, {len(given)} given to the model:\n{told}"
        return Called(agent.name, agent.package, listed, problem=problem)
    (era,) = wire.eras(said)
    mine = own["auto" if era == wire.NEWEST else "legacy"]
    found = parts(given[0], mine)
    same = bare(lines[0].line) == mine.line
    problems = [
        "it does not list the server" if listed == NOT_LISTED else "",
        "the wire differs from that of our own client" if not same else "",
        "" if found else f"what the model was given is not what our own client gets:\n{given[0]}",
    ]
    return Called(
        agent.name, agent.package, listed, era, " and ".join(found),
        "byte for byte" if same else "differs", "; ".join(filter(None, problems)),
    )  # fmt: skip


NOT_LISTED = "not listed"


def _listed(told: str) -> str:
    if re.search(r"backend.*connected|connected.*backend", told, re.IGNORECASE):
        return "connected"
    return "configured" if re.search(r"^\s*backend\b", told, re.MULTILINE) else NOT_LISTED


def parts(given: str, mine: Ours) -> list[str]:
    """Return which parts of the result stand in what a model was given, whole and unchanged."""
    structure = any(_same_json(given[at:], mine.structure) for at in _braces(given))
    found = ["text"] if mine.text.strip() in given else []
    return [*found, *(["structure"] if structure else [])]


def _braces(given: str) -> list[int]:
    return [match.start() for match in re.finditer(r"\{", given)][:50]


def _same_json(text: str, structure: object) -> bool:
    try:
        return bool(json.JSONDecoder().raw_decode(text)[0] == structure)
    except ValueError:
        return False
