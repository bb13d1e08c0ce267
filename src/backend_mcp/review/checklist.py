"""A checklist as it binds here: each item answered by what is known, or skipped with the reason."""

from collections.abc import Iterable
from typing import Final

from backend_mcp.capacity import DesignScope
from backend_mcp.model.advice import BoundChecklist, BoundItem
from backend_mcp.model.consultation import ItemLine, Told
from backend_mcp.model.design import Design
from backend_mcp.model.entries import SEVERITIES, Severity
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.predicate import Atom, Predicate
from backend_mcp.review.texts import reasons
from backend_mcp.review.ticks import ASSUMED, Answer, Answers, assumed

_ORDER: Final = ("unknown", "missing", "planned", "done")
_TICKED: Final = ("planned", "done")
_PLACES: Final = 4
_OPEN: Final = "what is stated does not tell"


def tell(design: Design, checklist: BoundChecklist, knowledge: Knowledge) -> Told:
    """Answer every item of a checklist: what is unknown and matters most comes first."""
    scope = DesignScope(design, knowledge.numbers)
    judge = _Judge(scope, checklist, knowledge)
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

    def __init__(self, scope: DesignScope, checklist: BoundChecklist, knowledge: Knowledge) -> None:
        self.scope = scope
        self.answers = Answers(scope, knowledge)
        self.unnamed = "" if _surely(checklist.about, scope) else checklist.entry.unnamed

    def line(self, item: BoundItem) -> ItemLine:
        """Return one item as it stands here."""
        entry = item.entry
        state, says, places, because = self._answer(item)
        return ItemLine(
            id=entry.id,
            ask=entry.ask,
            state=state,
            matters=self._matters(entry.binds, entry.matters),
            binds=entry.binds,
            at=places[:_PLACES],
            says=says,
            because=reasons(a for a in because if a.fact is not None and a.fact.known),
        )

    def _answer(self, item: BoundItem) -> Answer:
        """Answer an item: skipped by its own reason, ticked only with what the list is about."""
        entry = item.entry
        applies, atoms = item.applies.truth(self.scope), item.applies.atoms(self.scope)
        if applies is False and not self.answers.torn(atoms):
            return "skipped", _with_guess(entry.skipped, atoms), (), atoms
        state, says, places, because = self.answers.of(item)
        if state in _TICKED and self.unnamed and not entry.binds.startswith("ladders/"):
            return "unknown", self.unnamed, (), ()
        if state == "done" and entry.still:
            told = says or "what is stated finds no fault"
            return "unknown", f"{told}; that does not tell {entry.still}", places, because
        if state == "missing" and applies is None:
            state = "unknown"  # nobody can miss what may not be wanted
        if state == "unknown" and applies is None:
            says = self._whether(atoms) or says
        if state == "unknown" and (entry.binds or entry.fact) and not says:
            says = _OPEN
        return state, says, places, because

    def _matters(self, binds: str, own: Severity | None) -> Severity:
        """Return the weight of what an item is bound to, else its own."""
        kind, _, id_ = binds.partition("/")
        if kind == "rules":
            return self.answers.rules[id_].entry.severity
        return self.answers.probes[id_].entry.decides if kind == "probes" else own or "medium"

    def _whether(self, atoms: Iterable[Atom]) -> str:
        asked = self.answers.ask(atoms)
        return f"it depends: {asked}" if asked else ""


def _surely(predicate: Predicate, scope: DesignScope) -> bool:
    return predicate.truth(scope) is True


def _with_guess(says: str, atoms: tuple[Atom, ...]) -> str:
    """Give the reason of a skip, and say where it rests on facts that were only assumed."""
    named = assumed(atoms)
    return f"{says}; {ASSUMED} ({', '.join(named)})" if named else says
