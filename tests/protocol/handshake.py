"""Fixtures of 2025-11-25 alone: what 2026-07-28 removed or deprecates.

The product uses none of it. It is here so that every scenario of that revision is run, and what
does not pass is known with its reason.
"""

from typing import Any, Literal

import anyio
from mcp.server.mcpserver import Context
from mcp.types import (
    EmptyResult,
    SamplingMessage,
    SetLevelRequestParams,
    SubscribeRequestParams,
    TextContent,
    UnsubscribeRequestParams,
)
from pydantic import BaseModel, Field

from tests.protocol.seen import Seen

CHOICES = ["option1", "option2", "option3"]
ENUMS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": CHOICES},
        "titledSingle": {
            "type": "string",
            "oneOf": [
                {"const": "value1", "title": "First Option"},
                {"const": "value2", "title": "Second Option"},
            ],
        },
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2"],
            "enumNames": ["Option One", "Option Two"],
        },
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": CHOICES}},
        "titledMulti": {
            "type": "array",
            "items": {
                "anyOf": [
                    {"const": "value1", "title": "First Choice"},
                    {"const": "value2", "title": "Second Choice"},
                ]
            },
        },
    },
}


class Person(BaseModel):
    """What a user is asked for."""

    username: str = Field(description="User's response")
    email: str = Field(description="User's email address")


class Defaults(BaseModel):
    """One field of each kind, each with a default."""

    name: str = "John Doe"
    age: int = 30
    score: float = 95.5
    status: Literal["active", "inactive", "pending"] = "active"
    verified: bool = True


def register(seen: Seen) -> None:
    """Add every fixture of the handshake era."""
    _logging(seen)
    _calls_back(seen)
    _subscriptions(seen)
    _reconnects(seen)


def _logging(seen: Seen) -> None:
    @seen.tool
    async def test_tool_with_logging(ctx: Context) -> str:
        """Log three times."""
        for text in ("started", "processing data", "completed"):
            await ctx.info(f"Tool execution {text}")
            await anyio.sleep(0.05)
        return "It was logged three times."

    async def set_level(_ctx: Any, _params: SetLevelRequestParams) -> EmptyResult:
        return EmptyResult()

    seen.method("logging/setLevel", SetLevelRequestParams, set_level)


def _calls_back(seen: Seen) -> None:
    """Tools that ask the client in the middle of a call; that needs a way back to it."""

    @seen.tool
    async def test_sampling(prompt: str, ctx: Context) -> str:
        """Ask the client's model."""
        said = SamplingMessage(role="user", content=TextContent(text=prompt))
        answer = await ctx.session.create_message(
            [said], max_tokens=100, related_request_id=ctx.request_id
        )
        return f"LLM response: {answer.content}"

    @seen.tool
    async def test_elicitation(message: str, ctx: Context) -> str:
        """Ask the user for two words."""
        return f"User response: {await ctx.elicit(message, Person)}"

    @seen.tool
    async def test_elicitation_sep1034_defaults(ctx: Context) -> str:
        """Ask the user with a default for each kind of field."""
        return f"Elicitation completed: {await ctx.elicit('Check these', Defaults)}"

    @seen.tool
    async def test_elicitation_sep1330_enums(ctx: Context) -> str:
        """Ask the user with each kind of choice; no type can say the old one, so it is written out."""
        answer = await ctx.session.elicit_form("Choose", ENUMS, related_request_id=ctx.request_id)
        return f"Elicitation completed: action={answer.action}, content={answer.content}"


def _subscriptions(seen: Seen) -> None:
    watched: set[str] = set()

    async def subscribe(_ctx: Any, params: SubscribeRequestParams) -> EmptyResult:
        watched.add(str(params.uri))
        return EmptyResult()

    async def unsubscribe(_ctx: Any, params: UnsubscribeRequestParams) -> EmptyResult:
        watched.discard(str(params.uri))
        return EmptyResult()

    seen.method("resources/subscribe", SubscribeRequestParams, subscribe)
    seen.method("resources/unsubscribe", UnsubscribeRequestParams, unsubscribe)


def _reconnects(seen: Seen) -> None:
    @seen.tool
    async def test_reconnection(ctx: Context) -> str:
        """Close the stream before the answer; the SDK does so only where it stores events."""
        await ctx.close_sse_stream()
        return "The answer came on the stream that was to be closed."
