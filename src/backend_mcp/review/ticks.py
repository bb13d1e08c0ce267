"""What answers an item of a checklist: the rule, probe, practice, ladder or fact that it is bound to.

A rule that does not apply or does not fire has found no fault; a tick needs more. It rests on facts
that are stated: on those that keep the rule from firing, on the item's own `done_when`, or on the
practice whose absence the rule would find.
"""

from collections.abc import Iterable
from typing import Final, cast

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.advice import BoundItem
from backend_mcp.model.consultation import ItemState
from backend_mcp.model.fact import UNKNOWN, Value
from backend_mcp.model.knowledge import BoundLadder, BoundProbe, BoundRule, Knowledge
from backend_mcp.model.predicate import Atom, Predicate
from backend_mcp.model.table import Rows
from backend_mcp.review.candidates import of_rule
from backend_mcp.review.compare import compare
from backend_mcp.review.questions import asking
from backend_mcp.review.rules import Open, judged
from backend_mcp.review.texts import fill, place_of

ASSUMED: Final = "rests on an assumption: nobody has said so"
_EXCEPT: Final[tuple[tuple[Value, ItemState, str], ...]] = (
    (False, "missing", "said of the whole design, and said not to be there here"),
    (UNKNOWN, "unknown", "said of the whole design, and left open here"),
)
"""What one part or flow may say against a practice of the whole design."""
_TORN: Final = "said to be there and listed as absent: which is right ({})?"
_PRACTICES: Final = "practices."
_BEST: Final[tuple[ItemState, ...]] = ("done", "planned", "unknown", "missing")
Answer = tuple[ItemState, str, tuple[str, ...], tuple[Atom, ...]]
"""The state, the sentence that goes with it, the places, and the atoms that decided or are open."""
_View = DesignScope | ItemScope


