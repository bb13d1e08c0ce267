"""The tables of a run, and the page that holds them."""

import statistics
from collections import Counter
from pathlib import Path
from typing import Final

from benchmarks.fuzz_protocol import calls, frames, wires
from benchmarks.fuzz_protocol.source import ANSWERED, CANCELLED, TWICE
from benchmarks.fuzz_protocol.tally import Tally

PAGE: Final = Path(__file__).resolve().parents[2] / "docs/fuzz.md"
COMMAND: Final = "python -m benchmarks.fuzz_protocol"
COLUMNS: Final = ("stdio 2025-11-25", "stdio 2026-07-28", "HTTP 2025-11-25", "HTTP 2026-07-28")
KINDS: Final = (
    *frames.FRAMES,
    CANCELLED,
    TWICE,
    *calls.CALLS,
    ANSWERED,
    *wires.WIRES,
    wires.OVERSIZE,
)


def _table(head: str, rows: list[tuple[str, list[str]]]) -> str:
    lines = [f"| {head} | {' | '.join(COLUMNS)} | all |", "|---|" + "---:|" * (len(COLUMNS) + 1)]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows)])


def _counted(counts: Counter[tuple[str, str]], names: list[str]) -> list[tuple[str, list[str]]]:
    rows = []
    for name in names:
        found = [counts[name, column] for column in COLUMNS]
        rows.append((name, [f"{n:,}" for n in (*found, sum(found))]))
    return rows


def _row(counts: Counter[str]) -> list[str]:
    found = [counts[column] for column in COLUMNS]
    return [f"{n:,}" for n in (*found, sum(found))]


def tables(tally: Tally, messages: int, seed: int) -> str:
    """Return the tables of a run; nothing in them is an absolute time."""
    sent = Counter[str]()
    for (_, column), count in tally.messages.items():
        sent[column] += count
    kinds = [*_counted(tally.messages, list(KINDS)), ("**all**", _row(sent))]
    classes = sorted(
        {name for name, _ in tally.answers}, key=lambda n: (n.startswith(("HTTP", "error")), n)
    )
    waits = {c: tally.waits.get(c) or [1.0] for c in COLUMNS}
    ratios = [f"{max(w) / max(statistics.median(w), 1e-9):.0f}" for w in waits.values()]
    growth = [f"{max(tally.growth.get(c) or [0.0]):.2f}" for c in COLUMNS]
    facts = [
        ("servers started", _row(tally.servers)),
        ("honest calls between, answered byte for byte as at the start", _row(tally.sane)),
        ("**faults**", _row(tally.faulty)),
        ("longest wait / median wait", [*ratios, ""]),
        ("memory at the end / after the first two batches, largest", [*growth, ""]),
    ]
    lines = sorted({name for name, _ in tally.log})
    parts = [
        f"{messages:,} messages, seed {seed}: `{COMMAND} --messages {messages} --seed {seed} --write`",
        _table("the run", facts),
        _table("messages by kind", kinds),
        _table("answers by class", _counted(tally.answers, classes)),
        _table(
            "what the SDK and the web server wrote to the log",
            [(f"`{n.replace('|', '/')}`", c) for n, c in _counted(tally.log, lines)],
        ),
    ]
    return "\n\n".join(parts)


def write(body: str) -> None:
    """Put the tables between their marks on the page."""
    begin, end = "<!-- fuzz -->\n", "<!-- end of fuzz -->\n"
    text = PAGE.read_text(encoding="utf-8")
    head, tail = text.partition(begin)[0], text.partition(end)[2]
    PAGE.write_text(f"{head}{begin}{body}\n{end}{tail}", encoding="utf-8")
