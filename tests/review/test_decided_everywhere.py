"""Every finding of every example, decided: nothing else changes its name, nothing gets worse, all bounds hold."""

import json
from datetime import date
from pathlib import Path

import pytest

from backend_mcp import settings
from backend_mcp.model.decision import Bound, Memory, Recorded, bind
from backend_mcp.model.design import Design
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.render.markdown import markdown
from backend_mcp.render.result import full, short
from backend_mcp.review import review
from tests.conftest import DATA, Read
from tests.decisions.sound import decision

FILES = [
    *sorted((DATA.parents[1] / "examples/designs").glob("*.yaml")),
    *sorted((DATA / "first_sight").glob("*.yaml")),
]
READY = ("no", "after_fixes", "unknown", "yes")
DAY = date(2026, 11, 26)


def _memory(knowledge: Knowledge, *subjects: str, **more: object) -> Memory:
    made = [decision(subject=s, **more) for s in subjects]
    bound = [
        Bound(
            Recorded(f"{n:04d}-x", f"docs/decisions/{n:04d}-x.md", d),
            bind(d, knowledge.vocabulary, {}),
        )
        for n, d in enumerate(made)
    ]
    return Memory(DAY, tuple(bound))


@pytest.fixture(params=FILES, ids=lambda f: f.stem)
def design(request: pytest.FixtureRequest, read: Read) -> Design:
    path: Path = request.param
    return read(path.read_text(), path.name)


def test_a_decided_finding_goes_and_no_other_does(design: Design, knowledge: Knowledge) -> None:
    plain = review(design, knowledge)
    for f in plain.findings:
        covers = tuple(f"{rule}@{f.at}" for rule in f.also)
        judged = review(design, knowledge, _memory(knowledge, f.id, covers=covers))
        assert [x.id for x in judged.findings] == [x.id for x in plain.findings if x.id != f.id]
        assert [d.id for d in judged.decided] == [f.id]
        assert READY.index(judged.ready) >= READY.index(plain.ready)
        assert judged.keeps == plain.keeps
        assert {e.component for e in judged.extras} <= {e.component for e in plain.extras}


def test_with_all_decided_the_answer_is_bounded_and_whole_in_both_forms(
    design: Design, knowledge: Knowledge
) -> None:
    plain = review(design, knowledge)
    ids = [i for f in plain.findings for i in (f.id, *(f"{rule}@{f.at}" for rule in f.also))]
    for more in (
        {},
        {"until": "2026-01-01"},
        {"kind": "defer", "until": "2027-01-01"},
        {"by": "agent"},
    ):
        judged = review(design, knowledge, _memory(knowledge, *ids, **more))
        shape = short(judged)
        assert len(json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode()) <= 3200
        for told in (shape, full(judged)):
            text = markdown(told, settings.prompts_folder())
            for line in told.get("decided", []):
                assert line["id"] in text
                assert line["file"] in text
            for line in told.get("findings", []):
                assert line.get("decision", "") in text


def test_what_is_over_or_of_an_agent_alone_where_a_person_is_due_changes_no_verdict(
    design: Design, knowledge: Knowledge
) -> None:
    plain = review(design, knowledge)
    ids = [f.id for f in plain.findings]
    over = review(design, knowledge, _memory(knowledge, *ids, until="2026-11-25"))
    assert (over.verdict, over.ready) == (plain.verdict, plain.ready)
    assert [f.id for f in over.findings] == ids
    alone = review(design, knowledge, _memory(knowledge, *ids, by="agent"))
    blockers = {f.id for f in plain.findings if f.severity == "blocker"}
    assert blockers <= {f.id for f in alone.findings}
    assert (alone.ready == "no") is bool(blockers)
