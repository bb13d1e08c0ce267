"""The first sentence and the last: what it comes to, and what to do now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend_mcp.model.design import Change, Design, Unread
from backend_mcp.model.fact import Conflict
from backend_mcp.model.review import Extra, Finding, Look, Question, Ready, Verdict
from backend_mcp.review.decided import Settled
from backend_mcp.review.grounds import Grounds
from backend_mcp.review.pending import Pending

_LOOKS: Final = 3
"""So many looks are named in the next step."""


def summarise(design: Design, outcome: "Outcome", ground: Grounds) -> str:
    """Say the verdict in one or two sentences, the change first where there is one."""
    lead = f"{_change(design.change)} " if design.change is not None else ""
    torn = len(ground.torn)
    tail = (
        f" {_counted(torn, 'line')} that may decide could not be read: see what was not read."
        if torn
        else ""
    )
    return lead + _verdict(outcome, ground) + tail


def told(settled: Settled) -> str:
    """Say how many findings are not raised since they were decided, and how many decisions are over."""
    stand, over = len(settled.ids), settled.over
    is_, hold = "is" if stand == 1 else "are", "holds" if over == 1 else "hold"
    said = f" {_counted(stand, 'finding')} {is_} decided and not raised again." if stand else ""
    return said + (f" {_counted(over, 'decision')} no longer {hold}." if over else "")


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def _change(change: Change) -> str:
    parts = [
        f"{verb} {', '.join(ids)}"
        for verb, ids in (
            ("adds", change.added),
            ("changes", change.changed),
            ("removes", change.removed),
        )
        if ids
    ]
    said = "; ".join(parts) if parts else "changes no part"
    gone = f" With it go the flows {_and(change.flows_gone)}." if change.flows_gone else ""
    return f"The change {said}; it names {_counted(change.flows, 'flow')}.{gone}"


def _verdict(outcome: "Outcome", ground: Grounds) -> str:
    word, findings, extras = outcome.word, outcome.findings, outcome.extras
    under = [f for f in findings if f.direction != "over"]
    if word == "right":
        return _right(outcome)
    if word == "undecided":
        serious = [f for f in findings if f.severity in ("blocker", "high")]
        first = f" First: {_heaviest(serious)}." if serious else ""
        return f"Undecided: {_open(ground)}; this is not a pass.{first}"
    over = (
        f"nothing stated pays for {_names(extras)}"
        if extras
        else "some of it stands above the need"
    )
    if word == "over":
        return f"Too much: {over}."
    if word == "under":
        return f"Something is missing: {_heaviest(under)}."
    return f"Both ways: {over}; and {_heaviest(under)}."


def _open(ground: Grounds) -> str:
    """Say what is missing for a word."""
    if ground.loaded and ground.unmeasured:
        fit = "fits" if len(ground.unmeasured) == 1 else "fit"
        return f"whether {_and(ground.unmeasured[:3])} {fit} this load has to be measured"
    if ground.loaded and ground.left_open:
        return f"the plan leaves open {_and(ground.left_open[:3])}, which may be a fault that comes first"
    return "too little is known of the load or the parts to call it right-sized"


def _right(outcome: "Outcome") -> str:
    """Say go ahead only where nothing has to be mended, cut or told first."""
    is_ready, findings, extras = outcome.ready, outcome.findings, outcome.extras
    rest = "" if not findings else f" {_count(findings)} to look at on the way."
    if is_ready != "yes" and extras and not _mended_first(findings):
        return f"Nothing stated pays for {_names(extras)}; the rest is right-sized.{rest}"
    if is_ready in ("no", "after_fixes"):
        if any(f.rule.endswith("-below-need") for f in findings):
            return f"Not ready: {_heaviest([f for f in findings if f.direction != 'over'])}."
        spare = f", save that nothing stated pays for {_names(extras)}" if extras else ""
        under = [f for f in findings if f.direction != "over"]
        return f"The size is right{spare}; before it is built: {_heaviest(under or findings)}."
    if outcome.waiting:
        first = outcome.waiting[0]
        return f"The size is right; whether {first.need} is kept rests on {first.fact}, which is not said.{rest}"
    if is_ready == "unknown":
        return f"The size is right; whether it may go ahead rests on {outcome.open_look.id}: look there first.{rest}"
    if extras:
        return f"Go ahead, save that nothing stated pays for {_names(extras)}.{rest}"
    if any(f.direction == "over" for f in findings):
        return f"Go ahead, save that part of it may stand above the need.{rest}"
    go = "Right-sized, go ahead"
    if grave := len(outcome.grave_looks):
        go = f"Right-sized; go ahead once {_counted(grave, 'look')} hold{'s' if grave == 1 else ''}"
    return f"{go}: nothing that was judged stands above or below the need.{rest}"


def _mended_first(findings: Sequence[Finding]) -> bool:
    """Whether something is missing, or there is more than one thing, that comes before any part that is spare."""
    count = Counter(f.severity for f in findings)
    return bool(count["blocker"] + count["high"]) or count["medium"] > 1


def _and(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


def _names(extras: Sequence[Extra]) -> str:
    first = [e.component for e in extras if not e.along]
    more = f" and {len(first) - 4} more" if len(first) > 4 else ""
    along = [e.component for e in extras if e.along]
    return ", ".join(first[:4]) + more + (f" (with {_and(along)})" if along else "")


def _count(findings: Sequence[Finding]) -> str:
    count = Counter(f.severity for f in findings)
    return ", ".join(f"{n} {s}" for s, n in count.items())


def _heaviest(findings: Sequence[Finding]) -> str:
    if not findings:
        return "nothing is missing"
    first = findings[0]
    title = first.title[0].lower() + first.title[1:] if first.title[1:2].islower() else first.title
    return title.rstrip(".")


def _nothing_to_ask(outcome: "Outcome") -> str:
    if outcome.loaded:
        return "Measure, or state, what the first sentence names, and send it again."
    load = "load.requests_per_second or load.users"
    return f"State the load ({load}), the parts and the flows between them, and send it again."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a review came to, as far as the next step rests on it."""

    word: Verdict
    ready: Ready
    findings: Sequence[Finding]
    extras: Sequence[Extra]
    questions: Sequence[Question]
    looks: Sequence[Look]
    torn: Sequence[Unread]
    loaded: bool
    conflicts: Sequence[Conflict]
    waiting: Sequence[Pending]

    @property
    def grave_looks(self) -> tuple[Look, ...]:
        """The looks whose answer decides a blocker or a high, those at a promise first."""
        grave = [x for x in self.looks if x.decides in ("blocker", "high")]
        return tuple(sorted(grave, key=lambda x: not x.at.startswith("must_hold.")))

    @property
    def open_look(self) -> Look:
        """The first look whose answer decides a blocker, else the first of all."""
        return next((x for x in self.looks if x.decides == "blocker"), self.looks[0])


