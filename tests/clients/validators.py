"""The validators of those who read our manifests, and what a bundle of ours holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.clients.agents.claude import Claude
from tests.clients.agents.gemini import Gemini
from tests.clients.model import speaking
from tests.clients.plugins import EXTENSION, PLUGIN
from tests.clients.scene import HERE, MODULES, Ran, Scene
from tests.pinned import ROOT, node

BUNDLE = ROOT / "integrations" / "mcpb"
MCPB = MODULES / "@anthropic-ai" / "mcpb" / "dist" / "cli" / "cli.js"


@dataclass(frozen=True)
class Checked:
    """What a validator said of one thing."""

    by: str
    what: str
    result: str
    problem: str = ""


def check(folder: Path) -> list[Checked]:
    """Run every validator, each also on a copy with a fault: one that finds nothing proves nothing."""
    with speaking(()) as model:
        scene = Scene(folder / "validators", model)
        claude, gemini = Claude(), Gemini()
        strict = ("plugin", "validate", "--strict")
        found = [
            _checked("claude plugin validate --strict --profile directory", "integrations/plugin",
                     claude.command(scene, *strict, "--profile", "directory", PLUGIN)),
            _checked("claude plugin validate --strict", ".claude-plugin/marketplace.json",
                     claude.command(scene, *strict, str(ROOT / ".claude-plugin/marketplace.json"))),
            _checked("gemini extensions validate", "integrations/gemini",
                     gemini.command(scene, "extensions", "validate", EXTENSION)),
            *_bundle(scene),
        ]  # fmt: skip
        return [*found, *_controls(scene, claude, gemini)]


NOTES = re.compile(r"Icon validation (warnings:|passed\. Recommended size.*)|WARNING: Not signed")
"""What mcpb says of every bundle: of an icon that has the recommended size, too."""


def _checked(by: str, what: str, ran: Ran) -> Checked:
    clean = ran.code == 0 and "warning" not in NOTES.sub("", ran.out).lower()
    return Checked(by, what, "clean" if clean else "not clean", "" if clean else ran.told[-1500:])


def _bundle(scene: Scene) -> list[Checked]:
    packed = scene.folder / "backend-mcp.mcpb"
    what = "integrations/mcpb"
    found = [
        _checked("mcpb validate", what, _mcpb(scene, "validate", str(BUNDLE / "manifest.json")))
    ]
    found.append(_checked("mcpb pack", what, _mcpb(scene, "pack", str(BUNDLE), str(packed))))
    info = _mcpb(scene, "info", str(packed))
    return [*found, _checked("mcpb info", "the packed bundle", info)]


def _controls(scene: Scene, claude: Claude, gemini: Gemini) -> Sequence[Checked]:
    """Show each validator a manifest that it must refuse; only a miss is told."""
    broken = scene.folder / "broken"
    scene.write(broken / ".claude-plugin" / "plugin.json", {"name": "Not A Name"})
    scene.write(broken / "gemini-extension.json", {"version": "1"})
    scene.write(broken / "manifest.json", {"manifest_version": "0.4", "name": "broken"})
    runs = {
        "claude plugin validate": claude.command(
            scene, "plugin", "validate", "--strict", str(broken)
        ),
        "gemini extensions validate": gemini.command(scene, "extensions", "validate", str(broken)),
        "mcpb validate": _mcpb(scene, "validate", str(broken / "manifest.json")),
    }
    return [Checked(by, "a broken one", "clean", "it finds no fault in a broken manifest")
            for by, ran in runs.items() if ran.code == 0]  # fmt: skip


def _mcpb(scene: Scene, *arguments: str) -> Ran:
    return scene.run([node(HERE), str(MCPB), *arguments], {})
