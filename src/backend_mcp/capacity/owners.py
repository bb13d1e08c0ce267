"""Derived facts about who owns what: cuts between parts that one owner runs anyway."""

from backend_mcp.capacity.registry import FLAG, Made, amount, derived, made
from backend_mcp.capacity.scope import ItemScope
from backend_mcp.model.quantity import interval, point


def _siblings(c: ItemScope) -> list[ItemScope]:
    """Return the services of one owner, this one among them; none where no owner is named."""
    owner = _owner(c)
    if not owner or c.kind != "service":
        return []
    parts = c.whole.items["components"]
    return [p for p in parts if p.kind == "service" and _owner(p) == owner and _apart(p)]


def _owner(c: ItemScope) -> str:
    return " ".join(c.item.word("owner").lower().split())


def _apart(c: ItemScope) -> bool:
    host = c.referred("in")
    return host is None or host.kind in ("platform", "edge")


@derived("count", "components")
def owner_services(c: ItemScope) -> Made | None:
    """Services with a deployment of their own that one owner runs, this one among them.

    Formula: count of services with the same owner that live in no other one. Unit: services.
    """
    found = _siblings(c)
    return made(point(len(found), "count")) if found else None


@derived(FLAG, "components")
def owner_hub(c: ItemScope) -> Made | None:
    """Whether this is the new service of its owner that most others call: where its cuts meet.

    Formula: most incoming flows among the owner's services that do not exist yet. Unit: true or false.
    """
    found = [p for p in _siblings(c) if p.item.word("status") != "existing"]
    if not found:
        return None
    most = max(found, key=lambda p: (len(p.whole.incoming(p.item.id)), p.place))
    return made(most is c)


@derived("count", "components")
def owner_people(c: ItemScope) -> Made | None:
    """Engineers for each service of this owner, if the teams are of one size.

    Formula: engineers / teams / services of the owner. Unit: people.
    """
    team, mine = c.whole.derived("engineers_per_team"), c.derived("owner_services")
    n, m = amount(team), amount(mine)
    if n is None or m is None or team is None or mine is None or m.low == 0:
        return None
    return made(interval(n.low / m.high, n.high / m.low, "count"), team, mine)
