"""Bind typed entries to each other: the vocabulary, the numbers, and every expression."""

from collections.abc import Iterable
from typing import Any, Final

from backend_mcp.capacity import DERIVED
from backend_mcp.catalog.locate import Locate, nowhere
from backend_mcp.catalog.taken import plain_name
from backend_mcp.catalog.technologies import bad_limits
from backend_mcp.errors import KnowledgeError, PredicateError, Problem, QuantityError
from backend_mcp.model.entries import Keep, Ladder, Practice, Rule, Technology, Threshold
from backend_mcp.model.form import Amount, Flag, Text, Type
from backend_mcp.model.knowledge import (
    BoundGate,
    BoundKeep,
    BoundLadder,
    BoundProbe,
    BoundRule,
    BoundRung,
    Knowledge,
    Numbers,
)
from backend_mcp.model.plans import Plans
from backend_mcp.model.predicate import ALWAYS, NEVER, Predicate, compile_predicate
from backend_mcp.model.quantity import Quantity, parse
from backend_mcp.model.vocabulary import Vocabulary

VERSION: Final = "2026.11.25"
"""The release of the knowledge."""
RELEASED: Final = VERSION.replace(".", "-")
"""Its day: what ages are reckoned against where no other is given."""


class _Binder:
    """Compiles expressions and gathers what is wrong with them."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        values: dict[str, Quantity],
        locate: Locate,
        plans: Plans,
    ) -> None:
        self.vocabulary = vocabulary
        self.values = values
        self.locate = locate
        self.problems: list[Problem] = []
        self.plans = plans

    def expression(self, text: str, scope: str, kind: str, id_: str, *keys: str | int) -> Predicate:
        """Compile one expression; a fault is noted at its line, and the expression is true."""
        try:
            return compile_predicate(text, self.vocabulary, self.values, scope, self.plans)
        except PredicateError as error:
            path, line = self.locate(kind, id_, *keys)
            self.problems.append(Problem(path, line, ".".join(map(str, keys)), str(error)))
            return ALWAYS


def bind(
    items: dict[str, list[Any]],
    others: dict[str, list[str]],
    locate: Locate = nowhere,
    plans: Plans | None = None,
    *,
    checked: bool = False,
) -> Knowledge:
    """Bind everything; `plans` are those of its expressions, or take them up.

    Raises:
        KnowledgeError: every expression and quantity that can't be read or does not fit.
    """
    thresholds: list[Threshold] = items["thresholds"]
    technologies: list[Technology] = items["technologies"]
    practices: list[Practice] = items["practices"]
    values, tables, problems = _numbers(thresholds, locate)
    ranks = {ld.id: [r.id for r in ld.rungs] for ld in items["ladders"]}
    vocabulary = Vocabulary(
        derived={key: d.type for key, d in DERIVED.items()},
        practices=_practices(practices, others),
        practice_aliases={plain_name(a): p.id for p in practices for a in p.aliases},
        technologies={
            plain_name(n): t.id for t in technologies for n in (t.id, t.title, *t.aliases)
        },
        exact={plain_name(n): t.id for t in technologies for n in t.exact},
        kinds={t.id: t.kind for t in technologies},
        simplicity={t.id: _rank(t, ranks) for t in technologies},
    )
    binder = _Binder(vocabulary, values, locate, plans if plans is not None else Plans())
    rules = tuple(_rule(binder, r) for r in items["rules"])
    ladders = tuple(_ladder(binder, ld, values) for ld in items["ladders"])
    probes = tuple(
        BoundProbe(p, binder.expression(p.applies_when, p.for_each, "probes", p.id, "applies_when"))
        for p in items["probes"]
    )
    keeps = tuple(_keeps(binder, items["rules"], "rules")) + tuple(
        _keeps(binder, practices, "practices")
    )
    problems += (
        [] if checked else bad_limits(technologies, {t.id: t.kind for t in thresholds}, locate)
    )
    if problems or binder.problems:
        raise KnowledgeError([*problems, *binder.problems])
    return Knowledge(
        rules, ladders, probes, keeps,
        {p.id: p for p in practices}, {t.id: t for t in technologies},
        {t.id: t for t in thresholds}, vocabulary,
        Numbers(
            values, tables,
            {t.id: tuple(t.attributes) for t in technologies},
            {t.id: t.stands_on for t in technologies if t.stands_on},
            {t.id: t.kind for t in technologies},
            {t.id: t.limits for t in technologies if t.limits},
            {t.id: t.ends for t in technologies if t.ends},
            RELEASED,
            {t.id: t.skill_of for t in technologies if t.skill_of},
        ),
        VERSION, RELEASED,
    )  # fmt: skip


def _rank(technology: Technology, ranks: dict[str, list[str]]) -> int:
    """Return how far up any ladder a technology stands: of alternatives the lowest is judged."""
    found = [
        ranks[ladder].index(rung)
        for ladder, rung in technology.stands_on.items()
        if rung in ranks.get(ladder, ())
    ]
    return max(found, default=0)


def _numbers(
    thresholds: list[Threshold], locate: Locate
) -> tuple[dict[str, Quantity], dict[str, dict[str, Quantity]], list[Problem]]:
    values: dict[str, Quantity] = {}
    tables: dict[str, dict[str, Quantity]] = {}
    problems: list[Problem] = []
    for threshold in thresholds:
        texts = threshold.table or {"": threshold.value}
        read: dict[str, Quantity] = {}
        for word, text in texts.items():
            kind = None if threshold.kind == "table" else threshold.kind
            try:
                read[word] = parse(text, kind)  # type: ignore[arg-type]
            except QuantityError as error:
                path, line = locate("thresholds", threshold.id, "table" if word else "value", word)
                problems.append(Problem(path, line, word or "value", str(error)))
        if threshold.table:
            tables[threshold.id] = read
        elif "" in read:
            values[threshold.id] = read[""]
    return values, tables, problems


def _practices(
    practices: list[Practice], others: dict[str, list[str]]
) -> dict[str, dict[str, Type]]:
    found: dict[str, dict[str, Type]] = {id_: {} for ids in others.values() for id_ in ids}
    for practice in practices:
        found[practice.id] = {name: _detail(kind) for name, kind in practice.details.items()}
    return found


def _detail(kind: str) -> Type:
    if kind == "flag":
        return Flag()
    return Text() if kind == "text" else Amount(kind)  # type: ignore[arg-type]


def _rule(binder: _Binder, rule: Rule) -> BoundRule:
    return BoundRule(
        rule,
        binder.expression(rule.applies_when, rule.for_each, "rules", rule.id, "applies_when"),
        binder.expression(rule.fires_when, rule.for_each, "rules", rule.id, "fires_when"),
    )


def _keeps(binder: _Binder, entries: Iterable[Rule | Practice], kind: str) -> Iterable[BoundKeep]:
    for entry in entries:
        for index, keep in enumerate(keeps_of(entry)):
            at = ("keep", index, "when") if isinstance(entry.keep, list) else ("keep", "when")
            when = binder.expression(keep.when, keep.for_each, kind, entry.id, *at)
            yield BoundKeep(keep, when, entry.id)


def keeps_of(entry: Rule | Practice) -> list[Keep]:
    """Return the keeps of an entry, one, several or none."""
    if isinstance(entry.keep, list):
        return entry.keep
    return [entry.keep] if entry.keep is not None else []


def _ladder(binder: _Binder, ladder: Ladder, values: dict[str, Quantity]) -> BoundLadder:
    def expression(text: str, scope: str, *keys: str | int) -> Predicate:
        return binder.expression(text, scope, "ladders", ladder.id, *keys)

    rungs = []
    for index, rung in enumerate(ladder.rungs):
        if rung.holds and rung.holds not in values:
            path, line = binder.locate("ladders", ladder.id, "rungs", index, "holds")
            reason = f"threshold {rung.holds!r} does not exist"
            binder.problems.append(Problem(path, line, "holds", reason))
        gates = tuple(
            BoundGate(g, expression(g.when, ladder.for_each, "rungs", index, "gates", n, "when"))
            for n, g in enumerate(rung.gates)
        )
        chosen = (
            expression(rung.chosen_when, ladder.for_each, "rungs", index, "chosen_when")
            if rung.chosen_when
            else NEVER
        )
        host = expression(rung.host_when, "components", "rungs", index, "host_when")
        rungs.append(BoundRung(rung, chosen, values.get(rung.holds), gates, host))
    return BoundLadder(
        ladder,
        expression(ladder.judges, "components", "judges"),
        expression(ladder.touched_when, "", "touched_when"),
        tuple(rungs),
        expression(ladder.spare_when, "components", "spare_when") if ladder.spare_when else NEVER,
    )
