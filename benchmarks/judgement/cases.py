"""What every part of the bench needs: documents read, reviewed, and answers looked at by place."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from backend_mcp import settings
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Finding, Review
from backend_mcp.render.result import full
from backend_mcp.tree import from_text, from_value, plain
from backend_mcp.usecases import judge

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
HEAVY: Final = ("blocker", "high", "medium")
Document = dict[str, Any]


@cache
def knowledge() -> Knowledge:
    """Return the knowledge of this checkout."""
    return judge.open_knowledge(settings.knowledge_folder(), None)


def load(path: Path) -> Any:
    """Return a YAML file as plain values."""
    return plain(from_text(path.read_text(encoding="utf-8"), path.name))


def folder(name: str) -> list[Document]:
    """Return every YAML file below a folder of the bench, by name."""
    return [load(path) | {"file": path.stem} for path in sorted((HERE / name).glob("*.yaml"))]


def review(document: Document) -> Review:
    """Review a document as it came."""
    named = {"name": "bench", **document}
    return judge.review_tree(from_value(named, "bench"), "bench", knowledge()).review


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share; of nothing it is 1."""
        return self.hits / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.hits} of {self.of} ({100 * self.value:.0f} %)"


def share(flags: "list[bool]") -> Share:
    """Count what is true."""
    return Share(sum(flags), len(flags))


def matches(finding: Finding, accept: str, places: "set[str]") -> bool:
    """Whether a finding is what an expectation names: a rule, or a ladder's verdict, at a place."""
    name, _, at = accept.partition("@")
    wanted = {at} if at else places
    here = not wanted or finding.at in wanted
    if name.startswith("ladder:"):
        ladder = name.removeprefix("ladder:")
        rules = (f"{ladder}-above-need", f"{ladder}-below-need")
        return finding.rule in rules or (finding.rule == "unpaid-part" and here and bool(wanted))
    names = {name, *renamed().get(name, [])}
    whole = finding.rule in whole_design()  # stands where the deciding fact does
    return bool(names & {finding.rule, *finding.also}) and (here or (whole and not at))


@cache
def renamed() -> dict[str, list[str]]:
    """Return the rules that got another id than expectations name."""
    found: dict[str, list[str]] = load(HERE / "renamed.yaml")
    return found


@cache
def whole_design() -> frozenset[str]:
    """Return the rules about the whole design."""
    return frozenset(r.entry.id for r in knowledge().rules if not r.entry.for_each)


def judged_text(answer: Review) -> str:
    """Return all words of an answer that judge, in lower case; sources are not judged."""
    shape = full(answer)
    said = {k: shape[k] for k in ("summary", "questions", "look", "keep", "next")}
    said["findings"] = [{k: v for k, v in f.items() if k != "sources"} for f in shape["findings"]]
    return json.dumps(said, ensure_ascii=False).lower()


def heavy(answer: Review, *severities: str) -> list[Finding]:
    """Return the findings of some severities."""
    return [f for f in answer.findings if f.severity in severities]
