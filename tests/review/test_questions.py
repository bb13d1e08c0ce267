"""What is asked: the load first where nothing can be sized, one question a matter, nothing without effect."""

from collections.abc import Callable
from pathlib import Path

import pytest

from backend_mcp.model.entries import SEVERITIES
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Question, Review
from backend_mcp.review.candidates import Candidate
from backend_mcp.review.questions import merge
from backend_mcp.tree import from_text
from backend_mcp.usecases.judge import review_tree

Judge = Callable[[str], Review]
Asked = Callable[[str], list[str]]


@pytest.fixture
def judge(knowledge: Knowledge) -> Judge:
    def take(text: str) -> Review:
        tree = from_text("name: shop\n" + text, "shop.yaml")
        return review_tree(tree, "shop.yaml", knowledge, strict=True).review

    return take


@pytest.fixture
def asked(judge: Judge) -> Asked:
    return lambda text: [q.fact for q in judge(text).questions]


SHOP = """
components:
  - {id: web, kind: service, status: new}
  - {id: db, kind: relational, status: new, holds: truth}
flows:
  - {id: come, from: user, to: web, mode: sync, effect: read}
  - {id: save, from: web, to: db, mode: sync, effect: write}
"""
EVENTS = """
components:
  - {id: jobs, kind: queue, status: new}
  - {id: work, kind: worker, status: new}
flows: [{id: take, from: jobs, to: work, mode: async, effect: write}]
"""


def test_a_shop_without_a_load_is_asked_for_its_requests_first(judge: Judge) -> None:
    review = judge(SHOP)

    assert review.verdict == "undecided"
    assert review.questions[0].fact == "load.requests_per_second.peak"
    assert review.next.startswith("Ask for load.requests_per_second.peak")


def test_a_worker_without_a_load_is_asked_for_its_messages_first(asked: Asked) -> None:
    assert asked(EVENTS)[0] == "load.messages_per_second"


def test_the_load_comes_first_however_heavy_the_rest(judge: Judge) -> None:
    review = judge(SHOP + "practices: {backups: false}\n")

    assert review.verdict != "right"
    assert review.questions[0].fact == "load.requests_per_second.peak"


def test_a_known_load_is_not_asked_for(asked: Asked) -> None:
    facts = asked(SHOP + "load: {requests_per_second: {peak: 40}}\n")

    assert "load.requests_per_second.peak" not in facts
    assert facts[0] == "practices.backups"


def test_of_what_brings_the_data_back_one_thing_is_asked(asked: Asked) -> None:
    facts = asked(SHOP + "load: {requests_per_second: {peak: 40}}\n")
    recovery = {"practices.backups", "practices.restore_tested", "needs.rpo", "needs.rto"}

    first = [f for f in facts[:5] if f in recovery]
    assert first[:1] == ["practices.backups"]
    assert len(first) == 1 or set(facts[:5]) <= recovery


WAITING = """
load: {requests_per_second: {peak: 40}}
components:
  - {id: web, kind: service, status: new}
  - {id: db, kind: relational, status: new, holds: truth}
  - {id: tax, kind: external, status: new}
  - {id: post, kind: external, status: new}
flows:
  - {id: come, from: user, to: web, mode: sync, effect: read}
  - {id: ask_tax, from: web, to: tax, mode: sync, effect: read}
  - {id: ask_post, from: web, to: post, mode: sync, effect: read}
  - {id: save, from: web, to: db, mode: sync, effect: write}
"""


def test_a_second_question_of_one_matter_comes_after_all_others(asked: Asked) -> None:
    facts = asked(WAITING)
    waits = [n for n, f in enumerate(facts) if f.endswith((".timeout", ".on_failure"))]
    others = [n for n, f in enumerate(facts) if f == "practices.backups"]

    assert len(waits) > 1
    assert others[0] < waits[1]


def test_every_answer_list_holds_one_that_changes_something(judge: Judge) -> None:
    found: list[Question] = []
    for text in (SHOP, EVENTS, WAITING):
        found += judge(text).questions
    assert found
    for question in found:
        assert len(set(question.answers.values())) > 1, question.fact
        assert question.decides, question.fact


TOOL = """
load: {requests_per_second: {peak: 40}}
components:
  - {id: tool, kind: job, status: new, trigger: request}
  - {id: db, kind: relational, status: existing, holds: truth}
flows: [{id: purge, from: tool, to: db, mode: batch, effect: write, reversible: true}]
practices: {backups: true}
"""


def test_of_two_facts_that_decide_together_one_is_asked_with_the_other_named(judge: Judge) -> None:
    questions = {q.fact: q for q in judge(TOOL).questions}

    assert "flows.purge.authorized" not in questions
    answers = questions["practices.destructive_confirmation"].answers
    assert answers["true"] == "nothing to mend here"
    assert answers["false"].startswith("high: ")
    assert "flows.purge.authorized is none" in answers["false"]


def test_a_derived_rate_is_asked_for_by_the_load_behind_it(judge: Judge) -> None:
    text = """
load: {requests_per_second: {peak: 40}}
components:
  - {id: web, kind: service, status: changed}
  - {id: db, kind: relational, status: existing}
  - {id: worker, kind: worker, technology: Celery, status: new}
flows: [{id: save, from: web, to: db, mode: sync, effect: write}]
"""
    question = next(q for q in judge(text).questions if q.fact == "load.messages_per_second")

    assert "worker-needs-a-broker@components.worker" in question.decides
    assert question.answers["below 1/s"].startswith("medium: ")


