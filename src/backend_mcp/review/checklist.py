"""A checklist as it binds here: each item answered by what is known, or skipped with the reason."""

from collections.abc import Iterable
from typing import Final, cast

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.advice import BoundChecklist, BoundItem
from backend_mcp.model.consultation import ItemLine, ItemState, Told
from backend_mcp.model.design import Design
from backend_mcp.model.entries import SEVERITIES, Severity
from backend_mcp.model.fact import UNKNOWN, Value
from backend_mcp.model.knowledge import BoundLadder, BoundProbe, BoundRule, Knowledge
from backend_mcp.model.predicate import Atom
from backend_mcp.review.candidates import of_rule
from backend_mcp.review.compare import compare
from backend_mcp.review.questions import asking
from backend_mcp.review.rules import Open, judged
from backend_mcp.review.texts import fill, place_of, reasons

_ORDER: Final = ("unknown", "missing", "planned", "done")
_PLACES: Final = 4
_ASSUMED: Final = "rests on an assumption: nobody has said so"
_EXCEPT: Final[tuple[tuple[Value, ItemState, str], ...]] = (
    (False, "missing", "said of the whole design, and said not to be there here"),
    (UNKNOWN, "unknown", "said of the whole design, and left open here"),
)
"""What one part or flow may say against a practice of the whole design."""
Answer = tuple[ItemState, str, tuple[str, ...], tuple[Atom, ...]]
"""The state, the sentence that goes with it, the places, and the atoms that decided or are open."""


def tell(design: Design, checklist: BoundChecklist, knowledge: Knowledge) -> Told:
    """Answer every item of a checklist: what is unknown and matters most comes first."""
    judge = _Judge(DesignScope(design, knowledge.numbers), knowledge)
    lines = [judge.line(item) for item in checklist.items]
    binding = [line for line in lines if line.state != "skipped"]
    binding.sort(key=lambda x: (_ORDER.index(x.state), SEVERITIES.index(x.matters)))
    entry = checklist.entry
    return Told(
        checklist=entry.id,
        title=entry.title,
        moment=entry.moment,
        items=tuple(binding),
        skipped=tuple(line for line in lines if line.state == "skipped"),
        sources=tuple(s.url or s.title for s in entry.sources),
    )


