"""Gemini CLI."""

from pathlib import Path

from tests.clients.agents import SERVER, Outcome
from tests.clients.scene import HERE, KEY, MODULES, Ran, Scene
from tests.pinned import node


class Gemini:
    """Gemini CLI, in a workspace that is trusted."""

    name = "Gemini CLI"
    package = "@google/gemini-cli"

    def program(self) -> Path:
        """Return its bundle."""
        return MODULES / "@google" / "gemini-cli" / "bundle" / "gemini.js"

    def environment(self, scene: Scene) -> dict[str, str]:
        """Return what it needs: the model, and leave to start servers here."""
        return {
            "GOOGLE_GEMINI_BASE_URL": scene.model.url, "GEMINI_API_KEY": KEY,
            "GEMINI_CLI_TRUST_WORKSPACE": "true", "GEMINI_TELEMETRY_ENABLED": "false",
        }  # fmt: skip

    def command(self, scene: Scene, *arguments: str) -> Ran:
        """Run one of its commands."""
        command = [node(HERE), str(self.program()), *arguments]
        return scene.run(command, self.environment(scene))

    def register(self, scene: Scene, *options: str) -> None:
        """Register the server for this workspace."""
        self.log_in(scene)
        self.command(
            scene, "mcp", "add", "--scope", "project", SERVER, str(scene.program), "serve", *options
        )

    def log_in(self, scene: Scene) -> None:
        """Choose how it reaches its model, which it would ask a person first."""
        chosen = {"security": {"auth": {"selectedType": "gemini-api-key"}}}
        scene.write(scene.home / ".gemini/settings.json", chosen)

    def lists(self, scene: Scene) -> Ran:
        """Let it connect to its servers."""
        return self.command(scene, "mcp", "list")

    def ask(self, scene: Scene, prompt: str, mode: str = "yolo") -> Outcome:
        """Give it a task; it asks nobody, since nobody is there."""
        model = ("-m", "gemini-2.5-flash")  # a name that it knows; the model is the scripted one
        return Outcome(self.command(scene, "-p", prompt, "--approval-mode", mode, *model))

    def plan(self, scene: Scene, prompt: str) -> Outcome:
        """Let it plan."""
        return self.ask(scene, prompt, "plan")
