"""Options compared, checklists told and entries found, as clients see them: both forms, sizes, refusals."""

import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.types import PromptReference, ResourceTemplateReference

from backend_mcp import settings
from backend_mcp.catalog.library import Library
from tests.faces.talking import MODES, TOOLS, call, refused, talk

DESIGNS = sorted((Path(__file__).parents[2] / "examples/designs").glob("*.yaml"))
LIBRARY = Library(settings.knowledge_folder(), None)
LADDERS = LIBRARY.names("ladders")
TOPICS = LIBRARY.names("checklists")
FACTS = {
    "context": {"engineers": 3, "teams": 1},
    "load": {"messages_per_second": 8},
    "needs": {"replay": False},
}
_NOT_IN_TEXT = ("here", "part", "of")


def leaves(shape: Any) -> list[str]:
    """Every id, place, number and sentence of a structured result."""
    if isinstance(shape, dict):
        return [x for k, v in shape.items() if k not in _NOT_IN_TEXT for x in leaves(v)]
    if isinstance(shape, list):
        return [x for v in shape for x in leaves(v)]
    return [] if isinstance(shape, bool) or shape is None else [str(shape)]


def missing(shape: Any, text: str) -> list[str]:
    """What stands in the structured result and not in the text."""
    return [x for x in leaves(shape) if x and x not in text]


def bounded(shape: Any, text: str) -> bool:
    return len(text) <= 8_000 and len(json.dumps(shape, ensure_ascii=False)) <= 8_000


@pytest.mark.parametrize("design", DESIGNS, ids=lambda p: p.stem)
def test_every_ladder_is_compared_in_both_forms_alike(tmp_path: Path, design: Path) -> None:
    async def script(client: Client) -> None:
        for capability in LADDERS:
            shape, text = await call(
                client, "compare_options", capability=capability, facts=design.read_text()
            )
            assert bounded(shape, text), capability
            assert missing(shape, text) == [], capability
            assert shape["next"]
            assert [r["id"] for r in shape["rungs"]]

    talk(script, tmp_path)


@pytest.mark.parametrize("design", DESIGNS, ids=lambda p: p.stem)
def test_every_checklist_is_told_in_both_forms_alike(tmp_path: Path, design: Path) -> None:
    async def script(client: Client) -> None:
        for topic in TOPICS:
            shape, text = await call(client, "get_checklist", topic=topic, facts=design.read_text())
            assert bounded(shape, text), topic
            assert missing(shape, text) == [], topic
            states = [i["state"] for i in shape.get("items", [])]
            order = ["unknown", "missing", "planned", "done"]
            assert states == sorted(states, key=order.index)

    talk(script, tmp_path)


@pytest.mark.parametrize("mode", MODES)
def test_facts_may_be_a_document_the_last_design_or_nothing(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        general, _ = await call(client, "compare_options", capability="queue")
        for blank in ("", " ", "\n\t", None, {}):
            same, _ = await call(client, "compare_options", capability="queue", facts=blank)
            assert same == general
        assert "needed" not in general
        assert general["questions"][0]["fact"] == "load.messages_per_second"
        told, _ = await call(client, "compare_options", capability="queue", facts=FACTS)
        assert told["needed"] == "job-table"
        parts = {
            **FACTS,
            "components": [{"id": "bus", "kind": "log", "technology": "Kafka", "status": "new"}],
        }
        await call(client, design=parts)
        last, _ = await call(client, "compare_options", capability="kafka", facts="last")
        assert last["at"] == "components.bus"
        assert last["chosen"] == "log"

    talk(script, tmp_path, mode)


def test_a_product_leads_to_the_ladder_that_it_stands_on(tmp_path: Path) -> None:
    async def script(client: Client) -> None:
        shape, _ = await call(client, "compare_options", capability="Kafka", facts=FACTS)
        assert shape["ladder"] == "queue"

    talk(script, tmp_path)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("compare_options", {"capability": "quue"}, "did you mean queue"),
    ("compare_options", {"capability": ""}, "There are"),
    ("compare_options", {}, "capability"),
    ("compare_options", {"capability": 5}, "string is due"),
    ("compare_options", {"capability": "queue", "facts": "last"}, "nothing was reviewed"),
    ("compare_options", {"capability": "queue", "facts": [1]}, "object or string"),
    ("compare_options", {"capability": "queue", "fact": {}}, "did you mean facts"),
    ("get_checklist", {"topic": "lanch"}, "did you mean launch"),
    ("get_checklist", {"topic": "launch", "part": 9}, "part"),
    ("get_checklist", {"topic": "launch", "part": "x"}, "integer"),
    ("search_knowledge", {"query": ""}, "words or an id"),
    ("search_knowledge", {"query": "\udfff\ud800"}, "words or an id"),
    ("search_knowledge", {"query": "x" * 401}, "400 characters"),
    (
        "search_knowledge",
        {"query": "rules/money-without-idempotncy"},
        "rules/money-without-idempotency",
    ),
    ("review_design", {"desgn": {}}, "did you mean design"),
    ("review_design", {"design": {"components": ["a"]}, "part": 0}, "part"),
    ("no_such_tool", {}, "review_design"),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("tool", "arguments", "words"), REFUSED, ids=lambda a: str(a)[:40])
