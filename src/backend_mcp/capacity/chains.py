"""Derived facts about chains of calls: what must be up for one answer, and how long it takes."""

from typing import Final

from backend_mcp.capacity.exposure import starts_outside
from backend_mcp.capacity.kinds import DATABASES, PROCESSES
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, made, said, total
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.fact import UNKNOWN, Fact
from backend_mcp.model.quantity import Quantity

_LONGEST_CHAIN: Final = 12
_PAIR: Final = 2
_ROWS: Final = (*DATABASES, "olap")
_ASKED: Final = ("read", "write", "none", "")


@derived("count")
def weak_depth(s: DesignScope) -> Made | None:
    """Parts without a second copy of their own that must all be up for one request.

    Databases, models and what others run count as one each, processes where they have one copy; a process
    whose copies are not said may count, what only passes a request on does not.

    Formula: longest path of sync flows, counted in such parts. Unit: parts.
    """
    low, high = (_longest(s, end) for end in (0, 1))
    return made(Quantity(low, high, "count")) if low is not None and high is not None else None


def _longest(s: DesignScope, end: int) -> int | None:
    """Return the weight of the heaviest chain; None where calls go in a circle."""
    weights = {c.item.id: _weakness(c)[end] for c in s.items["components"]}
    calls = [f for f in s.items["flows"] if f.item.word("mode") == "sync"]
    pairs = [(a, b) for f in calls for a in f.item.words("from") for b in f.item.words("to")]
    heaviest = {b: weights.get(b, 0) for _, b in pairs}
    for _ in range(_LONGEST_CHAIN):
        better = {
            b: heaviest.get(a, 0) + weights.get(b, 0)
            for a, b in pairs
            if a != b and heaviest.get(a, 0) + weights.get(b, 0) > heaviest[b]
        }
        if not better:
            return max(heaviest.values(), default=None)
        heaviest |= better
    return None


def _weakness(c: ItemScope) -> tuple[int, int]:
    if c.kind in (*DATABASES, "external", "llm", "workflow"):
        return 1, 1
    if c.kind not in PROCESSES:
        return (0, 1) if not c.kind else (0, 0)
    copies = amount(c.derived("copies"))
    if copies is None:
        return 0, 1
    return int(copies.high < _PAIR), int(copies.low < _PAIR)


@derived("share")
def weak_availability(s: DesignScope) -> Made | None:
    """What a chain of calls could promise if each weak part were as good as a managed one in two zones.

    It stands beside a stated need only: of the parts themselves it knows nothing, so it is assumed.

    Formula: assumed availability of one part ^ weak parts in the longest chain. Unit: share.
    """
    depth, one = s.derived("weak_depth"), s.numbers.values.get("zones-availability")
    n, need = amount(depth), amount(s.get("needs.availability"))
    if n is None or one is None or depth is None or need is None:
        return None
    value = Quantity(one.low**n.high, one.high**n.low, "share")
    return Made(value, "assumed", f"{one.short()} of each part, assumed, ^ {said(depth)}")


@derived("duration")
def one_way_time(s: DesignScope) -> Made | None:
    """How long the calls take that a caller waits for, where there is only one way into the design.

    A call whose own time is said counts with that; else what its target calls counts.

    Formula: sum of the stated durations along the synchronous calls behind the one entry. Unit: s.
    """
    entries = [f for f in s.items["flows"] if starts_outside(f)]
    if len(entries) != 1 or any(not f.item.words("from") for f in s.items["flows"]):
        return None
    times = _times(s, entries[0], set())
    known = [t for t in times if t.known]
    summed = total(times)
    if summed is None:
        return None
    return made(summed.value, *known, formula=" + ".join(said(t) for t in times))


def _times(s: DesignScope, flow: ItemScope, seen: set[str]) -> list[Fact]:
    """Return the stated times of a call: its own, or those of the calls that its target makes."""
    mode, own = flow.item.facts.get("mode"), flow.item.facts.get("duration")
    if flow.place in seen or (mode is not None and mode.known and mode.value != "sync"):
        return []
    seen.add(flow.place)
    if own is not None:
        return [own]
    if mode is None:
        return []
    if not mode.known or not flow.item.words("to"):
        return [Fact(f"{flow.place}.duration", UNKNOWN, "proposed")]
    onward = [f for id_ in flow.item.words("to") for f in s.outgoing(id_)]
    return [t for f in onward for t in _times(s, f, seen)]


@derived(FLAG, "components")
def late_without_a_model(c: ItemScope) -> Made | None:
    """Whether a question takes longer than an answer may, so that its answer must be kept ready.

    Formula: a stated duration of reading rows, or of filling what is read, is above needs.p95_latency; open where
    the part names that need as its payer, and no such duration is told. Unit: true or false.
    """
    promised = c.get("needs.p95_latency")
    most = amount(promised)
    if promised is None or most is None:
        return made(False) if promised is None else None
    asking = [f for f in c.whole.items["flows"] if _handles_rows(f)]
    times = [t for f in asking if (t := f.item.facts.get("duration")) is not None]
    long = [t for t in times if (q := amount(t)) is not None and q.high > most.low]
    if long:
        sure = [t for t in long if (q := amount(t)) is not None and q.low > most.high]
        return made(True, promised, sure[0]) if sure else None
    named = "needs.p95_latency" in c.item.words("paid_by")
    return None if named or any(not t.known for t in times) else made(False, promised)


def _handles_rows(f: ItemScope) -> bool:
    """Whether a flow may read rows, or fill what is read in their place."""
    ends = (f.referred("from"), f.referred("to"))
    return f.item.word("effect") in _ASKED and any(e is not None and e.kind in _ROWS for e in ends)
