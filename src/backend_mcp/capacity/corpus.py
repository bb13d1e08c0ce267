"""Derived facts of searches and retrieval: how much there is to find, how often, and where it lives."""

from dataclasses import replace
from typing import Final

from backend_mcp.capacity.kinds import DATABASES, PROCESSES
from backend_mcp.capacity.load import DAY_S, grown
from backend_mcp.capacity.registry import FLAG, Made, amount, derived, made, said, total
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.fact import UNKNOWN, Fact
from backend_mcp.model.quantity import Quantity, point

_OF: Final = "components"
_BYTES: Final = 4.0
_GRAPH_RAG: Final = ("graph_rag", "graphrag")
_WITHIN: Final = {"retrieval": ("exact", "index"), "search": ("filter", "full-text")}
"""Rungs of the ladders that live inside a database: a product that means one of them is no part alone."""


@derived("count", _OF)
def documents_here(c: ItemScope) -> Made | None:
    """Documents that one search must know.

    Formula: rows of the largest data set in it, else the things of the load that send nothing
    themselves, else at most the rows of the largest table; × growth. Unit: documents.
    """
    return grown(c.whole, _rows(c) or as_fact(c, _documents(c)))


@derived("count", _OF)
def vectors_here(c: ItemScope) -> Made | None:
    """Vectors that one retrieval must compare.

    Formula: rows of the largest data set in it, else documents × pieces of one document (a house
    heuristic where it is not said); × growth. Unit: vectors.
    """
    own = _rows(c)
    if own is not None:
        return grown(c.whole, own)
    documents, pieces = as_fact(c, _documents(c)), _pieces(c)
    n, each = amount(documents), amount(pieces)
    if n is None or each is None or documents is None or pieces is None:
        return None
    formula = f"{documents.formula} × {said(pieces)} pieces"
    return grown(c.whole, as_fact(c, made(n * each, documents, pieces, formula=formula)))


@derived("size", _OF)
def vector_bytes(c: ItemScope) -> Made | None:
    """Memory that the vectors alone take, where their dimensions are said.

    Formula: vectors × dimensions × 4 bytes. Unit: bytes.
    """
    vectors, width = c.derived("vectors_here"), c.get("settings.dimensions")
    n, each = amount(vectors), amount(width)
    if n is None or each is None or vectors is None or width is None:
        return None
    formula = f"{said(vectors)} × {said(width)} × 4 bytes"
    return made(n * each * point(_BYTES, "size"), vectors, width, formula=formula)


@derived("count", _OF)
def corpus_tokens(c: ItemScope) -> Made | None:
    """Tokens of the whole corpus, where the size of one piece is said.

    Formula: vectors × tokens of one piece. Unit: tokens.
    """
    vectors, size = c.derived("vectors_here"), c.get("settings.chunk_tokens")
    n, each = amount(vectors), amount(size)
    if n is None or each is None or vectors is None or size is None:
        return None
    return made(n * each, vectors, size, formula=f"{said(vectors)} × {said(size)} tokens")


@derived("rate", _OF)
def searches_here(c: ItemScope) -> Made | None:
    """Searches that reach one part; of a database that does more, at most its reads.

    Formula: stated rates of the reading flows into it, else of the flows into their sources, else
    at most the reads of the design; × growth. Unit: searches/s.
    """
    reading = [f for f in c.whole.incoming(c.item.id) if f.item.word("effect") == "read"]
    rates = [r for f in reading for r in _rates(f)]
    if any(r is not None and not r.known for r in rates) or _may_be_searched_more(c):
        return made(UNKNOWN)
    summed = total(rates)
    if summed is None:
        whole = c.whole.derived("read_rate")
        value = amount(whole)
        return None if value is None or whole is None else at_most(value, whole)
    bounded = at_most(amount(as_fact(c, summed)), as_fact(c, summed)) if _shared(c) else summed
    return grown(c.whole, as_fact(c, bounded))


@derived(FLAG, _OF)
def apart(c: ItemScope) -> Made | None:
    """Whether a search or its vectors are a part of their own, outside of a database and a process.

    Formula: its host is neither, it is no database, and its technology lives in none. Unit: true or false.
    """
    if _is_open(c, "in"):
        return None
    host = c.referred("in")
    hosted = host is not None and host.kind in (*DATABASES, *PROCESSES)
    rungs = c.whole.numbers.rungs
    within = any(
        rungs.get(t, {}).get(ladder) in names
        for t in c.item.words("technology")
        for ladder, names in _WITHIN.items()
    )
    return made(not (hosted or within or _shared(c)))


