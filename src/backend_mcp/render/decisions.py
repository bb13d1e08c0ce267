"""Decisions as plain values: one that is drafted or written, and the overview of all."""

from collections.abc import Iterable
from typing import Any, Final, Protocol

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from backend_mcp.errors import Problem
from backend_mcp.model.decision import Decision, Recorded

Shape = dict[str, Any]
LONGEST_TEXT: Final = 5000
_MOST: Final = 50


class State(Protocol):
    """Whether a decision holds, and why not, or why that is not sure."""

    @property
    def word(self) -> str:
        """`holds`, `unknown` or `expired`."""

    @property
    def why(self) -> str:
        """The facts or the day."""


class Row(Protocol):
    """A decision as it stands today."""

    @property
    def recorded(self) -> Recorded:
        """The decision in its file."""

    @property
    def state(self) -> State:
        """Whether it holds."""

    @property
    def raised(self) -> bool | None:
        """Whether its finding is still raised."""

    @property
    def door(self) -> str:
        """Why it is hard to take back."""

    @property
    def due(self) -> str:
        """Why a person has to decide it."""

    @property
    def assumed(self) -> tuple[str, ...]:
        """The facts behind it that nobody stated."""

    @property
    def owed(self) -> bool:
        """Whether it is a debt."""


def overview(
    rows: Iterable[Row],
    broken: tuple[tuple[Problem, ...], tuple[Problem, ...]],
    hours: float,
    about: Shape,
) -> Shape:
    """Return all decisions by what has to be done about them; `about` names the design and the day."""
    rows = list(rows)
    expired = [{**_line(r.recorded), "why": r.state.why} for r in rows if r.state.word == "expired"]
    unsure = [
        {**_line(r.recorded), **_said(why=r.state.why, assumed=list(r.assumed))}
        for r in rows
        if r.state.word == "unknown" or r.assumed
    ]
    proposed = [r for r in rows if r.recorded.decision.status == "proposed"]
    alone = [r for r in rows if r.recorded.decision.by_agent_alone and (r.door or r.due)]
    alone += [r for r in proposed if r not in alone]
    debt = [
        {**_line(r.recorded), **_said(hours_per_month=_number(r.recorded.decision.interest),
         owner=r.recorded.decision.owner, trigger=r.recorded.decision.trigger, state=r.state.word)}
        for r in rows
        if r.owed
    ]  # fmt: skip
    shape: Shape = {
        **about,
        "decisions": len(rows),
        "expired": expired,
        "unsure": unsure,
        "agent_alone": [{**_line(r.recorded), "why": r.door or r.due} for r in alone],
        "debt": debt,
        "hours_per_month": _number(hours) if debt else "",
        "no_longer_raised": [_line(r.recorded) for r in rows if r.raised is False],
        "all": [_line(r.recorded) for r in rows],
        "broken": [_problem(p) for p in broken[0]],
        "notes": [_problem(p) for p in broken[1]],
    }
    return {**shape, "next": _next(shape)}


def _next(shape: Shape) -> str:
    if shape["broken"]:
        first = shape["broken"][0]
        return f"Mend {_place(first)}; it decides nothing until then."
    if shape["expired"]:
        return f"Decide {shape['expired'][0]['file']} again: its finding is raised, as if nobody had decided."
    if shape["agent_alone"]:
        return f"Read {shape['agent_alone'][0]['file']}: a person has to agree or say no."
    if shape["unsure"]:
        return f"Find out what {shape['unsure'][0]['file']} rests on."
    if shape["debt"]:
        return f"Nothing is over. The debt costs {shape['hours_per_month']} hours a month."
    if shape["no_longer_raised"]:
        return "Hold them against the plan that they are about (--design FILE); what none raises may go."
    return (
        "Nothing to do: what was decided holds."
        if shape["decisions"]
        else "Nothing was decided yet."
    )


def drafted(decision: Decision, text: str, written: bool, more: Shape) -> Shape:
    """Return a decision that is about to be written, or that was."""
    shown = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    shape = {
        "written": written,
        "status": decision.status,
        "by": decision.by,
        **more,
        "text": shown,
    }
    return {k: v for k, v in shape.items() if v not in ("", [], None)}


def _line(recorded: Recorded) -> Shape:
    d = recorded.decision
    line = {
        "id": d.subject or recorded.id, "kind": d.kind, "by": d.by, "status": d.status,
        "while": d.holds_while, "until": d.until, "file": recorded.file,
    }  # fmt: skip
    if d.status == "accepted":
        del line["status"]
    return {k: v for k, v in line.items() if v}


def _said(**values: Any) -> Shape:
    return {k: v for k, v in values.items() if v not in ("", [], None)}


def _number(hours: float | None) -> str:
    return "" if hours is None else f"{hours:g}"


def _problem(p: Problem) -> Shape:
    return _said(file=p.path, line=p.line or "", field=p.field, reason=p.reason)


def show(shape: Shape, console: Console) -> None:
    """Print the overview on a terminal."""
    count = shape["decisions"]
    about = f"{count} decision{'' if count == 1 else 's'}, as of {shape['day']}"
    console.print(
        Text(about + (f", held against {shape['design']}" if shape.get("design") else ""))
    )
    for title, lines, told in (
        ("Can't be used", [{**b, "id": _place(b)} for b in shape["broken"]], ("field", "reason")),
        ("Expired", shape["expired"], ("why",)),
        ("Rest on what is not sure", shape["unsure"], ("why", "assumed")),
        ("The agent alone decided, where a person is due", shape["agent_alone"], ("why",)),
        (f"Debt: {shape['hours_per_month']} h/month", shape["debt"],
         ("hours_per_month", "owner", "trigger", "state")),
        ("Not raised by this design: over, or about another plan (--design FILE)", shape["no_longer_raised"], ()),
        ("Keys that nobody reads", [{**n, "id": _place(n)} for n in shape["notes"]], ("field", "reason")),
    ):  # fmt: skip
        if lines:
            console.print(Text(title, style="bold"))
            console.print(Padding(_table(lines[:_MOST], told), (0, 0, 1, 2)))
            if len(lines) > _MOST:
                console.print(Text(f"  and {len(lines) - _MOST} more: --json", style="dim"))
    console.print(Text("Next  ", style="bold").append(str(shape["next"]), style="not bold"))


def _place(line: Shape) -> str:
    return f"{line['file']}:{line['line']}" if line.get("line") else str(line["file"])


def _table(lines: list[Shape], told: tuple[str, ...]) -> RenderableType:
    rows: list[RenderableType] = []
    for line in lines:
        ends = [f"{key} {line[key]}" for key in ("while", "until") if key in line]
        head = Text(str(line["id"]), style="cyan")
        words = (
            [f"{line['kind']} by {line['by']}", *ends, str(line["file"])] if "kind" in line else []
        )
        head.append("  " + " · ".join(words), style="default dim")
        rows.append(head)
        said = [f"{_WORDS.get(key, '')}{_words(line[key])}" for key in told if line.get(key)]
        if said:
            rows.append(Padding(Text(", ".join(said)), (0, 0, 0, 2)))
    table = Table.grid()
    table.add_column(overflow="fold")
    table.add_row(Group(*rows))
    return table


_WORDS: Final = {
    "assumed": "assumed: ", "owner": "owner ", "trigger": "paid back when ", "state": "now: ",
    "hours_per_month": "h/month: ",
}  # fmt: skip


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
