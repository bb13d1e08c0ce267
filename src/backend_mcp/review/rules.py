"""Rules over a design: true is a finding, false a pass, unknown a question or, if said, `unsaid`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.entries import SEVERITIES, Practice, Severity
from backend_mcp.model.knowledge import BoundRule, Knowledge
from backend_mcp.model.predicate import Atom, Predicate
from backend_mcp.model.review import Finding
from backend_mcp.model.table import Rows, Table
from backend_mcp.review.spoken import Silence, silence_of, title_of
from backend_mcp.review.texts import fill, limit, lower, number, place_of, reasons, rests_on_assumed

View = DesignScope | ItemScope
OPEN_WHEN_SAID: Final = ("money", "stock", "external")
"""Effects for which a design key that says `unknown` is a finding of its own."""

OPEN_ANYWAY: Final = (
    "authorized",
    "on_failure",
    "reversible",
    "practices.canary",
    "practices.destructive_confirmation",
)
"""Keys whose `unknown` is a finding whatever the effect: what is protected, what people wait for, what reaches all."""

_SAME_PARTS: Final = {"boundaries-above-need": "services-above-engineers"}
"""Findings of ladders, each with the rule about the whole design that means the same parts."""


@dataclass(frozen=True, slots=True)
class Open:
    """A rule that could not be decided at one place."""

    rule: BoundRule
    view: View
    applies: bool

    def conditions(self) -> tuple[Predicate, ...]:
        """Return what must be true for a finding, and is not known to be."""
        due = (*self.rule.applies.conditions, *self.rule.fires.conditions)
        return tuple(c for c in due if c.truth(self.view) is None)

    def atoms(self) -> tuple[Atom, ...]:
        """Return the atoms that would decide it."""
        return tuple(a for c in self.conditions() for a in c.atoms(self.view))

    def says_unknown(self) -> bool:
        """Whether the document says `unknown` of a key of which the rule says that it may do so."""
        facts = (self.view.get(key) for key in self.rule.entry.unsaid)
        return any(fact is not None and not fact.known for fact in facts)


@dataclass(frozen=True, slots=True)
class Ruled:
    """What all rules said: findings, what stayed open, and in which rows a rule applies and passes."""

    findings: tuple[Finding, ...]
    open: tuple[Open, ...]
    passing: tuple[tuple[str, Table, Rows], ...]
    applicable: int
    fired: int

    @property
    def passed(self) -> tuple[tuple[str, str], ...]:
        """Each rule with each place where it applies and passes."""
        return tuple(
            (id_, view.place) for id_, table, rows in self.passing for view in table.at(rows)
        )


def judge_rules(scope: DesignScope, knowledge: Knowledge) -> Ruled:
    """Evaluate every rule that is not switched off at every place where it may apply."""
    findings: list[Finding] = []
    opens: list[Open] = []
    passing: list[tuple[str, Table, Rows]] = []
    silences: dict[str, Silence] = {}
    applicable: set[str] = set()
    for rule in knowledge.rules:
        if rule.entry.id in knowledge.off:
            continue
        table = scope.tables[rule.entry.for_each]
        applies, fires, passes, found = judged(rule, table)
        passing.append((rule.entry.id, table, applies & passes))
        if found or applies & passes:
            applicable.add(rule.entry.id)
        for view in cast("Iterator[View]", table.at(found)):
            sure = bool(applies & view.row)
            if sure and fires & view.row:
                conditions, atoms = rule.applies.atoms(view), rule.fires.atoms(view)
                findings.append(_finding(rule, view, (*conditions, *atoms), knowledge))
                continue
            opened = Open(rule, view, sure)
            opens.append(opened)
            if sure and rule.entry.unsaid and left_open(opened):
                findings.append(_unsaid(opened))
                silences |= _silences(opened, knowledge.practices)
    fired = len({f.rule for f in findings})
    return Ruled(
        tuple(_one_unsaid_a_place(not_covered(findings, knowledge), silences)),
        tuple(opens),
        tuple(passing),
        len(applicable),
        fired,
    )


def judged(rule: BoundRule, table: Table) -> tuple[Rows, Rows, Rows, Rows]:
    """Return the rows in which a rule applies, fires and passes, and those that it finds or leaves open."""
    rows = table.all & ~_beside(rule, table)
    applies, not_applies = rule.applies.over(table, rows)
    fires, passes = rule.fires.over(table, rows & ~not_applies)
    return applies, fires, passes, rows & ~not_applies & ~passes


def _beside(rule: BoundRule, table: Table) -> Rows:
    """Return the items that a rule is not about: another word stands where one of its own is due."""
    needs = rule.fires.needs
    return table.other_word(*needs) if rule.entry.for_each and needs is not None else 0


def _finding(rule: BoundRule, view: View, atoms: tuple[Atom, ...], knowledge: Knowledge) -> Finding:
    entry = rule.entry
    conditional = rests_on_assumed(atoms) or _merely_assumed(view)
    severity: Severity = entry.severity
    if conditional and severity == "blocker":
        severity = "high"
    return Finding(
        rule=entry.id,
        at=view.place or place_of(atoms),
        direction=entry.direction,
        severity=severity,
        title=fill(entry.what, view),
        do=fill(entry.do, view),
        flips_when=fill(entry.flips, view),
        because=reasons(atoms),
        number=number(atoms),
        why=entry.why,
        conditional=conditional,
        threshold=limit(atoms, knowledge),
        sources=tuple(s.url or s.title for s in entry.sources),
        repair=entry.repair,
    )


def _merely_assumed(view: View) -> bool:
    """Whether this is about a promise that nobody stated."""
    statement = view.get("statement") if view.place.startswith("must_hold") else None
    return statement is not None and statement.basis == "assumed"


def left_open(opened: Open) -> bool:
    """Whether the document itself says `unknown` of what decides, where that is a finding.

    All that is missing must be keys that the rule names; one of them said to be unknown is enough.
    """
    rule, view, keys = opened.rule, opened.view, opened.rule.entry.unsaid
    if not opened.says_unknown():
        return False
    effect = view.get("effect")
    serious = effect is None or effect.value in OPEN_WHEN_SAID
    promised = rule.entry.for_each == "must_hold" or any(k in OPEN_ANYWAY for k in keys)
    own = {f"{view.place}.{key}" for key in keys}
    own |= {key for key in keys if key.startswith("practices.")}
    missing = opened.atoms() if promised or serious else ()
    return all(a.path in own for a in missing) and any(a.said_unknown for a in missing)


def _unsaid(opened: Open) -> Finding:
    rule, view = opened.rule, opened.view
    missing, conditions = opened.atoms(), rule.applies.atoms(view)
    entry = rule.entry
    at = view.place or place_of(missing)
    return Finding(
        rule=entry.id,
        at=at,
        direction=entry.direction,
        severity=lower(entry.severity),
        title=entry.title,
        do=f"say it in the plan, or {fill(entry.do, view)}",
        flips_when=fill(entry.flips, view),
        because=reasons((*missing, *conditions)),
        why=entry.why,
        conditional=True,
        unsaid=True,
        sources=tuple(s.url or s.title for s in entry.sources),
        repair=entry.repair,
    )


def _silences(opened: Open, practices: Mapping[str, Practice]) -> dict[str, Silence]:
    """Say of each fact that the document leaves open what is not known."""
    return {
        atom.path: silence_of(atom.path, opened.view, practices)
        for atom in opened.atoms()
        if atom.said_unknown
    }


def not_covered(findings: Sequence[Finding], knowledge: Knowledge) -> list[Finding]:
    """Leave out what a heavier finding at the same place says already."""
    covers = {r.entry.id: r.entry.covers for r in knowledge.rules if r.entry.covers}
    said = {(f.at, c) for f in findings if not f.unsaid for c in covers.get(f.rule, ())}
    return [f for f in findings if (f.at, f.rule) not in said]


def told_by_size(findings: Sequence[Finding]) -> list[Finding]:
    """Let the ladder that names the parts which are too many speak for the rule that counts them.

    Only where it weighs as much; its finding names the rule in `also`.
    """
    heavy = {f.rule: SEVERITIES.index(f.severity) for f in findings}
    told = {
        size: rule
        for size, rule in _SAME_PARTS.items()
        if rule in heavy and heavy.get(size, len(SEVERITIES)) <= heavy[rule]
    }
    return [
        replace(f, also=(*f.also, told[f.rule])) if f.rule in told else f
        for f in findings
        if f.rule not in told.values()
    ]


def _one_unsaid_a_place(
    findings: list[Finding], silences: Mapping[str, Silence]
) -> Iterable[Finding]:
    """Join what one place leaves open into its heaviest finding: it is one thing to say."""
    heaviest: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.unsaid:
            heaviest.setdefault(finding.at, []).append(finding)
        else:
            yield finding
    for group in heaviest.values():
        group.sort(key=lambda f: (SEVERITIES.index(f.severity), f.rule))
        first, others = group[0], group[1:]
        because = tuple({r.fact: r for f in group for r in f.because}.values())
        open_ = [silences[r.fact] for r in because if r.fact in silences]
        yield replace(
            first,
            because=because,
            also=tuple(f.rule for f in others),
            title=title_of(open_, first.title),
        )
