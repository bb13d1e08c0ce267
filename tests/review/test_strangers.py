"""Designs of strangers on which a sentence was false once, second lot: rules, keeps and words."""

from collections.abc import Callable

import pytest

from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.quantity import parse
from backend_mcp.model.review import Review
from backend_mcp.review import review
from tests.conftest import Read

Judge = Callable[[str], Review]

SHOP = """\
name: shop
context: {engineers: 5, teams: 1}
load: {requests_per_second: {peak: 40}, messages_per_second: 2}
components:
  - {id: app, kind: service, status: new}
  - {id: db, kind: relational, technology: PostgreSQL, status: new, holds: truth}
  - {id: jobs, kind: queue, in: db, status: new}
  - {id: work, kind: worker, status: new}
flows:
  - {id: order, from: user, to: app, mode: sync, effect: write, authorized: object}
  - {id: save, from: app, to: db, mode: sync, effect: write, in_transaction: true}
  - {id: put, from: app, to: jobs, mode: async, effect: message, in_transaction: true}
  - {id: take, from: jobs, to: work, mode: async, effect: write}
complete: [components, flows]
"""


@pytest.fixture
def judge(read: Read, knowledge: Knowledge) -> Judge:
    return lambda document: review(read(document), knowledge)


def found(answer: Review, rule: str) -> list[str]:
    """Return the places at which a rule is a finding."""
    return [f.at for f in answer.findings if rule in (f.rule, *f.also)]


def asked(answer: Review) -> list[str]:
    """Return the facts that are asked for."""
    return [q.fact for q in answer.questions]


def test_a_job_put_with_its_change_is_taken_back_with_it(judge: Judge) -> None:
    assert not [f for f in asked(judge(SHOP)) if f.startswith("flows.put.recovers")]
    nobody = SHOP.replace(
        "in_transaction: true}\n  - {id: take",
        "in_transaction: true, recovers: nobody}\n  - {id: take",
    )
    assert found(judge(nobody), "work-lost-after-crash") == []


def test_a_job_put_into_another_database_is_not_taken_back(judge: Judge) -> None:
    apart = SHOP.replace("in: db", "in: other").replace(
        "  - {id: work",
        "  - {id: other, kind: relational, status: new, holds: truth}\n  - {id: work",
    )
    assert "flows.put.recovers.by" in asked(judge(apart))


def test_a_read_model_is_no_history(judge: Judge) -> None:
    split = SHOP.replace(
        "status: new}\n  - {id: db", "status: new, patterns: [cqrs]}\n  - {id: db", 1
    )
    answer = judge(split + "needs: {replay: false}\n")
    assert found(answer, "event-sourcing-unasked") == []
    slow = "  - {id: sums, from: work, to: db, mode: batch, effect: write, duration: 3 s}\ncomplete"
    paid = split.replace("complete", slow) + "needs: {replay: false, p95_latency: 800 ms}\n"
    assert found(judge(paid), "pattern-unasked") == []


LEDGER = """\
name: ledger
context: {engineers: 6, teams: 1}
load: {requests_per_second: {peak: 80}, messages_per_second: 20}
needs: {replay: false}
components:
  - {id: app, kind: service, status: new}
  - {id: events, kind: log, technology: Kafka, status: new, holds: truth, settings: {retention: forever}}
  - {id: views, kind: relational, technology: PostgreSQL, status: new, holds: copy}
  - {id: fill, kind: worker, status: new}
flows:
  - {id: order, from: user, to: app, mode: sync, effect: write, authorized: object}
  - {id: append, from: app, to: events, mode: sync, effect: write}
  - {id: take, from: events, to: fill, mode: async, effect: message}
  - {id: show, from: fill, to: views, mode: async, effect: write}
  - {id: look, from: app, to: views, mode: sync, effect: read}
complete: [components, flows]
"""


def test_a_log_that_is_the_truth_is_no_queue(judge: Judge) -> None:
    answer = judge(LEDGER)
    assert answer.extras == ()
    assert not any("let views do it" in f.do for f in answer.findings)
    assert found(answer, "event-sourcing-unasked") == ["components.events"]
    replayed = judge(LEDGER.replace("replay: false", "replay: true"))
    assert "components.events" in [k.at for k in replayed.keeps]
    assert replayed.findings == ()


def test_nothing_is_led_to_a_part_that_holds_a_copy(judge: Judge) -> None:
    queue = LEDGER.replace("kind: log, technology: Kafka", "kind: queue, technology: SQS")
    queue = queue.replace("holds: truth, settings: {retention: forever}", "holds: nothing")
    assert [e.instead for e in judge(queue).extras if e.instead == "views"] == []


