"""OpenAI Responses, as Codex speaks it: items, with the tools of a server in a namespace."""

import json

from tests.clients.dialects import Body, events, written
from tests.clients.script import Kind, Step, Turn

ROLES: dict[str, Kind] = {"user": "told", "assistant": "says"}


class Responses:
    """Items of messages, calls and their outputs."""

    def tools(self, body: Body) -> list[str]:
        """Return the offered names; those in a namespace after its name and two underscores."""
        return [f"{space}__{name}" if space else name for space, name in _tools(body)]

    def turns(self, body: Body) -> list[Turn]:
        """Return the conversation."""
        found: list[Turn] = []
        called: dict[str, str] = {}
        for item in body.get("input", []):
            kind = str(item.get("type", "message"))
            if kind == "message":
                if told := ROLES.get(item.get("role", "")):
                    found.append(Turn(told, written(item.get("content"))))
            elif kind.endswith("_call"):
                name = "__".join(filter(None, (item.get("namespace"), item.get("name", kind))))
                called[str(item.get("call_id"))] = name
                found.append(Turn("calls", name=name, data=_arguments(item)))
            elif kind.endswith("_call_output"):
                name = called.get(str(item.get("call_id")), "")
                found.append(Turn("result", written(item.get("output")), name))
        return found

    def answer(self, body: Body, place: int, step: Step) -> tuple[str, bytes]:
        """Return a streamed response."""
        items: list[Body] = []
        if step.says:
            content = [{"type": "output_text", "text": step.says, "annotations": []}]
            items.append({
                "type": "message", "id": f"msg_{place}", "role": "assistant", "status": "completed",
                "content": content,
            })  # fmt: skip
        if step.calls:
            named = {f"{s}__{n}" if s else n: (s, n) for s, n in _tools(body)}
            space, name = named.get(step.calls, ("", step.calls))
            call = {
                "type": "function_call", "id": f"fc_{place}", "call_id": f"call_{place}",
                "name": name, "arguments": json.dumps(dict(step.arguments)), "status": "completed",
            }  # fmt: skip
            items.append(call | ({"namespace": space} if space else {}))
        begun = {
            "id": f"resp_{place}", "object": "response", "created_at": 0, "status": "in_progress",
            "model": body.get("model", "scripted"), "output": [],
        }  # fmt: skip
        usage = {
            "input_tokens": 10, "output_tokens": 5, "total_tokens": 15,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        }  # fmt: skip
        told: list[Body] = [{"type": "response.created", "response": begun}]
        for index, item in enumerate(items):
            for end in ("added", "done"):
                told.append(
                    {"type": f"response.output_item.{end}", "output_index": index, "item": item}
                )
        whole = begun | {"status": "completed", "output": items, "usage": usage}
        told.append({"type": "response.completed", "response": whole})
        return events([(str(event["type"]), json.dumps(event)) for event in told])


def _tools(body: Body) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for tool in body.get("tools") or []:
        if tool.get("type") == "namespace":
            found += [(tool["name"], inner.get("name", "")) for inner in tool.get("tools", [])]
        else:
            found.append(("", tool.get("name") or tool.get("type", "")))
    return found


def _arguments(item: Body) -> object:
    given = item.get("arguments", item.get("input", item.get("action")))
    try:
        return json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return given
