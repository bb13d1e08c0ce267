"""What was consulted, on a terminal: tables that fit it, colour where there is one."""

from collections.abc import Iterable
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from backend_mcp.model.prompt import PromptCard
from backend_mcp.render.page import Line, sections
from backend_mcp.render.paper import Page
from backend_mcp.render.terminal import pairs

_RUNG: Final = {
    "enough": "bold green", "paid": "green", "measure": "yellow", "unknown": "cyan",
    "too_little": "red", "no_host": "red", "carries": "cyan", "more": "dim",
}  # fmt: skip
_ITEM: Final = {"unknown": "cyan", "missing": "bold red", "planned": "yellow", "done": "green"}
_WORDS: Final = {
    "too_little": "too little", "no_host": "no host here", "carries": "carries the load",
    "more": "more than needed",
}  # fmt: skip


def comparison(shape: dict[str, Any], console: Console) -> None:
    """Print a ladder with where this situation stands on it."""
    body = Text(str(shape["summary"]))
    if shape.get("demand"):
        formula = f" = {shape['formula']}" if shape.get("formula") else ""
        body.append(f"\nasked: {shape['demand']}{formula}", style="dim")
    if shape.get("granted"):
        body.append(f"\ntaken for granted: {shape['granted']}", style="dim")
    console.print(Panel(body, title=Text(f" {shape['capability']} "), title_align="left"))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("rung", "here", "holds", "upkeep"):
        table.add_column(name, overflow="fold", no_wrap=name == "upkeep")
    table.add_column("what pays for it", overflow="fold", ratio=1)
    for rung in shape["rungs"]:
        table.add_row(*_rung(rung))
    console.print(Padding(table, (0, 0, 1, 0)))
    detail = [(r["id"], f"{r['breaks']} Watch {r['signal']}.") for r in shape["rungs"]]
    _section(console, "How each breaks", pairs(detail))
    _section(console, "What would move it", _list(shape.get("moves", [])))
    _section(
        console, "Ask the person", pairs((q["fact"], q["ask"]) for q in shape.get("questions", []))
    )
    _next(shape, console)


def _rung(rung: dict[str, Any]) -> tuple[RenderableType, ...]:
    state = str(rung["state"])
    here = Text(_WORDS.get(state, state), style=_RUNG[state])
    for place in rung.get("chosen_by", []):
        here.append(f"\n← {str(place).removeprefix('components.')}", style="not bold not dim")
    name = Text(str(rung["name"])).append(f"\n{rung['id']}", style="dim")
    needs = Text()
    for need in rung.get("pays", []):
        mark = {"true": "✓", "false": "✗"}.get(need["is"], "?")
        forces = " (forces it)" if need.get("forces") else ""
        needs.append(f"{mark} {need['need']}{forces}\n")
    needs.rstrip()
    return name, here, Text(str(rung.get("holds", "–"))), Text(str(rung["upkeep"])), needs


def checklist(shape: dict[str, Any], console: Console) -> None:
    """Print a checklist: what is open first, then what is skipped."""
    counts = ", ".join(f"{n} {state}" for state, n in shape["counts"].items())
    body = Text(str(shape["moment"])).append(f"\n{counts}", style="dim")
    console.print(Panel(body, title=Text(f" {shape['title']} "), title_align="left"))
    waits = ((f"{w['count']} items wait", w["for"]) for w in shape.get("waits", []))
    _section(console, "One answer for several", pairs(waits))
    rows: list[RenderableType] = []
    for item in shape.get("items", []):
        mark = "☑" if item["state"] == "done" else "☐"
        head = Text(f"{mark} {item['state']:<8}", style=_ITEM[item["state"]])
        head.append(f" {item['matters']:<8}", style="not bold dim default on default")
        head.append(str(item["id"]), style="not bold cyan on default")
        if item.get("at"):
            head.append(f"  {', '.join(item['at'])}", style="not bold dim default on default")
        rows += [head, Padding(_item(item), (0, 0, 0, 4))]
    console.print(Padding(Group(*rows), (0, 0, 1, 0)))
    _section(console, "Skipped here", pairs((i["id"], i["why"]) for i in shape.get("skipped", [])))
    _next(shape, console)


