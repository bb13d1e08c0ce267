"""Take our parts out of a text again, and tell what is left of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from backend_mcp.clients import spans
from backend_mcp.clients.jsonc import COMMENTS, PLAIN, JsonError, parse
from backend_mcp.clients.ledger import Ledger, Piece
from backend_mcp.clients.wish import (
    ABSENT,
    BY_HAND,
    MARKDOWN,
    MOVED,
    OTHER,
    SAME,
    TOML,
    PlaceError,
    Wish,
    missing,
    put,
    readable,
    state,
    take,
)  # fmt: skip

_STAMPS: Final = {"$schema", "$version"}
"""What opencode and Qwen Code write by themselves into a file of settings that they find."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as it would be: its text, what would be known of it, and what there is to say."""

    text: str
    ledger: Ledger
    notes: tuple[str, ...] = ()

    def say(self, note: str) -> "Draft":
        """Return the draft with one more thing to say."""
        return replace(self, notes=(*self.notes, note))


def settle(
    draft: Draft, wishes: Sequence[Wish], choices: Mapping[str, bool | None], client: str
) -> Draft:
    """Fulfil, take out or leave (None) the wishes for one file, for a client.

    Where one has to go, all of ours go in the order opposite to that in which they came, and those that
    stay come again: so that each goes without a trace.

    Raises:
        PlaceError: a place is taken, or the file can't be read.
    """
    goes: list[Wish] = []
    comes: list[tuple[Wish, tuple[str, ...]]] = []
    for wish in wishes:
        now, piece = state(draft.text, wish), draft.ledger.piece(wish.part, wish.path)
        owners = piece.owners if piece is not None else ()
        choice = choices.get(wish.part)
        if choice is False:
            draft, going = _unwanted(draft, wish, piece, client)
            goes += [wish] if going else []
        elif now == BY_HAND:
            draft = draft.say(f"{wish.path[-1]} is registered by hand; it is left as it is")
        elif now == OTHER and choice:
            where = ".".join(wish.path)
            raise PlaceError(_line(draft.text, wish), f"{where} is there, and is not ours")
        elif now == SAME and piece is not None and client not in owners:
            draft = replace(draft, ledger=draft.ledger.owned(piece, (*owners, client)))
        elif now == MOVED or (now == ABSENT and choice):
            goes += [wish] if now == MOVED else []
            comes.append((wish, (*(o for o in owners if o != client), client)))
    if goes:
        draft, again = _cleared(draft, wishes, goes)
        comes = sorted(again + comes, key=lambda due: wishes.index(due[0]))
    for wish, names in comes:
        draft = _put(draft, wish, names)
    return draft


def _unwanted(draft: Draft, wish: Wish, piece: Piece | None, client: str) -> tuple[Draft, bool]:
    """Tell whether a wish has to go; not what another client is registered with, or a person wrote."""
    others = [o for o in piece.owners if o != client] if piece is not None else []
    if piece is not None and others:
        ledger = draft.ledger.owned(piece, others)
        return replace(draft, ledger=ledger).say(f"ours stays for {', '.join(others)}"), False
    now = state(draft.text, wish)
    if now == OTHER:
        return draft, False
    if now == BY_HAND and piece is None:
        return draft.say(f"{wish.path[-1]} is registered by hand; take it out by hand"), False
    return draft, piece is not None or now != ABSENT or isinstance(wish.value, list)


def _cleared(
    draft: Draft, wishes: Sequence[Wish], goes: Sequence[Wish]
) -> tuple[Draft, list[tuple[Wish, tuple[str, ...]]]]:
    """Take all of ours out; return what has to come again, and for whom."""
    by_place = {(w.part, w.path): w for w in wishes}
    known = {(p.part, p.path) for p in draft.ledger.pieces}
    again = []
    for piece in reversed(draft.ledger.pieces):
        wish = by_place.get((piece.part, piece.path))
        if wish is None:
            continue
        if wish not in goes:
            again.append((wish, piece.owners))
        draft = taken_out(draft, wish, piece)
    for wish in goes:
        if (wish.part, wish.path) in known:  # just what was put in has gone
            continue
        bare = taken_out(draft, wish, None)
        if bare.text != draft.text and wish.form not in (TOML, MARKDOWN):
            bare = bare.say("there is no record of the install; what it left empty stays")
        draft = bare
    return draft, again


