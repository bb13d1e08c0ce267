"""The tool that records a decision: shown first, then written; a person's only when the person was asked."""

import hashlib
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import anyio.to_thread
from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context, Elicit, MCPServer, Resolve
from mcp.types import CallToolResult, ToolAnnotations
from pydantic import BaseModel, Field, create_model

from backend_mcp.errors import ArgumentError, PathError
from backend_mcp.model.design import quotable
from backend_mcp.server import person
from backend_mcp.server.answers import answer
from backend_mcp.server.workspace import Workspace
from backend_mcp.tree import clean

if TYPE_CHECKING:
    from backend_mcp.usecases.decide import Draft

WRITES: Final = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_LONGEST: Final = 300
_DECLINED: Final = "declined"


@dataclass(slots=True)
class Deciding:
    """The tool over one workspace; `asked` holds the decisions for which a person was asked."""

    workspace: Workspace
    templates: Path
    asked: person.Asked = field(default_factory=person.Asked)

    def add_to(self, server: MCPServer[Any]) -> None:
        """Register the tool."""
        server.add_tool(
            self._record_decision(), name="record_decision", title="Record a decision",
            description="Keep what was decided about a finding of the design reviewed last, or a person's "
            "correction, as a file in docs/decisions that later reviews honour. A preview unless `write`.",
            annotations=WRITES, structured_output=False,
            meta={"anthropic/searchHint": "record decision accept override defer correction"},
        )  # fmt: skip

    def _record_decision(self) -> Callable[..., Awaitable[CallToolResult]]:
        """Return the tool with its question to a person, which the SDK reads off its signature."""

        async def ask(
            decision: dict[str, Any], write: bool, ctx: Context[Any, Any]
        ) -> Elicit[BaseModel] | person.Unasked:
            persons = decision.get("by") in ("person", "both")
            if not (write and persons and self.workspace.home and person.can_ask(ctx)):
                return person.Unasked()
            drafted = await anyio.to_thread.run_sync(self._draft, decision)
            if drafted.existing is not None or not self.asked.may_ask(_key(drafted), ctx):
                return person.Unasked()
            return _form(drafted)

        async def record_decision(
            answered: Annotated[ElicitationResult[Any], Resolve(ask)],
            decision: Annotated[
                dict[str, Any],
                Field(
                    description="kind: accept|override|defer, subject: finding id or nothing, reason, "
                    "by: person|agent|both, while: facts (load.users < 900), until: day; accept: owner, "
                    "interest (h/month), trigger"
                ),
            ],
            write: bool = False,
        ) -> CallToolResult:
            shape = await anyio.to_thread.run_sync(self._recorded, decision, write, answered)
            return answer(shape, "decision", self.templates)

        return record_decision

    def _draft(self, decision: dict[str, Any]) -> "Draft":
        from backend_mcp.usecases.decide import Setting, draft

        workspace = self.workspace
        design = workspace.last or workspace.accepted()
        return draft(decision, Setting(workspace.library.knowledge, workspace.memory(), design))

    def _recorded(self, decision: dict[str, Any], write: bool, answered: Any) -> dict[str, Any]:
        from backend_mcp.decisions.folder import foreseen
        from backend_mcp.render.decisions import drafted
        from backend_mcp.usecases.recording import record

        root = self.workspace.home
        if write and root is None:
            raise PathError("write: no file is written here; " + _in_terminal(decision))
        made = self._draft(decision)
        more: dict[str, Any] = {
            "due": made.due, "doubt": made.doubt, "replaces": [r.id for r in made.replaces],
        }  # fmt: skip
        if made.existing is not None:
            more |= {
                "file": made.existing.file,
                "next": "It was decided just so before: nothing to do.",
            }
            return drafted(made.decision, "", True, more)
        more["file"] = foreseen(root, made.decision.title) if root is not None else ""
        if not write:
            asks = "" if made.decision.by_agent_alone else ", and the person will be asked"
            more["next"] = f"If this is right, send it again with write: true{asks}."
            return drafted(made.decision, made.text, False, more)
        if not made.decision.by_agent_alone:
            outcome = _outcome(answered, made)
            if outcome == _DECLINED:
                more |= {"person": outcome, "next": "Leave it as it is: the person did not agree."}
                return drafted(made.decision, "", False, more)
            if outcome != "agreed":
                raise ArgumentError(
                    "decision.by", made.decision.by, _ask_them(decision, made, self.asked)
                )
            more["person"] = outcome
        assert root is not None
        more["file"] = record(root, made, self.workspace.state)
        more["next"] = _next(made)
        return drafted(made.decision, made.text, True, more)


