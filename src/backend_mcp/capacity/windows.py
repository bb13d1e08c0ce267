"""Derived facts about windows that must nest: what may come again, is claimed, or is waited for."""

from math import inf
from typing import Final

from backend_mcp.capacity.registry import FLAG, Made, amount, derived, is_lost, largest, made, said
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.fact import Fact
from backend_mcp.model.quantity import Quantity, interval, point

BROKERS: Final = ("queue", "log")


@derived(FLAG)
def sources_known(s: DesignScope) -> Made | None:
    """Whether every flow says where it comes from.

    Formula: no flow without a readable from. Unit: true or false.
    """
    return made(all(f.item.words("from") for f in s.items["flows"]))


@derived(FLAG)
def targets_known(s: DesignScope) -> Made | None:
    """Whether every flow says where it leads to.

    Formula: no flow without a readable to. Unit: true or false.
    """
    return made(all(f.item.words("to") for f in s.items["flows"]))


@derived(FLAG, "flows")
def key_scope_said(f: ItemScope) -> Made | None:
    """Whether the design says what the key of a repeated call names.

    Formula: duplicate_safe.scope is given. Unit: true or false.
    """
    return made(f.get("duplicate_safe.scope") is not None)


@derived(FLAG, "flows")
def key_life_said(f: ItemScope) -> Made | None:
    """Whether the design says how long the key of a repeated call is remembered.

    Formula: duplicate_safe.kept is given. Unit: true or false.
    """
    return made(f.get("duplicate_safe.kept") is not None)


@derived("duration", "flows")
def retry_window(f: ItemScope) -> Made | None:
    """Time for which the same call or message may still come again.

    Formula: longest of what a queue in front keeps, what a payment provider sends again, and recovers.within;
    without an end where one of them is not known; asked only of a call whose key has a stated life. Unit: s.
    """
    if f.get("duplicate_safe.kept") is None:
        return None
    again, lost = _again(f)
    longest = largest(fact for fact in again if fact.known)
    value = amount(longest)
    if longest is None or value is None:
        return None
    if lost or any(not fact.known for fact in again):
        value = Quantity(value.low, inf, value.kind)
    return made(value, longest, formula=f"{longest.path} {longest.said}")


def _again(f: ItemScope) -> tuple[list[Fact], bool]:
    """Return the times for which a call may come again, and whether one of them is not known."""
    found = [w for w in (f.get("recovers.within"),) if w is not None]
    source = f.referred("from")
    if source is None:
        return found, not f.item.words("from")
    if source.kind == "external":
        window = _sent_again(f, source)
        return ([*found, window], False) if window is not None else (found, True)
    before = f.whole.incoming(source.item.id)
    sources = [source] if source.kind in BROKERS else [x.referred("from") for x in before]
    brokers = {s.item.id: s for s in sources if s is not None and s.kind in BROKERS}
    if not brokers:
        return found, source.kind == "" or _loose(f, "target") or _loose(f, "source")
    kept = [b.get("settings.retention") for b in brokers.values()]
    others = any(s is None or s.kind not in BROKERS for s in sources)
    bounded = amount(f.get("retries.max")) is not None  # so many tries may be over long before
    if others or len(brokers) > 1 or kept[0] is None or bounded:
        return found, True
    return [*found, kept[0]], _loose(f, "target")


def _sent_again(f: ItemScope, source: ItemScope) -> Fact | None:
    """Return for how long a payment provider sends an event that was not taken."""
    window = f.whole.numbers.values.get("webhook-retry-window")
    traits = source.derived("traits")
    pays = traits is not None and isinstance(traits.value, tuple) and "payments" in traits.value
    return Fact("webhook-retry-window", window, "derived") if window is not None and pays else None


@derived(FLAG, "flows")
def claim_or_work_said(f: ItemScope) -> Made | None:
    """Whether anything is said of how long a claim on waiting work lasts, or the work itself.

    Formula: settings.visibility_timeout of the queue, or the duration of the work, is given. Unit: true or false.
    """
    claim = f.get("from.settings.visibility_timeout")
    work = f.get("duration") or f.derived("work_time")
    return made(claim is not None or work is not None)


@derived("duration", "flows")
def work_time(f: ItemScope) -> Made | None:
    """How long a piece of work takes that is taken from a queue.

    Formula: duration of the flow, else the longest of what its target then does, whole runs left out. Unit: s.
    """
    kind, own, target = f.get("from.kind"), f.get("duration"), f.referred("to")
    if kind is None or kind.value not in BROKERS:
        return None
    if own is not None:
        return made(own.value, own, formula=f"duration {own.said}") if own.known else None
    if target is None or not _is_only_way_in(f, target):
        return None
    own_clock = any(o.item.word("mode") == "batch" for o in f.whole.outgoing(target.item.id))
    return None if own_clock and f.item.word("mode") != "batch" else _longest(target)


@derived("duration", "components")
def run_time(c: ItemScope) -> Made | None:
    """How long one run of a part takes.

    Formula: longest duration of the flows that it starts. Unit: s.
    """
    return _longest(c)


