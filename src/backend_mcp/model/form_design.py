"""The form of a design document, second half: what the design says of itself."""

from typing import Final

from backend_mcp.model.form import (
    ACTORS,
    EFFECTS,
    HOW,
    KINDS,
    LOAD,
    MANAGED,
    NOT_FORESEEN,
    PAYERS,
    SENSITIVITIES,
    STATUS,
    TARGET,
    Amount,
    Aspect,
    Flag,
    Key,
    Names,
    Record,
    Refs,
    Text,
    Word,
    Words,
)

_COUNT = Amount("count")
_D: Final[Aspect] = "design"

SETTINGS: Final = (
    Key("key_type", Word(("int32", "int64", "uuid", "text")), "type of the row ids", _D),
    Key("failover_time", Amount("duration"), "60..120 s", _D),
    Key("buckets", _COUNT, "parts that one counter is split into", _D),
    Key("readers", _COUNT, "read replicas", _D),
    Key("hit_ratio", Amount("share"), "measured share of reads that a cache answers"),
    Key("miss_cost", Amount("duration"), "measured time of a read that the cache saves"),
    Key("max_connections", _COUNT, "connections that the server accepts", _D),
    Key(
        "visibility_timeout", Amount("duration"), "how long a claim hides the work from others", _D
    ),
    Key("retention", Amount("duration", "", ("forever",)), "how long messages are kept", _D),
    Key("lag", Amount("duration"), "how far a copy may be behind", _D),
    Key("index", Words(plain=True), "of vectors: hnsw, ivfflat or none", _D),
    Key("dimensions", _COUNT, "numbers in one vector", _D),
    Key("chunks_per_document", _COUNT, "pieces that one document is cut into", _D),
    Key("chunk_tokens", _COUNT, "tokens in one piece", _D),
)

