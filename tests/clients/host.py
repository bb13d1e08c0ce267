"""A live host of Claude Code on its standard streams: it answers what a person would be asked."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.clients.record import Timed
from tests.clients.scene import SECONDS, Ran, Scene, end
from tests.clients.script import Turn

Answer = dict[str, Any]
FLAGS = ("-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose",
         "--permission-prompt-tool", "stdio")  # fmt: skip


@dataclass
class Person:
    """Who sits before the client: which tools get leave, and how a form is answered."""

    allows: Callable[[str, Answer], bool] = lambda _tool, _arguments: False
    fills: Callable[[Answer], Answer] = lambda _form: {"action": "cancel"}
    asked: list[Timed] = field(default_factory=list)

    def answer(self, request: Answer) -> Answer:
        """Answer one request of the client, and remember it."""
        kind = request["subtype"]
        if kind == "can_use_tool":
            tool, given = request["tool_name"], request.get("input", {})
            if self.allows(tool, given):
                answer: Answer = {"behavior": "allow", "updatedInput": given}
            else:
                answer = {"behavior": "deny", "message": "The person said no."}
            self._keep(Turn("permission", answer["behavior"], tool, request))
            return answer
        if kind == "elicitation":
            answer = self.fills(request)
            self._keep(Turn("form", answer["action"], request.get("mcp_server_name", ""),
                            {"request": request, "answer": answer}))  # fmt: skip
            return answer
        return {}

    def _keep(self, turn: Turn) -> None:
        self.asked.append((time.time(), turn))


def converse(
    scene: Scene, command: Sequence[str], extra: Mapping[str, str], prompts: Sequence[str],
    person: Person,
) -> Ran:  # fmt: skip
    """Run Claude Code over some prompts, one after the other, answering whatever it asks.

    A person types the first one when the servers have long started; here it waits for them.
    """
    heard = len(scene.heard())
    with scene.started(command, extra) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        stdin, waiting, lines = process.stdin, list(prompts), []
        errors: list[str] = []
        reader = threading.Thread(target=lambda: errors.append(process.stderr.read()))  # type: ignore[union-attr]
        timer = threading.Timer(SECONDS, lambda: end(process))
        reader.start()
        timer.start()

        def send(message: Answer) -> None:
            stdin.write(json.dumps(message) + "\n")
            stdin.flush()

        def tell_next() -> None:
            if waiting:
                said = {"role": "user", "content": waiting.pop(0)}
                send({"type": "user", "message": said})
            else:
                stdin.close()

        hello = {"subtype": "initialize", "hooks": None}
        send({"type": "control_request", "request_id": "begin", "request": hello})
        scene.wait_for_server(heard)
        tell_next()
        for line in process.stdout:
            lines.append(line)
            message = json.loads(line)
            if message["type"] == "control_request":
                answer = {
                    "subtype": "success", "request_id": message["request_id"],
                    "response": person.answer(message["request"]),
                }  # fmt: skip
                send({"type": "control_response", "response": answer})
            elif message["type"] == "result":
                tell_next()
        process.wait()
        timer.cancel()
        reader.join()
    return Ran(process.returncode, "".join(lines), "".join(errors))
