"""The Gemini API, as Gemini CLI speaks it."""

import json

from tests.clients.dialects import Body, events
from tests.clients.script import Kind, Step, Turn

ROLES: dict[str, Kind] = {"user": "told", "model": "says"}


class Gemini:
    """Contents with parts; a result is what a function responds."""

    def tools(self, body: Body) -> list[str]:
        """Return the offered names."""
        listed = body.get("tools") or []
        return [str(f["name"]) for t in listed for f in t.get("functionDeclarations", [])]

    def turns(self, body: Body) -> list[Turn]:
        """Return the conversation."""
        found: list[Turn] = []
        for content in body.get("contents", []):
            for part in content.get("parts", []):
                if "functionCall" in part:
                    call = part["functionCall"]
                    found.append(Turn("calls", name=call["name"], data=call.get("args")))
                elif "functionResponse" in part:
                    given = part["functionResponse"]
                    found.append(Turn("result", _output(given.get("response")), given["name"]))
                elif part.get("text") and (told := ROLES.get(content.get("role", ""))):
                    found.append(Turn(told, part["text"]))
        return found

    def answer(self, body: Body, place: int, step: Step) -> tuple[str, bytes]:
        """Return a response; it is streamed whole."""
        del place  # the protocol knows no ids of calls
        parts: list[Body] = [{"text": step.says}] if step.says else []
        if step.calls:
            parts.append({"functionCall": {"name": step.calls, "args": dict(step.arguments)}})
        content = {"role": "model", "parts": parts}
        usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
        whole = {
            "candidates": [{"content": content, "finishReason": "STOP", "index": 0}],
            "usageMetadata": usage, "modelVersion": "scripted",
        }  # fmt: skip
        if body.get("stream"):
            return events([("", json.dumps(whole))])
        return "application/json", json.dumps(whole).encode()


def _output(response: object) -> str:
    if isinstance(response, dict) and isinstance(response.get("output"), str):
        return str(response["output"])
    return json.dumps(response, ensure_ascii=False)
