"""What may be asked about size: needs and loads that would pay for a part, and who is there to run it."""

from collections.abc import Iterable
from math import ceil
from typing import Final

from backend_mcp.capacity import DesignScope
from backend_mcp.model.predicate import Atom
from backend_mcp.model.quantity import Quantity
from backend_mcp.review.asks import ASKS
from backend_mcp.review.budget import WEIGHTS_OFF_BY
from backend_mcp.review.candidates import WEIGHT, Candidate
from backend_mcp.review.peers import exists
from backend_mcp.review.standing import Standing

_PEAK: Final = "load.requests_per_second.peak"
_MESSAGES: Final = "load.messages_per_second"


def of_load(scope: DesignScope, standings: Iterable[Standing]) -> Candidate | None:
    """Ask for the load that most parts are held against: without it none of them can be called right-sized."""
    open_ = [s for s in standings if _load_is_open(s)]
    paths = [p for p in (_PEAK, _MESSAGES) if any(missing_load(s) == p for s in open_)]
    paths += [missing_load(s) for s in open_]
    path = next((p for p in paths if not known(scope, p)), "")
    if not path:
        return None
    told = "each part can be held against it"
    answers = {"a number": told, "not known": "the size stays undecided"}
    decides = [f"{s.ladder.entry.capability}@{s.place}" for s in open_ if missing_load(s) == path]
    return Candidate(path, WEIGHT["blocker"], answers, decides)


def _load_is_open(s: Standing) -> bool:
    """Whether a part is held against a load of which nothing is said, or only a guess is made."""
    guessed = s.demand is not None and not s.demand.firm and s.fit == "unknown"
    return (s.demand is None or guessed) and bool(missing_load(s)) and not exists(s)


def of_team(scope: DesignScope) -> Candidate | None:
    """Ask for the people where a small team could not keep alive what is there."""
    hours, numbers = scope.derived("upkeep"), scope.numbers.values
    per_month, share = numbers.get("hours-per-engineer-month"), numbers.get("ops-share")
    if hours is None or per_month is None or share is None or known(scope, "context.engineers"):
        return None
    assert isinstance(hours.value, Quantity)
    people = ceil(hours.value.low * WEIGHTS_OFF_BY / (per_month.high * share.high))
    if people < 2:
        return None
    answers = {
        f"fewer than {people}": f"high: {hours.said} hours of upkeep a month are more than they can give",
        f"{people} or more": "they may be able to keep it alive",
    }
    return Candidate("context.engineers", WEIGHT["high"], answers, ["upkeep-above-capacity@design"])


def of_size(scope: DesignScope, s: Standing) -> Iterable[Candidate]:
    """Ask for the needs and loads that would pay for a part, where it is not paid for."""
    name = s.place.partition(".")[2] or s.ladder.entry.title
    if s.fit == "unpaid":
        yes = f"pays for {name}"
        by = s.peer.item.id if s.peer is not None else s.enough.entry.name
        no = f"{name} goes: {by} does its job"
        for atom in _paying(s):
            answers = {_label(atom, True): yes, _label(atom, False): no}
            yield Candidate(atom.path, WEIGHT["medium"], answers, [f"unpaid-part@{s.place}"])
        status = s.part.item.facts.get("status") if s.part is not None else None
        if s.part is not None and (status is None or not status.known):
            answers = {"existing": "it costs nothing to keep", "new": no}
            decides = [f"unpaid-part@{s.place}"]
            yield Candidate(f"{s.place}.status", WEIGHT["high"], answers, decides)
    for gate in s.left_open():
        for atom in (a for a in gate.atoms if a.said_unknown and "derived." not in a.path):
            answers = {
                _label(atom, True): f"{name} is not enough: {gate.gate.entry.pays}",
                _label(atom, False): f"{s.rung.entry.name} is enough",
            }
            yield Candidate(atom.path, WEIGHT["high"], answers, [f"{s.ladder.entry.id}@{s.place}"])
    if s.demand is None and s.ladder.entry.demand and s.fit in ("unpaid", "unknown"):
        rung = s.enough if s.fit == "unpaid" and s.enough.holds is not None else s.rung
        path = missing_load(s)
        if rung.holds is not None and path and not known(scope, path):
            bound = rung.holds.short()
            answers = {
                f"below {bound}": f"{rung.entry.name} is enough",
                f"above {bound}": f"{rung.entry.name} is not enough",
            }
            yield Candidate(
                path, WEIGHT["medium"], answers, [f"{s.ladder.entry.capability}@{s.place}"]
            )


def _paying(s: Standing) -> Iterable[Atom]:
    """Return what would pay for a part, each fact once, however many of its words would do.

    Nobody has measured what is not there yet.
    """
    atoms = [a for gate in s.open_gates() for a in gate.atoms if _asked_of_size(a)]
    if not exists(s):
        atoms = [a for a in atoms if not _is_measured(a)]
    return {a.path: a for a in reversed(atoms)}.values()


def _is_measured(atom: Atom) -> bool:
    text = ASKS.get(f"components.{atom.name}", "") if "." in atom.name else ""
    return text.endswith("as measured?")


def missing_load(s: Standing) -> str:
    """Return the load that a ladder is held against, where it is one that a person can be asked for."""
    return {
        "queue": "load.messages_per_second",
        "reads": "load.requests_per_second.peak",
        "primary-writes": "load.requests_per_second.peak",
        "hot-counter": "load.event.stock",
        "analytics": "data.total",
        "observability": "load.requests_per_second.peak",
        "search": "load.things.count",
        "retrieval": "load.things.count",
        "files": "data.total",
        "live-updates": "load.concurrent_connections",
    }.get(s.ladder.entry.id, "")


def known(scope: DesignScope, path: str) -> bool:
    """Whether a fact has a value, rather than silence or `unknown`."""
    fact = scope.get(path)
    return fact is not None and fact.known


def _asked_of_size(atom: Atom) -> bool:
    """Whether to ask for a fact: nobody said it, or somebody assumed a number or a yes or no."""
    fact = atom.fact
    worded = fact is not None and fact.known and isinstance(fact.value, str | tuple)
    open_ = (fact is None or not fact.firm) and not worded and "derived." not in atom.path
    return open_ and atom.path.startswith(("needs.", "context.", "load.", "data.", "components."))


def _label(atom: Atom, truth: bool) -> str:
    """Say the answer that makes an atom true or false."""
    if atom.relation in ("==", "!="):
        same = (atom.relation == "==") is truth
        opposite = {"true": "false", "false": "true"}.get(atom.bound, f"not {atom.bound}")
        return atom.bound if same else opposite
    words = {">": ("above", "at most"), ">=": ("at least", "below"), "<": ("below", "at least"),
             "<=": ("at most", "above")}.get(atom.relation, ("", "not"))  # fmt: skip
    return f"{words[0] if truth else words[1]} {atom.bound}".strip()
