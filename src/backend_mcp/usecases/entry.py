"""Read one entry of the knowledge, with what it says of its own example and where it leads."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from backend_mcp.catalog.entry import naming, read_entry
from backend_mcp.catalog.library import Library
from backend_mcp.catalog.search import nearest_names
from backend_mcp.errors import ArgumentError, DesignError
from backend_mcp.model.consultation import Whole
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Finding, Look
from backend_mcp.reading.reader import read_design
from backend_mcp.review import review
from backend_mcp.tree import from_value

_THRESHOLD: Final = re.compile(r"threshold\(([\w-]+)\)")
_PRACTICE: Final = re.compile(r"practices\.(\w+)")
_OF_RULES: Final = ("counterweight", "covers", "answers", "decides")
_PREDICATES: Final = ("applies_when", "fires_when", "judges", "touched_when", "spare_when")


def whole_entry(kind: str, id_: str, library: Library) -> Whole:
    """Return one entry whole, under its name.

    Raises:
        ArgumentError: there is no such entry; with the nearest names.
    """
    try:
        values = read_entry(library.folder, kind, id_)
    except ArgumentError as error:
        near = nearest_names(library.index, id_)
        if not near:
            raise
        want = f"there is no such entry; the nearest are {', '.join(near)}"
        raise ArgumentError(error.place, id_, want, f'query: "{near[0]}"') from None
    name, knowledge = f"{kind}/{id_}", library.knowledge
    used_by = [*_resting(name, knowledge), *naming(library.folder, name)]
    return Whole(
        name=name,
        values=values,
        said=_said(kind, id_, values, knowledge),
        titles=library.titles(dict.fromkeys([*_named(values), *used_by])),
        used_by=tuple(dict.fromkeys(used_by)),
    )


def _said(
    kind: str, id_: str, values: Mapping[str, Any], knowledge: Knowledge
) -> Finding | Look | None:
    """Return what a rule or a probe says of the first of its own examples of which it speaks."""
    expect = {"rules": "finding", "probes": "look"}.get(kind)
    examples = (e for e in values.get("examples") or () if e.get("expect") == expect)
    example = next(examples, None) if expect is not None else None
    if example is None:
        return None
    raw = from_value({"name": "example", **example["design"]}, "example")
    try:
        found = review(read_design(raw, "example", knowledge.vocabulary), knowledge)
    except DesignError:  # of a house's entry, which its check would refuse
        return None
    said: Iterator[Finding | Look] = (
        (f for f in found.findings if f.rule == id_ and not f.unsaid)
        if kind == "rules"
        else (x for x in found.looks if x.probe == id_)
    )
    return next(said, None)


def _named(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the entries that an entry speaks of."""
    for key in _OF_RULES:
        ids = values.get(key) or ()
        yield from (f"rules/{id_}" for id_ in ([ids] if isinstance(ids, str) else ids))
    for key in ("decides", "stands_on"):
        yield from (
            f"ladders/{id_}" for id_ in values.get(key) or () if not isinstance(values[key], str)
        )
    yield from values.get("see") or ()
    if values.get("ladder"):
        yield f"ladders/{values['ladder']}"
    told = " ".join(str(values.get(key) or "") for key in _PREDICATES)
    yield from (f"practices/{id_}" for id_ in _PRACTICE.findall(told))


def _resting(name: str, knowledge: Knowledge) -> Iterator[str]:
    """Yield the rules, probes and ladders that ask for a number or a practice."""
    kind, _, id_ = name.partition("/")
    asks = {"thresholds": _THRESHOLD, "practices": _PRACTICE}.get(kind)
    if asks is None:
        return
    entries = [
        ("rules", r.entry.id, f"{r.entry.applies_when} {r.entry.fires_when}")
        for r in knowledge.rules
    ]
    entries += [("probes", p.entry.id, p.entry.applies_when) for p in knowledge.probes]
    for ladder in knowledge.ladders:
        rungs = " ".join(
            f"threshold({r.holds}) {' '.join(g.when for g in r.gates)}" for r in ladder.entry.rungs
        )
        entries.append(("ladders", ladder.entry.id, rungs))
    yield from (f"{of}/{entry}" for of, entry, said in entries if id_ in asks.findall(said))
