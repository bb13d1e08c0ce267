"""The knowledge itself: every entry on its own examples, and nothing missing or left out."""

from typing import Any

import pytest

from backend_mcp import settings
from backend_mcp.catalog.advice import load_advice
from backend_mcp.catalog.files import OTHER_IDS, list_files
from backend_mcp.errors import KnowledgeError
from backend_mcp.model.form import KINDS
from backend_mcp.model.form_design import WALKED
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.usecases import judge, maintain
from tests.conftest import DATA

FOLDER = settings.knowledge_folder()


def _cases() -> list[Any]:
    """Every example of every entry; an entry that can't be loaded fails the loading test instead."""
    try:
        knowledge = judge.open_knowledge(FOLDER, None)
    except KnowledgeError:
        return []
    kinds = (
        ("rules", knowledge.rules),
        ("ladders", knowledge.ladders),
        ("probes", knowledge.probes),
    )
    return [
        pytest.param(
            kind, bound.entry.id, example.name, id=f"{kind}/{bound.entry.id}: {example.name}"
        )
        for kind, entries in kinds
        for bound in entries
        for example in bound.entry.examples
    ]


@pytest.mark.parametrize(("kind", "id_", "name"), _cases())
def test_an_entry_says_of_its_example_what_it_must(
    knowledge: Knowledge, kind: str, id_: str, name: str
) -> None:
    entries: Any = getattr(knowledge, kind)
    bound = next(b for b in entries if b.entry.id == id_)
    example = next(e for e in bound.entry.examples if e.name == name)
    assert maintain.try_example(bound, example, knowledge) == ""


def test_every_practice_of_the_vocabulary_is_known(knowledge: Knowledge) -> None:
    names = (DATA / "practices.txt").read_text().split()
    assert len(names) == 84
    assert [p for p in names if p not in knowledge.vocabulary.practices] == []


def test_every_file_of_the_folder_is_loaded(knowledge: Knowledge) -> None:
    files = {p for p in FOLDER.rglob("*") if p.is_file() and p.suffix != ".md"}
    assert {p for p in files if p not in list_files(FOLDER)} <= {FOLDER / "retired.yaml"}
    entries = sum(len(getattr(knowledge, kind)) for kind in ("rules", "ladders", "probes"))
    entries += len(knowledge.practices) + len(knowledge.technologies) + len(knowledge.thresholds)
    advice = load_advice(FOLDER, knowledge)
    entries += len(advice.patterns) + len(advice.guides) + len(advice.checklists)
    assert entries == len([p for p in list_files(FOLDER) if p.name != OTHER_IDS])


def test_no_name_leads_to_two_entries(knowledge: Knowledge) -> None:
    claims: dict[str, set[str]] = {}
    for entry in (*knowledge.practices.values(), *knowledge.technologies.values()):
        kind = "technology" if entry.id in knowledge.technologies else "practice"
        for name in (entry.id, entry.title, *entry.aliases):
            plain = f"{kind} " + " ".join(name.lower().replace("_", " ").split())
            claims.setdefault(plain, set()).add(entry.id)
    assert {name: ids for name, ids in claims.items() if len(ids) > 1} == {}


def test_every_technology_is_of_a_known_kind(knowledge: Knowledge) -> None:
    assert [t.id for t in knowledge.technologies.values() if t.kind not in KINDS] == []


def test_every_entry_walks_a_known_list(knowledge: Knowledge) -> None:
    walked = [b.entry.for_each for b in (*knowledge.rules, *knowledge.ladders, *knowledge.probes)]
    assert set(walked) <= {"", *WALKED}


def test_every_entry_has_examples(knowledge: Knowledge) -> None:
    assert all(b.entry.examples for b in (*knowledge.rules, *knowledge.ladders, *knowledge.probes))
