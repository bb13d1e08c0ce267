"""Speaking of one fact: the question that a person is asked, and what a plan leaves open."""

import re
from collections.abc import Mapping
from typing import Final

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.entries import Practice
from backend_mcp.review.asks import ASKS, COUNTED, IN_A_STORE, LEFT_OPEN, READING_A_STORE
from backend_mcp.review.texts import fill

View = DesignScope | ItemScope
_PRACTICES: Final = "practices."
_SKILLS: Final = "context.skills."
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
        reads = _word(view, "effect") in ("read", "none")
        return (READING_A_STORE if reads else IN_A_STORE)[key]
    return ASKS.get(key, "")


def left_open_as(key: str, view: View, practices: Mapping[str, Practice]) -> str:
    """Say what is left open as a clause, with the key behind it that an answer is to be given at."""
    of = view.item.list if isinstance(view, ItemScope) else ""
    clause = LEFT_OPEN.get(f"{of}.{key}", "")
    if not clause and key.startswith(_PRACTICES):
        name, verb = practice_name(key.removeprefix(_PRACTICES), practices)
        clause = f"whether {name} {verb} planned"
    return f"{clause} ({key})" if clause else f"“{_words(key)}” ({key})"


def name_of(view: View) -> str:
    """Return what a sentence calls an item: its statement, its data or its id, in quotes."""
    if not isinstance(view, ItemScope):
        return "the plan"
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
    """Fill a sentence; data without a name of its own goes by its place."""
    unnamed = "{what}" in text and not _word(view, "what")
    return fill(text.replace("“{what}”", name_of(view)) if unnamed else text, view)


def _for(view: View, text: str) -> str:
    """Say for which item a sentence about the whole design is asked."""
    return f"for {name_of(view)}: {text}" if isinstance(view, ItemScope) else text


def _word(view: View, key: str) -> str:
    fact = view.get(key)
    return fact.said if fact is not None and fact.known else ""


def _words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").replace(".", " ")
