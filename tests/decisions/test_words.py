"""Words of a plan: which touch the architecture, and which products they name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from backend_mcp.decisions.words import LONGEST, Words

PLANS = Path(__file__).parents[1] / "data" / "gate"
ORDINARY = sorted((PLANS / "ordinary").glob("*.md"))
ARCHITECTURAL = sorted((PLANS / "architectural").glob("*.md"))


@pytest.fixture(scope="module")
def words() -> Words:
    return Words.load()


def test_there_are_plans_of_both_kinds() -> None:
    assert len(ORDINARY) >= 20
    assert len(ARCHITECTURAL) >= 9


@pytest.mark.parametrize("path", ORDINARY, ids=lambda p: p.stem)
def test_an_ordinary_plan_touches_nothing(path: Path, words: Words) -> None:
    assert words.hear(path.read_text()).because == ""


@pytest.mark.parametrize("path", ARCHITECTURAL, ids=lambda p: p.stem)
def test_a_plan_about_architecture_touches_it(path: Path, words: Words) -> None:
    assert words.hear(path.read_text()).touched


NAMED = [
    ("Add Redis and Kafka.", {"redis", "kafka"}),
    ("Move the sessions to k8s-hosted Redis, no Postgres needed.", {"redis"}),
    ("Store it in S3 instead of DynamoDB.", {"s3"}),
    ("Use Postgres rather than MongoDB.", {"postgresql"}),
    ("Add a queue (SQS). Kafka only if we pass 10k/s.", {"sqs"}),
    ("| Engine | Temporal | new |", {"temporal-io"}),
    ("a temporal window before we render", set()),
    ("go through the list and post a message", set()),
    ("see `lib/redis/client.rb` and https://kafka.apache.org/x", set()),
    ("the column stripe_customer_id is new", set()),
    ("```sql\nCREATE TABLE redis (id int);\n```\n", set()),
    ("```\nApp ──> Kafka ──> Workers\n```\n", {"kafka"}),
    ("# Plan\n\n## Later\n\nAdd Kafka.\n\n## Now\n\nAdd Redis.\n", {"redis"}),
    ("# Deliver reminders later\n\nAdd Kafka.\n", {"kafka"}),
    ("```markdown\n# Plan\n\nAdd Kafka.\n```\n", {"kafka"}),
    ("```bash\nmake\n\nAdd Kafka.\n", {"kafka"}),
    (f"{'x ' * 1200}Add Kafka.", {"kafka"}),
    ("Guarantee no data loss: Kafka with acks=all.", {"kafka"}),
    ("We add, with no downtime, Kafka.", {"kafka"}),
    ("**Cut:** Redis, SQS and Kafka. Add Postgres.", {"postgresql"}),
    ("Add Ｋafka and Re\u200bdis.", {"kafka", "redis"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "due"), NAMED, ids=[t[0][:40] for t in NAMED])
def test_products_are_named(text: str, due: set[str], words: Words) -> None:
    assert {id_ for need in words.hear(text).needs for id_ in need} == due


ALTERNATIVES = [
    ("Mail by SES (or Postmark).", {"postmark"}, True),
    ("Mail by SES (or Postmark).", {"sendgrid"}, False),
    ("Add SES and Postmark.", {"postmark"}, False),
    ("Pay with Stripe/Adyen.", {"stripe"}, True),
]


@pytest.mark.parametrize(("text", "holds", "covered"), ALTERNATIVES)
def test_one_of_two_alternatives_will_do(
    text: str, holds: set[str], covered: bool, words: Words
) -> None:
    needs = words.hear(text).needs
    assert needs
    assert all(words.covers(holds, need) for need in needs) is covered


def test_a_plan_in_another_language_is_asked_about_for_its_products(words: Words) -> None:
    assert words.hear("Wir nehmen Redis und Kafka, damit die Seite schneller wird.").touched


HOSTILE: list[tuple[str, Callable[[], str]]] = [
    ("one word", lambda: "a" * LONGEST * 3),
    ("negations", lambda: "no " * LONGEST),
    ("verbs", lambda: ("new " * 500 + "\n") * 200),
    ("alternatives", lambda: ("redis / " * 250 + "\n") * 200),
    ("fences", lambda: "```\n" * LONGEST),
    ("marks", lambda: "`/_*|" * LONGEST),
]


@pytest.mark.parametrize("make", [h[1] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_a_hostile_plan_ends_in_time(make: Callable[[], str], words: Words) -> None:
    import time

    before = time.process_time()
    words.hear(make())
    assert time.process_time() - before < 4


def test_the_list_is_generated_from_the_knowledge(knowledge) -> None:
    from backend_mcp import settings
    from backend_mcp.catalog.advice import load_advice
    from backend_mcp.catalog.spoken import PATH, word_list

    text = word_list(knowledge, load_advice(settings.knowledge_folder(), knowledge))
    assert (settings.checkout() / PATH).read_text(encoding="utf-8") == text
    assert json.loads(text)["knowledge"] == knowledge.version


@pytest.mark.parametrize(
    "text",
    [
        "Vi bygger en ny tjeneste for kunderne. Beskeder kommer i Kafka, og sessioner i Redis.",
        "Dodajemy Kafka do systemu, to jest nasza kolejka. Redis.",
    ],
)
def test_a_plan_in_another_language_is_asked_about_for_any_product(text: str, words: Words) -> None:
    assert words.hear(text).touched
