"""Derived facts about what a team takes on without need: brokers, clusters, hops between its own services."""

from math import inf
from typing import Final

from backend_mcp.capacity.kinds import PROCESSES
from backend_mcp.capacity.registry import FLAG, WORDS, Made, derived, made, total
from backend_mcp.capacity.scope import DesignScope, ItemScope
from backend_mcp.capacity.skills import skill_in
from backend_mcp.model.fact import Fact
from backend_mcp.model.form import SKILL, Word
from backend_mcp.model.quantity import Quantity

BROKERS: Final = ("queue", "log", "cache")
TABLES: Final = ("relational", "database")
_OF: Final = "components"
_RUNS_CODE: Final = (*PROCESSES, "platform", "client")
_CHAIN: Final = 12


@derived(FLAG, _OF)
def taken_as_new(c: ItemScope) -> Made | None:
    """Whether a part is new; one of which that is not said, or said to be unknown, is taken for new.

    Formula: status is new; assumed where it is not known. Unit: true or false.
    """
    status = c.get("status")
    if status is None or not status.known:
        return Made(True, "assumed", "status not said")
    return made(status.value == "new", status)


@derived(Word(SKILL), _OF)
def skill(c: ItemScope) -> Made | None:
    """How well the team knows a part: the least of what is said of its technologies.

    Formula: least of context.skills over its technologies. Unit: none, some or proficient.
    """
    facts = [skill_in(c.whole, t) for t in c.item.words("technology")]
    known = [f for f in facts if f is not None and f.value in SKILL]
    if not known or len(known) < sum(f is not None for f in facts):
        return None
    least = min(known, key=lambda f: SKILL.index(str(f.value)))
    return made(least.value, least)


@derived(FLAG, _OF)
def law_asks(c: ItemScope) -> Made | None:
    """Whether a part names law, or people who are there for it, as what pays for it.

    Formula: law or team in paid_by; false where nothing of the kind is named. Unit: true or false.
    """
    paid = c.get("paid_by")
    if paid is not None and not paid.known:
        return None
    return made(any(w in c.item.words("paid_by") for w in ("law", "team")))


@derived(FLAG)
def broker_exists(s: DesignScope) -> Made | None:
    """Whether something that runs already could carry jobs for a worker that needs a broker.

    Formula: a queue, log or cache that exists and is used; assumed not where the list of parts is not complete.
    Unit: true or false.
    """
    parts = s.items["components"]
    there = [c for c in parts if c.kind in BROKERS and c.item.word("status") == "existing"]
    if any(_is_used(c) for c in there):
        return made(True)
    if any(not c.kind and c.item.word("status") == "existing" for c in parts):
        return None
    if "components" in s.design.complete:
        return made(False)
    return Made(False, "assumed", "none is named")


@derived(WORDS)
def job_table_hosts(s: DesignScope) -> Made | None:
    """Databases of the design that could hold a table of jobs.

    Formula: relational databases that are used and are no copies. Unit: ids.
    """
    able = [c for c in s.items["components"] if c.kind in TABLES and c.item.word("holds") != "copy"]
    return made(tuple(sorted(c.item.id for c in able if _is_used(c))))


def _is_used(c: ItemScope) -> bool:
    used = c.derived("used")
    return used is not None and used.value is True


@derived(FLAG, _OF)
def bought(c: ItemScope) -> Made | None:
    """Whether a part is a product of others, and no code of one's own that could be a module.

    Formula: its technologies are known, and none is a language, a framework or what runs code. Unit: true or false.
    """
    kinds = c.whole.numbers.kinds
    known = [kinds[name] for name in c.item.words("technology") if name in kinds]
    return made(bool(known) and not set(known) & set(_RUNS_CODE))


@derived("count", _OF)
def services_in_line(c: ItemScope) -> Made | None:
    """Services through which one request may pass, one waiting for the next, from this one on.

    Formula: longest chain of sync flows between services with a deployment of their own. Unit: services.
    """
    if c.kind != "service" or not _apart(c):
        return None
    at, length = {c.item.id: c}, 1
    while length <= _CHAIN:
        at = {t.item.id: t for part in at.values() for t in _called(part)}
        if not at:
            return made(Quantity(length, inf if c.whole.once(_may_go_on) else length, "count"))
        length += 1
    return None  # a circle, or a chain that nobody would call one


@derived(FLAG, _OF, only=lambda c: c.kind in ("", "service"))
def starts_line(c: ItemScope) -> Made | None:
    """Whether no other service waits for this one: a request enters here.

    Formula: no sync flow leads to it from a service with a deployment of its own. Unit: true or false.
    """
    if not c.kind:
        return None
    return made(_apart(c) and c.item.id not in c.whole.once(_waited_for))


def _waited_for(s: DesignScope) -> set[str]:
    """Return the services for which another one with a deployment of its own waits."""
    services = (o for o in s.items["components"] if o.kind == "service")
    return {e.item.id for o in services if _apart(o) for e in _called(o)}


