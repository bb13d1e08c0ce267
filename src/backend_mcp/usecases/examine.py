"""Examine how backend-mcp stands with each client: there, registered, trusted, connected, gate."""

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from backend_mcp.clients import files, handshake, known
from backend_mcp.clients.change import holds
from backend_mcp.clients.handshake import Answer
from backend_mcp.clients.layouts import PLUGIN_NAME, SERVER_NAME
from backend_mcp.clients.names import PROJECT
from backend_mcp.clients.wish import (
    BY_HAND,
    GATE,
    MARKDOWN,
    MOVED,
    OTHER,
    SERVER,
    PlaceError,
    Wish,
    command_of,
    found,
    state,
)  # fmt: skip
from backend_mcp.decisions.gatekeeping import is_on
from backend_mcp.errors import RegisterError, StateError
from backend_mcp.usecases.register import Registering

Tell = Callable[[int, int], None]
"""Hears how many of the examinations are done, of how many."""
_PAUSE: Final = 0.2
"""Seconds between two looks at whether an examination is done."""
_SECONDS: Final = 15.0
"""The longest that a program may take to tell its version."""
_LIST_SECONDS: Final = 60.0
"""The longest that a client may take to list its servers; it starts every one of them."""
_LISTS: Final = ("claude", "codex", "gemini", "qwen", "opencode", "copilot")
"""The clients whose program has `mcp list`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place where backend-mcp is registered: by install, by hand or by the plugin."""

    scope: str
    file: str
    command: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class Health:
    """How backend-mcp stands with one client.

    `trusted` is yes, no or unknown; `connected` and `client_says` are None where nobody tried; `hook`
    whether the gate's hook is there, `switch` whether the gate is turned on here. `wrong` lists what is
    amiss, `mend` the commands that mend it, the first one first.
    """

    client: str
    title: str
    program: str = ""
    version: str = ""
    entries: tuple[Entry, ...] = ()
    trusted: str = known.UNKNOWN
    connected: Answer | None = None
    client_says: str | None = None
    hook: bool = False
    switch: bool = False
    wrong: tuple[str, ...] = ()
    mend: tuple[str, ...] = ()

    @property
    def here(self) -> bool:
        """Whether the client is on this machine, or backend-mcp is registered with it."""
        return bool(self.program or self.entries or self.wrong)


def examine(
    each: Sequence[tuple[Registering, Registering]], workspace: Path | None, tell: Tell,
    run_clients: bool = False,
) -> list[Health]:  # fmt: skip
    """Examine clients, each given by its registering in the project and for the user.

    `workspace` is this project's folder in the state folder, which holds the switch of the gate.
    """
    done = 0
    with ThreadPoolExecutor(max_workers=4) as pool:
        running = [pool.submit(_examined, pair, workspace, run_clients) for pair in each]
        found_ = []
        for future in running:
            while not wait([future], _PAUSE).done:
                tell(done, len(running))
            found_.append(future.result())
            done += 1
    return found_


def _examined(
    pair: tuple[Registering, Registering], workspace: Path | None, run_clients: bool
) -> Health:
    client, where = pair[0].client, pair[0].where
    program = shutil.which(client.program) or ""
    health = Health(client.id, client.title, program, _version(program) if program else "")
    for registering in pair:
        health = _with_scope(health, registering)
    plugin = known.plugin(client.id, where)
    if plugin is not None:
        entry = Entry("plugin", str(plugin), ("backend-mcp", "serve"), "plugin")
        health = replace(health, entries=(*health.entries, entry), hook=True)
    if not health.entries:
        due = (f"backend-mcp install {client.id}",) if program and not health.wrong else ()
        return replace(health, mend=(*health.mend, *due))
    health = _connected(_with_switch(health, workspace), pair[0])
    if run_clients and program and client.id in _LISTS:
        health = replace(health, client_says=_listed(program, where.project))
    return _judged(health)


def _with_switch(health: Health, workspace: Path | None) -> Health:
    """Add whether the gate is turned on here."""
    try:
        return replace(health, switch=workspace is not None and is_on(workspace))
    except StateError as error:
        wrong, mend = (*health.wrong, str(error)), (*health.mend, "backend-mcp gate off")
        return replace(health, wrong=wrong, mend=mend)


