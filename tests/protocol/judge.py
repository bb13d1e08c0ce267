"""Holds what the suite recorded against what is known beforehand; whatever differs is a problem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.protocol.scenarios import (
    HOLLOW_CHECKS,
    NEED_SESSIONS,
    NEVER_SCORED,
    PROOF,
    REVISIONS,
    RUNS,
    SERVER_ALONE,
)
from tests.protocol.suite import Outcome, Requirements

Setting = Literal["bare", "product", "sessions"]
HANDSHAKE = REVISIONS[1]


@dataclass(frozen=True)
class Pass:
    """One pass of the suite over one revision in one setting, and what the fixtures saw of it."""

    outcomes: Mapping[str, Outcome]
    counts: Mapping[str, int] = field(default_factory=dict)


Passes = Mapping[tuple[str, Setting], Pass]


def needs_session(revision: str, scenario: str) -> bool:
    """Whether a scenario can't be passed by the product's setting."""
    return revision == HANDSHAKE and scenario in NEED_SESSIONS


def reason_never_scored(scenario: str) -> str:
    """Return why a scenario that is never scored does not pass; empty when nobody said."""
    return NEVER_SCORED.get("tasks" if scenario.startswith("tasks-") else scenario, "")


def problems(required: Mapping[str, Requirements], passes: Passes) -> list[str]:
    """Return everything that is not as it should be, a line each."""
    found = []
    for (revision, setting), one in passes.items():
        where = f"{revision} ({setting})"
        if setting == "bare":
            lines = [*_hollow(one), *_alone(required[revision], revision, one)]
        else:
            lines = [
                *_scored(required[revision], revision, setting, one),
                *_unscored(required[revision], one),
                *_proved(one, passes[revision, "bare"]),
                *_ran(revision, one),
            ]
        found += [f"{where}: {line}" for line in lines]
    return found


def _scored(required: Requirements, revision: str, setting: Setting, one: Pass) -> Iterator[str]:
    for scenario in required.scored:
        outcome = one.outcomes.get(scenario)
        if outcome is None:
            yield f"{scenario} was not run"
        elif setting == "product" and needs_session(revision, scenario):
            if outcome.status == "passes":
                yield f"{scenario} passes without a session; take it out of NEED_SESSIONS"
        elif outcome.status != "passes":
            yield f"{scenario} {outcome.status}: {'; '.join(outcome.troubles) or 'nothing shown'}"


def _unscored(required: Requirements, one: Pass) -> Iterator[str]:
    for scenario in required.unscored:
        outcome = one.outcomes.get(scenario)
        status = outcome.status if outcome else "was not run"
        if status != "passes" and not reason_never_scored(scenario):
            yield f"{scenario} {status}, is never scored, and no reason is known (NEVER_SCORED)"


def _hollow(bare: Pass) -> Iterator[str]:
    for scenario, outcome in bare.outcomes.items():
        if outcome.status == "passes" and scenario not in SERVER_ALONE and scenario not in PROOF:
            yield f"{scenario} passes without its fixture; say what proves it (PROOF)"


def _alone(required: Requirements, revision: str, bare: Pass) -> Iterator[str]:
    for scenario in SERVER_ALONE & {*required.scored, *required.unscored}:
        outcome = bare.outcomes.get(scenario)
        if not needs_session(revision, scenario) and (not outcome or outcome.status != "passes"):
            yield f"{scenario} needs a fixture after all (SERVER_ALONE)"


def _proved(one: Pass, bare: Pass) -> Iterator[str]:
    for scenario, words in PROOF.items():
        outcome = one.outcomes.get(scenario)
        if outcome and words not in outcome.text:
            yield f"{scenario} does not show what its fixture says: {words!r}"
        if scenario in bare.outcomes and words in bare.outcomes[scenario].text:
            yield f"{scenario} shows {words!r} without its fixture, too; that proves nothing"
    for scenario, checks in HOLLOW_CHECKS.items():
        outcome = one.outcomes.get(scenario)
        if outcome:
            yield from (f"{c} of {scenario} is missing" for c in checks if c not in outcome.passed)


def _ran(revision: str, one: Pass) -> Iterator[str]:
    expected = RUNS[revision]
    for name in sorted({*expected, *one.counts}):
        times, should = one.counts.get(name, 0), expected.get(name, 0)
        if times != should:
            yield f"fixture {name} ran {times} times, not {should} (RUNS)"
