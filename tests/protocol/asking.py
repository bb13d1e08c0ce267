"""Fixtures of 2026-07-28 that ask the client for something and go on when it calls again.

A question is a result (`input_required`), and the answer comes with the next call of the same
request. The keys are the suite's, so these do by hand what `Resolve` does for a product.
"""

from typing import Annotated, Any

from mcp.server.mcpserver import Context, Resolve
from mcp.server.mcpserver.resolve import Sample
from mcp.types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    ListRootsResult,
    SamplingMessage,
    TextContent,
)

from tests.protocol.seen import Seen

Answer = InputRequiredResult | str


def _form(message: str, **kinds: str) -> ElicitRequest:
    properties = {name: {"type": kind} for name, kind in kinds.items()}
    schema = {"type": "object", "properties": properties, "required": list(kinds)}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def _sample(text: str, most: int = 100) -> CreateMessageRequest:
    return CreateMessageRequest(
        params=CreateMessageRequestParams(messages=[_said(text)], max_tokens=most)
    )


def _said(text: str) -> SamplingMessage:
    return SamplingMessage(role="user", content=TextContent(text=text))


def _ask(requests: dict[str, InputRequest], state: str | None = None) -> InputRequiredResult:
    return InputRequiredResult(input_requests=requests, request_state=state)


def _accepted(ctx: Context, key: str, field: str) -> Any:
    """Return what the user filled in; None when this key was not answered."""
    given = (ctx.input_responses or {}).get(key)
    if isinstance(given, ElicitResult) and given.action == "accept":
        return (given.content or {}).get(field)
    return None


NAME = _form("What is your name?", name="string")


def register(seen: Seen) -> None:
    """Add every fixture that asks."""
    _one_question(seen)
    _state(seen)
    _more_than_one(seen)
    _capabilities(seen)
    _streams(seen)


def _one_question(seen: Seen) -> None:
    @seen.tool
    def test_input_required_result_elicitation(ctx: Context) -> Answer:
        """Ask the user for a name."""
        name = _accepted(ctx, "user_name", "name")
        return _ask({"user_name": NAME}) if name is None else f"Hello, {name}!"

    @seen.tool
    def test_input_required_result_sampling(ctx: Context) -> Answer:
        """Ask the client's model for a capital."""
        given = (ctx.input_responses or {}).get("capital_question")
        if isinstance(given, CreateMessageResult):
            return f"The model said: {given.content}"
        return _ask({"capital_question": _sample("What is the capital of France?")})

    @seen.tool
    def test_input_required_result_list_roots(ctx: Context) -> Answer:
        """Ask the client for its roots."""
        given = (ctx.input_responses or {}).get("client_roots")
        if isinstance(given, ListRootsResult):
            return f"Roots: {', '.join(str(root.uri) for root in given.roots)}"
        return _ask({"client_roots": ListRootsRequest()})

    @seen.prompt
    def test_input_required_result_prompt(ctx: Context) -> Answer:
        """Ask the user what the prompt is for."""
        context = _accepted(ctx, "user_context", "context")
        question = _form("What context should the prompt use?", context="string")
        return (
            _ask({"user_context": question}) if context is None else f"Use this context: {context}"
        )


def _state(seen: Seen) -> None:
    """State that travels through the client; the server seals it, and a changed seal is refused."""

    @seen.tool
    def test_input_required_result_request_state(ctx: Context) -> Answer:
        """Ask, and know on the second call that it is the second."""
        if ctx.request_state == "asked" and _accepted(ctx, "confirm", "ok") is not None:
            return "state-ok"
        return _ask({"confirm": _form("Please confirm", ok="boolean")}, "asked")

    @seen.tool
    def test_input_required_result_tampered_state(ctx: Context) -> Answer:
        """Ask; a call with a changed state must never come here."""
        if ctx.request_state is not None:
            return f"came back with {ctx.request_state}"
        return _ask({"confirm": _form("Please confirm", ok="boolean")}, "to be kept")


def _more_than_one(seen: Seen) -> None:
    @seen.tool
    def test_input_required_result_multiple_inputs(ctx: Context) -> Answer:
        """Ask three things of three kinds at once."""
        questions: dict[str, InputRequest] = {
            "user_name": NAME,
            "greeting": _sample("Generate a greeting", 50),
            "client_roots": ListRootsRequest(),
        }
        given = ctx.input_responses or {}
        if ctx.request_state == "three" and questions.keys() <= given.keys():
            return "All three were answered."
        return _ask(questions, "three")

    @seen.tool
    def test_input_required_result_multi_round(ctx: Context) -> Answer:
        """Ask for a name, then for a colour."""
        color = _accepted(ctx, "step2", "color")
        if ctx.request_state is not None and ctx.request_state.startswith("name:") and color:
            return f"{ctx.request_state.removeprefix('name:')} likes {color}."
        name = _accepted(ctx, "step1", "name")
        if ctx.request_state == "start" and name:
            question = _form("Step 2: What is your favorite color?", color="string")
            return _ask({"step2": question}, f"name:{name}")
        return _ask({"step1": _form("Step 1: What is your name?", name="string")}, "start")


def _capabilities(seen: Seen) -> None:
    @seen.tool
    def test_input_required_result_capabilities(ctx: Context) -> Answer:
        """Ask only what this client can answer."""
        able = ctx.client_capabilities
        questions: dict[str, InputRequest] = {}
        if able and able.elicitation is not None:
            questions["user_name"] = NAME
        if able and able.sampling is not None:
            questions["greeting"] = _sample("Generate a greeting", 50)
        return _ask(questions) if questions else "This client can answer nothing."

    def needs_a_model() -> Sample:
        seen.counts["test_missing_capability"] += 1  # its body never runs: the SDK refuses before
        return Sample([_said("Anything")], max_tokens=10)

    @seen.tool
    def test_missing_capability(
        sampled: Annotated[CreateMessageResult, Resolve(needs_a_model)],
    ) -> str:
        """Need the client's model; the SDK refuses for a client that declared none."""
        return f"The model said: {sampled.content}"


def _streams(seen: Seen) -> None:
    @seen.tool
    async def test_streaming_elicitation(ctx: Context) -> Answer:
        """Report progress, then ask: nothing but notifications may come before the result."""
        await ctx.report_progress(1, 2)
        name = _accepted(ctx, "user_name", "name")
        return _ask({"user_name": NAME}) if name is None else f"Hello, {name}!"

    @seen.tool
    async def test_logging_tool(ctx: Context) -> str:
        """Log; it must not reach a client that asked for no log."""
        await ctx.info("nobody asked for this")
        return "It was logged."
