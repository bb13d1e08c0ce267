"""What the first sentence says, on designs where a pass would be a confident falsehood."""

from typing import Any

import pytest

from backend_mcp.model.design import Design
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Review
from backend_mcp.reading.merge import Base
from backend_mcp.review import review
from tests.conftest import Read

FLOWS = """\
flows:
  - {id: look, from: user, to: app, mode: sync, effect: read, authorized: role}
  - {id: save, from: app, to: db, mode: sync, effect: write}
  - {id: tell, from: app, to: bus, mode: async, effect: message}
complete: [components, flows]
"""
PARTS = """\
components:
  - {id: app, kind: service, status: new}
  - {id: db, kind: relational, technology: PostgreSQL, status: new, holds: truth}
  - {id: bus, kind: log, technology: Kafka, status: new}
"""
SMALL = "load: {messages_per_second: 1, requests_per_second: {peak: 1/s}}\n"
TEAM = "name: shop\ncontext: {engineers: 3, teams: 1}\n"
KAFKA_FOR_ONE = TEAM + SMALL + "needs: {replay: false}\n" + PARTS + FLOWS


@pytest.fixture
def judge(read: Read, knowledge: Knowledge) -> Any:
    def take(document: Any) -> Review:
        return review(read(document), knowledge)

    return take


def test_a_log_for_one_message_a_second_is_too_much(judge: Any) -> None:
    assert judge(KAFKA_FOR_ONE).verdict == "over"


@pytest.mark.parametrize(
    ("said", "unread"),
    [
        ("needs: {replay: false}", "needs: {replay: flase}"),
        ("needs: {replay: false}", "needs: {replay: 'no'}"),
        ("needs: {replay: false}", "needz: {replay: false}"),
        ("teams: 1", "teams: plenty"),
        ("kind: service", "kind: thingummy"),
        ("effect: write", "effect: wirte!"),
    ],
)
def test_a_line_that_could_not_be_read_is_never_better_than_one_that_could(
    judge: Any, said: str, unread: str
) -> None:
    assert said in KAFKA_FOR_ONE
    after = judge(KAFKA_FOR_ONE.replace(said, unread))
    assert after.unread
    assert (after.verdict, after.ready) != ("right", "yes")
    assert after.verdict == "over" or "could not be read" in after.summary


@pytest.mark.parametrize(
    "assumed",
    [
        KAFKA_FOR_ONE.replace("replay: false", "replay: {value: true, basis: assumed}"),
        KAFKA_FOR_ONE.replace("messages_per_second: 1,", "messages_per_second: 1..100k,"),
    ],
    ids=["a need", "a wide range"],
)
def test_an_assumption_or_a_wide_range_alone_pays_for_nothing(judge: Any, assumed: str) -> None:
    after = judge(assumed)
    assert (after.verdict, after.ready) == ("undecided", "unknown")
    assert not any(k.at == "components.bus" for k in after.keeps)


def test_go_ahead_is_not_said_plainly_where_a_part_is_unpaid(judge: Any) -> None:
    unsaid = KAFKA_FOR_ONE.replace("needs: {replay: false}\n", "")
    after = judge(unsaid)
    assert [e.component for e in after.extras] == ["bus"]
    assert "nothing that was judged" not in after.summary
    assert "bus" in after.next


def test_forty_users_are_a_load(judge: Any) -> None:
    after = judge(KAFKA_FOR_ONE.replace(SMALL, "load: {users: 40}\n").replace(", bus", ", db"))
    assert after.verdict != "undecided"


def test_a_flow_back_to_itself_is_no_reader(judge: Any) -> None:
    junk = "  - {id: loop, from: bus, to: bus}\n  - {id: show, from: bus, to: user}\n"
    readers = "  - {id: a, from: bus, to: app}\n"
    document = KAFKA_FOR_ONE.replace("teams: 1", "teams: 2")
    document = document.replace("complete:", junk + readers + "complete:")
    assert "bus" in [e.component for e in judge(document).extras]


def test_a_platform_that_goes_leaves_what_runs_on_it(read: Read) -> None:
    before = (
        "name: shop\ncomponents: [{id: k8s, kind: platform}, {id: app, kind: service, in: k8s}]\n"
    )
    change = "components: [{id: k8s, status: removed}]\n"
    after: Design = read(change, "plan.yaml", Base(read(before), True, "backend.yaml"))
    assert [c.id for c in after.components] == ["app"]
    assert "in" not in after.components[0].facts


