"""The gate in the real Claude Code and the real Codex: what each plan meets, case by case."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.clients.agents.claude import Claude
from tests.clients.agents.codex import Codex
from tests.clients.gate_cases import CASES, Case, Meets
from tests.clients.host import Answer, Person
from tests.clients.model import PLAN_FILE, Model, speaking
from tests.clients.plugins import PLUGIN, add_to_codex
from tests.clients.scene import Scene
from tests.clients.script import Step

PROMPT = "Plan the ticket shop."
DONE = Step("That is all.")


@dataclass(frozen=True)
class Gated:
    """What the plans of one case met in one client."""

    name: str
    case: str
    met: tuple[Meets, ...] = ()
    problem: str = ""
    not_run: str = ""


@dataclass(frozen=True)
class Place:
    """What a case may prepare: the workspace, others beside it, and the state of reviews."""

    scene: Scene

    @property
    def workspace(self) -> Path:
        """The folder that the client works in."""
        return self.scene.work

    @property
    def state(self) -> Path:
        """Where reviews leave stamps."""
        return self.scene.home / ".local" / "state" / "backend-mcp"

    def folder(self, name: str) -> Path:
        """Make another workspace."""
        made = self.scene.folder / name
        (made / ".git").mkdir(parents=True)
        return made

    def run(self, *arguments: str, at: Path | None = None) -> None:
        """Run our own command in a workspace."""
        subprocess.run(
            [str(self.scene.program), *arguments], cwd=at or self.workspace, check=True, timeout=60,
            env=self.scene.environment({}), stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )  # fmt: skip


def gate_hook(scene: Scene, **more: str) -> list[dict[str, Any]]:
    """Return the hook as a client's configuration has it."""
    return [{**more, "hooks": [{"type": "command", "command": f"{scene.program} gate"}]}]


def _claude(case: Case, folder: Path) -> tuple[Scene, Model, list[str]]:
    """Let Claude Code write and present plans; return also whom its person was asked about."""
    written = Step(calls="Write", arguments={"file_path": PLAN_FILE, "content": case.plan})
    steps = [Step(calls=s[0], arguments=s[1]) for s in _named(case, "ExitPlanMode")]
    answers = list(case.person)

    def allows(tool: str, _: Answer) -> bool:
        return answers.pop(0) if tool == "ExitPlanMode" and answers else True

    with speaking([written, *steps, DONE]) as model:
        scene = _prepared(case, Scene(folder, model))
        claude = Claude()
        claude.register(scene)
        hooks = {"PreToolUse": gate_hook(scene, matcher="ExitPlanMode"), "Stop": gate_hook(scene)}
        scene.write(scene.home / ".claude" / "settings.json", {"hooks": hooks})
        options = ("--plugin-dir", PLUGIN) if case.twice else ()
        person = Person(allows=allows)
        claude.talk(scene, [PROMPT], person, "--permission-mode", "plan", *options)
    return scene, model, [turn.name for _, turn in person.asked]


def _codex(case: Case, folder: Path) -> tuple[Scene, Model]:
    """Let Codex end its turns with plans."""
    steps = [
        Step(case.plan) if name == "present" else Step(calls=name, arguments=given)
        for name, given in _named(case, "present")
    ]
    with speaking(steps) as model:
        scene = _prepared(case, Scene(folder, model))
        codex = Codex()
        codex.register(scene)
        if case.twice:
            add_to_codex(codex, scene)
        scene.write(scene.home / ".codex" / "hooks.json", {"hooks": {"Stop": gate_hook(scene)}})
        codex.ask(scene, PROMPT, "--dangerously-bypass-hook-trust")
    return scene, model


