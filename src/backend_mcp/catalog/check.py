"""What is wrong with a knowledge folder beyond its forms: ids, links, sources, ages, lengths, words."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from backend_mcp.catalog.files import Entry, read_folder
from backend_mcp.catalog.folders import OVERLAY, Folders, folders
from backend_mcp.catalog.overlay import overdue
from backend_mcp.catalog.soundness import unsound
from backend_mcp.catalog.taken import taken_names
from backend_mcp.errors import Problem
from backend_mcp.model.day import read_day
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.sentence import PLACEHOLDER
from backend_mcp.model.vocabulary import Vocabulary

TODO: Final = "TODO"
GRACE: Final = timedelta(days=30)
"""How long a number may be over its day before the check fails: a source is not read again overnight."""
_OVER, _UNDER = "over", "under"
_LONGEST: Final = {"title": 100, "what": 220, "do": 200, "flips": 160, "not_for": 240, "why": 340,
                   "ask": 220, "bad_sign": 180, "good_sign": 180, "conditions": 220, "summary": 120,
                   "short": 360, "moment": 200, "question": 120, "how": 700, "breaks": 300, "signal": 200,
                   "step_up": 240, "step_down": 240, "text": 4500}  # fmt: skip

Check = Callable[[Entry, Knowledge, date], Iterable[Problem]]


def check_catalog(where: Folders | Path, knowledge: Knowledge, today: date) -> list[Problem]:
    """Return every problem of every file, at its line; of an overlay, those of the house's own files."""
    house, entries = folders(where).house, _to_check(where)
    checks: tuple[Check, ...] = (
        _todos, _lengths, _sources, _ages, _counterweight, _covers, _examples, _rungs, _decides, _words,
    )  # fmt: skip
    return [
        *(overdue(house, today) if house is not None else ()),
        *(
            problem
            for entry in entries
            for check in checks
            for problem in check(entry, knowledge, today)
        ),
        *(
            taken_names(entries, entries) if house is None else ()
        ),  # of an overlay, when it is loaded
        *unsound(entries, knowledge),
    ]


def ageing(where: Folders | Path, today: date) -> list[Problem]:
    """Return each number whose day is over by so little that it is no fault yet."""
    found = ((e, _until(e)) for e in _to_check(where) if e.kind == "thresholds")
    return [
        _at(entry, f"{_over(until)} (fails from {until + GRACE + timedelta(1)})", "expires")
        for entry, until in found
        if until is not None and until < today <= until + GRACE
    ]


def _to_check(where: Folders | Path) -> list[Entry]:
    both = folders(where)
    if both.house is None:
        return read_folder(both.base)[0]
    return read_folder(both.house, besides=(OVERLAY,))[0]


def _at(entry: Entry, reason: str, *keys: str | int) -> Problem:
    return Problem(entry.path, entry.line(*keys), ".".join(map(str, keys)), reason)


def _todos(entry: Entry, _: Knowledge, __: date) -> Iterable[Problem]:
    for key, value in entry.values.items():
        if TODO in str(value):
            yield _at(entry, "a TODO is left", key)


def _lengths(entry: Entry, _: Knowledge, __: date) -> Iterable[Problem]:
    for key, longest in _LONGEST.items():
        value = entry.values.get(key)
        if isinstance(value, str) and len(value) > longest:
            yield _at(entry, f"{len(value)} characters; {longest} at most", key)


def _sources(entry: Entry, _: Knowledge, __: date) -> Iterable[Problem]:
    if entry.kind in ("practices", "technologies"):
        return
    sources = entry.values.get("sources") or []
    if not sources:
        yield _at(entry, "one source at least, or a house heuristic marked as such", "sources")
    for index, source in enumerate(sources):
        if not source.get("read") and not source.get("note"):
            yield _at(entry, "the day it was read, or a note why there is none", "sources", index)


def _ages(entry: Entry, _: Knowledge, today: date) -> Iterable[Problem]:
    if entry.kind != "thresholds":
        return
    until = _until(entry)
    if until is None:
        yield _at(entry, "a date is due: 2027-05-31", "expires")
    elif until + GRACE < today:
        yield _at(entry, _over(until), "expires")


def _until(entry: Entry) -> date | None:
    return read_day(str(entry.values.get("expires")))


def _over(until: date) -> str:
    return f"expired on {until}; read its source again"


