"""The structured result, long and short. Text forms are made from it, so that both hold the same."""

from typing import Final, Literal

from backend_mcp.model.design import Unread
from backend_mcp.model.review import Capability, Decided, Finding, Limit, Question, Review
from backend_mcp.render.fit import Shape, cut, trim
from backend_mcp.render.unjudged import briefly, by_reason

Detail = Literal["short", "full"]
DETAILS: Final = ("short", "full")
_FINDINGS, _OTHERS, _UNREAD, _CONFLICTS, _CONDITION = 5, 3, 8, 2, 120
_IN_FULL: Final = {"questions": 5, "look": 6, "keep": 8}
"""How many the long form shows: those that come first decide most."""


def result(review: Review, detail: Detail = "short") -> Shape:
    """Return the result as plain values, ready for JSON."""
    return full(review) if detail == "full" else short(review)


def full(review: Review) -> Shape:
    """Return everything that was judged and why."""
    shape: Shape = {
        "name": review.name,
        "verdict": review.verdict,
        "ready": review.ready,
        "summary": review.summary,
        "findings": [finding(f) for f in review.findings],
        "decided": [_decided_whole(d) for d in review.decided],
        "unread": [_unread(u) for u in review.unread],
        "conflicts": [str(c) for c in review.conflicts],
        "look": [
            {"id": x.id, "at": x.at, "ask": x.ask, "bad_sign": x.bad_sign, "good_sign": x.good_sign,
             "decides": x.decides}
            for x in review.looks[: _IN_FULL["look"]]
        ],
        "questions": [
            {**_question(q), "answers": dict(q.answers), "decides": list(q.decides)}
            for q in review.questions[: _IN_FULL["questions"]]
        ],
        "capabilities": [_capability(c) for c in review.capabilities],
        "budget": _budget(review),
        "simplest": {"components": list(review.simplest), "extras": _extras(review)},
        "answered": [
            {"id": a.id, "holds": a.holds, "note": a.note, "by": a.by} for a in review.answered
        ],
        "keep": [{"at": k.at, "why": k.why} for k in review.keeps[: _IN_FULL["keep"]]],
        "claims": {c: list(words) for c, words in review.claims.items()},
        "derived": [
            {"fact": f.path, "value": f.said, "basis": f.basis, "formula": f.formula}
            for f in review.derived
        ],
        "not_judged": [*by_reason(review.not_judged), *review.off],
        "next": review.next,
        "used": {
            "rules": review.used.rules, "applicable": review.used.applicable,
            "fired": review.used.fired, "unknown": review.used.unknown,
        },
    }  # fmt: skip
    return {**shape, **_change(review), "knowledge": review.knowledge, "review": review.id}


def brief(review: Review) -> Shape:
    """Return what a person reads first, in whole sentences; `more` counts what the long form adds."""
    shape = _short(review)
    return _said({**shape, "more": _more(review, shape)})


def short(review: Review) -> Shape:
    """Return what fits into a few hundred tokens; `more` counts what was left out."""
    shape = _short(review)
    trim(shape, lambda: _more(review, shape))
    return _said({**shape, "more": _more(review, shape)})


def _said(shape: Shape) -> Shape:
    return {key: value for key, value in shape.items() if value not in ([], {}, "")}


def _short(review: Review) -> Shape:
    shown = _heaviest(review)
    return {
        "verdict": review.verdict,
        "ready": review.ready,
        "summary": review.summary,
        **_change(review, 5),
        "findings": [_line(f, _also_at(f, shown, review)) for f in shown],
        "decided": [_decided(d) for d in _told_first(review)[:_OTHERS]],
        "unpaid": [f"{e.component}: {e.instead or e.pays}" for e in review.extras],
        "capabilities": [_fit(c) for c in review.capabilities if _is_told(c, review)],
        "questions": [_question(q) for q in review.questions[:_OTHERS]],
        "look": [{"id": x.id, "at": x.at, "ask": x.ask} for x in review.looks[:_OTHERS]],
        "keep": [{"at": k.at, "why": k.why} for k in review.keeps[:_OTHERS]],
        "not_judged": [briefly(line) for line in by_reason(review.not_judged)[:_OTHERS]],
        "conflicts": [str(c) for c in review.conflicts[:_CONFLICTS]],
        "unread": [_unread(u) for u in review.unread[:_UNREAD]],
        "claims": _claims(review),
        "next": review.next,
        "knowledge": review.knowledge,
        "review": review.id,
    }


