"""Whether an answer is about its design: what is said of many designs says nothing of one."""

from collections import Counter
from collections.abc import Iterable
from statistics import median

from backend_mcp.model.review import Review
from benchmarks.judgement.cases import HEAVY, ROOT, Document, folder, heavy, load, review
from benchmarks.judgement.seeded import bases

MOST = 0.25


def documents() -> list[Document]:
    """Return every design of the bench, once."""
    plans = [load(ROOT / f"examples/designs/{p['design']}.yaml") for p in folder("plans")]
    published = [c["design"] for c in folder("published")]
    controls = [c["design"] for c in folder("seeded/controls")]
    return [*plans, *published, *bases().values(), *controls]


def said(answer: Review) -> set[str]:
    """Return what one answer says at medium or above, without its ids and numbers."""
    findings = {f"finding {f.rule}" for f in heavy(answer, *HEAVY)}
    looks = {f"look {x.probe}" for x in answer.looks[:6] if x.decides in HEAVY}
    asked = {f"question {_masked(q.fact)}" for q in answer.questions[:5]}
    return findings | looks | asked


def _masked(path: str) -> str:
    parts = path.split(".")
    named = parts[0] in ("components", "flows", "must_hold", "stores") and len(parts) > 2
    return ".".join([parts[0], *parts[-1:]]) if named else path


def common(answers: Iterable[Review]) -> list[tuple[str, float]]:
    """Return what is said of more designs than is allowed, with its share."""
    counts: Counter[str] = Counter()
    total = 0
    for answer in answers:
        counts.update(said(answer))
        total += 1
    return [(line, n / total) for line, n in counts.most_common() if n / total > MOST]


def sound_median() -> float:
    """Return the median of findings at medium or above on the sound designs."""
    sound = [c["design"] for c in folder("seeded/controls")] + list(bases().values())
    return median(len(heavy(review(d), *HEAVY)) for d in sound)
