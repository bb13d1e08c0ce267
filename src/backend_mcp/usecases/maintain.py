"""Keep the knowledge sound: check it, try it, begin a new entry, write what is generated."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from backend_mcp.catalog.advice import load_advice
from backend_mcp.catalog.check import ageing, check_catalog
from backend_mcp.catalog.files import names_in
from backend_mcp.catalog.folders import Folders, folders
from backend_mcp.catalog.load import load_knowledge
from backend_mcp.catalog.schema import generated
from backend_mcp.catalog.skeleton import skeleton
from backend_mcp.catalog.spoken import PATH as WORDS
from backend_mcp.catalog.spoken import word_list
from backend_mcp.errors import DesignError, KnowledgeError, Problem
from backend_mcp.model.advice import Advice
from backend_mcp.model.design import Design
from backend_mcp.model.entries import Example
from backend_mcp.model.knowledge import BoundLadder, BoundProbe, BoundRule, Knowledge
from backend_mcp.reading.reader import read_design
from backend_mcp.review.trial import answers, mismatch, raised_and_cleared, said_unasked
from backend_mcp.tree import from_value

Tell = Callable[[int, int], None]
"""Hears how many examples are tried, of how many."""
_NOTHING: Final[dict[str, Any]] = {}
_BARE: Final[dict[str, Any]] = {
    "components": [{"id": "part"}],
    "flows": [{"id": "flow"}],
    "stores": [{"id": "store"}],
    "must_hold": [{"id": "promise"}],
    "needs": {"targets": [{"id": "target"}]},
}
"""A design with one item of each list, of which nothing is said."""


def _silent(_: int, __: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A knowledge that is sound, and which of its numbers are about to be old."""

    knowledge: Knowledge
    warnings: tuple[Problem, ...]


def check_knowledge(where: Folders | Path, today: date, tell: Tell = _silent) -> Checked:
    """Check a knowledge folder whole: forms, links, ages, sense, and every entry on its own examples.

    Of an overlay the house's own entries are checked, among those that they are laid over. `tell`
    hears how far it is.

    Raises:
        KnowledgeError: with every problem.
    """
    knowledge = load_knowledge(where)
    advice = load_advice(where, knowledge)
    house = folders(where).house
    own = names_in(house) if house is not None else None
    problems = [
        *check_catalog(where, knowledge, today),
        *try_nothing(knowledge, own),
        *try_examples(knowledge, own, tell),
        *try_pairs(knowledge, advice, own),
    ]
    if problems:
        raise KnowledgeError(problems)
    return Checked(knowledge, tuple(ageing(where, today)))


def try_pairs(
    knowledge: Knowledge, advice: Advice, only: Container[str] | None = None
) -> list[Problem]:
    """Review `before` and `after` of every pattern and guide; return what they fail to show.

    `only` names those to try, as `kind/id`.
    """
    problems: list[Problem] = []
    for kind, entries in (("patterns", advice.patterns), ("guides", advice.guides)):
        for id_, bound in entries.items():
            where, pair = f"{kind}/{id_}", []
            if only is not None and where not in only:
                continue
            for key, document in (("before", bound.entry.before), ("after", bound.entry.after)):
                design, reason = _example(document, knowledge)
                if design is None or reason:
                    problems.append(Problem(where, 0, key, reason))
                else:
                    pair.append(design)
            if len(pair) == 2:
                wrong = raised_and_cleared(bound.entry.answers, pair[0], pair[1], knowledge)
                problems += [Problem(where, 0, "answers", reason) for reason in wrong]
    return problems


def _example(document: dict[str, Any], knowledge: Knowledge) -> tuple[Design | None, str]:
    """Read a design that stands in the knowledge: whole, or the reason why not."""
    try:
        raw = from_value({"name": "example", **document}, "example")
        design = read_design(raw, "example", knowledge.vocabulary)
    except DesignError as error:
        return None, f"the example is no design: {error}"
    if design.unread:
        first = design.unread[0]
        return design, f"the example can't be read whole: {first.at}: {first.want}"
    return design, ""


def try_nothing(knowledge: Knowledge, only: Container[str] | None = None) -> list[Problem]:
    """Review designs of which next to nothing is said; return each rule or probe that speaks of one.

    `only` names those to try, as `kind/id`.
    """
    said: list[tuple[str, str]] = []
    for document in (_NOTHING, _BARE):
        raw = from_value(document, "nothing")
        design = read_design(raw, "nothing", knowledge.vocabulary, parts_due=False)
        said += said_unasked(design, knowledge)
    keys = {"rules": "fires_when", "probes": "applies_when"}
    reason = "it always speaks: it does so of a design of which nothing is said"
    return [
        Problem(f"{kind}/{id_}", 0, keys[kind], reason)
        for kind, id_ in dict.fromkeys(said)
        if only is None or f"{kind}/{id_}" in only
    ]


def try_examples(
    knowledge: Knowledge, only: Container[str] | None = None, tell: Tell = _silent
) -> list[Problem]:
    """Run every rule, ladder and probe on its own examples; return what differs.

    `only` names those to try, as `kind/id`; `tell` hears how many are done, of how many.
    """
    problems: list[Problem] = []
    held: dict[str, tuple[BoundRule | BoundLadder | BoundProbe, ...]] = {
        "rules": knowledge.rules, "ladders": knowledge.ladders, "probes": knowledge.probes,
    }  # fmt: skip
    tried = [
        (f"{kind}/{bound.entry.id}", bound, example)
        for kind, entries in held.items()
        for bound in entries
        if only is None or f"{kind}/{bound.entry.id}" in only
        for example in bound.entry.examples
    ]
    for done, (name, bound, example) in enumerate(tried):
        tell(done, len(tried))
        reason = try_example(bound, example, knowledge)
        if reason:
            problems.append(Problem(name, 0, example.name, reason))
    return problems


def try_example(
    bound: BoundRule | BoundLadder | BoundProbe, example: Example, knowledge: Knowledge
) -> str:
    """Run one entry on one of its examples; return how the answer differs, or an empty string."""
    design, reason = _example(example.design, knowledge)
    if design is None or reason:
        return reason
    return mismatch(example, answers(bound, design, knowledge))


def write_skeleton(folder: Path, kind: str, name: str) -> Path:
    """Write the skeleton of a rule or probe; its TODOs fail the check until they are filled in.

    Raises:
        PathError: the name is not AREA/ID, or the file exists.
    """
    return skeleton(folder, kind, name)


def write_docs(root: Path, folder: Folders | Path, *, check: bool) -> list[str]:
    """Write every generated file below `root`, or with `check` only compare; return what differs."""
    stale = []
    knowledge = load_knowledge(folder)
    files = {**generated(knowledge), WORDS: word_list(knowledge, load_advice(folder, knowledge))}
    for path, text in files.items():
        target = root / path
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not check:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
    return stale
