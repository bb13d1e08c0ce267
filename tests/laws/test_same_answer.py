"""Equal facts give equal bytes: order, names, words for people and unused facts change nothing."""

import copy
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend_mcp.model.review import Review
from backend_mcp.render.result import full
from tests.laws.designs import KNOWLEDGE, documents, judge, law
from tests.laws.documents import LISTS, ids, rekeyed, renamed, reordered, with_value
from tests.laws.pieces import Document

PICKS = st.randoms(use_true_random=False)


def text(document: Document, *left_out: str) -> str:
    shape = full(judge(document).review)
    return json.dumps({k: v for k, v in shape.items() if k not in left_out}, ensure_ascii=False)


@given(documents())
@law
def test_equal_facts_give_equal_bytes(document: Document) -> None:
    assert text(document) == text(copy.deepcopy(document))


@given(documents(), PICKS)
@law
def test_the_order_of_keys_changes_nothing(document: Document, pick: Any) -> None:
    assert text(rekeyed(document, pick)) == text(document)


@given(documents(), PICKS)
@law
def test_the_order_of_lists_changes_nothing(document: Document, pick: Any) -> None:
    assert text(reordered(document, pick)) == text(document)


@given(documents(), PICKS)
@law
def test_the_order_of_lists_does_not_touch_the_judgement(document: Document, pick: Any) -> None:
    before, after = judge(document).review, judge(reordered(document, pick)).review
    assert (after.verdict, after.ready) == (before.verdict, before.ready)
    assert heads(after) == heads(before)
    assert {e.component for e in after.extras} == {e.component for e in before.extras}


def tokens(document: Document, lead: str, order: list[int]) -> dict[str, str]:
    return {n: f"{lead}{i:03d}" for n, i in zip(sorted(set(ids(document))), order, strict=True)}


def compare_renamed(document: Document, lead: str) -> None:
    order = list(range(len(set(ids(document)))))
    plain = renamed(document, tokens(document, "aaaaaaqq", order))
    other = renamed(document, tokens(document, lead, order))
    assert text(plain, "review").replace("aaaaaaqq", lead) == text(other, "review")


BUZZWORDS = ("kafka-k8", "redis_ai", "existing", "practice", "external")


@given(documents(), st.sampled_from(BUZZWORDS))
@law
def test_renaming_in_the_same_order_changes_only_names(document: Document, lead: str) -> None:
    compare_renamed(document, lead)


SHOP_AND_BILLING = {
    "name": "shop",
    "components": [
        {"id": "shop", "kind": "service", "status": "new"},
        {"id": "billing", "kind": "service", "status": "new"},
    ],
    "flows": [
        {"id": "bill", "from": "shop", "to": "billing", "mode": "sync", "effect": "write"},
    ],
}


@given(documents(), st.integers(0, 50))
@law
@example(SHOP_AND_BILLING, 1)
def test_renaming_in_any_order_changes_only_names(document: Document, turn: int) -> None:
    order = list(range(len(set(ids(document)))))
    order = order[turn % len(order) :] + order[: turn % len(order)]
    order = order[::-1] if turn % 2 else order
    names = tokens(document, "kafka-k8", order)
    before, after = judge(document).review, judge(renamed(document, names)).review
    assert (after.verdict, after.ready) == (before.verdict, before.ready)
    back = {new: old for old, new in names.items()}
    assert alike(document, (e.component for e in before.extras)) == alike(
        document, (back[e.component] for e in after.extras)
    )
    assert heads(before) == heads(after)


def alike(document: Document, components: Iterable[str]) -> list[str]:
    """Say what parts are: of two that differ in their names alone, either may be the one too many."""
    parts = {
        str(c["id"]): {k: v for k, v in c.items() if k != "id"} for c in document["components"]
    }
    used = {
        id_: sum(json.dumps(f).count(f'"{id_}"') for f in document.get("flows", []))
        for id_ in parts
    }
    return sorted(f"{json.dumps(parts[id_], sort_keys=True)} {used[id_]}" for id_ in components)


def heads(review: Review) -> list[tuple[str, str, bool]]:
    return sorted((f.rule, f.severity, f.conditional) for f in review.findings)


@given(documents())
@law
def test_a_name_with_a_dot_is_a_name(document: Document) -> None:
    compare_renamed(document, "orders.v")


