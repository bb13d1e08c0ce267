"""The result in its forms: the short one within its bytes, the heaviest kept, the rest counted."""

import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from backend_mcp import settings as paths
from backend_mcp.model.design import Change, Unread
from backend_mcp.model.entries import SEVERITIES
from backend_mcp.model.form import ACTORS, EFFECTS, KINDS
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import (
    Capability,
    Extra,
    Finding,
    Kept,
    Limit,
    Look,
    Question,
    Reason,
    Review,
    Used,
)
from backend_mcp.reading.merge import Base
from backend_mcp.render.markdown import markdown
from backend_mcp.render.result import brief, full, short
from backend_mcp.render.terminal import show
from backend_mcp.render.unjudged import briefly, by_reason
from backend_mcp.tree import from_value
from backend_mcp.usecases import judge
from tests.conftest import DATA, Read

MOST = 3_200
EXAMPLES = sorted((Path(__file__).parents[2] / "examples/designs").glob("*.yaml"))
DIRECTIONS = ("over", "under", "risk")


def _bytes(shape: dict[str, Any]) -> int:
    return len(json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode())


class _Draw:
    """Words, places and lists of any size up to what the engine can make, from one seed."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)

    def words(self) -> str:
        return " ".join(
            self.pick.choices(["queue", "é€→", "a", "nothing pays"], k=self.pick.randint(1, 30))
        )

    def id(self) -> str:
        return "".join(self.pick.choices("abcdefgh", k=self.pick.randint(3, 60)))

    def place(self) -> str:
        return f"flows.{self.id()}"

    def some(self, make: Callable[[int], Any], most: int) -> tuple[Any, ...]:
        return tuple(make(index) for index in range(self.pick.randint(0, most)))

    def limit(self) -> Limit:
        stale = self.pick.choice(["", self.words()])
        return Limit("a-rate", "5..9/s", "House", "", "2027-01-01", True, stale)

    def finding(self, index: int) -> Finding:
        return Finding(
            rule=f"rule-{index}",
            at=self.place(),
            direction=self.pick.choice(["over", "under", "risk"]),
            severity=self.pick.choice(SEVERITIES),
            title=self.words(),
            do=self.words(),
            flips_when=self.words(),
            because=(Reason("flows.x.rate", "5/s", "stated"),),
            number=self.pick.choice(["", "30/s against 1,000/s"]),
            conditional=self.pick.choice([True, False]),
            threshold=self.pick.choice([None, self.limit()]),
        )


def _review(seed: int) -> Review:
    """A review of any size, as large as the engine can make it."""
    d = _Draw(seed)
    ids = d.some(lambda n: f"part-{n}-{d.id()}", 30)
    findings = sorted(d.some(d.finding, 14), key=lambda f: SEVERITIES.index(f.severity))
    return Review(
        name="shop", verdict="mixed", ready="after_fixes", summary=d.words(), next=d.words(),
        findings=tuple(findings),
        questions=d.some(lambda n: Question(f"needs.f{n}", d.words(), {"a": "b"}, ("r",), 1.0), 9),
        looks=d.some(lambda n: Look(f"probe-{n}", d.place(), d.words(), "b", "g", "high"), 9),
        answered=(),
        keeps=d.some(lambda _: Kept(d.place(), d.words(), 1), 12),
        capabilities=d.some(
            lambda n: Capability(
                f"capability {n}", d.place(), "a log", "a job table",
                d.pick.choice(["right", "over", "under", "unknown", "tight"]),
                1, "5/s", "f", "1,000/s", "200", "never", "+24 h", "",
            ),
            9,
        ),
        budget=None, simplest=ids,
        extras=d.some(lambda n: Extra(f"extra-{n}-{d.id()}", d.words(), d.words()), 20),
        claims=dict.fromkeys(ids, ("words",)),
        derived=(), not_judged=d.some(lambda _: d.words(), 12), off=d.some(lambda _: d.words(), 4),
        unread=d.some(lambda n: Unread(f"flows.f{n}.{d.id()}", d.words(), d.words(), n), 40),
        conflicts=(),
        change=d.pick.choice([None, Change(ids, ids, (), 9)]),
        used=Used(1, 1, 1, 1), knowledge="2026.11.25", id="0" * 16,
    )  # fmt: skip


REVIEWS = st.integers(0, 2**32).map(_review)


@given(REVIEWS)
@settings(max_examples=150, deadline=None)
def test_the_short_form_is_within_its_bytes(review: Review) -> None:
    assert _bytes(short(review)) <= MOST


@given(REVIEWS)
@settings(max_examples=150, deadline=None)
def test_the_heaviest_finding_of_each_direction_is_kept(review: Review) -> None:
    shown = {line["id"] for line in short(review)["findings"]} if review.findings else set()
    for direction in DIRECTIONS:
        first = next((f for f in review.findings if f.direction == direction), None)
        assert first is None or first.id in shown, direction


@given(REVIEWS)
@settings(max_examples=150, deadline=None)
def test_more_counts_what_the_long_form_shows_beside(review: Review) -> None:
    shape, long = short(review), full(review)
    totals = {
        **{name: long[name] for name in ("findings", "questions", "look", "keep", "unread", "not_judged")},
        "unpaid": review.extras,
    }  # fmt: skip
    left = {name: len(held) - len(shape.get(name, [])) for name, held in totals.items()}
    told = {name: shape.get("more", {}).get(name, 0) for name in totals}
    assert told == left


@given(REVIEWS)
@settings(max_examples=60, deadline=None)
def test_every_form_of_text_holds_what_the_result_holds(review: Review) -> None:
    for shape in (short(review), full(review)):
        text = markdown(shape, paths.prompts_folder())
        console = Console(file=io.StringIO(), width=100)
        show(shape, console)
        assert isinstance(console.file, io.StringIO)
        screen = console.file.getvalue()
        for line in shape.get("findings", []):
            assert {line["id"] in text, line["title"] in text, line["do"] in text} == {True}
            assert line["severity"] in screen
            stale = line.get("stale") or (line.get("threshold") or {}).get("stale", "")
            assert stale in text
            assert stale.split(" ")[0] in screen
        for line in (*shape.get("questions", []), *shape.get("look", [])):
            assert {line["id"] in text, line["ask"] in text} == {True}
        for line in shape.get("unread", []):
            assert {line["at"] in text, line["want"] in text} == {True}
        assert {shape["next"] in text, shape["review"] in text, "Next" in screen} == {True}


def _design(seed: int) -> dict[str, Any]:
    """A large design of random parts, from a seed."""
    pick = random.Random(seed)
    ids = [f"{pick.choice(KINDS)}-{n}" for n in range(pick.randint(1, 60))]
    ends = [*ids, *ACTORS, "nowhere"]
    return {
        "name": f"design {seed}",
        "context": {"engineers": pick.randint(1, 20), "teams": pick.randint(1, 4)},
        "load": {"requests_per_second": {"peak": f"{pick.randint(1, 5000)} rps"}},
        "needs": {"rpo": pick.choice(["none", "1 h"]), "availability": pick.choice(["99.9 %", "high"])},
        "components": [
            {"id": i, "kind": i.rpartition("-")[0], "status": pick.choice(["new", "existing"]),
             "instances": pick.randint(1, 9), "paid_by": pick.choice(["words only", "team"])}
            for i in ids
        ],
        "flows": [
            {"id": f"flow-{n}", "from": pick.choice(ends), "to": pick.choice(ends),
             "effect": pick.choice([*EFFECTS, "mony"]), "mode": pick.choice(["sync", "async"]),
             "rate": f"{pick.randint(1, 900)}/s", "duplicate_safe": pick.choice([True, False, "unknown"])}
            for n in range(pick.randint(0, 80))
        ],
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_a_large_random_design_gets_a_short_answer(knowledge: Knowledge, seed: int) -> None:
    document = _design(seed)
    reviewed = judge.review_tree(from_value(document, "d"), "d", knowledge)
    assert _bytes(short(reviewed.review)) <= MOST


def test_a_large_change_gets_a_short_answer(knowledge: Knowledge, read: Read) -> None:
    base = Base(read({"components": ["app"]}), False, "the last design")
    change = {"components": [{"id": f"service-number-{n}", "kind": "service"} for n in range(300)]}
    reviewed = judge.review_tree(from_value(change, "d"), "d", knowledge, base=base)
    assert _bytes(short(reviewed.review)) <= MOST


@pytest.mark.parametrize(
    "file", sorted((DATA / "first_sight").glob("*.yaml")), ids=lambda f: f.stem
)
def test_the_examples_of_first_sight_get_a_short_answer(knowledge: Knowledge, file: Path) -> None:
    reviewed = judge.review_tree(judge.read_file(file), str(file), knowledge)
    assert _bytes(short(reviewed.review)) <= MOST


OPEN = [
    "the size of edge, workers, jobs, more, and_more",
    "components.a: its kind is not said",
    "components.b: its kind is not said",
    "components.c: judged as service, but kafka is known as log",
    "what rests on facts said to be unknown: flows.pay.duplicate_safe, flows.pay.duplicate_safe.by, "
    "flows.pay.duplicate_safe.kept, flows.pay.timeout, needs.replay, stores.db.idempotency keys and carts.key",
]


def test_what_is_not_judged_is_told_by_reason_with_how_many_and_the_first_few() -> None:
    whole = by_reason(OPEN)
    assert [briefly(line) for line in whole] == [
        "the size of 5 parts: edge, workers, jobs and 2 more",
        "its kind is not said: components.a, components.b",
        "components.c: judged as service, but kafka is known as log",
        "what rests on facts said to be unknown (6): flows.pay.duplicate_safe, flows.pay.timeout, needs.replay "
        "and 3 more",
    ]
    assert all(name in " ".join(whole) for line in OPEN for name in line.split(", ")[1:])


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.stem)
def test_what_an_example_leaves_unjudged_is_no_wall_in_the_terminal(
    knowledge: Knowledge, file: Path
) -> None:
    reviewed = judge.review_tree(judge.read_file(file), str(file), knowledge)
    out = io.StringIO()
    show(brief(reviewed.review), Console(file=out, width=100))
    screen = "\n".join(line.rstrip() for line in out.getvalue().split("\n"))
    after = screen.partition("\nNot judged\n")[2]
    assert len(after.partition("\n\n")[0].split("\n")) <= 6
    names = {n for line in reviewed.review.not_judged for n in line.partition(": ")[2].split(", ")}
    assert all(n in " ".join(full(reviewed.review)["not_judged"]) for n in names)
