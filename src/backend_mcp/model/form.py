"""The form of a design document, format 1: every key, what may stand there, and what it means.

The reader, the JSON Schema, the editors' completion and the type check of predicates all take
their words from here, so that no list of words exists twice.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from backend_mcp.model.quantity import Kind

Aspect = Literal["situation", "design"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity of one kind; `per` is what a bare number means, `absences` the words allowed.

    Of a factor that `grows`, a share is what comes on top: 20 % is 1.2x.
    """

    kind: Kind
    per: str = ""
    absences: tuple[str, ...] = ()
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a closed list."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Several words; of a closed list, or of any where `words` is empty.

    `plain` words are compared in lower case with underscores, as `event_sourcing`.
    """

    words: tuple[str, ...] = ()
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false; `planned` counts as true and is marked."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words for people; they are shown and never judged, save a stated absence of the list."""

    absences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refs:
    """One or several ids: of components, ends (components or outside actors), or places."""

    to: Literal["component", "end", "place", "flow"]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """A mapping from free names to values; `known` types those that a rule may ask for."""

    known: tuple["Key", ...] = ()
    values: "Type | None" = None


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with these keys; a bare value stands for the key `short` (`.` is its own flag)."""

    keys: tuple["Key", ...]
    short: str = ""
    index: dict[str, "Key"] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {key.name: key for key in self.keys})


Type = Amount | Word | Words | Flag | Text | Refs | Names | Record


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the form."""

    name: str
    type: Type
    doc: str = ""
    aspect: Aspect = "situation"


KINDS: Final = (
    "client",
    "edge",
    "gateway",
    "service",
    "worker",
    "function",
    "job",
    "database",
    "relational",
    "document",
    "key_value",
    "wide_column",
    "search",
    "vector",
    "olap",
    "time_series",
    "graph",
    "cache",
    "object_storage",
    "block_storage",
    "queue",
    "log",
    "workflow",
    "llm",
    "mcp_server",
    "identity",
    "secrets",
    "discovery",
    "monitoring",
    "backup",
    "platform",
    "mesh",
    "external",
)
ACTORS: Final = ("user", "device", "partner")
EFFECTS: Final = ("none", "read", "write", "money", "stock", "message", "external")
MECHANISMS: Final = (
    "transaction",
    "conditional_update",
    "unique_key",
    "exclusion",
    "lock",
    "lease",
    "idempotency_key",
)
"""How a part keeps a promise by itself, at the moment of the effect."""
HOW: Final = (*MECHANISMS, "reconciliation", "code", "manual", "nothing")
NOT_FORESEEN: Final = ("nothing", "none")
"""Said of a failure: nothing is foreseen for it. Whatever else is said of it is for people."""
PAYERS: Final = ("team", "law", "failure", "existing")
IN_USE: Final = ("existing", "changed")
"""Words of status for what runs today and goes on running."""
THERE: Final = (*IN_USE, "removed")
"""Words of status for what runs today."""
PROSE: Final = ("what", "reason", "statement", "owner", "size")
"""Keys whose text people read, and that decide nothing."""
SYNONYMS: Final = {
    "health": "special",
    "medical": "special",
    "biometric": "special",
    "pii": "personal",
    "pci": "card",
}
"""Words that people write for one of the form's."""
SENSITIVITIES: Final = ("public", "internal", "personal", "special", "financial", "card", "secret")
MANAGED: Final = ("self", "managed", "saas")
STATUS: Final = ("existing", "new", "changed", "removed")
SKILL: Final = ("none", "some", "proficient")

_AMOUNT_COUNT = Amount("count")

