"""Gather what a prompt is rendered from: the facts that are given, and entries of the knowledge."""

from collections.abc import Callable
from typing import Any, Final

from backend_mcp.catalog.entry import areas, read_entry
from backend_mcp.catalog.library import Library
from backend_mcp.errors import ArgumentError, unknown_name
from backend_mcp.model.consultation import Balance, Comparison, Told
from backend_mcp.model.decision import Memory
from backend_mcp.model.design import Design, Item
from backend_mcp.model.fact import Fact
from backend_mcp.model.prompt import PromptArgument, PromptCard
from backend_mcp.model.review import Finding, Review
from backend_mcp.usecases import consult, judge

ReadDesign = Callable[[str], Design]
"""From a document or the path of one to a design; whoever serves knows what may be read."""
Recall = Callable[[str], Memory]
"""From the same to what was decided in its repository."""
_SITUATION: Final = ("context.", "load.", "data.", "needs.")


def gather(
    card: PromptCard, given: dict[str, str], library: Library, read: ReadDesign, recall: Recall
) -> dict[str, Any]:
    """Return everything that a template may name, as values; what is not given is not there.

    Raises:
        ArgumentError: an argument is unknown, missing, or names what is not there.
        DesignError: the design leaves nothing to review.
    """
    known = {a.name: a for a in card.arguments}
    for name in given:
        if name not in known:
            raise unknown_name("arguments", name, list(known) or ["none"])
    for argument in card.arguments:
        if argument.required and not given.get(argument.name, "").strip():
            raise ArgumentError(f"arguments.{argument.name}", "", f"is due: {argument.description}")
    values: dict[str, Any] = {"args": given, **_from_knowledge(library)}
    text = _design(card, given)
    design = read(text) if text else consult.read_situation(None, "no design", library)
    values |= _from_design(design, library)
    if design.components:
        values["review"] = judge.judge_design(design, library.knowledge, recall(text))
    for argument in card.arguments:
        text = given.get(argument.name, "").strip()
        if text:
            values[argument.name] = _value(argument, text, design, values)
    return values


def _design(card: PromptCard, given: dict[str, str]) -> str:
    """Return the design that was given, as a document or a path; empty for none."""
    named = (given.get(a.name, "") for a in card.arguments if a.kind == "design")
    return next((t for t in named if t.strip()), "")


def _from_knowledge(library: Library) -> dict[str, Any]:
    def entry(name: str) -> dict[str, Any]:
        kind, _, id_ = name.partition("/")
        return read_entry(library.folder, kind, id_)

    def practices(area: str) -> list[Any]:
        return [p for p in library.knowledge.practices.values() if p.area == area]

    return {
        "entry": entry,
        "practices": practices,
        "areas": areas(library.folder),
        "knowledge": library.knowledge.version,
    }


def _from_design(design: Design, library: Library) -> dict[str, Any]:
    def compare(capability: str) -> Comparison:
        return consult.compare_options(capability, design, library)

    def checklist(topic: str) -> Told:
        return consult.get_checklist(topic, design, library)

    def weigh(name: str) -> Balance:
        return consult.weigh_advice(name, design, library)

    return {
        "picture": _picture(design),
        "review": None,
        "compare": compare,
        "checklist": checklist,
        "weigh": weigh,
    }


def _value(argument: PromptArgument, text: str, design: Design, values: dict[str, Any]) -> Any:
    """Return what a template sees under an argument's name."""
    if argument.kind == "capability":
        return values["compare"](text)
    if argument.kind == "topic":
        return values["checklist"](text)
    if argument.kind == "advice":
        return values["weigh"](text)
    if argument.kind == "finding":
        findings = _findings(values["review"]) if values["review"] else ()
        found = next((f for f in findings if f.id == text), None)
        if found is None:
            allowed = [f.id for f in findings] or ["no finding"]
            raise unknown_name(f"arguments.{argument.name}", text, allowed)
        return found
    return design.name if argument.kind == "design" else text


def _findings(judged: Review) -> tuple[Finding, ...]:
    """Return the findings that are raised, and those that were decided: a record may speak of either."""
    return (*judged.findings, *(d.finding for d in judged.decided if d.finding is not None))


def _picture(design: Design) -> dict[str, Any]:
    """Return a design as people would draw it: the situation, the parts, the flows, the promises."""
    facts = [f for p, f in sorted(design.facts.items()) if p.startswith(_SITUATION)]
    practices = [f for p, f in sorted(design.facts.items()) if p.startswith("practices.")]
    return {
        "name": design.name,
        "purpose": design.purpose,
        "situation": [{"fact": f.path, "value": f.said, "basis": f.basis} for f in facts],
        "practices": [_practice(f) for f in practices],
        "components": [_item(i) for i in design.components],
        "flows": [_item(i) for i in design.flows],
        "promises": [_item(i) for i in design.promises],
        "stores": [_item(i) for i in design.lists.get("stores", ())],
        "targets": [_item(i) for i in design.lists.get("targets", ())],
        "absent": sorted(design.absent),
        "unread": [{"at": u.at, "got": u.got, "want": u.want} for u in design.unread],
    }


def _practice(fact: Fact) -> dict[str, Any]:
    """Return what is said of a practice, and apart from it what was noted beside."""
    planned = fact.note == "planned"
    value = "planned" if planned else fact.said
    return {"fact": fact.path, "value": value, "note": "" if planned else fact.note}


def _item(item: Item) -> dict[str, Any]:
    """Return what is said of an item, and how well each of it is known."""
    said = {key: f.said for key, f in item.facts.items()}
    bases = {key: f.basis for key, f in item.facts.items() if f.known}
    return {"id": item.id, "at": item.place, **said, "bases": bases}