def _put(draft: Draft, wish: Wish, owners: tuple[str, ...]) -> Draft:
    if state(draft.text, wish) != ABSENT:
        return draft
    values = tuple(missing(draft.text, wish)) if isinstance(wish.value, list) else ()
    text, span = put(draft.text, wish)
    new = Piece(wish.part, wish.path, span.at, span.text, span.made, values, owners)
    others = (p for p in draft.ledger.pieces if (p.part, p.path) != (new.part, new.path))
    return replace(draft, text=text, ledger=replace(draft.ledger, pieces=(*others, new)))


def _line(text: str, wish: Wish) -> int:
    at = text.find(f'"{wish.path[-1]}"')
    at = at if at >= 0 else text.find(f".{wish.path[-1]}")
    return text.count("\n", 0, at) + 1 if at >= 0 else 0


def taken_out(draft: Draft, wish: Wish, piece: Piece | None) -> Draft:
    """Take a wish out of a text: just the piece that was put in, else what is ours wherever it stands."""
    if piece is None:
        return replace(draft, text=take(draft.text, wish))
    ledger = draft.ledger.without(piece)
    text = _exact(draft.text, wish, piece)
    if text is None:
        text = take(draft.text, wish, piece.values or None)
        text = _emptied(text, wish, piece)
    return Draft(text, ledger, draft.notes)


def _exact(text: str, wish: Wish, piece: Piece) -> str | None:
    """Return the text without a piece that stands there letter for letter, or None."""
    end = piece.at + len(piece.text)
    if text[piece.at : end] == piece.text:
        at = piece.at
    elif text.count(piece.text) == 1:
        at = text.index(piece.text)
    else:
        return None
    rest = text[:at] + text[at + len(piece.text) :]
    try:
        gone = state(rest, wish) == ABSENT or bool(piece.values)
    except PlaceError:  # somebody's edit leans on it, such as a comma that is due now
        return None
    return rest if gone and _as_strict(text, rest, wish.form) else None


def _as_strict(text: str, rest: str, form: str) -> bool:
    """Whether a text is still of the strictest dialect that it was of: so no comma is left over."""
    for dialect in (PLAIN, COMMENTS) if form not in (TOML, MARKDOWN) and rest.strip() else ():
        try:
            readable(text, dialect)
        except PlaceError:
            continue
        try:
            readable(rest, dialect)
        except PlaceError:
            return False
    return True


def _emptied(text: str, wish: Wish, piece: Piece) -> str:
    """Take out the containers that came with a piece, where nobody put anything else into them."""
    if wish.form in (TOML, MARKDOWN):
        return text
    try:
        for path in sorted(piece.made, key=len, reverse=True):
            if not spans.is_empty(text, path):
                break
            text = spans.cut(text, path)
    except JsonError:  # there is nothing left to look into
        return text
    return text


def is_left_over(text: str, form: str) -> bool:
    """Whether a file that install made holds nothing of anybody else.

    What a client stamps into every file that it reads is not somebody's.
    """
    if not text.strip():
        return True
    if form in (TOML, MARKDOWN):
        return False
    try:
        value = parse(text, PLAIN).plain()
    except JsonError:
        return False
    return isinstance(value, dict) and value.keys() <= _STAMPS


def holds(text: str, wish: Wish) -> bool:
    """Whether a part of ours stands in a text, as it should or not."""
    return state(text, wish) in (SAME, MOVED, BY_HAND)


def has_any(text: str, wishes: Sequence[Wish]) -> bool:
    """Whether anything of ours stands in a text, be it a single item of a list."""
    return any(
        holds(text, w) or (isinstance(w.value, list) and len(missing(text, w)) < len(w.value))
        for w in wishes
    )
