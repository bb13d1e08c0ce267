"""One function per verb; the only place where reading, catalog and review meet."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from backend_mcp.catalog import load_advice, load_knowledge
from backend_mcp.catalog.check import check_catalog
from backend_mcp.catalog.schema import generated
from backend_mcp.catalog.skeleton import skeleton
from backend_mcp.errors import DesignError, KnowledgeError, PathError, Problem
from backend_mcp.model.advice import Advice
from backend_mcp.model.design import Design
from backend_mcp.model.entries import Example
from backend_mcp.model.knowledge import BoundLadder, BoundProbe, BoundRule, Knowledge
from backend_mcp.model.review import Review
from backend_mcp.reading.merge import Base
from backend_mcp.reading.reader import read_design
from backend_mcp.review import review
from backend_mcp.review.simplest import without
from backend_mcp.review.trial import answers, mismatch, raised_and_cleared
from backend_mcp.tree import MAX_BYTES, Raw, from_text, from_value, plain

BASE_FILE: Final = "backend.yaml"
SUFFIXES: Final = (".yaml", ".yml", ".json", ".md", ".markdown")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review, the design that it judged, and the document without the parts that are extra."""

    review: Review
    design: Design
    simplest: dict[str, Any] | None


def read_file(path: Path) -> Raw:
    """Read a design file as a tree.

    Raises:
        PathError: there is no such file, or it can't be read.
        DesignError: it is too large, or neither YAML nor JSON.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise PathError(f"{path}: a design is a file with {', '.join(SUFFIXES)}")
    try:
        if not path.is_file():
            raise PathError(f"{path}: there is no such file; give the path of a design")
        size = path.stat().st_size
        if size > MAX_BYTES:
            reason = f"{size:,} bytes; {MAX_BYTES:,} at most: send the design alone"
            raise DesignError([Problem(str(path), 0, "", reason)])
        return from_text(path.read_bytes(), str(path))
    except OSError as error:
        raise PathError(f"{path}: can't be read: {error.strerror}") from error


def find_base(path: Path) -> Path | None:
    """Return the accepted design of the repository that a file stands in, unless it is that file."""
    for folder in path.resolve().parents:
        if (folder / ".git").exists():
            base = folder / BASE_FILE
            return base if base.is_file() and base != path.resolve() else None
    return None


def read_base(path: Path | None, knowledge: Knowledge) -> Base | None:
    """Read the accepted design of a repository."""
    if path is None:
        return None
    design = read_design(read_file(path), str(path), knowledge.vocabulary)
    return Base(design, accepted=True, name=path.name)


def review_tree(
    raw: Raw, name: str, knowledge: Knowledge, *, base: Base | None = None, strict: bool = False
) -> Reviewed:
    """Review a document, laid over a base where one is given.

    Raises:
        DesignError: it leaves nothing to review; with `strict`, anything could not be read.
    """
    design = read_design(raw, name, knowledge.vocabulary, base)
    if strict and design.unread:
        raise DesignError(_strict(design, name))
    judged = review(design, knowledge)
    document = plain(raw)
    simplest = without(document, judged.extras) if judged.extras and design.change is None else None
    return Reviewed(judged, design, simplest)


def _strict(design: Design, name: str) -> list[Problem]:
    return [Problem(name, u.line, u.at, f"got {u.got!r}; {u.want} is due") for u in design.unread]


def open_knowledge(folder: Path, cache: Path | None) -> Knowledge:
    """Load the knowledge, through the cache.

    Raises:
        KnowledgeError: with every problem.
    """
    return load_knowledge(folder, cache)


def check_knowledge(folder: Path, today: date) -> Knowledge:
    """Check a knowledge folder whole: forms, links, ages, and every entry on its own examples.

    Raises:
        KnowledgeError: with every problem.
    """
    knowledge = load_knowledge(folder)
    advice = load_advice(folder, knowledge)
    problems = [
        *check_catalog(folder, knowledge, today),
        *try_examples(knowledge),
        *try_pairs(knowledge, advice),
    ]
    if problems:
        raise KnowledgeError(problems)
    return knowledge


def try_pairs(knowledge: Knowledge, advice: Advice) -> list[Problem]:
    """Review `before` and `after` of every pattern and guide; return what they fail to show."""
    problems: list[Problem] = []
    for kind, entries in (("patterns", advice.patterns), ("guides", advice.guides)):
        for id_, bound in entries.items():
            where, pair = f"{kind}/{id_}", []
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


def try_examples(knowledge: Knowledge) -> list[Problem]:
    """Run every rule, ladder and probe on its own examples; return what differs."""
    problems: list[Problem] = []
    for kind, entries in (
        ("rules", knowledge.rules),
        ("ladders", knowledge.ladders),
        ("probes", knowledge.probes),
    ):
        for bound in entries:
            for example in bound.entry.examples:
                reason = try_example(bound, example, knowledge)
                if reason:
                    problems.append(Problem(f"{kind}/{bound.entry.id}", 0, example.name, reason))
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


def write_docs(root: Path, folder: Path, *, check: bool) -> list[str]:
    """Write every generated file below `root`, or with `check` only compare; return what differs."""
    stale = []
    for path, text in generated(load_knowledge(folder)).items():
        target = root / path
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not check:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
    return stale
