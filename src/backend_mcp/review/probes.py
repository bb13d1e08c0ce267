"""Where a second look is worth it, and what came back from earlier looks."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.entries import SEVERITIES
from backend_mcp.model.knowledge import BoundProbe, Knowledge
from backend_mcp.model.review import Answered, Finding, Look, Reason
from backend_mcp.review.texts import fill, place_of, reasons


@dataclass(frozen=True, slots=True)
class Probed:
    """Looks still to take, looks that were taken, and the findings that those brought."""

    looks: tuple[Look, ...]
    answered: tuple[Answered, ...]
    findings: tuple[Finding, ...]


def probe(scope: DesignScope, knowledge: Knowledge) -> Probed:
    """Apply every probe; a probe never accuses, only an answer `holds: false` does."""
    looks: list[Look] = []
    answered: list[Answered] = []
    findings: list[Finding] = []
    for bound in knowledge.probes:
        for view in scope.where(bound.entry.for_each, bound.applies):
            look = _look(bound, view)
            answer = scope.design.answers.get(look.id)
            if answer is None or answer.holds is None or (answer.holds and not answer.note):
                looks.append(look)
                continue
            answered.append(Answered(look.id, answer.holds, answer.note, answer.by))
            if not answer.holds:
                findings.append(
                    _finding(
                        bound,
                        view,
                        look,
                        reasons(bound.applies.atoms(view)),
                        answer.by,
                        answer.note,
                    )
                )
    return Probed(ranked(looks), tuple(answered), tuple(findings))


def ranked(looks: Iterable[Look]) -> tuple[Look, ...]:
    """Order looks by what a bad answer decides; of one probe the second place comes after the others' first."""
    seen: Counter[str] = Counter()
    turns: list[tuple[int, int, str, Look]] = []
    for look in sorted(looks, key=lambda x: x.id):
        turns.append((SEVERITIES.index(look.decides), seen[look.probe], look.id, look))
        seen[look.probe] += 1
    return tuple(turn[-1] for turn in sorted(turns, key=lambda t: t[:3]))


def _look(bound: BoundProbe, view: DesignScope | ItemScope) -> Look:
    entry, place = bound.entry, view.place or place_of(bound.applies.atoms(view))
    return Look(
        entry.id, place, fill(entry.ask, view), fill(entry.bad_sign, view),
        fill(entry.good_sign, view), entry.decides,
    )  # fmt: skip


def _finding(
    bound: BoundProbe,
    view: DesignScope | ItemScope,
    look: Look,
    because: tuple[Reason, ...],
    by: str,
    note: str,
) -> Finding:
    entry = bound.entry
    told = f" ({note})" if note else ""
    return Finding(
        rule=entry.id,
        at=look.at,
        direction="under",
        severity=entry.decides,
        title=f"{by} looked, and this does not hold: {entry.title}{told}"[:240],
        do=f"{fill(entry.do, view)}; once it is mended, answer `holds: true`",
        flips_when="whoever looks again finds that it holds",
        because=because,
        why=entry.why,
        sources=tuple(s.url or s.title for s in entry.sources),
    )