def _longest(part: ItemScope) -> Made | None:
    """Return the longest duration of what a part does, with an open end where one may be missing."""
    given = [d for o in part.whole.outgoing(part.item.id) if (d := o.get("duration"))]
    values = [q for d in given if (q := amount(d))]
    if not values:
        return None
    lost = len(values) < len(given) or _loose(part, "source")
    value = Quantity(max(q.low for q in values), max(q.high for q in values), "duration")
    value = Quantity(value.low, inf, "duration") if lost else value
    known = [d for d in given if d.known]
    return made(value, *known, formula=f"longest of {', '.join(said(d) for d in known[:5])}")


@derived(FLAG, "flows")
def waits_behind(f: ItemScope) -> Made | None:
    """Whether the part that is called waits for calls of its own in the same chain, with a stated limit.

    Formula: a sync flow of the chain leaves the target, and its timeout is given. Unit: true or false.
    """
    sure, lost = _waits(f)
    if sure or _one_of(f):
        return made(True)
    return None if lost else made(False)


@derived("duration", "flows")
def inner_wait(f: ItemScope) -> Made | None:
    """How long the part that is called may itself wait for one call behind it, pauses between tries left out.

    Where a write is passed on by one of several calls, it is from the shortest to the longest of them.

    Formula: longest timeout × (1 + retries) of the sync flows of the chain that leave the target. Unit: s.
    """
    sure, lost = _waits(f)
    if not sure:
        return _wait_of_one(_one_of(f))
    values = [_in_all(o) for o in sure]
    high = inf if lost else max(q.high for q in values)
    low, longest = max(((q.low, o) for q, o in zip(values, sure, strict=True)), key=lambda x: x[0])
    limits = [t for o in sure if (t := o.get("timeout"))]
    tries = longest.derived("tries")
    times = f" × {tries.said}" if tries is not None else ""
    formula = f"{longest.place}: {said(longest.get('timeout'))}{times}"
    return made(Quantity(low, high, "duration"), *limits, formula=formula)


def _one_of(f: ItemScope) -> list[ItemScope]:
    """Return the calls of which one passes a write on: all that its target writes by, each with its limit.

    Nothing, where the flows are not declared complete or one of the calls does not say how long it waits.
    """
    target = f.referred("to")
    if target is None or f.item.word("effect") != "write" or "flows" not in f.whole.design.complete:
        return []
    onward = [o for o in target.whole.outgoing(target.item.id) if o.item.word("effect") == "write"]
    told = all(
        o.item.word("mode") == "sync" and amount(o.get("timeout")) is not None for o in onward
    )
    return onward if told else []


def _wait_of_one(calls: list[ItemScope]) -> Made | None:
    if not calls:
        return None
    values = [_in_all(o) for o in calls]
    value = Quantity(min(q.low for q in values), max(q.high for q in values), "duration")
    limits = [t for o in calls if (t := o.get("timeout"))]
    shortest = min(calls, key=lambda o: _in_all(o).low)
    return made(value, *limits, formula=f"{shortest.place}: {said(shortest.get('timeout'))}")


def _in_all(o: ItemScope) -> Quantity:
    """Return timeout × tries of one flow; where the number of tries is not known, there is no end."""
    once = amount(o.get("timeout")) or point(0, "duration")
    tries = amount(o.derived("tries")) or Quantity(1, inf, "factor")
    high = once.high * tries.high if once.high else 0.0
    return interval(once.low * tries.low, high, "duration")


def _waits(f: ItemScope) -> tuple[list[ItemScope], bool]:
    """Return the sync flows of the same chain with a known limit, and whether there may be others.

    A flow belongs to the chain when nothing else leads into the part, or when it does the same
    thing with money or stock.
    """
    target = f.referred("to")
    if target is None:
        return [], not f.item.words("to")
    alone, effect = _is_only_way_in(f, target), f.item.word("effect")
    sure: list[ItemScope] = []
    lost = _loose(f, "source")
    for o in target.whole.outgoing(target.item.id):
        belongs = alone or (effect in ("money", "stock") and o.item.word("effect") == effect)
        may = belongs or is_lost(o.item.facts, "effect")
        if o is f or not may or o.item.word("mode") not in ("", "sync"):
            continue
        if belongs and o.item.word("mode") == "sync" and amount(o.get("timeout")) is not None:
            sure.append(o)
        elif not belongs or is_lost(o.item.facts, "mode") or is_lost(o.item.facts, "timeout"):
            lost = True
    return sure, lost


def _is_only_way_in(f: ItemScope, target: ItemScope) -> bool:
    """Whether no other flow leads to a part, so that what it does belongs to this one."""
    return not _loose(f, "target") and f.whole.incoming(target.item.id) == (f,)


def _loose(item: ItemScope, end: str) -> bool:
    """Whether an end of some flow is not known: it may be one that counts here."""
    known = item.whole.derived(f"{end}s_known")
    return known is not None and known.value is False
