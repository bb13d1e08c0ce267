"""Findings as SARIF 2.1.0, the form in which code hosts show them beside the lines of a change.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 2020-03-27.
"""

from collections.abc import Mapping
from typing import Any, Final

from backend_mcp.model.entries import Severity
from backend_mcp.model.review import Finding, Review

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final[Mapping[Severity, str]] = {
    "blocker": "error", "high": "error", "medium": "warning", "low": "note",
}  # fmt: skip


def sarif(review: Review, uri: str, lines: Mapping[str, int], version: str) -> dict[str, Any]:
    """Return a log with one run; `uri` is the document's path below the root of its repository.

    `lines` says where the parts of the document start. What stands in none of them, or in the base,
    is shown at the document's first line. An empty `uri` (standard input) gives results no place.
    """
    by_rule = {f.rule: f for f in reversed(review.findings)}
    rules = sorted(by_rule)
    run = {
        "tool": {
            "driver": {
                "name": "backend-mcp",
                "version": version,
                "rules": [_rule(by_rule[id_]) for id_ in rules],
            }
        },
        "automationDetails": {"id": f"backend-mcp/{review.name}"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(f, rules.index(f.rule), uri, lines) for f in review.findings],
        "properties": {
            "verdict": review.verdict, "ready": review.ready, "summary": review.summary,
            "next": review.next, "knowledge": review.knowledge, "review": review.id,
        },
    }  # fmt: skip
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(finding: Finding) -> dict[str, Any]:
    name = finding.rule.replace("-", " ")
    said = finding.why or name
    return {
        "id": finding.rule,
        "shortDescription": {"text": name},
        "fullDescription": {"text": said},
        "help": {"text": "\n".join((said, *finding.sources))},
        "properties": {"tags": ["design", finding.direction]},
    }


def _result(finding: Finding, index: int, uri: str, lines: Mapping[str, int]) -> dict[str, Any]:
    flips = f" Flips when: {finding.flips_when}." if finding.flips_when else ""
    place: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": finding.at or "design", "kind": "member"}]
    }
    if uri:
        place["physicalLocation"] = {
            "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": _line(finding.at, lines)},
        }
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.title} ({finding.at or 'design'}). {finding.do}{flips}"},
        "locations": [place],
        "partialFingerprints": {"finding/v1": finding.id},
        "properties": {
            "severity": finding.severity,
            "direction": finding.direction,
            "conditional": finding.conditional,
        },
    }


def _line(at: str, lines: Mapping[str, int]) -> int:
    """Return the line of the part that a place lies in, 1 where it lies in none of the document."""
    while at and not lines.get(at):
        at = at.rpartition(".")[0]
    return lines.get(at) or 1
