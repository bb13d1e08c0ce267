"""What a reader of a prompt acts on: where a finding belongs, how well a number is known, what is left out."""

import re

import pytest

from backend_mcp import settings
from backend_mcp.catalog.library import Library
from backend_mcp.model.decision import NO_MEMORY
from backend_mcp.reading.reader import read_design
from backend_mcp.render import prompts
from backend_mcp.tree import from_text
from backend_mcp.usecases import prompting

TEMPLATES = settings.prompts_folder()
LIBRARY = Library(settings.knowledge_folder(), None)
STEPS = ", ".join(f"{{what: target {n}, within: {n + 1} min}}" for n in range(6))
DESIGN = f"""
name: shop
context: {{engineers: 3, stage: growth}}
load: {{requests_per_second: {{peak: 20}}}}
needs: {{targets: [{STEPS}]}}
must_hold:
  - {{id: once, statement: {{value: paid once, basis: assumed}}, where: flows.pay, enforced_by: db, how: unique_key}}
components:
  - {{id: app, kind: service, status: new}}
  - {{id: db, kind: relational, status: existing, holds: truth}}
  - {{id: stripe, kind: external, status: existing, limit: {{value: 25 rps, basis: measured}}}}
flows:
  - {{id: buy, from: user, to: app, mode: sync, effect: write, authorized: none, rate: {{value: 20/s, basis: assumed}}}}
  - {{id: pay, from: app, to: stripe, mode: sync, effect: money, rate: 9/s, duplicate_safe: false, recovers: unknown}}
practices: {{rate_limiting: {{value: false, note: after the launch}}, webhook_signature: planned}}
"""


def _said(name: str, **given: str) -> str:
    card = prompts.card(TEMPLATES, name)

    def read(text: str) -> object:
        return read_design(from_text(text, "design"), "design", LIBRARY.knowledge.vocabulary)

    values = prompting.gather(card, {"design": DESIGN, **given}, LIBRARY, read, lambda _: NO_MEMORY)  # type: ignore[arg-type]
    return prompts.prompt(TEMPLATES, card.name, values, LIBRARY.knowledge)


def test_a_finding_is_told_with_its_area() -> None:
    said = _said("review_architecture")
    assert re.search(r"`money-without-idempotency@flows\.pay` \(blocker, integrity", said)


@pytest.mark.parametrize("name", ["one_page", "threat_model"])
def test_promises_and_rates_are_told_with_their_basis(name: str) -> None:
    said = _said(name)
    assert "`paid once` (assumed)" in said
    if name == "one_page":
        assert "20/s (assumed) |" in said
        assert "9/s (stated) |" in said


def test_a_limit_and_the_rates_against_it_are_told_with_their_basis() -> None:
    said = _said("break_under_load")
    assert re.search(
        r"`stripe` takes 25(/s| rps) \(measured\); into it go `pay` 9/s \(stated\)", said
    )


def test_targets_stand_in_the_situation_and_those_left_out_are_counted() -> None:
    said = _said("one_page")
    line = next(x for x in said.split("\n") if x.startswith("- Against a clock: "))
    assert "`target 0`, within 1 min" in line
    assert line.endswith("and 2 more.")


def test_a_practice_and_its_note_stand_apart() -> None:
    said = _said("threat_model")
    assert "`rate_limiting: false` (noted: `after the launch`)" in said
    assert "`webhook_signature: planned`" in said
