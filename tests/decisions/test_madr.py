"""Files of decisions: what is read, what is told at its line, what is not ours, and what a rewrite leaves alone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_mcp.decisions.madr import MAX_BYTES, read
from backend_mcp.decisions.written import Context, rewritten, written
from backend_mcp.errors import DecisionError, Problem
from backend_mcp.model.decision import (
    BY,
    KINDS,
    STATUSES,
    Decision,
    Recorded,
    RestsOn,
    faults,
    one_line,
)
from backend_mcp.model.entries import SEVERITIES
from backend_mcp.model.fact import BASES
from tests.decisions.sound import SUBJECT, decision, text

PLAIN = """# Use PostgreSQL

Status: accepted, 2026-11-26.

Because we know it.
"""
MADR = """---
status: accepted
date: 2026-01-01
decision-makers: [Ada]
---
# Use PostgreSQL

## Context and Problem Statement
"""


def _read(content: str | bytes) -> Recorded | None:
    data = content.encode() if isinstance(content, str) else content
    return read(data, "0007-x", "docs/decisions/0007-x.md")


def _told(content: str | bytes) -> list[Problem]:
    with pytest.raises(DecisionError) as refused:
        _read(content)
    return list(refused.value.problems)


def _bent(old: str, new: str, **more: object) -> str:
    whole = text(**more)
    assert old in whole
    return whole.replace(old, new, 1)


def test_a_file_holds_what_was_decided() -> None:
    made = decision(until="2027-06-30", holds_while="load.messages_per_second < 200/s")
    found = _read(written(made, Context()))
    assert found is not None
    assert found.decision == made
    assert found.unknown == ()


@pytest.mark.parametrize(
    "content", ["", PLAIN, MADR, "---\n---\n", "---\ntitle: a\n", "\x00", "---"]
)
def test_a_file_without_our_front_matter_is_not_ours(content: str) -> None:
    assert _read(content) is None


def test_a_broken_file_without_our_key_is_nobodys_business_here() -> None:
    assert _read("---\na: [\n---\n# x\n") is None
    assert _read(b"---\n\xff\xfe: 1\n---\n") is None
    assert _read(b"---\n" + b"a: b\n" * 200_000 + b"---\n") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("kind: override", "kind: overide", 5, "one of accept, override, defer"),
        ("kind: override", "", 6, "is due"),
        ("by: person", "by: everybody", 7, "one of person, agent, both"),
        ("by: person", "by: [person]", 7, "text is due"),
        ("reason: billing reads it from January on", "reason:", 8, "text is due"),
        ("reason: billing reads it from January on", "reason: 5", 8, "text is due"),
        ("status: accepted", "status: done", 2, "one of proposed, accepted"),
        ("status: accepted\n", "", 1, "one of proposed, accepted"),
        ("date: 2026-11-01", "date: yesterday", 3, "no day"),
        (SUBJECT, "the bus", 6, "no finding"),
        ("by: person", "by: person\n  untill: 2027-01-01", 8, "is `until` meant?"),
        ("by: person", "by: person\n  until: soon", 8, "no day"),
        ("by: person", "by: person\n  until: 2027-02-30", 8, "no day"),
        ("by: person", "by: person\n  by: agent", 8, "stands twice"),
        ("date: 2026", "until: 2027-01-01\ndate: 2026", 3, "until under backend-mcp"),
        ("by: person", "by: person\n  while: load.users <", 8, "a fact or a value is due"),
        ("by: person", "by: person\n  interest: much", 8, "number of hours"),
        ("by: person", "by: person\n  interest: .nan", 8, "number of hours"),
        ("by: person", "by: person\n  interest: -3", 8, "hours a month"),
        ("by: person", "by: person\n  one_way: maybe", 8, "true or false"),
        ("by: person", "by: person\n  rests_on: [a]", 8, "{fact, value, basis}"),
        ("kind: override", "kind: defer", 5, "needs its end"),
        ("kind: override", "kind: accept", 5, "is a debt"),
        ("by: person", "by: agent", 6, "person alone"),
        ("# Keep the bus\n", "", 5, "a title is due"),
        ("  by: person", "\tby: person", 7, "not YAML"),
        ("  by: person", "  by: person: both", 7, "not YAML"),
        ("\n---\n", "\n", 1, "not closed"),
        ("## Considered", "<<<<<<< ours\n## A\n=======\n>>>>>>> theirs\n## Considered", 17, "merge conflict"),
        ("date: ", "<<<<<<< ours\ndate: 2026-01-01\n=======\n>>>>>>> theirs\ndate: ", 3, "merge conflict"),
    ],
)  # fmt: skip
def test_a_slip_is_told_at_its_line(old: str, new: str, line: int, said: str) -> None:
    more = {"subject": "gate"} if new == "by: agent" else {}
    told = _told(_bent(old, new, **more))
    assert said in " ".join(p.reason for p in told)
    assert line in {p.line for p in told}


@pytest.mark.parametrize(
    "content",
    [
        _bent("by: person", "by: person\n  owner: " + "x" * 30_000),
        _bent("by: person", "by: person\n  deep: " + "[" * 40 + "]" * 40),
        text() + "x" * MAX_BYTES,
        text().encode() + b"\xff",
        _bent("# Keep", "# Ke\x00ep"),
    ],
    ids=["front matter", "depth", "size", "not UTF-8", "NUL"],
)
def test_what_is_too_much_is_told(content: str | bytes) -> None:
    assert _told(content)


def test_aliases_unfold_nothing_and_tags_do_nothing() -> None:
    bomb = "".join(f"  k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]\n" for n in range(1, 200))
    found = _read(_bent("  by: person", f"  k0: &k0 x\n{bomb}  by: person"))
    assert found is not None
    assert len(found.unknown) == 200
    tagged = _bent("reason: billing", "reason: !!python/object/apply:os.system billing")
    assert _read(tagged) == _read(text())


def test_what_terminals_and_models_obey_is_taken_out_of_texts() -> None:
    found = _read(_bent("reason: billing", 'reason: "\\e[2J\\u202ebilling\\u2028\\0"'.replace("billing", "a b")
                        .rstrip('"') + '" # '))  # fmt: skip
    assert found is not None
    assert found.decision.reason == "[2J a b"


def test_keys_of_others_are_kept_and_told() -> None:
    found = _read(_bent("date: ", "tags: [a]\ndate: ").replace("  by:", "  mood: calm\n  by:"))
    assert found is not None
    assert [(p.line, p.field) for p in found.unknown] == [(3, "tags"), (8, "mood")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_persons_body_and_the_keys_of_others_survive_a_rewrite(end: str, mark: str) -> None:
    mine = "\nMy own words,  with  two spaces\t\n\n---\n\nand `code`"
    old = _bent("date: ", "# a remark\ntags:\n  - a\ndate: ").replace(
        "  by:", "  mood: {a: [1]}\n  by:"
    )
    old = mark + (old + mine).replace("\n", end)
    first = _read(old)
    assert first is not None
    over = replace(first.decision, status="superseded", superseded_by="0009-y", until="2027-01-01")
    new = rewritten(old, over)
    again = _read(new)
    assert again is not None
    assert again.decision == over
    assert [p.field for p in again.unknown] == [p.field for p in first.unknown]
    assert new.partition(f"{end}---{end}")[2] == old.partition(f"{end}---{end}")[2]
    assert new.startswith(mark + "---" + end)
    for kept in ("# a remark", "tags:", "  - a"):
        assert kept + end in new
    assert rewritten(new, over) == new


_LINE = st.text(max_size=80).map(one_line)
_SAID = _LINE.filter(bool)
_DAY = st.dates().map(str)
_CONDITION = st.sampled_from(
    ["", "load.users < 5", 'load.messages_per_second < "200/s"', "load.messages_per_second < 200/s and "
     "needs.replay == false"]
)  # fmt: skip
_DECISIONS = st.builds(
    Decision,
    title=_SAID,
    kind=st.sampled_from(KINDS),
    subject=st.one_of(st.just(""), st.just("gate"), _SAID.map(lambda t: f"some-rule@{t}")),
    reason=_SAID,
    by=st.sampled_from(BY),
    decided=_DAY,
    status=st.sampled_from([s for s in STATUSES if s != "superseded"]),
    holds_while=_CONDITION,
    until=st.one_of(st.just(""), _DAY),
    design=_LINE,
    severity=st.sampled_from(["", *SEVERITIES]),
    covers=st.lists(_SAID, max_size=3).map(tuple),
    owner=_LINE,
    interest=st.none() | st.floats(0, 10_000).map(lambda x: round(x, 3)),
    trigger=_LINE,
    rests_on=st.lists(st.builds(RestsOn, _SAID, _SAID, st.sampled_from(BASES)), max_size=3).map(tuple),
    one_way=st.booleans(),
).filter(lambda d: not list(faults(d)))  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_DECISIONS)
def test_any_decision_comes_back_from_its_file(made: Decision) -> None:
    whole = written(made, Context())
    found = _read(whole)
    assert found is not None
    assert found.decision == made
    assert rewritten(whole, made) == whole


_PIECES = st.sampled_from(
    ["---\n", "backend-mcp:", "\n", "  ", "kind: override", "by: person", "reason: x", "status: accepted",
     "date: 2026-01-01", "# t\n", "{", "}", "[", "]", "&a", "*a", "!!x", "|", ">", '"', "\x00", "\u202e", "\r",
     "\t", ":", "<<: *a", "? ", "- ", "\ufeff", "0x1", "until: 2026-01-01"]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400), st.lists(_PIECES, max_size=40).map(lambda p: "".join(p).encode())
    )
)
def test_any_bytes_are_a_decision_a_told_problem_or_not_ours(data: bytes) -> None:
    try:
        found = _read(data)
    except DecisionError as error:
        assert error.problems
        return
    assert found is None or not list(faults(found.decision))
