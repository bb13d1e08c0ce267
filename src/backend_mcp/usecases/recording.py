"""Write a decision down: its file, the ones that it replaces, and for the gate a mirror that it can read."""

from dataclasses import replace
from pathlib import Path

from backend_mcp.decisions import folder, gatekeeping
from backend_mcp.decisions.written import rewritten
from backend_mcp.errors import ArgumentError, StateError
from backend_mcp.model.decision import GATE
from backend_mcp.usecases.decide import Draft


def record(root: Path, made: Draft, state_folder: Path | None) -> str:
    """Write a decision, and mark those that it replaces; return its file. What is there already is not written twice.

    `state_folder` is where the gate of the workspace looks: one about the gate is mirrored there.

    Raises:
        ArgumentError: the gate shall let through the plan that it held back last, and it held back none.
        PathError: the folder leaves the root, or can't be written.
        StateError: the file is written, and the gate can't be told of it.
    """
    if made.existing is not None:
        return made.existing.file
    if made.decision.subject == GATE and not made.decision.until:
        _check_held_back(state_folder)
    path = folder.add(root, made.decision.title, lambda _: made.text)
    for old in made.replaces:
        over = replace(old.decision, status="superseded", superseded_by=path.stem)
        folder.change(root, old.file, lambda text, over=over: rewritten(text, over))  # type: ignore[misc]
    if made.decision.subject == GATE and made.decision.in_force:
        _tell_gate(state_folder, root / path, made.decision.until)
    return path.as_posix()


def _check_held_back(state_folder: Path | None) -> None:
    if state_folder is None or not gatekeeping.last_plan(state_folder):
        want = "the gate has held back no plan yet that this could let through: say until which day it holds"
        raise ArgumentError("until", "", want, "--until 2026-12-31")


def _tell_gate(state_folder: Path | None, file: Path, until: str) -> None:
    try:
        if state_folder is None:
            raise StateError("there is no home for its state; set XDG_STATE_HOME")
        gatekeeping.record_override(state_folder, file, until)
    except StateError as error:
        raise StateError(f"{file} is written, and the gate does not know it: {error}") from error
