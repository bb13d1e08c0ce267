"""Load what is only consulted: patterns, guides and checklists, bound to the knowledge that judges."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from backend_mcp.catalog.files import CONSULTED, Entry
from backend_mcp.catalog.folders import Folders
from backend_mcp.catalog.laid import read_files
from backend_mcp.catalog.validate import validate
from backend_mcp.errors import KnowledgeError, PredicateError, Problem
from backend_mcp.model.advice import (
    Advice,
    BoundAdvice,
    BoundChecklist,
    BoundCondition,
    BoundItem,
    CheckItem,
    Checklist,
    Condition,
    Guide,
    Pattern,
)
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.plans import Plans
from backend_mcp.model.predicate import ALWAYS, Predicate, compile_predicate

ADVICE: Final[dict[str, type]] = {"patterns": Pattern, "checklists": Checklist, "guides": Guide}
"""The kind of entry that each folder holds which is only consulted."""
_BOUND_TO: Final = ("rules/", "practices/", "probes/", "ladders/")
Compile = Callable[..., Predicate]
"""From an expression, the list that it walks, and the keys of its place to a predicate."""


def load_advice(folder: Folders | Path, knowledge: Knowledge) -> Advice:
    """Load the patterns, guides and checklists of a knowledge folder.

    Raises:
        KnowledgeError: with every problem of every file.
    """
    entries, _, problems = read_files(folder, CONSULTED)
    items, faults = validate(entries, ADVICE)
    files = {_key(e): e for e in entries}
    faults = [*problems, *faults]
    plans = Plans()

    def compiler(kind: str, id_: str) -> Compile:
        def compiled(text: str, scope: str, *keys: str | int) -> Predicate:
            try:
                return compile_predicate(
                    text, knowledge.vocabulary, dict(knowledge.numbers.values), scope, plans
                )
            except PredicateError as error:
                entry = files[kind, id_]
                at = ".".join(map(str, keys))
                faults.append(Problem(entry.path, entry.line(*keys), at, str(error)))
                return ALWAYS

        return compiled

    advice = Advice(
        {p.id: _advice(p, compiler("patterns", p.id)) for p in items["patterns"]},
        {g.id: _advice(g, compiler("guides", g.id)) for g in items["guides"]},
        {c.id: _checklist(c, compiler("checklists", c.id), knowledge) for c in items["checklists"]},
    )
    faults += _links(entries, knowledge, advice)
    if faults:
        raise KnowledgeError(faults)
    return advice


def _key(entry: Entry) -> tuple[str, str]:
    id_ = entry.values.get("id") if isinstance(entry.values, dict) else None
    return entry.kind, str(id_)


def _advice(entry: Pattern | Guide, compiled: Compile) -> BoundAdvice:
    def bound(key: str, conditions: list[Condition]) -> tuple[BoundCondition, ...]:
        return tuple(
            BoundCondition(c, compiled(c.when, c.for_each, key, n, "when"))
            for n, c in enumerate(conditions)
        )

    return BoundAdvice(
        entry, bound("helps_when", entry.helps_when), bound("hurts_when", entry.hurts_when)
    )


def _checklist(entry: Checklist, compiled: Compile, knowledge: Knowledge) -> BoundChecklist:
    walked = {f"rules/{r.entry.id}": r.entry.for_each for r in knowledge.rules}

    def bound(item: CheckItem, index: int) -> BoundItem:
        applies, done = item.applies_when, item.done_when
        over = walked.get(item.binds, "")
        return BoundItem(
            item,
            compiled(applies, "", "items", index, "applies_when") if applies else ALWAYS,
            compiled(done, over, "items", index, "done_when") if done else None,
        )

    about = compiled(entry.about, "", "about") if entry.about else ALWAYS
    return BoundChecklist(entry, about, tuple(bound(i, n) for n, i in enumerate(entry.items)))


def _links(entries: list[Entry], knowledge: Knowledge, advice: Advice) -> Iterator[Problem]:
    """Yield each name of another entry that there is none of, and each item that nothing weighs."""
    known = known_ids(knowledge, advice)
    for entry in entries:
        if not isinstance(entry.values, dict):
            continue
        yield from _named(entry, known, "see", entry.values.get("see"))
        numbers = _texts(entry.values.get("numbers"))
        yield from _named(entry, known, "numbers", [f"thresholds/{n}" for n in numbers])
        if entry.values.get("ladder"):
            yield from _named(entry, known, "ladder", [f"ladders/{entry.values['ladder']}"])
        if entry.kind == "checklists":
            if entry.values.get("about") and not entry.values.get("unnamed"):
                due = "say in `unnamed` what is not there otherwise"
                yield Problem(entry.path, entry.line("about"), "about", due)
            yield from _items(entry, known, knowledge)


def _named(entry: Entry, known: set[str], key: str, names: Any) -> Iterator[Problem]:
    for index, name in enumerate(_texts(names)):
        if name not in known:
            yield Problem(entry.path, entry.line(key, index), key, f"there is no {name}")


def _texts(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else []


def _items(entry: Entry, known: set[str], knowledge: Knowledge) -> Iterator[Problem]:
    items = entry.values.get("items")
    for index, item in enumerate(items if isinstance(items, list) else []):
        if not isinstance(item, dict):
            continue
        for reason in _wrong(item, known, knowledge):
            yield Problem(entry.path, entry.line("items", index), f"items.{index}", reason)


def _wrong(item: dict[str, Any], known: set[str], knowledge: Knowledge) -> Iterable[str]:
    binds, fact = str(item.get("binds") or ""), str(item.get("fact") or "")
    weighed = binds.startswith(("rules/", "probes/"))
    if binds and (binds not in known or not binds.startswith(_BOUND_TO)):
        yield f"binds {binds}: {', '.join(f'{k}<id>' for k in _BOUND_TO)} of this folder is due"
    if weighed and item.get("matters"):
        yield "the rule or probe says how much it matters; leave `matters` out"
    if not weighed and not item.get("matters"):
        yield "say how much it matters (blocker, high, medium or low)"
    if fact and binds:
        yield "a fact answers a question; this item is bound already"
    if fact and knowledge.vocabulary.type_of(fact, "") is None:
        yield f"fact {fact}: there is no such fact"
    if item.get("applies_when") and not item.get("skipped"):
        yield "say in `skipped` why it does not apply otherwise"
    if item.get("done_when") and not (fact or binds.startswith("rules/")):
        yield "`done_when` goes with a rule or a fact"
    if item.get("still") and not binds.startswith(("rules/", "practices/")):
        yield "`still` goes with a rule or a practice"


def known_ids(knowledge: Knowledge, advice: Advice) -> set[str]:
    """Return every entry as `kind/id`."""
    held: dict[str, Iterable[str]] = {
        "rules": (r.entry.id for r in knowledge.rules),
        "ladders": (ld.entry.id for ld in knowledge.ladders),
        "probes": (p.entry.id for p in knowledge.probes),
        "practices": knowledge.vocabulary.practices,
        "technologies": knowledge.technologies,
        "thresholds": knowledge.thresholds,
        "patterns": advice.patterns,
        "guides": advice.guides,
        "checklists": advice.checklists,
    }
    return {f"{kind}/{id_}" for kind, ids in held.items() for id_ in ids}
