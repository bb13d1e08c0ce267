"""Stated needs against what stands there already, and what an open answer does to `ready`."""

from typing import Any

import pytest

from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Review
from backend_mcp.review import review
from tests.conftest import Read

PROMISED = """\
name: fleet
load: {requests_per_second: {average: 30, peak: 60}}
needs: {rpo: 0 s, rto: 15 min, survives: zone}
components:
  - {id: api, kind: service, status: existing, instances: 2, zones: 2}
  - {id: db, kind: relational, technology: MySQL, status: existing, instances: 1, holds: truth}
flows:
  - {id: save, from: user, to: api, mode: sync, effect: write, authorized: none}
  - {id: store, from: api, to: db, mode: sync, effect: write}
practices: {backups: {value: true, every: 24 h}}
complete: [components, flows]
"""
OURS = PROMISED.replace("holds: truth", "holds: truth, managed: self")


@pytest.fixture
def judge(read: Read, knowledge: Knowledge) -> Any:
    def take(document: str) -> Review:
        return review(read(document), knowledge)

    return take


def test_what_exists_already_is_held_against_stated_needs(judge: Any) -> None:
    after = judge(OURS.replace("api, kind: service, status: existing, instances: 2, zones: 2",
                               "api, kind: service, status: existing, instances: 1"))  # fmt: skip

    assert after.ready == "after_fixes"
    assert {f.id for f in after.findings if f.severity == "high"} == {
        "availability-below-need@components.db",
        "one-copy-against-survival@components.api",
        "recovery-point-below-backup-gap@practices.backups",
        "recovery-time-below-restore@components.db",
    }


@pytest.mark.parametrize(
    "kept",
    [
        OURS.replace("instances: 1", "instances: 2, replication: sync, failover: automatic, zones: 2"),
        OURS.replace("rpo: 0 s, rto: 15 min, survives: zone", "rpo: 24 h, rto: 3 days, survives: process"),
        OURS.replace("rpo: 0 s, rto: 15 min, survives: zone", "replay: false"),
    ],
    ids=["a second copy", "needs that a backup keeps", "no such need"],
)  # fmt: skip
def test_where_nothing_stated_is_contradicted_nothing_is_said(judge: Any, kept: str) -> None:
    after = judge(kept)

    assert not [f for f in after.findings if f.severity in ("blocker", "high")]
    assert (after.verdict, after.ready) == ("right", "yes")


TWO = PROMISED.replace("survives: zone", "survives: machine")


@pytest.mark.parametrize("managed", ["", ", managed: managed"], ids=["unsaid", "a provider's"])
def test_one_open_fact_that_decides_a_stated_need_is_no_go_ahead(judge: Any, managed: str) -> None:
    document = TWO.replace("holds: truth", f"holds: truth{managed}")
    after = judge(document)

    assert (after.verdict, after.ready) == ("right", "unknown")
    assert "go ahead" not in after.summary.lower()
    asked = after.questions[0].fact
    assert asked in ("components.db.managed", "components.db.replication")
    assert asked in after.summary
    assert asked in after.next


@pytest.mark.parametrize(
    "said",
    [
        TWO.replace("needs: {rpo: 0 s, rto: 15 min, survives: machine}\n", ""),
        TWO.replace("rpo: 0 s, rto: 15 min", "rpo: {value: 0 s, basis: assumed}, rto: {value: 15 min, basis: assumed}"),
        TWO.replace("rpo: 0 s, rto: 15 min", "rpo: 24 h, rto: 3 days"),
    ],
    ids=["no need", "needs that nobody stated", "needs that any answer keeps"],
)  # fmt: skip
def test_a_question_about_no_stated_need_holds_nothing_back(judge: Any, said: str) -> None:
    after = judge(said)

    assert after.questions
    assert (after.verdict, after.ready) == ("right", "yes")


BUS = """\
name: newsletter
load: {messages_per_second: 8}
components:
  - {id: app, kind: service, status: existing}
  - {id: db, kind: relational, status: existing, holds: truth}
  - {id: bus, kind: log, technology: Kafka, status: new}
"""


def test_a_plan_whose_new_part_nothing_pays_for_is_not_ready(judge: Any) -> None:
    after = judge(BUS)

    assert (after.verdict, after.ready) == ("right", "unknown")
    assert after.summary.startswith("Nothing stated pays for bus")
    assert after.next == "Leave out bus, or state what pays, and send it again."


def test_what_a_stated_need_pays_for_is_ready(judge: Any) -> None:
    paid = judge(BUS + "needs: {replay: true}\n")

    assert not paid.extras
    assert (paid.verdict, paid.ready) == ("right", "yes")


def test_what_stated_facts_deny_two_rungs_up_is_too_much(judge: Any) -> None:
    denied = judge(BUS + "needs: {replay: false, ordering: none}\ncontext: {teams: 1}\n")

    assert denied.verdict == "over"
    assert denied.ready == "after_fixes"
