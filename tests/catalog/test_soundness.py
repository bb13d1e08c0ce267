"""Rules that make no sense alone or beside each other: each is planted, and told at its line."""

import io
from datetime import date
from pathlib import Path

import pytest

from backend_mcp.catalog.conjuncts import conjuncts, normal, say
from backend_mcp.catalog.files import read_folder
from backend_mcp.catalog.load import load_knowledge
from backend_mcp.catalog.soundness import unsound
from backend_mcp.cli.counter import Counter
from backend_mcp.errors import Problem
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.predicate_text import parse
from backend_mcp.usecases import maintain
from tests.catalog.entries import PROBE, RULE, THRESHOLD, write

FIRES = "fires_when: duplicate_safe == false"
APPLIES = "applies_when: effect == money"
TODAY = date(2026, 6, 1)


def _told(folder: Path) -> list[Problem]:
    return list(unsound(read_folder(folder)[0], load_knowledge(folder)))


def _rule(folder: Path, id_: str, *changes: tuple[str, str]) -> None:
    text = RULE.replace("a-rule", id_)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    write(folder, f"rules/x/{id_}.yaml", text)


@pytest.fixture
def sound(folder: Path) -> Path:
    """A folder with a threshold and a rule that make sense."""
    write(folder, "thresholds/a-rate.yaml", THRESHOLD)
    _rule(folder, "a-rule")
    assert _told(folder) == []
    return folder


@pytest.mark.parametrize(
    ("condition", "literals"),
    [
        ("retries.max > 50", ["50"]), ('rate > "5/s"', ["5/s"]), ('duration >= "1 min"', ["1 min"]),
        ('rate > "1/day"', ["1/day"]), ("context.teams >= 5", ["5"]), ('load.users > "1k"', ["1k"]),
        ('needs.availability >= "99.9 %"', ["99.9 %"]), ("retries.max >= 2.5", ["2.5"]),
        ("count(flows, effect == money) > 7", ["7"]), ('any(flows, rate > "3..9/s")', ["3..9/s"]),
        ('rate > "5/s" or duration > "2 s"', ["5/s", "2 s"]),
    ],
)  # fmt: skip
def test_a_number_in_a_rule_belongs_in_the_thresholds(
    sound: Path, condition: str, literals: list[str]
) -> None:
    _rule(sound, "b-rule", (APPLIES, f"applies_when: effect == stock and ({condition})"))
    told = _told(sound)
    assert [(p.path, p.line, p.field) for p in told] == [
        ("knowledge/rules/x/b-rule.yaml", 6, "applies_when") for _ in literals
    ]
    assert [p.reason.partition(" belongs")[0] for p in told] == literals


@pytest.mark.parametrize(
    "condition",
    [
        "context.teams >= 3", 'needs.tenants >= "2"', "count(flows) == 1", 'rate > "0/s"',
        'derived.utilisation > "100 %"', "rate > threshold(a-rate)", '"rate" in derived.told',
        'context.budget_per_month > "0 EUR/month"', "retries.max == unlimited",
    ],
)  # fmt: skip
def test_none_one_several_and_the_whole_are_no_numbers_of_their_own(
    sound: Path, condition: str
) -> None:
    condition = condition.replace("derived.utilisation", "to.derived.utilisation")
    _rule(sound, "b-rule", (APPLIES, f"applies_when: effect == stock and ({condition})"))
    assert _told(sound) == []