def _next(made: "Draft") -> str:
    if made.decision.subject == "gate":
        return (
            f"Ask the person: {made.due}."
            if made.due
            else "Present the plan again: the gate lets it through."
        )
    if made.due:
        return f"Ask the person: {made.due}. Until then the finding stays raised."
    return "Go on; the next review honours it. The file is for people to review: commit it with the plan."


def _key(made: "Draft") -> str:
    """Return what tells one decision from another: a changed one has to be asked about anew."""
    d = made.decision
    said = (
        d.kind,
        d.subject,
        d.reason,
        d.by,
        d.holds_while,
        d.until,
        d.owner,
        d.interest,
        d.trigger,
        d.title,
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]


def _form(made: "Draft") -> Elicit[BaseModel]:
    """Return the question whether a decision is the person's; nothing is agreed to unsaid."""
    d = made.decision
    ends = [f"while {d.holds_while}"] * bool(d.holds_while) + [f"until {d.until}"] * bool(d.until)
    about = f" the finding {d.subject}" if "@" in d.subject else ""
    what = (
        "the gate lets plans through without a review"
        if d.subject == "gate"
        else f"{d.kind}{about}"
    )
    found = f" ({made.context.found[:_LONGEST]})" if made.context.found else ""
    debt = f" It costs {d.interest:g} h/month." if d.interest is not None else ""
    message = clean(
        f"Record as your decision: {what}{found}{' ' if ends else ''}{' and '.join(ends)}. "
        f"The title of its file: “{quotable(d.title[:_LONGEST])}”. The reason given: "
        f"“{quotable(d.reason[:_LONGEST])}”.{debt}"
    )
    said: Any = Literal["no", "yes"]
    shown = Field(default="no", title="Is this your decision?", description="yes writes the file")
    schema: type[BaseModel] = create_model("Agreement", **{f"agree_{_key(made)}": (said, shown)})  # type: ignore[call-overload]
    return Elicit(message, schema)


def _outcome(answered: Any, made: "Draft") -> str:
    """Return `agreed`, `declined`, or `unasked`; agreement to another decision is none."""
    if isinstance(getattr(answered, "data", None), person.Unasked):
        return "unasked"
    if not isinstance(answered, AcceptedElicitation):
        return _DECLINED
    agreed = answered.data.model_dump().get(f"agree_{_key(made)}")
    return "agreed" if agreed == "yes" else _DECLINED


def _ask_them(decision: dict[str, Any], made: "Draft", asked: person.Asked) -> str:
    if _key(made) in asked.designs:
        return (
            "the person was asked for just this and did not agree; leave it, or ask about another"
        )
    return f"this client shows its person no form, so nobody agreed; {_in_terminal(decision)}"


def _in_terminal(decision: dict[str, Any]) -> str:
    """Return the command by which a person says the same in a terminal."""
    words = ["backend-mcp", "decide", str(decision.get("kind", "override"))]
    words += [str(decision["subject"])] if decision.get("subject") else []
    for key in ("reason", "while", "until", "owner", "interest", "trigger"):
        words += [f"--{key}", str(decision[key])] if decision.get(key) else []
    said = shlex.join([clean(w)[:_LONGEST] for w in [*words, "--write"]])
    return f"a person can say it in a terminal: {said}"
