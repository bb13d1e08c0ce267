"""One review: facts in, the whole answer out. The order of the steps is the order of importance."""

import hashlib
from collections.abc import Iterable
from typing import Final

from backend_mcp.capacity import DesignScope
from backend_mcp.model.design import Design
from backend_mcp.model.entries import SEVERITIES
from backend_mcp.model.fact import Fact
from backend_mcp.model.form import KINDS, NOT_FORESEEN, PROSE
from backend_mcp.model.knowledge import BoundRule, Knowledge
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.review import Finding, Review, Used
from backend_mcp.review.budget import weigh
from backend_mcp.review.copies import unproven
from backend_mcp.review.doubts import doubtful
from backend_mcp.review.grounds import grounds
from backend_mcp.review.keeps import keep
from backend_mcp.review.payers import claims
from backend_mcp.review.pending import held_back, pending
from backend_mcp.review.probes import probe
from backend_mcp.review.questions import Told, ask
from backend_mcp.review.rules import Ruled, judge_rules, not_covered, told_by_size
from backend_mcp.review.simplest import leftovers
from backend_mcp.review.sizing import Sized, size
from backend_mcp.review.standing import Standing
from backend_mcp.review.summary import Outcome, next_step, summarise
from backend_mcp.review.verdict import ready, verdict

_PROSE: Final = tuple(f".{key}" for key in PROSE)
"""Ends of paths at which words for people stand."""


def review(design: Design, knowledge: Knowledge) -> Review:
    """Judge a design. Equal facts give an equal review, whatever the prose and the order."""
    scope = DesignScope(design, knowledge.numbers)
    sized = size(scope, knowledge)
    ruled = judge_rules(scope, knowledge)
    probed = probe(scope, knowledge)
    budget, above = weigh(scope)
    own = (above,) if above is not None else ()
    all_said = (*sized.findings, *ruled.findings, *probed.findings, *own)
    findings = ordered(told_by_size(not_covered(all_said, knowledge)))
    extras = (*sized.extras, *leftovers(scope, sized.extras))
    gone = {e.component for e in extras}
    attacked = {f.at for f in findings if _attacks(f)} | {f"components.{c}" for c in gone}
    attacked |= doubtful(scope, knowledge, sized.standings)
    ground = grounds(scope, sized, findings, ruled.open)
    word = verdict(findings, ground.enough)
    waiting = pending(scope, knowledge.vocabulary, ruled.open)
    held = held_back(waiting, findings, extras)
    is_ready = ready(word, findings, probed.looks, held)
    said = frozenset(r.fact for f in findings if f.unsaid for r in f.because)
    thin = word == "undecided" or not ground.loaded
    going = frozenset(f.at for f in findings if f.repair.get("status") == "removed")
    going |= {f"components.{c}" for c in gone}
    questions = ask(scope, knowledge, ruled.open, sized.standings, Told(said, going), thin)
    conflicts = (*design.conflicts, *_unique(scope.conflicts))
    outcome = Outcome(
        word,
        is_ready,
        findings,
        extras,
        questions,
        probed.looks,
        ground.torn,
        ground.loaded,
        conflicts,
        waiting,
    )
    broken = {f.at for f in findings if _breaks(f)}
    keeps = keep(scope, knowledge, sized.standings, attacked, broken)
    return Review(
        name=design.name,
        verdict=word,
        ready=is_ready,
        summary=summarise(design, outcome, ground),
        next=next_step(outcome),
        findings=findings,
        questions=questions,
        looks=probed.looks,
        answered=probed.answered,
        keeps=keeps,
        capabilities=sized.capabilities,
        budget=budget,
        simplest=tuple(sorted(c.id for c in design.components if c.id not in gone)),
        extras=extras,
        claims=claims(scope),
        derived=scope.worked_out(),
        not_judged=(
            *_not_judged(design, sized, knowledge, _sized_by_a_rule(ruled, knowledge)),
            *unproven(scope, knowledge),
            *_said_unknown(design),
        ),
        off=tuple(knowledge.off.values()),
        unread=design.unread,
        conflicts=conflicts,
        change=design.change,
        used=Used(
            len(knowledge.rules) - len(knowledge.off),
            ruled.applicable,
            ruled.fired,
            len({o.rule.entry.id for o in ruled.open}),
        ),
        knowledge=knowledge.version,
        id=_digest(design, knowledge.version),
    )


def _attacks(f: Finding) -> bool:
    """Whether a finding says of its place that it can't stay as it is."""
    broken = f.severity == "blocker" and f.at.startswith("components.") and not f.unsaid
    return f.direction == "over" or f.rule.endswith("-below-need") or broken


