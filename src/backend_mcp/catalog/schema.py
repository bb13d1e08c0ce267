"""JSON Schemas for editors, and the reference pages: generated from the model, never by hand."""

import json
from typing import Any, Final

from backend_mcp.capacity import DERIVED
from backend_mcp.catalog.advice import ADVICE
from backend_mcp.catalog.files import KINDS
from backend_mcp.catalog.validate import adapter
from backend_mcp.model.fact import BASES
from backend_mcp.model.form import (
    SECTIONS,
    Amount,
    Flag,
    Names,
    Record,
    Refs,
    Text,
    Type,
    Word,
    Words,
)
from backend_mcp.model.form_design import COMPLETE, LISTS
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.overlay import Overlay

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_SINGULAR: Final = {
    "rules": "rule", "ladders": "ladder", "probes": "probe", "practices": "practice",
    "technologies": "technology", "thresholds": "threshold",
    "patterns": "pattern", "checklists": "checklist", "guides": "guide",
}  # fmt: skip
_FLAG: Final = {"enum": [True, False, "planned", "unknown"]}
_ANY: Final = {"type": ["string", "number", "boolean"]}

Schema = dict[str, Any]


def generated(knowledge: Knowledge) -> dict[str, str]:
    """Return every generated file by its path from the root of the checkout."""
    files = {"schema/design.json": _text(design_schema(knowledge))}
    files |= {
        f"schema/{_SINGULAR[kind]}.json": _text(_entry_schema(cls))
        for kind, cls in {**KINDS, **ADVICE}.items()
    }
    files["schema/overlay.json"] = _text(_entry_schema(Overlay))
    files["docs/derived.md"] = derived_page()
    files["docs/rules.md"] = rules_page(knowledge)
    return files


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _entry_schema(cls: type) -> Schema:
    return {"$schema": _DRAFT, **adapter(cls).json_schema()}


def design_schema(knowledge: Knowledge) -> Schema:
    """Return the schema of a design document, format 1, for editors and for `--strict`."""
    practices = {id_: _practice(details) for id_, details in knowledge.vocabulary.practices.items()}
    lists = {name: _many(_record(record, name)) for name, record in LISTS.items()}
    sections = {name: _record(record, "section") for name, record in SECTIONS.items()}
    sections["needs"]["properties"]["targets"] = _many(_target())
    return {
        "$schema": _DRAFT,
        "title": "A backend design, format 1",
        "type": "object",
        "required": ["components"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": 1},
            "name": {"type": "string"},
            "purpose": {"type": "string"},
            "note": {"type": "string"},
            **sections,
            **lists,
            "practices": {"type": "object", "properties": practices, "additionalProperties": False},
            "absent": _list_of({"type": "string"}),
            "complete": _list_of({"enum": list(COMPLETE)}),
            "answers": {"type": "object", "additionalProperties": _answer()},
        },
    }


def _target() -> Schema:
    target = next(k.type for k in SECTIONS["needs"].keys if k.name == "targets")
    assert isinstance(target, Record)
    return _record(target, "target")


def _answer() -> Schema:
    said = {"enum": [True, False, "unknown"]}
    parts = {"holds": said, "note": {"type": "string"}, "by": {"type": "string"}}
    return {"anyOf": [said, {"type": "object", "properties": parts, "additionalProperties": False}]}


def _record(record: Record, name: str) -> Schema:
    properties = {key.name: _described(_type(key.type), key.doc) for key in record.keys}
    if name in LISTS:
        properties = {"id": {"type": "string"}, **properties}
    if name in LISTS or name == "section":
        properties["basis"] = {"enum": list(BASES[:-1])}
        properties["note"] = {"type": "string"}
    whole: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if record.short:
        return {"anyOf": [whole, _short(record), {"const": "unknown"}]}
    return (
        whole
        if name in LISTS or name in ("section", "target")
        else {"anyOf": [whole, {"const": "unknown"}]}
    )


def _short(record: Record) -> Schema:
    if record.short == ".":
        return dict(_FLAG)
    key = next(k for k in record.keys if k.name == record.short)
    return _type(key.type)


def _described(schema: Schema, doc: str) -> Schema:
    return {"description": doc, **schema} if doc else schema


