"""Derived facts of flows, stores and targets: what happens where two parts meet."""

from typing import Final

from backend_mcp.capacity.kinds import CHANGES, DATABASES, QUIET
from backend_mcp.capacity.load import YEAR_S
from backend_mcp.capacity.registry import FLAG, WORDS, Made, amount, derived, made, said, total
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.quantity import Quantity, point

INT32_KEYS: Final = 2_147_483_647.0
_CHAIN: Final = 12


@derived("count", "flows")
def concurrency(f: ItemScope) -> Made | None:
    """Calls of a flow in flight at once, by Little's law.

    Formula: rate × duration, the timeout where no duration is said. Unit: calls.
    """
    rate, time = f.get("rate"), f.get("duration")
    time = time if amount(time) is not None else f.get("timeout")
    per_s, each = amount(rate), amount(time)
    if per_s is None or each is None or rate is None or time is None:
        return None
    return made(per_s * each, rate, time, formula=f"{said(rate)} × {said(time)}")


@derived("bandwidth", "flows")
def volume(f: ItemScope) -> Made | None:
    """Bytes a second that a flow carries.

    Formula: rate × payload. Unit: bytes/s.
    """
    rate, payload = f.get("rate"), f.get("payload")
    per_s, each = amount(rate), amount(payload)
    if per_s is None or each is None or rate is None or payload is None:
        return None
    return made(per_s * each, rate, payload)


@derived("factor", "flows")
def tries(f: ItemScope) -> Made | None:
    """Tries that one flow makes of one call.

    Formula: 1 + retries. Unit: factor.
    """
    further = f.get("retries.max")
    n = amount(further)
    if n is None or further is None:
        return None
    return made(Quantity(1 + n.low, 1 + n.high, "factor"), further)


@derived("factor", "flows")
def amplification(f: ItemScope) -> Made | None:
    """Tries that may reach the end of a chain of synchronous calls for one call at its start.

    Formula: product of (1 + retries) along the longest chain of sync flows that ends here. Unit: factor.
    """
    own = f.derived("tries")
    total = amount(own)
    if total is None or own is None or f.item.word("mode") != "sync":
        return None
    inputs, at, seen = [own], f, {f.item.id}
    for _ in range(_CHAIN):
        before = _caller(at, seen)
        if before is None:
            break
        step = before.derived("tries")
        times = amount(step)
        if times is not None and step is not None:
            total = total * times
            inputs.append(step)
        seen.add(before.item.id)
        at = before
    return made(total, *inputs, formula=" × ".join(said(i) for i in reversed(inputs)))


@derived(FLAG, "flows")
def ends_chain(f: ItemScope) -> Made | None:
    """Whether a chain of calls that are tried again ends here: its target tries nobody in turn.

    Formula: no sync flow with stated retries leaves the target. Unit: true or false.
    """
    onward = [o for id_ in f.item.words("to") for o in f.whole.outgoing(id_)]
    tried = (o for o in onward if o.item.word("mode") == "sync" and o.item.id != f.item.id)
    return made(not any(amount(o.get("retries.max")) is not None for o in tried))


def _caller(flow: ItemScope, seen: set[str]) -> ItemScope | None:
    """Return the sync flow into this flow's source with the most tries."""
    source = flow.item.word("from")
    before = [
        f
        for f in flow.whole.incoming(source)
        if f.item.word("mode") == "sync" and f.item.id not in seen
    ]
    return max(
        before, key=lambda f: q.high if (q := amount(f.derived("tries"))) else 1, default=None
    )


@derived("rate", "flows")
def row_capacity(f: ItemScope) -> Made | None:
    """Updates of one row a second that are possible while a transaction waits for another party.

    Formula: 1 / time that the transaction stays open. Unit: updates/s.
    """
    inside, time = f.get("in_transaction"), f.get("duration")
    time = time if amount(time) is not None else f.get("timeout")
    held = amount(time)
    if inside is None or inside.value is not True or held is None or time is None or held.high == 0:
        return None
    return made(point(1, "count") / held, time, formula=f"1 / {said(time)}")


@derived(FLAG, "flows")
def redelivered(f: ItemScope) -> Made | None:
    """Whether the same message may come twice: it comes from a queue or log, or is delivered again.

    Providers of payments send an event again until it is answered in time (Stripe: "Receive events in your
    webhook endpoint", read 2026-11-25; Adyen: "Handle webhook events", known, not opened).

    Formula: from.kind in (queue, log), recovers.by == redelivery, or an async flow from a part with the trait
    payments. Unit: true or false.
    """
    by = f.get("recovers.by")
    if by is not None and by.value == "redelivery":
        return made(True, by)
    source = f.referred("from")
    traits = source.derived("traits") if source is not None else None
    if traits is not None and isinstance(traits.value, tuple) and "payments" in traits.value:
        mode = f.get("mode")
        return (
            made(mode.value == "async", mode, traits) if mode is not None and mode.known else None
        )
    kind = f.get("from.kind")
    if kind is None or not kind.known:
        return None
    return made(kind.value in ("queue", "log"), kind)