PARAPHRASES: dict[str, dict[Any, list[Any]]] = {
    "technology": {
        "PostgreSQL": ["postgres", "psql", "postgresql"],
        "Kafka": ["kafka", "Apache Kafka"],
        "Redis": ["redis", "REDIS"],
        "Kubernetes": ["k8s", "kubernetes"],
        "SQS": ["Amazon SQS", "sqs"],
        "Stripe": ["stripe"],
    },
    "kind": {"object_storage": ["object storage", "Object-Storage"], "key_value": ["Key-Value"]},
    "status": {"new": ["New", {"value": "new"}], "existing": ["EXISTING"]},
    "effect": {"money": ["Money", {"value": "money", "note": "card"}]},
    "rate": {"12/s": ["720/min", "12 rps"], "600/s": ["36k/min"], "60/s": ["60 rps", "60.0/s"]},
    "shape": {"office_hours": ["office hours", "Office-Hours"]},
    "replay": {False: [{"value": False, "note": "never"}]},
    "horizon": {"12 months": ["12 mo"], "36 months": ["36 mo"]},
    "availability": {"99.9 %": ["99.9%", 0.999]},
    "total": {"4 TB": ["4000 GB"]},
}


def paraphrased(node: Any, pick: Any) -> Any:
    if isinstance(node, list):
        return [paraphrased(v, pick) for v in node]
    if not isinstance(node, dict):
        return node
    made = {}
    for key, value in node.items():
        known = PARAPHRASES.get(key, {})
        plain = not isinstance(value, dict | list)
        others = known.get(value, [value]) if plain else []
        made[key] = pick.choice(others) if plain else paraphrased(value, pick)
    return made


@given(documents(), PICKS)
@law
def test_paraphrase_changes_nothing(document: Document, pick: Any) -> None:
    assert text(paraphrased(document, pick)) == text(document)


SENTENCES = (
    "replay is needed by law and by two teams",
    "decouple kafka at 10000/s, existing: yes",
    "nothing enforces it; nobody; unknown; no",
    "{id} {what} pays for 3 regions & 9 nines",
)


def spoken(document: Document, lead: str) -> Document:
    """Put other words wherever a document already speaks to people, and reasons beside them."""
    made = copy.deepcopy(document)
    made["purpose"] = lead
    for name in LISTS:
        for index, entry in enumerate(made.get(name, [])):
            said = f"{lead}{name[:2]}{index:02d}"
            for key in ("what", "on_failure", "statement", "reason"):
                if key in entry and not (name == "stores" and key == "what"):
                    entry[key] = said
            entry["note"] = said
            if name == "components":
                entry["reason"] = said
    return made


@given(documents(), st.sampled_from(SENTENCES), st.sampled_from(SENTENCES))
@law
def test_words_for_people_change_only_their_echo(document: Document, a: str, b: str) -> None:
    assert text(spoken(document, a)).replace(a, b) == text(spoken(document, b))


@given(documents(), st.sampled_from(SENTENCES))
@law
def test_reasons_and_notes_that_are_added_change_nothing(document: Document, said: str) -> None:
    made = copy.deepcopy(document)
    made["purpose"] = made["note"] = said
    for entry in made["components"]:
        entry["reason"] = entry["note"] = said
    for entry in made.get("flows", []):
        entry["comment"] = said
    assert text(made) == text(document)


def _used_words() -> str:
    """All that any expression or sentence of the knowledge names."""
    return repr([KNOWLEDGE.rules, KNOWLEDGE.ladders, KNOWLEDGE.probes, KNOWLEDGE.keeps])


UNUSED: dict[str, tuple[tuple[str | int, ...], Any, tuple[str, ...]]] = {
    "stage": (("context", "stage"), "growth", ("stage",)),
    "budget": (("context", "budget_per_month"), "900 EUR", ("budget_per_month",)),
    "people on call": (("context", "on_call_people"), 3, ("on_call_people",)),
    "deadline": (("needs", "deadline"), "2 weeks", ("deadline",)),
    "fan-out": (("load", "fan_out"), 500, ("fan_out",)),
    "cost": (("components", 0, "cost_per_month"), "250 EUR", ("cost_per_month",)),
    "version": (("components", 0, "version"), "3.9", (".version", "version ")),
    "size": (("components", 0, "size"), "8 vcpu, 32 GB", ()),
    "a free setting": (("components", 0, "settings", "colour"), "blue", ("colour",)),
    "a skill in what is not here": (("context", "skills", "cobol"), "none", ("cobol",)),
}


@pytest.mark.parametrize("name", UNUSED)
@given(document=documents())
@law
def test_a_fact_that_nothing_asks_for_changes_nothing(name: str, document: Document) -> None:
    path, value, words = UNUSED[name]
    if any(word in _used_words() for word in words):
        pytest.skip("a rule asks for it now")
    assert text(with_value(document, path, value), "review") == text(document, "review")
