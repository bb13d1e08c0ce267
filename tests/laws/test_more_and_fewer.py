"""More load, fewer people and parts that nothing uses never make a design look better."""

import copy
from typing import Any, Final

from hypothesis import assume, example, given
from hypothesis import strategies as st

from backend_mcp.model.entries import SEVERITIES
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.review import Review
from tests.laws.designs import KNOWLEDGE, documents, faulty, judge, law
from tests.laws.documents import Path, leaves, scaled, with_value
from tests.laws.pieces import KINDS, Document, gathered, one

FACTORS = st.sampled_from((1.1, 2, 3, 10, 100))
_LOADS: Final = {
    ("load", "requests_per_second", "peak"),
    ("load", "requests_per_second", "average"),
    ("load", "messages_per_second"),
    ("load", "jobs_per_second"),
    ("load", "users"),
    ("load", "users_per_day"),
    ("load", "event", "people"),
    ("load", "event", "stock"),
    ("load", "things", "count"),
}


def loads(document: Document) -> list[Path]:
    """Return the paths of the stated loads: those of the whole design, and rates of flows."""
    paths = [p[:-1] if p[-1] == "value" else p for p in leaves(document) if p[-1] != "basis"]
    stated = [p for p in paths if p in _LOADS or (p[0] == "flows" and p[2:] == ("rate",))]
    return [p for p in dict.fromkeys(stated) if value_at(document, p) != "unknown"]


def value_at(document: Document, path: Path) -> Any:
    node: Any = document
    for key in path:
        node = node[key]
    return node


def loaded(document: Document, paths: list[Path], factor: float) -> Document:
    made = copy.deepcopy(document)
    for path in paths:
        value_at(made, path[:-1])[path[-1]] = scaled(large(value_at(document, path)), factor)
    return made


def large(value: Any) -> Any:
    """Write `250k` and `2.5M`, as examples do, in digits."""
    if isinstance(value, str):
        for letter, zeros in (("k", "000"), ("M", "000000")):
            if value.endswith(letter) and value[:-1].isdigit():
                return value[:-1] + zeros
    return value


def assert_no_part_is_removed(less: Review, more: Review) -> None:
    assert {e.component for e in more.extras} <= {e.component for e in less.extras}
    rungs = {
        ladder.entry.capability: [r.entry.id for r in ladder.rungs] for ladder in KNOWLEDGE.ladders
    }
    needed = {(c.capability, c.at): c.needed for c in more.capabilities}
    for c in less.capabilities:
        steps = rungs[c.capability]
        after = needed.get((c.capability, c.at))
        assert after is None or steps.index(after) >= steps.index(c.needed), (c.at, c.needed, after)
    assert unders(less) <= unders(more)


def unders(review: Review) -> set[str]:
    return {f.id for f in review.findings if f.rule.endswith("-below-need")}


def queued(load: Document, **queue: str) -> Document:
    """Return a design with a queue under a load."""
    return {
        "name": "shop",
        "load": load,
        "needs": {"replay": False},
        "components": [
            {"id": "api", "kind": "service", "status": "new"},
            {"id": "db", "kind": "relational", "status": "existing", "holds": "truth"},
            {"id": "jobs", "kind": "queue", "status": "new", **queue},
        ],
        "flows": [{"id": "put", "from": "api", "to": "jobs", "mode": "async", "effect": "message"}],
        "complete": ["flows"],
    }


RANGE_ABOVE_A_POINT = queued(
    {"messages_per_second": "10..600", "jobs_per_second": 1100}, **{"in": "db"}
)
ASSUMED_ABOVE_STATED = queued(
    {"jobs_per_second": {"value": 500, "basis": "assumed"}, "messages_per_second": 600},
    technology="SQS",
)
BETWEEN = queued({"messages_per_second": "1..10"})


@given(documents(), FACTORS)
@law
@example(BETWEEN, 10)
def test_more_of_every_load_removes_no_part(document: Document, factor: float) -> None:
    paths = loads(document)
    assume(paths)
    before, after = judge(document).review, judge(loaded(document, paths, factor)).review
    assert_no_part_is_removed(before, after)


@given(documents(), FACTORS, st.integers(0, 30))
@law
@example(RANGE_ABOVE_A_POINT, 2, 0)
@example(ASSUMED_ABOVE_STATED, 2, 0)
def test_more_of_one_load_removes_no_part(document: Document, factor: float, which: int) -> None:
    paths = loads(document)
    assume(paths)
    more = loaded(document, [paths[which % len(paths)]], factor)
    assert_no_part_is_removed(judge(document).review, judge(more).review)


def hours(review: Review) -> Quantity | None:
    found = next((f for f in review.derived if f.path == "derived.capacity_hours"), None)
    return found.value if found is not None and isinstance(found.value, Quantity) else None


@given(documents(), st.sampled_from((0, 1, 2, 3, 5, 8, 20)), st.integers(1, 60))
@law
def test_fewer_people_never_raise_the_budget(document: Document, few: int, more: int) -> None:
    teams = {
        n: judge(with_value(document, ("context", "engineers"), n)).review
        for n in (few, few + more)
    }
    small, large_ = hours(teams[few]), hours(teams[few + more])
    assert (small is None) == (large_ is None)
    if small is not None and large_ is not None:
        assert small.low <= large_.low
        assert small.high <= large_.high
    said = {
        n: {f.id for f in r.findings if f.rule == "upkeep-above-capacity"} for n, r in teams.items()
    }
    assert said[few + more] <= said[few]


