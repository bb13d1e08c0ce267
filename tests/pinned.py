"""Programs of others that a proof needs: pinned in a folder's package-lock.json, installed below it."""

import difflib
import platform
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = str(ROOT / "src")
"""What is proved is this checkout, wherever the environment that runs it was installed from."""

OLDEST_NODE = (22, 19)


class Failed(Exception):  # noqa: N818
    """Something that a proof needs does not work; the text says what."""


def say(text: str) -> None:
    """Tell which step runs."""
    print(f"\n== {text}", flush=True)


@cache
def node(folder: Path) -> str:
    """Return a Node that is new enough: the one locked in the folder, else the user's."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), "")
    locked = folder / "node_modules" / f"node-linux-{machine}" / "bin" / "node"
    found = str(locked) if locked.is_file() else shutil.which("node")
    if found is None:
        raise Failed("no Node was found; install Node 22.19 or later")
    text = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(int(n) for n in text.strip().removeprefix("v").split(".")[:2]) < OLDEST_NODE:
        raise Failed(f"Node {text.strip()} is too old; install 22.19 or later")
    return found


def install(folder: Path) -> None:
    """Install what the folder's package-lock.json names, unless it is there already."""
    mark, lock = folder / "node_modules" / ".proved-lock", folder / "package-lock.json"
    if mark.is_file() and mark.read_bytes() == lock.read_bytes():
        return
    name = folder.relative_to(ROOT)
    npm = shutil.which("npm")
    if npm is None:
        raise Failed(f"npm was not found; it installs what {name}/package.json names")
    say(f"npm ci in {name}")
    # `ci` refuses a lock in which a registry left out what other systems would need; `install` takes it
    tried = (
        subprocess.run(
            [npm, *way, "--loglevel=error"], cwd=folder, stdin=subprocess.DEVNULL, check=False
        )
        for way in (["ci"], ["install", "--no-save"])
    )
    if all(done.returncode for done in tried):
        raise Failed(f"npm could not install what {name}/package-lock.json names")
    mark.write_bytes(lock.read_bytes())


def settle(page: Path, text: str, *, check: bool, command: str) -> list[str]:
    """Write a page that a proof made; with `check` return what of it is out of date instead."""
    if not check:
        page.write_text(text, encoding="utf-8")
        return []
    old = page.read_text(encoding="utf-8") if page.is_file() else ""
    both = difflib.unified_diff(old.splitlines(), text.splitlines(), lineterm="", n=0)
    changed = [line for line in both if not line.startswith(("---", "+++", "@@"))]
    lines = [f"{page.relative_to(ROOT)} is out of date; run {command}", *changed[:20]]
    return ["\n".join(lines)] if changed else []
