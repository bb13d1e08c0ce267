"""Speaking of one fact: the question that a person is asked, and what a plan leaves open."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.capacity.kinds import QUIET
from backend_mcp.model.entries import Practice
from backend_mcp.review.asks import ASKS, COUNTED, IN_A_STORE, LEFT_OPEN, READING_A_STORE
from backend_mcp.review.texts import fill

View = DesignScope | ItemScope
_PRACTICES: Final = "practices."
_SKILLS: Final = "context.skills."
_CLAUSES: Final = 4
_PLAN: Final = "the plan"
_DATABASES: Final = (
    "relational", "database", "document", "key_value", "wide_column", "olap", "time_series", "graph",
)  # fmt: skip
_OF: Final = re.compile(r" (?:of|on|in|per|against|for|by|at|out|that)\b")


def ask_for(key: str, view: View, practices: Mapping[str, Practice]) -> str:
    """Ask for the fact at a key of the design or of one item, as one colleague asks another."""
    of = view.item.list if isinstance(view, ItemScope) else ""
    own = f"{of}.{key}" if of else key
    text = sentence(own, view) or ASKS.get(key, "")
    if text:
        return _filled(text, view) if own in ASKS or not of else _for(view, text)
    if key.startswith(_PRACTICES):
        return _for(view, _practice(key.removeprefix(_PRACTICES), practices))
    return _for(view, _plain(key))


def sentence(key: str, view: View) -> str:
    """Return the sentence that asks for a key of the form; another one where a database is called."""
    if key in IN_A_STORE and _word(view, "to.kind") in _DATABASES:
        reads = _word(view, "effect") in QUIET
        return (READING_A_STORE if reads else IN_A_STORE)[key]
    return ASKS.get(key, "")


@dataclass(frozen=True, slots=True)
class Silence:
    """One fact that a plan says `unknown` of: whose, what as a clause, and whether it is a practice.

    Behind the clause stands the key at which an answer is to be given.
    """

    of: str
    clause: str
    practice: bool


def silence_of(path: str, view: View, practices: Mapping[str, Practice]) -> Silence:
    """Say what is left open where the document says `unknown` at a path."""
    key = path.removeprefix(f"{view.place}.")
    practice = key.startswith(_PRACTICES)
    if practice:
        name, verb = practice_name(key.removeprefix(_PRACTICES), practices)
        clause = f"whether {name} {verb} planned"
    else:
        of = f"{view.item.list}." if isinstance(view, ItemScope) else ""
        clause = LEFT_OPEN.get(of + key, f"its “{_words(key)}”")
    return Silence(name_of(view), f"{clause} ({key})", practice)


def title_of(silences: Sequence[Silence], worst: str) -> str:
    """Say in one sentence what one place leaves open, and what it comes to at worst."""
    of, whole = silences[0].of, silences[0].of == _PLAN
    worst = worst[:1].lower() + worst[1:]
    clauses = _listed([s.clause for s in silences])
    if all(s.practice for s in silences):
        return f"it is not said {'' if whole else f'for {of} '}{clauses}; if not, {worst}"
    return f"{of} leaves open {clauses}; at worst {worst}"


def _listed(clauses: Sequence[str]) -> str:
    """Join clauses into one; after a few of them only the number of the others is told."""
    clauses = tuple(dict.fromkeys(clauses))
    if len(clauses) > _CLAUSES:
        clauses = (*clauses[: _CLAUSES - 1], f"{len(clauses) - _CLAUSES + 1} more")
    *first, last = clauses
    return f"{', '.join(first)} and {last}" if first else last


def name_of(view: View) -> str:
    """Return what a sentence calls an item: its statement, its data or its id, in quotes."""
    if not isinstance(view, ItemScope):
        return _PLAN
    for key in ("statement", "what") if view.item.list in ("must_hold", "stores") else ():
        fact = view.get(key)
        if fact is not None and fact.known:
            return f"“{fill(f'{{{key}}}', view)}”"
    return f"“{view.place.partition('.')[2] or view.place}”"


def practice_name(id_: str, practices: Mapping[str, Practice]) -> tuple[str, str]:
    """Return how a practice is named within a sentence, and the verb that fits: `is` or `are`."""
    id_, _, detail = id_.partition(".")
    title = practices[id_].title if id_ in practices else _words(id_)
    name = title if title[1:2].isupper() else title[:1].lower() + title[1:]
    head = _OF.split(name)[0]
    several = head.endswith("s") and not head.endswith(("ss", "us"))
    if id_ in COUNTED:
        name = f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    return (f"{name} ({_words(detail)})" if detail else name), "are" if several else "is"


def _practice(id_: str, practices: Mapping[str, Practice]) -> str:
    name, verb = practice_name(id_, practices)
    what = practices[id_].what if id_ in practices else ""
    return f"{verb} {name} planned? {what}".rstrip()


def _plain(key: str) -> str:
    """Ask for what has a free name: a skill, or a setting that the form does not know."""
    if key.startswith(_SKILLS):
        return f"how well does the team know {_words(key.removeprefix(_SKILLS))}: not at all, some, or well?"
    return f"what is its “{_words(key.rpartition('.')[2])}”?"


def _filled(text: str, view: View) -> str:
    """Fill a sentence; data or a promise without words of its own goes by its place."""
    for key in ("what", "statement"):
        if not _word(view, key):
            text = text.replace(f"“{{{key}}}”", name_of(view))
    return fill(text, view)


def _for(view: View, text: str) -> str:
    """Say for which item a sentence about the whole design is asked."""
    return f"for {name_of(view)}: {text}" if isinstance(view, ItemScope) else text


def _word(view: View, key: str) -> str:
    fact = view.get(key)
    return fact.said if fact is not None and fact.known else ""


def _words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").replace(".", " ")
