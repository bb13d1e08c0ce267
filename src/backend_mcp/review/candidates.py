"""What may be asked: facts that are not known, each with the answers that matter and what they change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.entries import Severity
from backend_mcp.model.fact import Fact, Value
from backend_mcp.model.form import Amount, Flag, Text, Type, Word
from backend_mcp.model.predicate import Atom, Predicate, Scope
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.vocabulary import Vocabulary
from backend_mcp.review.rules import Open, left_open
from backend_mcp.review.standing import in_between

WEIGHT: Final[dict[Severity, float]] = {"blocker": 8, "high": 4, "medium": 2, "low": 1}
SITUATION: Final = ("context", "load", "data", "needs")
_BEHIND: Final = {
    "derived.message_rate": "load.messages_per_second",
    "derived.design_rate": "load.requests_per_second.peak",
    "derived.peak_rate": "load.requests_per_second.peak",
    "derived.read_rate": "load.requests_per_second.peak",
    "derived.write_rate": "load.requests_per_second.peak",
}
"""What a person is asked for where a derived rate is missing."""
_NAMED_AS_OPEN: Final = 4.0
_SAFEGUARDS: Final = ("duplicate_safe", "singleton", "in_transaction")
_WITHOUT: Final = ("false", "none", "nobody")
"""Answers that say of a safeguard that it is not there."""
NOTHING: Final = "nothing to mend here"
STILL_OPEN: Final = "still open"
_MATTERS: Final = ("patterns", "does")
"""Keys that say what a part is built as: where they are silent, that is no matter of the plan."""
_EVENT: Final = "load.event."
_FIRST: Final = (*SITUATION, "practices", "must_hold", "stores", "flows", "components")
"""Of two facts that decide only together, the one whose list stands first is asked for."""


@dataclass(slots=True)
class Candidate:
    """A fact that could be asked for, and what hangs on it."""

    path: str
    weight: float
    answers: dict[str, str]
    decides: list[str]


def of_rule(scope: DesignScope, vocabulary: Vocabulary, open_: Open) -> Iterable[Candidate]:
    """Ask for each fact that decides a rule by itself, else for one of two that decide it together."""
    conditions = open_.conditions()
    named = (a for c in conditions for a in c.atoms(open_.view))
    atoms = {a.path: a for a in named if not _of_no_event(a.path, scope)}
    weight = WEIGHT[open_.rule.entry.severity] / max(len(atoms), 1)
    decides = [f"{open_.rule.entry.id}@{open_.view.place or 'design'}"]
    # where the plan says `unknown` of what the rule names, a comparison that stays open is no bar
    bars = () if open_.says_unknown() else conditions
    tried = {path: atom for path, atom in atoms.items() if _may_decide(open_.view, atom, bars)}
    alone = False
    for path, atom in tried.items():
        type_ = _type_at(vocabulary, path, scope)
        answers = _changes(open_, atom, type_) if type_ is not None else {}
        if answers:
            alone = True
            yield Candidate(_behind(path), weight * _stands_open(atom), answers, list(decides))
    if alone:
        return
    if not _is_its_matter(open_):
        return
    if len(atoms) == 2 and _worth_two(open_, atoms):
        types = {path: _type_at(vocabulary, path, scope) for path in atoms}
        if None not in types.values():
            yield from _of_two(open_, atoms, types, decides)
            return
    for path, atom in atoms.items():
        type_ = _type_at(vocabulary, path, scope) if atom.said_unknown else None
        answers = _at_worst(open_, atom, type_) if type_ is not None else {}
        if answers:
            yield Candidate(_behind(path), weight * _NAMED_AS_OPEN, answers, decides)


def _is_its_matter(open_: Open) -> bool:
    """Whether a rule is about this place, as far as the plan speaks of it.

    Where it is not known to apply, and the plan is silent about what makes a part or flow its matter, another
    fact that is left open is no reason to ask.
    """
    if open_.applies:
        return True
    due = (c for c in open_.rule.applies.conditions if c.truth(open_.view) is None)
    own = (a for c in due for a in c.atoms(open_.view) if a.scope is open_.view)
    silent = {a.name for a in own if a.fact is None and "." not in a.name}
    return silent.isdisjoint(_MATTERS)


def _of_no_event(path: str, scope: DesignScope) -> bool:
    """Whether a fact is one of a known moment, and the plan speaks of none."""
    shape = scope.get("load.shape")
    told = any(p.startswith(_EVENT) for p in scope.design.facts)
    return path.startswith(_EVENT) and not told and (shape is None or shape.value != "event")


def _may_decide(view: Scope, atom: Atom, conditions: Iterable[Predicate]) -> bool:
    """Whether an answer may make it a finding: not where another comparison stays open with it."""
    return all(not c.reads or (atom.scope is view and atom.name in c.reads) for c in conditions)


def _of_two(
    open_: Open, atoms: dict[str, Atom], types: dict[str, Type | None], decides: list[str]
) -> Iterable[Candidate]:
    """Ask for the first of two facts that decide only together."""
    first, second = sorted(atoms, key=lambda p: (_is_good(atoms[p]), _order(p), p))
    answers = _changes_together(open_, (atoms[first], types[first]), (atoms[second], types[second]))
    if answers:
        weight = WEIGHT[open_.rule.entry.severity] / 2 * (1.0 if open_.applies else 0.5)
        open_too = max(_stands_open(a) for a in atoms.values())
        yield Candidate(_behind(first), weight * open_too, answers, decides)


def _at_worst(open_: Open, atom: Atom, type_: Type) -> dict[str, str]:
    """Say of each answer whether it settles the matter, or what it may come to with the rest.

    Nothing where no answer settles it.
    """
    entry = open_.rule.entry
    worst = f"at worst {entry.severity}: {entry.title[0].lower()}{entry.title[1:]}"
    truths = {label: _supposed(atom, value, open_) for label, value in _options(type_, atom)}
    worse = {label for label, truth in truths.items() if truth is not False}
    two_sided = atom.path.endswith(
        ".in_transaction"
    )  # around another party's call it is the fault itself
    if len(worse) == len(truths) or (_opens_a_detail(atom, truths, worse) and not two_sided):
        return {}
    return {label: worst if label in worse else NOTHING for label in truths}


def _is_safeguard(atom: Atom) -> bool:
    return atom.path.rpartition(".")[2] in _SAFEGUARDS or atom.path.startswith("practices.")


def _is_good(atom: Atom) -> bool:
    """Whether an atom names a safeguard that the rule only takes for granted."""
    if not _is_safeguard(atom):
        return False
    worded = atom.relation in ("==", "!=")
    return not worded or (atom.relation == "==") == (atom.bound not in _WITHOUT)


def _opens_a_detail(atom: Atom, truths: Mapping[str, bool | None], worse: set[str]) -> bool:
    """Whether only a safeguard that is there leads on: without it there is worse to mend."""
    without = truths.keys() & set(_WITHOUT)
    return _is_safeguard(atom) and bool(worse and without) and not worse & without


def _stands_open(atom: Atom) -> float:
    """What the plan itself names as open is asked for before what it is silent about."""
    return _NAMED_AS_OPEN if atom.said_unknown else 1.0


def _order(path: str) -> int:
    head = path.partition(".")[0].partition("[")[0]  # an entry without a name stands by its number
    return _FIRST.index(head) if head in _FIRST else len(_FIRST)


def _behind(path: str) -> str:
    """Return the load that stands behind a derived rate of the whole design, else the path itself."""
    return _BEHIND.get(path[path.rfind("derived.") :], path) if "derived." in path else path


def _worth_two(open_: Open, atoms: Mapping[str, Atom]) -> bool:
    """Whether two facts are worth a question: the rule applies, or one of them is named as open.

    Where it is not even known to apply, only of one part or flow, and no detail: what a plan says
    nothing of as a whole is no matter of this plan.
    """
    if open_.applies or any(in_between(a) or a.said_unknown for a in atoms.values()):
        return True
    heads = {p.partition(".")[0] for p in atoms}
    return bool(open_.view.place) and bool(heads & {*SITUATION, "practices"})


def _type_at(vocabulary: Vocabulary, path: str, scope: DesignScope) -> Type | None:
    """Return the type of the fact at a path; what is derived is not to be asked, save what stands for a load."""
    path = _behind(path)
    if "derived." in path or path.startswith(("complete.", "count(")):
        return None
    item, rest = item_at(path, scope)
    return vocabulary.type_of(rest, item.item.list if item is not None else "")


def item_at(path: str, scope: DesignScope) -> tuple[ItemScope | None, str]:
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
    truths = {label: _supposed(atom, value, open_) for label, value in _options(type_, atom)}
    if True not in truths.values() or len(set(truths.values())) < 2:
        return {}
    if _opens_a_detail(atom, truths, {label for label, truth in truths.items() if truth}):
        return {}
    return {label: _effect(truth, open_) for label, truth in truths.items()}


def _changes_together(
    open_: Open, first: tuple[Atom, Type | None], second: tuple[Atom, Type | None]
) -> dict[str, str]:
    """Try each answer to a first fact with each to a second one; return what the first would change.

    An answer that settles the matter alone does so; one that may lead to a finding says with what.
    """
    (atom, type_), (other, other_type) = first, second
    assert type_ is not None
    assert other_type is not None
    answers: dict[str, str] = {}
    worst = False
    for label, value in _options(type_, atom):
        truth = _supposed(atom, value, open_)
        answers[label] = _effect(truth, open_)
        if truth is None:
            found = _worse_with(open_, (atom, value), _options(other_type, other), other)
            worst = worst or found is not None
            answers[label] = (
                f"{_effect(True, open_)}, if {other.path} is {found}" if found else answers[label]
            )
    return answers if worst and len(set(answers.values())) > 1 else {}


def _worse_with(
    open_: Open, one: tuple[Atom, Value], options: list[tuple[str, Value]], other: Atom
) -> str | None:
    """Return the answer to a second fact that would make a finding of it together with the first."""
    atom, value = one
    assert isinstance(atom.scope, DesignScope | ItemScope)
    for label, second in options:
        truth = atom.scope.supposing(
            atom.name,
            Fact(atom.path, value, "stated"),
            lambda second=second: _supposed(other, second, open_),  # type: ignore[misc]
        )
        if truth is True:
            return label
    return None


def _supposed(atom: Atom, value: Value, open_: Open) -> bool | None:
    with_fact = Fact(atom.path, value, "stated")
    assert isinstance(atom.scope, DesignScope | ItemScope)
    return atom.scope.supposing(atom.name, with_fact, lambda: _outcome(open_))


def _outcome(open_: Open) -> bool | None:
    applies = open_.rule.applies.truth(open_.view)
    if applies is False:
        return False
    fires = open_.rule.fires.truth(open_.view)
    if fires is False:
        return False
    if applies is True and (fires is True or left_open(open_)):
        return True
    return None


def _effect(truth: bool | None, open_: Open) -> str:
    entry = open_.rule.entry
    if truth is True:
        return f"{entry.severity}: {entry.title[0].lower()}{entry.title[1:]}"
    return NOTHING if truth is False else STILL_OPEN


def _options(type_: Type, atom: Atom) -> list[tuple[str, Value]]:
    if isinstance(type_, Flag):
        return [("true", True), ("false", False)]
    if isinstance(type_, Word):
        named = [w for w in atom.bound.split(" or ") if w in type_.words]
        other = [w for w in type_.words if w not in named]
        return [(w, w) for w in (*named, *other[:2])]
    if isinstance(type_, Text) and type_.absences:
        return [(type_.absences[0], type_.absences[0]), ("something that is told", "…")]
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
