"""From a tree to a design: forgiving, with a receipt for everything that was not read."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Final

from backend_mcp.errors import DesignError, Problem
from backend_mcp.model.design import Answer, Change, Design, Item, identifier
from backend_mcp.model.fact import Conflict, Fact
from backend_mcp.model.form import SECTIONS, Record, Words
from backend_mcp.model.form_design import COMPLETE, LISTS, TOP
from backend_mcp.model.vocabulary import Vocabulary
from backend_mcp.reading.figures import contradictions, without_torn_loads
from backend_mcp.reading.merge import (
    REMOVED,
    Base,
    Laid,
    lay,
    renamed,
    still_absent,
    touches,
    without_removed,
)  # fmt: skip
from backend_mcp.reading.names import (
    kind_meant,
    read_absent,
    read_practices,
    resolve_skills,
    resolve_technologies,
)
from backend_mcp.reading.places import resolve_places, store_place
from backend_mcp.reading.records import WORDS_FOR_PEOPLE, Reading, note_twice
from backend_mcp.reading.values import (
    Receipt,
    known_word,
    suggestion,
    take_basis,
    take_value,
)
from backend_mcp.tree import Raw

MAX_PARTS: Final = 500


def read_design(
    raw: Raw, name: str, vocabulary: Vocabulary, base: Base | None = None, *, parts_due: bool = True
) -> Design:
    """Read a document, laid over a base where one is given and the document names a part of it.

    `name` is the file's, and stands in for a name that is missing. Where no `parts_due`, the facts
    of a situation alone will do.

    Raises:
        DesignError: no mapping, no component, or too many parts; all else is in `unread`.
    """
    receipt = Receipt()
    top = _top(raw, name, receipt)
    facts, lists = _facts_and_lists(top, receipt)
    facts = resolve_skills(facts, vocabulary)
    resolved = resolve_technologies(lists["components"], vocabulary)
    lists["components"] = without_torn_loads(resolved.items, receipt)
    receipt.lines[:] = [kind_meant(line, vocabulary) for line in receipt.lines]
    facts |= read_practices(top.get("practices"), vocabulary, receipt)
    laid = _laid(facts, lists, base, receipt, _text(top.get("name")))
    if laid is not None:
        facts, lists = laid.facts, laid.lists
    _check_size(lists, name, parts_due)
    gone = _removed(lists["components"])
    taken = [c for c in lists["components"] if c.id in gone]
    left = frozenset(t for c in taken for t in c.words("technology"))
    kinds_gone = frozenset(c.word("kind") for c in taken)
    lists["components"] = tuple(c for c in lists["components"] if c.id not in gone)
    absent = read_absent(top.get("absent"), vocabulary, lists["components"], receipt)
    before = dict(lists)
    lists.update(without_removed(lists))
    resolve_places(lists, gone, receipt)
    complete = _complete(top.get("complete"), receipt)
    below = base.design if laid is not None and base is not None else None
    return Design(
        name=_text(top.get("name")) or (below.name if below else "") or _stem(name),
        purpose=_text(top.get("purpose")),
        facts={**{f.path: f for f in absent.practices}, **facts},
        lists=lists,
        absent=absent.words | still_absent(below, lists["components"]),
        complete=complete or (below.complete if below else frozenset()),
        answers={**(below.answers if below else {}), **_answers(top.get("answers"), receipt)},
        unread=tuple(receipt.lines),
        unjudged=resolved.unknown,
        conflicts=(
            *(laid.conflicts if laid is not None else ()),
            *contradictions(facts),
            *(
                Conflict(facts[f.path], f._replace(path=f"absent ({f.path})"))
                for f in absent.practices
                if _is_said(facts.get(f.path))
            ),
        ),
        change=_with_losses(laid.change, before, lists, gone) if laid is not None else None,
        based_on=(below.based_on or below.name) if below else "",
        left=left,
        removed=kinds_gone,
    )


def _with_losses(
    change: Change,
    before: Mapping[str, tuple[Item, ...]],
    after: Mapping[str, tuple[Item, ...]],
    gone: frozenset[str],
) -> Change:
    """Name what goes with a part that a change removes: its flows, and the promises that it kept."""
    left = {f.place for f in after["flows"]}
    lost = tuple(f.id for f in before["flows"] if f.place not in left)
    keepers = ((p.id, set(p.words("enforced_by"))) for p in before["must_hold"])
    unkept = tuple(id_ for id_, by in keepers if by and by <= gone)
    return replace(change, flows_gone=lost, unkept=unkept)


def _removed(components: tuple[Item, ...]) -> frozenset[str]:
    """Return the parts that the design removes, and those inside of them, save on a platform.

    What runs on a platform or behind an edge is moved when that goes; what lives inside of a
    database or a process goes with it.
    """
    gone = {c.id for c in components if c.word("status") == "removed"}
    hosts = {c.id for c in components if c.word("kind") not in ("platform", "edge")}
    for _ in components:
        lost = gone & hosts
        inner = {c.id for c in components if lost.intersection(c.words("in"))} - gone
        if not inner:
            break
        gone |= inner
    return frozenset(gone)


def _facts_and_lists(
    top: dict[str, Raw], receipt: Receipt
) -> tuple[dict[str, Fact], dict[str, tuple[Item, ...]]]:
    facts: dict[str, Fact] = {}
    for section, record in SECTIONS.items():
        if section in top:
            facts |= Reading(receipt).section(section, record, top[section])
    lists = {
        name: tuple(_items(name, record, top.get(name), receipt)) for name, record in LISTS.items()
    }
    lists["targets"] = tuple(_targets(top.get("needs"), receipt))
    return facts, lists


def _laid(
    facts: dict[str, Fact],
    lists: dict[str, tuple[Item, ...]],
    base: Base | None,
    receipt: Receipt,
    name: str,
) -> Laid | None:
    if base is None or (base.accepted and not touches(lists, base.design, name)):
        return None
    laid = lay(facts, lists, base)
    for stranger in laid.strangers:
        receipt.note(stranger.place, Raw(stranger.got), stranger.want)
    return laid


def _stem(name: str) -> str:
    return PurePath(name).name.split(".")[0] or "design"


def _text(raw: Raw | None) -> str:
    return raw.said[:200] if raw is not None and not isinstance(raw.value, dict | list) else ""


def _top(raw: Raw, name: str, receipt: Receipt) -> dict[str, Raw]:
    if not isinstance(raw.value, dict):
        want = "a mapping with `name` and `components`"
        raise DesignError([Problem(name, raw.line or 1, "", f"not a design: {want} is due")])
    wrapped = raw.value.get("design")
    if wrapped is not None and isinstance(wrapped.value, dict) and "components" not in raw.value:
        receipt.note("design", Raw("design: {…}", wrapped.line), "the keys of it at the top level")
        raw = wrapped
    assert isinstance(raw.value, dict)
    note_twice(raw, "", receipt)
    for key, value in raw.value.items():
        if key not in TOP and key not in WORDS_FOR_PEOPLE:
            receipt.note(key, value, suggestion(key, tuple(TOP)))
    version = raw.value.get("format")
    if version is not None and version.said != "1":
        receipt.note("format", version, "1")
    return raw.value


def _check_size(lists: dict[str, tuple[Item, ...]], name: str, parts_due: bool) -> None:
    if parts_due and not lists["components"]:
        want = "components: [{id: app, kind: service}]"
        raise DesignError(
            [Problem(name, 1, "components", f"nothing to review; name a part: {want}")]
        )
    for list_name, items in lists.items():
        if len(items) > MAX_PARTS:
            reason = f"{len(items)} entries; {MAX_PARTS} at most: review one subsystem at a time"
            raise DesignError([Problem(name, 1, list_name, reason)])


def _entries(raw: Raw | None, place: str, receipt: Receipt) -> list[tuple[str, Raw]]:
    """Return the entries of a list with their ids; one entry may stand alone, ids may be keys."""
    if raw is None or raw.value is None or raw.value == "unknown":
        return []
    if isinstance(raw.value, list):
        return [(_id_of(entry), entry) for entry in raw.value]
    if isinstance(raw.value, dict):
        note_twice(raw, place, receipt)
        alone = any(not isinstance(v.value, dict) for v in raw.value.values())
        if alone:
            return [(_id_of(raw), raw)]
        return [(identifier(name), entry) for name, entry in raw.value.items()]
    return [(_id_of(raw), raw)]


def _id_of(entry: Raw) -> str:
    said = entry.value.get("id") if isinstance(entry.value, dict) else entry
    return identifier(_text(said)) if isinstance(entry.value, dict | str) else ""


def _items(name: str, record: Record, raw: Raw | None, receipt: Receipt) -> Iterator[Item]:
    taken: set[str] = set()
    for index, (id_, entry) in enumerate(_entries(raw, name, receipt)):
        if not isinstance(entry.value, dict) and not id_:
            receipt.note(f"{name}[{index}]", entry, "a mapping")
            continue
        if id_ and id_ in taken:
            want = f"an id of its own; {id_} stands twice"
            receipt.note(f"{name}[{index}]", Raw(id_, entry.line), want)
        known = bool(id_) and id_ not in taken
        taken.add(id_)
        place = f"{name}.{id_}" if known else f"{name}[{index}]"
        parts = entry.value if isinstance(entry.value, dict) else {}
        if name != "components" and known and _text(parts.get("status")) == REMOVED:
            yield Item(name, id_, place, {"status": Fact(f"{place}.status", REMOVED, "proposed")})
            continue
        reading = Reading(receipt, take_basis(parts.get("basis"), f"{place}.basis", receipt))
        if parts:
            reading.record(record, entry, place, "")
        item = Item(name, id_ if known else place, place, reading.facts, entry.line)
        if name == "stores" and not known:
            item = renamed(item, store_place(item.facts, place))
        yield item


def _targets(needs: Raw | None, receipt: Receipt) -> Iterator[Item]:
    if needs is None or not isinstance(needs.value, dict) or "targets" not in needs.value:
        return
    target = next(k.type for k in SECTIONS["needs"].keys if k.name == "targets")
    assert isinstance(target, Record)
    outer = take_basis(needs.value.get("basis"), "needs.basis", Receipt())
    for index, (_, entry) in enumerate(_entries(needs.value["targets"], "needs.targets", receipt)):
        place = f"needs.targets[{index}]"
        parts = entry.value if isinstance(entry.value, dict) else {}
        given = take_basis(parts.get("basis"), f"{place}.basis", receipt)
        reading = Reading(receipt, given or outer)
        reading.record(target, entry, place, "")
        yield Item("targets", place, place, reading.facts, entry.line)


def _is_said(practice: Fact | None) -> bool:
    """Whether a practice is said to be kept."""
    return practice is not None and practice.value is True


def _complete(raw: Raw | None, receipt: Receipt) -> frozenset[str]:
    value = None if raw is None else take_value(Words(COMPLETE), raw, "complete", receipt)
    return frozenset(value) if isinstance(value, tuple) else frozenset()


def _answers(raw: Raw | None, receipt: Receipt) -> dict[str, Answer]:
    want = "probe@place: {holds: true|false|unknown, note: …}"
    if raw is None or not isinstance(raw.value, dict):
        if raw is not None and raw.value is not None:
            receipt.note("answers", raw, want)
        return {}
    found: dict[str, Answer] = {}
    for name, entry in raw.value.items():
        parts = entry.value if isinstance(entry.value, dict) else {"holds": entry}
        for key, extra in parts.items():
            if key not in ("holds", "note", "by"):
                receipt.note(f"answers.{name}.{key}", extra, "one of holds, note, by")
        said = (
            known_word(parts["holds"].said, ("true", "false", "unknown"))
            if "holds" in parts
            else ""
        )
        if "@" not in name or not said:
            receipt.note(f"answers.{name}", entry, want)
            continue
        holds = {"true": True, "false": False}.get(said)
        probe, _, place = name.partition("@")
        found[f"{probe}@{identifier(place)}"] = Answer(
            holds, _text(parts.get("note")), _text(parts.get("by")) or "unsaid"
        )
    return found