@derived(FLAG, "flows")
def behind_redelivery(f: ItemScope) -> Made | None:
    """Whether a worker sends this for a message that may come twice, and that it does not know again.

    Formula: a redelivered flow into the same worker or job that is said not to be duplicate-safe;
    open where that is not said. Unit: true or false.
    """
    source = f.referred("from")
    if source is None or source.kind not in ("worker", "function", "job"):
        return made(False)
    open_ = False
    for other in f.whole.incoming(source.item.id):
        twice, safe = other.derived("redelivered"), other.get("duplicate_safe")
        if twice is None or twice.value is not True:
            continue
        if safe is not None and safe.value is False:
            return made(True, twice, safe)
        open_ = open_ or safe is None or not safe.known
    return None if open_ else made(False)


@derived(WORDS, "flows")
def told_twice_by(f: ItemScope) -> Made | None:
    """Flows that may bring a worker the same message again, and of which nothing says how it knows that.

    Formula: redelivered flows into the worker, function or job that sends this, without duplicate_safe. Unit: ids.
    """
    source = f.referred("from")
    if source is None or source.kind not in ("worker", "function", "job"):
        return made(())
    into = f.whole.incoming(source.item.id)
    again = [o for o in into if (d := o.derived("redelivered")) is not None and d.value is True]
    silent = sorted(o.item.id for o in again if o.get("duplicate_safe") is None)
    return made(tuple(silent))


@derived(FLAG, "flows")
def beside_a_write(f: ItemScope) -> Made | None:
    """Whether the part that sends this also writes a database, so that one may happen without the other.

    Formula: any flow of the same source with effect write, money or stock into a database. Unit: true or false.
    """
    source = f.referred("from")
    if source is None or f.item.word("from") == "":
        return None
    for other in f.whole.outgoing(source.item.id):
        target = other.referred("to")
        changes = other.item.word("effect") in CHANGES
        if changes and target is not None and target.kind in DATABASES:
            return made(True)
    return made(False) if "flows" in f.whole.design.complete else None


@derived("duration", "stores")
def key_exhaustion(d: ItemScope) -> Made | None:
    """Time until 32-bit row ids run out.

    Formula: (2,147,483,647 - rows) / rate of the flows that write to the component. Unit: s.
    """
    key = d.get("in.settings.key_type")
    host = d.referred("in")
    if key is None or key.value != "int32" or host is None:
        return None
    rate = host.derived("inflow")
    per_s = amount(rate)
    if per_s is None or rate is None:
        return None
    rows = amount(d.get("largest_rows")) or point(0, "count")
    left = point(INT32_KEYS, "count") - rows
    return made(left / per_s, key, rate, formula=f"2.15G ids / {said(rate)}")


@derived("count", "stores")
def retained_rows(d: ItemScope) -> Made | None:
    """Rows that are kept at once when old ones are removed.

    Formula: sum of the rates of the flows that write to the component, where all state one, ×
    retention. Unit: rows.
    """
    host, kept = d.referred("in"), d.get("retention")
    time = amount(kept)
    if host is None or kept is None or time is None:
        return None
    writing = [f for f in host.whole.incoming(host.item.id) if f.item.word("effect") not in QUIET]
    rates = [r for f in writing if (r := f.get("rate")) is not None and amount(r) is not None]
    summed = total(rates)
    if len(rates) != len(writing) or summed is None or not isinstance(summed.value, Quantity):
        return None
    return made(summed.value * time, *rates, kept, formula=f"({summed.formula}) × {said(kept)}")


@derived("rate", "targets")
def needed_rate(t: ItemScope) -> Made | None:
    """The rate that a target against the clock asks for.

    Formula: amount / time. Unit: 1/s.
    """
    total, time = t.get("amount"), t.get("within")
    n, within = amount(total), amount(time)
    if n is None or within is None or within.low == 0 or total is None or time is None:
        return None
    return made(n / within, total, time, formula=f"{said(total)} / {said(time)}")


@derived("rate", "targets")
def slowest_limit(t: ItemScope) -> Made | None:
    """The tightest cap along the flows of a target.

    Formula: min of the limits of the parts that its flows lead to. Unit: 1/s.
    """
    limits = []
    for id_ in t.item.words("flows"):
        flow = t.whole.referred("flows", id_)
        limit = flow.get("to.derived.requests_cap") if flow is not None else None
        if limit is not None and amount(limit) is not None:
            limits.append(limit)
    if not limits:
        return None
    least = min(limits, key=lambda x: (amount(x) or point(YEAR_S, "rate")).high)
    return made(least.value, least, formula=least.formula)
