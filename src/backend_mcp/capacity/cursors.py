"""Derived facts about runs that read on from where the last one ended."""

from typing import Final, NamedTuple

from backend_mcp.capacity.kinds import DATABASES
from backend_mcp.capacity.registry import WORDS, Made, derived, made
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.fact import Fact

CHANGE_TIMES: Final = frozenset(
    (
        "updated_at",
        "updated_on",
        "updated",
        "last_updated",
        "last_updated_at",
        "update_time",
        "modified_at",
        "modified_on",
        "modified",
        "last_modified",
        "last_modified_at",
        "modification_time",
        "changed_at",
        "last_changed",
        "mtime",
        "timestamp",
        "ts",
    )
)
"""Columns with the moment of the last change, which is set when a statement runs and not when it commits."""
CREATION_TIMES: Final = frozenset(
    (
        "created_at",
        "created_on",
        "created",
        "creation_time",
        "inserted_at",
        "inserted_on",
        "occurred_at",
        "event_time",
    )
)
"""Columns with the moment at which a row was made."""
POSITIONS: Final = frozenset(
    (
        "id",
        "seq",
        "sequence",
        "sequence_number",
        "number",
        "lsn",
        "xmin",
        "txid",
        "rowversion",
        "version",
        "offset",
        "position",
        "binlog",
        "scn",
        "gtid",
    )
)
"""What numbers changes or rows one after the other."""
_ENDS: Final = " ,;/+("


class _Cursor(NamedTuple):
    name: str
    fact: Fact


@derived(WORDS, "flows")
def watermark(f: ItemScope) -> Made | None:
    """By what a run that comes again and again finds what is new: change_time, creation_time or position.

    Formula: first word of the cursor of the data set at either end, where no other such run reads there;
    none where a reconciliation takes up what was missed. Unit: words.
    """
    found = _cursors(f)
    if found is None:
        return None
    ways = {_way(str(c.fact.value)) for c in found}
    if len(ways) > 1 or "" in ways:
        return None
    return made(tuple(ways), *(c.fact for c in found))


@derived(WORDS, "flows")
def reads_on_from(f: ItemScope) -> Made | None:
    """The columns from which such a run reads on.

    Formula: data set and cursor at either end. Unit: words.
    """
    found = _cursors(f)
    if not found:
        return None
    return made(tuple(f"{c.name}.{c.fact.value}" for c in found), *(c.fact for c in found))


def _cursors(f: ItemScope) -> list[_Cursor] | None:
    """Return the cursors at the ends of a repeated run; None when something decisive is not known."""
    repeated, by = _is_repeated(f), f.get("recovers.by")
    if repeated is False or (by is not None and by.value == "reconciliation"):
        return []
    parts = [p for p in (f.referred("from"), f.referred("to")) if p is not None]
    held = [(p, c) for p in parts if p.kind in DATABASES for c in _cursors_in(p)]
    if not held:
        return []
    others = [o for p, _ in held for o in _touching(p) if o is not f]
    shared = any(_is_repeated(o) is not False for o in others)
    lost = repeated is None or shared or any(not c.fact.known for _, c in held)
    return None if lost else [c for _, c in held]


def _cursors_in(part: ItemScope) -> list[_Cursor]:
    found = ((s, s.get("cursor")) for s in part.related("stored"))
    return [_Cursor(w.said if (w := s.get("what")) else s.place, c) for s, c in found if c]


def _touching(part: ItemScope) -> list[ItemScope]:
    return [*part.whole.incoming(part.item.id), *part.whole.outgoing(part.item.id)]


def _is_repeated(f: ItemScope) -> bool | None:
    """Whether a flow reads or copies rows again and again, by a timer or as a batch with a rate."""
    effect, mode, trigger = f.get("effect"), f.get("mode"), f.get("from.trigger")
    kinds = {p.kind for p in (f.referred("from"), f.referred("to")) if p is not None}
    if effect is None or (effect.known and effect.value not in ("read", "write")):
        return False
    if kinds & {"backup", "monitoring"}:
        return False
    timed = trigger is not None and trigger.value == "timer"
    batch = mode is not None and mode.value == "batch" and f.get("rate") is not None
    if timed or batch:
        return True if effect.known else None
    lost = any(fact is not None and not fact.known for fact in (mode, trigger))
    return None if lost else False


def _way(cursor: str) -> str:
    """Return what a cursor is by its first word, or an empty string where the word is not known."""
    plain = cursor.strip().lower()
    for end in _ENDS:
        plain = plain.split(end, 1)[0]
    name = plain.rpartition(".")[2]
    if name in CHANGE_TIMES:
        return "change_time"
    if name in CREATION_TIMES:
        return "creation_time"
    return "position" if name in POSITIONS or name.endswith("_id") else ""
