"""The tools: each parses its arguments, calls one use case, and returns a shape for both forms.

What a tool works with is imported when it is called: the list of tools waits for none of it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import anyio.to_thread
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Context, Elicit, MCPServer, Resolve
from mcp.types import CallToolResult, ToolAnnotations
from pydantic import BaseModel, Field

from backend_mcp.errors import ArgumentError
from backend_mcp.render.markdown import Twin
from backend_mcp.server import person
from backend_mcp.server.answers import answer
from backend_mcp.server.workspace import Workspace

READ_ONLY: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
Shape = dict[str, Any]
Facts = Annotated[
    dict[str, Any] | str | None,
    Field(
        description="The situation: the document of review_design with components optional, its path, or "
        "`last` (the design reviewed last). Without it the answer is general."
    ),
]
Part = Annotated[int, Field(description="which part of a long answer")]


@dataclass(slots=True)
class Tools:
    """The tools of one server over one workspace; `ask_always` when the host lets them ask a person."""

    workspace: Workspace
    templates: Path
    form: str
    ask_always: bool = False
    asked: person.Asked = field(default_factory=person.Asked)
    _last: tuple[str, Shape] = ("", {})

    def add_to(self, server: MCPServer[Any]) -> None:
        """Register every tool, in the order in which they are listed."""
        server.add_tool(
            self._review_design(), name="review_design", title="Review a backend design",
            description=self.form, annotations=READ_ONLY, structured_output=False,
            meta={"anthropic/alwaysLoad": True, "anthropic/searchHint": "review plan architecture backend design"},
        )  # fmt: skip
        server.add_tool(
            self.compare_options, title="Compare the ways to have a capability",
            description="The ladder of one capability from the simplest rung to the strongest: what each holds, "
            "costs in upkeep and needs, where this situation stands on it and why, and what would move it. "
            "Call it when you are about to choose a queue, cache, database, search, scheduler or platform.",
            annotations=READ_ONLY, structured_output=False,
            meta={"anthropic/searchHint": "choose compare queue cache database broker search kubernetes options"},
        )  # fmt: skip
        server.add_tool(
            self.get_checklist, title="Tell a checklist for a step",
            description="A checklist as it binds here: first what is unknown and matters most, then what is "
            "missing and done, and what is skipped with the reason. Call it before a step that is hard to take back.",
            annotations=READ_ONLY, structured_output=False,
            meta={"anthropic/searchHint": "checklist launch migration payment login public api incident tenants"},
        )  # fmt: skip
        server.add_tool(
            self.search_knowledge, title="Search the knowledge",
            description="Rules, practices, numbers with sources, patterns and guides by words or symptoms; says when "
            "it holds nothing. The name of one entry (rules/no-ci) returns it whole.",
            annotations=READ_ONLY, structured_output=False,
            meta={"anthropic/searchHint": "search backend practice limit quota pattern failure symptom number"},
        )  # fmt: skip

    def _review_design(self) -> Callable[..., Awaitable[CallToolResult]]:
        """Return the tool with its question to a person, which the SDK reads off its signature."""

        async def ask(
            design: Any, base: str, ask_person: bool, ctx: Context[Any, Any]
        ) -> Elicit[BaseModel] | person.Unasked:
            wanted = (ask_person or self.ask_always) and design is not None and person.can_ask(ctx)
            if not wanted:
                return person.Unasked()
            from backend_mcp.usecases.asking import deciding

            reviewed = await _in_thread(self.workspace.review, design, base)
            questions = deciding(reviewed.review, self.workspace.library.knowledge)
            if not questions or not self.asked.may_ask(reviewed.review.id, ctx):
                return person.Unasked()
            return person.form(reviewed.review.name, questions)

        async def review_design(  # noqa: PLR0913, PLR0917 (the signature is the tool's schema)
            ctx: Context[Any, Any],
            answered: Annotated[ElicitationResult[Any], Resolve(ask)],
            design: Annotated[
                dict[str, Any] | str | None,
                Field(
                    description="A design (object, or YAML or JSON text), or the path of a file that holds "
                    "one. Without it the form is returned."
                ),
            ] = None,
            base: Annotated[
                str,
                Field(
                    description="`last`: the design holds only changes to the one reviewed last here."
                ),
            ] = "",
            detail: Annotated[
                str,
                Field(
                    description="`short`, or `full`: every fact, formula, threshold and source, in parts."
                ),
            ] = "short",
            part: Part = 1,
            ask_person: Annotated[  # noqa: ARG001 (the resolver reads it)
                bool, Field(description="put what decides a blocker to the person, in one form")
            ] = False,
        ) -> CallToolResult:
            from backend_mcp.render.result import DETAILS

            if design is None:
                shape = {"form": self.form, "next": "Fill in what the plan says and call again."}
                return answer(shape, "form", self.templates)
            if detail not in DETAILS:
                raise ArgumentError(
                    "detail", detail, f"{' or '.join(DETAILS)} is due", 'detail: "full"'
                )
            return await self._reviewed(ctx, (design, base, detail, part), answered)

        return review_design

    async def _reviewed(
        self, ctx: Context[Any, Any], given: tuple[Any, str, Any, int], answered: Any
    ) -> CallToolResult:
        from backend_mcp.render.result import result
        from backend_mcp.usecases.asking import deciding

        design, base, detail, part = given
        asked = repr((design, base, detail))
        if part > 1 and asked == self._last[0]:  # a change is not laid over itself to be read on
            return self._answer(self._last[1], "review", part)
        await ctx.report_progress(0, 2, "reading the design")
        reviewed = await _in_thread(self.workspace.review, design, base)
        await ctx.report_progress(1, 2, "judged")
        said: Shape = {}
        answers = ctx.input_responses is not None or not isinstance(
            getattr(answered, "data", None), person.Unasked
        )
        if answers:
            questions = deciding(reviewed.review, self.workspace.library.knowledge)
            said = {"person": person.told(answered, questions)}
            if said["person"].get("patch"):
                reviewed = await _in_thread(
                    self.workspace.review, design, base, said["person"]["patch"]
                )
        await _in_thread(self.workspace.remember, reviewed)
        shape = {**result(reviewed.review, detail), **said}
        if self.workspace.remembers:
            self._last = asked, shape
        made = self._answer(shape, "review", part)
        await ctx.report_progress(2, 2, "done")
        return made

    async def compare_options(
        self,
        ctx: Context[Any, Any],
        capability: Annotated[
            str, Field(description="what is to be chosen", json_schema_extra={"enum": []})
        ],
        facts: Facts = None,
        part: Part = 1,
    ) -> CallToolResult:
        """Hold a situation against the ladder of a capability."""

        def work() -> Shape:
            from backend_mcp.render import consulted
            from backend_mcp.usecases import consult

            library = self.workspace.library
            situation = self.workspace.situation(facts)
            found = consult.compare_options(capability, situation, library)
            return consulted.with_unread(consulted.compared(found, library.knowledge), situation)

        return await self._worked(ctx, work, "compare", part)

    async def get_checklist(
        self,
        ctx: Context[Any, Any],
        topic: Annotated[str, Field(description="the step", json_schema_extra={"enum": []})],
        facts: Facts = None,
        part: Part = 1,
    ) -> CallToolResult:
        """Tell a checklist as it binds in a situation."""

        def work() -> Shape:
            from backend_mcp.render import consulted
            from backend_mcp.usecases import consult

            library = self.workspace.library
            situation = self.workspace.situation(facts)
            told = consult.get_checklist(topic, situation, library)
            return consulted.with_unread(consulted.told(told, library.knowledge), situation)

        return await self._worked(ctx, work, "checklist", part)

    async def search_knowledge(
        self,
        ctx: Context[Any, Any],
        query: Annotated[
            str, Field(description="words as people say them, or the name of one entry")
        ],
        part: Part = 1,
    ) -> CallToolResult:
        """Search the knowledge, or return one entry whole."""

        def work() -> tuple[Shape, Twin]:
            from backend_mcp.model.consultation import Found
            from backend_mcp.render import consulted, entries
            from backend_mcp.usecases import consult

            library = self.workspace.library
            found = consult.search_knowledge(query, library)
            if isinstance(found, Found):
                return consulted.found(found, library.knowledge), "search"
            return entries.entry(found, library.knowledge), "entry"

        await ctx.report_progress(0, 1, "searching")
        shape, twin = await _in_thread(work)
        await ctx.report_progress(1, 1, "done")
        return self._answer(shape, twin, part)

    async def _worked(
        self, ctx: Context[Any, Any], work: Callable[[], Shape], twin: Twin, part: int
    ) -> CallToolResult:
        await ctx.report_progress(0, 1, "reading the knowledge")
        shape = await _in_thread(work)
        await ctx.report_progress(1, 1, "done")
        return self._answer(shape, twin, part)

    def _answer(self, shape: Shape, twin: Twin, part: int) -> CallToolResult:
        fault = self.workspace.library.fault
        return answer({**shape, "notice": fault} if fault else shape, twin, self.templates, part)


async def _in_thread(work: Callable[..., Any], *given: Any) -> Any:
    """Run what takes a while beside the loop; a call that is cancelled is no longer waited for."""
    return await anyio.to_thread.run_sync(work, *given, abandon_on_cancel=True)
