"""A story: a trial's brief, plan, documents and words, shortened, and the script that they make.

The folders below `stories/` hold one each: `story.yaml`, and the design documents that it sends. The documents
are those of the trial; flows that were written as `status: removed`, which is not read, are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.clients.agents import SERVER
from tests.clients.model import PLAN_FILE
from tests.clients.script import Step

STORIES = Path(__file__).resolve().parent / "stories"
PRESENTS_BY_A_TOOL = "Claude Code"
REVIEW, DECIDE = "review_design", "record_decision"


@dataclass(frozen=True)
class Story:
    """One conversation before it is held; `steps` are what the agent says, sends, decides and presents."""

    name: str
    client: str
    trial: str
    title: str
    brief: str
    steps: tuple[Mapping[str, Any], ...]
    gate: bool = False
    note: str = ""

    @property
    def folder(self) -> Path:
        """Where its documents are."""
        return STORIES / self.name

    def script(self) -> tuple[Step, ...]:
        """Return the steps of the scripted model.

        A plan that no gate holds back and that is not the last word is said in the turn of the next call.
        """
        found: list[Step] = []
        held, decision = "", {}
        for step in self.steps:
            says = _words(held, step.get("says", ""), self._plan_as_words(step))
            held = ""
            if "review" in step:
                found.append(Step(says, REVIEW, self._document(step["review"], found)))
            elif "decide" in step:
                found += self._look_up(found)
                decision = decision if step["decide"] == "again" else dict(step["decide"])
                write = {"write": True} if step.get("write") else {}
                found.append(Step(says, DECIDE, {"decision": decision, **write}))
            elif "plan" in step and self.client == PRESENTS_BY_A_TOOL:
                given = {"file_path": PLAN_FILE, "content": step["plan"].strip()}
                found += [Step(says, "Write", given), Step(calls="ExitPlanMode")]
            elif "plan" in step and not self.gate and step is not self.steps[-1]:
                held = says
            else:
                found.append(Step(says))
        return tuple(found)

    def _look_up(self, before: Sequence[Step]) -> Sequence[Step]:
        """Return what makes Claude Code offer a tool that it lists by name alone."""
        known = any(step.calls in {DECIDE, "ToolSearch"} for step in before)
        if self.client != PRESENTS_BY_A_TOOL or known:
            return ()
        return (Step("", "ToolSearch", {"query": f"select:mcp__{SERVER}__{DECIDE}"}),)

    def _document(self, name: str, before: Sequence[Step]) -> dict[str, str]:
        document = (self.folder / name).read_text(encoding="utf-8")
        reviewed = any(step.calls == REVIEW for step in before)
        return {"design": document, **({"base": "last"} if reviewed else {})}

    def _plan_as_words(self, step: Mapping[str, Any]) -> str:
        return "" if self.client == PRESENTS_BY_A_TOOL else str(step.get("plan", ""))


def _words(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts if part)


def stories() -> Sequence[Story]:
    """Return every story, in the order of their clients' names."""
    found = [_read(path) for path in sorted(STORIES.glob("*/story.yaml"))]
    return sorted(found, key=lambda story: story.client.lower())


def _read(path: Path) -> Story:
    said = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    steps = tuple(said.pop("steps"))
    brief = str(said.pop("brief")).strip()
    return Story(path.parent.name, steps=steps, brief=brief, **said)
