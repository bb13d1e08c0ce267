"""Anthropic Messages, as Claude Code speaks it."""

import json

from tests.clients.dialects import Body, events, written
from tests.clients.script import Kind, Step, Turn

ROLES: dict[str, Kind] = {"user": "told", "assistant": "says"}


class Anthropic:
    """Messages with blocks of text, calls and results."""

    def tools(self, body: Body) -> list[str]:
        """Return the offered names."""
        return [str(tool.get("name", "")) for tool in body.get("tools") or []]

    def turns(self, body: Body) -> list[Turn]:
        """Return the conversation."""
        found: list[Turn] = []
        called: dict[str, str] = {}
        for message in body.get("messages", []):
            told = ROLES.get(message["role"])
            content = message["content"]
            blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
            for block in blocks:
                if block["type"] == "text" and told:
                    found.append(Turn(told, block["text"]))
                elif block["type"] == "tool_use":
                    called[block["id"]] = block["name"]
                    found.append(Turn("calls", name=block["name"], data=block["input"]))
                elif block["type"] == "tool_result":
                    name, text = called.get(block["tool_use_id"], ""), written(block.get("content"))
                    found.append(Turn("result", text, name, failed=bool(block.get("is_error"))))
        return found

    def answer(self, body: Body, place: int, step: Step) -> tuple[str, bytes]:
        """Return a message, streamed if that was asked for."""
        blocks: list[Body] = [{"type": "text", "text": step.says}] if step.says else []
        if step.calls:
            call = {"type": "tool_use", "id": f"toolu_{place:04d}", "name": step.calls}
            blocks.append(call | {"input": dict(step.arguments)})
        reason = "tool_use" if step.calls else "end_turn"
        message = {
            "id": f"msg_{place}", "type": "message", "role": "assistant",
            "model": body.get("model", "scripted"), "content": [], "stop_reason": None,
            "stop_sequence": None, "usage": {"input_tokens": 10, "output_tokens": 1},
        }  # fmt: skip
        if not body.get("stream"):
            whole = message | {"content": blocks, "stop_reason": reason}
            return "application/json", json.dumps(whole).encode()
        told: list[Body] = [{"type": "message_start", "message": message}]
        for index, block in enumerate(blocks):
            at = {"index": index}
            if block["type"] == "text":
                empty, delta = {"text": ""}, {"type": "text_delta", "text": block["text"]}
            else:
                partial = json.dumps(block["input"])
                empty, delta = {"input": {}}, {"type": "input_json_delta", "partial_json": partial}
            told += [
                {"type": "content_block_start", **at, "content_block": block | empty},
                {"type": "content_block_delta", **at, "delta": delta},
                {"type": "content_block_stop", **at},
            ]
        end = {"stop_reason": reason, "stop_sequence": None}
        told.append({"type": "message_delta", "delta": end, "usage": {"output_tokens": 5}})
        told.append({"type": "message_stop"})
        return events([(str(event["type"]), json.dumps(event)) for event in told])
