"""Right-sizing of a new part beside existing ones: whether they do one job, and which would do."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from backend_mcp.capacity import ItemScope
from backend_mcp.capacity.kinds import QUIET
from backend_mcp.review.payers import draws_boundary
from backend_mcp.review.rungs import carries, loses_truth, room, roomy
from backend_mcp.review.spares import spared
from backend_mcp.review.standing import Standing

_AN_HOUR: Final = 1.0
_OTHER_KINDS: Final = ("document", "key_value", "wide_column")


def exists(s: Standing) -> bool:
    """Whether a standing is that of a part that is there already."""
    return s.part is not None and s.part.item.word("status") == "existing"


def beside_existing(s: Standing, others: Sequence[Standing]) -> Standing:
    """A new part beside an existing one on the same ladder that would do is not paid for.

    What a stated need pays for, the existing one must give, too. What is plain and takes less than
    an hour a month (a bucket) is not worth the question.
    """
    s = spared(s)
    new = s.part is not None and s.part.item.word("status") == "new"
    if not new or s.fit in ("under", "over", "unpaid") or s.chosen == 0:
        return s
    if on_its_own(s) or (s.chosen <= s.plain and s.rung.entry.upkeep < _AN_HOUR):
        return s
    peers = [o for o in others if _would_do(o, s)] or [o for o in others if _holds_rows(o, s)]
    if any(g.firm and g.rung == s.chosen for g in s.gates):
        strong = [o for o in peers if o.chosen >= s.chosen]
        if peers and not strong:
            most = max(o.chosen for o in peers)
            return replace(s, lowest=max(s.lowest, most))
        peers = strong
    return replace(s, fit="unpaid", lowest=peers[0].chosen, peer=peers[0].part) if peers else s


def _holds_rows(other: Standing, s: Standing) -> bool:
    """Whether a new relational database holds the truth beside this new store of another kind, with room for both."""
    part, mine = other.part, s.part
    if part is None or mine is None or other.ladder is not s.ladder or exists(other):
        return False
    kinds = part.kind == "relational" and mine.kind in _OTHER_KINDS
    both = part.item.word("holds") == mine.item.word("holds") == "truth"
    apart = part.item.word("owner") != mine.item.word("owner")
    ample = roomy(room(other.rung, s.load), s.load) and other.chosen >= s.lowest
    return kinds and both and not apart and ample and other.fit in ("right", "tight")


def on_its_own(s: Standing) -> bool:
    """Whether a part does a job that no other part of the ladder does: a timer, a check."""
    return s.ladder.entry.each_its_own and s.chosen <= s.plain


def _would_do(other: Standing, s: Standing) -> bool:
    """Whether another standing is that of a part that exists, on the same ladder, and is enough."""
    part = other.part
    if part is None or s.part is None or other.ladder is not s.ladder or part is s.part:
        return False
    inside = s.part.referred("in") is part or part.referred("in") is s.part
    enough = other.chosen >= s.lowest and carries(other.rung, s.load) != "between"
    apart = _owned_apart(part, s.part)
    return exists(other) and enough and not inside and not apart and same_job(other, s)


def _owned_apart(one: ItemScope, other: ItemScope) -> bool:
    """Whether a stated boundary lies between those who write to two parts: each keeps its own data."""
    writers = [
        {
            f.item.word("from")
            for f in p.whole.incoming(p.item.id)
            if f.item.word("effect") not in QUIET
        }
        for p in (one, other)
    ]
    new = (one.whole.component(id_) for id_ in writers[1] - writers[0])
    bounded = any(c is not None and draws_boundary(c, one.whole) for c in new)
    return bounded and not writers[0] & writers[1]


def same_job(other: Standing, s: Standing) -> bool:
    """Whether two parts on one ladder do one job; where each does its own, two of one product do."""
    if other.part is not None and loses_truth(s.part, other.part):
        return False
    if other.part is None or s.part is None or not s.ladder.entry.each_its_own:
        return True
    one, two = set(other.part.item.words("technology")), set(s.part.item.words("technology"))
    return not on_its_own(other) and (not one or not two or bool(one & two))
