"""Leave a stamp of a review for the gate."""

from datetime import datetime
from pathlib import Path

from backend_mcp.decisions.stamps import NO_FILE, Source, Stamp, digest, time_text, write_stamp
from backend_mcp.tree import clean
from backend_mcp.usecases.judge import Reviewed

_LONGEST_DO = 200
_OF_ONE_PART = 3
"""One line that names eight products was not judged as eight parts, and vouches for none of the others."""


def source(path: Path | None) -> Source:
    """Return a file with its digest, to be taken before it is read for a review.

    A change in between then makes the stamp stale, and never vouches for what was not judged.
    """
    if path is None:
        return NO_FILE
    try:
        return digest(path.resolve())
    except (OSError, RuntimeError):  # the second of a link that leads to itself
        return Source(str(path), "unread")


def leave_stamp(folder: Path, reviewed: Reviewed, now: datetime) -> None:
    """Leave what a review said, and what its design names, for the gate of a workspace.

    Raises:
        StateError: it can't be written.
    """
    write_stamp(folder, stamp_of(reviewed, now))


def stamp_of(reviewed: Reviewed, now: datetime) -> Stamp:
    """Return a review as a stamp.

    A finding that rests on assumptions alone, and what was decided, hold nothing back.
    """
    review, design = reviewed.review, reviewed.design
    blockers = [f for f in review.findings if f.severity == "blocker" and not f.conditional]
    parts = design.components
    technologies = {t for c in parts for t in c.words("technology")[:_OF_ONE_PART]}
    kinds = {c.word("kind") for c in parts} - {""}
    return Stamp(
        review=review.id,
        name=clean(design.name),
        knowledge=review.knowledge,
        at=time_text(now),
        source=reviewed.file,
        base=reviewed.base if design.change is not None else NO_FILE,
        verdict=review.verdict,
        ready=review.ready,
        blockers=tuple(clean(f.id) for f in blockers),
        looks=tuple(clean(look.id) for look in review.looks if look.decides == "blocker"),
        do={clean(f.id): clean(f.do)[:_LONGEST_DO] for f in blockers},
        decided=tuple(clean(d.id) for d in review.decided if d.finding is not None),
        parts=len(parts),
        names=tuple(sorted(technologies | kinds)),
        absent=tuple(sorted(design.absent | (design.left - technologies))),
    )
