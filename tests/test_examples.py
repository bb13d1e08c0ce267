"""The example designs get the answers that were written down before the engine saw them."""

import json
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from backend_mcp.model.entries import SEVERITIES
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Review
from backend_mcp.render.fit import MAX_BYTES, size
from backend_mcp.render.result import full, short
from backend_mcp.tree import from_text, plain
from backend_mcp.usecases import judge

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(p.stem for p in (ROOT / "examples/designs").glob("*.yaml"))


def expected(name: str) -> dict[str, Any]:
    path = ROOT / f"examples/expected/{name}.yaml"
    found = plain(from_text(path.read_text(encoding="utf-8"), path.name))
    assert isinstance(found, dict)
    return found


def answer(name: str, knowledge: Knowledge) -> Review:
    path = ROOT / f"examples/designs/{name}.yaml"
    raw = judge.read_file(path)
    return judge.review_tree(raw, str(path), knowledge, strict=True).review


def test_every_example_has_an_expectation_and_a_transcript() -> None:
    assert {p.stem for p in (ROOT / "examples/expected").glob("*.yaml")} == set(NAMES)
    assert {p.stem for p in (ROOT / "examples/transcripts").glob("*.md")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_verdict_and_readiness_are_as_written_down(name: str, knowledge: Knowledge) -> None:
    review, want = answer(name, knowledge), expected(name)

    assert (review.verdict, review.ready) == (want["verdict"], want["ready"])
    if "highest_severity" in want:
        allowed = SEVERITIES[SEVERITIES.index(want["highest_severity"]) :]
        assert {f.severity for f in review.findings} <= set(allowed)


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_that_was_written_down_is_raised(name: str, knowledge: Knowledge) -> None:
    review = answer(name, knowledge)
    for want in expected(name)["must"]:
        raised = [f for f in review.findings if want["finding"] in (f.rule, *f.also)]
        raised = [f for f in raised if want.get("at", f.at) == f.at]
        assert raised, f"{want} is not raised"
        if "severity" in want:
            assert want["severity"] in {f.severity for f in raised}, want


@pytest.mark.parametrize("name", NAMES)
def test_every_part_that_is_too_much_is_named_with_what_does_its_job(
    name: str, knowledge: Knowledge
) -> None:
    review = answer(name, knowledge)
    extras = {e.component: e.instead for e in review.extras}
    for want in expected(name)["over"]:
        assert want["component"] in extras, f"{want} is not named"
        assert extras[want["component"]], want
        if "instead" in want:
            assert extras[want["component"]] == want["instead"]
        needed = {c.needed for c in review.capabilities if c.capability == want["capability"]}
        assert want.get("needed") is None or want["needed"] in needed
    if not expected(name)["over"]:
        assert not extras


@pytest.mark.parametrize("name", NAMES)
def test_keeps_and_looks_are_among_the_first(name: str, knowledge: Knowledge) -> None:
    review, want = answer(name, knowledge), expected(name)
    looks = {look.probe for look in review.looks[:6]}
    assert set(want.get("looks", [])) <= looks
    if "keeps" in want:
        keeps = want["keeps"]
        same = want.get("same_matter", {})
        places = {same.get(k.at, k.at) for k in review.keeps[: keeps["among"]]}
        assert len(places & set(keeps["of"])) >= keeps["at_least"], places
        attacked = {f.at for f in review.findings if f.direction == "over"}
        assert not attacked & set(keeps["of"])


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_said_that_must_not_be_said(name: str, knowledge: Knowledge) -> None:
    review = answer(name, knowledge)
    shape = full(review)
    judged = {k: shape[k] for k in ("summary", "questions", "look", "keep", "next")}
    judged["findings"] = [{k: v for k, v in f.items() if k != "sources"} for f in shape["findings"]]
    text = json.dumps(judged).lower()
    for words in expected(name)["never"]:
        assert words.lower() not in text, words


def test_short_answers_are_short(knowledge: Knowledge) -> None:
    sizes = [size(short(answer(name, knowledge))) for name in NAMES]
    assert max(sizes) <= MAX_BYTES
    assert median(sizes) <= 2400