def test_the_people_are_asked_for_where_few_could_not_keep_it_alive(asked: Asked) -> None:
    many = "".join(f"  - {{id: s{n}, kind: service, status: new}}\n" for n in range(30))
    text = f"load: {{requests_per_second: {{peak: 40}}}}\ncomponents:\n{many}"

    assert "context.engineers" in asked(text)
    assert "context.engineers" not in asked(SHOP)


def test_entries_without_a_name_are_asked_for_by_their_number(judge: Judge) -> None:
    document = """\
components: [{id: api, kind: service, status: new}, {id: db, kind: relational, status: new, holds: truth}]
flows: [{from: user, to: api, mode: sync, effect: write}, {from: api, to: db, mode: sync, effect: money}]
must_hold: [{statement: paid once, where: "flows[1]", enforced_by: api}]
"""
    assert judge(document).questions


def examples() -> list[str]:
    return sorted(str(p) for p in (Path(__file__).parents[2] / "examples/designs").glob("*.yaml"))


def is_worse(change: str) -> bool:
    return change.startswith(("at worst", *SEVERITIES))


@pytest.mark.parametrize("path", examples())
def test_no_safeguard_reads_worse_than_its_absence(path: str, knowledge: Knowledge) -> None:
    tree = from_text(Path(path).read_text(), path)
    for question in review_tree(tree, path, knowledge).review.questions:
        bad = [a for a in question.answers if a in ("false", "none", "nobody")]
        key = question.fact.rpartition(".")[2]
        if bad and (key in ("duplicate_safe", "singleton") or "practices." in question.fact):
            assert is_worse(question.answers[bad[0]]), question


LEFT_OPEN = """
load: {requests_per_second: {peak: 5}}
needs: {replay: false}
components:
  - {id: web, kind: service, status: new}
  - {id: db, kind: relational, status: new, holds: truth}
  - {id: bucket, kind: object_storage, status: unknown}
flows:
  - {id: come, from: user, to: web, mode: sync, effect: read}
  - {id: save, from: web, to: db, mode: sync, effect: write}
  - {id: keep, from: web, to: bucket, mode: sync, effect: write}
complete: [components, flows]
"""


def test_a_status_is_not_asked_for_a_pattern_of_which_nothing_is_said(judge: Judge) -> None:
    decided = [d for q in judge(LEFT_OPEN).questions for d in q.decides]
    assert not [d for d in decided if d.startswith(("event-", "pattern-", "saga-"))]


def test_of_two_rules_the_heavier_consequence_is_told() -> None:
    held = Candidate("x", 1, {"true": "nothing to mend here", "false": "still open"}, ["a@x"])
    found = {"x": held}
    merge(found, Candidate("x", 2, {"true": "at worst high: a", "false": "medium: b"}, ["b@x"]))
    assert held.answers == {"true": "at worst high: a", "false": "medium: b"}
    merge(found, Candidate("x", 2, {"true": "nothing to mend here", "false": "low: c"}, ["c@x"]))
    assert held.answers == {"true": "at worst high: a", "false": "medium: b"}


def test_whether_a_transaction_is_open_while_another_party_is_called_is_asked(asked: Asked) -> None:
    charge = """
load: {requests_per_second: {peak: 5}}
components:
  - {id: web, kind: service, status: new}
  - {id: pay, kind: external, status: new}
flows:
  - {id: come, from: user, to: web, mode: sync, effect: read}
  - {id: charge, from: web, to: pay, mode: sync, effect: money, in_transaction: unknown}
"""
    assert "flows.charge.in_transaction" in asked(charge)


TOO_MUCH = """
load: {requests_per_second: {peak: 5}}
components:
  - {id: web, kind: service, status: new}
  - {id: db, kind: relational, status: new, holds: truth}
  - {id: fast, kind: cache, technology: Redis, status: new, holds: copy}
  - {id: find, kind: search, technology: Elasticsearch, status: new, holds: copy}
flows:
  - {id: come, from: user, to: web, mode: sync, effect: read, authorized: none}
  - {id: save, from: web, to: db, mode: sync, effect: write}
  - {id: ask, from: web, to: find, mode: sync, effect: read}
complete: [components, flows]
"""


def test_of_a_part_that_is_to_go_only_what_pays_is_asked_and_the_loss_of_data_first(
    judge: Judge,
) -> None:
    review = judge(TOO_MUCH)

    assert {"fast", "find"} <= {e.component for e in review.extras}
    assert review.questions[0].fact == "practices.backups"
    for question in review.questions:
        of_it = question.fact.startswith(("components.fast.", "components.find."))
        assert not of_it or any(d.startswith("unpaid-part") for d in question.decides), question


def test_what_was_measured_is_asked_of_what_exists_alone(asked: Asked) -> None:
    there = TOO_MUCH.replace("Redis, status: new", "Redis, status: unknown")

    assert not [f for f in asked(TOO_MUCH) if f.endswith((".hit_ratio", ".miss_cost"))]
    assert "components.fast.status" in asked(there)
