"""Work in steps, by the clock, analysis and telemetry: what is counted, and what one part is for another."""

from typing import Any

import pytest

from backend_mcp.capacity import DesignScope
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Review
from backend_mcp.review import review
from tests.conftest import Read

ENGINE = """\
name: shop
components:
  - {id: shop, kind: service, status: existing}
  - {id: db, kind: relational, status: existing, holds: truth}
  - {id: pay, kind: external, status: existing}
  - {id: engine, kind: workflow, technology: Temporal, status: new, managed: managed}
  - {id: hand, kind: worker, status: new}
flows:
  - {id: start, from: shop, to: engine, mode: sync, effect: message, rate: 2/s}
  - {id: run, from: engine, to: hand, mode: async, effect: message}
  - {id: again, from: hand, to: hand, mode: async, effect: none}
  - {id: done, from: hand, to: engine, mode: sync, effect: message}
  - {id: hold, from: hand, to: db, mode: sync, effect: stock}
  - {id: charge, from: hand, to: pay, mode: sync, effect: money}
"""
STACK = """\
name: shop
context: {teams: 1}
load: {requests_per_second: {peak: 5000}}
data: {sensitivity: [internal]}
components:
  - {id: api, kind: service, status: new}
  - {id: old, kind: monitoring, technology: OLD, status: existing, managed: self}
  - {id: new, kind: monitoring, technology: Prometheus, status: new, managed: self}
flows:
  - {id: ask, from: user, to: api, mode: sync, effect: read}
"""
READERS = """\
name: shop
context: {teams: 2}
load: {messages_per_second: 8}
components:
  - {id: app, kind: service, status: existing}
  - {id: jobs, kind: queue, technology: RabbitMQ, status: existing}
  - {id: bus, kind: log, technology: Kafka, status: new}
  - {id: a, kind: service, status: existing}
  - {id: b, kind: service, status: existing}
  - {id: c, kind: service, status: existing}
flows:
  - {id: put, from: app, to: bus, mode: async, effect: message}
  - {id: ra, from: bus, to: a, mode: async, effect: message}
  - {id: rb, from: bus, to: b, mode: async, effect: message}
  - {id: rc, from: bus, to: c, mode: async, effect: message}
"""


@pytest.fixture
def judge(read: Read, knowledge: Knowledge) -> Any:
    def take(document: str) -> Review:
        return review(read(document), knowledge)

    return take


def fits(answer: Review, at: str) -> set[str]:
    return {c.fit for c in answer.capabilities if c.at == f"components.{at}"}


def test_steps_behind_a_worker_are_the_engines_and_ways_back_are_none(
    read: Read, knowledge: Knowledge
) -> None:
    scope = DesignScope(read(ENGINE), knowledge.numbers)
    part = scope.component("engine")
    assert part is not None
    facts = [part.derived(n) for n in ("steps_here", "runs_here", "step_rate", "longest_wait")]
    assert [f.said for f in facts if f is not None] == ["2", "2/s", "4/s", "0 s"]


def test_a_worker_that_others_feed_too_is_one_step(read: Read, knowledge: Knowledge) -> None:
    document = ENGINE.replace(
        "  - {id: again, from: hand, to: hand", "  - {id: again, from: shop, to: hand"
    )
    scope = DesignScope(read(document), knowledge.numbers)
    part = scope.component("engine")
    steps = part.derived("steps_here") if part is not None else None
    assert steps is not None
    assert steps.said == "1"


@pytest.mark.parametrize("document", [ENGINE, STACK, READERS])
def test_what_is_worked_out_is_never_asked(judge: Any, document: str) -> None:
    bare = document.replace(", rate: 2/s", "").replace("context: {teams: 2}\n", "")
    assert not [q.fact for q in judge(bare).questions if ".derived." in q.fact]


def test_two_stacks_are_one_job_only_where_they_are_one_product(judge: Any) -> None:
    assert fits(judge(STACK.replace("OLD", "Langfuse")), "new") == {"right"}
    assert fits(judge(STACK.replace("OLD", "Prometheus")), "new") == {"unpaid"}


def test_a_need_that_the_existing_part_can_not_meet_pays_beside_it(judge: Any) -> None:
    assert fits(judge(READERS), "bus") == {"right"}
    fewer = READERS.replace("  - {id: rc, from: bus, to: c, mode: async, effect: message}\n", "")
    assert fits(judge(fewer), "bus") == {"unpaid"}


def test_what_is_named_instead_is_told_as_what_it_is(judge: Any) -> None:
    document = """\
name: shop
context: {teams: 1}
data: {total: 200 GB}
needs: {staleness: 15 min}
components:
  - {id: app, kind: service, status: existing}
  - {id: wh, kind: olap, technology: BigQuery, status: existing}
  - {id: sums, kind: worker, technology: Flink, status: new}
flows:
  - {id: take, from: app, to: sums, mode: stream, effect: message, rate: 9/s}
  - {id: put, from: sums, to: wh, mode: stream, effect: write}
"""
    found = [f.title for f in judge(document).findings if f.at == "components.sums"]
    assert any("wh (a warehouse) does this" in title for title in found)
