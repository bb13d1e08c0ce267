"""Holds what the suite recorded against what is known beforehand; whatever differs is a problem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.protocol.scenarios import HOLLOW_CHECKS, NEVER_SCORED, PROOF, RUNS, SERVER_ALONE
from tests.protocol.suite import Outcome, Requirements

Outcomes = Mapping[str, Outcome]


@dataclass(frozen=True)
class Passes:
    """Both passes over one revision, without fixtures and with them, and how often each of them ran."""

    bare: Outcomes
    full: Outcomes
    counts: Mapping[str, int]


def reason_never_scored(scenario: str) -> str:
    """Return why a scenario that is never scored does not pass; empty when nobody said."""
    return NEVER_SCORED.get("tasks" if scenario.startswith("tasks-") else scenario, "")


def problems(required: Mapping[str, Requirements], passes: Mapping[str, Passes]) -> list[str]:
    """Return everything that is not as it should be, a line each."""
    found = []
    for revision, both in passes.items():
        lines = [
            *_hollow(both.bare),
            *_alone(required[revision], both.bare),
            *_scored(required[revision], both.full),
            *_unscored(required[revision], both.full),
            *_proved(both),
            *_ran(RUNS[revision], both.counts),
        ]
        found += [f"{revision}: {line}" for line in lines]
    return found


def _hollow(bare: Outcomes) -> Iterator[str]:
    for scenario, outcome in bare.items():
        if outcome.status == "passes" and scenario not in SERVER_ALONE and scenario not in PROOF:
            yield f"{scenario} passes without its fixture; say what proves it (PROOF)"


def _alone(required: Requirements, bare: Outcomes) -> Iterator[str]:
    for scenario in sorted(SERVER_ALONE & {*required.scored, *required.unscored}):
        if _status(bare, scenario) != "passes":
            yield f"{scenario} {_status(bare, scenario)} without fixtures (SERVER_ALONE)"


def _scored(required: Requirements, full: Outcomes) -> Iterator[str]:
    for scenario in required.scored:
        if _status(full, scenario) != "passes":
            troubles = full[scenario].troubles if scenario in full else ()
            yield f"{scenario} {_status(full, scenario)}: {'; '.join(troubles) or 'nothing shown'}"


def _unscored(required: Requirements, full: Outcomes) -> Iterator[str]:
    for scenario in required.unscored:
        status = _status(full, scenario)
        if status != "passes" and not reason_never_scored(scenario):
            yield f"{scenario} {status}, is never scored, and no reason is known (NEVER_SCORED)"


def _status(outcomes: Outcomes, scenario: str) -> str:
    return outcomes[scenario].status if scenario in outcomes else "was not run"


def _proved(both: Passes) -> Iterator[str]:
    for scenario, words in PROOF.items():
        if scenario in both.full and words not in both.full[scenario].text:
            yield f"{scenario} does not show what its fixture says: {words!r}"
        if scenario in both.bare and words in both.bare[scenario].text:
            yield f"{scenario} shows {words!r} without its fixture, too; that proves nothing"
    for scenario, checks in HOLLOW_CHECKS.items():
        if scenario in both.full:
            passed = both.full[scenario].passed
            yield from (f"{c} of {scenario} is missing" for c in checks if c not in passed)


def _ran(expected: Mapping[str, int], counts: Mapping[str, int]) -> Iterator[str]:
    for name in sorted({*expected, *counts}):
        times, should = counts.get(name, 0), expected.get(name, 0)
        if times != should:
            yield f"fixture {name} ran {times} times, not {should} (RUNS)"