def _type(type_: Type) -> Schema:
    if isinstance(type_, Record):
        return _record(type_, "")
    if isinstance(type_, Names):
        known = {k.name: _type(k.type) for k in type_.known}
        values = _type(type_.values) if type_.values is not None else {}
        return {"type": "object", "properties": known, "additionalProperties": values}
    if isinstance(type_, Words):
        entry: Schema = {"enum": list(type_.words)} if type_.words else {"type": "string"}
        return _long(_list_of(entry))
    return _long(_plain(type_))


def _plain(type_: Type) -> Schema:
    if isinstance(type_, Amount):
        return {"type": ["string", "number"]}
    if isinstance(type_, Word):
        return {"enum": [*type_.words, "unknown"]}
    if isinstance(type_, Flag):
        return dict(_FLAG)
    if isinstance(type_, Refs):
        return _list_of({"type": "string"})
    assert isinstance(type_, Text), type_
    return dict(_ANY)


def _long(schema: Schema) -> Schema:
    """A value, or the same written long with its unit, basis and note."""
    parts = {
        "value": schema, "unit": {"type": "string"}, "basis": {"enum": list(BASES[:-1])},
        "note": {"type": "string"},
    }  # fmt: skip
    long = {
        "type": "object",
        "properties": parts,
        "required": ["value"],
        "additionalProperties": False,
    }
    return {"anyOf": [schema, {"const": "unknown"}, long]}


def _list_of(entry: Schema) -> Schema:
    return {
        "anyOf": [
            {"type": "array", "items": {"anyOf": [entry, _wrapped(entry)]}},
            entry,
            {"const": "none"},
        ]
    }


def _wrapped(entry: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {"value": entry, "basis": {}, "note": {}},
        "required": ["value"],
    }


def _many(entry: Schema) -> Schema:
    return {"anyOf": [{"type": "array", "items": {"anyOf": [entry, {"type": "string"}]}}, entry]}


def _practice(details: Any) -> Schema:
    parts = {name: _type(kind) for name, kind in details.items()}
    whole = {"type": "object", "properties": {"value": dict(_FLAG), **parts}}
    return {"anyOf": [dict(_FLAG), whole]}


def derived_page() -> str:
    """Return the page of derived facts, from their docstrings."""
    lines = [
        "# Derived facts", "",
        "Worked out from what a design says, shown with their formula, and only as good as their",
        "weakest input. Generated from `src/backend_mcp/capacity/`.", "",
        "| of | fact | what it is | formula | unit |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for (owner, name), derivation in sorted(DERIVED.items()):
        title = derivation.title.replace("|", "\\|")
        cells = (owner or "design", f"`{name}`", title, derivation.formula, derivation.unit)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def rules_page(knowledge: Knowledge) -> str:
    """Return the page of rules, ladders and probes."""
    lines = ["# Rules, ladders and probes", "", "Generated from `knowledge/`.", "", "## Rules", ""]
    lines += ["| rule | direction | severity | what it says | when | counterweight |"]
    lines += ["|---|---|---|---|---|---|"]
    for bound in knowledge.rules:
        r = bound.entry
        when = " and ".join(f"({t})" for t in (r.applies_when, r.fires_when) if t).replace(
            "|", "\\|"
        )
        severity = f"{r.severity}, locked" if r.locked else r.severity
        lines.append(
            f"| `{r.id}` | {r.direction} | {severity} | {r.title} | `{when}` | `{r.counterweight}` |"
        )
    lines += ["", "## Ladders", ""]
    for ladder in knowledge.ladders:
        lines += [f"### {ladder.entry.capability}", "", ladder.entry.why, "",
                  "| rung | holds | what pays for it | breaks when | signal |", "|---|---|---|---|---|"]  # fmt: skip
        for rung in ladder.rungs:
            gates = "; ".join(g.entry.pays for g in rung.gates) or ""
            holds = rung.holds.short() if rung.holds is not None else ""
            lines.append(
                f"| {rung.entry.name} | {holds} | {gates} | {rung.entry.breaks} | {rung.entry.signal} |"
            )
        lines.append("")
    lines += ["## Probes", "", "| probe | decides | asks |", "|---|---|---|"]
    for probe in knowledge.probes:
        lines.append(f"| `{probe.entry.id}` | {probe.entry.decides} | {probe.entry.ask} |")
    return "\n".join(lines) + "\n"