@pytest.mark.parametrize(
    ("change", "want"),
    [
        ("components: [{id: bu, status: removed}]\nflows: [{id: tell, rate: 1/s}]\n", "bus?"),
        ("flows: [{id: tell, rate: 1/s}, {id: sav, timeout: 3 s}]\n", "save?"),
    ],
)
def test_a_change_of_what_the_base_does_not_hold_is_told(
    read: Read, change: str, want: str
) -> None:
    base = Base(read(KAFKA_FOR_ONE), True, "backend.yaml")
    after = read(change, "plan.yaml", base)
    assert after.change is not None
    assert any(u.want.startswith(want) for u in after.unread)


@pytest.mark.parametrize("kind", ["external", "worker", "gateway", "monitoring"])
def test_a_log_by_another_name_is_told_to_be_unjudged(judge: Any, kind: str) -> None:
    after = judge(KAFKA_FOR_ONE.replace("kind: log", f"kind: {kind}"))
    assert any("kafka is known as log" in line for line in after.not_judged)


def test_an_unknown_pool_leaves_the_sum_of_connections_open(judge: Any) -> None:
    document = """\
name: shop
components:
  - {id: api, kind: service, status: new, instances: unknown, pool: 10}
  - {id: work, kind: worker, status: new, instances: 1, pool: 1}
  - {id: db, kind: relational, status: new, settings: {max_connections: 300}}
flows:
  - {id: save, from: api, to: db, mode: sync, effect: write}
  - {id: sweep, from: work, to: db, mode: batch, effect: write}
practices: {connection_pooler: false}
"""
    after = judge(document)
    assert any("components.api.instances" in line for line in after.not_judged)
    assert after.used.unknown > 0


SPLIT = """\
name: clinic
context: {engineers: 2, teams: 1}
load: {requests_per_second: {peak: 3}}
components:
  - {id: booking, kind: service, status: new}
  - {id: patients, kind: service, status: new}
  - {id: notify, kind: service, status: new}
flows:
  - {id: book, from: user, to: booking, mode: sync, effect: write, authorized: role}
  - {id: who, from: booking, to: patients, mode: sync, effect: read}
  - {id: tell, from: booking, to: notify, mode: sync, effect: write}
complete: [components, flows]
"""


def test_too_many_services_are_one_finding(judge: Any) -> None:
    over = [f for f in judge(SPLIT).findings if f.direction == "over" and f.severity == "high"]

    assert [f.rule for f in over] == ["boundaries-above-need"]
    assert over[0].also == ("services-above-engineers",)


def test_where_nobody_says_how_many_teams_the_count_speaks_for_itself(judge: Any) -> None:
    over = judge(SPLIT.replace(", teams: 1", "")).findings

    assert "services-above-engineers" in [f.rule for f in over]


RAILS = """\
name: rails
load: {requests_per_second: {average: 3k, peak: 8k}, read_share: 0.95}
components:
  - {id: api, kind: service, technology: Rails, status: new, instances: 1}
  - {id: db, kind: relational, technology: PostgreSQL, status: existing, holds: truth}
flows:
  - {id: get, from: user, to: api, mode: sync, effect: read, authorized: object}
  - {id: q, from: api, to: db, mode: sync, effect: read}
complete: [components, flows]
"""


@pytest.mark.parametrize(
    ("said", "instead", "of"),
    [
        ("", "", "1 copy"),
        ("instances: 1", "instances: 2", "2 copies"),
        (", instances: 1", "", "nobody says how many copies"),
    ],
)
def test_what_one_copy_of_a_service_carries_is_told_to_be_unjudged(
    judge: Any, said: str, instead: str, of: str
) -> None:
    lines = judge(RAILS.replace(said, instead, 1)).not_judged
    assert (
        f"how many requests a second one copy of api carries: measure it; 8k/s asked of {of}"
        in lines
    )


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("average: 3k, peak: 8k", "average: 30, peak: 80"),
        ("instances: 1", "instances: 12"),
        ("peak: 8k", "peak: {value: 8k, basis: assumed}"),
        ("effect: read, authorized", "rate: 20/s, effect: read, authorized"),
        ("kind: service", "kind: external"),
    ],
)
def test_small_loads_many_copies_and_guesses_are_not_spoken_of(
    judge: Any, said: str, instead: str
) -> None:
    assert not any(
        "one copy of" in line for line in judge(RAILS.replace(said, instead, 1)).not_judged
    )
