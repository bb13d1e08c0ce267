"""Decisions and the gate: an override opens it for a plan, and what was decided holds no review back."""

import json
import os
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from backend_mcp import settings
from backend_mcp.decisions import gatekeeping
from backend_mcp.decisions.stamps import read_stamps
from backend_mcp.server.app import build
from tests.decisions.sound import put, text
from tests.faces.talking import call
from tests.faces.test_decide_cli import WHY, Run, root, run
from tests.faces.test_deciding import Person
from tests.faces.test_gate_hook import decision, event, hook
from tests.review.test_decided import PAY, paying

assert root, run  # the fixtures
OVERRIDE = ("decide", "override", "gate", *WHY, "--write")
OTHER = {"plan": "Add MySQL."}


@pytest.fixture
def gated(run: Run, root: Path) -> Path:
    """A repository whose gate is on and has held a plan back."""
    assert run("gate", "on").returncode == 0
    assert decision(hook(root, event(root))) == "deny"
    return root


def _state(at: Path) -> Path:
    folder = settings.workspace_state((at,))
    assert folder is not None
    return folder


def test_a_person_overrides_the_gate_for_the_plan_that_was_held_back(run: Run, gated: Path) -> None:
    assert run(*OVERRIDE, answers="y\n").returncode == 0
    assert hook(gated, event(gated)) == {}
    assert decision(hook(gated, event(gated, tool_input=OTHER))) == "deny"
    assert "override: " in run("gate", "status").stdout


def test_the_same_reason_is_another_decision_for_another_plan(run: Run, gated: Path) -> None:
    assert run(*OVERRIDE, answers="y\n").returncode == 0
    assert decision(hook(gated, event(gated, tool_input=OTHER))) == "deny"
    assert run(*OVERRIDE, answers="y\n").returncode == 0
    assert hook(gated, event(gated, tool_input=OTHER)) == {}
    assert len(list((gated / "docs/decisions").glob("*.md"))) == 2


def test_until_a_day_it_is_open_for_every_plan(run: Run, gated: Path) -> None:
    assert run(*OVERRIDE, "--until", "2999-01-01", answers="y\n").returncode == 0
    assert hook(gated, event(gated, tool_input=OTHER)) == {}


def test_a_preview_opens_nothing(run: Run, gated: Path) -> None:
    assert run("decide", "override", "gate", *WHY).returncode == 0
    assert decision(hook(gated, event(gated))) == "ask"


def test_facts_are_refused_for_the_gate_since_it_reads_none(run: Run, gated: Path) -> None:
    done = run(*OVERRIDE, "--while", "load.users < 900", answers="y\n")
    assert done.returncode == 2
    assert "the gate reads no facts" in done.stderr
    assert not (gated / "docs").exists()


def test_a_gate_that_can_not_be_told_is_named_with_the_file_that_was_written(
    run: Run, gated: Path
) -> None:
    mirror = _state(gated) / "override.json"
    mirror.mkdir()
    done = run(*OVERRIDE, answers="y\n")
    assert done.returncode == 2
    assert "is written, and the gate does not know it" in done.stderr
    assert str(mirror) in done.stderr
    mirror.rmdir()


@pytest.mark.parametrize("decided", [False, True])
def test_a_blocker_that_a_person_decided_holds_no_plan_back(
    run: Run, root: Path, *, decided: bool
) -> None:
    design: dict[str, Any] = paying()
    (root / "plan.yaml").write_text(json.dumps(design))
    if decided:
        put(root, "0001-x.md", text(subject=PAY, severity="blocker"))
    assert run("review", "plan.yaml").returncode == 0
    (stamp,) = read_stamps(_state(root)).stamps
    assert (PAY in stamp.blockers, PAY in stamp.decided) == (not decided, decided)


def test_the_state_of_who_runs_the_tests_is_left_alone(root: Path) -> None:
    assert str(_state(root)).startswith(os.environ["XDG_STATE_HOME"])


@pytest.mark.parametrize(("answer", "counts"), [("accept", True), ("decline", False)])
def test_an_agent_has_the_gate_opened_by_the_person_alone(
    answer: str, *, counts: bool, tmp_path: Path
) -> None:
    state, person = tmp_path / "state", Person(answer)
    gatekeeping.remember(state, "a plan", "no review")
    wish = {"kind": "override", "subject": "gate", "reason": "a spike", "by": "person"}

    async def script() -> None:
        server = build(settings.knowledge_folder(), (tmp_path.resolve(),), state=state)
        with anyio.fail_after(120):
            async with Client(server, elicitation_callback=person) as client:
                shape, _ = await call(client, "record_decision", decision=wish, write=True)
                assert shape["written"] is counts

    anyio.run(script)
    assert len(person.shown) == 1
    assert (gatekeeping.read_override(state) is not None) is counts
