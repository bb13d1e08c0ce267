"""A decision that stays true: what was decided about a finding, by whom, and while what holds."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Final, Literal, get_args

from backend_mcp.errors import PredicateError, Problem
from backend_mcp.model.day import read_day
from backend_mcp.model.entries import SEVERITIES, Severity
from backend_mcp.model.fact import BASES
from backend_mcp.model.form import Amount
from backend_mcp.model.predicate import ALWAYS, Predicate, compile_predicate
from backend_mcp.model.predicate_text import parse
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.vocabulary import Vocabulary
from backend_mcp.tree import clean

DecisionKind = Literal["accept", "override", "defer"]
By = Literal["person", "agent", "both"]
Status = Literal["proposed", "accepted", "rejected", "deprecated", "superseded"]
KINDS: Final[tuple[DecisionKind, ...]] = get_args(DecisionKind)
"""`accept` lives with a finding as a debt, `override` says that it is none here, `defer` mends it later."""
BY: Final[tuple[By, ...]] = get_args(By)
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
GATE: Final = "gate"
"""The subject of a decision to go on without a review that stands."""
MOST_HOURS: Final = 10_000.0
LENGTHS: Final = {
    "title": 200, "subject": 300, "reason": 1000, "while": 1000, "design": 200, "owner": 120,
    "trigger": 300, "covers": 300, "rests_on": 300, "superseded_by": 200,
}  # fmt: skip
"""Characters that each text may have."""
_SUBJECT: Final = re.compile(r"[a-z][a-z0-9-]*@\S.*\Z")
_QUANTITY: Final = re.compile(
    r'"[^"]*"|(?P<relation>==|!=|<=|>=|<|>)\s*'
    r'(?P<amount>~?\d[^\s()",]*(?:\s+(?!(?:and|or|not|in)\b)[A-Za-z%][^\s()",]*)?)'
)
_PART: Final = re.compile(r"\b(?P<amount>load\.[a-z_]+)\.(?:peak|average)\b")
_PLAIN_NUMBER: Final = re.compile(r"\d+(\.\d+)?\Z")


@dataclass(frozen=True, slots=True)
class RestsOn:
    """A fact that the finding rested on when somebody decided, with its basis."""

    fact: str
    value: str
    basis: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; `subject` is a finding's id, `gate`, or empty for one that answers no finding.

    `decided` and `until` are days (ISO), the second included. `severity` is what the finding weighed
    then: a heavier one was not decided. `covers` are ids that the same silence left open. `interest`
    is in hours a month. `one_way` says that it is hard to take back.
    """

    title: str
    kind: DecisionKind
    subject: str
    reason: str
    by: By
    decided: str
    status: Status = "accepted"
    superseded_by: str = ""
    holds_while: str = ""
    until: str = ""
    design: str = ""
    severity: Severity | Literal[""] = ""
    covers: tuple[str, ...] = ()
    owner: str = ""
    interest: float | None = None
    trigger: str = ""
    rests_on: tuple[RestsOn, ...] = ()
    one_way: bool = False

    @property
    def in_force(self) -> bool:
        """Whether its status lets it count, as far as its condition and its day go along."""
        return self.status == "accepted"

    @property
    def by_agent_alone(self) -> bool:
        """Whether no person took part."""
        return self.by == "agent"

    def about(self, finding: str) -> bool:
        """Whether it speaks of a finding."""
        return bool(finding) and (finding == self.subject or finding in self.covers)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one key of a decision, as it stands in the file."""

    key: str
    reason: str


def faults(decision: Decision) -> Iterator[Fault]:
    """Yield what keeps a decision from being one, whoever made it; nothing when it is sound."""
    yield from _texts(decision)
    if not decision.title:
        yield Fault("title", "a title is due: the decision as a sentence")
    if not decision.reason:
        yield Fault("reason", "a reason is due: whoever meets the decision asks for it")
    subject = decision.subject
    if subject not in ("", GATE) and _SUBJECT.match(subject) is None:
        yield Fault(
            "subject", f"{subject[:60]!r} is no finding; rule@place, {GATE} or nothing is due"
        )
    if subject == GATE and (decision.kind != "override" or decision.by != "person"):
        yield Fault("subject", f"{GATE} is for a person alone to override")
    if subject == GATE and decision.holds_while:
        yield Fault("while", f"the {GATE} reads no facts: a day is due (until), or neither")
    yield from _days(decision)
    yield from _debt(decision)
    if decision.kind == "defer" and not (decision.until or decision.holds_while):
        yield Fault("until", "a deferral needs its end: until a day, or while a condition holds")
    if decision.holds_while:
        try:
            parse(as_predicate(decision.holds_while))
        except PredicateError as error:
            yield Fault("while", str(error))


def _texts(decision: Decision) -> Iterator[Fault]:
    given = [
        ("title", decision.title), ("subject", decision.subject), ("reason", decision.reason),
        ("while", decision.holds_while), ("design", decision.design), ("owner", decision.owner),
        ("trigger", decision.trigger), ("superseded_by", decision.superseded_by),
        *(("covers", c) for c in decision.covers),
        *(("rests_on", t) for r in decision.rests_on for t in (r.fact, r.value)),
    ]  # fmt: skip
    for key, text in given:
        if len(text) > LENGTHS[key]:
            yield Fault(key, f"{len(text)} characters; {LENGTHS[key]} at most")
        elif text != one_line(text):
            yield Fault(key, "one line is due, without control characters or space around it")
    for rest in decision.rests_on:
        if rest.basis not in BASES:
            yield Fault("rests_on", f"{rest.basis[:40]!r} is no basis; {', '.join(BASES)} are")


def _days(decision: Decision) -> Iterator[Fault]:
    if read_day(decision.decided) is None:
        yield Fault("date", f"{decision.decided[:40]!r} is no day; one is due, such as 2027-06-30")
    if decision.until and read_day(decision.until) is None:
        yield Fault("until", f"{decision.until[:40]!r} is no day; one is due, such as 2027-06-30")


def _debt(decision: Decision) -> Iterator[Fault]:
    hours = decision.interest
    if hours is not None and not (isfinite(hours) and 0 <= hours <= MOST_HOURS):
        yield Fault("interest", f"hours a month are due, from 0 to {MOST_HOURS:,.0f}")
    if decision.kind != "accept" or not decision.subject:
        return
    for key, missing in (
        ("owner", not decision.owner),
        ("interest", hours is None),
        ("trigger", not decision.trigger),
    ):
        if missing:
            yield Fault(key, f"is due: what is accepted is a debt, with {_DEBT[key]}")


_DEBT: Final = {
    "owner": "somebody who owns it",
    "interest": "the hours a month that it costs",
    "trigger": "the sign at which it is paid back",
}


def one_line(text: str) -> str:
    """Return a text as one clean line."""
    return " ".join(clean(text).split())


def as_predicate(condition: str) -> str:
    """Return a condition as people write it (`x < 200/s`) in the language of the rules (`x < "200/s"`)."""

    def quoted(found: re.Match[str]) -> str:
        amount = found["amount"]
        if amount is None or _PLAIN_NUMBER.match(amount):
            return found[0]
        return f'{found["relation"]} "{amount}"'

    return _QUANTITY.sub(quoted, condition)


def bind(decision: Decision, vocabulary: Vocabulary, numbers: Mapping[str, Quantity]) -> Predicate:
    """Return the condition, checked against the facts that there are; always true where there is none.

    Raises:
        PredicateError: a name, word or unit does not fit; with the column.
    """
    if not decision.holds_while:
        return ALWAYS
    condition = _PART.sub(lambda m: _known(m, vocabulary), as_predicate(decision.holds_while))
    return compile_predicate(condition, vocabulary, dict(numbers))


def _known(name: re.Match[str], vocabulary: Vocabulary) -> str:
    """Return the amount itself where somebody asks for the peak of one that has no parts."""
    whole, amount = name[0], name["amount"]
    plain = vocabulary.type_of(whole) is None and isinstance(vocabulary.type_of(amount), Amount)
    return amount if plain else whole


def heavier(now: Severity, then: Severity | Literal[""]) -> bool:
    """Whether a finding weighs more than the one that was decided."""
    return bool(then) and SEVERITIES.index(now) < SEVERITIES.index(then)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision in its file: `id` is the name of the file, `file` its path from the root.

    `lines` says where each key stands, `unknown` names keys that nobody here reads.
    """

    id: str
    file: str
    decision: Decision
    lines: Mapping[str, int] = field(default_factory=dict)
    unknown: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """A recorded decision with its condition."""

    recorded: Recorded
    holds: Predicate

    @property
    def decision(self) -> Decision:
        """What was decided."""
        return self.recorded.decision


@dataclass(frozen=True, slots=True)
class Memory:
    """What was decided in one repository, as of a day; `problems` are the files that can't be used."""

    day: date
    decisions: tuple[Bound, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


NO_MEMORY: Final = Memory(date.min)
"""Nothing was decided."""
