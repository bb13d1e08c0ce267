"""Design documents as plain values: a coherent core, parts and flows around it, facts of the situation.

Everything is gathered from small pieces that can be left out one by one, so that a document that
breaks a law shrinks to the few keys that matter. Every generated document can be read whole.
"""

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from backend_mcp import usecases
from backend_mcp.model.review import Review
from backend_mcp.settings import knowledge_folder
from backend_mcp.tree import from_value
from backend_mcp.usecases import Reviewed

Document = dict[str, Any]
Pieces = st.SearchStrategy[Document]

KNOWLEDGE = usecases.open_knowledge(knowledge_folder(), None)
MOST = 60
"""Components of the largest document."""
law = settings(
    max_examples=80,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    ],
)
"""How often each law is tried."""
ACTORS = ("user", "device", "partner")


def judge(document: Document) -> Reviewed:
    """Review a document as it came."""
    return usecases.review_tree(from_value(document, "design"), "design", KNOWLEDGE)


def merged(pieces: list[Document]) -> Document:
    """Lay pieces over each other; mappings are joined, of two values the later one stands."""
    found: Document = {}
    for piece in pieces:
        for key, value in piece.items():
            held = found.get(key)
            both = isinstance(held, dict) and isinstance(value, dict)
            found[key] = merged([held, value]) if both else value
    return found


def gathered(*pieces: Pieces, most: int) -> Pieces:
    """Gather up to so many pieces into one mapping."""
    return st.lists(st.one_of(*pieces), max_size=most).map(merged)


def one(key: str, *values: Any) -> Pieces:
    """One key with one of some values; a dotted key is one inside another."""
    outer, _, inner = key.partition(".")
    return st.sampled_from(values).map(lambda v: {outer: {inner: v} if inner else v})


def based(pieces: Pieces, *keys: str) -> Pieces:
    """Write some of the values long, with a basis."""

    def long(drawn: tuple[Document, str]) -> Document:
        piece, basis = drawn
        return {
            k: {"value": v, "basis": basis} if k in keys and not isinstance(v, dict) else v
            for k, v in piece.items()
        }

    return st.tuples(pieces, st.sampled_from(("assumed", "measured", "vendor"))).map(long)


_COUNTS = (0, 1, 2, 4, 8, 12, 60, 150, 250, 600, 900, 1200, 3000, 15000, 60000, 300000)
AMOUNTS = st.one_of(
    st.sampled_from(_COUNTS),
    st.tuples(st.sampled_from(_COUNTS), st.sampled_from((2, 10, 100))).map(
        lambda t: f"{t[0]}..{t[0] * t[1]}"
    ),
)
RATES = AMOUNTS.map(lambda a: f"{a}/s")


def _amount(key: str, values: st.SearchStrategy[Any] = AMOUNTS) -> Pieces:
    outer, _, inner = key.partition(".")
    return values.map(lambda v: {outer: {inner: v} if inner else v})


_LOAD = (
    _amount("requests_per_second.peak"),
    _amount("requests_per_second.average"),
    _amount("messages_per_second"),
    _amount("jobs_per_second"),
    based(_amount("messages_per_second"), "messages_per_second"),
    based(_amount("jobs_per_second"), "jobs_per_second"),
    _amount("users_per_day"),
    one("users", 300, 50000),
    one("actions_per_user_day", 5, 40),
    one("read_share", 0, 0.5, 0.9, 1),
    one("growth_12_months", "1x", "3x", "10x"),
    one("shape", "steady", "office_hours", "spiky", "event", "batch"),
    _amount("event.people"),
    one("event.first_minute_share", 0.6),
    one("event.lasts", "5 min", "2 h"),
    one("event.stock", 1, 400, 40000, "400k"),
    one("event.per_order", 1, 2),
    _amount("things.count"),
    one("things.each", "1 s", "15 min"),
    one("basis", "stated", "assumed", "measured"),
)
_CONTEXT = (
    one("engineers", 1, 2, 3, 5, 8, 20, 60, "2..4"),
    one("teams", 1, 2, 4),
    one("on_call", "none", "business_hours"),
    one("skills", {"kafka": "none"}, {"redis": "none", "kubernetes": "none"}, {"postgres": "some"}),
    one("horizon", "12 months", "36 months"),
    one("regulated", [], ["gdpr", "pci"]),
    one("basis", "assumed"),
)
_NEEDS = (
    one("availability", "99 %", "99.9 %", "99.99 %"),
    one("rpo", "0 s", "1 h", "24 h"),
    one("rto", "1 min", "4 h"),
    one("replay", True, False),
    one("consistency", "strong", "eventual"),
    one("survives", "process", "machine", "zone", "region"),
    one("regions", 1, 2),
    one("tenants", 1, 40),
    one("staleness", "5 s"),
    one("basis", "assumed"),
)
_DATA = (
    one("total", "20 GB", "4 TB"),
    one("growth_per_month", "1 GB"),
    one("largest_table_rows", "5M", "2 billion"),
    one("retention", "30 days", "forever"),
    one("sensitivity", ["personal"], ["public"], ["personal", "card"], "financial"),
)
SECTIONS = {
    "load": gathered(*_LOAD, most=7),
    "context": gathered(*_CONTEXT, most=4),
    "needs": gathered(*_NEEDS, most=5),
    "data": gathered(*_DATA, most=3),
}