class _Judge:
    """Answers one item at a time over one design."""

    def __init__(self, scope: DesignScope, knowledge: Knowledge) -> None:
        self.scope = scope
        self.knowledge = knowledge
        self.rules = {r.entry.id: r for r in knowledge.rules}
        self.probes = {p.entry.id: p for p in knowledge.probes}
        self.ladders = {ld.entry.id: ld for ld in knowledge.ladders}

    def line(self, item: BoundItem) -> ItemLine:
        """Return one item as it stands here."""
        entry = item.entry
        applies = item.applies.truth(self.scope)
        atoms = item.applies.atoms(self.scope)
        kind, _, id_ = entry.binds.partition("/")
        state, says, places, because = self._answer(kind, id_, entry.fact)
        if applies is False:
            state, says, places, because = "skipped", entry.skipped, (), atoms
        elif applies is None and state == "unknown":
            says = self._whether(atoms) or says
        if state == "unknown" and entry.binds and not says:
            says = "what is stated does not tell"
        return ItemLine(
            id=entry.id,
            ask=entry.ask,
            state=state,
            matters=self._matters(kind, id_, entry.matters),
            binds=entry.binds,
            at=places[:_PLACES],
            says=says,
            because=reasons(a for a in because if a.fact is not None and a.fact.known),
        )

    def _matters(self, kind: str, id_: str, own: Severity | None) -> Severity:
        if kind == "rules":
            return self.rules[id_].entry.severity
        return self.probes[id_].entry.decides if kind == "probes" else own or "medium"

    def _answer(self, kind: str, id_: str, fact: str) -> Answer:
        if kind == "rules" and id_ in self.knowledge.off:
            return "skipped", self.knowledge.off[id_], (), ()
        if kind == "rules":
            return self._rule(self.rules[id_])
        if kind == "probes":
            return self._probe(self.probes[id_])
        if kind == "ladders":
            return self._ladder(self.ladders[id_])
        path = f"practices.{id_}" if kind == "practices" else fact
        return self._fact(path, practice=kind == "practices") if path else ("unknown", "", (), ())

    def _rule(self, rule: BoundRule) -> Answer:
        table = self.scope.tables[rule.entry.for_each]
        applies, fires, passes, open_ = judged(rule, table)
        firing = _views(table.at(applies & fires))
        if firing:
            view = firing[0]
            atoms = rule.fires.atoms(view)
            return "missing", fill(rule.entry.do, view), _at(firing, atoms), atoms
        opened = _views(table.at(open_))
        if opened:
            view = opened[0]
            left = Open(rule, view, bool(applies & view.row))
            return "unknown", self._ask_for(left), _at(opened, left.atoms()), ()
        passed = _views(table.at(applies & passes))
        if passed:
            atoms = rule.fires.atoms(passed[0])
            return "done", _guessed(atoms), _at(passed, atoms), atoms
        return self._nothing(rule.entry.for_each, rule.entry.title)

    def _probe(self, probe: BoundProbe) -> Answer:
        entry = probe.entry
        views = cast(
            "list[DesignScope | ItemScope]", list(self.scope.where(entry.for_each, probe.applies))
        )
        if not views:
            return self._nothing(entry.for_each, entry.title)
        answers = {
            v: self.scope.design.answers.get(f"{entry.id}@{_place(v, probe)}") for v in views
        }
        broken = [v for v, a in answers.items() if a is not None and a.holds is False]
        held = [v for v, a in answers.items() if a is not None and a.holds and a.note]
        at = tuple(_place(v, probe) for v in broken or views)
        if broken:
            return "missing", fill(entry.do, broken[0]), at, probe.applies.atoms(broken[0])
        if len(held) == len(views):
            atoms = probe.applies.atoms(views[0])
            return "done", _guessed(atoms), at, atoms
        return "unknown", fill(entry.ask, views[0]), at, probe.applies.atoms(views[0])

    def _ladder(self, ladder: BoundLadder) -> Answer:
        """Answer by size: missing where a part stands higher or lower than what is enough."""
        found = compare(self.scope.design, ladder, self.knowledge)
        places = (found.at,) if found.at else ()
        if not found.needed:
            asked = f" Ask: {found.ask[0][1]}" if found.ask else ""
            return "unknown", found.summary + asked, places, ()
        fits = not found.chosen or found.chosen == found.needed
        guess = fits and found.reason is not None and found.reason.basis == "assumed"
        says = f"{found.summary} This {_ASSUMED}." if guess else found.summary
        return "done" if fits else "missing", says, places, ()

    def _nothing(self, list_: str, title: str) -> Answer:
        """Answer for what found no item to be about: skipped, unless the list may hold more."""
        what = f"{title[:1].lower()}{title[1:]}"
        if not list_ or list_ in self.scope.design.complete:
            return "skipped", f"{_told_of(list_)} is of this kind: {what}", (), ()
        named = list_.replace("_", " ")
        told = f"nowhere in what is named; are these all {named}?"
        return (
            "unknown",
            told if self.scope.items.get(list_) else f"no {named} are named yet",
            (),
            (),
        )

    def _fact(self, path: str, *, practice: bool) -> Answer:
        fact = self.scope.get(path)
        if fact is None or not fact.known:
            return "unknown", asking(path, self.scope, self.knowledge.practices), (), ()
        if practice and fact.value is False:
            return "missing", "said not to be there", (), ()
        torn = next((c for c in self.scope.design.conflicts if c.used.path == path), None)
        if torn is not None and torn.open:
            return (
                "unknown",
                f"said to be there and listed as absent: which is right ({path})?",
                (),
                (),
            )
        elsewhere = self._elsewhere(path) if practice else {}
        for value, state, says in _EXCEPT:
            at = tuple(place for place, v in elsewhere.items() if v is value)
            if at:
                return state, says, at, ()
        if practice and fact.note == "planned":
            return "planned", "planned", (), ()
        basis = "assumed" if fact.note == "assumed" else fact.basis
        says = f"{path}: {fact.said} ({basis})"
        return "done", says + (f"; {_ASSUMED}" if basis == "assumed" else ""), (), ()

    def _elsewhere(self, path: str) -> dict[str, Value]:
        """Return what parts and flows say of a practice for themselves, by their places."""
        return {
            view.place: view.item.facts[path].value
            for name in ("components", "flows")
            for view in self.scope.items[name]
            if path in view.item.facts
        }

    def _ask_for(self, left: Open) -> str:
        """Ask for what decides a rule that is open, in the words of the review's own questions."""
        found = list(of_rule(self.scope, self.knowledge.vocabulary, left))
        if not found:
            return self._ask(left.atoms())
        best = max(found, key=lambda c: c.weight)
        return asking(best.path, self.scope, self.knowledge.practices)

    def _ask(self, atoms: Iterable[Atom]) -> str:
        """Ask for the first fact that is open and that a document can say."""
        paths = (a.path for a in atoms if a.fact is None or not a.fact.known)
        said = [
            p for p in paths if "derived." not in p and not p.startswith(("complete.", "count("))
        ]
        return asking(said[0], self.scope, self.knowledge.practices) if said else ""

    def _whether(self, atoms: Iterable[Atom]) -> str:
        asked = self._ask(atoms)
        return f"it depends: {asked}" if asked else ""


def _told_of(list_: str) -> str:
    """Name what was looked at, so that nobody takes a skip for more than the document tells."""
    return f"none of the {list_.replace('_', ' ')} as told" if list_ else "nothing as told"


def _guessed(atoms: tuple[Atom, ...]) -> str:
    """Say that a tick rests on facts that were only assumed, and on which."""
    facts = (a.fact for a in atoms if a.fact is not None)
    named = dict.fromkeys(f.path for f in facts if "assumed" in (f.basis, f.note))
    return f"{_ASSUMED} ({', '.join(named)})" if named else ""


def _views(found: Iterable[object]) -> list[DesignScope | ItemScope]:
    return cast("list[DesignScope | ItemScope]", list(found))


def _at(views: Iterable[DesignScope | ItemScope], atoms: tuple[Atom, ...]) -> tuple[str, ...]:
    places = dict.fromkeys(v.place or place_of(atoms) for v in views)
    return tuple(p for p in places if p != "design")


def _place(view: DesignScope | ItemScope, probe: BoundProbe) -> str:
    return view.place or place_of(probe.applies.atoms(view))
