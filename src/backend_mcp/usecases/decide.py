"""Draft a decision about a design: what is asked for, held against the design and what was decided before."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

from backend_mcp.capacity import DesignScope
from backend_mcp.decisions.written import Context, written
from backend_mcp.errors import ArgumentError, PredicateError, unknown_name
from backend_mcp.model.day import read_day
from backend_mcp.model.decision import (
    BY,
    GATE,
    KINDS,
    LENGTHS,
    Bound,
    Decision,
    Memory,
    Recorded,
    RestsOn,
    bind,
    faults,
    one_line,
)
from backend_mcp.model.design import Design
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Finding, Review
from backend_mcp.review import review
from backend_mcp.review.decided import applies_to, needs_a_person, state
from backend_mcp.review.doors import one_way

KEYS: Final = (
    "kind", "subject", "reason", "title", "by", "while", "until", "owner", "interest", "trigger", "one_way",
)  # fmt: skip
"""What may be said of a decision."""
EXAMPLE: Final = (
    'decision: {kind: override, subject: "unpaid-part@components.bus", reason: billing reads it from January on, '
    'by: person, while: "load.messages_per_second < 200/s", until: "2027-06-30"}'
)
_MOST_FACTS: Final = 6
_LONGEST_TITLE: Final = 100
_SAME: Final = ("kind", "subject", "reason", "by", "status", "holds_while", "until", "design", "owner",
                "interest", "trigger")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a decision is made: what was decided before, and the design that it is about, if one is known."""

    knowledge: Knowledge
    memory: Memory
    design: Design | None

    @property
    def day(self) -> date:
        """Today."""
        return self.memory.day


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision as it would be written; `existing` is the file that says it already.

    `due` says why it decides nothing until a person agrees, `doubt` which fact of its condition is not sure.
    """

    decision: Decision
    context: Context
    replaces: tuple[Recorded, ...] = ()
    existing: Recorded | None = None
    due: str = ""
    doubt: str = ""

    @property
    def text(self) -> str:
        """The whole file."""
        return written(self.decision, self.context)


def draft(wish: Mapping[str, Any], setting: Setting) -> Draft:
    """Return the decision that is wished for, held against the design and what was decided before.

    Raises:
        ArgumentError: something is missing or can't be; with what is due.
    """
    said = _said(wish)
    made = Decision(
        title=said["title"], kind=_word(said["kind"], "kind", KINDS), subject=said["subject"],  # type: ignore[arg-type]
        reason=said["reason"], by=_word(said["by"] or "agent", "by", BY),  # type: ignore[arg-type]
        decided=str(setting.day), holds_while=said["while"], until=said["until"], owner=said["owner"],
        interest=_hours(wish.get("interest")), trigger=said["trigger"], one_way=wish.get("one_way") is True,
    )  # fmt: skip
    finding, scope = _finding(made.subject, setting)
    context, due = Context(), "a person has to say so" if made.subject == GATE else ""
    if finding is not None and scope is not None:
        made, context, due = _about(made, finding, scope, setting)
    elif setting.design is not None and made.subject != GATE:
        made = replace(made, design=_system(setting.design))
    if made.one_way and made.by_agent_alone:
        due = due or "it is marked as a one-way door"
    made = replace(made, title=made.title or _title(made))
    if made.by_agent_alone and due:
        made = replace(made, status="proposed")
    _sound(made)
    doubt = _holds_now(made, setting, scope)
    before = _before(made, setting, scope)
    # the gate is overridden for the plan at hand, so that the same words are another decision
    same = (
        None
        if made.subject == GATE
        else next((b.recorded for b in before if _same(b.decision, made)), None)
    )
    if same is None:
        _no_agent_over_a_person(made, before, setting, scope)
    replaced = tuple(b.recorded for b in before) if made.status == "accepted" else ()
    context = replace(context, replaces=tuple(r.id for r in replaced))
    return Draft(made, context, replaced, same, due if made.by_agent_alone else "", doubt)


def _said(wish: Mapping[str, Any]) -> dict[str, str]:
    for key in wish:
        if key not in KEYS:
            raise unknown_name("decision", str(key), KEYS, EXAMPLE)
    said = {}
    for key in KEYS:
        value = wish.get(key)
        if key not in ("interest", "one_way") and value is not None and not isinstance(value, str):
            raise ArgumentError(f"decision.{key}", str(value)[:80], "text is due", EXAMPLE)
        said[key] = one_line(value) if isinstance(value, str) else ""
    return said


def _word(text: str, key: str, words: tuple[str, ...]) -> str:
    if text not in words:
        raise ArgumentError(
            f"decision.{key}", text or "nothing", f"{' or '.join(words)} is due", EXAMPLE
        )
    return text


def _hours(value: Any) -> float | None:
    if value is None or value == "":
        return None
    try:
        return float(str(value).strip().removesuffix("h").strip())
    except ValueError:
        want = "a number of hours a month is due"
        raise ArgumentError("decision.interest", str(value)[:80], want, "interest: 4") from None


def _finding(subject: str, setting: Setting) -> tuple[Finding | None, DesignScope | None]:
    """Return the finding that a decision is about, as the design raises it without any decision."""
    scope = DesignScope(setting.design, setting.knowledge.numbers) if setting.design else None
    if subject in ("", GATE):
        return None, scope
    if setting.design is None or scope is None:
        want = "no design is known here: review it first, then decide about what it raises"
        raise ArgumentError("decision.subject", subject, want, EXAMPLE)
    judged = review(setting.design, setting.knowledge)
    found = next((f for f in judged.findings if f.id == subject), None)
    if found is None:
        raise ArgumentError("decision.subject", subject, _no_such(subject, judged), EXAMPLE)
    return found, scope


def _no_such(subject: str, judged: Review) -> str:
    if any(look.id == subject for look in judged.looks):
        return "that is a question to look at, not a finding: send what you found in `answers` of the design"
    within = next((f.id for f in judged.findings for r in f.also if f"{r}@{f.at}" == subject), "")
    if within:
        return f"{within} says it too; decide about that one"
    ids = [f.id for f in judged.findings]
    near = get_close_matches(subject, ids, 1, 0.6)
    hint = f"did you mean {near[0]}? " if near else ""
    listed = ", ".join(ids[:8]) + (f" and {len(ids) - 8} more" if len(ids) > 8 else "")
    return f"{hint}the review of {judged.name} raises {listed or 'nothing'}"


def _about(
    made: Decision, finding: Finding, scope: DesignScope, setting: Setting
) -> tuple[Decision, Context, str]:
    """Add what the finding says: what it weighs, what it rests on, and whether a person is due."""
    locked = (r.entry.id for r in setting.knowledge.rules if r.entry.locked)
    door = one_way(finding, scope)
    facts = tuple(
        RestsOn(one_line(r.fact)[:300], one_line(r.value)[:300], r.basis)
        for r in finding.because
        if one_line(r.fact) and one_line(r.value)
    )
    full = replace(
        made,
        design=_system(scope.design),
        severity=finding.severity,
        covers=tuple(f"{rule}@{finding.at}" for rule in (*finding.also, *_weaker(finding))),
        rests_on=facts[:_MOST_FACTS],
        one_way=made.one_way or bool(door),
    )
    context = Context(one_line(finding.title), one_line(finding.do), door)
    return full, context, needs_a_person(finding, scope, locked)


def _system(design: Design) -> str:
    """Return the name under which the design is known later: that of its base, where it changes one."""
    return one_line(design.based_on or design.name)[: LENGTHS["design"]]


def _weaker(finding: Finding) -> tuple[str, ...]:
    """Return the rule that says less of the same part: what stated facts deny, once they are unsaid."""
    return ("unpaid-part",) if finding.rule.endswith("-above-need") else ()


def _title(made: Decision) -> str:
    if made.subject == GATE:
        return "Go on without a review that stands"
    if not made.subject:
        short = made.reason[:_LONGEST_TITLE]
        return short if len(made.reason) <= _LONGEST_TITLE else short.rsplit(" ", 1)[0] + " …"
    rule, _, place = made.subject.partition("@")
    return f"{made.kind.capitalize()} {rule} at {place}"[:200].strip()


def _sound(made: Decision) -> None:
    for fault in faults(made):
        given = {f.name: getattr(made, f.name) for f in fields(made)}
        got = str(given.get({"while": "holds_while"}.get(fault.key, fault.key)) or "nothing")
        raise ArgumentError(f"decision.{fault.key}", got, fault.reason, EXAMPLE)


def _holds_now(made: Decision, setting: Setting, scope: DesignScope | None) -> str:
    """Return what of the condition is not sure; a decision that is over before it begins is refused."""
    try:
        holds = bind(made, setting.knowledge.vocabulary, setting.knowledge.numbers.values)
    except PredicateError as error:
        example = 'while: "load.messages_per_second < 200/s"'
        raise ArgumentError("decision.while", made.holds_while, str(error), example) from error
    until = read_day(made.until) if made.until else None
    if until is not None and until < setting.day:
        raise ArgumentError(
            "decision.until", made.until, f"that day is over, today is {setting.day}", EXAMPLE
        )
    if scope is None:
        return "no design is known here, so that its facts are not" if made.holds_while else ""
    now = state(Bound(Recorded("", "", made), holds), scope, setting.memory)
    if now.word == "expired":
        want = f"it is false already: {now.why}"
        raise ArgumentError("decision.while", made.holds_while, want, "a condition that holds now")
    return now.why


def _before(made: Decision, setting: Setting, scope: DesignScope | None) -> list[Bound]:
    """Return what was decided about the same, and is in force or proposed; a direction replaces nothing."""
    same = [b for b in setting.memory.decisions if b.decision.subject == made.subject]
    same = [b for b in same if b.decision.status in ("accepted", "proposed")]
    if not made.subject:
        return [b for b in same if _same(b.decision, made)]
    return [b for b in same if scope is None or applies_to(b, scope)]


def _same(one: Decision, other: Decision) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _SAME)


def _no_agent_over_a_person(
    made: Decision, before: list[Bound], setting: Setting, scope: DesignScope | None
) -> None:
    if not made.by_agent_alone or scope is None:
        return
    for bound in before:
        persons = bound.decision.in_force and not bound.decision.by_agent_alone
        if persons and state(bound, scope, setting.memory).word != "expired":
            want = f"a person decided this in {bound.recorded.file}; ask the person, and record by: both"
            raise ArgumentError("decision.by", "agent", want, "by: both")
