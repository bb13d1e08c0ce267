"""Which services stand in front: people's first, then an existing one, then who is not called."""

from typing import Final

from backend_mcp.capacity import ItemScope

_ONE_PLACE_FOR_ALL: Final = ("single_flight",)
"""Practices that a module in each copy of the caller can't give: equal calls have to meet."""


def inside_a_service(c: ItemScope) -> bool:
    """Whether a part lives inside a service and is no deployable of its own."""
    host = c.referred("in")
    return host is not None and host.kind == "service"


def stands_alone(c: ItemScope) -> bool:
    """Whether a service can't become a module: it is a product, its data lies with it, or all calls meet in it."""
    bought = c.derived("bought")
    if bought is not None and bought.value is True:
        return True
    given = (c.item.facts.get(f"practices.{name}") for name in _ONE_PLACE_FOR_ALL)
    return c.item.word("state") == "disk" or any(f is not None and f.value is True for f in given)


def exists_already(c: ItemScope) -> bool:
    """Whether a part is there already."""
    return c.item.word("status") == "existing"


def calls_before(c: ItemScope) -> tuple[bool, bool, bool]:
    """Order services from the outside in: people's first, then an existing one, then who is not called."""
    called = bool(c.whole.incoming(c.item.id))
    return not faces_people(c), c.item.word("status") != "existing", called


def faces_people(c: ItemScope) -> bool:
    """Whether people, devices or partners call a part, themselves or through what stands in front."""
    return any(
        f.item.word("from") in ("user", "device", "partner")
        or _kind_of_source(f) in ("client", "edge", "gateway")
        for f in c.whole.incoming(c.item.id)
    )


def _kind_of_source(flow: ItemScope) -> str:
    source = flow.referred("from")
    return source.kind if source is not None else ""