def _is_told(c: Capability, review: Review) -> bool:
    """Whether a capability is not right, and nobody decided that its part stays as it is."""
    decided = {d.finding.at for d in review.decided if d.finding is not None}
    return c.fit not in ("right", "unknown") and c.at not in decided


def _told_first(review: Review) -> list[Decided]:
    """Return what was decided: what no longer holds or rests on something unknown first."""
    return sorted(review.decided, key=lambda d: (not d.expired, not d.unknown, d.finding is None))


def _decided(d: Decided) -> Shape:
    """Return a decision in a line; of its words none but its conditions: they were checked to be some."""
    line = {
        "id": d.id, "kind": d.decision.kind, "by": d.decision.by,
        "while": cut(d.decision.holds_while, _CONDITION), "until": d.decision.until,
        "file": cut(d.file, _CONDITION), "unknown": d.unknown, "expired": d.expired,
    }  # fmt: skip
    return {key: value for key, value in line.items() if value}


def _decided_whole(d: Decided) -> Shape:
    decision, finding = d.decision, d.finding
    more = {
        "title": finding.title if finding is not None else decision.title,
        "severity": finding.severity if finding is not None else "",
        "decided": decision.decided, "reason": decision.reason, "owner": decision.owner,
        "hours_per_month": decision.interest, "trigger": decision.trigger,
    }  # fmt: skip
    return {**_decided(d), **{k: v for k, v in more.items() if v not in ("", None)}}


def _heaviest(review: Review) -> list[Finding]:
    """Return the first findings, and instead of the last of them the heaviest of each direction."""
    firsts = {f.direction: f for f in reversed(review.findings)}
    chosen = list(firsts.values())
    for finding in review.findings:
        told = any(_same_matter(finding, c) for c in chosen)
        if len(chosen) < _FINDINGS and finding not in chosen and not told:
            chosen.append(finding)
    return sorted(chosen, key=review.findings.index)


def _same_matter(one: Finding, other: Finding) -> bool:
    """Whether one line says it for both: of parts that nothing pays for, those that one reason denies."""
    told = (one.rule, one.severity, one.unsaid, one.why)
    return told == (other.rule, other.severity, other.unsaid, other.why)


def _also_at(f: Finding, shown: list[Finding], review: Review) -> list[str]:
    """Return where else the same is found: one line says it for all of them."""
    others = [x for x in review.findings if x not in shown and _same_matter(x, f)]
    places = [x.at for x in others if f is next(s for s in shown if _same_matter(x, s))]
    return places[:_OTHERS] + ([f"{len(places) - _OTHERS} more"] if len(places) > _OTHERS else [])


def _line(f: Finding, also_at: list[str]) -> Shape:
    line = {
        "id": f.id, "severity": f.severity, "direction": f.direction, "at": f.at,
        "also_at": also_at, "title": f.title, "number": f.number,
        "stale": f.threshold.stale if f.threshold is not None else "", "do": f.do,
        "decision": f.decision,
    }  # fmt: skip
    if f.conditional:
        line["conditional"] = True  # type: ignore[assignment]
    return {k: v for k, v in line.items() if v not in ("", [])}