def _named(case: Case, present: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((present, {}) if step == "present" else step for step in case.steps)  # type: ignore[misc]


def _prepared(case: Case, scene: Scene) -> Scene:
    place = Place(scene)
    place.run("gate", "on" if case.on else "off")
    case.before(place)
    return scene


@dataclass(frozen=True)
class _Heard:
    """One event: what each of its hooks answered."""

    name: str
    given: dict[str, Any]
    answers: list[dict[str, Any]]

    @property
    def spoken(self) -> list[dict[str, Any]]:
        """The answers that say something."""
        return [a for a in self.answers if a]


def _events(scene: Scene) -> list[_Heard]:
    """Return the events in their order, and what was answered to each."""
    found: dict[str, _Heard] = {}
    for said in scene.heard():
        if said.by != "hook":
            continue
        run = said.message
        event = json.loads(run["event"])
        keys = ("hook_event_name", "tool_use_id", "turn_id", "stop_hook_active", "prompt_id")
        key = json.dumps([event.get(k) for k in keys])
        held = found.setdefault(key, _Heard(event["hook_event_name"], event, []))
        held.answers.append(json.loads(run["out"] or "{}") if run["code"] == 0 else {"code": 2})
    return list(found.values())


def _met(heard: _Heard) -> Meets:
    """Return what a plan met, by what the hook answered."""
    return decided(heard.spoken[0] if heard.spoken else {})


def _reason(heard: _Heard) -> str:
    return reason(heard.spoken[0] if heard.spoken else {})


def decided(said: Mapping[str, Any]) -> Meets:
    """Return what an answer of the hook does with a plan."""
    decision = said.get("hookSpecificOutput", {}).get("permissionDecision") or said.get("decision")
    if decision in ("deny", "block"):
        return "denied"
    if decision == "ask":
        return "asked"
    return "loud" if said else "passed"


def reason(said: Mapping[str, Any]) -> str:
    """Return what is due to be read: the refusal by the agent, else the word to the person."""
    held = said.get("hookSpecificOutput", {}).get("permissionDecisionReason") or said.get("reason")
    return str(held or said.get("systemMessage", ""))


def in_claude(case: Case, folder: Path) -> Gated:
    """Try a case in Claude Code."""
    claude = Claude()
    if not claude.program().is_file():
        return Gated(claude.name, case.name, not_run="its package could not be installed")
    scene, model, asked = _claude(case, folder / "claude")
    events = _events(scene)
    plans = [e for e in events if e.name == "PreToolUse"]
    met = tuple(map(_met, plans))
    wrong = _wrong(case, plans, met, case.meets, model)
    if any(e.spoken for e in events if e.name == "Stop"):
        wrong.append("the end of a turn was gated, too")
    if asked.count("ExitPlanMode") != sum(m != "denied" for m in case.meets):
        wrong.append(f"the person was asked about {asked}")
    return Gated(claude.name, case.name, met, "; ".join(wrong))


def in_codex(case: Case, folder: Path) -> Gated:
    """Try a case in Codex: the end of a turn is blocked once, then it ends with a word to the person."""
    codex = Codex()
    if not codex.program().is_file():
        return Gated(codex.name, case.name, not_run="its package could not be installed")
    scene, model = _codex(case, folder / "codex")
    ends = _events(scene)
    met = tuple(map(_met, ends))
    return Gated(codex.name, case.name, met, "; ".join(_wrong(case, ends, met, _ends(case), model)))


def _ends(case: Case) -> tuple[Meets, ...]:
    due: list[Meets] = []
    for meets in case.meets:
        due.append("loud" if meets == "asked" else meets)
        if meets != "denied":
            return tuple(due)
    return (*due, "loud")  # the script says its last plan again


def _wrong(
    case: Case, heard: list[_Heard], met: tuple[Meets, ...], due: tuple[Meets, ...], model: Model
) -> list[str]:
    """Return what is not as the case has it."""
    wrong = [f"{', '.join(met) or 'nothing'} instead of {', '.join(due)}"] if met != due else []
    hooks = 2 if case.twice else 1
    for one in heard:
        if len(one.answers) != hooks or len(one.spoken) > 1:
            wrong.append(f"of {len(one.answers)} hooks {len(one.spoken)} spoke")
    first = next((h for h in heard if h.spoken), None)
    told = _reason(first) if first is not None else ""
    wrong += [f"it does not say {words!r}: {told}" for words in case.says if words not in told]
    if first is not None and _met(first) == "denied" and not model.saw(told.split("\n")[0]):
        wrong.append("the agent was not told why")
    return wrong


def try_all(folder: Path) -> Iterator[Any]:
    """Yield what is to be tried, each without arguments."""
    for n, case in enumerate(CASES):
        for trial in (in_claude, in_codex):
            yield lambda trial=trial, case=case, n=n: trial(case, folder / f"gate-{n}")
