"""What vendors limit: a stated limit wins, a default counts, and a version speaks for one product."""

from dataclasses import replace
from typing import Any

import pytest

from backend_mcp.capacity import DesignScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.quantity import Quantity, parse
from tests.conftest import Read

PSP = "components: [{id: psp, kind: external, technology: %s}]\n"


@pytest.fixture
def scope(read: Read, knowledge: Knowledge) -> Any:
    def take(document: str) -> DesignScope:
        limits = {
            "stripe": {"requests": "a-rate"},
            "kinesis": {"partition": "a-rate"},
            "aws-lambda": {"payload": "a-size", "message": "small", "duration": "a-time"},
            "rabbitmq": {"duration": "claim", "message": "a-size"},
            "aws-api-gateway": {"wait": "patience"},
        }
        values = {
            "a-rate": parse("100/s", "rate"),
            "a-size": parse("6 MB", "size"),
            "small": parse("256 KB", "size"),
            "a-time": parse("15 min", "duration"),
            "claim": parse("30 min", "duration"),
            "patience": parse("29 s", "duration"),
        }
        ends = {"postgresql": {"14": "2026-11-12", "17": "2026-12-05"}}
        numbers = replace(
            knowledge.numbers, limits=limits, values=values, ends=ends, as_of="2026-11-25"
        )
        return DesignScope(read(document), numbers)

    return take


def _of(scope: DesignScope, place: str, name: str) -> Fact | None:
    item = scope.at(place)
    assert item is not None
    return item.derived(name)


@pytest.mark.parametrize(
    ("component", "said", "basis"),
    [
        ("Stripe", "100/s", "vendor"),
        ("Stripe, limit: 400/s", "400/s", "stated"),
        ("Stripe, limit: unlimited", "unlimited", "stated"),
        ("Stripe, limit: unknown", "<100/s", "vendor"),
        ("Stripe, limit: {value: 20/s, basis: measured}", "20/s", "measured"),
    ],
)
def test_what_is_stated_wins_over_what_the_vendor_says(
    scope: Any, component: str, said: str, basis: str
) -> None:
    fact = _of(scope(PSP % component), "components.psp", "requests_cap")
    assert fact is not None
    assert (fact.said, fact.basis) == (said, basis)


@pytest.mark.parametrize("component", ["Adyen", "[Stripe, SendGrid]", "Stripe, count: 2"])
def test_nobody_knows_the_cap_of_a_line_that_is_not_one_account(scope: Any, component: str) -> None:
    assert _of(scope(PSP % component), "components.psp", "requests_cap") is None


def test_shards_multiply_what_one_of_them_takes(scope: Any) -> None:
    stream = "components: [{id: s, kind: log, technology: Kinesis, shards: 3}]"
    fact = _of(scope(stream), "components.s", "requests_cap")
    assert fact is not None
    assert fact.said == "300/s"


PARTS = """\
components:
  - {id: gate, kind: gateway, technology: AWS API Gateway}
  - {id: fn, kind: function, technology: [AWS Lambda, Python]}
  - {id: mq, kind: queue, technology: RabbitMQ}
  - {id: slow, kind: queue, technology: RabbitMQ, settings: {ack_timeout: 2 h}}
  - {id: vm, kind: worker, technology: [Python, RabbitMQ]}
flows: [{id: f, %s}]
"""


@pytest.mark.parametrize(
    ("flow", "said"),
    [
        ("from: gate, to: fn, mode: sync, payload: 1 MB", "6 MB"),
        ("from: gate, to: fn, mode: async, payload: 1 MB", "256 KB"),
        ("from: gate, to: fn, payload: unknown", "256..6000 KB"),
        ("from: vm, to: mq, mode: sync, payload: 1 KB", "6 MB"),
        ("from: gate, to: fn, mode: sync", None),
        ("from: gate, to: vm, mode: sync, payload: 1 MB", None),
        ("from: vm, to: mq, mode: batch, payload: 1 GB", None),
        ("from: gate, to: fn, mode: sync, effect: read, payload: 1 MB", None),
    ],
)
def test_a_payload_is_held_against_what_its_target_takes(
    scope: Any, flow: str, said: str | None
) -> None:
    fact = _of(scope(PARTS % flow), "flows.f", "payload_cap")
    assert (fact.said if fact is not None else None) == said


@pytest.mark.parametrize(
    ("flow", "said"),
    [
        ("from: mq, to: fn, mode: async, duration: 1 h", "15 min"),
        ("from: mq, to: vm, mode: async, duration: 1 h", "30 min"),
        ("from: slow, to: vm, mode: async, duration: 1 h", None),
        ("from: gate, to: vm, mode: sync, duration: 40 s", "29 s"),
        ("from: gate, to: vm, mode: async, duration: 40 s", None),
        ("from: fn, to: vm, mode: async, duration: 1 h", None),
        ("from: fn, to: vm, mode: sync, duration: 1 h", "15 min"),
        ("from: vm, to: fn, mode: batch", "15 min"),
        ("from: vm, to: fn, mode: sync", None),
    ],
)
def test_work_is_held_against_where_it_runs_and_who_waits(
    scope: Any, flow: str, said: str | None
) -> None:
    fact = _of(scope(PARTS % flow), "flows.f", "time_cap")
    assert (fact.said if fact is not None else None) == said


DATABASE = "components: [{id: db, kind: relational, technology: %s}]"


@pytest.mark.parametrize(
    ("database", "days"),
    [
        ("PostgreSQL, version: '14'", 0),
        ("PostgreSQL, version: 14.5", 0),
        ("PostgreSQL, version: 17-alpine3.18", 10),
        ("PostgreSQL 17", 10),
        ("postgres v17.x", 10),
        ("PostgreSQL 17, version: '14'", 0),
        ("PostgreSQL, version: 14 or 17", None),
        ("PostgreSQL, version: 14-17", None),
        ("PostgreSQL, version: the one of 2014", None),
        ("PostgreSQL, version: '9'", None),
        ("'PostgreSQL 14, 3 nodes'", None),
        ("[PostgreSQL, Python], version: '14'", None),
        ("PostgreSQL, version: '14', managed: managed", None),
        ("PostgreSQL, version: '14', managed: self", 0),
        ("PostgreSQL", None),
    ],
)
def test_a_version_is_supported_until_its_day(scope: Any, database: str, days: int | None) -> None:
    fact = _of(scope(DATABASE % database), "components.db", "support_left")
    seconds = fact.value.low if fact is not None and isinstance(fact.value, Quantity) else None
    assert seconds == (None if days is None else days * 86_400)


def test_the_day_of_the_knowledge_reaches_the_numbers(knowledge: Knowledge) -> None:
    assert knowledge.numbers.as_of == knowledge.as_of