def finding(f: Finding) -> Shape:
    """Return one finding with everything behind it."""
    return {
        "id": f.id, "rule": f.rule, "direction": f.direction, "severity": f.severity, "at": f.at,
        "title": f.title,
        "because": [
            {k: v for k, v in (("fact", r.fact), ("value", r.value), ("basis", r.basis), ("formula", r.formula)) if v}
            for r in f.because
        ],
        "number": f.number, "threshold": _threshold(f.threshold), "why": f.why, "do": f.do,
        "flips_when": f.flips_when, "conditional": f.conditional, "unsaid": f.unsaid,
        **({"decision": f.decision} if f.decision else {}),
        "also": list(f.also), "repair": dict(f.repair), "sources": list(f.sources),
    }  # fmt: skip


def _threshold(limit: Limit | None) -> Shape | None:
    if limit is None:
        return None
    return {
        "id": limit.id, "value": limit.value, "source": limit.source, "read": limit.read,
        "expires": limit.expires, "house_heuristic": limit.house, "stale": limit.stale,
    }  # fmt: skip


def _capability(c: Capability) -> Shape:
    return {
        "capability": c.capability, "at": c.at, "chosen": c.chosen, "needed": c.needed,
        "verdict": c.fit, "rungs": c.rungs, "demand": c.demand, "formula": c.formula,
        "holds_to": c.holds_to, "headroom": c.headroom, "flips_when": c.flips_when,
        "cost": c.cost, "measure": c.measure, "stale": c.stale,
    }  # fmt: skip


def _fit(c: Capability) -> Shape:
    return {
        "capability": c.capability, "at": c.at, "verdict": c.fit, "needed": c.needed,
    }  # fmt: skip


def _question(q: Question) -> Shape:
    return {"id": q.id, "fact": q.fact, "ask": q.ask}


def _extras(review: Review) -> list[Shape]:
    return [
        {"component": e.component, "paid_by": None, "instead": e.instead, "would_pay": e.pays}
        for e in review.extras
    ]


def _budget(review: Review) -> Shape | None:
    budget = review.budget
    if budget is None:
        return None
    return {
        "hours_per_month": budget.hours, "capacity": budget.capacity, "verdict": budget.verdict,
    }  # fmt: skip


def _change(review: Review, longest: int = 500) -> Shape:
    change = review.change
    if change is None:
        return {}
    return {
        "change": {
            "added": _names(change.added, longest), "changed": _names(change.changed, longest),
            "removed": _names(change.removed, longest), "flows": change.flows,
        }
    }  # fmt: skip


def _names(ids: tuple[str, ...], longest: int) -> list[str]:
    shown = [cut(i, 40) if longest < len(ids) else i for i in ids[:longest]]
    return shown + ([f"{len(ids) - longest} more"] if len(ids) > longest else [])


def _claims(review: Review) -> str:
    """One line of receipt for all words in `paid_by` that name no fact."""
    if not review.claims:
        return ""
    names = ", ".join(list(review.claims)[:6]) + (" …" if len(review.claims) > 6 else "")
    return f"paid_by in words pays nothing ({names}); name a fact, a promise's id, team, law or failure"


def _unread(u: Unread) -> Shape:
    return {
        "at": cut(u.at, 90),
        "got": cut(u.got, 60),
        "want": cut(u.want, 90),
        **({"line": u.line} if u.line else {}),
    }


def _more(review: Review, shape: Shape) -> Shape:
    """Count what the long form shows beside."""
    totals = {
        "findings": len(review.findings), "questions": len(review.questions),
        "look": len(review.looks), "keep": len(review.keeps), "unread": len(review.unread),
        "capabilities": len(review.capabilities), "not_judged": len(by_reason(review.not_judged)) + len(review.off),
        "unpaid": len(review.extras), "conflicts": len(review.conflicts), "decided": len(review.decided),
    }  # fmt: skip
    shown = {name: min(n, _IN_FULL.get(name, n)) for name, n in totals.items()}
    left = {name: n - len(shape.get(name, [])) for name, n in shown.items()}
    return {name: n for name, n in left.items() if n > 0}
