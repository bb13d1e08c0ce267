"""What to ask: facts that are not known and would change the answer, with what each answer changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.entries import Practice, Severity
from backend_mcp.model.fact import Fact, Value
from backend_mcp.model.form import Amount, Flag, Type, Word
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.predicate import Atom
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.review import Question
from backend_mcp.model.vocabulary import Vocabulary, doc_of
from backend_mcp.review.asks import ASKS
from backend_mcp.review.rules import Open, left_open
from backend_mcp.review.standing import Standing
from backend_mcp.review.texts import fill

WEIGHT: Final[dict[Severity, float]] = {"blocker": 8, "high": 4, "medium": 2, "low": 1}
_TRIED: Final = 16
_ENOUGH: Final = 3
"""Of so many different questions a second one about the same fault is not asked."""
_IRREVERSIBLE: Final = {
    "needs.rpo": 2.0,
    "needs.replay": 1.5,
    "needs.regions": 1.5,
    "needs.tenants": 1.5,
}


@dataclass(slots=True)
class _Candidate:
    path: str
    weight: float
    answers: dict[str, str]
    decides: list[str]


def ask(
    scope: DesignScope,
    knowledge: Knowledge,
    opens: Iterable[Open],
    standings: Iterable[Standing],
    said: frozenset[str],
) -> tuple[Question, ...]:
    """Rank the facts that would decide most: severity × irreversibility ÷ cost of asking.

    What a finding already asks for (`said`: its places left open) is not asked again.
    """
    found: dict[str, _Candidate] = {}
    for open_ in sorted(opens, key=_urgency)[:_TRIED]:
        for candidate in _of_rule(scope, knowledge.vocabulary, open_):
            _merge(found, candidate)
    for standing in standings:
        for candidate in _of_size(scope, standing):
            _merge(found, candidate)
    questions = [
        _question(c, scope, knowledge.practices) for c in found.values() if c.path not in said
    ]
    return _size_first(_one_of_each_first(sorted(questions, key=lambda q: (-q.rank, q.fact))))


def _size_first(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """Put the first question first that may save a part which nothing pays for."""
    saves = (q for q in questions if any(d.startswith("unpaid-part") for d in q.decides))
    first = next(saves, None)
    return questions if first is None else (first, *(q for q in questions if q is not first))


def _one_of_each_first(questions: list[Question]) -> tuple[Question, ...]:
    """Put first, in their order, questions that decide something no earlier one decides."""
    seen: set[str] = set()
    first: list[Question] = []
    rest: list[Question] = []
    for question in questions:
        rules = {d.partition("@")[0] for d in question.decides}
        (rest if rules <= seen else first).append(question)
        seen |= rules
    return (*first, *rest) if len(first) < _ENOUGH else tuple(first)


def _urgency(open_: Open) -> tuple[float, str]:
    weight = WEIGHT[open_.rule.entry.severity] / (1 if open_.applies else 4)
    return -weight, open_.view.place + open_.rule.entry.id


def _merge(found: dict[str, _Candidate], new: _Candidate) -> None:
    held = found.get(new.path)
    if held is None:
        found[new.path] = new
        return
    held.weight += new.weight
    held.decides += [d for d in new.decides if d not in held.decides]
    for answer, change in new.answers.items():
        held.answers.setdefault(answer, change)


def _question(c: _Candidate, scope: DesignScope, practices: Mapping[str, Practice]) -> Question:
    cost = 0.5 if c.path.startswith(("flows.", "components.", "must_hold.", "practices.")) else 1.0
    rank = c.weight * _IRREVERSIBLE.get(c.path, 1.0) / cost
    return Question(c.path, _ask(c.path, scope, practices), c.answers, tuple(c.decides), rank)


def _ask(path: str, scope: DesignScope, practices: Mapping[str, Practice]) -> str:
    """Ask as one person asks another; what has no sentence is asked for by name."""
    if path.startswith("practices."):
        practice = practices.get(path[10:])
        name = path[10:].replace("_", " ")
        return (
            f"is this planned: {practice.title.lower()}? {practice.what}"
            if practice
            else f"is this planned: {name}?"
        )
    item, rest = _item_at(path, scope)
    of = item.item.list if item is not None else ""
    asked = ASKS.get(f"{of}.{rest}" if of else rest)
    if asked is not None:
        return fill(asked, item if item is not None else scope)
    doc = doc_of(rest, of)
    return f"what is {path}{f' ({doc})' if doc else ''}?"


def _of_rule(scope: DesignScope, vocabulary: Vocabulary, open_: Open) -> Iterable[_Candidate]:
    paths = {a.path: a for a in open_.atoms()}
    for path, atom in paths.items():
        type_ = _type_at(vocabulary, path, scope)
        answers = _changes(open_, atom, type_) if type_ is not None else {}
        if answers:
            weight = WEIGHT[open_.rule.entry.severity] / len(paths)
            yield _Candidate(
                path, weight, answers, [f"{open_.rule.entry.id}@{open_.view.place or 'design'}"]
            )


def _type_at(vocabulary: Vocabulary, path: str, scope: DesignScope) -> Type | None:
    """Return the type of the fact at a path; what is derived is not to be asked."""
    if "derived." in path or path.startswith(("complete.", "count(")):
        return None
    item, rest = _item_at(path, scope)
    return vocabulary.type_of(rest, item.item.list if item is not None else "")


def _item_at(path: str, scope: DesignScope) -> tuple[ItemScope | None, str]:
    """Return the item whose fact a path names, and the rest of the path."""
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        item = scope.at(".".join(parts[:length]))
        if item is not None:
            return item, ".".join(parts[length:])
    return None, path


def _changes(open_: Open, atom: Atom, type_: Type) -> dict[str, str]:
    """Try each answer; return what each would change.

    Nothing where no answer alone would make it a finding: such a fact decides nothing by itself.
    """
    truths: dict[str, bool | None] = {}
    for label, value in _options(type_, atom):
        with_fact = Fact(atom.path, value, "stated")
        assert isinstance(atom.scope, DesignScope | ItemScope)
        truths[label] = atom.scope.supposing(atom.name, with_fact, lambda: _outcome(open_))
    if True not in truths.values() or len(set(truths.values())) < 2:
        return {}
    return {label: _effect(truth, open_) for label, truth in truths.items()}


def _outcome(open_: Open) -> bool | None:
    applies = open_.rule.applies.truth(open_.view)
    fires = open_.rule.fires.truth(open_.view)
    if applies is False or fires is False:
        return False
    if applies is True and (fires is True or left_open(open_)):
        return True
    return None


def _effect(truth: bool | None, open_: Open) -> str:
    entry = open_.rule.entry
    if truth is True:
        return f"{entry.severity}: {entry.title[0].lower()}{entry.title[1:]}"
    return "nothing to mend here" if truth is False else "still open"


def _options(type_: Type, atom: Atom) -> list[tuple[str, Value]]:
    if isinstance(type_, Flag):
        return [("true", True), ("false", False)]
    if isinstance(type_, Word):
        named = [w for w in atom.bound.split(" or ") if w in type_.words]
        other = [w for w in type_.words if w not in named]
        return [(w, w) for w in (*named, *other[:2])]
    if isinstance(type_, Amount):
        if atom.bound in type_.absences:
            small: Value = Quantity(1, 1, type_.kind)
            return [(atom.bound, atom.bound), ("any value", small)]
        if atom.quantity is not None:
            bound = atom.quantity
            under = Quantity(0, bound.low / 2, bound.kind, bound.currency)
            over = Quantity(bound.high * 2, bound.high * 2, bound.kind, bound.currency)
            return [(f"below {bound.short()}", under), (f"above {bound.short()}", over)]
    return []


def _of_size(scope: DesignScope, s: Standing) -> Iterable[_Candidate]:
    """Ask for the needs and loads that would pay for a part, where it is not paid for."""
    name = s.place.partition(".")[2] or s.ladder.entry.title
    if s.fit == "unpaid":
        yes = f"pays for {name}"
        no = f"{name} goes: {s.enough.entry.name} does its job"
        for gate in s.open_gates():
            for atom in (a for a in gate.atoms if _asked_of_size(a)):
                answers = {_label(atom, True): yes, _label(atom, False): no}
                yield _Candidate(atom.path, WEIGHT["medium"], answers, [f"unpaid-part@{s.place}"])
        status = s.part.item.facts.get("status") if s.part is not None else None
        if s.part is not None and (status is None or not status.known):
            answers = {"existing": "it costs nothing to keep", "new": no}
            decides = [f"unpaid-part@{s.place}"]
            yield _Candidate(f"{s.place}.status", WEIGHT["high"], answers, decides)
    for gate in s.left_open():
        for atom in (a for a in gate.atoms if a.said_unknown and "derived." not in a.path):
            answers = {
                _label(atom, True): f"{name} is not enough: {gate.gate.entry.pays}",
                _label(atom, False): f"{s.rung.entry.name} is enough",
            }
            yield _Candidate(atom.path, WEIGHT["high"], answers, [f"{s.ladder.entry.id}@{s.place}"])
    if s.demand is None and s.ladder.entry.demand and s.fit in ("unpaid", "unknown"):
        rung = s.enough if s.fit == "unpaid" and s.enough.holds is not None else s.rung
        path = _missing_load(s)
        if rung.holds is not None and path and not _known(scope, path):
            bound = rung.holds.short()
            answers = {
                f"below {bound}": f"{rung.entry.name} is enough",
                f"above {bound}": f"{rung.entry.name} is not enough",
            }
            yield _Candidate(
                path, WEIGHT["medium"], answers, [f"{s.ladder.entry.capability}@{s.place}"]
            )


def _missing_load(s: Standing) -> str:
    return {
        "queue": "load.messages_per_second",
        "reads": "load.requests_per_second.peak",
        "primary-writes": "load.requests_per_second.peak",
        "hot-counter": "load.event.stock",
        "analytics": "data.total",
        "observability": "load.requests_per_second.peak",
        "search": "load.things.count",
        "retrieval": "load.things.count",
        "files": "data.total",
        "live-updates": "load.concurrent_connections",
    }.get(s.ladder.entry.id, "")


def _known(scope: DesignScope, path: str) -> bool:
    fact = scope.get(path)
    return fact is not None and fact.known


def _asked_of_size(atom: Atom) -> bool:
    open_ = (atom.fact is None or not atom.fact.firm) and "derived." not in atom.path
    return open_ and atom.path.startswith(("needs.", "context.", "load.", "data.", "components."))


def _label(atom: Atom, truth: bool) -> str:
    """Say the answer that makes an atom true or false."""
    if atom.relation in ("==", "!="):
        same = (atom.relation == "==") is truth
        opposite = {"true": "false", "false": "true"}.get(atom.bound, f"not {atom.bound}")
        return atom.bound if same else opposite
    words = {">": ("above", "at most"), ">=": ("at least", "below"), "<": ("below", "at least"),
             "<=": ("at most", "above")}.get(atom.relation, ("", "not"))  # fmt: skip
    return f"{words[0] if truth else words[1]} {atom.bound}".strip()
