"""What to do next, in the words of the face that says it: a tool is called, a command is run."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Steps:
    """Sentences of one face, with `{name}` of an entry, `{kind}` and `{id}`.

    `hold` says by kind how an entry is held against a design, `again` how to ask anew with what was
    learned, by what was asked.
    """

    read: str
    review: str
    hold: dict[str, str] = field(default_factory=dict)
    again: dict[str, str] = field(default_factory=dict)

    def whole(self, name: str) -> str:
        """Say how to read an entry whole."""
        return self.read.format(name=name)

    def on(self, kind: str, id_: str) -> str:
        """Say how to hold an entry against a design; empty where its kind is only read."""
        return self.hold.get(kind, "").format(id=id_)

    def repeat(self, asked: str, id_: str) -> str:
        """Say how to ask again with what was learned."""
        return self.again[asked].format(id=id_)


TOOLS: Final = Steps(
    read="Read one whole: query {name}.",
    review="Name it in a design, and review that with review_design.",
    hold={
        "rules": "Hold the design against it with review_design.",
        "probes": "Answer it by reading the design, and send the answer with review_design.",
        "ladders": "Hold the situation against it with compare_options, capability {id}.",
        "checklists": "Hold the design against it with get_checklist, topic {id}.",
    },
    again={
        "compare": "and ask again.",
        "checklist": "Put what you learn into the design and ask again.",
    },
)
"""For who calls the tools of the server."""
TERMINAL: Final = Steps(
    read="Read one whole: backend-mcp search {name}",
    review="Name it in a design, and review that: backend-mcp review FILE",
    hold={
        "rules": "Hold a design against it: backend-mcp review FILE",
        "probes": "Answer it by reading the design, in `answers` of its file: backend-mcp review FILE",
        "ladders": "Hold a situation against it: backend-mcp compare {id} --facts FILE",
        "checklists": "Hold a design against it: backend-mcp checklist {id} --facts FILE",
    },
    again={
        "compare": "in a file: backend-mcp compare {id} --facts FILE",
        "checklist": "Put what you learn into a file: backend-mcp checklist {id} --facts FILE",
    },
)
"""For who types commands."""
