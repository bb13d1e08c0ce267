"""Configurations of clients as people have them, made from a seed: layouts, comments, other servers."""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend_mcp.clients.jsonc import COMMENTS, LOOSE, PLAIN
from backend_mcp.clients.layouts import CLIENTS, Command, Layout, Where
from backend_mcp.clients.wish import MARKDOWN, TOML

COMMAND = Command(("/opt/a folder/bin/backend-mcp",))
EDIT = "edit-me"
"""A value that somebody changes between install and uninstall."""
_WORDS = [
    "docs",
    "größe",
    "日本語",
    "a b",
    "x-y",
    "🦆",
    "tab\there",
    'quo"te',
    "back\\slash",
    "//no",
    "{}",
]


def layout(client: str, scope: str, project: Path, home: Path) -> Layout:
    """Return the layout of a client in folders of the test."""
    return CLIENTS[client].layout(Where(project, home, {}), scope, COMMAND)


def configurations(seed: int, found: Layout) -> dict[Path, bytes]:
    """Return what stands in each file of a layout before install; a file that is left out is absent."""
    rnd = random.Random(seed)
    spots = [found.server[0], found.allow, found.hook]
    files: dict[Path, list[Any]] = {}
    for spot in spots:
        if spot is not None:
            files.setdefault(spot.file, []).append(spot)
    made = {file: _file(rnd, spots) for file, spots in files.items()}
    if found.lines is not None:
        made[found.lines] = _markdown(rnd)
    return {file: data for file, data in made.items() if data is not None}


def _file(rnd: random.Random, spots: list[Any]) -> bytes | None:
    kind = rnd.random()
    if kind < 0.12:
        return None
    if kind < 0.2:
        return rnd.choice([b"", b"\n", b"  \r\n"])
    form = spots[0].form
    text = _toml(rnd) if form == TOML else _json(rnd, spots, form)
    if rnd.random() < 0.3:
        text = text.rstrip()
    newline = rnd.choice(["\n", "\n", "\r\n"])
    mark = b"\xef\xbb\xbf" if rnd.random() < 0.15 else b""
    return mark + text.replace("\n", newline).encode()


def _json(rnd: random.Random, spots: list[Any], form: str) -> str:
    if rnd.random() < 0.1:
        return rnd.choice(["{}", "{ }", "{\n}\n", "{}\n", "\n\n{\n\n}"])
    data: dict[str, Any] = {w: _value(rnd, 0) for w in rnd.sample(_WORDS, rnd.randrange(1, 4))}
    for spot in spots:
        if rnd.random() < 0.7:
            _grow(rnd, data, spot.path, spot.value)
    data[EDIT] = EDIT
    items = list(data.items())
    rnd.shuffle(items)
    return _Printer(rnd, form).document(dict(items))


