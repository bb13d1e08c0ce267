"""What was consulted as plain values: a ladder compared, a checklist told, entries found, an entry whole."""

from collections.abc import Container, Sequence
from typing import Any, Final

from backend_mcp.model.advice import Pattern
from backend_mcp.model.consultation import (
    Balance,
    Comparison,
    Found,
    Hit,
    ItemLine,
    Need,
    RungLine,
    Told,
    Weighed,
)
from backend_mcp.model.design import Design
from backend_mcp.model.entries import Probe, Rule
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Limit
from backend_mcp.model.sentence import PLACEHOLDER, in_words
from backend_mcp.render.steps import TOOLS, Steps

Shape = dict[str, Any]
_MOVES: Final = 5
_HITS: Final = 8
_NEAREST: Final = 3
_UNREAD: Final = 8
_CONFLICTS: Final = 2


def compared(c: Comparison, knowledge: Knowledge, steps: Steps = TOOLS) -> Shape:
    """Return a ladder with where this situation stands on it."""
    shape: Shape = {
        "capability": c.capability,
        "ladder": c.ladder,
        "summary": c.summary,
        "at": c.at,
        "chosen": c.chosen,
        "needed": c.needed,
        "demand": c.demand,
        "formula": c.reason.formula
        if c.reason is not None and c.reason.formula != c.demand
        else "",
        "basis": c.reason.basis if c.reason is not None else "",
        "granted": c.granted,
        "rungs": [_rung(r) for r in c.rungs],
        "moves": list(c.moves[:_MOVES]),
        "questions": [{"fact": fact, "ask": ask} for fact, ask in c.ask],
        "why": c.why,
        "sources": list(c.sources),
        "next": _after_comparing(c, steps),
        "knowledge": knowledge.version,
    }
    return _said(shape)


def _after_comparing(c: Comparison, steps: Steps) -> str:
    names = {r.id: r.name for r in c.rungs}
    if c.chosen and c.needed and c.chosen != c.needed:
        return f"Take {names[c.needed]}, or state the need that pays for {names[c.chosen]}; then review the design."
    if c.ask:
        return f"Find out {c.ask[0][0]} ({c.ask[0][1]}), {steps.repeat('compare', c.ladder)}"
    if c.needed:
        return f"Take {names[c.needed]}; go up when what would move it comes true."
    return f"Measure what the rung that is marked `measure` carries here, {steps.repeat('compare', c.ladder)}"


def _rung(r: RungLine) -> Shape:
    return _said(
        {
            "id": r.id, "name": r.name, "state": r.state, "chosen_by": list(r.chosen_by),
            "holds": r.holds, "headroom": r.headroom, "upkeep": f"{r.upkeep:g} h/month",
            "pays": [_need(n) for n in r.needs],
            "breaks": r.breaks, "signal": r.signal, "technologies": list(r.technologies),
            "threshold": _threshold(r.limit),
        }
    )  # fmt: skip


def _need(n: Need) -> Shape:
    return _said({"need": n.pays, "is": n.truth, "forces": n.forces})


def _threshold(limit: Limit | None) -> str:
    if limit is None:
        return ""
    told = (limit.read and f"read {limit.read}", "house heuristic" if limit.house else "")
    about = ", ".join(t for t in told if t)
    return f"{limit.id} ({about})" + (f": {limit.stale}" if limit.stale else "")


def told(t: Told, knowledge: Knowledge, steps: Steps = TOOLS) -> Shape:
    """Return a checklist as it binds here; what several items wait for is told once."""
    waits = _waits(t)
    once = {w["for"] for w in waits}
    return _said(
        {
            "checklist": t.checklist,
            "title": t.title,
            "moment": t.moment,
            "counts": _counts(t),
            "waits": waits,
            "items": [_item(i, once) for i in t.items],
            "skipped": [{"id": i.id, "why": i.says} for i in t.skipped],
            "sources": list(t.sources),
            "next": _after_telling(t, steps),
            "knowledge": knowledge.version,
        }
    )


def _counts(t: Told) -> dict[str, int]:
    states = [i.state for i in t.items] + ["skipped"] * len(t.skipped)
    return {state: states.count(state) for state in dict.fromkeys(states)}


def _waits(t: Told) -> list[Shape]:
    """Return each answer that several items wait for, the one that most wait for first."""
    waiting: dict[str, list[str]] = {}
    for item in t.items:
        if item.state == "unknown" and item.says:
            waiting.setdefault(_awaited(item), []).append(item.id)
    held = sorted(waiting.items(), key=lambda w: -len(w[1]))
    return [{"for": what, "count": len(ids), "items": ids} for what, ids in held if len(ids) > 1]


