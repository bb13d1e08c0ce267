"""A decision as MADR 4 Markdown: typed front matter for programs, a body in prose for people who review it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from backend_mcp.decisions.madr import FENCE, OURS, OWN_KEYS, Front, front_matter
from backend_mcp.errors import DesignError
from backend_mcp.model.decision import GATE, Decision
from backend_mcp.tree import Raw, from_text, plain

_PLAIN: Final = re.compile(r"[A-Za-z][^\x00-\x1f\x7f-\x9f\ufffe\uffff]*\Z")
_TOP_KEY: Final = re.compile(r"[\"']?(?P<key>[^\s\"'#:][^\"':]*)[\"']?[ \t]*:(\s|$)")
_WORDS: Final = ("true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL")
_SAYS: Final = {
    "accept": "Live with the finding as a debt",
    "override": "Leave it as it is: the finding does not count here",
    "defer": "Mend it later",
}
_WHO: Final = {"person": "a person", "agent": "the agent alone", "both": "a person, with the agent"}


@dataclass(frozen=True, slots=True)
class Context:
    """What people need beside the decision itself: what was found, and what would mend it."""

    found: str = ""
    do: str = ""
    why_one_way: str = ""
    replaces: tuple[str, ...] = ()


def written(decision: Decision, context: Context) -> str:
    """Return the whole file of a new decision."""
    head = "".join(f"{line}\n" for line in (FENCE, *_top(decision), *_own(decision), FENCE))
    return head + "\n" + _body(decision, context)


def rewritten(text: str, decision: Decision) -> str:
    """Return a file with the front matter of another decision: the body, and keys of others, stay as they are."""
    front = front_matter(text)
    if front is None:
        return text
    end = "\r\n" if "\r\n" in text[: front.start] else "\n"
    chunks = list(_chunks(front.text))
    named = {line.partition(":")[0]: [line] for line in _top(decision)}
    named[OURS] = [*_own(decision), *_kept(front)]
    lines: list[str] = []
    for key, held in chunks:
        if key in named:
            remarks = [line for line in held[1:] if line.startswith("#")]
            lines += [*named.pop(key), *remarks]
        else:
            lines += held
    lines += [line for missing in named.values() for line in missing]
    return text[: front.start] + "".join(f"{line}{end}" for line in lines) + _closing(text, front)


def _closing(text: str, front: Front) -> str:
    """Return the closing fence and the body, byte for byte."""
    return text[front.start + len(front.text) :]


def _chunks(front: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each key at the top with its lines; what stands before the first has no key."""
    key, lines = "", list[str]()
    for line in front.replace("\r\n", "\n").removesuffix("\n").split("\n"):
        found = _TOP_KEY.match(line)
        if found is not None:
            if lines:
                yield key, lines
            key, lines = found["key"].strip(), []
        lines.append(line)
    if lines:
        yield key, lines


def _kept(front: Front) -> list[str]:
    """Return the keys among ours that nobody here reads."""
    try:
        raw = from_text(front.text.replace("\r\n", "\n"), "front matter")
    except DesignError:
        return []
    own = raw.value.get(OURS, Raw(None)) if isinstance(raw.value, dict) else raw
    values = plain(own) if isinstance(own.value, dict) else {}
    return [
        f"  {_scalar(key)}: {_json(value)}" for key, value in values.items() if key not in OWN_KEYS
    ]


def _top(decision: Decision) -> list[str]:
    status = decision.status
    if decision.superseded_by:
        status = f"superseded by {decision.superseded_by}"  # type: ignore[assignment]
    return [f"status: {_scalar(status)}", f"date: {_scalar(decision.decided)}"]


def _own(decision: Decision) -> list[str]:
    """Return our part of the front matter; what is empty is not written."""
    values: dict[str, Any] = {
        "kind": decision.kind, "subject": decision.subject, "covers": list(decision.covers),
        "design": decision.design, "severity": decision.severity, "by": decision.by,
        "reason": decision.reason, "while": decision.holds_while, "until": decision.until,
        "owner": decision.owner, "interest": decision.interest, "trigger": decision.trigger,
        "one_way": decision.one_way or None,
    }  # fmt: skip
    lines = [f"{OURS}:"]
    for key, value in values.items():
        if value not in ("", [], None):
            lines.append(f"  {key}: {_value(value)}")
    if decision.rests_on:
        lines.append("  rests_on:")
        lines += [
            f"    - {{fact: {_json(r.fact)}, value: {_json(r.value)}, basis: {r.basis}}}"
            for r in decision.rests_on
        ]
    return lines


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return _json(value)


