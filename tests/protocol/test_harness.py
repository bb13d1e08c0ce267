"""The proof itself: a pass that shows nothing, a call that never came and a fault must be seen."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from tests.protocol import fixtures, serve_fixtures
from tests.protocol.inspector import Inspected
from tests.protocol.inspector import problems as inspector_problems
from tests.protocol.judge import Passes, problems
from tests.protocol.page import page
from tests.protocol.scenarios import HOLLOW_CHECKS, PROOF, REVISIONS, RUNS, SERVER_ALONE
from tests.protocol.suite import Outcome, Requirements, outcome

HERE = Path(__file__).parent
LISTED_ALONE = {"json_schema_2020_12_tool", "test://watched-resource"}
"""Fixtures of which the suite reads but what the list says."""

GOOD = Outcome("passes", frozenset(["some-check"]), (), "")
BAD = Outcome("fails", frozenset(), ("some-check: why",), "")
IDLE = Outcome("unexercised", frozenset(), (), "")
MODERN, HANDSHAKE = REVISIONS
ALONE = "tools-list"
PLAIN = "tools-call-image"
HOLLOW = "tools-call-error"
UNSCORED = "tasks-lifecycle"
SESSION = "tools-call-elicitation"
LIFECYCLE = "server-session-lifecycle"


def _check(status: str, name: str = "some-check") -> dict[str, Any]:
    return {"id": name, "status": status, "description": "what it checks"}


@pytest.mark.parametrize(
    ("checks", "status"),
    [
        ([_check("SUCCESS")], "passes"),
        ([_check("SUCCESS"), _check("INFO"), _check("SKIPPED")], "passes"),
        ([_check("SUCCESS"), _check("WARNING")], "warns"),
        ([_check("SUCCESS"), _check("FAILURE")], "fails"),
        ([_check("SUCCESS"), _check("FAILURE", "wire-schema-valid")], "fails"),
        ([_check("SUCCESS", "wire-schema-valid")], "unexercised"),
        ([_check("WARNING"), _check("SUCCESS", "wire-schema-valid")], "warns"),
        ([_check("INFO")], "unexercised"),
        ([], "unexercised"),
    ],
)
def test_a_scenario_passes_only_when_it_showed_something(checks: Any, status: str) -> None:
    assert outcome(checks).status == status


def _required() -> dict[str, Requirements]:
    scored = [ALONE, PLAIN, HOLLOW, *HOLLOW_CHECKS]
    return {
        MODERN: Requirements(tuple(scored), {UNSCORED: "extension"}, 3),
        HANDSHAKE: Requirements((*scored, SESSION), {LIFECYCLE: "added-after-release"}, 2),
    }


def _passes() -> dict[str, Passes]:
    """A proof in which everything is as it should be."""
    bare = dict.fromkeys(SERVER_ALONE, GOOD) | {HOLLOW: GOOD, PLAIN: BAD, SESSION: BAD}
    shown = {name: replace(GOOD, passed=frozenset(ids)) for name, ids in HOLLOW_CHECKS.items()}
    full = dict.fromkeys([*SERVER_ALONE, PLAIN, SESSION], GOOD) | shown | {UNSCORED: BAD}
    full[HOLLOW] = replace(GOOD, text=PROOF[HOLLOW])
    return {revision: Passes(bare, full, RUNS[revision]) for revision in REVISIONS}


def test_a_proof_that_is_as_it_should_be_has_no_problem() -> None:
    assert problems(_required(), _passes()) == []


def _with(which: str, scenario: str, found: Outcome | None, revision: str = MODERN) -> Any:
    def change(passes: dict[str, Passes]) -> None:
        outcomes = {**getattr(passes[revision], which), scenario: found}
        kept = {name: value for name, value in outcomes.items() if value is not None}
        passes[revision] = replace(passes[revision], **{which: kept})

    return change


def _counting(name: str, times: int) -> Any:
    def change(passes: dict[str, Passes]) -> None:
        counts = {**passes[MODERN].counts, name: times}
        passes[MODERN] = replace(passes[MODERN], counts=counts)

    return change


PROBLEMS = [
    (_with("full", PLAIN, BAD), "some-check: why"),
    (_with("full", PLAIN, IDLE), "nothing shown"),
    (_with("full", PLAIN, None), "was not run"),
    (_with("bare", PLAIN, GOOD), "passes without its fixture"),
    (_with("bare", ALONE, BAD), "tools-list fails without fixtures"),
    (_with("bare", LIFECYCLE, IDLE, HANDSHAKE), "server-session-lifecycle unexercised without"),
    (_with("full", HOLLOW, GOOD), "does not show what its fixture says"),
    (_with("bare", HOLLOW, replace(GOOD, text=PROOF[HOLLOW])), "that proves nothing"),
    (_with("full", "server-stateless", GOOD), "is missing"),
    (_with("full", SESSION, BAD, HANDSHAKE), "tools-call-elicitation fails"),
    (_counting("test_simple_text", 0), "ran 0 times, not 1"),
    (_counting("test_input_required_result_tampered_state", 2), "ran 2 times, not 1"),
    (_counting("test_sampling", 1), "ran 1 times, not 0"),
]


@pytest.mark.parametrize(("change", "words"), PROBLEMS, ids=[words for _, words in PROBLEMS])
def test_what_differs_is_a_problem(change: Callable[[dict[str, Passes]], None], words: str) -> None:
    passes = _passes()
    change(passes)
    found = problems(_required(), passes)
    assert len(found) >= 1
    assert words in found[0]


def test_a_scenario_that_is_never_scored_and_fails_needs_a_reason() -> None:
    required, passes = _required(), _passes()
    required[MODERN] = replace(required[MODERN], unscored={"something-new": "pending"})
    _with("full", "something-new", BAD)(passes)
    assert "no reason is known" in problems(required, passes)[0]


def test_the_page_tells_every_scenario_and_is_the_same_each_time() -> None:
    pages = {page({"suite": "1"}, _required(), _passes(), [], []) for _ in range(2)}
    (text,) = pages
    assert all(f"| `{name}` |" in text for name in (ALONE, PLAIN, HOLLOW, SESSION, UNSCORED))
    assert f"**{MODERN}**: 4 of 4 scored scenarios pass." in text
    assert f"**{HANDSHAKE}**: 5 of 5 scored scenarios pass." in text


def test_each_fixture_is_counted_in_some_revision() -> None:
    counts = fixtures.register(serve_fixtures.product())
    assert {name for runs in RUNS.values() for name in runs} == set(counts) - LISTED_ALONE


def test_fixtures_stand_beside_the_tool_of_the_product() -> None:
    server = serve_fixtures.product()
    counts = fixtures.register(server)

    async def talk() -> None:
        with anyio.fail_after(60):
            async with Client(server) as client:
                names = [tool.name for tool in (await client.list_tools()).tools]
                assert names[0] == "review_design"
                assert "test_simple_text" in names
                await client.call_tool("test_simple_text", {})
                assert (await client.call_tool("test_not_there", {})).is_error

    anyio.run(talk)
    assert {name: count for name, count in counts.items() if count} == {"test_simple_text": 1}


def test_the_locks_name_exact_versions_their_digests_and_no_host() -> None:
    named = json.loads((HERE / "package.json").read_text())
    versions = [*named["dependencies"].values(), *named["optionalDependencies"].values()]
    assert all(version[0].isdigit() for version in versions)
    lock = json.loads((HERE / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 100
    assert [n for n, e in packages.items() if not e.get("integrity") or "resolved" in e] == []
    assert "://" not in (HERE / "scanner.txt").read_text()


def test_the_server_must_be_the_same_whichever_way_it_is_reached() -> None:
    one = Inspected("stdio", "modern", "tools/list", "a: no finding")
    assert inspector_problems([one, replace(one, transport="http")]) == []
    other = replace(one, transport="http", result="a, b: no finding")
    assert "differs" in inspector_problems([one, other])[0]
    (told,) = inspector_problems([one, replace(other, problem="exit 4: unreachable")])
    assert "unreachable" in told
