"""What to ask the person who owns a plan, and what their answers change in the document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend_mcp.model.form import Flag, Type, Word
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Review
from backend_mcp.model.vocabulary import Vocabulary

MOST: Final = 3
UNKNOWN: Final = "unknown"
_BY_ID: Final = ("components", "flows", "must_hold")
_LONGEST_ANSWER: Final = 200


@dataclass(frozen=True, slots=True)
class Asking:
    """One question for a person; `words` are the answers to choose from, none where a text is due."""

    fact: str
    ask: str
    words: tuple[str, ...]


def deciding(review: Review, knowledge: Knowledge) -> tuple[Asking, ...]:
    """Return what is missing and decides a blocker, as far as a document can be told it; three at most."""
    blockers = {r.entry.id for r in knowledge.rules if r.entry.severity == "blocker"}
    found = []
    for question in review.questions:
        type_ = _type(question.fact, knowledge.vocabulary)
        if type_ is not None and blockers & {d.partition("@")[0] for d in question.decides}:
            found.append(Asking(question.fact, question.ask, _words(type_)))
    return tuple(found[:MOST])


def _type(path: str, vocabulary: Vocabulary) -> Type | None:
    """Return the type of the fact at a path, or None where no patch by id can say it."""
    head, *rest = path.split(".")
    if head in _BY_ID:
        return vocabulary.type_of(".".join(rest[1:]), head) if len(rest) >= 2 else None
    return (
        vocabulary.type_of(path)
        if head in ("context", "load", "data", "needs", "practices")
        else None
    )


def _words(type_: Type) -> tuple[str, ...]:
    if isinstance(type_, Flag):
        return ("true", "false", UNKNOWN)
    return (*type_.words, UNKNOWN) if isinstance(type_, Word) and type_.words else ()


def patch(asked: Iterable[Asking], answers: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers as a patch for the document, each with basis stated; `unknown` changes nothing."""
    made: dict[str, Any] = {}
    for asking in asked:
        text = answers.get(asking.fact, UNKNOWN).strip()[:_LONGEST_ANSWER]
        if asking.words:
            text = text.lower() if text.lower() in asking.words else UNKNOWN
        if text and text != UNKNOWN:
            value: Any = {"true": True, "false": False}.get(text, text)
            said = {"value": value, "basis": "stated", "note": "the person's answer"}
            _lay(made, asking.fact.split("."), said)
    return made


def _lay(made: dict[str, Any], path: list[str], value: Any) -> None:
    """Put a value at a path; entries of lists are found by their id."""
    head, *rest = path
    if head in _BY_ID and len(rest) >= 2:
        entries: list[dict[str, Any]] = made.setdefault(head, [])
        held = next((e for e in entries if e["id"] == rest[0]), None)
        if held is None:
            held = {"id": rest[0]}
            entries.append(held)
        _lay(held, rest[1:], value)
    elif rest:
        _lay(made.setdefault(head, {}), rest, value)
    else:
        made[head] = value