def _item(item: dict[str, Any]) -> Text:
    body = Text(str(item["ask"]))
    if item.get("says"):
        body.append(f"\n→ {item['says']}", style="green" if item["state"] == "missing" else "dim")
    if item.get("because"):
        body.append(f"\n{'; '.join(item['because'])}", style="dim")
    return body


def listed(shape: dict[str, Any], console: Console) -> None:
    """Print the entries of one kind, a line or two each."""
    for line in next(v for v in shape.values() if isinstance(v, list)):
        console.print(
            Text(str(line["id"]), style="cyan").append(f"  {line['title']}", "default bold")
        )
        console.print(Padding(Text(str(line["says"]), style="dim"), (0, 0, 0, 2)))
    _next(shape, console)


def found(shape: dict[str, Any], console: Console) -> None:
    """Print what a search brought."""
    if not shape["here"]:
        near = " The nearest:" if shape.get("nearest") else ""
        console.print(Text(f"Not in the knowledge.{near}", style="yellow"))
    for line in shape.get("entries", shape.get("nearest", [])):
        console.print(
            Text(str(line["entry"]), style="cyan").append(f"  {line['title']}", "default bold")
        )
        if line.get("says"):
            console.print(Padding(Text(str(line["says"]), style="dim"), (0, 0, 0, 2)))
    _next(shape, console)


def entry(shape: dict[str, Any], console: Console) -> None:
    """Print one entry as a page."""
    console.print(
        Text(str(shape["title"]), style="bold").append(f"\n{shape['entry']}", "not bold cyan")
    )
    for section in sections(shape):
        if section.heading:
            console.print(Text(f"\n{section.heading}", style="bold"))
        else:
            console.print()
        indent = (0, 0, 0, 2 if section.heading else 0)
        if section.kept:
            console.print(Padding(Text(section.kept, style="dim"), indent))
        for block in section.blocks:
            gap = "\n" if block != section.blocks[0] else ""
            console.print(gap, Padding(Page(block), indent), sep="", end="")
        for line in section.lines:
            console.print(Padding(_line(line, bullet=len(section.lines) > 1), indent))
    console.print()
    _next(shape, console)


def _line(line: Line, *, bullet: bool) -> RenderableType:
    """Return one line of a page: what it is about, in words, and dim what stands behind it."""
    text = Text(line.lead, style="cyan", overflow="fold")
    if line.words:
        text.append(f"{'  ' if line.lead else ''}{line.words}", "default")
    if line.note:
        text.append("\n" if line.words else "").append(line.note, "dim")
    for more in line.more:
        text.append(f"\n{more.words}", "default").append(
            f" ({more.note})" if more.note else "", "dim"
        )
    if not bullet:
        return text
    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(overflow="fold")
    table.add_row(Text("•", style="dim"), text)
    return table


def cards(found: Iterable[PromptCard], console: Console) -> None:
    """Print the prompts with what they take."""
    for card in found:
        console.print(Text(card.name, style="cyan").append(f"  {card.title}", "default bold"))
        console.print(Padding(Text(card.description), (0, 0, 0, 2)))
        for a in card.arguments:
            due = "" if a.required else " (optional)"
            console.print(
                Padding(Text(f"{a.name}: {a.description}{due}", style="dim"), (0, 0, 0, 4))
            )


def _section(console: Console, title: str, body: RenderableType | None) -> None:
    if body is not None:
        console.print(Text(title, style="bold"))
        console.print(Padding(body, (0, 0, 1, 2)))


def _list(lines: list[str]) -> RenderableType | None:
    return Text("\n".join(lines)) if lines else None


def _unread(shape: dict[str, Any], console: Console) -> None:
    lines = (
        (u["at"], f"got {u['got'] or 'nothing'}; want {u['want']}") for u in shape.get("unread", [])
    )
    _section(console, "Contradictions", _list(shape.get("conflicts", [])))
    _section(console, "Not read (unknown until mended)", pairs(lines))


def _next(shape: dict[str, Any], console: Console) -> None:
    _unread(shape, console)
    console.print(Text("Next  ", style="bold").append(str(shape["next"]), style="not bold"))
    console.print(Text(f"knowledge {shape['knowledge']}", style="dim"))