def _scalar(text: str) -> str:
    """Return a text as YAML: bare where every reader takes it for the same text, else quoted."""
    bare = (
        _PLAIN.match(text) is not None
        and text not in _WORDS
        and ": " not in text
        and " #" not in text
        and not text.endswith((":", " "))
    )
    day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None
    return text if bare or day else _json(text)


def _json(value: Any) -> str:
    said = json.dumps(value, ensure_ascii=False)
    return said.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def _body(decision: Decision, context: Context) -> str:
    """Return the prose, in the sections of MADR."""
    says = _SAYS[decision.kind] if "@" in decision.subject else decision.title
    options = [says, *([context.do] if context.do else [])]
    parts = [
        f"# {_prose(decision.title)}",
        "## Context and Problem Statement",
        _context(decision, context),
        "## Considered Options",
        "\n".join(f"- {_prose(option)}" for option in options),
        "## Decision Outcome",
        f'Chosen option: "{_prose(says)}", because {_prose(decision.reason)}{_stop(decision.reason)}',
        _ends(decision, context),
        "### Consequences",
        "\n".join(f"- {line}" for line in _consequences(decision)),
    ]
    return "\n\n".join(parts) + "\n"


def _context(decision: Decision, context: Context) -> str:
    if decision.subject == GATE:
        return "A plan shall go on without a review of its design that stands."
    if not decision.subject:
        return (
            "A direction for this design, decided once, so that it is not decided again and again."
        )
    weight = f" ({decision.severity})" if decision.severity else ""
    of = f" of the design {_code(decision.design)}" if decision.design else ""
    found = f": {_prose(context.found)}" if context.found else ""
    rests = "; ".join(f"{r.fact} = {r.value} ({r.basis})" for r in decision.rests_on)
    facts = f"\n\nIt rested on {_code(rests)}." if rests else ""
    return f"The review{of} found {_code(decision.subject)}{weight}{found}{_stop(found)}{facts}"


def _ends(decision: Decision, context: Context) -> str:
    lines = [f"Decided by {_WHO[decision.by]}."]
    if decision.holds_while:
        lines.append(f"It holds while {_code(decision.holds_while)}.")
    if decision.until:
        lines.append(f"It holds until {decision.until}.")
    if not (decision.holds_while or decision.until):
        what = (
            "for the plan that the gate held back last"
            if decision.subject == GATE
            else "until somebody decides otherwise"
        )
        lines.append(f"It holds {what}.")
    if context.replaces:
        lines.append(f"It takes the place of {', '.join(map(_code, context.replaces))}.")
    if decision.one_way:
        why = f": {_prose(context.why_one_way)}" if context.why_one_way else ""
        lines.append(f"It is hard to take back{why}.")
    return " ".join(lines)


def _consequences(decision: Decision) -> Iterator[str]:
    if decision.subject == GATE:
        yield "Bad, because nobody looked at the design before it is built"
    elif not decision.subject:
        yield "Good, because reviews show it while it holds, and say when it no longer does"
    elif decision.kind == "defer":
        yield "Neutral, because the finding stays raised, with the day or condition at which it is due"
    else:
        yield "Good, because reviews show it as decided and do not raise it again while this holds"
    if decision.interest is not None:
        yield f"Bad, because it costs about {_value(decision.interest)} hours a month"
    if decision.owner or decision.trigger:
        owner = f"{_prose(decision.owner)} owns it" if decision.owner else "it is looked at again"
        trigger = (
            f"; the sign to pay it back: {_prose(decision.trigger)}" if decision.trigger else ""
        )
        yield f"Neutral, because {owner}{trigger}"


def _prose(text: str) -> str:
    """Return somebody's words such that they make no picture, no tag and no comment of the page."""
    return text.replace("<", "\\<").replace("![", "!\\[")


def _code(text: str) -> str:
    mark = "`"
    while mark in text:
        mark += "`"
    return f"{mark}{text}{mark}" if mark == "`" else f"{mark} {text} {mark}"


def _stop(text: str) -> str:
    return "" if text.endswith((".", "!", "?", "…")) else "."