def _with_scope(health: Health, registering: Registering) -> Health:
    """Add what one scope's files say: the entry, whether it is trusted, and the hook."""
    layout = registering.layout
    for wish in [*layout.wishes(registering.lines), *layout.others()]:
        if wish.form == MARKDOWN or wish.part not in (SERVER, GATE):
            continue
        try:
            file, text = _text(wish)
            if wish.part == GATE:
                health = replace(health, hook=health.hook or holds(text, wish))
                continue
            how = state(text, wish)
            there = found(text, wish)
        except (RegisterError, PlaceError) as error:
            reason = str(error).split("\nNext")[0]
            said = (
                reason
                if isinstance(error, RegisterError)
                else f"{wish.file}:{error.line}: {reason}"
            )
            health = replace(
                health, wrong=(*health.wrong, said), mend=(*health.mend, f"mend {wish.file}")
            )
            continue
        if there is None:
            continue
        if how == OTHER:
            said = f"{file}: {SERVER_NAME} is registered there, and is another program"
            health = replace(health, wrong=(*health.wrong, said))
            continue
        entry = Entry(registering.scope, str(file), tuple(command_of(there)), _how(how))
        trust = known.trusted(registering.client.id, registering.where, registering.scope)
        first = not health.entries
        health = replace(
            health, entries=(*health.entries, entry), trusted=trust if first else health.trusted
        )
    return health


def _how(how: str) -> str:
    return {BY_HAND: "by hand", MOVED: "for another command"}.get(how, "install")


def _text(wish: Wish) -> tuple[Path, str]:
    file = files.real(wish.file, wish.within)
    return file, files.text_of(file, files.read(file))[0]


def _version(program: str) -> str:
    """Return the version that a program tells, or an empty text."""
    said = _run([program, "--version"], Path.cwd(), _SECONDS)
    number = re.search(r"\d+\.\d+(\.\d+)?[\w.+-]*", said)
    return number.group().rstrip(".") if number else ""


def _run(command: Sequence[str], folder: Path, seconds: float) -> str:
    try:
        done = subprocess.run(
            list(command), cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds,
            check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace")


def _listed(program: str, folder: Path) -> str:
    """Return the line in which a client's own list speaks of our server."""
    said = re.sub(r"\x1b\[[0-9;]*m", "", _run([program, "mcp", "list"], folder, _LIST_SECONDS))
    lines = [line.strip(" │●\t") for line in said.splitlines()]
    return next(
        (line for line in lines if re.search(rf"\b{SERVER_NAME}\b[ :]", line + " ")), "not listed"
    )


def _connected(health: Health, registering: Registering) -> Health:
    """Shake hands with the entry that the client would start: the project's before the user's."""
    command = list(health.entries[0].command)
    if health.entries[0].how == "plugin":
        start = shutil.which(PLUGIN_NAME)
        if start is None:
            return replace(
                health,
                connected=Answer(False, "backend-mcp is not on PATH, where the plugin looks"),
            )
        command = [start, "serve"]
    if not command:
        return replace(health, connected=Answer(False, "the entry names no command"))
    return replace(health, connected=handshake.shake(command, registering.where.project, {}))


def _judged(health: Health) -> Health:
    wrong, mend = list(health.wrong), list(health.mend)
    entry = health.entries[0]
    install = f"backend-mcp install {health.client}" + (
        "" if entry.scope == PROJECT else " --scope user"
    )
    if any(e.how == "for another command" for e in health.entries):
        wrong.append("it is registered with another command or folder than this one")
        mend.append(install)
    if health.connected is not None and not health.connected.ok:
        wrong.append(f"it does not connect: {health.connected.said}")
        mend += [install] if entry.how != "plugin" else ["put backend-mcp on PATH"]
    if health.trusted == known.NO and entry.how != "plugin":
        wrong.append("the client does not trust this folder, or has not approved the server")
        mend.append(_TRUST.get(health.client, ""))
    if health.entries[1:] and {e.how for e in health.entries} >= {"plugin", "install"}:
        wrong.append("it is registered by the plugin and besides")
        mend.append(f"backend-mcp uninstall {health.client}")
    if health.switch and not health.hook and health.client in ("claude", "codex", "gemini", "qwen"):
        wrong.append("the gate is on, and the client has no hook for it")
        mend.append(f"{install} --gate")
    return replace(health, wrong=tuple(wrong), mend=tuple(dict.fromkeys(m for m in mend if m)))


_TRUST: Final = {
    "claude": "claude", "codex": "codex", "gemini": "gemini", "copilot": "copilot",
    "qwen": f"qwen mcp approve {SERVER_NAME}",
}  # fmt: skip
"""What to run in the project's folder to be asked for trust."""