def _counterweight(entry: Entry, knowledge: Knowledge, _: date) -> Iterable[Problem]:
    if entry.kind != "rules":
        return
    named, own = entry.values["counterweight"], entry.values["direction"]
    directions = {r.entry.id: r.entry.direction for r in knowledge.rules} | _of_ladders(knowledge)
    if named not in directions:
        yield _at(entry, f"no rule or ladder says {named!r}", "counterweight")
    elif directions[named] == own:
        yield _at(
            entry,
            f"{named} points the same way ({own}); name one that points back",
            "counterweight",
        )


def _covers(entry: Entry, knowledge: Knowledge, _: date) -> Iterable[Problem]:
    known = {r.entry.id for r in knowledge.rules} | _of_ladders(knowledge).keys()
    for index, id_ in enumerate(entry.values.get("covers") or []):
        if id_ not in known:
            yield _at(entry, f"no rule or ladder says {id_!r}", "covers", index)


def _of_ladders(knowledge: Knowledge) -> dict[str, Any]:
    found: dict[str, Any] = {"unpaid-part": _OVER}
    for ladder in knowledge.ladders:
        found[f"{ladder.entry.id}-above-need"] = _OVER
        found[f"{ladder.entry.id}-below-need"] = _UNDER
    return found


def _examples(entry: Entry, _: Knowledge, __: date) -> Iterable[Problem]:
    if entry.kind not in ("rules", "ladders", "probes"):
        return
    examples = entry.values["examples"]
    expects = [e["expect"] for e in examples]
    wanted = {"rules": ("finding", "clean", "question"), "ladders": ("finding", "clean", "question"),
              "probes": ("look", "clean")}[entry.kind]  # fmt: skip
    for word in wanted:
        if word not in expects:
            yield _at(entry, f"an example that expects `{word}` is missing", "examples")
    names = {e["name"] for e in examples}
    fixed = {e.get("fixes") for e in examples if e.get("fixes")}
    for name in sorted(str(f) for f in fixed - names):
        yield _at(entry, f"fixes {name!r}, which is no example here", "examples")
    near = any(e["expect"] == "clean" and not e.get("fixes") for e in examples)
    if not near:
        yield _at(
            entry, "a near miss is missing: clean, and not the repair of another one", "examples"
        )
    if entry.kind == "rules" and not fixed:
        yield _at(entry, "the smallest repair of a finding is missing (`fixes`)", "examples")
    if entry.values.get("unsaid") and "unsaid" not in expects:
        yield _at(entry, "an example that expects `unsaid` is missing", "examples")


def _rungs(entry: Entry, knowledge: Knowledge, _: date) -> Iterable[Problem]:
    if entry.kind != "technologies":
        return
    rungs = {ld.entry.id: {r.entry.id for r in ld.rungs} for ld in knowledge.ladders}
    for ladder, rung in (entry.values.get("stands_on") or {}).items():
        if rung not in rungs.get(ladder, ()):
            yield _at(entry, f"{ladder} has no rung {rung!r}", "stands_on", ladder)
    if entry.values.get("ends") and not entry.values.get("sources"):
        yield _at(entry, "where the days were read: a source is due", "ends")


def _decides(entry: Entry, knowledge: Knowledge, _: date) -> Iterable[Problem]:
    if entry.kind != "practices":
        return
    rules = {r.entry.id: r.entry for r in knowledge.rules}
    for index, id_ in enumerate(entry.values.get("decides") or []):
        if id_ not in rules:
            yield _at(entry, f"there is no rule {id_!r}", "decides", index)


def _words(entry: Entry, knowledge: Knowledge, _: date) -> Iterable[Problem]:
    """Check that every placeholder names a fact that the entry can see."""
    scope = str(entry.values.get("for_each") or "")
    for key in ("what", "do", "flips", "ask", "bad_sign", "good_sign"):
        if entry.kind in ("rules", "probes") and isinstance(entry.values.get(key), str):
            yield from _placeholders(entry, entry.values[key], scope, knowledge.vocabulary, key)
    said = entry.values.get("keep") or []
    several = isinstance(said, list)
    for index, keep in enumerate(said if several else [said]):
        within = ("keep", index) if several else ("keep",)
        for key in ("at", "why"):
            text, of = str(keep.get(key, "")), keep.get("for_each") or ""
            yield from _placeholders(entry, text, of, knowledge.vocabulary, *within, key)


def _placeholders(
    entry: Entry, text: str, scope: str, vocabulary: Vocabulary, *keys: str | int
) -> Iterable[Problem]:
    for name in PLACEHOLDER.findall(text):
        if vocabulary.type_of(name, scope) is None:
            near = vocabulary.nearest(name, scope)
            yield _at(entry, f"{{{name}}} is no fact{f'; {near}?' if near else ''}", *keys)