COMPONENT: Final = Record(
    (
        Key("kind", Word(KINDS), "", _D),
        Key(
            "does",
            Words(plain=True),
            "where one technology serves several: [relational, queue]",
            _D,
        ),
        Key("technology", Words(), "Kafka, or a list that is a stack", _D),
        Key("version", Text(), "3.9", _D),
        Key("status", Word(STATUS), "unsaid is treated as new, and asked for", _D),
        Key("managed", Word(MANAGED), "who runs it", _D),
        Key("count", _COUNT, "distinct deployables behind this line", _D),
        Key("instances", _COUNT, "copies of each", _D),
        Key("shards", _COUNT, "", _D),
        Key("replication", Word(("async", "none", "sync")), "", _D),
        Key("failover", Word(("none", "manual", "automatic")), "", _D),
        Key("zones", _COUNT, "", _D),
        Key("regions", Words(), "[eu-west-1]", _D),
        Key("size", Text(), "8 vcpu, 32 GB", _D),
        Key("state", Word(("none", "memory", "disk", "store")), "between requests", _D),
        Key("holds", Word(("truth", "copy", "nothing")), "", _D),
        Key("pool", Amount("count", "", ("none",)), "connections one instance may open", _D),
        Key("limit", Amount("rate", "s", ("none", "unlimited")), "a provider's or measured cap"),
        Key("load", LOAD, "where it differs from the whole design's"),
        Key("cost_per_month", Amount("spend", "month", ("none",)), "250 EUR"),
        Key("settings", Names(known=SETTINGS), "free names; some are known", _D),
        Key("owner", Text(), "a team or a person", _D),
        Key("in", Refs("component"), "lives inside another component", _D),
        Key("trigger", Word(("request", "event", "timer")), "", _D),
        Key("singleton", Word(("none", "lease", "platform")), "a timer on several instances", _D),
        Key("patterns", Words(plain=True), "[saga, cqrs, event_sourcing, two_phase_commit]", _D),
        Key("practices", Names(values=Flag()), "where it differs from the whole design's", _D),
        Key("paid_by", Words(), "what pays for the part", _D),
        Key("reason", Text(), "words for people; they pay nothing", _D),
    )
)
FLOW: Final = Record(
    (
        Key("from", Refs("end", ACTORS), "a component or an outside actor", _D),
        Key("to", Refs("end", ACTORS), "a component or an outside actor", _D),
        Key("what", Text(), "charge the card", _D),
        Key("mode", Word(("sync", "async", "stream", "batch")), "", _D),
        Key("effect", Word(EFFECTS), "", _D),
        Key("timeout", Amount("duration", "", ("none",)), "5 s", _D),
        Key(
            "retries",
            Record(
                (
                    Key("max", Amount("count", "", ("unlimited",)), "further tries", _D),
                    Key(
                        "backoff",
                        Word(("none", "fixed", "exponential", "exponential_jitter")),
                        "",
                        _D,
                    ),
                ),
                short="max",
            ),
            "{max: 3, backoff: exponential_jitter}",
            _D,
        ),
        Key(
            "duplicate_safe",
            Record(
                (
                    Key(
                        "by",
                        Word(("idempotency_key", "unique_key", "provider_key", "mark", "lookup")),
                        "",
                        _D,
                    ),
                    Key("marked", Word(("before", "with", "after")), "against the effect", _D),
                    Key("kept", Amount("duration", "", ("forever",)), "24 h", _D),
                    Key("scope", Word(("operation", "attempt")), "what the key names", _D),
                ),
                short=".",
            ),
            "true, false, or {by: idempotency_key, marked: with}",
            _D,
        ),
        Key(
            "recovers",
            Record(
                (
                    Key(
                        "by",
                        Word(("redelivery", "lease", "sweeper", "reconciliation", "nobody")),
                        "who takes it up again after a crash midway",
                        _D,
                    ),
                    Key("within", Amount("duration"), "2 min", _D),
                ),
                short="by",
            ),
            "{by: sweeper, within: 2 min}",
            _D,
        ),
        Key(
            "on_failure",
            Text(NOT_FORESEEN),
            "what the caller sees or gets instead, or nothing",
            _D,
        ),
        Key("authorized", Word(("none", "role", "tenant", "object")), "", _D),
        Key("in_transaction", Flag(), "while a database transaction is open", _D),
        Key("reversible", Flag(), "whether what it does can be taken back", _D),
        Key("rate", Amount("rate"), "3/s"),
        Key("duration", Amount("duration"), "of one piece of work, where it is long"),
        Key("payload", Amount("size"), "20 KB"),
        Key("crosses_trust", Flag(), "", _D),
        Key("lane", Words(plain=True), "what must not wait for another lane: bulk, urgent", _D),
        Key("practices", Names(values=Flag()), "where it differs from the whole design's", _D),
    )
)
STORE: Final = Record(
    (
        Key("in", Refs("component"), "the component that keeps it", _D),
        Key("what", Text(), "tickets", _D),
        Key("key", Text(), "id", _D),
        Key("partition_by", Text(), "", _D),
        Key("writers", _COUNT, "parts that write it", _D),
        Key("cursor", Text(), "", _D),
        Key("retention", Amount("duration", "", ("forever", "none")), "2 years"),
        Key("sensitivity", Words(SENSITIVITIES), ""),
        Key("largest_rows", _COUNT, "40000"),
    )
)
PROMISE: Final = Record(
    (
        Key("statement", Text(), "a ticket is never sold twice"),
        Key("where", Refs("place"), "a flow, a component or stores.<in>.<what>", _D),
        Key("enforced_by", Refs("component", ("nothing",)), "ids, nothing, or unknown", _D),
        Key("how", Word(HOW), "", _D),
        Key("checked", Word(("before", "with", "after")), "with: in one step with the effect", _D),
    )
)
LISTS: Final = {"components": COMPONENT, "flows": FLOW, "stores": STORE, "must_hold": PROMISE}
"""The lists of the document whose entries have places; `targets` stands inside `needs`."""
WALKED: Final = {**LISTS, "targets": TARGET}
"""The lists that a rule may walk."""
TOP: Final = (
    "format",
    "name",
    "purpose",
    "context",
    "load",
    "data",
    "needs",
    "must_hold",
    "components",
    "flows",
    "stores",
    "practices",
    "absent",
    "complete",
    "answers",
)
COMPLETE: Final = ("components", "flows", "stores", "must_hold")
SETTING_ALIASES: Final = {
    "buckets_per_type": "buckets",
    "buckets_per_ticket_type": "buckets",
    "counter_shards": "buckets",
    "sub_counters": "buckets",
    "replicas": "readers",
    "read_replicas": "readers",
    "read_replica": "readers",
    "id_type": "key_type",
    "primary_key_type": "key_type",
    "ack_timeout": "visibility_timeout",
    "ack_deadline": "visibility_timeout",
    "lease_time": "visibility_timeout",
    "lock_duration": "visibility_timeout",
    "replication_lag": "lag",
    "message_retention": "retention",
}
__all__ = ["COMPLETE", "LISTS", "PAYERS", "SETTINGS", "SETTING_ALIASES", "TOP", "WALKED"]
