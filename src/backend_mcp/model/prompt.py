"""What a prompt is called, what it is for, and what it takes."""

from dataclasses import dataclass
from typing import Final, Literal

ArgumentKind = Literal["design", "capability", "topic", "advice", "finding", "text"]
"""`design`: a document or the path of one. `capability`: the id of a ladder. `topic`: of a checklist.
`advice`: `patterns/<id>` or `guides/<id>`. `finding`: `rule@place`. `text`: words, quoted as they are."""

ARGUMENT_KINDS: Final = ("design", "capability", "topic", "advice", "finding", "text")


@dataclass(frozen=True, slots=True)
class PromptArgument:
    """One argument of a prompt."""

    name: str
    kind: ArgumentKind
    description: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class PromptCard:
    """A prompt as lists show it; its text stands in the template of that name."""

    name: str
    title: str
    description: str
    arguments: tuple[PromptArgument, ...]
