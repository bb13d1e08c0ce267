"""The clients: how each is started, registered with and read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.clients.record import Timed
from tests.clients.scene import Ran, Scene
from tests.clients.script import Turn

SERVER = "backend"


@dataclass(frozen=True)
class Outcome:
    """A run of a client: how it ended, and what its person was asked, where the client tells it."""

    ran: Ran
    asked: Sequence[Timed] = field(default_factory=tuple)


class Agent(Protocol):
    """One client."""

    name: str
    package: str

    def program(self) -> Path:
        """Return its program; it may be missing where it could not be installed."""

    def register(self, scene: Scene, *options: str) -> None:
        """Register the server, by the client's own command where it has one."""

    def lists(self, scene: Scene) -> Ran:
        """Let the client tell its servers."""

    def ask(self, scene: Scene, prompt: str) -> Outcome:
        """Give the client a task; read-only tools of the server are allowed."""


def results(turns: Sequence[Turn], tool: str) -> list[str]:
    """Return what the model was given as results of a tool."""
    return [t.text for t in turns if t.kind == "result" and t.name.endswith(tool)]
