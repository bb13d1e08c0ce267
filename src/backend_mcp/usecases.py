"""One function per verb; the only place where reading, catalog and review meet."""

from pathlib import Path

from backend_mcp.catalog import load_knowledge
from backend_mcp.errors import DesignError, KnowledgeError, Problem
from backend_mcp.model.entries import Example
from backend_mcp.model.knowledge import BoundLadder, BoundProbe, BoundRule, Knowledge
from backend_mcp.reading.reader import read_design
from backend_mcp.review.trial import answers, mismatch
from backend_mcp.tree import from_value


def check_knowledge(folder: Path) -> Knowledge:
    """Load a knowledge folder without a cache, try every entry on its examples.

    Raises:
        KnowledgeError: with every problem.
    """
    knowledge = load_knowledge(folder)
    problems = [*try_examples(knowledge)]
    if problems:
        raise KnowledgeError(problems)
    return knowledge


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
    try:
        raw = from_value({"name": "example", **example.design}, "example")
        design = read_design(raw, "example", knowledge.vocabulary)
    except DesignError as error:
        return f"the example is no design: {error}"
    if design.unread:
        return f"the example can't be read whole: {design.unread[0].at}: {design.unread[0].want}"
    return mismatch(example, answers(bound, design, knowledge))
