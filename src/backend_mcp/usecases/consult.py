"""Consult the knowledge: options compared, checklists told, entries found; over the facts of a situation."""

from collections.abc import Iterable
from typing import Final

from backend_mcp.catalog.files import FOLDERS
from backend_mcp.catalog.library import Library
from backend_mcp.catalog.search import named, search
from backend_mcp.errors import ArgumentError, unknown_name
from backend_mcp.model.consultation import Balance, Comparison, Found, Hit, Told, Whole
from backend_mcp.model.design import Design
from backend_mcp.reading.merge import Base
from backend_mcp.reading.reader import read_design
from backend_mcp.review.checklist import tell
from backend_mcp.review.compare import compare
from backend_mcp.review.weighed import weigh
from backend_mcp.tree import Raw, clean, from_value
from backend_mcp.usecases.entry import whole_entry

LONGEST_QUERY: Final = 400


def read_situation(
    raw: Raw | None, name: str, library: Library, base: Base | None = None
) -> Design:
    """Read the facts of a situation; components are optional, and nothing at all is all unknown.

    Raises:
        DesignError: it is no mapping, or too large.
    """
    given = raw if raw is not None else from_value({"name": name}, name)
    return read_design(given, name, library.knowledge.vocabulary, base, parts_due=False)


def compare_options(capability: str, situation: Design, library: Library) -> Comparison:
    """Hold a situation against the ladder of a capability, by its id or its name.

    Raises:
        ArgumentError: there is no such ladder.
    """
    ladders = {ld.entry.id: ld for ld in library.knowledge.ladders}
    kinds = ((ld.entry.asked_as.get("kind"), ld) for ld in reversed(ladders.values()))
    by_name = {kind: ld for kind, ld in kinds if kind}
    by_name |= {ld.entry.capability: ld for ld in ladders.values()}
    wanted = capability.strip().lower()
    found = ladders.get(wanted.replace(" ", "-")) or by_name.get(wanted)
    found = found or next((ladders[i] for i in _of_product(wanted, library) if i in ladders), None)
    if found is None:
        raise unknown_name("capability", capability, sorted(ladders), 'capability: "queue"')
    return compare(situation, found, library.knowledge)


def list_ladders(library: Library) -> tuple[Hit, ...]:
    """Return every ladder by its id, with what it is for."""
    entries = sorted((ld.entry for ld in library.knowledge.ladders), key=lambda e: e.id)
    return tuple(Hit("ladders", e.id, e.title, e.why) for e in entries)


def list_checklists(library: Library) -> tuple[Hit, ...]:
    """Return every checklist by its id, with the moment that it is for."""
    lists = sorted(library.advice.checklists.items())
    return tuple(Hit("checklists", id_, c.entry.title, c.entry.moment) for id_, c in lists)


def _of_product(name: str, library: Library) -> Iterable[str]:
    """Return the ladders that a product stands on, by any of its names."""
    knowledge = library.knowledge
    vocabulary = knowledge.vocabulary
    id_ = vocabulary.technologies.get(name) or vocabulary.exact.get(name, "")
    return knowledge.numbers.rungs.get(id_, {})


def get_checklist(topic: str, situation: Design, library: Library) -> Told:
    """Tell a checklist as it binds in a situation.

    Raises:
        ArgumentError: there is no such checklist.
    """
    lists = library.advice.checklists
    wanted = topic.strip().lower().replace(" ", "-").replace("_", "-")
    by_alias = {a.lower().replace(" ", "-"): c for c in lists.values() for a in c.entry.aliases}
    found = lists.get(wanted) or by_alias.get(wanted)
    if found is None:
        raise unknown_name("topic", topic, sorted(lists), 'topic: "launch"')
    return tell(situation, found, library.knowledge)


def search_knowledge(query: str, library: Library) -> Found | Whole:
    """Return the entries that answer a query; for the name of one (`kind/id`, or an id) the entry.

    Raises:
        ArgumentError: nothing is asked, or `kind/id` names an entry that is not there.
    """
    asked = clean(query).strip()
    if not asked:
        raise ArgumentError(
            "query", query, "words or an id are due", 'query: "exactly once delivery"'
        )
    if len(asked) > LONGEST_QUERY:
        want = f"{LONGEST_QUERY} characters at most are due: the words that matter, or one id"
        raise ArgumentError(
            "query", asked, want, 'query: "customers charged twice after a timeout"'
        )
    kind, slash, id_ = asked.partition("/")
    if slash and kind.lower() in FOLDERS:
        return whole_entry(kind.lower(), id_.lower(), library)
    hits = named(library.index, asked.lower()) if " " not in asked else []
    if len(hits) == 1:
        return whole_entry(hits[0].kind, hits[0].id, library)
    return Found(asked, True, tuple(hits)) if hits else search(library.index, asked)


def weigh_advice(name: str, situation: Design, library: Library) -> Balance:
    """Return what speaks for a pattern or guide (`patterns/saga`) in a situation, and what against it.

    Raises:
        ArgumentError: there is no such pattern or guide.
    """
    advice = library.advice
    held = {f"patterns/{i}": a for i, a in advice.patterns.items()}
    held |= {f"guides/{i}": a for i, a in advice.guides.items()}
    if name not in held:
        raise unknown_name("pattern or guide", name, list(held), "guides/microservices")
    return weigh(situation, held[name], library.knowledge)
