"""Flaws put into sound designs, controls that must pass, and twins that differ in numbers only."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from backend_mcp.model.review import Finding, Review
from benchmarks.judgement.cases import HEAVY, HERE, Document, folder, heavy, load, matches, review
from benchmarks.judgement.mutate import apply, chosen, fresh_names, moved, rename, reverse

TOGETHER = (3, 6)
SEED = 20261125


@dataclass(frozen=True, slots=True)
class Flaw:
    """One seeded flaw, how severe an engineer calls it, and how it was met."""

    id: str
    base: str
    code: str
    side: str
    severity: str
    place: str
    raised: str
    alarms: tuple[str, ...]
    blockers: tuple[str, ...]


def bases() -> dict[str, Document]:
    """Return the sound designs by name."""
    return {b["file"]: {k: v for k, v in b.items() if k != "file"} for b in folder("seeded/bases")}


def flaws() -> list[Flaw]:
    """Seed every mutator into each of its bases, one at a time."""
    known = bases()
    sound = {name: _said(review(document)) for name, document in known.items()}
    found = []
    for mutator in load(HERE / "seeded/mutators.yaml"):
        for base in mutator["bases"]:
            place, operations = chosen(mutator, base)
            seeded = apply(known[base], operations)
            answer = review(seeded)
            found.append(
                _flaw(
                    mutator,
                    base,
                    place,
                    answer,
                    _touched(operations, seeded) | {place},
                    sound[base],
                )
            )
    return found


def _flaw(
    mutator: dict[str, Any], base: str, place: str, answer: Review,
    touched: set[str], before: set[tuple[str, str]],
) -> Flaw:  # fmt: skip
    hit = [f for f in answer.findings if _is_seed(f, mutator, place)]
    hit += [f for f in answer.findings if f.at in touched and _is_seed(f, mutator, f.at)]
    looked = _looked(answer, mutator)
    new = [f for f in heavy(answer, *HEAVY) if (f.rule, f.at) not in before and f not in hit]
    strangers = [f for f in new if f.at not in touched and not _about(f, touched)]
    return Flaw(
        mutator["id"], base, mutator["code"], mutator["side"], mutator["severity"], place,
        hit[0].severity if hit else looked,
        tuple(f.id for f in strangers), tuple(f.id for f in strangers if f.severity == "blocker"),
    )  # fmt: skip


def _is_seed(finding: Finding, mutator: dict[str, Any], place: str) -> bool:
    places = {place} if place not in ("", "design") else set()
    return any(
        matches(finding, a, places) or matches(finding, a.partition("@")[0], places)
        for a in mutator["accept"]
    )


def _looked(answer: Review, mutator: dict[str, Any]) -> str:
    """Return `look` where one of the first looks asks for the seed, and that is what is expected."""
    probes = {a.removeprefix("probe:") for a in mutator["accept"] if a.startswith("probe:")}
    return "look" if probes & {x.probe for x in answer.looks[:6]} else ""


def _touched(operations: Iterable[Any], document: Document) -> set[str]:
    """Return the places that a patch changes, and the ends of its flows: a finding there is no false one."""
    found = _changed(operations)
    for flow in document.get("flows", []):
        if f"flows.{flow.get('id')}" in found:
            found |= {f"components.{flow.get(end)}" for end in ("from", "to")}
    return found


def _changed(operations: Iterable[Any]) -> set[str]:
    found: set[str] = set()
    for op in operations:
        at = str(op.get("at", ""))
        found.add(".".join(at.split(".")[:2]))
        if op["op"] == "add":
            item, name = op["item"], op["to"]
            id_ = f"{item.get('in')}.{item.get('what')}" if name == "stores" else item.get("id")
            found.add(f"{name}.{id_}")
            found |= {f"components.{item.get(key)}" for key in ("from", "to", "in") if key in item}
    return found


def _about(finding: Finding, touched: set[str]) -> bool:
    """Whether a fact that the patch changed is among those that decided."""
    return any(r.fact.startswith(t) for r in finding.because for t in touched if t)


def _said(answer: Review) -> set[tuple[str, str]]:
    return {(f.rule, f.at) for f in answer.findings}


def together(count: int) -> tuple[int, int]:
    """Seed several flaws at once into each base with neutral edits; return raised and seeded."""
    draw, known = Random(SEED + count), bases()
    mutators = load(HERE / "seeded/mutators.yaml")
    raised = seeded = 0
    for base, document in known.items():
        fitting = [m for m in mutators if base in m["bases"]]
        draw.shuffle(fitting)
        made, used = document, []
        for mutator in fitting:
            place, operations = chosen(mutator, base)
            if len(used) < count and place not in {p for _, p in used}:
                try:
                    made = apply(made, operations)
                except ValueError:
                    continue
                used.append((mutator, place))
        names = fresh_names(made)
        answer = review(rename(made, names))
        for mutator, place in used:
            seeded += 1
            raised += any(_is_seed(f, mutator, moved(place, names)) for f in answer.findings)
    return raised, seeded


def neutral() -> list[str]:
    """Return the sound designs whose answer changes when ids are renamed or lists reversed."""
    changed = []
    for name, document in bases().items():
        before = review(document)
        renamed = review(rename(document, fresh_names(document)))
        same = sorted(f.rule for f in before.findings) == sorted(f.rule for f in renamed.findings)
        try:
            turned = review(reverse(document))
        except ValueError:
            turned = before
        if not same or before.verdict != renamed.verdict or _said(before) != _said(turned):
            changed.append(name)
    return changed


@dataclass(frozen=True, slots=True)
class Control:
    """One sound design: its verdict and what was held against it."""

    name: str
    kind: str
    verdict: str
    alarms: tuple[str, ...]
    mediums: tuple[str, ...]


def controls() -> list[Control]:
    """Review the sound designs that look unsound, and the plain ones."""
    found = []
    for entry in folder("seeded/controls"):
        answer = review(entry["design"])
        alarms = tuple(f.id for f in heavy(answer, "blocker", "high"))
        mediums = tuple(f.id for f in heavy(answer, "medium"))
        found.append(Control(entry["file"], entry["control"], answer.verdict, alarms, mediums))
    return found


@dataclass(frozen=True, slots=True)
class Twin:
    """A pair that differs in numbers only, and whether the decisive part flips."""

    name: str
    flips: bool
    note: str


def twins() -> list[Twin]:
    """Review both sides of every pair."""
    known, found = bases(), []
    for entry in load(HERE / "seeded/twins.yaml"):
        document = known[entry["brief"]]
        before, after = review(document), review(apply(document, entry["changes"]))
        first, second = _decisive(before, entry), _decisive(after, entry)
        wanted = (entry["before"] != "right", entry["after"] != "right")
        flips = (bool(first), bool(second)) == wanted
        found.append(
            Twin(
                f"{entry['brief']}: {entry.get('name', entry['decisive'])}",
                flips,
                f"{first} -> {second}",
            )
        )
    return found


def _decisive(answer: Review, entry: dict[str, Any]) -> list[str]:
    """Return what is held against the decisive part, or against its capability."""
    at = entry["decisive"] if "." in entry["decisive"] else ""
    places = {at} if at else set()
    hits = [f for f in answer.findings if any(matches(f, a, places) for a in entry["accept"])]
    return [f.id for f in hits if f.severity in HEAVY]