KINDS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "api": ("service", ("Python", "Go", ["Node.js", "NestJS"])),
    "web": ("service", ("Next.js", "Go")),
    "worker": ("worker", ("Python", "Celery")),
    "timer": ("job", ("cron", "Python")),
    "fn": ("function", ("AWS Lambda",)),
    "db": ("relational", ("PostgreSQL", "MySQL", "SQLite", "Aurora")),
    "docs": ("document", ("MongoDB",)),
    "kv": ("key_value", ("DynamoDB",)),
    "wide": ("wide_column", ("Cassandra",)),
    "search": ("search", ("Elasticsearch",)),
    "cache": ("cache", ("Redis", "Memcached")),
    "queue": ("queue", ("SQS", "RabbitMQ", "pg-boss")),
    "log": ("log", ("Kafka", "Kinesis")),
    "flow": ("workflow", ("Temporal",)),
    "pay": ("external", ("Stripe", "Adyen")),
    "edge": ("edge", ("Cloudflare",)),
    "k8s": ("platform", ("Kubernetes", "EKS", "ECS", "Heroku", "VPS")),
    "mesh": ("mesh", ("Istio",)),
    "llm": ("llm", ("OpenAI",)),
    "files": ("object_storage", ("S3",)),
}
"""What an id begins with, by the kind of the part and the technologies that it may have."""
CORES = (("api", "db"), ("api", "db", "queue", "worker"), ("api", "db", "pay"), ("api", "log"), ())
_PART = (
    one("status", "new", "existing", "changed"),
    one("status", "new"),
    one("managed", "self", "managed", "saas"),
    one("instances", 1, 2, 8, "2..20"),
    one("count", 1, 3, 12),
    one("holds", "truth", "copy"),
    one("zones", 1, 2, 3),
    one("regions", ["eu-west-1"], ["eu-west-1", "eu-central-1"]),
    one("replication", "none", "async", "sync"),
    one("failover", "none", "manual", "automatic"),
    one("shards", 1, 8),
    one("pool", "none", 5, 100),
    one("limit", "25/s", "100..200/s", "unlimited"),
    based(one("limit", "25/s", "500/s"), "limit"),
    one("trigger", "request", "event", "timer"),
    one("singleton", "none", "lease"),
    one("patterns", [], ["saga"], ["event_sourcing", "cqrs"], ["active_active"]),
    one("settings.buckets", 1, 16),
    one("settings.key_type", "int32", "uuid"),
    one("settings.max_connections", 50, 500),
    one("settings.miss_cost", "1 ms", "20 ms"),
    one("settings.hit_ratio", 0.5, 0.95),
    one("paid_by", ["needs.replay"], ["team"], ["law"], "existing", ["decoupling"], ["p0"]),
    one("owner", "platform team"),
    one("cost_per_month", "250 EUR"),
)
_FLOW = (
    one("timeout", "none", "5 s", "unknown"),
    one("retries", 0, 3, {"max": 5, "backoff": "fixed"}, "unknown"),
    one("duplicate_safe", True, False, "unknown", {"by": "unique_key", "marked": "before"}),
    one("duplicate_safe", {"by": "idempotency_key"}, {"by": "mark", "marked": "unknown"}),
    one(
        "recovers", "nobody", "unknown", {"by": "redelivery"}, {"by": "sweeper", "within": "2 min"}
    ),
    one("authorized", "none", "role", "object"),
    one("in_transaction", True, False, "unknown"),
    one("crosses_trust", True, False),
    one("duration", "40 min", "2 s"),
    one("payload", "20 KB"),
    one("practices.outbox", True),
    _amount("rate", RATES),
    _amount("rate", RATES),
    based(_amount("rate", RATES), "rate"),
)
_PROMISE = (
    one("how", "transaction", "conditional_update", "unique_key", "lock", "code", "nothing"),
    one("how", "unknown"),
    one("checked", "before", "with", "after", "unknown"),
    one("basis", "stated", "assumed"),
)
_EFFECTS = ("none", "read", "write", "money", "stock", "message", "external")
_MODES = ("sync", "async", "batch")
_ROUTES: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("user", "api"): ("sync", ("read", "write", "money")),
    ("api", "db"): ("sync", ("write", "stock", "money", "read")),
    ("api", "queue"): ("async", ("message",)),
    ("api", "log"): ("async", ("message",)),
    ("queue", "worker"): ("async", ("message", "write", "external", "stock")),
    ("log", "worker"): ("async", ("message", "write")),
    ("worker", "db"): ("sync", ("write", "stock")),
    ("timer", "db"): ("batch", ("stock", "write", "money")),
    ("api", "pay"): ("sync", ("money",)),
    ("pay", "api"): ("async", ("write", "money")),
    ("api", "cache"): ("sync", ("read", "stock")),
    ("timer", "cache"): ("batch", ("write",)),
    ("api", "llm"): ("sync", ("external",)),
    ("api", "web"): ("sync", ("write", "read")),
    ("device", "queue"): ("async", ("message",)),
}


