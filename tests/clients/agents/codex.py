"""Codex."""

from pathlib import Path

from tests.clients.agents import SERVER, Outcome
from tests.clients.scene import HERE, KEY, MODULES, Ran, Scene
from tests.pinned import node


class Codex:
    """Codex, by `codex exec`."""

    name = "Codex"
    package = "@openai/codex"

    def program(self) -> Path:
        """Return its launcher."""
        return MODULES / "@openai" / "codex" / "bin" / "codex.js"

    def command(self, scene: Scene, *arguments: str) -> Ran:
        """Run one of its commands."""
        return scene.run([node(HERE), str(self.program()), *arguments], {"SCRIPTED_KEY": KEY})

    def register(self, scene: Scene, *options: str) -> None:
        """Register the server for this user."""
        self.command(scene, "mcp", "add", SERVER, "--", str(scene.program), "serve", *options)

    def lists(self, scene: Scene) -> Ran:
        """Let it tell its configuration; it connects only in a session."""
        return self.command(scene, "mcp", "list")

    def ask(self, scene: Scene, prompt: str, *options: str) -> Outcome:
        """Give it a task; options are its own.

        Hooks run only with `--dangerously-bypass-hook-trust`: nobody is there to trust them.
        """
        provider = (
            'model_providers.scripted={name="scripted", wire_api="responses", '
            f'env_key="SCRIPTED_KEY", base_url="{scene.model.url}/v1"}}'
        )
        settings = ["-c", provider, "-c", "model_provider=scripted", "-m", "scripted"]
        configured = scene.home / ".codex" / "config.toml"
        if configured.is_file() and f"[mcp_servers.{SERVER}]" in configured.read_text():
            # a first turn begins without a server that is still starting, unless it is required
            settings += ["-c", f"mcp_servers.{SERVER}.required=true"]
        return Outcome(
            self.command(
                scene, "exec", "--json", "--skip-git-repo-check", *settings, *options, prompt
            )
        )
