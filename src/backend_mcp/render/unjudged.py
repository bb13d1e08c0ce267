"""What was not judged, by reason: a line each, all names in the long form and the first few in the short one."""

from collections.abc import Iterable
from typing import Final

_NAMED: Final = 3
"""Names that a short line tells; one more is told, too, rather than counted."""
_SIZE: Final = "the size of "


def by_reason(lines: Iterable[str]) -> list[str]:
    """Return one line for each reason; places of which the same is said stand together."""
    told = list(lines)
    places: dict[str, list[str]] = {}
    for line in told:
        place, _, reason = line.partition(": ")
        places.setdefault(reason, []).append(place)
    made = []
    for line in told:
        reason = line.partition(": ")[2]
        alike = places[reason]
        if not reason or len(alike) == 1:
            made.append(line)
        elif line.startswith(f"{alike[0]}: "):
            made.append(f"{reason}: {', '.join(alike)}")
    return list(dict.fromkeys(made))


def briefly(line: str, most: int = _NAMED) -> str:
    """Return a line with the first of its names, and how many there are in all."""
    size = line.startswith(_SIZE)
    head, names = (_SIZE.strip(), line[len(_SIZE) :]) if size else line.partition(": ")[::2]
    all_ = names.split(", ")
    if len(all_) <= most + 1 or any(name.count(" ") > _NAMED for name in all_):
        return line
    first = ", ".join(_tops(all_)[:most])
    told = f"{head} {len(all_)} parts" if size else f"{head} ({len(all_)})"
    return f"{told}: {first} and {len(all_) - len(first.split(', '))} more"


def _tops(names: list[str]) -> list[str]:
    """Leave out what lies below another name of the list: `a.b` tells of `a.b.c`, too."""
    held: list[str] = []
    for name in names:
        if not held or not name.startswith(f"{held[-1]}."):
            held.append(name)
    return held
