"""What the bench of judgement has reached stays reached; its misses stand in docs/benchmarks.md."""

from functools import cache
from typing import Any

import pytest

from benchmarks.judgement import mutation, seeded
from benchmarks.judgement.cases import HEAVY, heavy, review, share
from benchmarks.judgement.plans import Plan, plans
from benchmarks.judgement.published import cases

KNOWN_ALARMS = {"67-law-firm-answers"}
"""A control whose own telemetry stack is called too much, as an engineer calls it in another plan."""


@cache
def six() -> list[Plan]:
    return plans()


@cache
def flaws() -> Any:
    return seeded.flaws()


def test_plans_get_verdicts_that_engineers_accept() -> None:
    assert [p.name for p in six() if not p.verdict] == []
    assert [(p.name, p.said, p.attacked) for p in six() if p.said or p.attacked] == []


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ({"side": "over", "typed": True}, 5 / 6),
        ({"typed": True, "first": True}, 0.8),
        ({"typed": True}, 0.7),
        ({"typed": False}, 0.6),
    ],
)
def test_findings_of_the_reviews_are_met(kind: dict[str, Any], least: float) -> None:
    assert share([x for p in six() for x in p.of(**kind)]).value >= least


def test_most_of_each_keep_list_is_kept() -> None:
    assert [p.name for p in six() if p.keeps.value < 0.7] == []


def test_seeded_flaws_are_raised_and_little_else() -> None:
    blockers = [f for f in flaws() if f.severity == "blocker"]
    assert share([bool(f.raised) for f in blockers]).value >= 0.95
    assert share([bool(f.raised) for f in flaws()]).value >= 0.84
    assert sum(len(f.alarms) for f in flaws()) <= 5
    assert [f.id for f in flaws() if f.blockers] == []


def test_sound_designs_are_left_alone() -> None:
    alarmed = {c.name for c in seeded.controls() if c.alarms}
    assert alarmed <= KNOWN_ALARMS
    bases = seeded.bases().items()
    assert [n for n, d in bases if heavy(review(d), *HEAVY[:2])] == []
    assert seeded.neutral() == []


def test_published_verdicts_seldom_point_the_other_way() -> None:
    found = cases()
    assert len(found) >= 50
    assert share([c.wrong for c in found]).value <= 0.04


def test_rules_notice_small_changes_of_themselves() -> None:
    assert mutation.caught(mutation.tried()).value >= 0.9