def _grow(rnd: random.Random, data: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Put containers on the path of a wish, as deep as it comes, with things of other people in them."""
    for key in path[: -1 if isinstance(value, dict) else None]:
        if isinstance(value, list) and key == path[-1]:
            data.setdefault(
                key, rnd.choice([[], ["Bash(ls)"], [{"matcher": "Bash", "hooks": []}, EDIT]])
            )
            return
        data = data.setdefault(key, {})
        if rnd.random() < 0.4:
            return
    for name in rnd.sample(["docs", "zebra", EDIT, "größe"], rnd.randrange(0, 4)):
        data[name] = {"command": "npx", "args": ["-y", name], "env": {"KEY": EDIT}}


def _value(rnd: random.Random, depth: int) -> Any:
    if depth > 3 or rnd.random() < 0.5:
        return rnd.choice([1, -2.5e3, True, None, "", EDIT, *_WORDS])
    if rnd.random() < 0.5:
        return [_value(rnd, depth + 1) for _ in range(rnd.randrange(3))]
    return {w: _value(rnd, depth + 1) for w in rnd.sample(_WORDS, rnd.randrange(4))}


class _Printer:
    """Writes JSON as odd as its dialect allows."""

    def __init__(self, rnd: random.Random, form: str) -> None:
        self.rnd = rnd
        self.comments = form in (COMMENTS, LOOSE) and rnd.random() < 0.6
        self.trailing = form == LOOSE and rnd.random() < 0.6
        self.unit = rnd.choice(["  ", "    ", "\t", "   ", "", None, None])
        self.odd = rnd.random() < 0.3
        self.colon = rnd.choice([":", ": ", " : "])
        assert form in (PLAIN, COMMENTS, LOOSE)

    def document(self, data: dict[str, Any]) -> str:
        head = "// mine\n/* and\n  mine */\n" if self.comments and self.rnd.random() < 0.5 else ""
        return head + self.value(data, 1) + self.rnd.choice(["\n", "", "\n\n"])

    def value(self, value: Any, depth: int) -> str:
        if not isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=self.rnd.random() < 0.3)
        opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
        if not value:
            return opening + self.rnd.choice(["", "", " ", self._lead(0)]) + closing
        items = value.items() if isinstance(value, dict) else ((None, v) for v in value)
        out = []
        for n, (key, item) in enumerate(items):
            name = "" if key is None else json.dumps(key, ensure_ascii=False) + self.colon
            last = n == len(value) - 1
            comma = "," if not last or self.trailing else ""
            out.append(
                self._lead(depth) + name + self.value(item, depth + 1) + comma + self._note()
            )
        return opening + self._note() + "".join(out) + self._lead(depth - 1) + closing

    def _lead(self, depth: int) -> str:
        if self.unit is None:
            return self.rnd.choice(["", " "]) if self.odd else ""
        blank = "\n" if self.odd and self.rnd.random() < 0.2 else ""
        shift = " " if self.odd and self.rnd.random() < 0.2 else ""
        note = (
            f"\n{self.unit * depth}// about {depth}"
            if self.comments and self.rnd.random() < 0.1
            else ""
        )
        return f"{note}{blank}\n{self.unit * depth}{shift}"

    def _note(self) -> str:
        if not self.comments or self.rnd.random() < 0.8:
            return ""
        block = self.rnd.choice([" /* mine */", " /* a, } ] */"])
        return block if self.unit is None else self.rnd.choice([" // mine, { [", block])


def _toml(rnd: random.Random) -> str:
    parts = [
        '# my settings\nmodel = "gpt-5"\n', f'note = "{EDIT}"\n', "'odd key' = [\n  1, # one\n  2,\n]\n",
        'doc = """\n[mcp_servers.backend]\ncommand = "not this"\n"""\n', "date = 2026-01-02\n",
    ]  # fmt: skip
    tables = [
        '[mcp_servers.docs]\ncommand = "npx" # other\nargs = ["-y", "docs"]\n', "[features]\nx=true\n",
        '[projects."/srv/größe"]\ntrust_level = "trusted"\n', f'[[things]]\nname = "{EDIT}"\n',
        "[mcp_servers.zebra]\n\turl = 'https://localhost'\n\n\n", f"[a.b.c] # {EDIT}\n",
    ]  # fmt: skip
    chosen = rnd.sample(parts, rnd.randrange(len(parts))) + rnd.sample(tables, rnd.randrange(5))
    return rnd.choice(["", "\n"]).join(chosen) + rnd.choice(["", "\n", "# the end", "# the end\n"])


def _markdown(rnd: random.Random) -> bytes | None:
    texts = [
        None, b"", b"\n", b"# Rules\n\nBe kind.\n", b"# Rules\r\n\r\nBe kind.", f"größe {EDIT}\n\n".encode(),
        b"\xef\xbb\xbf# BOM\n", b"<!-- other:begin -->\nx\n<!-- other:end -->\n", f"- {EDIT}".encode(),
    ]  # fmt: skip
    return rnd.choice(texts)


def lay(files: Mapping[Path, bytes]) -> None:
    """Write files, with their folders."""
    for file, data in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def tree(*folders: Path) -> dict[Path, bytes | None]:
    """Return everything below some folders: files with their bytes, folders with None."""
    return {
        p: p.read_bytes() if p.is_file() else None for folder in folders for p in folder.rglob("*")
    }


__all__ = ["COMMAND", "EDIT", "MARKDOWN", "configurations", "lay", "layout", "tree"]
