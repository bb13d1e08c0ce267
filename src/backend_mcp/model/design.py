"""A design as facts: what is known of the situation, and what the design says of itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from backend_mcp.model.fact import Conflict, Fact

LONGEST_ID: Final = 80
_NO_PART_OF_A_NAME: Final = re.compile(r"[\s`\"'“”‘’«»<>|;,!?*\\]+")


_QUOTES: Final = str.maketrans("“”„«»", '"' * 5)


def quotable(text: str) -> str:
    """Return somebody's words such that they can't end the quotes in which we put them."""
    return text.translate(_QUOTES)


def identifier(text: str) -> str:
    """Return an id as answers print it, in one word: `order service` is `order_service`.

    A name stands bare in sentences that people and models follow, so it must not read as one itself.
    """
    return _NO_PART_OF_A_NAME.sub("_", text.strip())[:LONGEST_ID]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: a component, a flow, a store, a promise or a target.

    `place` is how answers name it (`flows.pay`); `facts` are its own keys (`retries.max`); `line`
    is where it starts in the document, 0 where it stands in the base.
    """

    list: str
    id: str
    place: str
    facts: Mapping[str, Fact]
    line: int = field(default=0, compare=False)

    def word(self, key: str) -> str:
        """Return the word at `key`, or an empty string when there is none."""
        fact = self.facts.get(key)
        return fact.value if fact is not None and isinstance(fact.value, str) else ""

    def words(self, key: str) -> tuple[str, ...]:
        """Return the words at `key`, one or several, or none."""
        fact = self.facts.get(key)
        if fact is None:
            return ()
        if isinstance(fact.value, tuple):
            return fact.value
        return (fact.value,) if isinstance(fact.value, str) else ()


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in the document that could not be read: its fact is unknown, the rest is judged."""

    at: str
    got: str
    want: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody found who looked where the review pointed; `holds` is None when not found out."""

    holds: bool | None
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a document changes against its base: ids of components, by what happens to them.

    With what is removed the flows to it go, and what `unkept` names nobody keeps any more.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    flows: int
    flows_gone: tuple[str, ...] = ()
    unkept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Design:
    """A design document as read: facts by path, lists of items, and the receipt of the reading.

    `based_on` is the name of the design that this one changes, if it changes one.
    """

    name: str
    purpose: str
    facts: Mapping[str, Fact]
    lists: Mapping[str, tuple[Item, ...]]
    absent: frozenset[str]
    complete: frozenset[str]
    answers: Mapping[str, Answer] = field(default_factory=dict)
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    unjudged: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    change: Change | None = None
    left: frozenset[str] = frozenset()
    """Technologies of the parts that the document takes away."""
    removed: frozenset[str] = frozenset()
    """Kinds of the parts that the document takes away."""
    based_on: str = ""

    @property
    def components(self) -> tuple[Item, ...]:
        """The parts that stand or shall stand; those that the design removes are left out."""
        return self.lists["components"]

    @property
    def flows(self) -> tuple[Item, ...]:
        """How the parts are joined."""
        return self.lists["flows"]

    @property
    def promises(self) -> tuple[Item, ...]:
        """What must hold."""
        return self.lists["must_hold"]

    def component(self, id: str) -> Item | None:
        """Return the component of that id."""
        return next((c for c in self.components if c.id == id), None)
