"""Qwen Code."""

from pathlib import Path

from tests.clients.agents import SERVER, Outcome
from tests.clients.scene import HERE, KEY, MODULES, Ran, Scene
from tests.pinned import node


class Qwen:
    """Qwen Code, over the protocol of OpenAI."""

    name = "Qwen Code"
    package = "@qwen-code/qwen-code"

    def program(self) -> Path:
        """Return its entry."""
        return MODULES / "@qwen-code" / "qwen-code" / "cli-entry.js"

    def environment(self, scene: Scene) -> dict[str, str]:
        """Return what it needs: the model."""
        return {
            "OPENAI_BASE_URL": f"{scene.model.url}/v1", "OPENAI_API_KEY": KEY,
            "OPENAI_MODEL": "scripted", "QWEN_TELEMETRY_ENABLED": "false",
        }  # fmt: skip

    def command(self, scene: Scene, *arguments: str) -> Ran:
        """Run one of its commands."""
        command = [node(HERE), str(self.program()), *arguments]
        return scene.run(command, self.environment(scene))

    def register(self, scene: Scene, *options: str) -> None:
        """Register the server for this workspace, and approve it, without which it is not started.

        Without `alwaysLoadTools` the model sees the names alone, and must search for a tool first.
        """
        server = {
            "command": str(scene.program), "args": ["serve", *options], "alwaysLoadTools": True,
        }  # fmt: skip
        scene.write(scene.work / ".qwen/settings.json", {"mcpServers": {SERVER: server}})
        self.command(scene, "mcp", "approve", SERVER)

    def lists(self, scene: Scene) -> Ran:
        """Let it connect to its servers."""
        return self.command(scene, "mcp", "list")

    def ask(self, scene: Scene, prompt: str, *options: str) -> Outcome:
        """Give it a task; it asks nobody, since nobody is there."""
        return Outcome(self.command(scene, prompt, "-y", "--auth-type", "openai", *options))
