"""Designs, mutated with their structure in view: as objects, as texts, and as paths of files."""

import copy
import json
import os
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, Final

from backend_mcp.model.form import SECTIONS
from backend_mcp.model.form_design import LISTS, TOP
from backend_mcp.tree import from_text, plain
from benchmarks.fuzz_protocol import values

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDERS: Final = ("examples/designs", "tests/data/first_sight")
FILES: Final = [p for f in FOLDERS for p in sorted((ROOT / f).glob("*.yaml"))]
TEXTS: Final = [p.read_text(encoding="utf-8") for p in FILES]
DOCUMENTS: Final = [plain(from_text(text, "design.yaml")) for text in TEXTS]
KEYS: Final = (
    *TOP, *SECTIONS, *LISTS, *(key.name for record in (*SECTIONS.values(), *LISTS.values()) for key in record.keys),
    "value", "unit", "basis", "note", "by", "within", "max", "id", "", "a.b", "<<", "__proto__", "__class__",
)  # fmt: skip
LOAD: Final = tuple(key.name for key in SECTIONS["load"].keys)
CANARY: Final = "canary-of-the-outside"
"""Stands in the file that lies outside of the readable folder; no answer may hold it."""
MOST_NODES: Final = 4_000
"""A document that grew beyond is not mutated further."""
PATHS: Final = (
    "shop.yaml", "./shop.yaml", "plan.md", "broken.yaml", "empty.yaml", "large.yaml", "binary.yaml", "words.json",
    "folder.yaml", "link.yaml", "linked/outside.yaml", "loop.yaml", "nameless.yaml", "../outside.yaml",
    "a/../../outside.yaml",
    "/etc/hosts.yaml", "~/x.yaml", "~root/x.yaml", "~nobody-here/x.yaml", "file:///etc/hosts.yaml", "a\x00b.yaml",
    "//shop.yaml", "shop.yaml/", "SHOP.YAML", "shop.yaml\x00.md", "\u202elmay.pohs.yaml", "%2e%2e/outside.yaml",
    "..\\outside.yaml", "missing.yaml", "x" * 900 + ".yaml", "/dev/stdin.yaml", "/proc/self/environ.json", ".yaml",
    "shop.txt", "C:\\shop.yaml", "é.yaml", "a/" * 200 + "x.yaml", " shop.yaml ",
)  # fmt: skip
TAIL: Final = (
    "\n---\na: 1\n", "\n<<: *a\n", "\n? {a: b}\n: c\n", "\n? [x]\n: y\n", "\n!!python/object/apply:os.system [id]\n",
    "\nx: !!binary aGk=\n", "\nx: !<tag:x> y\n", "\n\tx: 1\n", "\nx: |\n  a\n b\n", "\nx: >-\n", "\n- x\n",
    "\nx: *none\n",
    "\nname: twice\n", "\n...\n%YAML 9.9\n---\n", "\nx: 'open\n", '\nx: "\\x"\n', "\nx: .inf\n", "\nx: .nan\n",
    "\nx: 0o17\n",
    "\nx: 2026-01-01\n", "\n\ufeffx: 1\n", "\nload: {users: 1e999}\n", "\r\nx: 1\r\n", "\n\x00\n", "\x85x: 1\x85",
    "```\n",
)  # fmt: skip


def prepare(folder: Path) -> Path:
    """Lay out a readable folder with files of all kinds, and one that must not be read beside it."""
    root = folder / "root"
    (root / "folder.yaml").mkdir(parents=True)
    (folder / "outside.yaml").write_text(
        f"name: {CANARY}\ncomponents: [{{id: {CANARY}, kind: service}}]\n"
    )
    (root / "shop.yaml").write_text(TEXTS[0], encoding="utf-8")
    (root / "plan.md").write_text(f"# Plan\n\n```yaml design\n{TEXTS[-1]}\n```\n", encoding="utf-8")
    (root / "broken.yaml").write_text("a: [1, 2\nb: 3")
    (root / "empty.yaml").touch()
    (root / "words.json").write_text('{"components": "words"}')
    (root / "large.yaml").write_text("x: 1\n" * 210_000)
    (root / "binary.yaml").write_bytes(bytes(range(256)))
    (root / "link.yaml").symlink_to(folder / "outside.yaml")
    (root / "linked").symlink_to(folder)
    (root / "loop.yaml").symlink_to(root / "loop.yaml")
    nameless = os.fsencode(root) + b"/\xff.yaml"
    with suppress(OSError):  # where names must be text there is none that is not
        Path(os.fsdecode(nameless)).write_text("a: [1, 2\nb: 3")
        (root / "nameless.yaml").symlink_to(os.fsdecode(nameless))
    return root