@st.composite
def _parts(draw: st.DrawFn) -> list[Document]:
    stems = [
        *draw(st.sampled_from(CORES)),
        *draw(st.lists(st.sampled_from(list(KINDS)), max_size=7)),
    ]
    stems = stems or ["api"]
    parts: list[Document] = []
    for index, stem in enumerate(stems):
        kind, technologies = KINDS[stem]
        part: Document = {
            "id": stem if stem not in stems[:index] else f"{stem}{index}",
            "kind": kind,
        }
        if draw(st.booleans()):
            part["technology"] = draw(st.sampled_from(technologies))
        part |= draw(gathered(*_PART, most=5))
        hosts = [p["id"] for p in parts if p["kind"] in ("relational", "service", "platform")]
        if hosts and kind not in ("relational", "external") and draw(st.integers(0, 3)) == 3:
            part["in"] = draw(st.sampled_from(hosts))
        parts.append(part)
    more = draw(st.integers(0, 9)) == 9 and draw(st.integers(1, MOST - len(parts)))
    return parts + draw(_crowd(int(more)))


def _crowd(size: int) -> st.SearchStrategy[list[Document]]:
    pieces = st.tuples(st.sampled_from(list(KINDS.values())), one("status", "existing", "new"))
    return pieces.map(lambda t: [{"id": f"more{i}", "kind": t[0][0], **t[1]} for i in range(size)])


@st.composite
def _flows(draw: st.DrawFn, ids: list[str]) -> list[Document]:
    ends = [i for i in ids if not i.startswith("more")]
    likely = [(a, b) for a, b in _ROUTES if a in (*ends, *ACTORS) and b in ends]
    flows = [_route(draw, pair) for pair in likely if draw(st.integers(0, 3))]
    for _ in range(draw(st.integers(0, 3))):
        flows.append(
            {
                "from": draw(st.sampled_from((*ends, *ACTORS))),
                "to": draw(st.sampled_from(ends)),
                "mode": draw(st.sampled_from(_MODES)),
                "effect": draw(st.sampled_from(_EFFECTS)),
            }
        )
    return [{"id": f"f{i}", **f, **draw(gathered(*_FLOW, most=4))} for i, f in enumerate(flows)]


