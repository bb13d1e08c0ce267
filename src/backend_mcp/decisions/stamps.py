"""Stamps: what a review leaves for the gate. One file for each reviewed design, a cache and nothing else."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from backend_mcp.decisions import state
from backend_mcp.errors import StateError

MOST: Final = 100
"""Designs of one workspace that are remembered; the oldest go."""
INLINE_LASTS: Final = timedelta(hours=24)
"""A review of a document that is no file can't be held against it again: it counts for a day."""
LONGEST_DESIGN: Final = 4_194_304
_DRAFTS: Final = 64
"""Half-written files that are left alone: some belong to writers at work, the older ones to killed writers."""
_PATTERN: Final = "stamp-*.json"
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


class Source(NamedTuple):
    """A file as it was when it was reviewed; an empty path stands for a document without a file."""

    file: str = ""
    sha256: str = ""


NO_FILE: Final = Source()


class Stamp(NamedTuple):
    """What a review said, of which bytes, and what the design names.

    `do` says for each open blocker what to do; `names` are ids of technologies and kinds of part,
    `absent` those that the design says are not there.
    """

    review: str
    name: str
    knowledge: str
    at: str
    source: Source
    base: Source
    verdict: str
    ready: str
    blockers: tuple[str, ...]
    looks: tuple[str, ...]
    do: dict[str, str]
    decided: tuple[str, ...]
    parts: int
    names: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def open(self) -> tuple[str, ...]:
        """What holds the design back: open blockers, then looks that decide one."""
        return self.blockers + self.looks

    @property
    def shown(self) -> str:
        """How the design is named to people and agents: its file, or its name."""
        return self.source.file or self.name


class Stamps(NamedTuple):
    """The stamps of a workspace, newest first, and what is wrong with files that are none."""

    stamps: tuple[Stamp, ...]
    broken: tuple[str, ...]


def time_text(now: datetime) -> str:
    """Return a moment as stamps write it, in UTC."""
    return now.astimezone(UTC).strftime(_TIME)


def digest(path: Path) -> Source:
    """Return a file with the digest of its bytes now.

    Raises:
        OSError: it can't be read, or is no regular file of a design's size.
    """
    return Source(str(path), sha256(state.read_bytes(path, LONGEST_DESIGN)).hexdigest())


def write_stamp(folder: Path, stamp: Stamp) -> None:
    """Leave a stamp; an earlier one of the same design is replaced.

    Raises:
        StateError: it can't be written.
    """
    key = stamp.source.file or f"inline {stamp.name}"
    name = sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    state.write(folder / f"stamp-{name}.json", _plain(stamp))
    state.prune(folder, _PATTERN, MOST)
    state.prune(folder, ".stamp-*", _DRAFTS)


def read_stamps(folder: Path) -> Stamps:
    """Read every stamp of a workspace; a broken file hides no other."""
    stamps: list[Stamp] = []
    broken: list[str] = []
    for path in sorted(folder.glob(_PATTERN)) if folder.is_dir() else ():
        try:
            held = state.read(path)
            if held is not None:
                stamps.append(_stamp(held))
        except StateError as error:
            broken.append(str(error))
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
            broken.append(f"{path}: no stamp; delete it")
    stamps.sort(key=lambda s: s.at, reverse=True)
    return Stamps(tuple(stamps), tuple(broken))


def why_stale(stamp: Stamp, knowledge: str, now: datetime) -> str:
    """Return why a stamp counts no more, as the end of a sentence about its review, or nothing.

    `knowledge` is the version that comes with the package; what a house lays over it stands behind
    it in the stamp.
    """
    made, _, _ = stamp.knowledge.partition("+")
    if made.partition(" as of ")[0] != knowledge:
        return "was made with another version of the knowledge"
    for source, what in ((stamp.source, "file"), (stamp.base, "base")):
        if source.file and not _unchanged(source):
            return f"is older than the {what} {source.file}"
    if not stamp.source.file and _age(stamp, now) > INLINE_LASTS:
        return "is more than a day old, and was of a document that is no file"
    return ""


def is_young(stamp: Stamp, now: datetime) -> bool:
    """Whether a review is from today's work: at most a day old."""
    return _age(stamp, now) <= INLINE_LASTS


def _age(stamp: Stamp, now: datetime) -> timedelta:
    return now - datetime.strptime(stamp.at, _TIME).replace(tzinfo=UTC)


def _unchanged(source: Source) -> bool:
    try:
        return digest(Path(source.file)).sha256 == source.sha256
    except (OSError, ValueError):  # a path that can't be one
        return False


def _plain(stamp: Stamp) -> dict[str, Any]:
    base = {"file": stamp.base.file, "sha256": stamp.base.sha256} if stamp.base.file else None
    return {
        "format": 1, "review": stamp.review, "name": stamp.name, "knowledge": stamp.knowledge,
        "at": stamp.at, "file": stamp.source.file, "sha256": stamp.source.sha256, "base": base,
        "verdict": stamp.verdict, "ready": stamp.ready,
        "open": {"blockers": stamp.blockers, "looks": stamp.looks, "do": stamp.do},
        "decided": stamp.decided, "parts": stamp.parts, "names": stamp.names, "absent": stamp.absent,
    }  # fmt: skip


def _stamp(held: dict[str, Any]) -> Stamp:
    base = held["base"] or {"file": "", "sha256": ""}
    datetime.strptime(held["at"], _TIME)
    return Stamp(
        _text(held["review"]), _text(held["name"]), _text(held["knowledge"]), held["at"],
        Source(_text(held["file"]), _text(held["sha256"])),
        Source(_text(base["file"]), _text(base["sha256"])),
        _text(held["verdict"]), _text(held["ready"]),
        _texts(held["open"]["blockers"]), _texts(held["open"]["looks"]),
        {_text(k): _text(v) for k, v in held["open"]["do"].items()},
        _texts(held["decided"]), int(held["parts"]), _texts(held["names"]), _texts(held["absent"]),
    )  # fmt: skip


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return tuple(_text(v) for v in value)
