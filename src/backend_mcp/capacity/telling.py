"""Derived facts that let a sentence say only what is so of the design at hand."""

from typing import Final

from backend_mcp.capacity.kinds import DATABASES
from backend_mcp.capacity.registry import FLAG, WORDS, Made, amount, derived, made
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.form import ACTORS, IN_USE, PROSE, Text
from backend_mcp.model.quantity import interval

_PARTIES: Final = ("external", "partner")
_MORE: Final = ("replication", "zones", "failover", "settings.readers")
_PAUSES: Final = {"none": "at once", "fixed": "after the same pause"}


def _told(item: ItemScope) -> Made:
    facts = item.item.facts.items()
    paths = (path.split(".") for path, fact in facts if fact.known and path not in PROSE)
    words = {".".join(parts[:n]) for parts in paths for n in range(1, len(parts) + 1)}
    return made(tuple(sorted(words)))


@derived(WORDS, "flows")
def told(f: ItemScope) -> Made | None:
    """Keys of a flow whose value is known, each with what stands above it.

    Formula: paths of the known facts, as retries and retries.backoff. Unit: words.
    """
    return _told(f)


@derived(WORDS, "components")
def settled(c: ItemScope) -> Made | None:
    """Keys of a part whose value is known, each with what stands above it.

    Formula: paths of the known facts, as settings and settings.key_type. Unit: words.
    """
    return _told(c)


@derived(FLAG, "components")
def foreign_keys_said(c: ItemScope) -> Made | None:
    """Whether a setting of a database says how it treats foreign keys.

    Formula: a known setting whose name speaks of foreign keys. Unit: true or false.
    """
    facts = c.item.facts.items()
    return made(any("foreign_key" in path.replace("-", "_") for path, fact in facts if fact.known))


@derived(FLAG, "flows")
def from_another_party(f: ItemScope) -> Made | None:
    """Whether another party's system sends this to a part of ours: a provider's event, a partner's order.

    Formula: from is external or a partner, and to is neither of them nor a person. Unit: true or false.
    """
    return made(_end(f, "from") in _PARTIES and _end(f, "to") not in (*_PARTIES, *ACTORS))


def _end(f: ItemScope, key: str) -> str:
    """Return the kind of the part at an end of a flow, or the actor who stands there."""
    part = f.referred(key)
    return part.kind if part is not None else f.item.word(key)


@derived(Text(), "flows")
def pause(f: ItemScope) -> Made | None:
    """When each further try comes, where its pause does not grow.

    Formula: at once, or after the same pause, by retries.backoff. Unit: words.
    """
    backoff = f.get("retries.backoff")
    words = _PAUSES.get(str(backoff.value)) if backoff is not None else None
    return made(words, backoff) if words and backoff is not None else None


@derived("rate", "flows")
def tries_rate(f: ItemScope) -> Made | None:
    """Tries a second that a flow may make while its target fails, where their pause does not grow.

    Formula: upper end of the rate × (1 + retries). Unit: calls/s.
    """
    rate, tries, pause_ = f.get("rate"), f.derived("tries"), f.derived("pause")
    each, often = amount(rate), amount(tries)
    if rate is None or tries is None or each is None or often is None or pause_ is None:
        return None
    most = each.high * often.high
    return made(interval(most, most, "rate"), rate, tries, formula=f"{rate.said} × {tries.said}")


@derived(FLAG, "flows")
def one_caller(f: ItemScope) -> Made | None:
    """Whether it is known that a single copy of its source makes a call.

    Formula: copies of the source are 1. Unit: true or false.
    """
    source = f.referred("from")
    copies = amount(source.derived("copies")) if source is not None else None
    return made(copies is not None and copies.high <= 1)