def _breaks(f: Finding) -> bool:
    """Whether a finding says of its place that it surely does not do what it is for."""
    return f.direction != "over" and f.severity in ("blocker", "high") and not f.unsaid


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order by severity, then what is faulty before what is merely unsaid, direction, place."""
    return tuple(
        sorted(
            findings,
            key=lambda f: (SEVERITIES.index(f.severity), f.direction, f.conditional, f.at, f.rule),
        )
    )


def _sized_by_a_rule(ruled: Ruled, knowledge: Knowledge) -> set[str]:
    """Return the parts of which a rule about their kind said whether they are needed at all."""
    rules = {r.entry.id for r in knowledge.rules if _asks_whether_needed(r)}
    said = {f.at for f in ruled.findings if f.rule in rules and not f.unsaid}
    return {p.partition(".")[2] for p in said | {at for id_, at in ruled.passed if id_ in rules}}


def _asks_whether_needed(rule: BoundRule) -> bool:
    """Whether a rule is about one kind of part, and its repair is that the part goes."""
    kinds = any(c.needs is not None and c.needs[0] == "kind" for c in rule.applies.conditions)
    return kinds and rule.entry.direction == "over" and rule.entry.repair == {"status": "removed"}


def _not_judged(
    design: Design, sized: Sized, knowledge: Knowledge, by_rule: set[str]
) -> tuple[str, ...]:
    """Name the parts whose size nothing judged, and the names that nothing is known of."""
    standing = {s.place.partition(".")[2] for s in sized.standings} | by_rule
    sizable = set(KINDS) - {"client", "service", "external", "database", "relational"}
    bare = sorted(
        c.id for c in design.components if c.id not in standing and c.word("kind") in sizable
    )
    lines = [f"the size of {', '.join(bare)}"] if bare else []
    nameless = [c.place for c in design.components if not c.word("kind")]
    lines += [f"{place}: its kind is not said" for place in nameless]
    own = {s.place.partition(".")[2] for s in sized.standings if not _aside(s, knowledge)}
    return (*lines, *_other_kinds(design, own, knowledge), *design.unjudged)


def _aside(s: Standing, knowledge: Knowledge) -> bool:
    """Whether a part stands on a ladder by its trigger or kind alone, which its product is not on."""
    named = s.part.item.words("technology") if s.part is not None else ()
    rungs = knowledge.numbers.rungs
    return s.ladder.entry.each_its_own and not any(
        s.ladder.entry.id in rungs.get(name, {}) for name in named
    )


def _other_kinds(design: Design, standing: set[str], knowledge: Knowledge) -> Iterable[str]:
    """Name the parts on no ladder whose product stands on one by another kind."""
    kinds, rungs = knowledge.vocabulary.kinds, knowledge.numbers.rungs
    for c in design.components:
        named = c.words("technology")
        if c.id in standing or len(named) != 1 or not rungs.get(named[0]):
            continue
        kind, known = c.word("kind"), kinds.get(named[0], "")
        if known not in (kind, "platform"):  # a service is rightly said to be its platform's
            yield f"{c.place}: judged as {kind or 'a part'}, but {named[0]} is known as {known}"


def _said_unknown(design: Design) -> tuple[str, ...]:
    """Name what the document leaves open in so many words: whatever rests on it was not judged."""
    facts = (f for items in design.lists.values() for i in items for f in i.facts.values())
    paths = sorted(f.path for f in (*design.facts.values(), *facts) if not f.known)
    return (f"what rests on facts said to be unknown: {', '.join(paths)}",) if paths else ()


def _unique(conflicts: Iterable[object]) -> tuple:  # type: ignore[type-arg]
    return tuple(dict.fromkeys(conflicts))


def _digest(design: Design, version: str) -> str:
    """Return a digest of the facts that were judged: values and bases, not notes or prose."""
    facts = [
        *design.facts.values(),
        *(f for items in design.lists.values() for i in items for f in i.facts.values()),
    ]
    lines = sorted(f"{f.path}={_exact(f)}~{f.basis}" for f in facts if not f.path.endswith(_PROSE))
    lines += sorted(design.absent) + sorted(design.complete)
    lines += sorted(f"{k}={a.holds}" for k, a in design.answers.items())
    return hashlib.sha256("\n".join([version, *lines]).encode("utf-8", "replace")).hexdigest()[:16]


def _exact(fact: Fact) -> str:
    value = fact.value
    if isinstance(value, Quantity):
        return f"{value.low:.9g}..{value.high:.9g}"
    if fact.path.endswith(".on_failure") and fact.known and value not in NOT_FORESEEN:
        return "words"
    return str(value)