SEATS = """\
name: seats
context: {engineers: 4, teams: 1}
load: {requests_per_second: {peak: 80}}
components:
  - {id: app, kind: service, status: new, instances: 3}
  - {id: db, kind: relational, technology: PostgreSQL, status: new, holds: truth}
flows:
  - {id: order, from: user, to: app, mode: sync, effect: write, authorized: object}
  - {id: take, from: app, to: db, mode: sync, effect: stock, in_transaction: false}
must_hold:
  - id: seats
    statement: no more are sold than there are
    where: flows.take
    enforced_by: app
    how: code
    checked: before
complete: [components, flows]
"""


def test_what_is_called_broken_is_not_praised(judge: Judge) -> None:
    raced = judge(SEATS)
    assert found(raced, "check-raced-by-copies") == ["must_hold.seats"]
    assert not [k for k in raced.keeps if "no more are sold" in k.why]
    assert found(raced, "hot-counter-below-need") == []  # it is one fault, and told once
    write = judge(SEATS.replace("effect: stock", "effect: write"))
    (line,) = [k for k in write.keeps if "no more are sold" in k.why]
    assert "two of its copies may pass it at once" in line.why


def test_a_promise_over_stock_is_more_than_reading_and_writing(judge: Judge) -> None:
    one = judge(SEATS)
    line = next(c for c in one.capabilities if c.capability == "hot counter")
    assert (line.fit, line.needed) == ("under", "conditional-update")
    beside = SEATS.replace("enforced_by: app\n    how: code", "enforced_by: counter\n    how: lock")
    beside = beside.replace(
        "flows:\n",
        "  - {id: counter, kind: cache, technology: Redis, status: new, holds: truth}\nflows:\n"
        "  - {id: count, from: app, to: counter, mode: sync, effect: stock, rate: 5/s}\n",
    )
    line = next(c for c in judge(beside).capabilities if c.capability == "hot counter")
    assert line.needed != "read-then-write"


def test_a_promise_is_no_measure_of_how_many_updates_one_row_takes(judge: Judge) -> None:
    by_row = SEATS.replace("how: code\n    checked: before", "how: conditional_update")
    by_row = by_row.replace("enforced_by: app", "enforced_by: db")
    line = next(c for c in judge(by_row).capabilities if c.capability == "hot counter")
    assert line.fit == "unknown"


@pytest.mark.parametrize("product", ["EKS", "GKE", "AKS", "k3s", "OpenShift", "Kubernetes"])
def test_a_hosted_variant_asks_for_the_skill_in_its_product(judge: Judge, product: str) -> None:
    design = SHOP.replace("teams: 1", "teams: 1, skills: {kubernetes: none}").replace(
        "  - {id: work",
        f"  - {{id: run, kind: platform, technology: {product}, status: new}}\n  - {{id: work",
    )
    assert {f.path: f.said for f in judge(design).derived}["derived.novelties"] == "1"
    known = design.replace("kubernetes: none", f"kubernetes: none, {product}: some")
    after = {f.path: f.said for f in judge(known).derived}["derived.novelties"]
    assert after == ("0" if product != "Kubernetes" else after)


MESH = SHOP.replace(
    "  - {id: work", "  - {id: mesh, kind: mesh, technology: Istio, status: new}\n  - {id: work"
)


def test_one_is_counted_as_one_and_what_was_judged_is_judged(judge: Judge) -> None:
    answer = judge(MESH)
    title = next(f.title for f in answer.findings if f.rule == "mesh-for-few-services")
    assert "1 service:" in title
    assert "(mesh)" not in title
    assert not any("the size of" in line and "mesh" in line for line in answer.not_judged)


def test_growth_is_told_as_it_was_said() -> None:
    for text in ("8 GB/month", "1.5 GB/month", "12.5 GB/month", "60 KB/s", "5 MB/s"):
        assert parse(text, "bandwidth").short() == text


def test_a_need_is_named_once(judge: Judge) -> None:
    design = SHOP.replace(
        "  - {id: work",
        "  - {id: find, kind: vector, in: db, settings: {index: none}, status: new}\n  - {id: work",
    ).replace("flows:\n", "flows:\n  - {id: seek, from: app, to: find, mode: sync, effect: read}\n")
    design += "stores: [{in: find, what: pieces, largest_rows: 20k}]\n"
    answer = judge(design + "needs: {search: [words, meaning]}\n")
    lines = [k.why for k in answer.keeps if "needs.search" in k.why]
    assert lines
    assert all(line.count("needs.search") == 1 for line in lines)


