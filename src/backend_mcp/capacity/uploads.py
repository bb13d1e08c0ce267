"""Derived facts of files: how much there is to keep, and whether the disk that keeps it stays."""

from typing import Final

from backend_mcp.capacity.corpus import as_fact, at_most
from backend_mcp.capacity.kinds import CHANGES, DATABASES, PROCESSES
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, larger, made, said, total
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.fact import Fact

_OF: Final = "components"
_PEOPLE: Final = ("user", "device", "partner", "client", "edge", "gateway")
_KEEP_FILES: Final = ("object_storage", "block_storage")


@derived("size", _OF)
def files_here(c: ItemScope) -> Made | None:
    """Bytes of files that one part must keep.

    Formula: sum of rate × payload of the flows that write to it × horizon, or × retention where that
    is shorter; where total and growth are stated, at most the data at the horizon. Unit: bytes.
    """
    ahead = _kept_for(c)
    writing = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") in CHANGES]
    summed = total(f.derived("volume") for f in writing)
    per_s, time = amount(as_fact(c, summed)), amount(ahead)
    whole = c.whole.derived("data_at_horizon")
    value = amount(whole)
    bound = None if value is None or whole is None else at_most(value, whole)
    grows = c.whole.get("data.growth_per_month")
    told = whole is not None and whole.firm and grows is not None and grows.firm
    if told or per_s is None or time is None or ahead is None or summed is None:
        return bound  # what is said of the whole is surer than a peak that is taken to last
    flowing = as_fact(c, summed)
    assert flowing is not None
    own = made(per_s * time, flowing, ahead, formula=f"({summed.formula}) × {said(ahead)}")
    return larger(own, bound)


@derived(FLAG, _OF)
def in_rows(c: ItemScope) -> Made | None:
    """Whether files live in rows of a database of the design.

    Formula: it or its host is a database; open where the host is said to be unknown. Unit: true or false.
    """
    inside = c.item.facts.get("in")
    if inside is not None and not inside.known:
        return None
    host = c.referred("in")
    return made(any(x.kind in DATABASES for x in (c, host) if x is not None))


@derived(FLAG, _OF, only=lambda c: c.kind in PROCESSES)
def keeps_files(c: ItemScope) -> Made | None:
    """Whether a process keeps files on the disk of its machine that are nowhere else.

    Formula: state is disk, it holds the truth or people write to it, and no database, object store or
    volume lives in it or is joined to it. Unit: true or false.
    """
    if c.item.word("holds") in ("copy", "nothing"):
        return made(False)
    state = c.get("state")
    if state is None or not state.known:
        return None
    theirs = c.item.word("holds") == "truth" or _written_by_people(c)
    return made(state.value == "disk" and theirs and not _kept_elsewhere(c), state)


@derived(FLAG, _OF)
def disk_goes(c: ItemScope) -> Made | None:
    """Whether the disk that a process sees is lost when it is restarted or replaced.

    Formula: it is a function, or its technology or its platform's has an ephemeral disk. Unit: true or false.
    """
    host = c.referred("in")
    traits = [x.derived("traits") for x in (c, host) if x is not None]
    loses = any(
        isinstance(t.value, tuple) and "ephemeral_disk" in t.value for t in traits if t is not None
    )
    return made(c.kind == "function" or loses)


def _kept_for(c: ItemScope) -> Fact | None:
    """Return how long files gather: the horizon, or the retention of the data where it is shorter."""
    ahead, kept = c.whole.get("context.horizon"), c.whole.get("data.retention")
    horizon, retention = amount(ahead), amount(kept)
    if horizon is None or retention is None or retention.high >= horizon.low:
        return ahead
    return kept


def _written_by_people(c: ItemScope) -> bool:
    return any(
        f.item.word("effect") in CHANGES and _source(f) in _PEOPLE
        for f in c.whole.incoming(c.item.id)
    )


def _source(flow: ItemScope) -> str:
    kind = flow.get("from.kind")
    return str(kind.value) if kind is not None and kind.known else ""


def _kept_elsewhere(c: ItemScope) -> bool:
    """Whether the disk is there for a database in the process, or another part keeps the files."""
    inside = (x for x in c.whole.items["components"] if x.referred("in") is c)
    onward = (f.referred("to") for f in c.whole.outgoing(c.item.id))
    near = [x for x in (c, *inside, *onward) if x is not None]
    return any(_on_that_disk(x) or x.kind in _KEEP_FILES for x in near)


def _on_that_disk(x: ItemScope) -> bool:
    embedded = x.derived("embedded")
    return embedded is not None and embedded.value is True