@derived(FLAG, _OF, only=lambda c: c.kind == "graph" or c.item.words("patterns"))
def graph_retrieval(c: ItemScope) -> Made | None:
    """Whether a part is a graph that a model retrieves from, rather than one that holds the truth.

    Formula: its patterns name GraphRAG, or it is a graph that holds a copy in a design with a model.
    Unit: true or false.
    """
    named = any(w in _GRAPH_RAG for w in c.item.words("patterns"))
    copied = c.kind == "graph" and c.item.word("holds") == "copy"
    return made(named or (copied and any(x.kind == "llm" for x in c.whole.items["components"])))


@derived(FLAG, _OF)
def scans(c: ItemScope) -> Made | None:
    """Whether vectors are compared one by one: the design says that they have no index.

    Formula: settings.index is none. Unit: true or false.
    """
    index = c.get("settings.index")
    if index is not None and not index.known:
        return None
    words = index.value if index is not None and isinstance(index.value, tuple) else ()
    return made(index is not None and (not words or "none" in words), *([index] if index else []))


def as_fact(c: ItemScope, value: Made | None) -> Fact | None:
    """Carry what was made on as a fact of this part."""
    if value is None:
        return None
    return Fact(f"{c.place}.rows", value.value, value.basis, value.note, value.formula)


def at_most(value: Quantity | None, of: Fact | None) -> Made | None:
    """Return everything up to a value: what is a part of it can't be more."""
    if value is None or of is None:
        return None
    upto = replace(value, low=0.0)
    return made(upto, of, formula=f"at most {of.formula or of.said}")


def _may_be_searched_more(c: ItemScope) -> bool:
    """Whether the target of a flow is not known, or the effect of one into this part."""
    nowhere = any(not f.item.words("to") for f in c.whole.items["flows"])
    return nowhere or any(_is_open(f, "effect") for f in c.whole.incoming(c.item.id))


def _is_open(item: ItemScope, key: str) -> bool:
    fact = item.item.facts.get(key)
    return fact is not None and not fact.known


def _shared(c: ItemScope) -> bool:
    """Whether a part keeps other things, too: a database of which searching is one of its jobs."""
    return c.kind in DATABASES and c.kind != "graph"


def _rows(c: ItemScope) -> Fact | None:
    """Return the rows of the largest data set of a part, or of its host as an upper bound.

    A row count that is left open may be the largest: then nothing is known.
    """
    host = c.referred("in")
    for part in (c, host):
        stored = _stored(part)
        if not stored or part is None:
            continue
        if any(not r.known for r in stored):
            return Fact(f"{c.place}.rows", UNKNOWN, "proposed")
        counts = [(q.high, r) for r in stored if (q := amount(r)) is not None]
        if not counts:
            return None
        top = max(counts, key=lambda pair: pair[0])[1]
        complete = "stores" in c.whole.design.complete
        if _shared(part) and (len(part.related("stored")) > 1 or not complete):
            return as_fact(c, at_most(amount(top), top))
        return top._replace(formula=f"{top.path} {top.said}")
    return None


def _stored(part: ItemScope | None) -> list[Fact]:
    if part is None or part.kind in ("platform", "edge"):
        return []
    rows = (s.get("largest_rows") for s in part.related("stored"))
    return [r for r in rows if r is not None]


def _documents(c: ItemScope) -> Made | None:
    """Return the documents of the design: its things, where they send nothing, else its largest table."""
    count, each = c.whole.get("load.things.count"), c.whole.get("load.things.each")
    if count is not None and _may_be_documents(c, each):
        n = amount(count)
        left_open = (each is not None and not each.known) or _has_nameless_senders(c)
        return None if n is None or left_open else made(n, count, formula=f"{said(count)} things")
    rows = c.whole.get("data.largest_table_rows")
    most = amount(rows)
    return None if rows is None or most is None else at_most(most, rows)


def _may_be_documents(c: ItemScope, each: Fact | None) -> bool:
    """Whether the things of the load lie still: what sends, or is sent by a device, is no document."""
    interval = amount(each)
    often = interval is not None and interval.high < DAY_S
    return not often and not c.whole.outgoing("device")


def _has_nameless_senders(c: ItemScope) -> bool:
    return any(not f.item.words("from") for f in c.whole.items["flows"])


def _pieces(c: ItemScope) -> Fact | None:
    """Return the pieces of one document, as said or as a house heuristic."""
    stated = c.get("settings.chunks_per_document")
    if stated is not None:
        return stated
    usual = c.whole.numbers.values.get("chunks-per-document")
    return None if usual is None else Fact("settings.chunks_per_document", usual, "derived")


def _rates(flow: ItemScope) -> list[Fact | None]:
    """Return a flow's own rate, or the stated rates of the flows into its source."""
    own = flow.get("rate")
    if amount(own) is not None or (own is not None and not own.known):
        return [own]
    return [f.get("rate") for id_ in flow.item.words("from") for f in flow.whole.incoming(id_)]
