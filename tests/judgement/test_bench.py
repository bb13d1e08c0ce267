"""What the bench of judgement has reached stays reached; its misses stand in docs/benchmarks.md."""

from functools import cache
from typing import Any

import pytest

from benchmarks.judgement import mutation, seeded, selectivity
from benchmarks.judgement.cases import HEAVY, heavy, review, share
from benchmarks.judgement.plans import Plan, plans
from benchmarks.judgement.published import agreement, cases


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
    assert share([bool(f.raised) for f in flaws()]).value >= 0.89
    assert sum(len(f.alarms) for f in flaws()) <= 5
    assert [f.id for f in flaws() if f.blockers] == []


def test_sound_designs_are_left_alone() -> None:
    assert [c.name for c in seeded.controls() if c.alarms] == []
    bases = seeded.bases().items()
    assert [n for n, d in bases if heavy(review(d), *HEAVY[:2])] == []
    assert seeded.neutral() == []


def test_published_verdicts_never_point_the_other_way() -> None:
    found = cases()
    assert len(found) >= 50
    assert [c.name for c in found if c.wrong] == []
    assert [(c.name, c.forbidden) for c in found if c.forbidden] == []
    assert agreement(found).value >= 0.18
    assert share([c.fair for c in found]).value >= 0.71


def test_a_change_of_numbers_changes_the_answer() -> None:
    assert share([t.flips for t in seeded.twins()]).value >= 0.95


def test_nothing_is_said_of_more_than_a_quarter_of_all_designs() -> None:
    assert selectivity.common(review(d) for d in selectivity.documents()) == []


def test_rules_notice_small_changes_of_themselves() -> None:
    assert mutation.caught(mutation.tried()).value >= 0.9
