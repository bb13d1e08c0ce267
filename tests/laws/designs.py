"""Design documents as plain values: a coherent core, parts and flows around it, facts of the situation.

Everything is gathered from small pieces that can be left out one by one, so that a document that
breaks a law shrinks to the few keys that matter. Every generated document can be read whole.
"""

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from backend_mcp.model.review import Review
from backend_mcp.settings import knowledge_folder
from backend_mcp.tree import from_value
from backend_mcp.usecases.judge import Reviewed, open_knowledge, review_tree
from tests.laws.pieces import (
    CORES,
    EFFECTS,
    FLOW,
    KINDS,
    MODES,
    PART,
    PROMISE,
    ROUTES,
    SECTIONS,
    Document,
    gathered,
    merged,
    one,
)

KNOWLEDGE = open_knowledge(knowledge_folder(), None)
MOST = 60
"""Components of the largest document."""
law = settings(
    max_examples=80,
    derandomize="CI" in os.environ,  # CI takes one stated sample; whoever runs it here, a new one
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
    return review_tree(from_value(document, "design"), "design", KNOWLEDGE)


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
        part |= draw(gathered(*PART, most=5))
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
    likely = [(a, b) for a, b in ROUTES if a in (*ends, *ACTORS) and b in ends]
    flows = [_route(draw, pair) for pair in likely if draw(st.integers(0, 3))]
    for _ in range(draw(st.integers(0, 3))):
        flows.append(
            {
                "from": draw(st.sampled_from((*ends, *ACTORS))),
                "to": draw(st.sampled_from(ends)),
                "mode": draw(st.sampled_from(MODES)),
                "effect": draw(st.sampled_from(EFFECTS)),
            }
        )
    return [{"id": f"f{i}", **f, **draw(gathered(*FLOW, most=4))} for i, f in enumerate(flows)]


def _route(draw: st.DrawFn, pair: tuple[str, str]) -> Document:
    mode, effects = ROUTES[pair]
    return {"from": pair[0], "to": pair[1], "mode": mode, "effect": draw(st.sampled_from(effects))}


@st.composite
def _promises(draw: st.DrawFn, ids: list[str], flows: list[str]) -> list[Document]:
    found = []
    for index in range(draw(st.integers(0, 3))):
        by: Any = draw(st.sampled_from((*ids, "nothing", "unknown", ids[:2])))
        promise = {"id": f"p{index}", "statement": "it holds", "enforced_by": by}
        if flows:
            promise["where"] = f"flows.{draw(st.sampled_from(flows))}"
        found.append(promise | draw(gathered(*PROMISE, most=3)))
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
_COMPLETE = st.lists(st.sampled_from(("components", "flows", "stores", "must_hold")), unique=True)


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