def _may_go_on(s: DesignScope) -> bool:
    """Whether the document says of some end, mode or kind that it is not known."""
    flows = any(_lost(f, key) for f in s.items["flows"] for key in ("from", "to", "mode"))
    return flows or any(_lost(c, key) for c in s.items["components"] for key in ("kind", "in"))


def _lost(item: ItemScope, key: str) -> bool:
    fact = item.item.facts.get(key)
    return fact is not None and not fact.known


def _called(c: ItemScope) -> list[ItemScope]:
    """Return the services for which one waits, what lives inside it included."""
    inside = c.whole.once(_inside).get(c.item.id, [])
    calls = [f for part in (c, *inside) for f in c.whole.outgoing(part.item.id)]
    ends = [_deployed(f.referred("to")) for f in calls if f.item.word("mode") == "sync"]
    return [e for e in ends if e is not None and e.kind == "service" and e is not c]


def _inside(s: DesignScope) -> dict[str, list[ItemScope]]:
    """Return the parts that live inside another one, by its id."""
    found: dict[str, list[ItemScope]] = {}
    for part in s.items["components"]:
        host = part.referred("in")
        if host is not None:
            found.setdefault(host.item.id, []).append(part)
    return found


def _deployed(c: ItemScope | None) -> ItemScope | None:
    host = c.referred("in") if c is not None else None
    return host if host is not None and host.kind == "service" else c


def _apart(c: ItemScope) -> bool:
    host = c.referred("in")
    return host is None or host.kind in ("platform", "edge")


@derived("count", _OF)
def promises_across(c: ItemScope) -> Made | None:
    """Promises that hold over several data sets of one store, and that no transaction keeps.

    Formula: promises whose where names two or more of its data sets and whose how is not transaction, with an
    open end where how is not known. Unit: promises.
    """
    promises, stores = c.whole.items["must_hold"], c.whole.items["stores"]
    hows = [p.get("how") for p in promises if _sets_of(p, c) >= 2]
    sure = sum(_not_by_transaction(how) for how in hows)
    open_ = sum(how is None or not how.known for how in hows)
    lost = any(_lost(p, "where") for p in promises) or any(_lost(d, "in") for d in stores)
    return made(Quantity(sure, inf if lost else sure + open_, "count"))


def _not_by_transaction(how: Fact | None) -> bool:
    return how is not None and how.known and how.value not in ("transaction", "reconciliation")


def _sets_of(p: ItemScope, c: ItemScope) -> int:
    places = [p.whole.at(place) for place in p.item.words("where")]
    return sum(
        x is not None and x.item.list == "stores" and c.item.id in x.item.words("in")
        for x in places
    )


@derived("spend")
def stated_costs(s: DesignScope) -> Made | None:
    """What the parts cost whose price is stated; where they are in several currencies nothing is said.

    Formula: sum of cost_per_month, assumed ones left out. Unit: money per month.
    """
    prices = [f for c in s.items["components"] if (f := c.get("cost_per_month")) is not None]
    told = [f for f in prices if f.firm and isinstance(f.value, Quantity)]
    one = {f.value.currency for f in told if isinstance(f.value, Quantity)}
    return total(told) if len(one) == 1 else None


@derived("count")
def novelties(s: DesignScope) -> Made | None:
    """Technologies among the new parts that nobody here has run.

    Formula: distinct technologies of parts that are not existing whose skill is none. Unit: technologies.
    """
    skills = _skills_asked(s)
    known = [f for f in skills.values() if f is not None and f.known]
    if not known:
        return None
    new = sum(f.value == "none" for f in known)
    open_ = sum(f is not None and not f.known for f in skills.values())
    return made(Quantity(new, new + open_, "count"), *known)


@derived(WORDS)
def new_here(s: DesignScope) -> Made | None:
    """Names of the technologies that nobody here has run.

    Formula: technologies of parts that are not existing whose skill is none. Unit: ids.
    """
    skills = _skills_asked(s).items()
    return made(tuple(name for name, f in skills if f is not None and f.value == "none"))


def _skills_asked(s: DesignScope) -> dict[str, Fact | None]:
    """Return the skill in each technology that the plan brings in; what is only called nobody has to run."""
    parts = [
        c
        for c in s.items["components"]
        if c.item.word("status") != "existing" and c.kind != "external"
        if c.item.word("managed") != "saas"
    ]
    names = {t for c in parts for t in c.item.words("technology")}
    found: dict[str, tuple[str, Fact | None]] = {}
    for name in sorted(names):
        fact = skill_in(s, name)
        found.setdefault(fact.path if fact is not None else name, (name, fact))
    return dict(found.values())


@derived(FLAG, "components")
def keeps_history_as_truth(c: ItemScope) -> Made | None:
    """Whether a log keeps each event for ever as the truth.

    Formula: it is a log that holds truth with settings.retention forever. Unit: true or false.
    """
    holds, kept = c.get("holds"), c.get("settings.retention")
    if c.kind != "log" or holds is None or kept is None:
        return made(False)
    if not holds.known or not kept.known:
        return None
    return made(holds.value == "truth" and kept.value == "forever", holds, kept)
