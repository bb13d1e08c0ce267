"""What the official suite asks for by name, added to the server that the package builds.

The suite calls tools, resources and prompts of its own naming (`test_simple_text`, …), which no
product has. Ours stand beside the product's tools on the same server object, so that the product's
own middleware, caching and transport are what is scored. Nothing of this is in the package.
"""

import base64
import struct
import zlib
from collections import Counter
from typing import Annotated, Any

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import (
    AudioContent,
    Completion,
    EmbeddedResource,
    ImageContent,
    PromptReference,
    TextContent,
    TextResourceContents,
)
from pydantic import Field

from tests.protocol import asking, handshake
from tests.protocol.seen import Seen

Schema = dict[str, Any]

SCHEMA_2020_12: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
"""What the suite expects to be listed word for word; it is data of the suite, not a choice of ours."""


def _png() -> bytes:
    """Return one red pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        ends = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + ends

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\x00\xff\x00\x00")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")
    )


def _wav() -> bytes:
    """Return eight samples of silence."""
    form = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    data = b"\x80" * 8
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


PNG = _png()
IMAGE = ImageContent(data=base64.b64encode(PNG).decode(), mime_type="image/png")
AUDIO = AudioContent(data=base64.b64encode(_wav()).decode(), mime_type="audio/wav")


def _embedded(uri: str, mime_type: str, text: str) -> EmbeddedResource:
    return EmbeddedResource(resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


def register(server: MCPServer) -> Counter[str]:
    """Add every fixture to the server; return how often each body ran, counted while it serves."""
    seen = Seen(server)
    _content(seen)
    _behaviour(seen)
    _changes(seen, server)
    _schemas(seen, server)
    _resources(seen)
    _prompts(seen)
    asking.register(seen)
    handshake.register(seen)
    return seen.counts


def _content(seen: Seen) -> None:
    @seen.tool
    def test_simple_text() -> str:
        """Return one text."""
        return "This is a simple text response for testing."

    @seen.tool
    def test_image_content() -> ImageContent:
        """Return one image."""
        return IMAGE

    @seen.tool
    def test_audio_content() -> AudioContent:
        """Return one sound."""
        return AUDIO

    @seen.tool
    def test_embedded_resource() -> EmbeddedResource:
        """Return one embedded resource."""
        text = "This is an embedded resource content."
        return _embedded("test://embedded-resource", "text/plain", text)

    @seen.tool
    def test_multiple_content_types() -> list[TextContent | ImageContent | EmbeddedResource]:
        """Return a text, an image and a resource."""
        text = '{"test":"data","value":123}'
        mixed = _embedded("test://mixed-content-resource", "application/json", text)
        return [TextContent(text="Multiple content types test:"), IMAGE, mixed]


def _behaviour(seen: Seen) -> None:
    @seen.tool
    async def test_tool_with_progress(ctx: Context) -> str:
        """Report progress three times."""
        for step in (0, 50, 100):
            await ctx.report_progress(step, 100)
            await anyio.sleep(0.05)
        return "Progress was reported three times."

    @seen.tool
    def test_error_handling() -> str:
        """Fail, always."""
        raise ToolError("This tool intentionally returns an error for testing")


def _changes(seen: Seen, server: MCPServer) -> None:
    """Tools that change the lists and say so to whoever listens; the lists end as they began."""

    def passing() -> str:
        """Stand in the list for a moment."""
        return "passing"

    @seen.tool
    async def test_trigger_tool_change(ctx: Context) -> str:
        """Add a tool and take it away again."""
        server.add_tool(passing, name="test_passing_tool")
        await ctx.notify_tools_changed()
        server.remove_tool("test_passing_tool")
        await ctx.notify_tools_changed()
        return "The list of tools changed twice."

    @seen.tool
    async def test_trigger_prompt_change(ctx: Context) -> str:
        """Add a prompt and take it away again."""
        server.prompt(name="test_passing_prompt")(passing)
        await ctx.notify_prompts_changed()
        server.remove_prompt("test_passing_prompt")
        await ctx.notify_prompts_changed()
        return "The list of prompts changed twice."


def _schemas(seen: Seen, server: MCPServer) -> None:
    @seen.tool
    def test_header_parameter(
        region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})],
    ) -> str:
        """Say the region, which travels as a header, too."""
        return f"region: {region}"

    def json_schema_2020_12_tool(name: str = "") -> str:
        """Stand in the list with a schema that uses all of JSON Schema 2020-12."""
        return f"name: {name}"

    seen.tool(json_schema_2020_12_tool)
    _list_as(server, "json_schema_2020_12_tool", SCHEMA_2020_12)


def _list_as(server: MCPServer, name: str, schema: Schema) -> None:
    """List a tool with a schema that no signature can say; the SDK takes none by hand."""
    listed = server._tool_manager.get_tool(name)
    assert listed is not None
    listed.parameters = schema


def register_unportable(server: MCPServer) -> None:
    """Add one tool whose schema some clients refuse, to see that a lint of schemas finds it."""

    def test_unportable_schema() -> str:
        """Take anything at all."""
        return "anything"

    server.add_tool(test_unportable_schema, structured_output=False)
    schema = {"type": "object", "properties": {"anything": True}}
    _list_as(server, "test_unportable_schema", schema)


def _resources(seen: Seen) -> None:
    @seen.resource("test://static-text", "text/plain")
    def static_text() -> str:
        """Hold a text."""
        return "This is the content of the static text resource."

    @seen.resource("test://static-binary", "image/png")
    def static_binary() -> bytes:
        """Hold an image."""
        return PNG

    @seen.resource("test://template/{id}/data", "application/json")
    def template_data(id: str) -> str:
        """Hold what its address says."""
        return f'{{"id":"{id}","templateTest":true,"data":"Data for ID: {id}"}}'

    @seen.resource("test://watched-resource", "text/plain")
    def watched_resource() -> str:
        """Can be subscribed to."""
        return "watched"


def _prompts(seen: Seen) -> None:
    @seen.prompt
    def test_simple_prompt() -> str:
        """Hold no argument."""
        return "This is a simple prompt for testing."

    @seen.prompt
    def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
        """Say both arguments."""
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @seen.prompt
    def test_prompt_with_embedded_resource(resourceUri: str) -> list[Any]:  # noqa: N803
        """Embed the resource that is asked for."""
        text = "Embedded resource content for testing."
        embedded = _embedded(resourceUri, "text/plain", text)
        return [embedded, "Please process the embedded resource above."]

    @seen.prompt
    def test_prompt_with_image() -> list[Any]:
        """Embed an image."""
        return [IMAGE, "Please analyze the image above."]

    @seen.completion
    async def complete(reference: Any, argument: Any, _context: Any) -> Completion | None:
        """Complete the prompt's first argument."""
        if isinstance(reference, PromptReference) and argument.name == "arg1":
            values = [word for word in ("test-completion", "other") if argument.value in word]
            return Completion(values=values, total=len(values), has_more=False)
        return None
