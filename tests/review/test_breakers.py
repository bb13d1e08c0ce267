"""Designs with which strangers broke the judgement: each sentence was false once."""

from typing import Any

import pytest

from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Review
from backend_mcp.reading.merge import Base
from backend_mcp.review import review
from tests.conftest import Read

HEAD = "name: x\ncontext: {engineers: 10, teams: 1}\n"
WRITES = """\
flows:
  - {id: in, from: device, to: app, mode: sync, effect: write, authorized: object}
  - {id: save, from: app, to: db, mode: sync, effect: write}
practices: {backups: true, restore_tested: true}
complete: [components, flows]
"""
APP = "components:\n  - {id: app, kind: service, status: new, instances: 4}\n"
DB = "  - {id: db, kind: relational, technology: PostgreSQL, status: new, holds: truth}\n"


@pytest.fixture
def judge(read: Read, knowledge: Knowledge) -> Any:
    def take(document: str) -> Review:
        return review(read(document), knowledge)

    return take


def fit(answer: Review, capability: str, at: str) -> tuple[str, str]:
    line = next(
        c for c in answer.capabilities if (c.capability, c.at) == (capability, f"components.{at}")
    )
    return line.fit, line.needed


def test_too_many_writes_are_mended_upwards(judge: Any) -> None:
    answer = judge(HEAD + "load: {things: {count: 1.2M, each: 10 s}}\n" + APP + DB + WRITES)
    found = next(f for f in answer.findings if f.rule == "primary-writes-below-need")
    assert (found.severity, fit(answer, "primary writes", "db")) == (
        "blocker",
        ("under", "sharded"),
    )
    assert "SQLite" not in found.do


def test_what_devices_write_is_not_read(judge: Any) -> None:
    answer = judge(HEAD + "load: {things: {count: 1.2M, each: 10 s}}\n" + APP + DB + WRITES)
    assert not [f for f in answer.findings if f.rule.startswith("reads-")]


def test_a_rated_write_hides_no_reads(judge: Any) -> None:
    load = "load: {requests_per_second: {average: 30k, peak: 90k}, read_share: 0.99}\n"
    flows = WRITES.replace("effect: write}\npractices", "effect: write, rate: 50/s}\npractices")
    answer = judge(HEAD + load + APP + DB + flows)
    assert fit(answer, "reads", "db")[0] == "under"


def test_a_rate_that_is_not_told_is_not_nothing(judge: Any) -> None:
    more = WRITES.replace(
        "flows:\n",
        "flows:\n  - {id: tick, from: app, to: db, mode: batch, effect: write, rate: 12/hour}\n",
    )
    answer = judge(HEAD + "load: {requests_per_second: {peak: unknown}}\n" + APP + DB + more)
    assert fit(answer, "primary writes", "db")[0] == "unknown"
    assert not any("times" in k.why for k in answer.keeps)


def test_a_single_server_survives_no_zone(judge: Any) -> None:
    alone = DB.replace(
        "holds: truth", "holds: truth, instances: 1, replication: none, failover: none"
    )
    load = "load: {requests_per_second: {peak: 300}}\nneeds: {survives: zone}\n"
    answer = judge(HEAD + load + APP + alone + WRITES)
    assert fit(answer, "availability", "db") == ("under", "zones")
    assert [k.at for k in answer.keeps if k.at == "components.db"] == []


def test_a_second_team_keeps_its_data_in_a_database_of_its_own(judge: Any) -> None:
    design = """\
name: insurer
context: {engineers: 60, teams: 8}
load: {requests_per_second: {peak: 90}, read_share: 0.8}
needs: {survives: zone}
components:
  - {id: app, kind: service, status: existing}
  - {id: old, kind: relational, technology: PostgreSQL, status: existing, holds: truth, zones: 2}
  - {id: claims, kind: service, status: new, paid_by: [team], owner: claims}
  - {id: db, kind: relational, technology: PostgreSQL, status: new, holds: truth, zones: 2}
flows:
  - {id: a, from: user, to: app, mode: sync, effect: write, authorized: object}
  - {id: b, from: app, to: old, mode: sync, effect: write}
  - {id: c, from: app, to: claims, mode: sync, effect: write, timeout: 2 s}
  - {id: d, from: claims, to: db, mode: sync, effect: write}
practices: {backups: true, restore_tested: true}
complete: [components, flows]
"""
    assert judge(design).extras == ()
    assert [e.component for e in judge(design.replace("teams: 8", "teams: 1")).extras] == ["db"]