class Answers:
    """Answers items of checklists over one design."""

    def __init__(self, scope: DesignScope, knowledge: Knowledge) -> None:
        self.scope = scope
        self.knowledge = knowledge
        self.rules = {r.entry.id: r for r in knowledge.rules}
        self.probes = {p.entry.id: p for p in knowledge.probes}
        self.ladders = {ld.entry.id: ld for ld in knowledge.ladders}
        self._doubted = {c.used.path for c in scope.design.conflicts if c.open}

    def of(self, item: BoundItem) -> Answer:
        """Answer one item by what it is bound to."""
        kind, _, id_ = item.entry.binds.partition("/")
        if kind == "rules" and id_ in self.knowledge.off:
            return "skipped", self.knowledge.off[id_], (), ()
        if kind == "rules":
            return self._rule(self.rules[id_], item.done)
        if kind == "probes":
            return self._probe(self.probes[id_])
        if kind == "ladders":
            return self._ladder(self.ladders[id_])
        if kind == "practices":
            return self._practice(f"{_PRACTICES}{id_}")
        return self._fact(item.entry.fact, item.done) if item.entry.fact else _open()

    def torn(self, atoms: Iterable[Atom]) -> str:
        """Return the path of a fact among these that is said and denied, else nothing."""
        return next((a.path for a in atoms if a.path in self._doubted), "")

    def ask(self, atoms: Iterable[Atom]) -> str:
        """Ask for the first fact that is open and that a document can say."""
        paths = (a.path for a in atoms if a.fact is None or not a.fact.known)
        said = [
            p for p in paths if "derived." not in p and not p.startswith(("complete.", "count("))
        ]
        return asking(said[0], self.scope, self.knowledge.practices) if said else ""

    def _rule(self, rule: BoundRule, done: Predicate | None) -> Answer:
        """Answer by a rule: what it finds is missing; what it passes is done if that is stated."""
        table = self.scope.tables[rule.entry.for_each]
        applies, fires, passes, open_ = judged(rule, table)
        may = passes & ~rule.applies.over(table, passes)[1]
        found = self._against(rule, rule.fires, applies & fires)
        if found is None and done is not None:
            found = self._against(rule, done, done.over(table, may | applies)[1])
        if found is not None:
            return found
        opened = _views(table.at(open_))
        if opened:
            left = Open(rule, opened[0], bool(applies & opened[0].row))
            return "unknown", self._ask_for(left), _at(opened, left.atoms()), ()
        if done is not None:
            found = self._checked(rule, done, may)
            return found or ("unknown", self._unlisted(rule.entry.for_each), (), ())
        if applies & passes:
            return self._tick(rule.fires, _views(table.at(may)))
        return self._beside(rule)

    def _against(self, rule: BoundRule, predicate: Predicate, rows: Rows) -> Answer | None:
        """Say what is missing where rows speak against an item, and by which facts."""
        views = _views(self.scope.tables[rule.entry.for_each].at(rows))
        if not views:
            return None
        atoms = predicate.atoms(views[0])
        return "missing", fill(rule.entry.do, views[0]), _at(views, atoms), atoms

    def _checked(self, rule: BoundRule, done: Predicate, may: Rows) -> Answer | None:
        """Answer by what must be so for a tick, wherever the rule may apply and does not fire.

        Where it applies nowhere, only what surely is so of the whole design counts.
        """
        table = self.scope.tables[rule.entry.for_each]
        rows = may or (0 if rule.entry.for_each else table.all)
        true, _ = done.over(table, rows)
        open_ = _views(table.at(may & ~true))
        if open_:
            atoms = done.atoms(open_[0])
            return "unknown", self.ask(atoms), _at(open_, atoms), ()
        return self._tick(done, _views(table.at(rows))) if rows and true == rows else None

    def _tick(self, predicate: Predicate, views: list[_View]) -> Answer:
        """Tick by the facts that decided, unless one is only planned, or said and denied."""
        held = [(v, predicate.atoms(v)) for v in views]
        every = [a for _, atoms in held for a in atoms]
        torn, named = self.torn(every), assumed(every)
        at = _at(views, held[0][1])
        if torn:
            return "unknown", _TORN.format(torn), at, ()
        if any(a.path.startswith(_PRACTICES) and _planned(a) for a in every):
            return "planned", "planned", at, tuple(every)
        says = f"{ASSUMED} ({', '.join(named)})" if named else ""
        return "done", says, at, held[0][1]

    def _beside(self, rule: BoundRule) -> Answer:
        """Answer for a rule that applies nowhere: by the practice whose absence it would find.

        That it is not there is no fault here, as far as the rule can see.
        """
        reads = (c.reads[0] for c in rule.fires.conditions if len(c.reads) == 1)
        plain = [p for p in reads if p.startswith(_PRACTICES) and p.count(".") == 1]
        if not plain:
            return "unknown", self._unlisted(rule.entry.for_each), (), ()
        found = min((self._practice(p) for p in plain), key=lambda a: _BEST.index(a[0]))
        if found[0] != "missing":
            return found
        return "unknown", f"{plain[0]}: false; is it needed here?", (), ()

    def _probe(self, probe: BoundProbe) -> Answer:
        entry = probe.entry
        table = self.scope.tables[entry.for_each]
        true, false = probe.applies.over(table, table.all)
        views = _views(table.at(true))
        if not views:
            return "unknown", self._unlisted(entry.for_each), (), ()
        answers = {
            v: self.scope.design.answers.get(f"{entry.id}@{_place(v, probe)}") for v in views
        }
        broken = [v for v, a in answers.items() if a is not None and a.holds is False]
        held = [v for v, a in answers.items() if a is not None and a.holds and a.note]
        at = tuple(_place(v, probe) for v in broken or views)
        atoms = probe.applies.atoms((broken or views)[0])
        if broken:
            return "missing", fill(entry.do, broken[0]), at, atoms
        if len(held) == len(views) and true | false == table.all:
            named = assumed(atoms)
            return "done", f"{ASSUMED} ({', '.join(named)})" if named else "", at, atoms
        return "unknown", fill(entry.ask, views[0]), at, atoms

    def _ladder(self, ladder: BoundLadder) -> Answer:
        """Answer by size: missing where a part stands higher or lower than what is enough."""
        found = compare(self.scope.design, ladder, self.knowledge)
        places = (found.at,) if found.at else ()
        if not found.needed:
            asked = f" Ask: {found.ask[0][1]}" if found.ask else ""
            return "unknown", found.summary + asked, places, ()
        fits = not found.chosen or found.chosen == found.needed
        guess = fits and found.reason is not None and found.reason.basis == "assumed"
        says = f"{found.summary} This {ASSUMED}." if guess else found.summary
        return "done" if fits else "missing", says, places, ()

    def _unlisted(self, list_: str) -> str:
        """Say what is not named where nothing was found that an item is about; empty where all is."""
        if not list_ or list_ in self.scope.design.complete:
            return ""
        named = list_.replace("_", " ")
        told = f"nowhere in what is named; are these all {named}?"
        return told if self.scope.items.get(list_) else f"no {named} are named yet"

    def _fact(self, path: str, done: Predicate | None) -> Answer:
        """Answer by a stated fact, and by what it must be where that is asked."""
        state, says, places, because = self._stated(path)
        if state == "done" and done is not None and done.truth(self.scope) is not True:
            return "missing", says, places, because
        return state, says, places, because

    def _practice(self, path: str) -> Answer:
        """Answer by a practice: what is said of the whole design, and of parts against it."""
        fact = self.scope.get(path)
        if fact is None or not fact.known or path in self._doubted:
            return self._stated(path)
        if fact.value is False:
            return "missing", "said not to be there", (), ()
        elsewhere = self._elsewhere(path)
        for value, state, says in _EXCEPT:
            at = tuple(place for place, v in elsewhere.items() if v is value)
            if at:
                return state, says, at, ()
        return ("planned", "planned", (), ()) if fact.note == "planned" else self._stated(path)

    def _stated(self, path: str) -> Answer:
        fact = self.scope.get(path)
        if fact is None or not fact.known:
            return "unknown", asking(path, self.scope, self.knowledge.practices), (), ()
        if path in self._doubted:
            return "unknown", _TORN.format(path), (), ()
        basis = "assumed" if fact.note == "assumed" else fact.basis
        says = f"{path}: {fact.said} ({basis})"
        return "done", says + (f"; {ASSUMED}" if basis == "assumed" else ""), (), ()

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
            return self.ask(left.atoms())
        best = max(found, key=lambda c: c.weight)
        return asking(best.path, self.scope, self.knowledge.practices)


def _open() -> Answer:
    return "unknown", "", (), ()


def assumed(atoms: Iterable[Atom]) -> tuple[str, ...]:
    """Return the facts among these that nobody has said and that were only assumed."""
    facts = (a.fact for a in atoms if a.fact is not None)
    return tuple(dict.fromkeys(f.path for f in facts if "assumed" in (f.basis, f.note)))


def _planned(atom: Atom) -> bool:
    return atom.fact is not None and atom.fact.note == "planned"


def _views(found: Iterable[object]) -> list[_View]:
    return cast("list[_View]", list(found))


def _at(views: Iterable[_View], atoms: tuple[Atom, ...]) -> tuple[str, ...]:
    places = dict.fromkeys(v.place or place_of(atoms) for v in views)
    return tuple(p for p in places if p != "design")


def _place(view: _View, probe: BoundProbe) -> str:
    return view.place or place_of(probe.applies.atoms(view))
