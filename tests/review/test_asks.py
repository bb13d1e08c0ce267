"""Every question is a sentence: no path of the form, each id in quotes, and every fact has one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from backend_mcp.capacity import DesignScope, ItemScope
from backend_mcp.model.design import Design
from backend_mcp.model.form import SECTIONS, Text
from backend_mcp.model.form_design import WALKED
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.predicate_text import Comparison, Join, Node, Not, Quantifier, parse
from backend_mcp.model.sentence import PLACEHOLDER
from backend_mcp.model.vocabulary import REFERENCES, list_type
from backend_mcp.review.asks import ASKS, IN_A_STORE, LEFT_OPEN, READING_A_STORE
from backend_mcp.review.candidates import _BEHIND
from backend_mcp.review.size_asks import missing_load
from backend_mcp.review.spoken import ask_for, name_of, practice_name, silence_of, title_of
from tests.conftest import Read

LISTS = tuple(WALKED)
OPEN_ANYWAY = ("context.skills.",)
"""What has a free name, and is asked for by it."""


def _of(path: str) -> tuple[str, str]:
    of, _, rest = path.partition(".")
    return (of, rest) if of in LISTS else ("", path)


@pytest.mark.parametrize("path", sorted(ASKS))
def test_a_question_asks_for_a_fact_of_the_form(path: str, knowledge: Knowledge) -> None:
    scope, name = _of(path)

    assert knowledge.vocabulary.type_of(name, scope) is not None
    for placeholder in PLACEHOLDER.findall(ASKS[path]):
        assert knowledge.vocabulary.type_of(placeholder, scope) is not None, placeholder


@pytest.mark.parametrize("path", sorted(LEFT_OPEN))
def test_what_is_left_open_is_a_fact_of_the_form(path: str, knowledge: Knowledge) -> None:
    scope, name = _of(path)
    assert knowledge.vocabulary.type_of(name, scope) is not None


@pytest.mark.parametrize("text", [*ASKS.values(), *IN_A_STORE.values(), *READING_A_STORE.values()])
def test_what_an_item_is_called_stands_in_quotes(text: str) -> None:
    for name in PLACEHOLDER.findall(text):
        assert f"“{{{name}}}”" in text
    assert text.endswith("?")
    assert "_" not in text


def _names(node: Node, scope: str) -> Iterator[tuple[str, str]]:
    """Return every name of an expression with the list from which it is seen."""
    if isinstance(node, Comparison):
        yield from ((scope, o.text) for o in (node.left, *node.right) if o.form == "name")
    elif isinstance(node, Not):
        yield from _names(node.inner, scope)
    elif isinstance(node, Join):
        for part in node.parts:
            yield from _names(part, scope)
    elif isinstance(node, Quantifier) and node.body is not None:
        yield from _names(node.body, list_type(node.list, scope) or "")


def _expressions(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Return every expression of the knowledge with the list it walks."""
    for rule in (b.entry for b in knowledge.rules):
        yield from ((rule.for_each, text) for text in (rule.applies_when, rule.fires_when))
    for probe in (b.entry for b in knowledge.probes):
        yield probe.for_each, probe.applies_when
    for ladder in (b.entry for b in knowledge.ladders):
        yield from (("components", ladder.judges), ("components", ladder.spare_when))
        yield "", ladder.touched_when
        for rung in ladder.rungs:
            yield from ((ladder.for_each, rung.chosen_when), ("components", rung.host_when))
            yield from ((ladder.for_each, gate.when) for gate in rung.gates)


def _asked(scope: str, name: str, knowledge: Knowledge) -> Iterator[str]:
    """Return the keys that a person may be asked for where a name of an expression is not known."""
    head, _, rest = name.partition(".")
    if scope and rest and head in REFERENCES[scope]:
        yield f"{scope}.{head}"
        yield from _asked(REFERENCES[scope][head], rest, knowledge)
    elif head in SECTIONS or head == "practices":
        yield name
    elif name not in ("id", "at") and head != "derived":
        typed = knowledge.vocabulary.type_of(name, scope)
        yield from () if typed is None else (f"{scope}.{name}",)


def test_every_fact_that_an_expression_asks_for_has_a_sentence(knowledge: Knowledge) -> None:
    asked = {
        key
        for of, text in _expressions(knowledge)
        if text
        for scope, name in _names(parse(text), of)
        for key in _asked(scope, name, knowledge)
    }
    asked |= set(_BEHIND.values())
    asked |= {missing_load(_standing(b.entry.id)) for b in knowledge.ladders} - {""}

    assert len(asked) > 120
    spoken = {key for key in asked if key in ASKS or key.startswith(OPEN_ANYWAY)}
    spoken |= {key for key in asked if key.startswith("practices.") and key.count(".") == 1}
    assert asked - spoken == set()


def _standing(ladder: str) -> Any:
    class Entry:
        id = ladder

    class Ladder:
        entry = Entry

    class Standing:
        ladder = Ladder

    return Standing


def test_every_key_of_the_form_that_is_judged_has_a_sentence(knowledge: Knowledge) -> None:
    keys = {k for k in knowledge.vocabulary.names() if k.partition(".")[0] in SECTIONS}
    for of in LISTS:
        seen = set(knowledge.vocabulary.names(of)) - set(knowledge.vocabulary.names())
        keys |= {
            f"{of}.{k}" for k in seen if not isinstance(knowledge.vocabulary.type_of(k, of), Text)
        }
    free = (".skills", ".settings", ".practices", ".load.", ".targets", ".derived.")
    assert {k for k in keys - ASKS.keys() if not any(f in f".{k}" for f in free)} == set()


