"""From standings to the answer about size: capabilities, findings and the parts that are extra."""

from dataclasses import dataclass, replace
from typing import Final

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.entries import Severity
from backend_mcp.model.fact import Fact
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.review import Capability, Extra, Finding, Reason
from backend_mcp.review import size_words as words
from backend_mcp.review.loads import knows_load
from backend_mcp.review.payers import draws_boundary, named_facts, payer
from backend_mcp.review.peers import beside_existing, exists, same_job
from backend_mcp.review.rungs import carries, host_of
from backend_mcp.review.services import (
    calls_before,
    exists_already,
    inside_a_service,
    stands_alone,
)
from backend_mcp.review.shortfall import falls_short, limit_at
from backend_mcp.review.standing import Standing, stand
from backend_mcp.review.texts import reason

_A_DEPLOYABLE: Final = 3.0
"""Hours a month: two rungs up that cost less than that are no heavy fault."""


@dataclass(frozen=True, slots=True)
class Sized:
    """Everything that is said about size."""

    standings: tuple[Standing, ...]
    findings: tuple[Finding, ...]
    extras: tuple[Extra, ...]
    capabilities: tuple[Capability, ...]

    @property
    def undecided(self) -> tuple[str, ...]:
        """The new parts above the plain rung of which nothing told whether they are needed."""
        open_ = (s for s in self.standings if s.fit == "unknown" and s.chosen > s.plain)
        return tuple(words.subject(s) for s in open_ if not exists(s))


def size(scope: DesignScope, knowledge: Knowledge) -> Sized:
    """Judge every part on every ladder that it stands on."""
    standings = [s for s in _standings(scope, knowledge) if s is not None]
    standings = [beside_existing(s, standings) for s in standings]
    judge = _Judge(scope, knowledge, standings)
    findings: list[Finding] = []
    extras: list[Extra] = []
    for standing in standings:
        found, extra = judge.judge(standing)
        findings += found
        extras += extra
    unique = {e.component: _with_all(e, extras) for e in reversed(extras)}
    lines = tuple(judge.capability(s) for s in standings)
    return Sized(tuple(standings), tuple(findings), tuple(unique.values())[::-1], lines)


def _with_all(extra: Extra, extras: list[Extra]) -> Extra:
    """Return an extra with the findings of all ladders on which its part is one."""
    said = (id_ for e in extras if e.component == extra.component for id_ in e.findings)
    return replace(extra, findings=tuple(dict.fromkeys(said)))


def _standings(scope: DesignScope, knowledge: Knowledge) -> list[Standing | None]:
    found: list[Standing | None] = []
    for ladder in knowledge.ladders:
        if ladder.entry.for_each:
            parts = scope.where("components", ladder.judges)
            found += [stand(scope, ladder, c) for c in parts if isinstance(c, ItemScope)]
        elif ladder.touched.truth(scope) is True:
            found.append(stand(scope, ladder, None))
    return [_paid(s, scope) if s is not None and s.part is not None else s for s in found]


def _paid(s: Standing, scope: DesignScope) -> Standing:
    if s.fit not in ("unpaid", "over", "note") or s.part is None or _also_lower(s, s.part):
        return s
    return replace(s, fit="right") if payer(s.part, scope) else s


def _also_lower(s: Standing, part: ItemScope) -> bool:
    """Whether the same part would do on a lower rung: a promise then pays for it, but not for the rung."""
    return any(r.chosen.truth(part) is True for r in s.ladder.rungs[: s.chosen])


