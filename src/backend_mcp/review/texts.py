"""Sentences of the knowledge, filled with the facts of one design."""

import re
from collections.abc import Iterable
from typing import Final

from backend_mcp.model.design import quotable
from backend_mcp.model.entries import SEVERITIES, Severity, Threshold
from backend_mcp.model.fact import Fact
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.predicate import Atom, Scope
from backend_mcp.model.quantity import Quantity
from backend_mcp.model.review import Limit, Reason
from backend_mcp.model.sentence import PLACEHOLDER

_LONGEST: Final = 60
_THINGS: Final = (
    "engineers", "teams", "services", "rows", "tenants", "users", "calls", "readers", "connections",
    "writers", "parts", "times", "regions", "tokens", "questions", "copies", "retries",
)  # fmt: skip
"""What sentences of the knowledge count."""
_COUNTED: Final = re.compile(rf"{PLACEHOLDER.pattern}(?: (?P<things>{'|'.join(_THINGS)})\b)?")
_UNITLESS: Final = re.compile(r"[\d.]+[kMG]?x?(?: ?%)?(?:\.\.[\d.]+[kMG]?x?(?: ?%)?)?")
"""How a bare count, a factor or a share reads."""
_OF_WHAT_IS_SAID: Final = re.compile(
    r"derived\.(?:(?:said|kept)_\w+|own_practices|told|settled|\w+_(?:said|told|known))$"
)
"""Derived facts that tell what a document speaks of, and nothing about the design."""


def fill(text: str, scope: Scope) -> str:
    """Fill every placeholder with its fact as people read it; what is not known reads `unknown`."""

    def said(found: re.Match[str]) -> str:
        value, things = shown(scope.get(found[1])), found["things"]
        if things is None:
            return value
        return f"{value} {_singular(things) if value == '1' else things}"

    return _COUNTED.sub(said, text)


def _singular(things: str) -> str:
    """Name one of several things: `copies` are counted as one `copy`."""
    return things[:-3] + "y" if things.endswith("ies") else things[:-1]


def fill_known(text: str, scope: Scope) -> str | None:
    """Fill every placeholder, or return None when one of them is not known."""
    facts = [scope.get(path) for path in PLACEHOLDER.findall(text)]
    if any(fact is None or not fact.known for fact in facts):
        return None
    return fill(text, scope)


def shown(fact: Fact | None) -> str:
    """Print a fact's value, cut where a document's own words run on."""
    text = quotable(fact.said) if fact is not None else "unknown"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def reasons(atoms: Iterable[Atom]) -> tuple[Reason, ...]:
    """Return the facts that decided, each once, in the order in which they were asked; guards are none."""
    facts: dict[str, Fact] = {}
    for atom in atoms:
        if atom.fact is not None:
            facts.setdefault(atom.fact.path, atom.fact)
    told = [f for path, f in facts.items() if not _OF_WHAT_IS_SAID.search(path)]
    return tuple(reason(f) for f in [f for f in told if not is_guard(f)] or told)


def is_guard(fact: Fact) -> bool:
    """Whether a fact only keeps a rule to its matter: what is spoken of, or what a part is not."""
    nothing = "derived." in fact.path and fact.value in (False, ())
    return nothing or _OF_WHAT_IS_SAID.search(fact.path) is not None


def reason(fact: Fact) -> Reason:
    """Return one fact as a reason."""
    return Reason(fact.path, shown(fact), fact.basis, fact.formula)


def rests_on_assumed(atoms: Iterable[Atom]) -> bool:
    """Whether a situation fact among the deciding ones was only assumed."""
    return any(atom.fact is not None and atom.fact.basis == "assumed" for atom in atoms)


def number(atoms: Iterable[Atom]) -> str:
    """Return the deciding number: the last quantity with its bound, else an empty string."""
    told = [a for a in atoms if a.fact is not None and isinstance(a.fact.value, Quantity)]
    for atom in (*reversed([a for a in told if a.threshold]), *reversed(told)):
        if atom.fact is not None:
            return f"{_whose(atom)}{atom.fact.said} {_against(atom.relation)} {atom.bound}"
    return ""


def _whose(atom: Atom) -> str:
    """Name a quantity that has no unit to say what it is of: `retries max 4`, `utilisation 90 %`."""
    if atom.fact is None or _UNITLESS.fullmatch(atom.fact.said) is None:
        return ""
    own = atom.path.rpartition("derived.")[2].removeprefix(f"{atom.scope.place}.")
    return f"{own.replace('_', ' ').replace('.', ' ')} "


def place_of(atoms: tuple[Atom, ...]) -> str:
    """Return where a finding or a look about the whole design stands: at a practice, a part, or a fact."""
    known = [a for a in atoms if a.fact is not None]
    practices = [".".join(a.path.split(".")[:2]) for a in known if a.path.startswith("practices.")]
    said = (a for a in known if not a.path.startswith(("derived.", "count(")))
    places = [a.scope.place or a.path for a in said]
    return (practices or places or ["design"])[0]


def _against(relation: str) -> str:
    return {">": "above", ">=": "at or above", "<": "below", "<=": "at or below"}.get(
        relation, "against"
    )


def limit(atoms: Iterable[Atom], knowledge: Knowledge) -> Limit | None:
    """Return the threshold behind the deciding number, else the first that decided, with source and dates."""
    thresholds = knowledge.thresholds
    told = [a for a in atoms if a.threshold in thresholds]
    numbers = [a for a in told if a.fact is not None and isinstance(a.fact.value, Quantity)]
    atom = next(iter(reversed(numbers)), next(iter(told), None))
    if atom is None:
        return None
    return limit_of(thresholds[atom.threshold], atom.bound, knowledge.as_of)


def limit_of(entry: Threshold, value: str, as_of: str) -> Limit:
    """Return a threshold as it is shown on a day."""
    source = entry.sources[0]
    return Limit(
        entry.id, value, source.url or source.title, entry.read, entry.expires,
        entry.nature == "heuristic", stale(entry, as_of),
    )  # fmt: skip


def stale(entry: Threshold, as_of: str) -> str:
    """Say that the day of a number is over, when it was last read, and what to check; empty where it is not."""
    if entry.expires >= as_of:
        return ""
    last = f", last read on {entry.read}" if entry.read else ""
    todo = f"check {entry.check}" if entry.check else "read its source again"
    return f"{entry.id} was good until {entry.expires}{last}: {todo}"


def lower(severity: Severity) -> Severity:
    """Return the next lower severity; the lowest stays."""
    return SEVERITIES[min(SEVERITIES.index(severity) + 1, len(SEVERITIES) - 1)]
