"""Requests of every method that the server has, rightly enveloped, with arguments mutated."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final

from backend_mcp import settings
from backend_mcp.render import prompts
from benchmarks.fuzz_protocol import designs, values

Call = tuple[str, dict[str, Any]]
"""A method and its parameters, without `_meta`."""
KNOWLEDGE: Final = settings.knowledge_folder()
KINDS: Final = (
    "rules", "ladders", "probes", "practices", "technologies", "thresholds", "patterns", "checklists", "guides",
)  # fmt: skip
CARDS: Final = prompts.cards(settings.prompts_folder())


def _ids(kind: str) -> list[str]:
    return sorted(p.stem for p in Path(KNOWLEDGE / kind).rglob("*.yaml") if p.stem != "ids")


IDS: Final = {kind: _ids(kind) for kind in KINDS}
WORDS: Final = sorted(
    {w for ids in IDS.values() for id_ in ids for w in id_.replace("_", "-").split("-")}
)
OPERATORS: Final = (
    '"', '""', "'", "*", "^", ":", "-", "+", "(", ")", "{", "}", "AND", "OR", "NOT", "NEAR", "NEAR(a b, 2)", "NEAR/3",
    "names:", "{names text}:", "- names :", "^a", "a*", "*a", '"a', '"a b" *', "AND AND", "OR", "() ()", "\\", "--",
    ";",
    "words MATCH", "rowid", "%", "_", "?", "1", "0x1", "NULL", "x'00'",
)  # fmt: skip


def _bent(given: dict[str, Any], pick: Random) -> dict[str, Any]:
    """Now and then put a wrong type, an unknown argument, or drop one."""
    if pick.random() < 0.12 and given:
        name = pick.choice(list(given))
        if pick.random() < 0.4:
            del given[name]
        else:
            given[name] = values.leaf(pick)
    if pick.random() < 0.05:
        given[values.near(pick.choice(("design", "facts", "part", "query")), pick)] = values.tree(
            pick
        )
    return given


def _part(given: dict[str, Any], pick: Random) -> dict[str, Any]:
    if pick.random() < 0.25:
        given["part"] = pick.choice(
            (1, 1, 2, 2, 3, 7, 30, 0, -1, 10**30, "2", 2.0, 1.5, True, None, [], "last")
        )
    return given


def tool(name: str, given: dict[str, Any]) -> Call:
    """Return a call of a tool."""
    return "tools/call", {"name": name, "arguments": given}


def review_object(pick: Random) -> Call:
    given: dict[str, Any] = {"design": designs.design(pick)}
    return tool("review_design", _bent(_about(given, pick), pick))


def review_text(pick: Random) -> Call:
    design = designs.path(pick) if pick.random() < 0.35 else designs.text(pick)
    return tool("review_design", _bent(_about({"design": design}, pick), pick))


def _about(given: dict[str, Any], pick: Random) -> dict[str, Any]:
    if pick.random() < 0.3:
        given["detail"] = pick.choice(("short", "full", "full", "FULL", "", 1, None))
    if pick.random() < 0.2:
        given["base"] = pick.choice(
            ("", "last", "last", "first", " last", None, 0, designs.path(pick))
        )
    if pick.random() < 0.1:
        given["ask_person"] = pick.choice((True, True, False, "yes", 1, None))
    return _part(given, pick)


def review_other(pick: Random) -> Call:
    given = {
        k: values.tree(pick)
        for k in ("design", "base", "detail", "part", "ask_person")
        if pick.random() < 0.4
    }
    return tool("review_design", _bent(given, pick))


def compare(pick: Random) -> Call:
    name = values.near(pick.choice((*IDS["ladders"], *IDS["technologies"])), pick)
    capability = pick.choice(IDS["ladders"]) if pick.random() < 0.5 else name
    given: dict[str, Any] = {"capability": capability}
    if pick.random() < 0.6:
        given["facts"] = designs.given(pick)
    return tool("compare_options", _bent(_part(given, pick), pick))


def checklist(pick: Random) -> Call:
    topic = pick.choice(IDS["checklists"])
    given: dict[str, Any] = {"topic": topic if pick.random() < 0.5 else values.near(topic, pick)}
    if pick.random() < 0.6:
        given["facts"] = designs.given(pick)
    return tool("get_checklist", _bent(_part(given, pick), pick))


def query(pick: Random) -> str:
    """Return what somebody may search for, or what a search may stumble over."""
    kind = pick.randrange(8)
    if kind == 0:
        return _entry(pick)
    if kind == 1:
        return values.near(_entry(pick), pick)
    if kind == 2:
        return str(values.leaf(pick))
    if kind == 3:
        return " ".join(pick.choice(OPERATORS) for _ in range(pick.randrange(1, 12)))
    if kind == 4:
        return " ".join(pick.choice(WORDS) for _ in range(pick.choice((60, 200))))
    glue = pick.choice((" ", " ", '" "', "* ", " AND ", ":", "-", " OR NOT ", "/"))
    words = [pick.choice((*WORDS, *OPERATORS)) for _ in range(pick.randrange(1, 9))]
    return glue.join(words)


def _entry(pick: Random) -> str:
    kind = pick.choice(KINDS)
    id_ = pick.choice(IDS[kind])
    return pick.choice((id_, f"{kind}/{id_}", f"{pick.choice(KINDS)}/{id_}"))


def search(pick: Random) -> Call:
    return tool("search_knowledge", _bent(_part({"query": query(pick)}, pick), pick))


def other_tool(pick: Random) -> Call:
    known = pick.choice(("review_design", "compare_options", "get_checklist", "search_knowledge"))
    params: dict[str, Any] = {"name": values.near(known, pick), "arguments": values.tree(pick)}
    if pick.random() < 0.3:
        params = {
            k: values.tree(pick) for k in ("name", "arguments", "task", "x") if pick.random() < 0.6
        }
    return "tools/call", params


def listing(pick: Random) -> Call:
    method = pick.choice(
        (
            "tools/list",
            "prompts/list",
            "resources/list",
            "resources/templates/list",
            "server/discover",
        )
    )
    return method, {"cursor": values.leaf(pick)} if pick.random() < 0.3 else {}


URIS: Final = (
    "backend://form", "backend://form/", "backend://", "backend:", "backend:///", "backend://form/x",
    "backend://nothing",
    "backend://rules/../../pyproject.toml", "backend://rules/..%2f..%2fx", "backend://rules/%00",
    "backend://user@rules/x",
    "backend://rules:80/x", "backend://rules?x=1", "backend://rules#x", "BACKEND://FORM", "backend://RULES",
    "file:///etc/hosts",
    "http://127.0.0.1/", "", " ", "x", "://", "backend://[::1]/x", "backend://[", "ui://x", "data:,x",
    "backend://rules//x",
)  # fmt: skip


def read(pick: Random) -> Call:
    kind = pick.choice(KINDS)
    uri = pick.choice((
        pick.choice(URIS), f"backend://{kind}", f"backend://{kind}/{pick.choice(IDS[kind])}",
        f"backend://{values.near(kind, pick)}/{values.near(pick.choice(IDS[kind]), pick)}", str(values.leaf(pick)),
    ))  # fmt: skip
    return "resources/read", _bent({"uri": uri}, pick)


def prompt(pick: Random) -> Call:
    card = pick.choice(CARDS)
    given: dict[str, Any] = {
        a.name: _argument(a.kind, pick) for a in card.arguments if pick.random() < 0.85
    }
    if pick.random() < 0.1:
        given[values.near(pick.choice(list(given) or ["design"]), pick)] = values.tree(pick)
    name = card.name if pick.random() < 0.85 else values.near(card.name, pick)
    return "prompts/get", _bent({"name": name, "arguments": given}, pick)


def _argument(kind: str, pick: Random) -> Any:
    """Return an argument of a prompt; each is a text, which clients don't always know."""
    if pick.random() < 0.1:
        return values.tree(pick)
    if kind == "design":
        return designs.text(pick) if pick.random() < 0.7 else designs.path(pick)
    ids = {"capability": IDS["ladders"], "topic": IDS["checklists"], "finding": IDS["rules"]}.get(
        kind
    )
    name = pick.choice(ids) if ids else _entry(pick)
    return name if pick.random() < 0.6 else values.near(name, pick)