def _route(draw: st.DrawFn, pair: tuple[str, str]) -> Document:
    mode, effects = _ROUTES[pair]
    return {"from": pair[0], "to": pair[1], "mode": mode, "effect": draw(st.sampled_from(effects))}


@st.composite
def _promises(draw: st.DrawFn, ids: list[str], flows: list[str]) -> list[Document]:
    found = []
    for index in range(draw(st.integers(0, 3))):
        by: Any = draw(st.sampled_from((*ids, "nothing", "unknown", ids[:2])))
        promise = {"id": f"p{index}", "statement": "it holds", "enforced_by": by}
        if flows:
            promise["where"] = f"flows.{draw(st.sampled_from(flows))}"
        found.append(promise | draw(gathered(*_PROMISE, most=3)))
    return found


_PRACTICES = gathered(
    st.tuples(
        st.sampled_from(sorted(KNOWLEDGE.practices)),
        st.sampled_from((False, True, "planned", "unknown")),
    ).map(lambda t: {t[0]: t[1]}),
    one("backups.every", "24 h", "5 min"),
    one("outbox", False),
    one("connection_pooler", False),
    most=6,
)
_COMPLETE = st.lists(
    st.sampled_from(("components", "flows", "stores", "must_hold", "practices")), unique=True
)


@st.composite
def designs(draw: st.DrawFn) -> Document:
    """A document of up to 60 components that can be read whole."""
    parts = draw(_parts())
    ids = [p["id"] for p in parts]
    flows = draw(_flows(ids))
    kinds = {p["kind"] for p in parts} | {"database"}
    absent = [
        k for k in ("cache", "log", "queue", "platform", "mesh", "identity") if k not in kinds
    ]
    rest: Document = {name: draw(section) for name, section in SECTIONS.items()}
    rest["must_hold"] = draw(_promises(ids, [f["id"] for f in flows]))
    rest["stores"] = [
        {"in": id_, "what": what, "largest_rows": 40000}
        for id_ in ids[:3]
        for what in draw(st.lists(st.sampled_from(("orders", "tickets")), unique=True, max_size=1))
    ]
    rest["practices"] = draw(_PRACTICES)
    rest["complete"] = draw(_COMPLETE)
    if absent:
        rest["absent"] = draw(st.lists(st.sampled_from(absent), unique=True, max_size=3))
    rest["flows"] = flows
    return {"name": "shop", "components": parts, **{k: v for k, v in rest.items() if v}}


def _reviewed_examples() -> list[tuple[Document, Review]]:
    """Every design that the knowledge brings as an example, where its lists are written as lists."""
    entries = [b.entry for b in (*KNOWLEDGE.rules, *KNOWLEDGE.ladders, *KNOWLEDGE.probes)]
    found = [{"name": "shop", **e.design} for entry in entries for e in entry.examples]
    return [(d, judge(d).review) for d in found if _is_plain(d)]


def _is_plain(document: Document) -> bool:
    lists = [document.get(name, []) for name in ("components", "flows", "must_hold", "stores")]
    return all(isinstance(x, list) and all(isinstance(e, dict) for e in x) for x in lists)


_REVIEWED = _reviewed_examples()
EXAMPLES = [d for d, review in _REVIEWED if not review.unread]
FAULTY = [d for d, review in _REVIEWED if review.findings and not review.unread]
"""The examples in which something is wrong."""


@st.composite
def varied(draw: st.DrawFn, examples: list[Document]) -> Document:
    """An example under another load, team or need."""
    document = draw(st.sampled_from(examples))
    extra = {name: draw(SECTIONS[name]) for name in draw(st.sets(st.sampled_from(list(SECTIONS))))}
    return merged([document, {k: v for k, v in extra.items() if v}])


def documents() -> st.SearchStrategy[Document]:
    """Generated designs, and the examples of the knowledge as they are and in other situations."""
    return st.one_of(designs(), varied(EXAMPLES))


def faulty() -> st.SearchStrategy[Document]:
    """Designs in which something is likely to be wrong."""
    return st.one_of(st.sampled_from(FAULTY), designs(), varied(EXAMPLES))