@derived(FLAG, "flows")
def one_time_change(f: ItemScope) -> Made | None:
    """Whether a flow has the shape of a migration: a job of this change writes a database in use once.

    Formula: a new or changed job without a clock, one sync write without a rate, a database that is
    there already. Unit: true or false.
    """
    source, target = f.referred("from"), f.referred("to")
    if source is None or target is None or source.kind != "job" or target.kind not in DATABASES:
        return made(False)
    once = source.item.word("trigger") != "timer" and "rate" not in f.item.facts
    writes = f.item.word("effect") == "write" and f.item.word("mode") == "sync"
    comes = source.item.word("status") in ("new", "changed")
    return made(once and writes and comes and target.item.word("status") in IN_USE)


@derived(FLAG, "flows")
def cursor_said(f: ItemScope) -> Made | None:
    """Whether it is said by what a run finds what is new, in a part that its source is joined to.

    Formula: a data set with a known cursor at either end, or in a part with a flow from or to the source.
    Unit: true or false.
    """
    sources = f.item.words("from")
    joined = {id_ for key in ("from", "to") for id_ in f.item.words(key)}
    for id_ in sources:
        joined |= {x for o in f.whole.outgoing(id_) for x in o.item.words("to")}
        joined |= {x for o in f.whole.incoming(id_) for x in o.item.words("from")}
    cursors = [s.get("cursor") for id_ in sorted(joined) for s in f.whole.stored(id_)]
    return made(any(c is not None and c.known for c in cursors))


@derived(FLAG, "components")
def changed_by_a_job(c: ItemScope) -> Made | None:
    """Whether a job of this change changes a database that is in use, once.

    Formula: a flow with the shape of a migration leads to it. Unit: true or false.
    """
    flags = (f.derived("one_time_change") for f in c.whole.incoming(c.item.id))
    return made(any(flag is not None and flag.value is True for flag in flags))


@derived(FLAG, "components")
def no_second_copy(c: ItemScope) -> Made | None:
    """Whether a part is said to run alone, so that nothing else serves what it holds.

    Formula: replication is none, or one instance of which no replication, zones, failover or readers are
    told; and no other part of its kind holds a copy. Unit: true or false.
    """
    said_alone = c.item.word("replication") == "none"
    instances = amount(c.get("instances"))
    one = (
        instances is not None and instances.high <= 1 and not any(k in c.item.facts for k in _MORE)
    )
    others = (x for x in c.whole.items["components"] if x is not c and x.kind == c.kind)
    return made((said_alone or one) and not any(x.item.word("holds") == "copy" for x in others))


@derived(FLAG, "components")
def read_in_runs(c: ItemScope) -> Made | None:
    """Whether it is said that runs read a part for long, so that something is open there for minutes.

    Formula: a batch flow of effect read leads to it. Unit: true or false.
    """
    flows = c.whole.incoming(c.item.id)
    return made(any(f.item.word("mode") == "batch" and f.item.word("effect") == "read" for f in flows))  # fmt: skip


@derived(FLAG, "components")
def read_by_a_check(c: ItemScope) -> Made | None:
    """Whether a check from outside is said to read a part.

    Formula: a flow from a monitoring part leads to it. Unit: true or false.
    """
    return made(any(_end(f, "from") == "monitoring" for f in c.whole.incoming(c.item.id)))


@derived(FLAG, "components")
def hears_of_copies(c: ItemScope) -> Made | None:
    """Whether what makes a copy reports to a part.

    Formula: a flow leads to it from a backup part, or from one that writes in batches to a backup or
    to an object store that holds a copy. Unit: true or false.
    """
    senders = (f.referred("from") for f in c.whole.incoming(c.item.id))
    return made(any(s is not None and _copies(s) for s in senders))


def _copies(c: ItemScope) -> bool:
    if c.kind == "backup":
        return True
    runs = (f for f in c.whole.outgoing(c.item.id) if f.item.word("mode") == "batch")
    targets = (f.referred("to") for f in runs if f.item.word("effect") in ("write", "external"))
    return any(
        t is not None
        and (t.kind == "backup" or (t.kind == "object_storage" and t.item.word("holds") == "copy"))
        for t in targets
    )


