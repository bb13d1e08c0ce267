"""What the gate of a workspace remembers: its switch, what it has denied, and an override."""

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from backend_mcp.decisions import state
from backend_mcp.errors import StateError

MOST_DENIALS: Final = 5
"""Denials in one session, whatever changes in between: after that the person is asked."""
_KEPT: Final = 200
_SWITCH: Final = "gate.json"
_LAST: Final = "last.json"
_OVERRIDE: Final = "override.json"


class Override(NamedTuple):
    """A decision that a plan goes on without a review: its file, until which day, for which plan."""

    file: str
    sha256: str
    until: str
    plan: str


def is_on(folder: Path) -> bool:
    """Whether the owner turned the gate of this workspace on.

    Raises:
        StateError: the switch can't be read.
    """
    held = state.read(folder / _SWITCH)
    return held is not None and held.get("on") is True


def turn(folder: Path, *, on: bool, root: Path, at: str) -> None:
    """Turn the gate on or off; the root and the time are kept for people who look.

    Raises:
        StateError: the switch can't be written.
    """
    state.write(folder / _SWITCH, {"format": 1, "on": on, "root": str(root), "at": at})


def first_denial(folder: Path, session: str, what: str) -> bool:
    """Remember a denial; return False where it must not be denied (again).

    That is so when this was denied before, when a session was denied often enough, and when
    nothing can be remembered: to deny what is not remembered would never end.
    """
    lead = f"denied-{_key(session)}-"
    try:
        if len(list(folder.glob(f"{lead}*"))) >= MOST_DENIALS:
            return False
        first = state.mark(folder / f"{lead}{_key(what)}")
    except (StateError, OSError):
        return False
    state.prune(folder, "denied-*", _KEPT)
    return first


def first_hearing(folder: Path, event: str) -> bool:
    """Whether no other hook has heard this event; the second one leaves the word to the first.

    An event that can't be told from others, or not be remembered, is heard: to be asked twice is
    better than not to be asked.
    """
    if not event:
        return True
    try:
        first = state.mark(folder / f"heard-{_key(event)}")
    except StateError:
        return True
    state.prune(folder, "heard-*", _KEPT)
    return first


def remember(folder: Path, plan: str, lack: str) -> None:
    """Keep which plan was held back last, so that an override can be recorded for it."""
    try:
        state.write(folder / _LAST, {"format": 1, "plan": plan, "lack": lack})
    except StateError:
        return


def last_plan(folder: Path) -> str:
    """Return the plan that was held back last, or an empty text.

    Raises:
        StateError: it can't be read.
    """
    held = state.read(folder / _LAST)
    return str(held.get("plan", "")) if held is not None else ""


def record_override(folder: Path, file: Path, until: str = "") -> None:
    """Mirror a decision with the subject `gate`, so that the gate need not read the repository.

    It counts until its day (ISO, empty for none), and for the plan that was held back last. When
    the file changes or goes, it counts no more.

    Raises:
        StateError: the file can't be read, or the mirror not be written.
    """
    try:
        found = sha256(state.read_bytes(file, state.LONGEST)).hexdigest()
    except OSError as error:
        raise StateError(f"{file}: can't be read: {error.strerror or error}") from error
    held = {"file": str(file.resolve()), "sha256": found, "until": until}
    state.write(folder / _OVERRIDE, {"format": 1, **held, "plan": last_plan(folder)})


def read_override(folder: Path) -> Override | None:
    """Return the override that was recorded last, if its file still says the same.

    Raises:
        StateError: the mirror can't be read.
    """
    held = state.read(folder / _OVERRIDE)
    if held is None:
        return None
    override = Override(*(str(held.get(k, "")) for k in Override._fields))
    try:
        found = sha256(state.read_bytes(Path(override.file), state.LONGEST)).hexdigest()
    except (OSError, ValueError):
        return None
    return override if found == override.sha256 else None


def counts(override: Override | None, plan: str, today: date) -> bool:
    """Whether an override lets a plan through on a day."""
    if override is None:
        return False
    in_time = bool(override.until) and override.until >= today.isoformat()
    return in_time or bool(override.plan and override.plan == plan)


def _key(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
