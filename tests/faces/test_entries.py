"""One entry as a page: what a person reads of it stands in every form, and nothing that is only for machines."""

import io
import json
import re
from typing import Any

import pytest
from rich.console import Console

from backend_mcp import settings
from backend_mcp.catalog.library import Library
from backend_mcp.model.sentence import PLACEHOLDER, in_words
from backend_mcp.render import consulted, entries, tables
from backend_mcp.render.markdown import markdown
from backend_mcp.render.parts import LONGEST, length, parts
from backend_mcp.render.steps import TERMINAL
from backend_mcp.usecases.consult import search_knowledge
from backend_mcp.usecases.entry import whole_entry
from tests.faces.test_consult import missing

LIBRARY = Library(settings.knowledge_folder(), None)
EACH = {"technologies": 7, "thresholds": 5, "practices": 3}
NAMES = [
    f"{kind}/{id_}"
    for kind in ("rules", "probes", "ladders", "patterns", "guides", "checklists", *EACH)
    for id_ in LIBRARY.names(kind)[:: EACH.get(kind, 1)]
]
MACHINE = {"symptoms", "examples", "before", "after", "for_each", "id"}
"""Keys of a file that a page does not hold as they stand there."""


def _shape(name: str) -> dict[str, Any]:
    return entries.entry(whole_entry(*name.split("/"), LIBRARY), LIBRARY.knowledge)


def _printed(shape: dict[str, Any], width: int = 100) -> str:
    out = io.StringIO()
    tables.entry(shape, Console(file=out, width=width, highlight=False))
    return out.getvalue()


def _joined(text: str) -> str:
    """A text without what only lays it out: spaces, line ends and the marks of Markdown."""
    return re.sub(r"[\s*`#•]|^- |(?<=\n)\s*- ", "", text)


@pytest.mark.parametrize("kind", sorted({n.partition("/")[0] for n in NAMES}))
def test_a_page_holds_what_its_structure_holds_in_every_form(kind: str) -> None:
    for name in NAMES:
        if not name.startswith(f"{kind}/"):
            continue
        shape = _shape(name)
        whole = markdown(shape, settings.prompts_folder(), "entry")
        assert missing(shape, whole) == [], name
        assert not set(shape) & MACHINE, name
        printed = _joined(_printed(shape))
        assert [x for x in _strings(shape) if _joined(x) not in printed] == [], name
        for part in parts(shape):
            text = markdown(part, settings.prompts_folder(), "entry")
            assert len(text) <= 8_000, name
            assert length(part) <= LONGEST + 200, name
            assert missing(part, text) == [], name


def _strings(shape: Any) -> list[str]:
    if isinstance(shape, dict):
        return [x for v in shape.values() for x in _strings(v)]
    if isinstance(shape, list):
        return [x for v in shape for x in _strings(v)]
    return [shape] if isinstance(shape, str) else []


@pytest.mark.parametrize("kind", sorted({n.partition("/")[0] for n in NAMES}))
def test_a_page_speaks_in_words_where_a_design_would_be_named(kind: str) -> None:
    for name in NAMES:
        if name.startswith(f"{kind}/"):
            shape = {k: v for k, v in _shape(name).items() if k not in ("changes", "repair")}
            assert [x for x in _strings(shape) if PLACEHOLDER.search(x)] == [], name


@pytest.mark.parametrize("kind", ["rules", "probes"])
def test_what_judges_says_something_of_its_first_example(kind: str) -> None:
    for name in LIBRARY.names(kind):
        assert whole_entry(kind, name, LIBRARY).said is not None, name


def test_the_body_of_a_guide_keeps_its_headings_paragraphs_and_lists() -> None:
    for id_ in LIBRARY.names("guides"):
        blocks = _shape(f"guides/{id_}")["text"]
        headings = [b for b in blocks if b.startswith("## ")]
        assert len(headings) >= 3, id_
        assert not [b for b in blocks if "## " in b[3:]], id_
        text = markdown(_shape(f"guides/{id_}"), settings.prompts_folder(), "entry")
        assert all(re.search(rf"^{re.escape(h)}$", text, re.MULTILINE) for h in headings)


def test_the_words_of_a_condition_come_before_its_predicate() -> None:
    shape = _shape("guides/which-broker")
    for text in (_printed(shape), markdown(shape, settings.prompts_folder(), "entry")):
        first = shape["helps"][0]
        assert 0 < text.index(first["says"]) < text.index(first["when"])
        assert text.index("In short") < text.index("When it helps") < text.index("When it hurts")
        assert text.index("When it hurts") < text.index("The four") < text.index("Numbers")
        assert re.search(r"job-table-rate`?\s+200\.\.1000/s", text)
        assert "read 2026-11-23" in text


def test_a_rule_tells_what_it_says_when_what_mends_it_and_where_it_was_read() -> None:
    text = _printed(_shape("rules/two-writes-no-outbox"))
    order = ["severity: high", "In short", "The sender writes", "When it speaks", "practices.outbox == false",
             "What mends it", "See also", "practices/outbox", "Named by", "Sources", "read 2026-11-25"]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "query", ["charged twice", "money", "kafka", "queue", "backup", "login", "retries"]
)
def test_a_search_brings_words_and_no_holes(query: str) -> None:
    found: Any = search_knowledge(query, LIBRARY)
    if isinstance(found, consulted.Found):
        shape = consulted.found(found, LIBRARY.knowledge, TERMINAL)
        assert PLACEHOLDER.search(json.dumps(shape)) is None
        assert all(line["says"] for line in shape["entries"])


@pytest.mark.parametrize(
    ("text", "list_", "words"),
    [
        ("{id} waits, and {id} hangs", "flows", "a step waits, and the step hangs"),
        (
            "{from} tells {to} of {id} ({effect})",
            "components",
            "the sender tells the receiver of a part",
        ),
        ("“{statement}” is promised", "must_hold", "a promise is promised"),
        ("up to the {derived.peak_inflow} of it", "", "up to the peak inflow of it"),
        ("at most {needs.rpo} may be lost", "", "at most the rpo may be lost"),
        ("nothing to fill", "", "nothing to fill"),
    ],
)
def test_a_hole_is_filled_by_what_would_stand_there(text: str, list_: str, words: str) -> None:
    assert in_words(text, list_, whole=False) == words


def test_a_sentence_that_is_only_good_whole_is_left_out() -> None:
    assert in_words("{derived.peak_inflow} arrive", "components") == ""
