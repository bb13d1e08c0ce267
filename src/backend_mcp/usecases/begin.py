"""Begin in a repository: `backend.yaml`, the accepted design and the facts that only people know."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backend_mcp.errors import ArgumentError, PathError
from backend_mcp.model.form import KINDS, Word, Words
from backend_mcp.model.vocabulary import Vocabulary
from backend_mcp.reading.reader import read_design
from backend_mcp.review.asks import ASKS
from backend_mcp.tree import clean, from_value
from backend_mcp.usecases.judge import BASE_FILE

UNKNOWN: Final = "unknown"
PARTS: Final = "components"
FACTS: Final = (
    "purpose", "context.stage", "context.engineers", "context.on_call", "context.budget_per_month",
    "load.users_per_day", "load.requests_per_second.peak", "data.total", "data.sensitivity",
    "needs.availability", "needs.rpo", PARTS,
)  # fmt: skip
"""What is asked, in this order: what only people know and what decides most; then what runs today."""
_OWN: Final = {
    "purpose": "what is it for, in one sentence?",
    PARTS: "what runs today: products and services, with commas between (or nothing yet)?",
}
_LONGEST: Final = 300
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 %./+_-]*\Z")
_READ_OTHERWISE: Final = re.compile(r"(true|false|null|yes|no|on|off|~|[\d.+-]+)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; `words` are those to choose from, `several` whether more than one may be given."""

    fact: str
    ask: str
    words: tuple[str, ...]
    several: bool


def questions(vocabulary: Vocabulary) -> tuple[Asked, ...]:
    """Return what is asked of the person who knows the system; twelve at most."""
    found = []
    for fact in FACTS:
        type_ = vocabulary.type_of(fact)
        words = type_.words if isinstance(type_, Word | Words) else ()
        found.append(Asked(fact, _OWN.get(fact) or ASKS[fact], words, isinstance(type_, Words)))
    return tuple(found)


def taken(asked: Asked, answer: str, vocabulary: Vocabulary) -> Any:
    """Return what an answer says; nothing, and `unknown`, are unknown.

    Raises:
        ArgumentError: it can't be read; with what is due.
    """
    text = clean(answer).strip()[:_LONGEST]
    if not text or text.lower() == UNKNOWN:
        return UNKNOWN
    if asked.fact == PARTS:
        return _parts(text, vocabulary)
    if asked.fact == "purpose":
        return text
    value: Any = [w.strip() for w in text.split(",") if w.strip()] if asked.several else text
    section, _, key = asked.fact.partition(".")
    document = from_value({"name": "x", section: _nested(key, value)}, "answer")
    unread = read_design(document, "answer", vocabulary, parts_due=False).unread
    if unread:
        raise ArgumentError(asked.fact, text, f"{unread[0].want} is due, or unknown", "")
    return value


def _nested(key: str, value: Any) -> dict[str, Any]:
    head, _, rest = key.partition(".")
    return {head: _nested(rest, value) if rest else value}


def _parts(text: str, vocabulary: Vocabulary) -> list[dict[str, str]]:
    """Return a component for each product or kind that is named; what nobody knows is a service."""
    found: dict[str, dict[str, str]] = {}
    for name in (w.strip() for w in text.split(",")):
        id_ = re.sub(r"[\W_]+", "-", name.lower()).strip("-")
        if not id_ or name.lower() in ("nothing", "nothing yet", "none"):
            continue
        product = vocabulary.technologies.get(name.lower()) or vocabulary.exact.get(name.lower())
        kind = vocabulary.kinds.get(product or "", id_ if id_ in KINDS else "service")
        made = {"technology": name} if id_ != kind else {}
        found.setdefault(id_, {"id": id_, "kind": kind, **made, "status": "existing"})
    return list(found.values())


def draft(name: str, answers: Mapping[str, Any]) -> str:
    """Return the document as text, each fact with its question, what nobody knows as `unknown`."""
    lines = [
        "# The accepted design of this repository, and what only people know of it. A plan is laid over it,",
        "# so that it need say no more than what it adds, changes or removes: `backend-mcp review PLAN`.",
        "# `unknown` is an answer. Say it better when you know better; flows and promises may follow.",
        "format: 1",
        f"name: {_scalar(name)}",
        f"purpose: {_scalar(answers.get('purpose', UNKNOWN))}",
    ]
    section = ""
    for fact in FACTS:
        head, _, key = fact.partition(".")
        if not key:
            continue
        if head != section:
            lines.append(f"{head}:")
            section = head
        value = _flow(_nested(key, answers.get(fact, UNKNOWN))).removeprefix("{").removesuffix("}")
        lines.append(f"  {value}  # {ASKS[fact]}")
    lines.append("components:")
    parts = answers.get(PARTS)
    given = parts if isinstance(parts, list) and parts else [_APP]
    return "\n".join([*lines, *(f"  - {_flow(part)}" for part in given)]) + "\n"


_APP: Final = {"id": "app", "kind": UNKNOWN, "status": UNKNOWN}
"""A place for the first part, where nobody said what runs: nothing is claimed of it."""


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """Return a word as YAML reads it back: the same text, never a number or a flag that nobody wrote."""
    text = clean(str(value))
    plain = _PLAIN.match(text) and not _READ_OTHERWISE.match(text) and text == text.strip()
    return text if plain else json.dumps(text, ensure_ascii=False)


def check_free(root: Path) -> None:
    """Check that no accepted design stands at the root of a repository.

    Raises:
        PathError: there is one already.
    """
    path = root / BASE_FILE
    if os.path.lexists(path):
        raise PathError(f"{path}: there is one already; edit it, or move it away")


def write(root: Path, text: str) -> Path:
    """Write the file at the root of a repository; one that stands there is never touched.

    Raises:
        PathError: there is one already, or it can't be written.
    """
    check_free(root)
    path = root / BASE_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except OSError as error:
        raise PathError(f"{path}: can't be written ({error.strerror})") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path