@derived(FLAG, "components")
def by_the_clock(c: ItemScope) -> Made | None:
    """Whether a part runs by the clock, as far as its trigger, its technology or its runs tell.

    Formula: trigger is timer; or no trigger is said, it is a job, and it is a product for schedules
    or starts a batch of a stated rate. Unit: true or false.
    """
    trigger = c.item.word("trigger")
    if trigger or c.kind != "job":
        return made(trigger == "timer")
    rungs = c.whole.numbers.rungs
    product = any("schedules" in rungs.get(t, {}) for t in c.item.words("technology"))
    runs = (f for f in c.whole.outgoing(c.item.id) if f.item.word("mode") == "batch")
    return made(product or any(amount(f.get("rate")) is not None for f in runs))


@derived(FLAG, "must_hold")
def mark_apart(p: ItemScope) -> Made | None:
    """Whether the mark of a promise is set apart from its effect, or that is said to be unknown.

    Formula: a flow in where says duplicate_safe.marked and does not say with. Unit: true or false.
    """
    flows = (p.whole.at(id_) or p.whole.referred("flows", id_) for id_ in p.item.words("where"))
    marks = [f.get("duplicate_safe.marked") for f in flows if f is not None]
    return made(any(m is not None and m.value != "with" for m in marks))


@derived(FLAG)
def new_limits(s: DesignScope) -> Made | None:
    """Whether limits on waiting are new in this change, rather than there already.

    Formula: the practice of timeouts is planned, or a changed part has one among its settings.
    Unit: true or false.
    """
    timeouts = s.get("practices.timeouts")
    planned = timeouts is not None and timeouts.value is True and timeouts.note == "planned"
    return made(planned or any(_sets_a_limit(c) for c in s.items["components"]))


def _sets_a_limit(c: ItemScope) -> bool:
    changed = c.item.word("status") == "changed"
    return changed and any(p.startswith("settings.") and "timeout" in p for p in c.item.facts)


@derived(FLAG)
def event_told(s: DesignScope) -> Made | None:
    """Whether the design speaks of an event at which many come at once.

    Formula: load.shape is event, or it is said how many people come. Unit: true or false.
    """
    shape, people = s.get("load.shape"), amount(s.get("load.event.people"))
    return made((shape is not None and shape.value == "event") or (people is not None and people.high > 0))  # fmt: skip


@derived(Text())
def load_to_come(s: DesignScope) -> Made | None:
    """The load that a design is to bear, in words: who come at once, and who use it, as far as told.

    Formula: people of the event, and users. Unit: words.
    """
    people, users, event = s.get("load.event.people"), s.get("load.users"), s.derived("event_told")
    comes, given = event is not None and event.value is True, []
    if comes and people is not None and amount(people) is not None:
        given.append((people, f"{people.said} people at once"))
    if users is not None and users.known:
        given.append((users, f"{users.said} users"))
    if not given:
        return made("everybody at once") if comes else None
    return made(", ".join(words for _, words in given), *(fact for fact, _ in given))


@derived(FLAG)
def spending_stop(s: DesignScope) -> Made | None:
    """Whether something is said to stop at an amount of money for the month.

    Formula: cost_alerts.stops_at or token_caps.per_month is a known amount. Unit: true or false.
    """
    paths = ("practices.cost_alerts.stops_at", "practices.token_caps.per_month")
    return made(any(amount(s.get(path)) is not None for path in paths))


__all__ = [
    "by_the_clock", "changed_by_a_job", "cursor_said", "event_told", "foreign_keys_said",
    "from_another_party", "hears_of_copies", "load_to_come", "mark_apart", "new_limits",
    "no_second_copy", "one_caller", "one_time_change", "pause", "read_by_a_check", "read_in_runs",
    "settled", "spending_stop", "told", "tries_rate",
]  # fmt: skip
