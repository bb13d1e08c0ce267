#!/usr/bin/env python3
"""The search against questions as people ask them, and against a raw query of the same words.

python -m benchmarks.searching            print the table
python -m benchmarks.searching --misses   and every question whose answer is not first
python -m benchmarks.searching --write    and write the table to docs/benchmarks.md
"""

import sqlite3
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend_mcp import settings
from backend_mcp.catalog.index import open_index
from backend_mcp.catalog.search import search
from backend_mcp.tree import from_text, plain
from benchmarks import page

QUESTIONS = Path(__file__).resolve().parents[1] / "tests/search/questions.yaml"
ASKED = QUESTIONS.with_name("asked.yaml")
"""A second set, met in issue threads, forums and question pages; half of it was tuned on."""
ROUNDS = 8
_PUNCTUATION = str.maketrans(dict.fromkeys("'\"?!,.;:()/", " "))


@dataclass(frozen=True)
class Score:
    """How many questions have their answer first, in the first three, or rightly none."""

    answered: int
    first: int
    third: int
    without: int
    said: int


def questions(*, aside: bool | None = None, path: Path = QUESTIONS) -> list[dict[str, Any]]:
    """Return the questions of a set: all, or those kept aside, or the others."""
    found = plain(from_text(path.read_bytes(), path.name))["questions"]
    return [q for q in found if aside is None or bool(q.get("aside")) is aside]


def score(index: sqlite3.Connection, asked: list[dict[str, Any]]) -> tuple[Score, list[str]]:
    """Return how the search does, and a line for each question whose answer is not first."""
    first = third = said = 0
    misses = []
    for q in asked:
        found = search(index, q["ask"])
        names = [hit.name for hit in found.hits]
        right = set(q["right"])
        if not right:
            said += not found.here
            if found.here:
                misses.append(f"here, wrongly: {q['ask']} -> {names[:3]}")
            continue
        first += found.here and bool(right & set(names[:1]))
        third += found.here and bool(right & set(names[:3]))
        if not (found.here and right & set(names[:1])):
            misses.append(
                f"{'' if found.here else 'not here, wrongly: '}{q['ask']} -> {names[:4]}, right {q['right']}"
            )
    answered = sum(1 for q in asked if q["right"])
    return Score(answered, first, third, len(asked) - answered, said), misses


def slowest(index: sqlite3.Connection) -> float:
    """Return the 99th percentile of our search over that of a raw query of the same words."""
    ours, raw = [], []
    for _ in range(ROUNDS):
        for q in questions():
            start = time.perf_counter()
            search(index, q["ask"])
            between = time.perf_counter()
            words = " OR ".join(f'"{w}"' for w in q["ask"].translate(_PUNCTUATION).split())
            index.execute(
                "SELECT rowid, bm25(words) AS r FROM words WHERE words MATCH ? ORDER BY r LIMIT 10",
                (words,),
            ).fetchall()
            raw.append(time.perf_counter() - between)
            ours.append(between - start)
    return sorted(ours)[int(len(ours) * 0.99)] / sorted(raw)[int(len(raw) * 0.99)]


def main() -> None:
    """Print the table, and write it where asked."""
    index = open_index(settings.knowledge_folder(), settings.cache_folder())
    lines = [
        "| questions | right entry first | in the first three | “not here” said |",
        "|---|---|---|---|",
    ]
    lines.append("| bar | 80 % | 95 % | 12 of 15 |")
    for name, aside, path in (
        ("all 75", None, QUESTIONS),
        ("45 looked at while tuning", False, QUESTIONS),
        ("30 kept aside", True, QUESTIONS),
        ("second set, 66 looked at while tuning", False, ASKED),
        ("second set, 65 kept aside", True, ASKED),
    ):
        s, misses = score(index, questions(aside=aside, path=path))
        lines.append(f"| {name} | {s.first} of {s.answered} ({s.first / s.answered:.0%}) | "
                     f"{s.third} of {s.answered} ({s.third / s.answered:.0%}) | {s.said} of {s.without} |")  # fmt: skip
        if "--misses" in sys.argv and aside is False:
            print("\n".join(misses))
    lines += [
        "",
        f"99th percentile / that of a raw FTS5 query of the same words: {slowest(index):.1f} (bar 3).",
    ]
    print("\n".join(lines))
    if "--write" in sys.argv:
        page.renew("search", "\n".join(lines))


if __name__ == "__main__":
    main()
