"""opencode."""

from pathlib import Path

from tests.clients.agents import SERVER, Outcome
from tests.clients.native import native
from tests.clients.scene import KEY, Ran, Scene


class Opencode:
    """Opencode, over a provider of one's own."""

    name = "opencode"
    package = "opencode-ai"

    def program(self) -> Path:
        """Return the binary that its install script would link."""
        return native("opencode-linux-{machine}", "bin/opencode")

    def environment(self, scene: Scene) -> dict[str, str]:
        """Return what it needs: to fetch nothing."""
        del scene
        return {"OPENCODE_DISABLE_AUTOUPDATE": "1", "OPENCODE_DISABLE_MODELS_FETCH": "1",
                "OPENCODE_DISABLE_LSP_DOWNLOAD": "1"}  # fmt: skip

    def command(self, scene: Scene, *arguments: str) -> Ran:
        """Run one of its commands."""
        return scene.run([str(self.program()), *arguments], self.environment(scene))

    def register(self, scene: Scene, *options: str) -> None:
        """Write the workspace's configuration: the server, and the model as a provider."""
        provider = {
            "npm": "@ai-sdk/openai-compatible", "models": {"scripted": {"name": "scripted"}},
            "options": {"baseURL": f"{scene.model.url}/v1", "apiKey": KEY},
        }  # fmt: skip
        server = {"type": "local", "command": [str(scene.program), "serve", *options]}
        settings = {"$schema": "https://opencode.ai/config.json", "model": "scripted/scripted"}
        scene.write(
            scene.work / "opencode.json",
            settings | {"provider": {"scripted": provider}, "mcp": {SERVER: server}},
        )

    def lists(self, scene: Scene) -> Ran:
        """Let it connect to its servers."""
        return self.command(scene, "mcp", "list")

    def ask(self, scene: Scene, prompt: str, *options: str) -> Outcome:
        """Give it a task."""
        return Outcome(self.command(scene, "run", *options, prompt))
