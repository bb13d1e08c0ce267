"""GitHub Copilot CLI, with a model of one's own and no login."""

from pathlib import Path

from tests.clients.agents import SERVER, Outcome
from tests.clients.native import native
from tests.clients.scene import Ran, Scene


class Copilot:
    """Copilot CLI."""

    name = "Copilot CLI"
    package = "@github/copilot"

    def program(self) -> Path:
        """Return the binary that its launcher starts."""
        return native("@github/copilot-linux-{machine}", "copilot")

    def environment(self, scene: Scene) -> dict[str, str]:
        """Return what it needs: the model, and to ask nobody else."""
        return {
            "COPILOT_PROVIDER_BASE_URL": f"{scene.model.url}/v1", "COPILOT_MODEL": "scripted",
            "COPILOT_OFFLINE": "true", "COPILOT_AUTO_UPDATE": "false",
        }  # fmt: skip

    def command(self, scene: Scene, *arguments: str) -> Ran:
        """Run one of its commands."""
        return scene.run([str(self.program()), *arguments], self.environment(scene))

    def register(self, scene: Scene, *options: str) -> None:
        """Register the server for this user, in the file that it reads."""
        server = {
            "type": "local", "command": str(scene.program), "args": ["serve", *options],
            "tools": ["*"],
        }  # fmt: skip
        scene.write(scene.home / ".copilot/mcp-config.json", {"mcpServers": {SERVER: server}})

    def lists(self, scene: Scene) -> Ran:
        """Let it tell its configuration; it connects only in a session."""
        return self.command(scene, "mcp", "list")

    def ask(self, scene: Scene, prompt: str, *options: str) -> Outcome:
        """Give it a task; options are its own, `--plugin-dir`."""
        allowed = ("--allow-tool", SERVER, "--disable-builtin-mcps", "--no-color")
        return Outcome(self.command(scene, "-p", prompt, *allowed, *options))
