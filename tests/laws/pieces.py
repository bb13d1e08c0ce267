"""The pieces that documents are gathered from: keys of sections, parts, flows and promises.

Each can be left out by itself, so that a document that breaks a law shrinks to the keys that matter.
"""

from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]
Pieces = st.SearchStrategy[Document]


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


def amount(key: str, values: st.SearchStrategy[Any] = AMOUNTS) -> Pieces:
    outer, _, inner = key.partition(".")
    return values.map(lambda v: {outer: {inner: v} if inner else v})


_LOAD = (
    amount("requests_per_second.peak"),
    amount("requests_per_second.average"),
    amount("messages_per_second"),
    amount("jobs_per_second"),
    based(amount("messages_per_second"), "messages_per_second"),
    based(amount("jobs_per_second"), "jobs_per_second"),
    amount("users_per_day"),
    one("users", 300, 50000),
    one("actions_per_user_day", 5, 40),
    one("read_share", 0, 0.5, 0.9, 1),
    one("growth_12_months", "1x", "3x", "10x"),
    one("shape", "steady", "office_hours", "spiky", "event", "batch"),
    amount("event.people"),
    one("event.first_minute_share", 0.6),
    one("event.lasts", "5 min", "2 h"),
    one("event.stock", 1, 400, 40000, "400k"),
    one("event.per_order", 1, 2),
    amount("things.count"),
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
    one("staleness", "5 s", "15 min"),
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
    "flow": ("workflow", ("Temporal", "Airflow", "Step Functions")),
    "wh": ("olap", ("BigQuery", "DuckDB", "Spark")),
    "sums": ("worker", ("Flink",)),
    "watch": ("monitoring", ("Prometheus", "Datadog", "Langfuse")),
    "pay": ("external", ("Stripe", "Adyen")),
    "edge": ("edge", ("Cloudflare",)),
    "k8s": ("platform", ("Kubernetes", "EKS", "ECS", "Heroku", "VPS")),
    "mesh": ("mesh", ("Istio",)),
    "llm": ("llm", ("OpenAI",)),
    "files": ("object_storage", ("S3",)),
}
"""What an id begins with, by the kind of the part and the technologies that it may have."""
CORES = (("api", "db"), ("api", "db", "queue", "worker"), ("api", "db", "pay"), ("api", "log"), ())
PART = (
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
FLOW = (
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
    amount("rate", RATES),
    amount("rate", RATES),
    based(amount("rate", RATES), "rate"),
)
PROMISE = (
    one("how", "transaction", "conditional_update", "unique_key", "lock", "code", "nothing"),
    one("how", "unknown"),
    one("checked", "before", "with", "after", "unknown"),
    one("basis", "stated", "assumed"),
)
EFFECTS = ("none", "read", "write", "money", "stock", "message", "external")
MODES = ("sync", "async", "batch")
ROUTES: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
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
    ("api", "flow"): ("async", ("message",)),
    ("flow", "db"): ("sync", ("write", "stock")),
    ("flow", "pay"): ("sync", ("money",)),
    ("flow", "worker"): ("async", ("message",)),
    ("log", "sums"): ("stream", ("message",)),
    ("sums", "wh"): ("stream", ("write",)),
    ("api", "wh"): ("batch", ("write",)),
    ("api", "watch"): ("async", ("write",)),
}
