"""The house rules of the small company among the examples: sound, and what changes when they lie over."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend_mcp import settings
from backend_mcp.catalog.folders import overlaid
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.render.result import full
from backend_mcp.tree import from_text
from backend_mcp.usecases import judge, maintain

ROOT = Path(__file__).resolve().parents[2]
HOUSE = overlaid(ROOT / "examples/overlays/small-company", settings.knowledge_folder())
DESIGN = ROOT / "examples/designs/saas-as-proposed.yaml"


@pytest.fixture(scope="module")
def house() -> Knowledge:
    """The knowledge as the small company sees it."""
    return judge.open_knowledge(HOUSE, None)


def _answer(knowledge: Knowledge) -> dict[str, Any]:
    return full(judge.review_tree(judge.read_file(DESIGN), str(DESIGN), knowledge).review)


def _severities(shape: dict[str, Any]) -> dict[str, str]:
    return {f["id"]: f["severity"] for f in shape["findings"]}


def test_the_folder_passes_the_check() -> None:
    checked = maintain.check_knowledge(HOUSE, date(2026, 12, 1))
    assert checked.knowledge.version.startswith("2026.11.25+acme-")


def test_the_answer_differs_by_what_the_overlay_says_and_nothing_else(
    knowledge: Knowledge, house: Knowledge
) -> None:
    without, over = _severities(_answer(knowledge)), _severities(_answer(house))
    assert without.keys() - over.keys() == {"on-call-too-thin@context.on_call"}
    assert over.keys() - without.keys() == {"own-database-beside-the-shared-one@components.billdb"}
    changed = {
        i: (without[i], over[i]) for i in without.keys() & over.keys() if without[i] != over[i]
    }
    assert changed == {"call-without-timeout@flows.charge": ("medium", "high")}


def test_the_answer_says_whose_the_changes_are(house: Knowledge) -> None:
    shape = _answer(house)
    found = {f["id"]: f for f in shape["findings"]}
    bus = found["unpaid-part@components.bus"]["threshold"]
    assert (bus["value"], bus["source"]) == ("350..800/s", "acme (Sam, data)")
    assert (bus["expires"], bus["house_heuristic"]) == ("2027-05-31", True)
    assert "acme (Ada, payments)" in found["call-without-timeout@flows.charge"]["sources"]
    off = "on-call-too-thin: switched off by acme (Kim, managing director) until 2027-05-31: "
    assert any(line.startswith(off) for line in shape["not_judged"])
    assert shape["knowledge"].startswith("2026.11.25+acme-")


def test_a_plan_may_name_the_platform_of_the_house(house: Knowledge) -> None:
    text = (
        "context: {engineers: 4, teams: 1}\ncomplete: [components]\ncomponents:\n"
        "  - {id: app, kind: service, status: new, in: run}\n"
        "  - {id: run, kind: platform, technology: our platform, status: existing}\n"
    )
    review = judge.review_tree(from_text(text, "plan.yaml"), "plan.yaml", house).review
    assert review.unread == ()
    assert [(c.chosen, c.fit) for c in review.capabilities if c.capability == "compute"] == [
        ("paas", "right")
    ]
