"""Derived facts of what one commit holds together: a crash takes all of it back."""

from collections.abc import Iterable
from typing import Final

from backend_mcp.capacity.kinds import CHANGES, DATABASES
from backend_mcp.capacity.registry import FLAG, Made, derived, made
from backend_mcp.capacity.scope import ItemScope

_TRANSACTIONAL: Final = tuple(k for k in DATABASES if k not in ("block_storage", "time_series"))


@derived(FLAG, "flows")
def put_with_its_change(f: ItemScope) -> Made | None:
    """Whether what a flow puts is a row beside its caller's own, and a crash takes both back.

    Formula: in_transaction is true, and it leads into a database, or a table of jobs in one, that its caller
    changes, or beside which it changes no other. Unit: true or false.
    """
    inside, target = f.get("in_transaction"), f.referred("to")
    if inside is None or inside.value is False or target is None:
        return made(False)
    if not inside.known or not target.kind:
        return None
    changed, lost = _changed_by_its_caller(f)
    home = _home(target, changed)
    if home is None:
        return None if _may_be_a_table(target) else made(False, inside)
    if home.item.id in changed:
        return made(True, inside)
    return made(False, inside) if changed else (None if lost else made(True, inside))


def _changed_by_its_caller(f: ItemScope) -> tuple[set[str], bool]:
    """Return the databases that the part which sends this changes, and whether one may be missing."""
    changed, lost = set[str](), not f.item.words("from")
    for other in _beside(f):
        target, effect = other.referred("to"), other.item.word("effect")
        lost = lost or not effect or not other.item.words("to")
        if target is not None and effect in CHANGES:
            lost = lost or not target.kind
            changed |= {target.item.id} if target.kind in _TRANSACTIONAL else set()
    return changed, lost


def _beside(f: ItemScope) -> Iterable[ItemScope]:
    """Return the other flows of the part that sends this."""
    found = (o for id_ in f.item.words("from") for o in f.whole.outgoing(id_))
    return (o for o in found if o is not f)


def _home(target: ItemScope, changed: set[str]) -> ItemScope | None:
    """Return the database that holds what is put; that of a table of jobs may be the only one that is changed."""
    if target.kind in _TRANSACTIONAL:
        return target
    host = target.referred("in")
    if target.kind != "queue" or (host is not None and host.kind not in _TRANSACTIONAL):
        return None
    if host is None and _is_a_table(target) and len(changed) == 1:
        return target.whole.component(next(iter(changed)))
    return host


def _is_a_table(target: ItemScope) -> bool:
    table = target.derived("in_database")
    return table is not None and table.value is True


def _may_be_a_table(target: ItemScope) -> bool:
    """Whether a queue is a table in a database that is not known, or may be one."""
    said, host = target.item.facts.get("in"), target.referred("in")
    if target.kind != "queue":
        return False
    open_ = said is not None and (not said.known or host is None or not host.kind)
    return open_ or (host is None and _is_a_table(target))