def test_a_refusal_names_the_place_what_is_allowed_and_a_call_that_works(
    tmp_path: Path, tool: str, arguments: dict[str, Any], words: str, mode: str
) -> None:
    async def script(client: Client) -> None:
        shape, text = await refused(client, tool, **arguments)
        assert words in text
        assert len(text) <= 2_000
        assert "pydantic" not in text
        assert "http" not in text
        assert missing(shape, text) == []
        assert shape["next"]
        assert tool not in TOOLS or shape["example"]

    talk(script, tmp_path, mode)


@pytest.mark.parametrize("mode", MODES)
def test_every_kind_has_an_index_and_every_entry_is_read(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        listed = [str(r.uri) for r in (await client.list_resources()).resources]
        templates = (await client.list_resource_templates()).resource_templates
        assert len(listed) == len(templates) + 1
        for uri in listed[1:]:
            kind = uri.removeprefix("backend://")
            index = (await client.read_resource(uri)).contents[0].text  # type: ignore[union-attr]
            names = LIBRARY.names(kind)
            assert [n for n in names if f"`{uri}/{n}`" not in index] == []
            for name in names[:: max(1, len(names) // 6)]:
                entry = (await client.read_resource(f"{uri}/{name}")).contents[0].text  # type: ignore[union-attr]
                assert f"{kind}/{name}" in entry

    talk(script, tmp_path, mode)


@pytest.mark.parametrize(
    "uri", ["backend://rules/no-cy", "backend://rulez", "backend://", "backend://rules/../x"]
)
@pytest.mark.parametrize("mode", MODES)
def test_an_unknown_resource_is_told_with_the_nearest(tmp_path: Path, uri: str, mode: str) -> None:
    async def script(client: Client) -> None:
        with pytest.raises(Exception, match=r"no-ci|There (is|are)") as caught:
            await client.read_resource(uri)
        assert len(str(caught.value)) <= 2_000

    talk(script, tmp_path, mode)


@pytest.mark.parametrize("mode", MODES)
def test_ids_and_arguments_complete(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        ref = ResourceTemplateReference(uri="backend://rules/{id}")
        found = await client.complete(ref, {"name": "id", "value": "money"})
        assert "money-without-idempotency" in found.completion.values
        prompt = PromptReference(name="review_architecture")
        assert (
            await client.complete(prompt, {"name": "design", "value": ""})
        ).completion.values == []

    talk(script, tmp_path, mode)


@pytest.mark.parametrize(
    "kind", ["guides", "rules", "ladders", "checklists", "patterns", "practices"]
)
def test_one_id_returns_the_entry_whole_in_parts_that_fit(tmp_path: Path, kind: str) -> None:
    async def script(client: Client) -> None:
        for name in LIBRARY.names(kind)[:12]:
            part, of = 1, 1
            while part <= of:
                shape, text = await call(
                    client, "search_knowledge", query=f"{kind}/{name}", part=part
                )
                assert bounded(shape, text), name
                assert shape["entry"] == f"{kind}/{name}"
                of = shape.get("of", 1)
                part += 1

    talk(script, tmp_path)


@pytest.mark.parametrize(
    ("tool", "about"),
    [("compare_options", {"capability": "queue"}), ("get_checklist", {"topic": "launch"})],
)
def test_facts_that_can_not_be_read_are_told(
    tmp_path: Path, tool: str, about: dict[str, Any]
) -> None:
    async def script(client: Client) -> None:
        odd = {
            "load": {"messages_per_second": "8..2"},
            "needs": {"replay": "maybe", "orderingg": "total"},
        }
        shape, text = await call(client, tool, **about, facts=odd)
        assert {u["at"] for u in shape["unread"]} == {
            "load.messages_per_second",
            "needs.replay",
            "needs.orderingg",
        }
        assert missing(shape, text) == []

    talk(script, tmp_path)


def test_an_item_is_not_skipped_where_the_design_may_hold_more(tmp_path: Path) -> None:
    open_ = {
        "components": [{"id": "app", "kind": "service"}],
        "flows": [{"id": "browse", "from": "user", "to": "app", "effect": "read"}],
    }

    async def script(client: Client) -> None:
        shape, _ = await call(client, "get_checklist", topic="payment", facts=open_)
        skipped = {i["id"] for i in shape.get("skipped", [])}
        assert "charged-once" not in skipped
        whole = {**open_, "complete": ["components", "flows"]}
        closed, _ = await call(client, "get_checklist", topic="payment", facts=whole)
        assert "charged-once" in {i["id"] for i in closed["skipped"]}

    talk(script, tmp_path)
