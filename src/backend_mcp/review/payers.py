"""Who pays for each part: promises that only it enforces, and boundaries that it draws.

What a design names in `paid_by` is checked, never believed; words are claims that pay nothing.
"""

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.capacity.kinds import DATABASES
from backend_mcp.model.fact import Fact
from backend_mcp.model.form import MECHANISMS, PAYERS
from backend_mcp.model.quantity import Quantity


def payer(part: ItemScope, scope: DesignScope) -> str:
    """Return what pays for a new part beside load and gates, or an empty string."""
    promise = _sole_promise(part, scope)
    if promise:
        return f"promise {promise}"
    law = part.kind == "platform" and draws_boundary(part, scope) == "law"  # where code may run
    return "law" if law else ""


def _sole_promise(part: ItemScope, scope: DesignScope) -> str:
    """Return a stated promise that only this part enforces and nothing else here could."""
    could = any(c.kind in DATABASES for c in scope.items["components"] if c.item.id != part.item.id)
    if could:
        return ""
    for promise in scope.items["must_hold"]:
        statement = promise.item.facts.get("statement")
        if statement is None or not statement.firm:
            continue
        sole = promise.item.words("enforced_by") == (part.item.id,)
        if sole and promise.item.word("how") in MECHANISMS:
            return promise.item.id
    return ""


def draws_boundary(part: ItemScope, scope: DesignScope) -> str:
    """Return the boundary that a service of its own draws, as stated facts confirm it."""
    named = set(part.item.words("paid_by"))
    teams, law = scope.get("context.teams"), scope.get("context.regulated")
    several = (
        teams is not None
        and teams.firm
        and isinstance(teams.value, Quantity)
        and teams.value.low >= 2
    )
    if several and ("team" in named or part.item.word("owner")):
        return "team"
    if "law" in named and law is not None and law.firm and law.value:
        return "law"
    survives = scope.get("needs.survives")
    if "failure" in named and survives is not None and survives.firm:
        return "failure"
    return ""


def named_facts(part: ItemScope, scope: DesignScope) -> tuple[Fact, ...]:
    """Return the facts that `paid_by` names and that are known: they are shown as checked."""
    found = [part.get(path) or scope.get(path) for path in part.item.words("paid_by")]
    return tuple(f for f in found if f is not None and f.known)


def claims(scope: DesignScope) -> dict[str, tuple[str, ...]]:
    """Return the words in `paid_by` that name no fact, no promise and no boundary."""
    promises = {p.item.id for p in scope.items["must_hold"]}
    vocabulary = _is_path
    found: dict[str, tuple[str, ...]] = {}
    for part in scope.items["components"]:
        words = tuple(
            w
            for w in part.item.words("paid_by")
            if w not in PAYERS
            and w not in promises
            and w not in ("nothing", "none")
            and not vocabulary(w)
        )
        if words:
            found[part.item.id] = words
    return found


def _is_path(word: str) -> bool:
    head, _, rest = word.partition(".")
    plain = bool(rest) and " " not in word
    return plain and head in ("context", "load", "data", "needs", "flows", "must_hold", "practices")
