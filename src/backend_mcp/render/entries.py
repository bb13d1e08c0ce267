"""An entry of the knowledge as plain values a reader can use: words first, numbers with their values.

What only a machine needs of it stays in its file: the words of the search, and the designs that test it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from backend_mcp.model.consultation import Whole
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Finding, Look
from backend_mcp.model.sentence import in_words
from backend_mcp.render.flow import changes
from backend_mcp.render.steps import TOOLS, Steps

Shape = dict[str, Any]
Values = Mapping[str, Any]
_ONE_OF: Final = {
    "flows": "each flow", "components": "each part", "stores": "each data set",
    "must_hold": "each promise", "targets": "each target",
}  # fmt: skip

_ROWS: Final = 6
"""How many values of a table stand where it is only one of several numbers."""


def entry(whole: Whole, knowledge: Knowledge, steps: Steps = TOOLS) -> Shape:
    """Return one entry as it is read, in the order in which it is read."""
    kind, _, id_ = whole.name.partition("/")
    values = whole.values
    shape: Shape = {
        "entry": whole.name,
        "title": values.get("title") or id_,
        **_KINDS[kind](whole, knowledge),
        "sources": [_some(s, "title", "url", "read", "note") for s in values.get("sources") or ()],
    }
    seen = [link["entry"] for link in shape.get("see", [])]
    shape["used_by"] = _links((name for name in whole.used_by if name not in seen), whole)
    onward = [*seen, *(link["entry"] for link in shape["used_by"])]
    shape["next"] = steps.on(kind, id_) or (steps.whole(onward[0]) if onward else steps.review)
    shape["knowledge"] = knowledge.version
    return {k: v for k, v in shape.items() if v not in ("", [], {}, None, ())}


def _rule(whole: Whole, knowledge: Knowledge) -> Shape:
    v, said = whole.values, whole.said
    list_ = v.get("for_each", "")
    practices = [name for name in whole.titles if name.startswith("practices/")]
    return {
        "about": {"direction": v["direction"], "severity": v["severity"]}
        | _some(v, "status", "locked"),
        "short": _capital(in_words(v["what"], list_)),
        "says": _example(said, v["do"]) if isinstance(said, Finding) else {},
        "fires": _conditions(v),
        "unsaid": v.get("unsaid") or [],
        "why": _in_words(v["why"], list_),
        "do": _in_words(v["do"], list_),
        "repair": v.get("repair") or {},
        "flips": _in_words(v["flips"], list_),
        "not_for": _in_words(v["not_for"], list_),
        "keep": _keeps(v),
        "numbers": _numbers(_thresholds(v), knowledge),
        "tried_on": _tried_on(v),
        "see": _links([f"rules/{v['counterweight']}", *_rules(v.get("covers")), *practices], whole),
    }  # fmt: skip


def _example(said: Finding, do: str) -> Shape:
    """Return what a rule says where it speaks, with the names and numbers of a design."""
    return _some(
        {"title": said.title, "number": said.number, "do": "" if said.do == do else said.do},
        "title", "number", "do",
    )  # fmt: skip


def _probe(whole: Whole, knowledge: Knowledge) -> Shape:
    v = whole.values
    list_ = v.get("for_each", "")
    example = whole.said if isinstance(whole.said, Look) else None
    return {
        "about": {"decides": v["decides"]},
        "ask": _in_words(v["ask"], list_),
        "says": {"title": example.ask} if example and example.ask != v["ask"] else {},
        "bad_sign": _in_words(v["bad_sign"], list_),
        "good_sign": _in_words(v["good_sign"], list_),
        "why": _in_words(v["why"], list_),
        "do": _in_words(v["do"], list_),
        "fires": _conditions(v),
        "numbers": _numbers(_thresholds(v), knowledge),
        "tried_on": _tried_on(v),
        "see": _links([n for n in whole.titles if n.startswith("practices/")], whole),
    }


def _advice(whole: Whole, knowledge: Knowledge) -> Shape:
    v = whole.values
    linked = [f"ladders/{v['ladder']}"] if v.get("ladder") else []
    return {
        **_some(v, "question", "short", "what"),
        "helps": _weighed(v.get("helps_when")),
        "hurts": _weighed(v.get("hurts_when")),
        "how": v.get("how", ""),
        "text": _blocks(v.get("text", "")),
        **_some(v, "breaks", "signal", "step_up", "step_down"),
        "numbers": _numbers(v.get("numbers") or (), knowledge),
        "answers": _links(_rules(v.get("answers")), whole),
        "changes": changes(v.get("before") or {}, v.get("after") or {}),
        "also_called": v.get("aliases") or [],
        "see": _links([*linked, *(n for n in v.get("see") or () if n not in linked)], whole),
    }


def _ladder(whole: Whole, knowledge: Knowledge) -> Shape:
    v = whole.values
    ladder = next((ld for ld in knowledge.ladders if ld.entry.id == v["id"]), None)
    held = {r.entry.id: r.holds for r in ladder.rungs} if ladder is not None else {}
    rungs = []
    for r in v["rungs"]:
        holds = held.get(r["id"])
        gates = [
            {"need": g["pays"], **({"forces": True} if g.get("forces") else {}), "when": g["when"]}
            for g in r.get("gates") or ()
        ]
        rungs.append({
            "id": r["id"], "name": r["name"], "holds": holds.short() if holds is not None else "",
            "upkeep": f"{r.get('upkeep', 0):g} h/month", "pays": gates, "breaks": r["breaks"],
            "signal": r["signal"], "technologies": r.get("technologies") or [], "up": r.get("up", ""),
        })  # fmt: skip
    numbers = [r["holds"] for r in v["rungs"] if r.get("holds")]
    return {
        "about": {"capability": v["capability"]},
        "why": v.get("why", ""),
        "rungs": [{k: x for k, x in r.items() if x not in ("", [])} for r in rungs],
        "numbers": _numbers(dict.fromkeys(numbers), knowledge),
        "tried_on": _tried_on(v),
    }


def _threshold(whole: Whole, _: Knowledge) -> Shape:
    v = whole.values
    heuristic = v["nature"] == "heuristic"
    return {
        "value": v.get("value", ""),
        "table": v.get("table") or {},
        "conditions": v["conditions"],
        "about": _some(v, "nature", "confidence")
        | ({"basis": "house heuristic"} if heuristic else {}),
        "dates": _some(v, "read", "expires", "check"),
    }


def _practice(whole: Whole, _: Knowledge) -> Shape:
    v = whole.values
    decided = [n for d in v.get("decides") or () for n in (f"rules/{d}", f"ladders/{d}")]
    return {
        "about": _some(v, "area"),
        "what": v["what"],
        "evidence": v.get("evidence") or {},
        "details": v.get("details") or {},
        "keep": _keeps(v),
        "also_called": v.get("aliases") or [],
        "see": _links([n for n in decided if n in whole.titles], whole),
    }


def _technology(whole: Whole, knowledge: Knowledge) -> Shape:
    v = whole.values
    limits = v.get("limits") or {}
    return {
        "about": _some(v, "kind", "does", "skill_of"),
        "what": v["summary"],
        "attributes": v.get("attributes") or [],
        "stands_on": [
            {"ladder": ladder, "rung": rung} for ladder, rung in (v.get("stands_on") or {}).items()
        ],
        "numbers": _numbers(dict.fromkeys(limits.values()), knowledge),
        "support_ends": {str(k): str(d) for k, d in (v.get("ends") or {}).items()},
        "also_called": [*(v.get("aliases") or ()), *(v.get("exact") or ())],
        "see": _links([f"ladders/{ladder}" for ladder in v.get("stands_on") or ()], whole),
    }


def _checklist(whole: Whole, _: Knowledge) -> Shape:
    v = whole.values
    return {
        "moment": v["moment"],
        "items": [_some(i, "id", "ask", "matters", "binds", "fact", "applies_when", "skipped") for i in v["items"]],
        "also_called": v.get("aliases") or [],
    }  # fmt: skip


_KINDS: Final[dict[str, Callable[[Whole, Knowledge], Shape]]] = {
    "rules": _rule, "probes": _probe, "patterns": _advice, "guides": _advice, "ladders": _ladder,
    "thresholds": _threshold, "practices": _practice, "technologies": _technology,
    "checklists": _checklist,
}  # fmt: skip


def _some(values: Values, *keys: str) -> Shape:
    """Return those of some keys that say something."""
    return {k: values[k] for k in keys if values.get(k) not in (None, "", [], {}, False)}


def _in_words(text: str, list_: str) -> str:
    return _capital(in_words(text, list_, whole=False))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _blocks(text: str) -> list[str]:
    """Return a page in Markdown by its headings, paragraphs and lists."""
    apart = "\n".join(f"\n{line}\n" if line.startswith("#") else line for line in text.split("\n"))
    return [block.strip("\n") for block in apart.split("\n\n") if block.strip()]


def _conditions(v: Values) -> Shape:
    """Return when a rule or a probe speaks, as the predicates that decide it."""
    each = {"for": _ONE_OF[v["for_each"]]} if v.get("for_each") in _ONE_OF else {}
    return each | _some(v, "applies_when", "fires_when")


def _weighed(conditions: Iterable[Values] | None) -> list[Shape]:
    return [
        {"says": c["says"], "when": c["when"]}
        | ({"for": _ONE_OF[c["for_each"]]} if c.get("for_each") in _ONE_OF else {})
        for c in conditions or ()
    ]


def _keeps(v: Values) -> list[str]:
    """Return why what an entry is about must not be cut."""
    keeps = v.get("keep") or []
    found = [keeps] if isinstance(keeps, dict) else keeps
    return [_in_words(k["why"], k.get("for_each", "")) for k in found]


def _tried_on(v: Values) -> Shape:
    """Return the names of the examples by what is said of them: they tell where the border runs."""
    found: dict[str, list[str]] = {}
    for example in v.get("examples") or ():
        found.setdefault(example["expect"], []).append(example["name"])
    return found


def _thresholds(v: Values) -> list[str]:
    said = f"{v.get('applies_when') or ''} {v.get('fires_when') or ''}"
    parts = said.split("threshold(")[1:]
    return list(dict.fromkeys(part.partition(")")[0].strip() for part in parts))


def _numbers(ids: Iterable[str], knowledge: Knowledge) -> list[Shape]:
    """Return numbers with their values, and when they were read."""
    found = []
    for id_ in ids:
        t = knowledge.thresholds.get(id_)
        if t is None:
            continue
        value = t.value or _table(t.table)
        line = {"id": id_, "value": value, "title": t.title, "read": t.read}
        if t.nature == "heuristic":
            line["basis"] = "house heuristic"
        found.append({k: x for k, x in line.items() if x})
    return found


def _table(table: Mapping[str, str]) -> str:
    said = ", ".join(
        f"{word.replace('_', ' ')} {value}" for word, value in list(table.items())[:_ROWS]
    )
    return said + (f" and {len(table) - _ROWS} more" if len(table) > _ROWS else "")


def _rules(ids: Any) -> list[str]:
    return [f"rules/{id_}" for id_ in ids or ()]


def _links(names: Iterable[str], whole: Whole) -> list[Shape]:
    """Return entries with their titles; what has no entry of its own leads nowhere."""
    titles = whole.titles
    return [{"entry": n, "title": titles[n]} for n in dict.fromkeys(names) if n in titles]
