"""Two parts for one job: a new one beside an existing one that would do."""

from dataclasses import replace
from typing import Final

from backend_mcp.review.standing import Standing, carries

_AN_HOUR: Final = 1.0


def beside_existing(s: Standing, others: list[Standing]) -> Standing:
    """A new part beside an existing one on the same ladder that would do is not paid for.

    What is plain and takes less than an hour a month (a bucket) is not worth the question.
    """
    new = s.part is not None and s.part.item.word("status") == "new"
    if not new or s.fit in ("under", "over", "unpaid") or s.chosen == 0:
        return s
    if s.chosen <= s.plain and s.rung.entry.upkeep < _AN_HOUR:
        return s
    peer = _existing_peer(s, others)
    return replace(s, fit="unpaid", lowest=peer.chosen) if peer is not None else s


def _existing_peer(s: Standing, others: list[Standing]) -> Standing | None:
    """Return the standing of a part that exists already, on the same ladder, and is enough."""
    for other in others:
        part = other.part
        if part is None or s.part is None or other.ladder is not s.ladder or part is s.part:
            continue
        inside = s.part.referred("in") is part or part.referred("in") is s.part
        if part.item.word("status") == "existing" and _would_do(other, s) and not inside:
            return other
    return None


def _would_do(peer: Standing, s: Standing) -> bool:
    """Whether a peer is enough: no need pays for a stronger rung, and no load may be too much for it."""
    paid = any(g.firm and g.rung == s.chosen for g in s.gates)
    least = s.chosen if paid else s.lowest
    return peer.chosen >= least and carries(peer.rung, s.load) != "between"