def test_a_store_of_truth_is_no_cache_whatever_its_product_mostly_is(judge: Any) -> None:
    redis = DB.replace(
        "kind: relational, technology: PostgreSQL",
        "kind: key_value, technology: Redis, managed: managed",
    )
    answer = judge(HEAD + "load: {requests_per_second: {peak: 20}}\n" + APP + redis + WRITES)
    assert answer.findings == ()


def test_a_bought_dashboard_takes_no_code_in(judge: Any) -> None:
    dash = "  - {id: dash, kind: service, technology: Grafana, status: new}\n"
    look = (
        "flows:\n  - {id: look, from: user, to: dash, mode: sync, effect: read, authorized: role}\n"
    )
    load = "load: {requests_per_second: {peak: 20}}\n"
    answer = judge(HEAD + load + APP + dash + DB + WRITES.replace("flows:\n", look))
    assert answer.extras == ()


def test_growth_in_per_cent_and_a_rate_with_its_peak_are_read(judge: Any) -> None:
    rates = "requests_per_second: {peak: 100}, messages_per_second: {average: 3, peak: 40}"
    load = f"load: {{{rates}, read_share: 0, growth_12_months: 20 %}}\n"
    answer = judge(HEAD + load + APP + DB + WRITES)
    assert answer.unread == ()
    assert {f.path: f.said for f in answer.derived}["derived.design_rate"] == "120/s"


def test_an_average_above_the_peak_is_a_contradiction_and_counts(judge: Any) -> None:
    answer = judge(
        HEAD + "load: {requests_per_second: {average: 5000, peak: 10}}\n" + APP + DB + WRITES
    )
    assert len(answer.conflicts) == 1
    assert {f.path: f.said for f in answer.derived}["derived.peak_rate"] == "5k/s"


@pytest.mark.parametrize(
    "torn",
    ["load: {requests_per_second: {peak: 10}}\nload: {requests_per_second: {peak: 900k}}\n"],
)
def test_a_section_that_stands_twice_is_no_pass(judge: Any, torn: str) -> None:
    assert judge(HEAD + torn + APP + DB + WRITES).verdict == "undecided"


@pytest.mark.parametrize("inside", ["app", "db"])
def test_nothing_lives_inside_of_itself(judge: Any, inside: str) -> None:
    parts = APP.replace("instances: 4", f"in: {inside}") + DB.replace(
        "holds: truth", "holds: truth, in: app"
    )
    answer = judge(HEAD + "load: {requests_per_second: {peak: 10}}\n" + parts + WRITES)
    assert "components.app.in" in [u.at for u in answer.unread]


BASE = """\
name: invoices
load: {requests_per_second: {peak: 10}}
components:
  - {id: web, kind: service, status: existing}
  - {id: db, kind: relational, technology: PostgreSQL, status: existing, holds: truth}
flows: [{id: issue, from: web, to: db, mode: sync, effect: write}]
must_hold: [{id: gapless, statement: numbers have no gaps, where: flows.issue, enforced_by: db, how: transaction}]
"""


def over_base(read: Read, knowledge: Knowledge, document: str) -> Review:
    return review(
        read(document, base=Base(read(BASE), accepted=True, name="backend.yaml")), knowledge
    )


def test_what_goes_with_a_removed_database_is_named_and_is_no_pass(
    read: Read, knowledge: Knowledge
) -> None:
    answer = over_base(read, knowledge, "components: [{id: db, status: removed}]\n")
    assert (answer.verdict, answer.ready) == ("undecided", "unknown")
    assert "issue" in answer.summary
    assert "gapless" in answer.summary


def test_a_design_of_another_name_is_no_change_because_an_id_is_the_same(
    read: Read, knowledge: Knowledge
) -> None:
    other = "name: photos\n" + APP.replace("id: app", "id: web") + DB
    assert over_base(read, knowledge, other).change is None
    assert over_base(read, knowledge, other.replace("name: photos\n", "")).change is not None


def test_a_bare_rate_of_requests_is_the_peak(judge: Any) -> None:
    answer = judge(HEAD + "load: {requests_per_second: 15}\n" + APP + DB + WRITES)
    assert answer.unread == ()
    assert {f.path: f.said for f in answer.derived}["derived.peak_rate"] == "15/s"


def test_a_lone_part_is_told_what_to_state(judge: Any) -> None:
    answer = judge("name: x\ncomponents: [{id: a, kind: service}]\n")
    assert (answer.verdict, "load" in answer.next) == ("undecided", True)