_READY: Final = ("no", "after_fixes", "unknown", "yes")
_WHOLE: Final = {b.entry.id for b in KNOWLEDGE.rules if not b.entry.for_each}


def matters(review: Review, least: str) -> set[tuple[str, str]]:
    """Return the rules that speak, each with its place where it walks a list."""
    speaking = [
        f for f in review.findings if SEVERITIES.index(f.severity) <= SEVERITIES.index(least)
    ]
    found = {(rule, f.at) for f in speaking for rule in (f.rule, *f.also)}
    return {(rule, "" if rule in _WHOLE else at) for rule, at in found}


def assert_not_better(before: Review, after: Review) -> None:
    """A side that counted still counts, readiness is no better, and every matter is still there."""
    lost = matters(before, "medium") - matters(after, "low")
    over = {f.at for f in after.findings if f.direction == "over"}
    over |= {f"components.{e.component}" for e in after.extras}
    lost = {(r, at) for r, at in lost if r != "unpaid-part" or at not in over}
    lost = {(r, at) for r, at in lost if not r.endswith("-above-need") or at not in over}
    assert not lost
    better = {"over": ("right",), "under": ("right",), "mixed": ("right", "over", "under")}
    change = (before.verdict, after.verdict)
    assert after.verdict not in better.get(before.verdict, ()), change
    if before.ready in ("no", "after_fixes"):
        assert _READY.index(after.ready) <= _READY.index(before.ready), (before.ready, after.ready)


ISOLATED = gathered(
    one("technology", "PostgreSQL", "Redis", "Kafka"),
    one("status", "new", "existing", "changed"),
    one("holds", "truth", "copy", "nothing"),
    one("count", 1, 3, 30),
    one("instances", 1, 3),
    one("patterns", ["saga"], ["event_sourcing"]),
    one("settings.buckets", 1, 16),
    one("zones", 1, 2),
    one("managed", "self", "managed", "saas"),
    most=4,
)


SAGA = {
    "name": "shop",
    "components": [
        {"id": "orders", "kind": "service", "status": "new", "patterns": ["saga"]},
        {"id": "stock", "kind": "service", "status": "new"},
        {"id": "db", "kind": "relational", "status": "existing", "holds": "truth"},
    ],
    "flows": [
        {"id": "hold", "from": "orders", "to": "stock", "mode": "sync", "effect": "stock"},
        {"id": "save", "from": "orders", "to": "db", "mode": "sync", "effect": "write"},
    ],
    "complete": ["components", "flows"],
}
MESH = {
    "name": "shop",
    "context": {"engineers": 6},
    "components": [
        {"id": "api", "kind": "service", "status": "new", "count": 4},
        {"id": "mesh", "kind": "mesh", "technology": "Istio", "status": "new"},
    ],
    "flows": [{"id": "ask", "from": "user", "to": "api", "mode": "sync", "effect": "read"}],
}
POOLLESS = {
    "name": "shop",
    "load": {"requests_per_second": {"peak": 220}},
    "components": [
        {"id": "api", "kind": "service", "status": "new", "pool": "none"},
        {"id": "db", "kind": "relational", "technology": "PostgreSQL", "status": "new"},
    ],
    "flows": [
        {"id": "ask", "from": "user", "to": "api", "mode": "sync", "effect": "read"},
        {"id": "read", "from": "api", "to": "db", "mode": "sync", "effect": "read"},
    ],
    "practices": {"connection_pooler": False},
}
HOT_ROW = {
    "name": "shop",
    "load": {"event": {"people": "2500k", "lasts": "5 min", "stock": 400000}},
    "must_hold": [
        {"id": "p", "statement": "never sold twice", "where": "flows.take", "enforced_by": "db",
         "how": "conditional_update", "checked": "with"},
    ],
    "components": [
        {"id": "api", "kind": "service", "status": "new"},
        {"id": "db", "kind": "relational", "status": "new", "holds": "truth"},
    ],
    "flows": [
        {"id": "take", "from": "api", "to": "db", "effect": "stock", "mode": "sync", "rate": "4k/s"},
    ],
}  # fmt: skip


@given(faulty(), st.sampled_from(sorted({k for k, _ in KINDS.values()})), ISOLATED)
@law
@example(SAGA, "relational", {"status": "existing", "holds": "truth"})
@example(MESH, "service", {"status": "existing", "count": 30})
@example(POOLLESS, "service", {"status": "existing"})
@example(HOT_ROW, "cache", {"status": "existing", "holds": "truth"})
def test_a_part_that_nothing_uses_improves_nothing(
    document: Document, kind: str, traits: Document
) -> None:
    assume(document.get("flows"))
    assume(kind not in document.get("absent", []))
    part = {"id": "lonely", **traits, "kind": kind}
    after = judge({**document, "components": [*document["components"], part]}).review
    assume(not after.unread)
    assert_not_better(judge(document).review, after)


@given(faulty(), st.sampled_from(sorted({k for k, _ in KINDS.values()})), ISOLATED)
@law
def test_nor_does_it_where_no_flow_is_told(document: Document, kind: str, traits: Document) -> None:
    told = {k: v for k, v in document.items() if k not in ("flows", "must_hold", "absent")}
    part = {"id": "lonely", **traits, "kind": kind}
    after = judge({**told, "components": [*told["components"], part]}).review
    assert_not_better(judge(told).review, after)