def test_numbers_are_found_wherever_an_expression_stands(sound: Path) -> None:
    applies = 'applies_when: effect == stock and rate > "7/s"'
    write(sound, "probes/x/a-probe.yaml", PROBE.replace("applies_when: effect == stock", applies))
    keep = "keep:\n  - {when: 'needs.rpo <= \"3 min\"', at: x, why: y}\n"
    write(sound, "practices/data/own.yaml", f"id: own\narea: data\ntitle: t\nwhat: w\n{keep}")
    rung = "{id: r, name: n, breaks: b, signal: s, gates: [{when: 'needs.rto < \"8 h\"', pays: p}]}"
    write(sound, "ladders/l.yaml", f"id: l\ntitle: t\ncapability: c\ndemand: derived.peak_rate\n"
          f"sources: []\nexamples: []\nrungs:\n  - {rung}\n")  # fmt: skip
    assert {(p.path.split("/")[1], p.field) for p in _told(sound)} == {
        ("probes", "applies_when"), ("practices", "keep.0.when"), ("ladders", "rungs.0.gates.0.when"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "fires",
    [
        "effect == stock",
        "effect in (read, write)",
        "not (effect == money)",
        "duplicate_safe == true and duplicate_safe == false",
        "rate > threshold(a-rate) and rate < threshold(a-rate)",
        "rate >= threshold(a-rate) and rate <= threshold(a-rate) and rate != threshold(a-rate)",
        "context.teams > 3 and context.teams < 2",
        "context.teams > 3 and context.teams <= 3",
        "context.teams == 1 and context.teams >= 2",
        "rate > derived.design_rate and rate <= derived.design_rate",
        "any(flows, effect == money) and not any(flows, effect == money)",
        "any(components, kind == queue and kind == log)",
        "(effect == stock or effect == read)",
        "(effect == stock and mode == sync) or (mode == async and mode == batch)",
        "mode == sync and (mode == async or (effect == read and rate > \"0/s\"))",
        "to.kind == queue and to.kind in (log, cache)",
        "count(flows) >= 2 and count(flows) < 2",
    ],
)  # fmt: skip
def test_a_rule_that_can_never_fire_is_told(sound: Path, fires: str) -> None:
    _rule(sound, "b-rule", (FIRES, f"fires_when: '{fires}'"), ("severity: medium", "severity: low"))
    told = [p for p in _told(sound) if "never fire" in p.reason]
    assert [(p.path, p.line, p.field) for p in told] == [
        ("knowledge/rules/x/b-rule.yaml", 7, "fires_when")
    ]


@pytest.mark.parametrize(
    "fires",
    [
        "effect != read and duplicate_safe == false",
        "(effect == stock or duplicate_safe == false)",
        "context.teams > 1 and context.teams <= 3",
        "context.teams >= 2 and context.teams <= 2",
        "to.kind == queue and from.kind == log",
        "personal in data.sensitivity and card in data.sensitivity",
        "any(flows, effect == stock) and any(flows, effect == read)",
        "any(components, kind == queue) and any(components, kind == log)",
        "\"rate\" in derived.told and rate > threshold(a-rate)",
        "\"authorized\" in derived.said_keys and authorized == none",
    ],
)  # fmt: skip
def test_a_rule_that_may_fire_is_let_alone(sound: Path, fires: str) -> None:
    _rule(sound, "b-rule", (FIRES, f"fires_when: '{fires}'"))
    assert [p for p in _told(sound) if "never fire" in p.reason] == []


@pytest.mark.parametrize(
    "fires",
    [
        "duplicate_safe == false",
        "duplicate_safe == false and mode == sync",
        "mode == sync and not (duplicate_safe != false)",
    ],
)
def test_two_rules_that_say_the_opposite_of_one_place_are_told(sound: Path, fires: str) -> None:
    _rule(
        sound, "b-rule", ("direction: under", "direction: over"), (FIRES, f"fires_when: '{fires}'")
    )
    told = _told(sound)
    assert "knowledge/rules/x/b-rule.yaml" in {p.path for p in told}
    assert all("b-rule" in p.reason and "opposite" in p.reason for p in told)


def test_rules_of_different_lists_or_matters_don_t_meet(sound: Path) -> None:
    over = ("direction: under", "direction: over")
    _rule(sound, "b-rule", over, (APPLIES, "applies_when: effect == stock"))
    _rule(
        sound, "c-rule", over, ("for_each: flows", "for_each: components"),
        (APPLIES, "applies_when: kind == queue"), (FIRES, "fires_when: managed == self"),
        ('what: "{id}', 'what: "{id}'),
    )  # fmt: skip
    assert _told(sound) == []


NARROWER = (FIRES, f"{FIRES} and mode == sync")


@pytest.mark.parametrize("severity", ["medium", "low"])
def test_a_rule_in_the_shadow_of_another_is_told(sound: Path, severity: str) -> None:
    _rule(sound, "b-rule", NARROWER, ("severity: medium", f"severity: {severity}"))
    (problem,) = _told(sound)
    assert (problem.path, problem.line) == ("knowledge/rules/x/b-rule.yaml", 7)
    assert "`covers` of a-rule" in problem.reason


def test_a_narrower_rule_that_weighs_more_or_is_covered_stands_in_no_shadow(sound: Path) -> None:
    _rule(sound, "b-rule", NARROWER, ("severity: medium", "severity: high"))
    assert _told(sound) == []
    _rule(sound, "b-rule", NARROWER)
    _rule(sound, "a-rule", ("flips: never", "flips: never\ncovers: [b-rule]"))
    assert _told(sound) == []


def test_a_rule_that_speaks_of_nothing_is_told(sound: Path) -> None:
    _rule(
        sound, "b-rule", (APPLIES, "applies_when: duplicate_safe == false or derived.services <= 1"),
        (FIRES, "fires_when: derived.services <= 1"),
    )  # fmt: skip
    told = maintain.try_nothing(load_knowledge(sound))
    assert [(p.path, p.field) for p in told] == [("rules/b-rule", "fires_when")]
    assert maintain.try_nothing(load_knowledge(sound), {"rules/a-rule"}) == []
    with pytest.raises(maintain.KnowledgeError, match="rules/b-rule: fires_when: it always speaks"):
        maintain.check_knowledge(sound, TODAY)


def test_the_rules_that_come_with_the_package_make_sense(knowledge: Knowledge) -> None:
    assert maintain.try_nothing(knowledge) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("effect == money and mode == sync", "mode == sync and effect == money"),
        ("not (effect == money or mode == sync)", "effect != money and mode != sync"),
        ("not any(flows, effect == money)", "all(flows, effect != money)"),
        ("kind in (queue, log)", "kind in (log, queue)"),
        ("not (count(flows) >= 2)", "count(flows) < 2"),
        ("not not (rate > threshold(a-rate))", "rate > threshold(a-rate)"),
        ("effect == money and (mode == sync and rate > 1)", "effect == money and mode == sync and rate > 1"),
    ],
)  # fmt: skip
def test_equal_conditions_are_equal_however_they_are_written(one: str, other: str) -> None:
    assert conjuncts(one) == conjuncts(other)
    assert conjuncts(*(say(node) for node in conjuncts(one))) == conjuncts(one)


def test_twice_the_opposite_is_the_same() -> None:
    node = normal(parse("any(flows, effect == money and not mode == sync) or count(flows) > 2"))
    assert normal(normal(node, False), False) == node


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_counter_shows_on_a_terminal_after_a_second_and_leaves_nothing() -> None:
    now, screen = [0.0], _Terminal()
    with Counter(screen, lambda: now[0]) as counter:
        for done in range(30):
            counter(done, 30)
            now[0] += 0.2
    shown = [part.strip() for part in screen.getvalue().split("\r") if part.strip()]
    assert shown[0] == "5 of 30 examples"
    assert shown[-1] == "29 of 30 examples"
    assert screen.getvalue().endswith(" \r")


@pytest.mark.parametrize(
    ("stream", "seconds"), [(io.StringIO(), 9.0), (_Terminal(), 0.01), (None, 9.0)]
)
def test_a_counter_is_silent_in_a_pipe_and_when_all_is_quick(
    stream: io.StringIO | None, seconds: float
) -> None:
    now = [0.0]
    with Counter(stream, lambda: now[0]) as counter:
        for done in range(9):
            counter(done, 9)
            now[0] += seconds
    assert stream is None or stream.getvalue() == ""
