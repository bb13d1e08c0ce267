"""What the gate says of a plan: let it through, hold it back once with what is due, or ask the person.

Words decide only whether to ask for a review; the stamp of a review decides whether it stands.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from backend_mcp.decisions import gatekeeping
from backend_mcp.decisions.plans import Moment
from backend_mcp.decisions.stamps import Stamp, is_young, read_stamps, why_stale
from backend_mcp.decisions.state import top_of
from backend_mcp.decisions.words import Spoken, Words
from backend_mcp.errors import StateError

Action = Literal["allow", "deny", "ask", "let go"]
Kind = Literal["", "no words", "no review", "stale", "open", "names"]
_SHOWN: Final = 5
_SAMPLE: Final = "Add a cache."
"""What the status tries where no plan is named."""


class Lack(NamedTuple):
    """What a plan lacks: its kind, what was found, and the next call.

    `plan` names the plan by what its words say, so that a change of prose is no other plan.
    """

    kind: Kind
    found: str
    call: str
    plan: str

    @property
    def state(self) -> str:
        """What is denied at most once in a session."""
        return f"{self.plan} {self.kind} {self.found}"


class Ruling(NamedTuple):
    """What the gate does, with the words for the agent and those for the person."""

    action: Action
    agent: str = ""
    person: str = ""


ALLOWED: Final = Ruling("allow")


def rule(moment: Moment, folder: Path, keep: str, now: datetime) -> Ruling:
    """Rule on a moment; what was denied is remembered below `folder`.

    `keep` is the text about size and what must be kept that a denial brings along.

    Raises:
        StateError: what reviews left can't be read, and nothing that can be read lets the plan through.
    """
    if not moment.is_plan and moment.text is None:
        return ALLOWED
    lack = lacking(moment.text, folder, now)
    if lack is None:
        return ALLOWED
    gatekeeping.remember(folder, lack.plan, lack.kind)
    person = f"backend-mcp gate: {' '.join(lack.found.split())} {_FOR_PERSON}"
    may_deny = lack.kind != "no words" and not moment.again
    if may_deny and gatekeeping.first_denial(folder, moment.session, lack.state):
        told = " ".join(f"{lack.found} {lack.call}".split())  # no name may start a line of its own
        parts = [told, keep, _NO_TOOL]
        return Ruling("deny", "\n".join(p for p in parts if p), f"backend-mcp gate: {lack.found}")
    return Ruling("ask" if moment.asks else "let go", person, person)


_FOR_PERSON: Final = (
    "Accept the plan as it is, or send it back and ask for a review. "
    "(`backend-mcp decide override gate --reason … --write` records why it goes without one; "
    "`backend-mcp gate off` ends this.)"
)
_NO_TOOL: Final = "If review_design is not to be had, say so and present the plan again: then the person is asked."


def lacking(text: str | None, folder: Path, now: datetime) -> Lack | None:
    """Return what a plan lacks, or None where it may pass.

    Raises:
        StateError: what reviews left can't be read, and nothing that can be read lets the plan through.
    """
    if text is None:
        found = "this plan came without words that could be read, so nobody can tell whether it was reviewed."
        return Lack("no words", found, "", "")
    words = Words.load()
    spoken = words.hear(text)
    if not spoken.touched:
        return None
    held = read_stamps(folder)
    lack = _judged(words, spoken, held.stamps, now)
    if lack is None:
        return None
    if gatekeeping.counts(gatekeeping.read_override(folder), lack.plan, now.date()):
        return None
    if held.broken:
        raise StateError(held.broken[0])
    return lack


def status(folder: Path, root: Path, now: datetime, text: str | None) -> dict[str, Any]:
    """Return the switch, every stamp with whether it stands, and what the gate would say of a plan.

    Where no plan is given, it says what it would of one that names no product.
    """
    broken: list[str] = []
    on, override, words = False, None, Words.load()
    try:
        on = gatekeeping.is_on(folder)
        override = gatekeeping.read_override(folder)
    except StateError as error:
        broken.append(str(error))
    held = read_stamps(folder)
    return {
        "on": on,
        "workspace": str(top_of(root)),
        "state": str(folder),
        "says": _would_say(folder, now, text),
        "stamps": [_standing(s, words.knowledge, now) for s in held.stamps],
        "override": f"{override.file} until {override.until or 'the plan changes'}"
        if override is not None
        else "",
        "broken": [*broken, *held.broken],
    }


def _would_say(folder: Path, now: datetime, text: str | None) -> str:
    lead = "" if text is not None else f"of a plan such as “{_SAMPLE}”: "
    given = text if text is not None else _SAMPLE
    try:
        lack = lacking(given, folder, now)
    except StateError as error:
        return f"{lead}let it through, loudly: {error}"
    if lack is not None:
        return f"{lead}hold it back once, then ask the person: {lack.found}"
    if not Words.load().hear(given).touched:
        return f"{lead}let it through: it changes nothing of the architecture"
    return f"{lead}let it through: a review that stands covers it, or an override"


def _standing(stamp: Stamp, knowledge: str, now: datetime) -> dict[str, Any]:
    why = why_stale(stamp, knowledge, now)
    standing = f"the review {why}" if why else "stands"
    if not why and stamp.open:
        standing = f"open: {', '.join(stamp.open[:_SHOWN])}"
    return {
        "design": stamp.shown, "at": stamp.at, "review": stamp.review, "verdict": stamp.verdict,
        "standing": standing, "parts": stamp.parts, "names": list(stamp.names),
    }  # fmt: skip


def _judged(words: Words, spoken: Spoken, stamps: tuple[Stamp, ...], now: datetime) -> Lack | None:
    """Hold what a plan names against the reviews, newest first."""
    plan = _plan(spoken)
    whole = [s for s in stamps if not why_stale(s, words.knowledge, now)]
    about = [s for s in whole if _is_about(words, spoken, s, now)]
    if not about:
        return _none_stands(words, spoken, stamps, plan, now)
    covering = [s for s in about if not _missing(words, spoken, s)]
    held_back = next((s for s in about[:1] if s.open), None)
    if held_back is None and any(not s.open for s in covering):
        return None
    held_back = held_back or next(iter(covering), None)
    if held_back is not None:
        return _open(held_back, plan)
    best = min(about, key=lambda s: len(_missing(words, spoken, s)))
    missing = _said(words, _missing(words, spoken, best))
    found = f"the reviewed design {best.shown} does not hold what this plan names: {missing}."
    call = (
        "Add it to the design, or list it under `absent` where the plan rejects it, and call review_design "
        "again before you present the plan."
    )
    return Lack("names", found, call, plan)


def _is_about(words: Words, spoken: Spoken, stamp: Stamp, now: datetime) -> bool:
    """Whether a review speaks of anything that the plan names.

    Where the plan names no product, a review of today will do.
    """
    if not spoken.needs:
        return is_young(stamp, now)
    return len(_missing(words, spoken, stamp)) < len(spoken.needs)


def _missing(words: Words, spoken: Spoken, stamp: Stamp) -> list[frozenset[str]]:
    """Return what the plan names and the reviewed design does not; what it brings in must not be absent there."""
    named, told = {*stamp.names}, {*stamp.names, *stamp.absent}
    return [
        need
        for need in spoken.needs
        if not words.covers(named if need & spoken.adds else told, need)
    ]


def _none_stands(
    words: Words, spoken: Spoken, stamps: tuple[Stamp, ...], plan: str, now: datetime
) -> Lack:
    stale = [(s, why_stale(s, words.knowledge, now)) for s in stamps]
    stale = [(s, why) for s, why in stale if why and _is_about(words, spoken, s, now)]
    if stale:
        stamp, why = stale[0]
        again = f"with `{stamp.source.file}`" if stamp.source.file else "with the document"
        found = f"the review of {stamp.shown} {why}."
        return Lack(
            "stale", found, f"Call review_design again {again}, then present the plan.", plan
        )
    named = _said(words, spoken.needs)
    what = (
        f"this plan names {named}"
        if named
        else f"this plan changes the architecture ({spoken.because})"
    )
    found = f"{what}, and no review of such a design stands in this workspace."
    call = (
        "Before you present it, call review_design once with the design: the path of a YAML file, or the "
        "document itself where you may not write. Cut, mend and answer what it says, then present the plan."
    )
    return Lack("no review", found, call, plan)


def _open(stamp: Stamp, plan: str) -> Lack:
    lines = [
        f"{id_}: {stamp.do[id_]}" if stamp.do.get(id_) else id_ for id_ in stamp.blockers[:_SHOWN]
    ]
    lines += [f"{id_} is not answered" for id_ in stamp.looks[: _SHOWN - len(lines)]]
    more = len(stamp.open) - len(lines)
    told = "; ".join(lines) + (f"; and {more} more" if more > 0 else "")
    call = (
        "Mend these in the design, or answer the looks under `answers`, and call review_design again; what stays "
        "as it is needs a person's decision."
    )
    return Lack("open", f"the review of {stamp.shown} holds it back: {told}.", call, plan)


def _said(words: Words, needs: Iterable[frozenset[str]]) -> str:
    """Return what is named as a list for people, alternatives joined by `or`."""
    told = [" or ".join(sorted(words.title(i) for i in need)) for need in needs]
    more = len(told) - _SHOWN
    shown = told[:_SHOWN] + ([f"{more} more"] if more > 0 else [])
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _plan(spoken: Spoken) -> str:
    """Return a digest of what a plan names; where it names nothing, of the words that touch."""
    named = sorted(sorted(need) for need in spoken.needs) or [[spoken.because]]
    return sha256(json.dumps(named).encode()).hexdigest()[:16]