def complete(pick: Random) -> Call:
    kind = pick.choice(KINDS)
    refs = (
        {"type": "ref/resource", "uri": f"backend://{kind}/{{id}}"},
        {"type": "ref/resource", "uri": pick.choice(URIS)},
        {"type": "ref/prompt", "name": pick.choice(CARDS).name},
        {"type": "ref/prompt", "name": str(values.leaf(pick))},
        {"type": "ref/other", "name": "x"},
        values.tree(pick),
    )
    argument = {
        "name": pick.choice(("id", "design", "capability", "topic", "x")),
        "value": str(values.leaf(pick)),
    }
    if pick.random() < 0.4:
        argument["value"] = pick.choice(WORDS)[: pick.randrange(1, 6)]
    params = {"ref": pick.choice(refs), "argument": argument}
    if pick.random() < 0.15:
        params["context"] = values.tree(pick)
    return "completion/complete", _bent(params, pick)


LEVELS: Final = ("debug", "info", "warning", "error", "emergency", "loud", "", 3, None)
VERSIONS: Final = (
    "2025-11-25",
    "2025-11-25",
    "2025-06-18",
    "2026-07-28",
    "1999-01-01",
    "",
    1,
    None,
    [],
    "x" * 3000,
)


def session(pick: Random) -> Call:
    """Return a request about the connection itself."""
    method = pick.choice((
        "initialize", "initialize", "ping", "logging/setLevel", "subscriptions/listen", "subscriptions/listen",
        "resources/subscribe", "resources/unsubscribe", "roots/list", "sampling/createMessage", "tasks/get",
        "elicitation/create",
    ))  # fmt: skip
    params: dict[str, Any] = {}
    if method == "initialize":
        params = {
            "protocolVersion": pick.choice(VERSIONS),
            "capabilities": pick.choice(
                ({}, {"elicitation": {}}, {"roots": 1}, None, {"x": [1]}, "x")
            ),
            "clientInfo": pick.choice(({"name": "fuzz", "version": "1"}, {"name": 1}, {}, None)),
        }
    elif method == "logging/setLevel":
        params = {"level": pick.choice(LEVELS)}
    elif method == "subscriptions/listen":
        names = (
            "toolsListChanged",
            "promptsListChanged",
            "resourcesListChanged",
            "resourceSubscriptions",
            "x",
        )
        params = {
            "notifications": {
                n: pick.choice((True, False, ["backend://rules"], 1, None)) for n in names
            }
        }
        params = pick.choice((params, {}, {"notifications": values.tree(pick)}))
    elif method.startswith("resources/"):
        params = {"uri": pick.choice(URIS)}
    return method, _bent(params, pick)


CALLS: Final[dict[str, tuple[int, Callable[[Random], Call]]]] = {
    "review_design, a design as an object": (90, review_object),
    "review_design, a design as a text or path": (60, review_text),
    "review_design, arguments of any type": (25, review_other),
    "compare_options": (40, compare),
    "get_checklist": (40, checklist),
    "search_knowledge": (70, search),
    "tools that are not there, calls of no shape": (40, other_tool),
    "lists and discovery": (40, listing),
    "resources/read": (70, read),
    "prompts/get": (50, prompt),
    "completion/complete": (60, complete),
    "initialize, ping, logging, subscriptions, what is not served": (60, session),
}
"""Kinds of calls with their weight and what makes one."""
