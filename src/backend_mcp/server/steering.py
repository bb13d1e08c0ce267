"""Wrong arguments, told in our own words: where, what is allowed, and one that would be right."""

from typing import Any, Final

from backend_mcp.errors import ArgumentError, unknown_name

EXAMPLES: Final = {
    "review_design": "design: {name: shop, components: [{id: app, kind: service}, {id: db, kind: relational}]}",
    "compare_options": 'capability: "queue", facts: {load: {messages_per_second: 8}}',
    "get_checklist": 'topic: "launch", facts: {context: {engineers: 3}}',
    "record_decision": "decision: {kind: defer, subject: no-ci@practices.ci, reason: after the launch, by: agent, "
    "until: 2027-06-30}",
    "search_knowledge": 'query: "customers charged twice after a timeout"',
}
"""A call that works, by tool."""
_SHOWN: Final = 60


def check_names(arguments: dict[str, Any], schema: dict[str, Any], tool: str) -> None:
    """Refuse an argument that the tool does not have, and one that is due and missing.

    Raises:
        ArgumentError: with the nearest name, or what the argument is for.
    """
    known = list(schema.get("properties", {}))
    for name in arguments:
        if name not in known:
            raise unknown_name("arguments", str(name), known, EXAMPLES.get(tool, ""))
    for name in schema.get("required", []):
        if name not in arguments:
            about = schema["properties"][name].get("description", "")
            raise ArgumentError(name, "nothing", f"is due: {about}", EXAMPLES.get(tool, ""))


def wrong_values(errors: list[dict[str, Any]], schema: dict[str, Any], tool: str) -> ArgumentError:
    """Turn what a validator says of arguments into our own words, by the schema's own descriptions."""
    by_name: dict[str, Any] = {}
    for error in errors:
        by_name.setdefault(
            str(error["loc"][0]) if error.get("loc") else "arguments", error.get("input")
        )
    name, value = next(iter(by_name.items()))
    about = schema.get("properties", {}).get(name, {})
    return ArgumentError(
        name, _shown(value), f"{_allowed(about)} is due: {about.get('description', '')}".strip(": "),
        EXAMPLES.get(tool, ""),
    )  # fmt: skip


def _allowed(about: dict[str, Any]) -> str:
    if about.get("enum"):
        return " or ".join(map(str, about["enum"]))
    options = about.get("anyOf", [about])
    types = [str(o.get("type")) for o in options if o.get("type") not in (None, "null")]
    lowest, highest = about.get("minimum"), about.get("maximum")
    bounds = f" from {lowest} to {highest}" if lowest is not None and highest is not None else ""
    return (" or ".join(types) or "another value") + bounds


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