def nodes(value: Any) -> list[tuple[Any, Any]]:
    """Return every container of a document with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        node = waiting.pop()
        keys = (
            node.keys()
            if isinstance(node, dict)
            else range(len(node))
            if isinstance(node, list)
            else ()
        )
        for key in keys:
            found.append((node, key))
            if isinstance(node[key], dict | list):
                waiting.append(node[key])
    return found


def mutate(document: Any, pick: Random, most: int = 8) -> Any:
    """Return a copy in which some nodes were dropped, doubled, replaced, renamed, moved or bent."""
    document = copy.deepcopy(document)
    for _ in range(pick.randint(1, most)):
        found = nodes(document)
        if not found or len(found) > MOST_NODES:
            break
        holder, key = pick.choice(found)
        other, place = pick.choice(found)
        _act(holder, key, copy.deepcopy(other[place]), pick)
    return document


def _act(holder: Any, key: Any, other: Any, pick: Random) -> None:
    act = pick.randrange(10)
    if act == 0:
        del holder[key]
    elif act == 1:
        holder[key] = values.leaf(pick)
    elif act == 2 and isinstance(holder, list):
        holder[key:key] = [copy.deepcopy(holder[key])] * pick.choice((1, 1, 1, 2, 40))
    elif act == 3:
        holder[key] = other
    elif act == 4 and isinstance(holder, dict):
        holder[pick.choice(KEYS)] = holder.pop(key)
    elif act == 5:
        holder[key] = [holder[key]] if pick.random() < 0.7 else {"value": holder[key]}
    elif act == 6 and isinstance(holder, dict):
        holder[values.near(str(key), pick)] = holder.pop(key)
    elif act == 7:
        holder[key] = _bent(holder[key], pick)
    elif act == 8 and isinstance(holder, dict):
        holder[pick.choice(KEYS)] = values.tree(pick)
    else:
        holder[key] = values.tree(pick)


def _bent(value: Any, pick: Random) -> Any:
    """Return a scalar a little changed: a number scaled, a text with something put into it."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return value * pick.choice((-1, 0, 0.001, 1000, 10**9, 10**18))
    if isinstance(value, str):
        at = pick.randrange(len(value) + 1)
        return value[:at] + pick.choice(values.TEXTS) + value[at:]
    return value


def design(pick: Random) -> Any:
    """Return a design as an object."""
    kind = pick.randrange(30)
    base = pick.choice(DOCUMENTS)
    if pick.random() < 0.008:
        return _extreme(pick)
    if kind == 0:
        return {"components": values.nested(pick.choice((30, 33, 60, 90)), pick)}
    if kind == 1:
        part = {"id": "p", "kind": pick.choice(("service", "relational", "queue", "log"))}
        return {"components": [{**part, "id": f"p{n}"} for n in range(pick.choice((100, 400)))]}
    if kind == 2:
        return {"components": [values.tree(pick) for _ in range(3)], "flows": values.tree(pick)}
    if kind == 3:
        return values.tree(pick)
    if kind < 6:
        return _amounts(base, pick)
    return mutate(base, pick, 3 if kind < 15 else 8)


_AMOUNTS: Final = (
    0, 1, 1e-320, 5e-324, 1e-9, 1e9, 1e18, 1e300, 1e308, "0/s", "0.0000001/s", "1e300/s", "0 ms", "1e-300 s",
    "1e300 years",
    "0 B", "1e300 TB", "0 %", "100 %", "0..1e300", "~0", "< 1e-300 s", "> 1e300/s", "0.5", 0.5, 2**63, "1e308..1e308",
)  # fmt: skip


