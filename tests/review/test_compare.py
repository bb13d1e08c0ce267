"""A ladder held against a situation: one rung is enough, and it neither loses nor lacks what is needed."""

from collections.abc import Callable

import pytest

from backend_mcp.model.consultation import Comparison
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.reading.reader import read_design
from backend_mcp.review import review
from backend_mcp.review.compare import compare
from backend_mcp.tree import from_text
from tests.conftest import Read

Held = Callable[[str, str], Comparison]

EIGHT = "load: {messages_per_second: 8}\nneeds: {replay: false}\n"
SERVERLESS = """\
load: {messages_per_second: 1}
needs: {replay: false}
components:
  - {id: fn, kind: function, status: new, managed: saas}
  - {id: q, kind: queue, status: new, technology: SQS}
  - {id: mail, kind: external, status: existing}
flows:
  - {id: put, from: fn, to: q, effect: message, mode: async}
  - {id: take, from: q, to: mail, effect: message, mode: async}
"""


@pytest.fixture
def held(knowledge: Knowledge) -> Held:
    ladders = {x.entry.id: x for x in knowledge.ladders}

    def hold(document: str, ladder: str) -> Comparison:
        raw = from_text(document, "x.yaml")
        design = read_design(raw, "x.yaml", knowledge.vocabulary, parts_due=False)
        return compare(design, ladders[ladder], knowledge)

    return hold


def states(found: Comparison) -> dict[str, str]:
    """Return the state of each rung."""
    return {r.id: r.state for r in found.rungs}


@pytest.mark.parametrize("ladder", ["queue", "hot-counter", "reads", "files", "workflow"])
@pytest.mark.parametrize("situation_", [EIGHT, EIGHT.replace("8", "1"), SERVERLESS, "name: x\n"])
def test_no_rung_below_the_needed_one_is_enough_beside_it(
    held: Held, ladder: str, situation_: str
) -> None:
    found = held(situation_, ladder)
    assert list(states(found).values()).count("enough") <= 1
    if found.needed:
        assert [r for r, s in states(found).items() if s == "enough"] == [found.needed]


@pytest.mark.parametrize(
    ("said", "pays"),
    [
        ("needs: {replay: false, rpo: 0 s}", "work that may not be lost"),
        ("needs: {replay: false, survives: process}", "work that outlives the process"),
        ("needs: {replay: false, survives: machine}", "work that outlives the process"),
    ],
)
def test_a_task_in_the_process_is_too_little_where_a_restart_may_lose_nothing(
    held: Held, said: str, pays: str
) -> None:
    found = held(EIGHT.replace("needs: {replay: false}", said), "queue")
    assert states(found)["in-process"] == "too_little"
    assert found.needed == "job-table"
    assert pays in found.summary


def test_a_loss_that_may_be_borne_forces_nothing(held: Held) -> None:
    found = held(EIGHT.replace("replay: false", "replay: false, rpo: 1 h"), "queue")
    assert states(found)["in-process"] == "carries"


def test_work_that_moves_money_needs_a_place_that_outlives_the_process(held: Held) -> None:
    mails = """\
load: {messages_per_second: 1}
needs: {replay: false}
components:
  - {id: app, kind: service, status: existing}
  - {id: q, kind: queue, status: new, technology: SQS}
  - {id: work, kind: worker, status: new}
flows:
  - {id: put, from: app, to: q, effect: message, mode: async}
  - {id: take, from: q, to: work, effect: message, mode: async, recovers: {by: redelivery}}
complete: [components, flows]
"""
    assert states(held(mails, "queue"))["in-process"] == "enough"
    paid = mails.replace(
        "complete:", "  - {id: pay, from: work, to: psp, effect: money}\ncomplete:"
    )
    assert states(held(paid, "queue"))["in-process"] == "too_little"


def test_where_no_process_stays_up_none_does_the_work_on_the_side(
    held: Held, read: Read, knowledge: Knowledge
) -> None:
    whole = f"name: mails\n{SERVERLESS}complete: [components, flows]\n"
    found = held(whole, "queue")
    assert states(found)["in-process"] == "too_little"
    assert states(found)["job-table"] == "no_host"
    assert states(found)["managed-queue"] == "enough"
    assert not [f for f in review(read(whole), knowledge).findings if f.direction == "over"]
    stays = whole.replace("kind: function", "kind: service")
    assert states(held(stays, "queue"))["in-process"] == "enough"


@pytest.mark.parametrize(
    "gone",
    [
        "components: [{id: app, kind: service}, {id: db, kind: relational, status: removed}]",
        "absent: [relational, database]",
        "absent: [database]",
        "components: [{id: app, kind: service}]\ncomplete: [components]",
    ],
)
def test_a_database_that_goes_is_not_taken_for_granted(held: Held, gone: str) -> None:
    found = held(EIGHT.replace("8", "100") + gone, "queue")
    assert found.granted == ""
    assert states(found)["job-table"] == "no_host"
    assert found.needed == "managed-queue"


def test_a_database_that_takes_the_place_of_one_that_goes_is_there(held: Held) -> None:
    moved = "components: [{id: old, kind: relational, status: removed}, {id: db, kind: relational, status: new}]"
    found = held(EIGHT + moved, "queue")
    assert found.granted == ""
    assert found.needed == "job-table"


@pytest.mark.parametrize(
    ("users", "said"), [("1", "1 person asked"), ("2", "2 people asked"), ("1..2", "1..2 people")]
)
def test_one_of_a_thing_is_told_in_the_singular(held: Held, users: str, said: str) -> None:
    found = held(f"load: {{users: {users}}}", "identity")
    assert said in f"{found.demand} asked; {found.summary}"


def test_one_schedule_is_one_schedule(held: Held) -> None:
    found = held("components: [{id: nightly, kind: job, trigger: timer, count: 1}]", "schedules")
    assert "1 schedule asked" in found.summary