CONTEXT: Final = Record(
    (
        Key("stage", Word(("idea", "prototype", "launch", "growth", "mature")), "how far it is"),
        Key("engineers", _AMOUNT_COUNT, "who build and run it"),
        Key("teams", _AMOUNT_COUNT, "teams that own parts of it"),
        Key("on_call", Word(("none", "business_hours", "around_the_clock")), "who answers a page"),
        Key("on_call_people", _AMOUNT_COUNT, "people in the rota"),
        Key("skills", Names(values=Word(SKILL)), "technology: none, some or proficient"),
        Key("budget_per_month", Amount("spend", "month", ("none", "unlimited")), "900 EUR"),
        Key("horizon", Amount("duration"), "how far ahead the design must hold: 12 months"),
        Key("regulated", Words(plain=True), "[gdpr, pci]; [] when it is known that none applies"),
    )
)
_RATES = Record(
    (
        Key("average", Amount("rate", "s"), "over the day"),
        Key("peak", Amount("rate", "s"), "in the busiest minute"),
    ),
    short="peak",
)
LOAD: Final = Record(
    (
        Key("users", _AMOUNT_COUNT, "people who use it at all"),
        Key("users_per_day", Amount("rate", "day"), "2k..4k"),
        Key("actions_per_user_day", _AMOUNT_COUNT, "requests of one user in a day"),
        Key("requests_per_second", _RATES, "{average: 12, peak: 2500}"),
        Key("messages_per_second", Amount("rate", "s"), "messages or events"),
        Key("jobs_per_second", Amount("rate", "s"), "pieces of background work"),
        Key("concurrent_connections", _AMOUNT_COUNT, "open at once"),
        Key("read_share", Amount("share"), "share of requests that only read"),
        Key("growth_12_months", Amount("factor", grows=True), "3x"),
        Key("shape", Word(("steady", "office_hours", "spiky", "event", "batch")), "over the day"),
        Key(
            "event",
            Record(
                (
                    Key("people", _AMOUNT_COUNT, "who come"),
                    Key("first_minute_share", Amount("share"), "who come in the first minute"),
                    Key("lasts", Amount("duration"), "10 min"),
                    Key("stock", _AMOUNT_COUNT, "things to be had"),
                    Key("per_order", _AMOUNT_COUNT, "things in one order"),
                )
            ),
            "a known moment at which everybody comes",
        ),
        Key(
            "things",
            Record(
                (
                    Key("count", _AMOUNT_COUNT, "devices, meters, pages, documents"),
                    Key("each", Amount("duration"), "each of them once in: 15 min"),
                    Key("size", Amount("size"), "of one message"),
                )
            ),
            "whatever makes load and is not a person",
        ),
        Key("fan_out", _AMOUNT_COUNT, "receivers of one message"),
    )
)
DATA: Final = Record(
    (
        Key("total", Amount("size"), "20 GB"),
        Key("growth_per_month", Amount("bandwidth", "month", ("none",)), "1 GB"),
        Key("largest_table_rows", _AMOUNT_COUNT, "5M"),
        Key("retention", Amount("duration", "", ("forever", "none")), "30 days, or forever"),
        Key("sensitivity", Words(SENSITIVITIES), "[personal, card]"),
    )
)
TARGET: Final = Record(
    (
        Key("what", Text(), "what must be done in time"),
        Key("amount", _AMOUNT_COUNT, "2M"),
        Key("within", Amount("duration"), "10 min"),
        Key("by", Text(), "a time of day"),
        Key("flows", Refs("flow"), "the steps whose times or rates must add up to it"),
    )
)
NEEDS: Final = Record(
    (
        Key(
            "availability",
            Amount("share", absences=("none",)),
            "99.9 %, or none: no target was set",
        ),
        Key(
            "p95_latency",
            Amount("duration", absences=("none",)),
            "800 ms, or none: no target was set",
        ),
        Key("rpo", Amount("duration"), "how much data may be lost: 1 h"),
        Key("rto", Amount("duration"), "how long it may be down: 4 h"),
        Key("consistency", Word(("strong", "read_your_writes", "eventual")), ""),
        Key("staleness", Amount("duration"), "how old a shown value may be"),
        Key("replay", Flag(), "old messages must be read again"),
        Key("ordering", Word(("none", "per_key", "total")), ""),
        Key(
            "search",
            Words(("words", "typos", "facets", "meaning", "relations")),
            "what a search must do: [words, typos, facets], meaning or relations for retrieval",
        ),
        Key("isolation", Flag(), "what travels in one lane must never wait for another lane"),
        Key(
            "survives",
            Word(("process", "machine", "zone", "region", "provider")),
            "what may be lost without an outage",
        ),
        Key("tenants", _AMOUNT_COUNT, ""),
        Key("regions", _AMOUNT_COUNT, "how many are required, by law or latency"),
        Key("targets", TARGET, "amounts against a clock"),
        Key("deadline", Amount("duration"), "2 weeks"),
    )
)
SECTIONS: Final = {"context": CONTEXT, "load": LOAD, "data": DATA, "needs": NEEDS}
