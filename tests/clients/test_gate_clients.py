"""The gate in the real Claude Code and the real Codex, headless, against the scripted model."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients import sessions
from tests.clients.gate_cases import CASES, Case, Meets
from tests.clients.scripted import PLAN_FILE, Turn

pytestmark = pytest.mark.clients


def _place(case: Case, tmp_path: Path) -> sessions.Place:
    place = sessions.Place(tmp_path)
    place.run("gate", "on" if case.on else "off")
    case.before(place)
    return place


def _met(said: dict[str, Any]) -> Meets:
    """Return what a plan met, by what the hook answered."""
    decision = said.get("hookSpecificOutput", {}).get("permissionDecision") or said.get("decision")
    if decision in ("deny", "block"):
        return "denied"
    if decision == "ask":
        return "asked"
    return "loud" if said.get("systemMessage") else "passed"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_claude_code(case: Case, tmp_path: Path) -> None:
    place = _place(case, tmp_path)
    script: list[Turn] = [{"call": "Write", "with": {"file_path": PLAN_FILE, "content": case.plan}}]
    for step in case.steps:
        called = ("ExitPlanMode", {}) if step == "present" else step
        script.append({"call": called[0], "with": called[1]})
    session = sessions.claude(place, [*script, {"say": "done"}], list(case.person))
    plans = [h for h in session.hooks if h["heard"]["hook_event_name"] == "PreToolUse"]
    ends = [h for h in session.hooks if h["heard"]["hook_event_name"] == "Stop"]
    assert [_met(p["said"]) for p in plans] == list(case.meets)
    assert {p["code"] for p in session.hooks} == {0}
    assert [p["heard"]["tool_input"].get("plan") for p in plans] == [case.plan] * len(plans)
    assert all(e["said"] == {} for e in ends)
    presented = session.asked.count("ExitPlanMode")
    assert presented == sum(m != "denied" for m in case.meets)
    heard = "\n".join(
        session.results if "denied" in case.meets else [p["said"].get("systemMessage", "") for p in plans]
    )  # fmt: skip
    assert [s for s in case.says if s not in heard] == []


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_codex(case: Case, tmp_path: Path) -> None:
    place = _place(case, tmp_path)
    script: list[Turn] = []
    for step in case.steps:
        if step == "present":
            script.append({"say": case.plan})
        else:
            script.append({"call": step[0], "with": step[1]})
    session = sessions.codex(place, script, [])
    ends = [h for h in session.hooks if h["heard"]["hook_event_name"] == "Stop"]
    # the end of a turn is blocked once; then the turn ends, with a word to the person
    due: list[Meets] = []
    for meets in case.meets:
        due.append("loud" if meets == "asked" else meets)
        if due[-1] != "denied":
            break
    else:
        due.append("loud")  # the script's last plan again
    assert [_met(e["said"]) for e in ends] == due
    assert {e["code"] for e in ends} == {0}
    heard = "\n".join(
        session.results if "denied" in case.meets else [e["said"].get("systemMessage", "") for e in ends]
    )  # fmt: skip
    assert [s for s in case.says if s not in heard] == []


def test_claude_code_without_a_plan_to_read_asks_the_person(tmp_path: Path) -> None:
    place = _place(CASES[0], tmp_path)
    session = sessions.claude(place, [{"call": "ExitPlanMode", "with": {}}, {"say": "done"}], [])
    (plan,) = (h for h in session.hooks if h["heard"]["hook_event_name"] == "PreToolUse")
    assert plan["heard"]["tool_input"] == {}
    assert _met(plan["said"]) == "asked"
    assert session.asked == ["ExitPlanMode"]


def test_the_cases_are_there() -> None:
    reader: Callable[[Case], str] = lambda c: c.name  # noqa: E731
    assert len({reader(c) for c in CASES}) == len(CASES) >= 10