@pytest.fixture
def scope(read: Read, knowledge: Knowledge) -> Callable[[str], DesignScope]:
    def take(document: str) -> DesignScope:
        design: Design = read(document)
        return DesignScope(design, knowledge.numbers)

    return take


DOCUMENT = """
components:
  - {id: services, kind: external}
  - {id: indexer, kind: worker}
  - {id: db, kind: relational, load: {users: 5}}
flows:
  - {id: take, from: indexer, to: services, mode: sync, effect: external}
  - {id: rebuild, from: indexer, to: db, mode: batch, effect: read}
  - {id: fill, from: indexer, to: db, mode: batch, effect: write}
stores: [{in: db, what: places to stay}, {in: db}]
must_hold: [{id: once, statement: a seat is sold once}]
"""


@pytest.mark.parametrize(
    ("place", "key", "question"),
    [
        ("flows.take", "duration", "how long does one run of “take” last?"),
        ("flows.take", "duplicate_safe", "what happens when “take” comes twice?"),
        ("flows.take", "on_failure", "what does the caller of “take” get when “services” fails?"),
        ("flows.take", "in_transaction", "is a database transaction open in “indexer” while it waits for “services” (“take”)?"),  # noqa: E501
        ("flows.rebuild", "in_transaction", "does “rebuild” read all of “db” in one transaction?"),
        ("flows.fill", "in_transaction", "does “fill” do all of its work in “db” in one transaction?"),
        ("components.db", "load.users", "for “db”: how many people use it at all?"),
        ("components.db", "settings.odd_name", "for “db”: what is its “odd name”?"),
        ("must_hold.once", "how", "how is “a seat is sold once” enforced?"),
        ("", "load.event.people", "how many people come at the known moment?"),
        ("", "context.regulated", "which laws or standards apply to it (gdpr, pci, hipaa, dora), if any?"),
        ("", "context.skills.kubernetes", "how well does the team know kubernetes: not at all, some, or well?"),
    ],
)  # fmt: skip
def test_a_fact_is_asked_for_as_a_colleague_asks(
    scope: Callable[[str], DesignScope], knowledge: Knowledge, place: str, key: str, question: str
) -> None:
    whole = scope(DOCUMENT)
    view = whole.at(place) if place else whole
    assert view is not None
    assert ask_for(key, view, knowledge.practices) == question


def test_data_without_a_name_is_called_by_its_place(
    scope: Callable[[str], DesignScope], knowledge: Knowledge
) -> None:
    named, unnamed = sorted(scope(DOCUMENT).items["stores"], key=lambda s: s.item.word("what"))[
        ::-1
    ]
    asked = ask_for("retention", unnamed, knowledge.practices)

    assert "unknown" not in asked
    assert name_of(named) == "“places to stay”"
    assert ask_for("retention", named, knowledge.practices).startswith(
        "how long are rows of “places"
    )


def test_a_practice_is_asked_for_by_its_title(
    scope: Callable[[str], DesignScope], knowledge: Knowledge
) -> None:
    whole = scope(DOCUMENT)
    assert ask_for("practices.backups", whole, knowledge.practices).startswith(
        "are backups planned? "
    )
    assert ask_for("practices.canary", whole, knowledge.practices).startswith(
        "is a canary planned? "
    )
    one = whole.at("components.db")
    assert one is not None
    assert ask_for("practices.mfa", one, knowledge.practices).startswith(
        "for “db”: is a second factor planned? "
    )


def test_the_verb_fits_the_name_of_a_practice(knowledge: Knowledge) -> None:
    several = {p for p in knowledge.practices if practice_name(p, knowledge.practices)[1] == "are"}
    assert {"lock_timeouts", "alerts", "output_caps", "expand_contract_migrations"} <= several
    assert not {"rollback", "ci", "audience_check", "back_pressure", "canary"} & several
    assert practice_name("utc_instants", knowledge.practices) == ("instants in UTC", "are")
    assert practice_name("secrets_out_of_code", knowledge.practices)[1] == "are"


def test_every_key_that_a_rule_lets_be_left_open_has_words(knowledge: Knowledge) -> None:
    for rule in (b.entry for b in knowledge.rules):
        for key in rule.unsaid:
            own = f"{rule.for_each}.{key}"
            assert key.startswith("practices.") or own in LEFT_OPEN, (rule.id, key)
            assert own in ASKS or key.startswith("practices."), (rule.id, key)


def test_what_is_left_open_is_one_sentence_with_the_worst_of_it(
    scope: Callable[[str], DesignScope], knowledge: Knowledge
) -> None:
    whole = scope(DOCUMENT)
    take, db, once = (whole.at(p) for p in ("flows.take", "components.db", "must_hold.once"))
    assert take is not None
    assert db is not None
    assert once is not None

    def said(view: DesignScope | ItemScope, *paths: str) -> str:
        open_ = [silence_of(path, view, knowledge.practices) for path in paths]
        return title_of(open_, "It ends badly")

    assert said(whole, "practices.rollback") == (
        "it is not said whether rollback is planned (practices.rollback); if not, it ends badly"
    )
    assert said(db, "practices.lock_timeouts") == (
        "it is not said for “db” whether lock timeouts are planned (practices.lock_timeouts); if not, it ends badly"
    )
    assert said(once, "must_hold.once.enforced_by") == (
        "“a seat is sold once” leaves open which part enforces it (enforced_by); at worst it ends badly"
    )
    assert said(take, "flows.take.recovers.by", "flows.take.timeout", "practices.alerts") == (
        "“take” leaves open who takes it up again after a crash (recovers.by), how long its caller waits "
        "(timeout) and whether alerts are planned (practices.alerts); at worst it ends badly"
    )
    assert said(
        take, *(f"flows.take.{k}" for k in ("timeout", "mode", "rate", "to", "from"))
    ).count("2 more; at worst")
