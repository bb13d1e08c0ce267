"""`backend-mcp gate` as the hook of a coding agent: an event on standard input, a decision on standard output.

It always exits 0: a client reads 2 as a refusal, and other codes as an error of the hook. Its own
failure is an allow, said loudly. What it needs is imported inside, so that a fault there is caught, too.
"""

import json
import os
import sys
from typing import Any, Final

LONGEST_EVENT: Final = 4_194_304
PATIENCE: Final = 8.0
"""Seconds after which the plan goes through, loudly: a disk or pipe that does not answer holds nobody."""


def run() -> None:
    """Answer one event and end the process with 0."""
    try:
        answer = _within(PATIENCE)
    except BaseException as error:
        answer = {"systemMessage": _failed(error)}
    try:
        if answer:
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    except (OSError, ValueError):  # nobody listens any more
        pass
    finally:
        os._exit(0)


def _failed(error: BaseException) -> str:
    said = str(error) or "no further word"
    return _plain(
        f"backend-mcp gate could not judge this plan ({type(error).__name__}: {said[:300]}), so it was let through "
        "WITHOUT a review. `backend-mcp gate status` says what is wrong; `backend-mcp gate off` ends this."
    )


def _within(seconds: float) -> dict[str, Any]:
    """Answer the event, or fail after a while."""
    import signal

    if not hasattr(signal, "setitimer"):  # no such clock here; the client's own limit holds
        return _answer()

    def late(*_: object) -> None:
        raise TimeoutError(f"nothing could be read within {seconds:.0f} s")

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    answer = _answer()
    signal.setitimer(signal.ITIMER_REAL, 0)
    return answer


def _answer() -> dict[str, Any]:
    """Read the event and return what the client shall do; nothing to let it go on as always.

    Raises:
        Exception: of any kind; the caller lets the plan through, loudly.
    """
    from datetime import UTC, datetime
    from pathlib import Path

    from backend_mcp import settings
    from backend_mcp.decisions import gatekeeping, plans

    if sys.stdin is not None and sys.stdin.isatty():
        return {
            "systemMessage": "This is the hook of a coding agent; try `backend-mcp gate status`."
        }
    event, fault = _event()
    cwd = str(event.get("cwd") or "")
    roots = settings.roots(None, here=Path(cwd) if os.path.isabs(cwd) else None)
    folder = settings.workspace_state(roots)
    if folder is None or not gatekeeping.is_on(folder):
        return {}
    if fault is not None:
        raise fault
    moment = plans.moment(event, roots[0])
    if moment is None or not gatekeeping.first_hearing(folder, plans.identity(event)):
        return {}
    from backend_mcp.usecases import gate

    ruling = gate.rule(moment, folder, _keep(), datetime.now(UTC))
    return _told(ruling, moment.style)


def _event() -> tuple[dict[str, Any], Exception | None]:
    """Return the event, or an empty one and what is wrong with it: with the gate off, nobody cares."""
    try:
        data = sys.stdin.buffer.read(LONGEST_EVENT + 1)
        if len(data) > LONGEST_EVENT:
            raise ValueError(f"the event is longer than {LONGEST_EVENT:,} bytes")
        event = json.loads(data)
        if not isinstance(event, dict):
            raise TypeError("the event is no JSON object")
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        return {}, error
    return event, None


def _keep() -> str:
    """Return the sentences about size and what must be kept; prompts/instructions.md is their home."""
    from backend_mcp import settings

    try:
        text = (settings.prompts_folder() / "instructions.md").read_text(encoding="utf-8")
    except OSError:
        return ""
    return next((p for p in text.split("\n\n") if p.startswith("Size the design")), "").strip()


def _told(ruling: Any, style: str) -> dict[str, Any]:
    """Return a ruling in the words of the client."""
    agent, person = _plain(ruling.agent), _plain(ruling.person)
    if ruling.action == "allow":
        return {}
    if ruling.action == "let go":
        return {"systemMessage": person}
    if style == "permission":
        return {
            "systemMessage": person,
            "hookSpecificOutput": {
                "hookEventName": "PreToolUse",
                "permissionDecision": ruling.action,
                "permissionDecisionReason": agent,
            },
        }
    decision = "block" if style == "block" else "deny"
    return {"decision": decision, "reason": agent, "systemMessage": person}


def _plain(text: str) -> str:
    """Put a space for every control and direction character: terminals and models read this."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)