def next_step(outcome: Outcome) -> str:
    """Say in one sentence what to do now."""
    is_ready, questions = outcome.ready, outcome.questions
    findings = [f for f in outcome.findings if f.counts]
    deferred = {f.id for f in outcome.findings if f.stance == "deferred"}
    extras = [e for e in outcome.extras if not e.findings or not deferred.issuperset(e.findings)]
    if is_ready == "no":
        return f"Mend {findings[0].at} before the plan is presented, then send the changes for another review."
    spare = outcome.word == "right" and bool(extras) and not _mended_first(findings)
    if is_ready == "after_fixes" and not spare:
        first = f"Start with {findings[0].at}"
        asks = f", ask the person for {questions[0].fact}" if questions else ""
        return f"{first}{asks}, then send the changes for another review."
    if outcome.torn:
        want, _, _ = outcome.torn[0].want.partition("? (one of ")
        return f"Write {outcome.torn[0].at} as {want}, and send it again."
    which = next((c for c in outcome.conflicts if c.open), None)
    if which is not None:
        one, other = which.used, which.other
        return f"Say which is right, {one.path} {one.said} or {other.path} {other.said}, and send it again."
    if outcome.word == "undecided":
        facts = ", ".join(q.fact for q in questions[:3])
        return f"Ask for {facts}, and send what is known." if facts else _nothing_to_ask(outcome)
    return _leave_out(outcome.ready, extras) if spare else _answer(outcome, len(deferred))


def _leave_out(is_ready: Ready, extras: Sequence[Extra]) -> str:
    then = "; then go ahead." if is_ready == "yes" else ", and send it again."
    return f"Leave out {_names(extras)}, or state what pays{then}"


def _answer(outcome: Outcome, deferred: int) -> str:
    """Say which answer is owed, of a person or of whoever looks, before anybody goes ahead."""
    if outcome.waiting and outcome.ready == "unknown":
        wait = outcome.waiting[0]
        return f"Ask the person for {wait.fact}: it decides whether {wait.need} is kept. Then send the answer."
    if outcome.ready == "unknown":
        send = "send it in `answers`: true where it holds, or is mended"
        return f"Answer {outcome.open_look.id} by reading the design, and {send}."
    if grave := outcome.grave_looks:
        named, they = (
            _and([x.id for x in grave[:_LOOKS]]),
            "it holds" if len(grave) == 1 else "they hold",
        )
        return f"Answer {named} by reading the design; where {they}, go ahead as planned."
    if deferred:
        return (
            f"Go ahead; {_counted(deferred, 'deferred finding')} to mend later, each with its end."
        )
    return "Go ahead as planned."
