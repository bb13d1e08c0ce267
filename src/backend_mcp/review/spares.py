"""Right-sizing of plain parts: silence needs no payer, but stated facts may say that less is enough."""

from dataclasses import replace

from backend_mcp.model.form import THERE
from backend_mcp.review.standing import Standing


def spared(s: Standing) -> Standing:
    """A new part on a plain rung is not paid for where stated facts say that a lower one is enough.

    Nothing that would pay for it may be true; where stated facts deny all that would, it is above
    the need, else merely unpaid.
    """
    plain = s.lowest < s.chosen <= s.plain and s.fit in ("right", "tight")
    if not plain or s.part is None or s.part.item.word("status") in THERE:
        return s
    spare = s.ladder.spare
    wanted = any(g.truth is True for g in s.gates if g.rung >= s.chosen)
    if wanted or spare.truth(s.part) is not True:
        return s
    if any(a.fact is not None and not a.fact.firm for a in spare.atoms(s.part)):
        return s
    return replace(s, fit="over" if s.denied() else "unpaid")
