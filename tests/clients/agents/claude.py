"""Claude Code."""

from collections.abc import Sequence
from pathlib import Path

from tests.clients.agents import SERVER, Outcome
from tests.clients.host import FLAGS, Person, converse
from tests.clients.native import native
from tests.clients.scene import KEY, Ran, Scene


class Claude:
    """Claude Code, with a live host on its standard streams."""

    name = "Claude Code"
    package = "@anthropic-ai/claude-code"

    def program(self) -> Path:
        """Return the binary that its install script would link."""
        return native("@anthropic-ai/claude-code-linux-{machine}", "claude")

    def environment(self, scene: Scene) -> dict[str, str]:
        """Return what it needs: the model, no telemetry, and servers that are waited for."""
        return {
            "ANTHROPIC_BASE_URL": scene.model.url, "ANTHROPIC_API_KEY": KEY,
            "DISABLE_TELEMETRY": "1", "DISABLE_AUTOUPDATER": "1", "DISABLE_ERROR_REPORTING": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "MCP_CONNECTION_NONBLOCKING": "0",
        }  # fmt: skip

    def command(self, scene: Scene, *arguments: str) -> Ran:
        """Run one of its commands."""
        return scene.run([str(self.program()), *arguments], self.environment(scene))

    def register(self, scene: Scene, *options: str) -> None:
        """Register the server for this workspace."""
        self.command(scene, "mcp", "add", SERVER, "--", str(scene.program), "serve", *options)

    def lists(self, scene: Scene) -> Ran:
        """Let it connect to its servers."""
        return self.command(scene, "mcp", "list")

    def ask(self, scene: Scene, prompt: str) -> Outcome:
        """Give it a task."""
        return self.talk(scene, [prompt])

    def talk(
        self, scene: Scene, prompts: Sequence[str], person: Person | None = None, *options: str
    ) -> Outcome:
        """Give it some tasks; `person` answers what it asks, and without one everything is refused.

        Options are the client's own, `--permission-mode plan` or `--plugin-dir`.
        """
        person = person or Person()
        command = [str(self.program()), *FLAGS, "--allowedTools", f"mcp__{SERVER}__review_design"]
        ran = converse(scene, [*command, *options], self.environment(scene), prompts, person)
        return Outcome(ran, tuple(person.asked))
