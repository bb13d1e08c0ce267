"""What the gate says of a plan, by the stamps that stand; and that it never goes in a circle."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend_mcp.decisions import gatekeeping
from backend_mcp.decisions.plans import Moment
from backend_mcp.decisions.stamps import NO_FILE, Source, Stamp, time_text, write_stamp
from backend_mcp.decisions.words import Words
from backend_mcp.errors import StateError
from backend_mcp.usecases import gate

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PLAN = "Add Redis and Kafka to PostgreSQL; mail by SES or Postmark."
KEEP = "Size the design to the stated numbers."


def stamp(names: str, *, name: str = "shop", ago: int = 0, **given: object) -> Stamp:
    """Return a stamp of a design that names these, left some minutes ago."""
    at = time_text(NOW - timedelta(minutes=ago))
    made = Stamp(
        "r",
        name,
        Words.load().knowledge,
        at,
        NO_FILE,
        NO_FILE,
        "right",
        "yes",
        (),
        (),
        {},
        (),
        2,
        tuple(names.split()),
        (),
    )
    return made._replace(**given)


ALL = "redis kafka postgresql amazon-ses"
BLOCKED = {"blockers": ("pay@flows.x",), "do": {"pay@flows.x": "make a key"}}
CASES: list[tuple[str, str | None, list[Stamp], str, str]] = [
    ("nothing architectural", "Rename the button.", [], "", ""),
    ("no review", PLAN, [], "no review", "Redis, Apache Kafka"),
    ("no words", None, [stamp(ALL)], "no words", ""),
    ("a review that stands", PLAN, [stamp(ALL)], "", ""),
    ("the other alternative", PLAN, [stamp("redis kafka postgresql postmark")], "", ""),
    ("what the plan brings in is absent in the design", "Add Redis and Kafka.",
     [stamp("redis postgresql", absent=("kafka",))], "names", "does not hold what this plan names: Apache Kafka"),
    ("what the plan speaks of is absent in the design", "Add Redis. Events through Kafka were looked at.",
     [stamp("redis postgresql", absent=("kafka",))], "", ""),
    ("a dummy", PLAN, [stamp("postgresql", name="dummy")], "names", "dummy does not hold what this plan names: Redis"),
    ("a review of something else", PLAN, [stamp("mysql")], "no review", ""),
    ("an open blocker", PLAN, [stamp(ALL, **BLOCKED)], "open", "pay@flows.x: make a key"),
    ("an open look", PLAN, [stamp(ALL, looks=("look@flows.x",))], "open", "look@flows.x is not answered"),
    ("a blocker in the newest, an older one is fine", PLAN,
     [stamp(ALL, ago=60, name="old"), stamp("redis kafka", **BLOCKED)], "open", "pay@flows.x"),
    ("a blocker in an older one", PLAN, [stamp(ALL, ago=60, name="old", **BLOCKED), stamp(ALL)], "", ""),
    ("two dummies do not add up", PLAN,
     [stamp("redis postgresql", name="a"), stamp("kafka amazon-ses", name="b")], "names", ""),
    ("its file changed", PLAN, [stamp(ALL, source=Source("/nowhere/shop.yaml", "0"))], "stale",
     "is older than the file /nowhere/shop.yaml"),
    ("another knowledge", PLAN, [stamp(ALL, knowledge="2020.01.01")], "stale", "another version"),
    ("no product is named, a review of today", "Add a queue behind the form.", [stamp("sqs", ago=60)], "", ""),
    ("no product is named, an old review", "Add a queue behind the form.",
     [stamp("sqs", ago=3000, source=Source(__file__, ""))], "no review", "Add a queue"),
]  # fmt: skip


def _left(folder: Path, stamps: Iterable[Stamp]) -> None:
    for one in stamps:
        write_stamp(folder, one)


@pytest.mark.parametrize(
    ("plan", "stamps", "kind", "says"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_what_a_plan_lacks(
    plan: str | None, stamps: list[Stamp], kind: str, says: str, tmp_path: Path
) -> None:
    _left(tmp_path, stamps)
    lack = gate.lacking(plan, tmp_path, NOW)
    assert (lack.kind if lack else "") == kind
    assert says in (lack.found if lack else "")


def presented(text: str | None = PLAN, session: str = "s", **given: object) -> Moment:
    return Moment("permission", True, True, session, False, text)._replace(**given)


def ended(text: str | None = PLAN, *, again: bool = False, session: str = "s") -> Moment:
    return Moment("block", False, False, session, again, text)


def actions(folder: Path, *moments: Moment) -> list[str]:
    return [gate.rule(m, folder, KEEP, NOW).action for m in moments]


def test_a_state_is_denied_once_and_then_the_person_is_asked(tmp_path: Path) -> None:
    again = [presented() for _ in range(4)]
    assert actions(tmp_path, *again) == ["deny", "ask", "ask", "ask"]


def test_prose_makes_no_other_plan(tmp_path: Path) -> None:
    other = presented(PLAN + " We asked everybody, and all of them like it.")
    assert actions(tmp_path, presented(), other) == ["deny", "ask"]


def test_another_session_is_told_once_too(tmp_path: Path) -> None:
    assert actions(tmp_path, presented(), presented(session="t")) == ["deny", "deny"]


def test_what_is_lacking_now_is_told_once(tmp_path: Path) -> None:
    assert actions(tmp_path, presented()) == ["deny"]
    _left(tmp_path, [stamp("postgresql")])
    assert actions(tmp_path, presented(), presented()) == ["deny", "ask"]
    _left(tmp_path, [stamp(ALL)])
    assert actions(tmp_path, presented()) == ["allow"]


def test_a_session_is_denied_a_few_times_at_most(tmp_path: Path) -> None:
    tried = [
        presented(f"Add {n}.") for n in ("Redis", "Kafka", "SQS", "MySQL", "MongoDB", "DynamoDB")
    ]
    assert actions(tmp_path, *tried) == ["deny"] * gatekeeping.MOST_DENIALS + ["ask"]


def test_what_can_not_be_remembered_is_not_denied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path) -> bool:
        raise StateError("the disk is full")

    monkeypatch.setattr(gatekeeping.state, "mark", full)
    assert actions(tmp_path, presented()) == ["ask"]


def test_without_words_the_person_is_asked_at_once(tmp_path: Path) -> None:
    assert actions(tmp_path, presented(None)) == ["ask"]


def test_the_end_of_a_turn_is_blocked_once_and_let_go_with_a_word(tmp_path: Path) -> None:
    assert actions(tmp_path, ended(), ended(again=True), ended()) == ["deny", "let go", "let go"]


def test_a_turn_that_goes_on_because_of_us_is_never_blocked(tmp_path: Path) -> None:
    assert actions(tmp_path, ended(again=True)) == ["let go"]


def test_a_turn_without_words_ends(tmp_path: Path) -> None:
    assert actions(tmp_path, ended(None)) == ["allow"]


def test_one_event_is_heard_once_and_what_can_not_be_told_apart_always(tmp_path: Path) -> None:
    heard = [gatekeeping.first_hearing(tmp_path, e) for e in ("a", "a", "b", "", "")]
    assert heard == [True, False, True, True, True]


def test_what_can_not_be_remembered_is_heard(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert gatekeeping.first_hearing(tmp_path / "file" / "w", "a")


def test_a_denial_tells_the_agent_what_to_do_and_what_to_keep(tmp_path: Path) -> None:
    said = gate.rule(presented(), tmp_path, KEEP, NOW)
    assert "call review_design once" in said.agent
    assert KEEP in said.agent
    assert "mcp__" not in said.agent
    assert len(said.agent.splitlines()) == 3
    assert len(said.agent) < 1200


def _decided(tmp_path: Path, until: str = "") -> Path:
    file = tmp_path / "0001-no-review.md"
    file.write_text("# No review of the pilot\n")
    gatekeeping.record_override(tmp_path / "w", file, until)
    return file


def test_an_override_counts_for_the_plan_that_was_held_back(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    assert actions(folder, presented()) == ["deny"]
    _decided(tmp_path)
    assert actions(folder, presented(), presented("Add MySQL.")) == ["allow", "deny"]


def test_an_override_counts_until_its_day(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    _decided(tmp_path, "2026-11-26")
    assert actions(folder, presented("Add MySQL.")) == ["allow"]
    late = gate.rule(presented("Add MySQL."), folder, KEEP, NOW + timedelta(days=1))
    assert late.action == "deny"


def test_an_override_counts_no_more_when_its_decision_changed(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    _decided(tmp_path, "2027-01-01").write_text("# Withdrawn\n")
    assert actions(folder, presented()) == ["deny"]


def test_a_broken_stamp_is_no_reason_to_hold_back(tmp_path: Path) -> None:
    (tmp_path / "stamp-x.json").write_text("{")
    with pytest.raises(StateError):
        gate.rule(presented(), tmp_path, KEEP, NOW)
    _left(tmp_path, [stamp(ALL)])
    assert actions(tmp_path, presented()) == ["allow"]


def test_the_status_tells_what_stands_and_why(tmp_path: Path) -> None:
    _left(tmp_path, [stamp(ALL), stamp(ALL, name="b", **BLOCKED, ago=9)])
    gatekeeping.turn(tmp_path, on=True, root=tmp_path, at=time_text(NOW))
    shown = gate.status(tmp_path, tmp_path, NOW, PLAN)
    assert shown["on"] is True
    assert shown["says"].startswith("let it through")
    assert [s["standing"] for s in shown["stamps"]] == ["stands", "open: pay@flows.x"]
