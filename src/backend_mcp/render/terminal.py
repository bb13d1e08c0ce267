"""A result on a terminal: colour and tables where there is one, plain text in a pipe."""

from collections.abc import Iterable
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

_VERDICT = {
    "right": "green",
    "over": "yellow",
    "under": "red",
    "mixed": "magenta",
    "undecided": "cyan",
}
_SEVERITY = {"blocker": "bold white on red", "high": "bold red", "medium": "yellow", "low": "dim"}
_ARROW = {"over": "▼ too much", "under": "▲ missing", "risk": "◆ risk"}
_WIDEST_ID: Final = 36
"""Columns that an id may take beside its words: a longer one is left whole, to be copied."""


def show(shape: dict[str, Any], console: Console) -> None:
    """Print a result."""
    console.print(_head(shape))
    for title, body in _parts(shape):
        if body is not None:
            console.print(Text(title, style="bold"))
            console.print(Padding(body, (0, 0, 1, 2)))
    console.print(Text("Next  ", style="bold").append(str(shape["next"]), style="not bold"))
    console.print(Text(f"knowledge {shape['knowledge']} · review {shape['review']}", style="dim"))


def _parts(shape: dict[str, Any]) -> list[tuple[str, RenderableType | None]]:
    return [
        ("Findings", _findings(shape.get("findings", []))),
        ("Size", _sizes(shape.get("capabilities", []))),
        ("Ask the person", _pairs(shape.get("questions", []), "fact", "ask")),
        ("Look here", _pairs(shape.get("look", []), "id", "ask")),
        ("Keep", _pairs(shape.get("keep", []), "at", "why")),
        ("Derived", _derived(shape.get("derived", []))),
        ("Contradictions", _plain(shape.get("conflicts", []))),
        ("Not read", _unread(shape.get("unread", []), shape.get("claims", ""))),
        ("Not judged", _plain(shape.get("not_judged", []))),
        ("More", _more(shape.get("more", {}))),
    ]


def _head(shape: dict[str, Any]) -> Panel:
    word = str(shape["verdict"])
    colour = _VERDICT.get(word, "white")
    title = Text(f" {word} ", style=f"bold {colour}").append(
        f"· ready: {shape['ready']} ", "not bold"
    )
    return Panel(Text(str(shape["summary"])), title=title, title_align="left", border_style=colour)


def _findings(findings: list[dict[str, Any]]) -> RenderableType | None:
    if not findings:
        return None
    rows: list[RenderableType] = []
    for f in findings:
        head = Text(f"{f['severity']:<8}", style=_SEVERITY[f["severity"]])
        head.append(f" {_ARROW[f['direction']]}  ", style="not bold not dim default on default")
        head.append(str(f["id"]), style="not bold cyan on default")
        if f.get("conditional"):
            head.append("  conditional", style="not bold dim italic on default")
        body = Text(str(f["title"]))
        if f.get("also_at"):
            body.append(f"\nalso at {', '.join(f['also_at'])}", style="dim")
        if f.get("number"):
            body.append(f"\n{f['number']}", style="bold")
        stale = f.get("stale") or (f.get("threshold") or {}).get("stale")
        if stale:
            body.append(f"\n{stale}", style="yellow")
        body.append(f"\n→ {f['do']}", style="green")
        rows += [head, Padding(body, (0, 0, 0, 2)), *(_evidence(f)), Text()]
    return Group(*rows[:-1])


def _evidence(f: dict[str, Any]) -> list[RenderableType]:
    """In full detail: the facts that decided, with their bases, and what would flip it."""
    if "because" not in f:
        return []
    facts = [f"{r['fact']} = {r['value']} ({r['basis']})" for r in f["because"]]
    lines = [
        f"because {', '.join(facts)}" if facts else "",
        f"flips when {f['flips_when']}",
        str(f["why"]),
    ]
    if f["threshold"]:
        limit = f["threshold"]
        read = f", read {limit['read']}" if limit["read"] else ""
        lines.append(f"{limit['id']} {limit['value']}{read}: {limit['source']}")
    return [Padding(Text(line, style="dim"), (0, 0, 0, 2)) for line in lines if line]


def _sizes(capabilities: list[dict[str, Any]]) -> RenderableType | None:
    if not capabilities:
        return None
    columns = {
        "capability": "capability", "at": "at", "verdict": "verdict", "chosen": "chosen",
        "needed": "enough", "demand": "asked", "holds_to": "holds",
    }  # fmt: skip
    shown = [key for key in columns if any(c.get(key) for c in capabilities)]
    table = Table(box=None, pad_edge=False, header_style="dim")
    for key in shown:
        table.add_column(columns[key], overflow="fold", no_wrap=key in ("asked", "holds"))
    for c in capabilities:
        row = {**c, "at": str(c["at"]).removeprefix("components.")}
        table.add_row(*(Text(str(row.get(key, ""))) for key in shown))
    return table


def _pairs(lines: list[dict[str, Any]], name: str, words: str) -> RenderableType | None:
    return pairs((line[name], line[words]) for line in lines) if lines else None


def pairs(lines: Iterable[tuple[Any, Any]]) -> RenderableType | None:
    """Lay out ids with their words: side by side, or below each other where an id would be broken."""
    held = [(str(left), str(right)) for left, right in lines]
    if not held:
        return None
    if max(len(left) for left, _ in held) > _WIDEST_ID:
        rows: list[RenderableType] = []
        for left, right in held:
            rows += [Text(left, style="cyan", overflow="fold"), Padding(Text(right), (0, 0, 0, 2))]
        return Group(*rows)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for left, right in held:
        table.add_row(Text(left), Text(right))
    return table


def _derived(facts: list[dict[str, Any]]) -> RenderableType | None:
    lines = [{"fact": f["fact"], "said": f"{f['value']}  = {f['formula']}"} for f in facts]
    return _pairs(lines, "fact", "said")


def _unread(lines: list[dict[str, Any]], claims: Any) -> RenderableType | None:
    if not lines and not claims:
        return None
    table = Table.grid(padding=(0, 2))
    for u in lines:
        place = f"{u['at']}" + (f" (line {u['line']})" if "line" in u else "")
        table.add_row(
            Text(place, style="cyan"),
            Text(f"got {u['got'] or 'nothing'}"),
            Text(f"want {u['want']}"),
        )
    said = (
        claims
        if isinstance(claims, str)
        else "; ".join(f"{k}: {', '.join(v)}" for k, v in claims.items())
    )
    body: list[RenderableType] = [table] if lines else []
    return Group(*body, *([Text(said, style="dim")] if said else []))


def _plain(lines: list[str]) -> RenderableType | None:
    return Text("\n".join(str(line) for line in lines), style="dim") if lines else None


def _more(counts: dict[str, int]) -> RenderableType | None:
    if not counts:
        return None
    said = ", ".join(f"{n} {name}" for name, n in counts.items())
    return Text(f"{said}: --detail full", style="dim")