def _awaited(i: ItemLine) -> str:
    return i.says.removeprefix("it depends: ")


def _item(i: ItemLine, once: Container[str]) -> Shape:
    facts = [f"{r.fact} = {r.value} ({r.basis})" for r in i.because] if i.state != "unknown" else []
    says = "" if i.state == "unknown" and _awaited(i) in once else i.says
    return _said(
        {
            "id": i.id, "state": i.state, "matters": i.matters, "ask": i.ask, "says": says,
            "at": list(i.at), "binds": i.binds, "because": facts[:3],
        }
    )  # fmt: skip


def _after_telling(t: Told, steps: Steps) -> str:
    missing = [i for i in t.items if i.state == "missing"]
    unknown = [i for i in t.items if i.state == "unknown"]
    if unknown:
        first = f"Answer first: {unknown[0].id}"
        mend = f"; mend {missing[0].id}" if missing else ""
        return f"{first}{mend}. {steps.repeat('checklist', t.checklist)}"
    if missing:
        return f"Mend {missing[0].id} first."
    return "All that binds here is answered: go ahead."


def listed(lines: Sequence[Hit], knowledge: Knowledge, steps: Steps = TOOLS) -> Shape:
    """Return the entries of one kind with their ids: what may be asked for."""
    kind = lines[0].kind if lines else ""
    rows = [{"id": h.id, "title": h.title, "says": first_sentences(h.says)} for h in lines]
    shape = {
        kind: rows,
        "next": steps.on(kind, rows[0]["id"]) if rows else "",
        "knowledge": knowledge.version,
    }
    return _said(shape)


def found(f: Found, knowledge: Knowledge, steps: Steps = TOOLS) -> Shape:
    """Return the entries that a search brought, or that there is none and what comes nearest."""
    hits = f.hits[:_HITS] if f.here else f.hits[:_NEAREST]
    lines = [
        {"entry": h.name, "title": h.title, "says": first_sentences(_readable(h, knowledge))}
        for h in hits
    ]
    key = "entries" if f.here else "nearest"
    return _said(
        {
            "query": f.query,
            "here": f.here,
            key: lines,
            "next": _after_finding(f, steps),
            "knowledge": knowledge.version,
        }
    )


def _readable(hit: Hit, knowledge: Knowledge) -> str:
    """Return what an entry says without a design: words in place of names, else why it matters."""
    entries: list[Rule | Probe] = [r.entry for r in knowledge.rules]
    entries += [p.entry for p in knowledge.probes]
    held = next((e for e in entries if e.id == hit.id), None)
    if held is None or PLACEHOLDER.search(hit.says) is None:
        return hit.says
    return in_words(hit.says, held.for_each) or held.why


def _after_finding(f: Found, steps: Steps) -> str:
    if f.here:
        return steps.whole(f.hits[0].name)
    if f.hits:
        return "Not held here; the nearest may not answer it. Ask in other words, or a person."
    return "Not held here. Ask in other words, or a person."


def balance(b: Balance) -> Shape:
    """Return what speaks for a pattern or guide here and what against, with what it is."""
    e = b.entry
    shape: Shape = {"id": e.id, "title": e.title, "numbers": list(e.numbers), "see": list(e.see)}
    if isinstance(e, Pattern):
        shape |= {"what": e.what, "how": e.how, "breaks": e.breaks, "signal": e.signal,
                  "step_up": e.step_up, "step_down": e.step_down}  # fmt: skip
    else:
        shape |= {"what": e.short, "question": e.question, "ladder": e.ladder}
    sides = {"helps": [_condition(w) for w in b.helps], "hurts": [_condition(w) for w in b.hurts]}
    return {**shape, **sides, "sources": [s.url or s.title for s in e.sources]}


def _condition(w: Weighed) -> Shape:
    holds = {True: "true", False: "false"}.get(w.holds, "unknown")  # type: ignore[arg-type]
    facts = [f"{r.fact} = {r.value} ({r.basis})" for r in w.because]
    return {"says": w.says, "holds": holds, "because": facts}


def first_sentences(text: str) -> str:
    """Return how a text begins, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= 240 else text[:239].rstrip() + "…"


def with_unread(shape: Shape, situation: Design) -> Shape:
    """Add what of the facts could not be read or contradicts: who sent it is told."""
    lines = [{"at": u.at, "got": u.got, "want": u.want} for u in situation.unread[:_UNREAD]]
    conflicts = [str(c) for c in situation.conflicts[:_CONFLICTS]]
    return {**shape, **_said({"conflicts": conflicts, "unread": lines})}


def _said(shape: Shape) -> Shape:
    return {k: v for k, v in shape.items() if v not in ("", [], {}, None, False) or k == "here"}
