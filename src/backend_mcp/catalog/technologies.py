"""What technologies say of their limits and of the ends of their versions, held against the thresholds."""

from collections.abc import Iterable, Mapping
from datetime import date

from backend_mcp.catalog.locate import Locate
from backend_mcp.errors import Problem
from backend_mcp.model.entries import Technology
from backend_mcp.model.limit_names import LIMITS


def bad_limits(
    technologies: Iterable[Technology], kinds: Mapping[str, str], locate: Locate
) -> list[Problem]:
    """Return each limit without a threshold of the right kind, each end that is no date, each base that is missing."""
    technologies = tuple(technologies)
    ids = {t.id for t in technologies}
    found = [p for t in technologies for p in (*_limits(t, kinds, locate), *_ends(t, locate))]
    return found + [p for t in technologies for p in _base(t, ids, locate)]


def _base(technology: Technology, ids: set[str], locate: Locate) -> Iterable[Problem]:
    if technology.skill_of and technology.skill_of not in ids - {technology.id}:
        path, line = locate("technologies", technology.id, "skill_of")
        yield Problem(
            path, line, "skill_of", f"there is no other technology {technology.skill_of!r}"
        )


def _limits(technology: Technology, kinds: Mapping[str, str], locate: Locate) -> Iterable[Problem]:
    for name, id_ in technology.limits.items():
        reason = ""
        if id_ not in kinds:
            reason = f"there is no threshold {id_!r}"
        elif kinds[id_] != LIMITS[name]:
            reason = f"{id_} is a {kinds[id_]}; a {LIMITS[name]} is due"
        if reason:
            path, line = locate("technologies", technology.id, "limits", name)
            yield Problem(path, line, f"limits.{name}", reason)


def _ends(technology: Technology, locate: Locate) -> Iterable[Problem]:
    for version, day in technology.ends.items():
        try:
            date.fromisoformat(day)
        except ValueError:
            path, line = locate("technologies", technology.id, "ends", version)
            reason = f"{day!r} is no day; one is due, such as 2026-11-12"
            yield Problem(path, line, f"ends.{version}", reason)
