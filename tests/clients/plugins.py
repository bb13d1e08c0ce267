"""The plugin and the extension, loaded by the clients themselves, with the program there and missing."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.clients import wire
from tests.clients.agents import SERVER, Agent, Outcome
from tests.clients.agents.claude import Claude
from tests.clients.agents.codex import Codex
from tests.clients.agents.copilot import Copilot
from tests.clients.agents.gemini import Gemini
from tests.clients.calls import DESIGN, PROMPT, SCRIPT, TOOL
from tests.clients.host import Person
from tests.clients.model import Model, speaking
from tests.clients.scene import Scene
from tests.clients.script import Step
from tests.pinned import ROOT

PLUGIN = str(ROOT / "integrations" / "plugin")
EXTENSION = str(ROOT / "integrations" / "gemini")
NAME = "backend-mcp"
SKILL = "review-design"
ADVICE = "uv tool install backend-mcp"


@dataclass(frozen=True)
class Loaded:
    """What a client showed of the plugin: server, skill and hooks, and what it tells when all is missing."""

    name: str
    by: str
    tools: str = ""
    skill: str = ""
    hooks: str = ""
    missing: str = ""
    problem: str = ""
    not_run: str = ""


@dataclass(frozen=True)
class Way:
    """How a client takes the plugin."""

    agent: Agent
    by: str
    run: Callable[[Scene], Outcome]
    plan: Step | None = None
    """How its model presents a plan, where it has a tool for that without a person at the screen."""
    waits: bool = False
    """Whether its first request misses a server that is still starting: a tool of its own waits then."""


def _claude(scene: Scene) -> Outcome:
    person = Person(allows=lambda tool, _: tool == "ExitPlanMode")
    # in plan mode a tool without leave is refused unasked, and the plugin's has a name of its own
    leave = f"mcp__plugin_{NAME}_{SERVER}__{TOOL}"
    options = ("--plugin-dir", PLUGIN, "--permission-mode", "plan", "--allowedTools", leave)
    return Claude().talk(scene, [PROMPT], person, *options)


def add_to_codex(codex: Codex, scene: Scene) -> None:
    """Let Codex take the plugin from the marketplace of this repository."""
    codex.command(scene, "plugin", "marketplace", "add", str(ROOT))
    codex.command(scene, "plugin", "add", f"{NAME}@{NAME}")


def _codex(scene: Scene) -> Outcome:
    codex = Codex()
    add_to_codex(codex, scene)
    return codex.ask(scene, PROMPT, "--dangerously-bypass-hook-trust")


def _copilot(scene: Scene) -> Outcome:
    return Copilot().ask(scene, PROMPT, "--plugin-dir", PLUGIN)


def _gemini(scene: Scene) -> Outcome:
    gemini = Gemini()
    gemini.log_in(scene)
    gemini.command(scene, "extensions", "link", EXTENSION, "--consent")
    return gemini.plan(scene, PROMPT)


_PLAN = Step(calls="exit_plan_mode", arguments={"plan_filename": "plan.md"})
WAYS = (
    Way(Claude(), "`claude --plugin-dir`", _claude, Step(calls="ExitPlanMode")),
    Way(Codex(), "`codex plugin add`", _codex, waits=True),
    Way(Copilot(), "`copilot --plugin-dir`", _copilot),
    Way(Gemini(), "`gemini extensions link`", _gemini, _PLAN),
)


def load(way: Way, folder: Path) -> Loaded:
    """Load the plugin twice: with its program on PATH, and without."""
    name = way.agent.name
    if not way.agent.program().is_file():
        return Loaded(name, way.by, not_run="its package could not be installed")
    folder = folder / name.replace(" ", "-")
    with speaking(_script(way, folder / "here")) as model:
        scene = Scene(folder / "here", model)
        scene.copy(DESIGN)
        outcome = way.run(scene)
        said = scene.heard()
    tools = sorted({t.rpartition("__")[2].removeprefix("mcp_backend_").removeprefix("backend-")
                    for r in model.requests for t in r.tools if re.search(r"backend", t)})  # fmt: skip
    reviewed = [line for line in wire.results(said, TOOL) if '"verdict"' in line.line]
    hooks = list(dict.fromkeys(json.loads(s.message["event"])["hook_event_name"]
                               for s in said if s.by == "hook"))  # fmt: skip
    failing = [s.message for s in said if s.by == "hook" and s.message["code"]]
    problems = [
        "" if TOOL in tools else "the model is offered none of its tools",
        "" if reviewed else "a design of the workspace is not reviewed",
        "" if model.saw(SKILL) else "the skill is not listed",
        f"a hook failed: {failing[0]['err'][-300:]}" if failing else "",
        "it was told that the program is missing" if model.saw(ADVICE) else "",
        "no hook ran before its plan"
        if way.plan and not {"PreToolUse", "BeforeTool"} & set(hooks)
        else "",
    ]
    missing, wrong = _missing(way, folder / "missing")
    found = "; ".join(filter(None, [*problems, wrong]))
    detail = f"{found}\n{outcome.ran.told[-1200:]}" if found else ""
    skill = "listed" if model.saw(SKILL) else "not listed"
    return Loaded(name, way.by, ", ".join(tools), skill, ", ".join(hooks), missing, detail)


def _missing(way: Way, folder: Path) -> tuple[str, str]:
    """Return what the client tells when `backend-mcp` is not on PATH, and what is wrong with that."""
    with speaking(_script(way, None)) as model:
        scene = Scene(folder, model)
        scene.program.unlink()
        outcome = way.run(scene)
    ended = outcome.ran.code == 0 and _ended(model)
    told = "the model is told how to install it" if model.saw(ADVICE) else "nothing is told"
    wrong = (
        ""
        if ended and model.saw(ADVICE)
        else f"without the program: {told}, exit {outcome.ran.code}"
    )
    return told, wrong


def _ended(model: Model) -> bool:
    return bool(model.requests) and model.requests[-1].step == SCRIPT[-1]


def _script(way: Way, folder: Path | None) -> Sequence[Step]:
    # the plan comes first: Gemini offers no server's tools before it is accepted
    script = (way.plan, *SCRIPT) if way.plan else SCRIPT
    if not way.waits or folder is None:
        return script
    log = folder / "wire.jsonl"
    command = (
        f"""for i in $(seq 100); do grep -q '"tools' {log} && break; sleep 0.2; done; sleep 1"""
    )
    return (Step("", "exec_command", {"cmd": command, "yield_time_ms": 25_000}), *script)
