"""Derived facts about promises: who really keeps them, and whether a check comes in time."""

import re
from typing import Final

from backend_mcp.capacity.kinds import DATABASES
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, is_lost, made
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.model.form import ACTORS

READERS: Final = (*ACTORS, "client", "edge", "gateway")
"""Ends at which somebody outside reads, or what passes it on to them."""
CODE: Final = ("service", "worker", "function", "job", "gateway", "mcp_server", "client", "edge")
"""Parts that run code and keep nothing by themselves."""
_BY_CODE: Final = ("code", "nothing")
_KEYS: Final = ("unique_key", "exclusion", "idempotency_key")
"""Ways to keep a promise that have to see all rows."""
_LOCKS: Final = ("lock", "lease")
_TWO: Final = 2
_COLUMN: Final = re.compile(r"[a-z0-9_]+")


@derived(FLAG, "must_hold")
def kept_in_cache(p: ItemScope) -> Made | None:
    """Whether a promise is kept by a cache alone.

    Formula: of the parts in enforced_by that keep anything, all are caches outside of a database. Unit: true or false.
    """
    parts, lost = _enforcers(p)
    forget = [_forgets(c) for c in parts if c.kind not in CODE and c.kind]
    if False in forget:
        return made(False)
    if lost or None in forget or any(not c.kind for c in parts):
        return None
    return made(bool(forget))


def _forgets(c: ItemScope) -> bool | None:
    """Whether a part keeps what it is given in memory only, as far as its kind and technology tell."""
    traits, host = c.derived("traits"), c.referred("in")
    if (host is not None and host.kind in DATABASES) or c.kind not in ("cache", "key_value"):
        return False
    if c.kind == "cache":
        return None if is_lost(c.item.facts, "in") else True
    if traits is None or not isinstance(traits.value, tuple):
        return None if c.get("technology") is not None else False
    return "memory_first" in traits.value


def _enforcers(p: ItemScope) -> tuple[list[ItemScope], bool]:
    """Return the parts that are to keep a promise, and whether there may be others."""
    ids = p.item.words("enforced_by")
    parts = [p.whole.component(i.removeprefix("components.")) for i in ids if i != "nothing"]
    return [c for c in parts if c is not None], not ids or None in parts


@derived(FLAG, "must_hold")
def spans_databases(p: ItemScope) -> Made | None:
    """Whether a promise rests on several databases at once, without a commit that spans them.

    Formula: two or more of the databases in enforced_by that are no copies, hosts counted once; false where a
    part has two_phase_commit among its patterns. Unit: true or false.
    """
    parts, lost = _enforcers(p)
    if any("two_phase_commit" in c.item.words("patterns") for c in p.whole.items["components"]):
        return made(False)
    bases = [c for c in parts if c.kind in DATABASES and c.item.word("holds") != "copy"]
    unsure = {
        _root(c) for c in bases if is_lost(c.item.facts, "holds") or is_lost(c.item.facts, "in")
    }
    unsure |= {c.item.id for c in parts if not c.kind}
    roots = {_root(c) for c in bases}
    if len(roots - unsure) >= 2:
        return made(True)
    return None if lost or len(roots | unsure) >= 2 else made(False)


def _root(c: ItemScope) -> str:
    host = c.referred("in")
    return host.item.id if host is not None and host.kind in DATABASES else c.item.id


@derived(FLAG, "must_hold")
def read_as_it_comes(p: ItemScope) -> Made | None:
    """Whether somebody outside reads the result while it is still being made.

    Formula: where is a stream that leads to a person, a client or a partner, or that answers a call of theirs,
    or a stream beside such a one in the same part. Unit: true or false.
    """
    flows = [x for i in p.item.words("where") if (x := p.whole.referred("flows", i)) is not None]
    found = [_streams(x) for x in flows]
    if True in found:
        return made(True)
    where = p.get("where")
    lost = None in found or (where is not None and not where.known)
    return None if lost else made(False)


