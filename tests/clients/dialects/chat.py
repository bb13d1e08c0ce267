"""OpenAI Chat Completions, as Copilot, opencode and Qwen Code speak it."""

import json

from tests.clients.dialects import Body, events, written
from tests.clients.script import Kind, Step, Turn

ROLES: dict[str, Kind] = {"user": "told", "assistant": "says"}


class Chat:
    """Messages, some of them with calls, some of them results."""

    def tools(self, body: Body) -> list[str]:
        """Return the offered names."""
        return [str(t["function"]["name"]) for t in body.get("tools") or [] if "function" in t]

    def turns(self, body: Body) -> list[Turn]:
        """Return the conversation, without what the client's system prompt says."""
        found: list[Turn] = []
        called: dict[str, str] = {}
        for message in body.get("messages", []):
            role, text = message.get("role", ""), written(message.get("content"))
            if role == "tool":
                found.append(Turn("result", text, called.get(message.get("tool_call_id"), "")))
                continue
            if text and (told := ROLES.get(role)):
                found.append(Turn(told, text))
            for call in message.get("tool_calls") or []:
                name = called[call["id"]] = call["function"]["name"]
                data = json.loads(call["function"]["arguments"] or "{}")
                found.append(Turn("calls", name=name, data=data))
        return found

    def answer(self, body: Body, place: int, step: Step) -> tuple[str, bytes]:
        """Return a completion, streamed if that was asked for."""
        message: Body = {"role": "assistant", "content": step.says or None}
        if step.calls:
            given = {"name": step.calls, "arguments": json.dumps(dict(step.arguments))}
            call = {"index": 0, "id": f"call_{place}", "type": "function", "function": given}
            message["tool_calls"] = [call]
        reason = "tool_calls" if step.calls else "stop"
        whole = {"id": f"chat_{place}", "created": 0, "model": body.get("model", "scripted")}
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        if not body.get("stream"):
            choice = {"index": 0, "message": message, "finish_reason": reason}
            full = whole | {"object": "chat.completion", "choices": [choice], "usage": usage}
            return "application/json", json.dumps(full).encode()
        chunk = whole | {"object": "chat.completion.chunk"}
        first = chunk | {"choices": [{"index": 0, "delta": message, "finish_reason": None}]}
        last = chunk | {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
        told = [json.dumps(first), json.dumps(last | {"usage": usage}), "[DONE]"]
        return events([("", data) for data in told])
