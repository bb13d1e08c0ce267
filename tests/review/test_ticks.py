"""Ticks and skips rest on what is stated: of a silent design nothing is done, and little is skipped."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from backend_mcp import settings
from backend_mcp.catalog.library import Library
from backend_mcp.model.consultation import ItemLine
from backend_mcp.review.checklist import tell
from tests.conftest import Read

CASES = YAML(typ="safe", pure=True).load(Path(__file__).with_name("ticks.yaml"))
KINDS = (
    "service", "worker", "job", "function", "relational", "document", "key_value", "search", "vector",
    "olap", "cache", "queue", "log", "object_storage", "external", "llm", "mcp_server", "identity",
    "gateway", "workflow",
)  # fmt: skip
OF_KINDS = {
    "second-kind", "what-belongs-together", "cached-for-another", "passages-of-another", "piled-up",
    "spending", "found-by", "way-back-from-sign-in", "provider-down", "one-id-through", "files-taken-in",
    "waiting-in-the-old-shape", "who-reads-again", "pooled-connection", "without-a-session", "other-stores",
    "change-and-message", "own-passwords", "hashed", "reset", "room-for-ids", "what-the-old-one-cannot",
    "promise-across", "promise-torn", "several-truths", "a-second-database", "shared-allowance",
    "limits-of-others", "all-copies-know", "one-runs-it", "who-else-reads", "long-transaction", "old-rows",
    "truth-per-copy", "who-runs-it", "drifting-copy", "rights-at-the-search", "back-in-time",
}  # fmt: skip
"""Items that the kinds of all parts, once all are named, may rule out."""
OF_ENDS = {
    "addresses", "their-addresses", "events-sent-out", "hung", "waits-no-longer", "ends-in-time",
    "event-again", "booked-once", "signed", "event-comes-first", "open-for-minutes",
    "limits-of-others", "open-addresses", "sent-again", "rights-of-the-person", "handles",
    "yes-before-harm", "text-that-orders", "done-once", "whose-agent",
}  # fmt: skip
"""Items that the ends of all flows may rule out."""
Lines = Callable[[Any, str], Iterator[ItemLine]]


@pytest.fixture(scope="module")
def lines(read: Read) -> Lines:
    library = Library(settings.knowledge_folder(), None)

    def told(document: Any, topic: str) -> Iterator[ItemLine]:
        found = tell(read(document), library.advice.checklists[topic], library.knowledge)
        yield from (*found.items, *found.skipped)

    return told


@pytest.fixture(scope="module")
def topics() -> tuple[str, ...]:
    return tuple(Library(settings.knowledge_folder(), None).advice.checklists)


@pytest.mark.parametrize("case", CASES, ids=[c["named"] for c in CASES])
def test_an_item_says_what_is_stated(lines: Lines, case: dict[str, Any]) -> None:
    found = {line.id: line for line in lines({"name": "it", **case["design"]}, case["topic"])}
    assert {id_: found[id_].state for id_ in case["items"]} == case["items"]


@pytest.mark.parametrize("complete", [[], ["components", "flows"]])
@pytest.mark.parametrize("first", range(0, len(KINDS), 5))
def test_of_names_and_kinds_nothing_is_done_and_only_kinds_rule_out(
    lines: Lines, topics: tuple[str, ...], complete: list[str], first: int
) -> None:
    parts = [{"id": kind, "kind": kind} for kind in KINDS[first : first + 5]]
    flows = [{"id": f"to-{p['id']}", "from": parts[0]["id"], "to": p["id"]} for p in parts[1:]]
    design = {"name": "it", "components": parts, "flows": flows, "complete": complete}
    told = [line for topic in topics for line in lines(design, topic)]
    assert not [line.id for line in told if line.state in ("done", "planned", "missing")]
    skipped = {line.id for line in told if line.state == "skipped"}
    assert skipped <= (OF_KINDS | OF_ENDS if complete else set())


def test_what_is_done_or_skipped_has_a_reason(lines: Lines, topics: tuple[str, ...]) -> None:
    for case in CASES:
        for topic in topics:
            told = [*lines({"name": "it", **case["design"]}, topic)]
            assert not [x.id for x in told if x.state != "unknown" and not (x.says or x.because)]