def test_a_time_that_nobody_stated_is_no_reason(judge: Judge) -> None:
    design = SHOP.replace(
        "  - {id: work",
        "  - {id: kept, kind: cache, technology: Redis, status: new}\n  - {id: work",
    )
    design = design.replace(
        "flows:\n", "flows:\n  - {id: look, from: app, to: kept, mode: sync, effect: read}\n"
    )
    answer = judge(design.replace("peak: 40}", "peak: 40}, read_share: 0.5"))
    assert answer.extras
    assert not [r for f in answer.findings for r in f.because if r.fact.endswith("longest_read")]


def test_our_own_part_is_not_apart_from_our_own_records(judge: Judge) -> None:
    desk = SHOP.replace(
        "flows:\n",
        "flows:\n  - {id: pay, from: user, to: app, mode: sync, effect: money, recovers: reconciliation}\n",
    )
    lines = [k.why for k in judge(desk).keeps if k.at == "flows.pay"]
    assert lines == [
        "a crash midway leaves “pay” half done, and comparing the records is what finds it"
    ]
    bank = desk.replace(
        "from: user, to: app, mode: sync, effect: money", "from: app, to: bank, effect: money"
    )
    bank = bank.replace(
        "  - {id: work", "  - {id: bank, kind: external, status: new}\n  - {id: work"
    )
    assert "leaves bank and our own records apart" in next(
        k.why for k in judge(bank).keeps if k.at == "flows.pay"
    )


ONCE = """\
must_hold:
  - id: once
    statement: an address has one account
    where: flows.save
    enforced_by: db
    how: unique_key
    checked: with
"""


@pytest.mark.parametrize(
    ("shards", "stores", "kept"),
    [
        ("", "", True),
        (", shards: 1", "", True),
        (", shards: 8", "", False),
        (", shards: 8", "stores: [{in: db, what: users, key: email, partition_by: tenant}]", False),
        (
            ", shards: 8",
            "stores: [{in: db, what: users, key: tenant and email, partition_by: tenant}]",
            True,
        ),
        (", shards: unknown", "", False),
    ],
)
def test_a_key_sees_its_own_shard_alone(judge: Judge, shards: str, stores: str, kept: bool) -> None:
    design = SHOP.replace("holds: truth}", f"holds: truth{shards}}}") + ONCE + stores
    said = [k for k in judge(design).keeps if "refuses a second one" in k.why]
    assert bool(said) is kept


SLOTS = """
name: shop
context: {engineers: 3, teams: 1}
load: {requests_per_second: {peak: 5}}
practices: {webhook_signature: true}
components:
  - {id: api, kind: service, status: new, instances: COPIES}
  - {id: db, kind: relational, status: existing, holds: truth}
  - {id: psp, kind: external, technology: Adyen, status: new}
must_hold:
  - {id: once, statement: a slot is given once, where: flows.store, enforced_by: api, how: code, checked: before}
flows:
  - {id: store, from: api, to: db, what: select then insert, mode: sync, effect: write}
  - {id: news, from: psp, to: api, what: payment notifications, mode: MODE, effect: write, duplicate_safe: SAFE}
complete: [components, flows]
"""


def _shop(copies: int = 1, mode: str = "async", safe: str = "false") -> str:
    return SLOTS.replace("COPIES", str(copies)).replace("MODE", mode).replace("SAFE", safe)


@pytest.mark.parametrize(
    ("mode", "safe", "fires"),
    [("async", "false", True), ("sync", "false", False), ("async", "{by: unique_key, marked: with}", False)],
)  # fmt: skip
def test_a_provider_of_payments_sends_its_news_again_whatever_they_change(
    judge: Judge, mode: str, safe: str, fires: bool
) -> None:
    answer = judge(_shop(mode=mode, safe=safe))
    assert found(answer, "redelivered-effect-not-duplicate-safe") == ["flows.news"] * fires


@pytest.mark.parametrize(("copies", "raced"), [(1, False), (3, True)])
def test_a_check_that_copies_overtake_is_kept_for_what_it_is(
    judge: Judge, copies: int, raced: bool
) -> None:
    answer = judge(_shop(copies, safe="{by: unique_key, marked: with}"))
    assert "check-then-act@must_hold.once" in answer.next
    (line,) = [k for k in answer.keeps if k.at == "flows.store"]
    assert ("may pass it at once" in line.why) is raced


def test_no_target_is_a_word_that_can_be_said(judge: Judge) -> None:
    answer = judge(_shop() + "needs: {availability: none, p95_latency: none}\n")
    assert answer.unread == ()
    assert not {"needs.availability", "needs.p95_latency"} & set(asked(answer))