class _Judge:
    """Turns one standing at a time into words."""

    def __init__(self, scope: DesignScope, knowledge: Knowledge, standings: list[Standing]) -> None:
        self.scope = scope
        self.knowledge = knowledge
        self.existing = [s for s in standings if exists(s)]
        going = (s.part for s in standings if s.fit in ("over", "unpaid") and s.part is not None)
        self.doomed = frozenset(p.item.id for p in going)

    def judge(self, s: Standing) -> tuple[list[Finding], list[Extra]]:
        """Return the findings and extras of one standing."""
        if s.fit == "under":
            return [falls_short(s, self.knowledge)], []
        if s.fit not in ("over", "unpaid"):
            return [], []
        if s.part is None and s.ladder.entry.id == "boundaries":
            return self._services(s)
        part = s.part or self.scope.at(s.place)
        if part is None or part.item.list != "components":
            return [self._over(s, s.place, "")], []
        if s.peer is None and s.part is not None and s.enough.chosen.truth(part) is True:
            return [self._over(s, part.place, "")], []
        instead = self.instead(s)
        nobody_else = self.scope.component(instead) is None
        if (
            part.item.word("holds") == "truth" and nobody_else
        ):  # what it holds has nowhere else to be
            return [self._over(s, part.place, "")], []
        found = self._over(s, part.place, instead)
        return [found], [Extra(part.item.id, instead, self._pays(s), findings=(found.id,))]

    def instead(self, s: Standing) -> str:
        """Return the id of the part that already does the job, or the name of the rung that would."""
        if s.peer is not None:
            return s.peer.item.id
        peer = self._peer(s)
        if peer is not None and peer.part is not None:
            return peer.part.item.id
        host = host_of(s.enough, self.scope, s.part, self.doomed)
        return host.item.id if host is not None else s.rung.entry.spared_by or s.enough.entry.name

    def _peer(self, s: Standing) -> Standing | None:
        """Return an existing part on the same ladder that is enough."""
        others = (o for o in self.existing if o.ladder is s.ladder and o.part is not s.part)
        enough = (o for o in others if s.part is not None and o.chosen >= s.lowest)
        return next((o for o in enough if same_job(o, s)), None)

    def _as_told(self, s: Standing) -> Standing:
        """Return the standing as the words tell it: enough is what the part named instead is."""
        peer = self._peer(s)
        if peer is None or not s.lowest < peer.chosen < s.chosen:
            return s
        return replace(s, lowest=peer.chosen)

    def _services(self, s: Standing) -> tuple[list[Finding], list[Extra]]:
        services = [c for c in self.scope.items["components"] if c.kind == "service"]
        first = min([c for c in services if not stands_alone(c)] or services, key=calls_before)
        unpaid = [
            c
            for c in services
            if c is not first
            and not exists_already(c)
            and not inside_a_service(c)
            and not stands_alone(c)
            and not draws_boundary(c, self.scope)
        ]
        if not unpaid:
            several = [c for c in services if words.in_numbers(c)]
            return self._copies(s, several), []
        finding = self._over(s, unpaid[0].place, first.item.id)
        said = (finding.id,)
        extras = [Extra(c.item.id, first.item.id, self._pays(s), findings=said) for c in unpaid]
        names = ", ".join(c.item.id for c in unpaid)
        title = f"{names}: {len(unpaid)} more to deploy and watch beside {first.item.id}; {words.team(self.scope)}"
        return [
            replace(finding, title=title, do=words.do(names, first.item.id, self._pays(s)))
        ], extras

    def _copies(self, s: Standing, lines: list[ItemScope]) -> list[Finding]:
        """Say of one line that stands for several deployables that fewer would do."""
        new = [c for c in lines if not exists_already(c) and not draws_boundary(c, self.scope)]
        if not new:
            return []
        finding = self._over(s, new[0].place, "")
        many = words.in_numbers(new[0])
        title = f"{new[0].item.id}: {many} to deploy and watch; {words.team(self.scope)}"
        do = words.do(new[0].item.id, "", self._pays(s), s.enough.entry.name)
        return [replace(finding, title=title, do=do)]

    def _over(self, s: Standing, place: str, instead: str) -> Finding:
        denied = s.fit == "over"
        name = place.partition(".")[2] or s.rung.entry.name
        unsaid_status = s.part is not None and "status" not in s.part.item.facts
        because, told = self._because(s), self._as_told(s)
        down = told.enough.entry.name if s.part is not None and not instead else ""
        along = words.along(s.part, self.scope) if s.part is not None else ""
        return Finding(
            rule=f"{s.ladder.entry.id}-above-need" if denied else "unpaid-part",
            at=place,
            direction="over",
            severity=self._severity(s),
            title=words.title(told, name, instead, self._checked(s)),
            do=words.do(name, instead, self._pays(s), down, along),
            flips_when=self._pays(s),
            because=because,
            number="" if instead and instead == s.rung.entry.spared_by else words.numbers(told),
            why=s.ladder.entry.why if s.chosen > s.lowest else words.TWO_FOR_ONE_JOB,
            conditional=not denied or unsaid_status,
            threshold=limit_at(told.enough, self.knowledge),
            sources=tuple(x.url or x.title for x in s.ladder.entry.sources),
        )

    def _turns(self, s: Standing) -> str:
        """Say what would move a part: to what pays for it, or, where it is right, to the rung above its own."""
        stays = s.chosen <= s.lowest or s.fit in ("right", "tight")
        return words.graduates(s) if stays else self._pays(s)

    def _checked(self, s: Standing) -> str:
        """Return the named fact that was checked and does not pay, as a clause."""
        part = s.part
        if part is None:
            return ""
        facts = [f for f in named_facts(part, self.scope) if isinstance(f.value, Quantity)]
        return f" ({facts[0].path} {facts[0].said} does not pay for it)" if facts else ""

    def _because(self, s: Standing) -> tuple[Reason, ...]:
        facts: list[Fact] = [] if s.demand is None else [s.demand]
        facts += [
            a.fact
            for g in s.gates
            for a in g.atoms
            if a.fact is not None and a.fact.known and g.rung > s.lowest and not _is_not_so(a.fact)
        ]
        if s.part is not None:
            facts += named_facts(s.part, self.scope)
        return tuple({f.path: reason(f) for f in facts}.values())[:6]

    def _severity(self, s: Standing) -> Severity:
        """Where no load is stated at all, silence asks and does not accuse."""
        if s.fit == "over" and self._heavy(s):
            return "high"
        silent = s.fit == "unpaid" and not knows_load(self.scope)
        return "low" if silent else "medium"

    def _heavy(self, s: Standing) -> bool:
        """Whether the extra part stands two rungs up at some cost, or takes a tenth of the team's upkeep."""
        more = s.rung.entry.upkeep - s.enough.entry.upkeep
        capacity = self.scope.derived("capacity_hours")
        tenth = (
            capacity.value.low / 10 if capacity and isinstance(capacity.value, Quantity) else None
        )
        far = s.chosen - s.lowest >= 2 and more >= _A_DEPLOYABLE
        return far or (tenth is not None and more >= tenth)

    def _pays(self, s: Standing) -> str:
        """Say what would pay for the chosen rung."""
        wants = [g.gate.entry.pays for g in s.open_gates()]
        below = s.ladder.rungs[max(s.chosen - 1, s.lowest)]
        by_load = s.rung.holds is not None or not wants
        if below.holds is not None and s.ladder.entry.demand and by_load:
            wants.append(words.above(s, below.holds))
        return ", or ".join(dict.fromkeys(wants)) or "a stated need for it"

    def capability(self, s: Standing) -> Capability:
        """Return the line of one standing."""
        state = carries(s.rung, s.load)
        more = s.rung.entry.upkeep - s.enough.entry.upkeep
        shown = s.enough if s.fit in ("over", "unpaid", "note") else s.rung
        measure, limit = "", limit_at(shown, self.knowledge)
        if s.fit == "unknown" and s.load is not None and state == "between":
            measure = f"measure {s.rung.entry.name} at {words.said(s.load)}: {s.rung.entry.signal}"
        return Capability(
            capability=s.ladder.entry.capability,
            at=s.place,
            chosen=s.rung.entry.id,
            needed=s.enough.entry.id,
            fit=s.fit,
            rungs=s.chosen - s.lowest,
            demand=words.said(s.load),
            formula=s.demand.formula if s.demand is not None else "",
            holds_to=words.said(shown.holds),
            headroom=words.headroom(shown, s.load),
            flips_when=self._turns(s),
            cost=f"{more:+g} h/month" if s.chosen > s.lowest else "",
            measure=measure,
            stale=limit.stale if limit is not None else "",
        )


def _is_not_so(fact: Fact) -> bool:
    """Whether a fact only says that something worked out is not the case, or is nothing: it explains nothing."""
    nothing = isinstance(fact.value, Quantity) and fact.value.high == 0
    return (fact.value is False or nothing) and ".derived." in f".{fact.path}"