def _streams(f: ItemScope) -> bool | None:
    mode = f.get("mode")
    if mode is None or (mode.known and mode.value != "stream"):
        return False
    ends = [c for c in (f.referred("from"), f.referred("to")) if c is not None]
    beside = [x for c in ends for x in (*f.whole.incoming(c.item.id), *f.whole.outgoing(c.item.id))]
    shown = [x for x in (f, *beside) if _is_shown(x)]
    modes = [x.get("mode") for x in shown]
    if any(m is not None and m.value == "stream" for m in modes):
        return True if mode.known else None
    return None if any(m is not None and not m.known for m in modes) else False


def _is_shown(f: ItemScope) -> bool:
    """Whether a flow leads to somebody outside, or is a call of theirs that reads."""
    source, target, effect = f.get("from.kind"), f.get("to.kind"), f.item.word("effect")
    if target is not None and target.value in READERS and effect != "none":
        return True
    return source is not None and source.value in READERS and effect == "read"


@derived(FLAG)
def stock_only_looked_at(s: DesignScope) -> Made | None:
    """Whether a promise over stock rests on code that looks before it takes, and no promise on more than that.

    Formula: a promise at a step of effect stock has checked before and how code or nothing; all others say how,
    and none by a transaction, an update or a lock. Unit: true or false.
    """
    promises = s.items["must_hold"]
    looked = any(
        p.item.word("checked") == "before"
        and p.item.word("how") in _BY_CODE
        and any(f.item.word("effect") == "stock" for f in _steps(p))
        for p in promises
    )
    more = any(
        p.item.word("how") in ("", "transaction", "conditional_update", "lock") for p in promises
    )
    return made(looked and not more)


def _steps(p: ItemScope) -> list[ItemScope]:
    """Return the flows at which a promise must hold."""
    found = [p.whole.referred("flows", place) for place in p.item.words("where")]
    return [f for f in found if f is not None and f.item.list == "flows"]


@derived(FLAG, "must_hold")
def key_within_a_shard(p: ItemScope) -> Made | None:
    """Whether a key that is to refuse a second one sees only the rows of its own shard.

    Formula: how is unique_key, exclusion or idempotency_key, a part in enforced_by has shards > 1, and the key of
    the rows does not hold what they are divided by. Unit: true or false.
    """
    if p.item.word("how") not in _KEYS:
        return made(False)
    parts, _ = _enforcers(p)
    open_ = False
    for part in parts:
        shards = part.get("shards")
        many = amount(shards)
        if shards is None or (many is not None and many.high < _TWO):
            continue
        if many is not None and many.low >= _TWO and not _holds_the_shard_key(p, part):
            return made(True, shards)
        open_ = open_ or many is None or many.low < _TWO
    return None if open_ else made(False)


def _holds_the_shard_key(p: ItemScope, part: ItemScope) -> bool:
    """Whether the rows that a promise is about are unique by a key that says in which shard they lie."""
    stores = part.whole.stored(part.item.id)
    named = [s for s in stores if s.place in p.item.words("where")] or list(stores)
    pairs = [(_columns(s, "partition_by"), _columns(s, "key")) for s in named]
    return bool(pairs) and all(by and by <= key for by, key in pairs)


def _columns(store: ItemScope, key: str) -> set[str]:
    fact = store.get(key)
    return set(_COLUMN.findall(fact.said.lower())) if fact is not None and fact.known else set()


@derived(FLAG, "components", only=lambda c: c.kind == "cache")
def only_locks(c: ItemScope) -> Made | None:
    """Whether a cache is there for locks alone, and keeps no copy that anybody reads.

    Formula: a promise is kept in it by a lock or a lease, it is not said to do caching, and each flow into it says an
    effect other than read. Unit: true or false.
    """
    keeps = [
        p for p in c.whole.items["must_hold"]
        if p.item.word("how") in _LOCKS and c.item.id in _ids(p, "enforced_by")
    ]  # fmt: skip
    effects = [f.item.word("effect") for f in c.whole.incoming(c.item.id)]
    reads = any(not effect or effect == "read" for effect in effects)
    return made(bool(keeps) and not reads and "cache" not in c.item.words("does"))


def _ids(p: ItemScope, key: str) -> list[str]:
    return [id_.removeprefix("components.") for id_ in p.item.words(key)]
