"""Questions to the person behind the client: one form, asked once for a design in a process."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final

from mcp.server.elicitation import AcceptedElicitation
from mcp.server.mcpserver import Context, Elicit
from pydantic import BaseModel, BeforeValidator, Field, create_model

from backend_mcp.errors import BackendMcpError

if TYPE_CHECKING:
    from backend_mcp.usecases.asking import Asking

_LONGEST_REASON: Final = 200
_NAME: Final = re.compile(r"[^a-z0-9]+")
UNKNOWN_WORD: Final = "unknown"
_MESSAGE: Final = (
    "Whether the design “{name}” may go ahead hangs on what only you know. Leave `unknown` what you "
    "can't tell: nothing is guessed."
)


class Unasked(BaseModel):
    """No question was put."""


@dataclass(slots=True)
class Asked:
    """Designs for which a person was asked in this process; none is asked for twice."""

    designs: set[str] = field(default_factory=set)

    def may_ask(self, design: str, ctx: Context[Any, Any]) -> bool:
        """Whether to put the question now: the first time, or in the round that brings the answer."""
        if ctx.input_responses is not None or ctx.request_state is not None:
            return True
        first = design not in self.designs
        self.designs.add(design)
        return first


def can_ask(ctx: Context[Any, Any]) -> bool:
    """Whether the client shows forms to its person."""
    try:
        capabilities = ctx.client_capabilities
        elicitation = capabilities.elicitation if capabilities is not None else None
        return elicitation is not None and (elicitation.form is not None or elicitation.url is None)
    except ValueError:  # called outside of a request
        return False


def _field(number: int, path: str) -> str:
    """Name a field: by its number, since two paths may differ only by letters that a name can't have."""
    return f"q{number + 1}_{_NAME.sub('_', path.lower())}".strip("_")


def _word(value: Any) -> str:
    """Read whatever a client sends as a word; what is none, or not on the list, is unknown in the end."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else UNKNOWN_WORD


_Said = Annotated[str, BeforeValidator(_word)]


def form(name: str, asked: "tuple[Asking, ...]") -> Elicit[BaseModel]:
    """Return one form with the questions; every one of them may be left unknown."""
    from backend_mcp.usecases.asking import UNKNOWN

    fields: dict[str, Any] = {}
    for number, asking in enumerate(asked):
        about = asking.ask if asking.words else f"{asking.ask} (with its unit, or unknown)"
        words: Any = {"enum": list(asking.words)} if asking.words else None
        shown = Field(
            default=UNKNOWN, title=asking.fact, description=about, json_schema_extra=words
        )
        fields[_field(number, asking.fact)] = (_Said, shown)
    schema: type[BaseModel] = create_model("Answers", **fields)
    return Elicit(_MESSAGE.format(name=name[:80]), schema)


def told(result: Any, asked: "tuple[Asking, ...]") -> dict[str, Any]:
    """Return what became of the form: whether it was answered, and the patch for the document.

    Raises:
        BackendMcpError: the answers are to another form, since the last design changed while this one was open.
    """
    from backend_mcp.usecases.asking import UNKNOWN, patch

    facts = [a.fact for a in asked]
    if not isinstance(result, AcceptedElicitation):
        word = "declined" if getattr(result, "action", "") == "decline" else "cancelled"
        return {"asked": facts, "outcome": word}
    values = result.data.model_dump()
    if not asked or values.keys() != {_field(n, fact) for n, fact in enumerate(facts)}:
        raise unusable("another design was reviewed while the form was open")
    answers = {a.fact: str(values.get(_field(n, a.fact), UNKNOWN)) for n, a in enumerate(asked)}
    made = patch(asked, answers)
    said: dict[str, Any] = {"asked": facts, "outcome": "accepted"}
    return {**said, "patch": made} if made else said


def unusable(why: str) -> BackendMcpError:
    """Return the error for what a client made of the form, when nothing can be taken from it."""
    shown = " ".join(why.split())[:_LONGEST_REASON]
    text = (
        f"ask_person: what came back for the form can't be used ({shown}), and nothing was judged"
    )
    return BackendMcpError(f"{text}. A design is asked about once: send the same call again")
