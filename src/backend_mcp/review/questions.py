"""What to ask: facts that are not known and would change the answer, with what each answer changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.entries import SEVERITIES, Practice
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Question
from backend_mcp.review.candidates import NOTHING, STILL_OPEN, WEIGHT, Candidate, item_at, of_rule
from backend_mcp.review.doors import IRREVERSIBLE
from backend_mcp.review.rules import Open
from backend_mcp.review.size_asks import of_load, of_size, of_team
from backend_mcp.review.spoken import ask_for
from backend_mcp.review.standing import Standing

_TRIED: Final = 72
_SILENT_PRACTICE: Final = 0.5
_A_BLOCKER: Final = WEIGHT["blocker"] / 0.5
"""The rank of one cheap fact that decides a blocker by itself."""
_SAME: Final = {
    "practices.backups": "recovery",
    "practices.restore_tested": "recovery",
    "needs.rpo": "recovery",
    "needs.rto": "recovery",
    "flows.duplicate_safe": "repeats",
    "flows.retries": "repeats",
    "practices.idempotency_keys": "repeats",
    "practices.consumer_dedupe": "repeats",
    "flows.timeout": "waiting",
    "flows.on_failure": "waiting",
    "flows.authorized": "rights",
    "practices.per_object_authorization": "rights",
    "practices.tenant_isolation": "rights",
    "needs.tenants": "rights",
    "practices.canary": "rollout",
    "practices.rolling_deploys": "rollout",
    "flows.rate": "load",
    "context.engineers": "team",
    "context.teams": "team",
}
"""Facts about one matter: who answers one of them has mostly told the others."""


@dataclass(frozen=True, slots=True)
class Told:
    """What findings say already: the facts that they ask for, and the places of the parts that are to go.

    Of a part that goes only what would pay for it is worth a question.
    """

    facts: frozenset[str]
    going: frozenset[str]


def ask(
    scope: DesignScope,
    knowledge: Knowledge,
    opens: Iterable[Open],
    standings: Iterable[Standing],
    told: Told,
    undecided: bool = False,
) -> tuple[Question, ...]:
    """Rank the facts that would decide most: severity × irreversibility ÷ cost of asking.

    What findings have `told` is not asked again. An undecided size asks for the load before all else.
    """
    found: dict[str, Candidate] = {}
    standings = tuple(standings)
    for open_ in sorted(opens, key=_urgency)[:_TRIED]:
        for candidate in of_rule(scope, knowledge.vocabulary, open_):
            merge(found, candidate)
    for standing in standings:
        for candidate in of_size(scope, standing):
            merge(found, candidate)
    load, team = of_load(scope, standings) if undecided else None, of_team(scope)
    for more in (load, team):
        if more is not None:
            merge(found, more)
    questions = [
        _question(c, scope, knowledge.practices)
        for c in found.values()
        if c.path not in told.facts and not _of_what_goes(c, told.going)
    ]
    ranked = _each_matter_once_first(sorted(questions, key=lambda q: _turn(q, scope)), scope)
    return _first(_size_first(ranked), load.path if load is not None else "")


def _of_what_goes(c: Candidate, going: frozenset[str]) -> bool:
    """Whether a fact is one of a part that a finding says to leave out, and pays for nothing."""
    part = next((place for place in going if c.path.startswith(f"{place}.")), "")
    return bool(part) and f"unpaid-part@{part}" not in c.decides


def _first(questions: tuple[Question, ...], fact: str) -> tuple[Question, ...]:
    """Put the question for one fact first."""
    return tuple(sorted(questions, key=lambda q: q.fact != fact)) if fact else questions


def _size_first(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """Put the first question first that may save a part which nothing pays for, unless a blocker is open.

    What may lose data or money comes before the size of a part.
    """
    saves = (q for q in questions if any(d.startswith("unpaid-part") for d in q.decides))
    first = next(saves, None)
    if first is None:
        return questions
    rest = [q for q in questions if q is not first]
    ahead = rest[:1] if rest and (rest[0].rank >= _A_BLOCKER or _is_a_loss(rest[0])) else []
    return (*ahead, first, *rest[len(ahead) :])


def _is_a_loss(question: Question) -> bool:
    return any(change.startswith("blocker: ") for change in question.answers.values())


def _each_matter_once_first(questions: list[Question], scope: DesignScope) -> tuple[Question, ...]:
    """Put first, in their order, the questions of a matter, and of a rule, that no earlier one is about."""
    seen: set[str] = set()
    first: list[Question] = []
    rest: list[Question] = []
    for question in questions:
        rules = {d.partition("@")[0] for d in question.decides}
        matter = _matter(question.fact, scope)
        (rest if matter in seen or rules <= seen else first).append(question)
        seen |= {*rules, matter}
    return (*first, *rest)


def _matter(path: str, scope: DesignScope) -> str:
    item, rest = item_at(path, scope)
    if item is not None:
        name = f"{item.item.list}.{rest.partition('.')[0]}"
    else:
        name = "load" if path.startswith("load.") else ".".join(path.split(".")[:2])
    return _SAME.get(name, name)


def _turn(question: Question, scope: DesignScope) -> tuple[object, ...]:
    """Order questions by rank; of equals neither goes first for the name of the part that it is about."""
    item, rest = item_at(question.fact, scope)
    return -question.rank, rest, item.said() if item is not None else (), question.fact


def _urgency(open_: Open) -> tuple[object, ...]:
    weight = WEIGHT[open_.rule.entry.severity] / (1 if open_.applies else 4)
    said = open_.view.said() if isinstance(open_.view, ItemScope) else ()
    return -weight, open_.rule.entry.id, said, open_.view.place


def merge(found: dict[str, Candidate], new: Candidate) -> None:
    """Join what hangs on one fact; of two consequences of an answer the heavier one is told."""
    held = found.get(new.path)
    if held is None:
        found[new.path] = new
        return
    held.weight += new.weight
    held.decides += [d for d in new.decides if d not in held.decides]
    for answer, change in new.answers.items():
        told = held.answers.setdefault(answer, change)
        held.answers[answer] = min(told, change, key=_lightness)


def _lightness(change: str) -> int:
    """Order what an answer changes, the heaviest first; of equals the one that was there stays."""
    word = change.removeprefix("at worst ").partition(":")[0]
    if word in SEVERITIES:
        return SEVERITIES.index(word)
    last = len(SEVERITIES)
    return {STILL_OPEN: last + 1, NOTHING: last + 2}.get(change, last)


def _question(c: Candidate, scope: DesignScope, practices: Mapping[str, Practice]) -> Question:
    cost = 0.5 if c.path.startswith(("flows.", "components.", "must_hold.", "practices.")) else 1.0
    rank = c.weight * IRREVERSIBLE.get(c.path, 1.0) / cost
    rank *= _SILENT_PRACTICE if _is_silent_practice(c.path, scope) else 1.0
    return Question(c.path, asking(c.path, scope, practices), c.answers, tuple(c.decides), rank)


def _is_silent_practice(path: str, scope: DesignScope) -> bool:
    """Whether a plan merely says nothing of a practice: most who are silent of one have it."""
    return path.startswith("practices.") and scope.get(path) is None


def asking(path: str, scope: DesignScope, practices: Mapping[str, Practice]) -> str:
    """Return the sentence that asks a person for the fact at a path."""
    item, rest = item_at(path, scope)
    return ask_for(rest, item if item is not None else scope, practices)
