"""What a scripted model says, and the neutral record of what happened in a client.

The model keeps no state: which step comes next is read off the conversation that the client sends.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["told", "says", "calls", "result", "hook", "permission", "form"]
"""Who does what: the person or the client tells the model, the model says and calls, a tool answers,
a hook decides, the person is asked for leave, the person is shown a form."""


@dataclass(frozen=True)
class Step:
    """One turn of the model: words, a call of a tool, or both."""

    says: str = ""
    calls: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """One thing that happened, in whichever client.

    `text` is what was said or given back, `data` the arguments of a call, the event of a hook or the
    request to the person together with what came of it.
    """

    kind: Kind
    text: str = ""
    name: str = ""
    data: Any = None
    failed: bool = False


def next_step(script: Sequence[Step], turns: Sequence[Turn]) -> tuple[int, Step]:
    """Return the next step and its place: one for each result, and for each text that calls nothing.

    A turn that a hook sends back brings no result, but its text stands in the conversation.
    """
    texts = [step.says for step in script if step.says and not step.calls]
    said = sum(turn.kind == "says" and turn.text in texts for turn in turns)
    place = said + sum(turn.kind == "result" for turn in turns)
    return place, script[min(place, len(script) - 1)]


def offered(step: Step, names: Sequence[str]) -> str:
    """Return the offered tool that a step means: clients put their own prefix before its name."""
    exact = [name for name in names if name == step.calls]
    ending = [name for name in names if re.search(rf"(^|[^a-z]){re.escape(step.calls)}$", name)]
    return next(iter(exact + ending), step.calls)