def _amounts(document: Any, pick: Random) -> Any:
    """Return a copy in which amounts are next to nothing, beyond all measure, or on the border of a kind."""
    document = copy.deepcopy(document)
    share = pick.choice((0.1, 0.4, 1.0))
    for holder, key in nodes(document):
        value = holder[key]
        amount = isinstance(value, int | float) or (isinstance(value, str) and value[:1].isdigit())
        if amount and not isinstance(value, bool) and pick.random() < share:
            holder[key] = pick.choice(_AMOUNTS)
    if isinstance(document.get("load"), dict) and pick.random() < 0.5:
        document["load"][pick.choice(LOAD)] = pick.choice(_AMOUNTS)
    return document


def _extreme(pick: Random) -> Any:
    """Return a design as large as is taken: parts in one another, chains, many calls between few parts."""
    parts, many = pick.choice((5, 23, 480)), pick.choice((100, 480, 501))
    kinds = pick.sample(
        ("service", "relational", "queue", "worker", "cache", "external", "client"), 4
    )
    components: list[dict[str, Any]] = [{"id": f"p{n}", "kind": kinds[n % 4]} for n in range(parts)]
    if pick.random() < 0.5:
        for n in range(parts):
            components[n]["in"] = f"p{(n + 1) % (parts + pick.randrange(2))}"
    step, mode = pick.choice((1, 1, 7)), pick.choice(("sync", "async", "stream"))
    flows = [
        {
            "id": f"f{n}",
            "from": f"p{n % parts}",
            "to": f"p{(n * step + 1) % parts}",
            "mode": mode,
            "effect": "write",
        }
        for n in range(many)
    ]
    return {"components": components, "flows": flows, "complete": ["components", "flows"]}


_ENDLESS: Final = (
    "[" * 40, "{a: " * 50, "- " * 3000, "a: " * 500, "[" * 5000, '{"a":' * 5000, "&a *a", "--- " * 200,
)  # fmt: skip
_FENCES: Final = ("```yaml design", "```yaml", "```yaml other", "```yml design")
_MARKS: Final = (": ", "- ", "  ", "{", "}", "\n")
_OTHERS: Final = (":", "", "\t", "{", "}")


def text(pick: Random) -> str:
    """Return a design as a text: YAML, JSON or Markdown, cut, spliced or with what YAML can do of evil."""
    base = pick.choice(TEXTS)
    at, to = sorted((pick.randrange(len(base)), pick.randrange(len(base))))
    made = (
        lambda: base[:at] + base[to:],
        lambda: base[:at] + base[to:],
        lambda: base[:at],
        lambda: base[:at] + str(values.leaf(pick)) + base[at:],
        lambda: base + pick.choice(TAIL),
        lambda: bomb(pick),
        lambda: json.dumps(mutate(pick.choice(DOCUMENTS), pick), ensure_ascii=pick.random() < 0.5),
        lambda: json.dumps(pick.choice(DOCUMENTS))[: at + 1],
        lambda: f"Some words\n\n{pick.choice(_FENCES)}\n{base}\n```\n",
        lambda: "\n".join(pick.sample(base.splitlines(), base.count("\n"))),
        lambda: base.replace(pick.choice(_MARKS), pick.choice(_OTHERS)),
        lambda: pick.choice(_ENDLESS),
    )
    return pick.choice(made)()


def bomb(pick: Random) -> str:
    """Return anchors that unfold to far more than they are, or that name themselves."""
    levels = pick.choice((4, 9, 30))
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    lines += [pick.choice(("components: *a3", "components: [{id: app, <<: *a2}]", "name: &n [*n]"))]
    return "\n".join(lines)


def path(pick: Random) -> str:
    """Return the path of a file, readable or not."""
    name = pick.choice(PATHS)
    return name if pick.random() < 0.8 else values.near(name, pick)


def given(pick: Random) -> Any:
    """Return what stands in the place of a situation: a design in any form, or nothing of the kind."""
    kind = pick.randrange(10)
    if kind < 5:
        return design(pick)
    if kind == 5:
        return text(pick)
    if kind == 6:
        return path(pick)
    return pick.choice((None, "last", " last ", "", "form")) if kind < 9 else values.tree(pick)
