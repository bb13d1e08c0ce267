"""Which names an expression may use, and of what type each is, seen from one list or from none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from backend_mcp.model.form import ACTORS, KINDS, SECTIONS, Flag, Names, Record, Text, Type, Word
from backend_mcp.model.form_design import WALKED

REFERENCES: dict[str, dict[str, str]] = {
    "flows": {"from": "components", "to": "components"},
    "components": {"in": "components"},
    "stores": {"in": "components"},
    "must_hold": {"where": "flows", "enforced_by": "components"},
    "targets": {"flows": "flows"},
    "": {},
}
"""Keys that lead from an item to another one, and the list in which that one stands."""

RELATED: dict[str, dict[str, str]] = {
    "components": {"incoming": "flows", "outgoing": "flows", "stored": "stores"},
}
"""Lists that belong to one item: `any(incoming, …)` walks the flows that lead to a component."""

_END_KIND = Word((*KINDS, *ACTORS))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that the knowledge adds to the form: derived facts, practices, technologies.

    `derived` is keyed by the list that a derived fact belongs to (empty for the whole design) and
    its name. `practices` maps an id to its typed details, `practice_aliases` and `technologies`
    map what people write, in lower case, to ids, `exact` what counts only where it stands
    alone; `kinds` gives the component kind of a technology
    and `simplicity` orders alternatives, the smaller the simpler.
    """

    derived: Mapping[tuple[str, str], Type] = field(default_factory=dict)
    practices: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    practice_aliases: Mapping[str, str] = field(default_factory=dict)
    technologies: Mapping[str, str] = field(default_factory=dict)
    exact: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    simplicity: Mapping[str, int] = field(default_factory=dict)

    def type_of(self, path: str, scope: str = "") -> Type | None:
        """Return the type of the fact at `path` as seen from an item of `scope`, or None."""
        head, _, rest = path.partition(".")
        if head == "derived":
            return self.derived.get((scope, rest)) or self.derived.get(("", rest))
        if head == "practices":
            return self._practice(rest)
        if scope and head in REFERENCES[scope] and rest:
            target = REFERENCES[scope][head]
            found = self.type_of(rest, target)
            return _END_KIND if (scope, rest) == ("flows", "kind") else found
        if scope and path in ("id", "at"):
            return Text()
        own = _walk(WALKED[scope], path) if scope else None
        if own is not None:
            return own
        return _walk(SECTIONS[head], rest) if head in SECTIONS and rest else None

    def nearest(self, path: str, scope: str = "") -> str:
        """Return the known name that looks most like `path`, or an empty string."""
        found = get_close_matches(path, self.names(scope), n=1, cutoff=0.6)
        return found[0] if found else ""

    def names(self, scope: str = "") -> list[str]:
        """Return every plain name that an expression over `scope` may use."""
        names = [f"{s}.{n}" for s, record in SECTIONS.items() for n in _leaves(record)]
        names += [f"practices.{p}" for p in self.practices]
        names += [f"derived.{n}" for s, n in self.derived if s in ("", scope)]
        return names + (list(_leaves(WALKED[scope])) if scope else [])

    def _practice(self, rest: str) -> Type | None:
        name, _, detail = rest.partition(".")
        if name not in self.practices:
            return None
        return self.practices[name].get(detail) if detail else Flag()


def list_type(name: str, scope: str) -> str | None:
    """Return the list that a quantifier over `name` walks, or None when there is none."""
    related = RELATED.get(scope, {})
    return related.get(name) or (name if name in WALKED else None)


def _walk(record: Record, path: str) -> Type | None:
    head, _, rest = path.partition(".")
    key = record.index.get(head)
    if key is None:
        return None
    if not rest:
        own_flag = isinstance(key.type, Record) and key.type.short == "."
        return Flag() if own_flag else key.type
    if isinstance(key.type, Record):
        return _walk(key.type, rest)
    if isinstance(key.type, Names):
        known = next((k.type for k in key.type.known if k.name == rest), None)
        return known or key.type.values or Text()
    return None


def _leaves(record: Record, prefix: str = "") -> list[str]:
    found: list[str] = []
    for key in record.keys:
        if isinstance(key.type, Record):
            found += _leaves(key.type, f"{prefix}{key.name}.")
            if key.type.short != ".":
                continue
        found.append(prefix + key.name)
    return found
