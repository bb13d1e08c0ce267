"""Practices, technologies, skills and what is absent: people's names, the knowledge's ids."""

from typing import Any

import pytest

from backend_mcp.model.fact import UNKNOWN
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.quantity import parse
from tests.conftest import Read

APP = "components: [{id: app, kind: service}]\n"


@pytest.mark.parametrize(
    ("said", "value", "note"),
    [
        ("true", True, ""),
        ("false", False, ""),
        ("planned", True, "planned"),
        ("unknown", UNKNOWN, ""),
        ("{value: true, note: nightly}", True, "nightly"),
        ("{value: planned}", True, "planned"),
        ("{value: unknown}", UNKNOWN, ""),
        ("{every: 24 h}", True, ""),
    ],
)
def test_a_practice_is_true_false_planned_or_unknown(
    read: Read, said: str, value: Any, note: str
) -> None:
    design = read(f"{APP}practices: {{backups: {said}}}\n")
    fact = design.facts["practices.backups"]
    assert (fact.value, fact.basis, fact.note) == (value, "proposed", note)
    assert not design.unread


def test_details_of_a_practice_are_typed(read: Read) -> None:
    design = read(f"{APP}practices: {{backups: {{value: true, every: 24 h, kept: 30 days}}}}\n")
    assert design.facts["practices.backups.every"].value == parse("24 h")
    assert not design.unread


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("backups: {value: true, every: sometimes}", "practices.backups.every"),
        ("backups: maybe", "practices.backups"),
        ("backups: yes", "practices.backups"),
        ("{value: true, kept: 30 days, for one week}", "practices.value"),
        ("backups: {value: true, every: 24 h, for one week}", "practices.backups.for one week"),
        ("outbx: true", "practices.outbx"),
        ("frobnication: true", "practices.frobnication"),
    ],
)
def test_what_can_not_be_read_of_a_practice_is_told(read: Read, said: str, place: str) -> None:
    said = said if said.startswith("{") else f"{{{said}}}"
    design = read(f"{APP}practices: {said}\n")
    noted = next(u for u in design.unread if u.at == place)
    assert noted.want
    assert noted.line == 2


def test_an_unknown_practice_is_offered_the_nearest_known_name(read: Read) -> None:
    (noted,) = read(f"{APP}practices: {{idempotency_kyes: true}}\n").unread
    assert noted.want.startswith("idempotency_keys?")


@pytest.mark.parametrize("said", ["[backups, outbox]", "backups", "5"])
def test_practices_that_are_no_mapping_are_told(read: Read, said: str) -> None:
    assert [u.at for u in read(f"{APP}practices: {said}\n").unread] == ["practices"]


def test_every_alias_of_every_practice_leads_to_it(read: Read, knowledge: Knowledge) -> None:
    aliases = [(a, p.id) for p in knowledge.practices.values() for a in p.aliases]
    assert aliases
    for alias, id_ in aliases:
        design = read({"components": [{"id": "app"}], "practices": {alias: True}})
        assert design.facts[f"practices.{id_}"].value is True, alias


@pytest.mark.parametrize("shape", ["{id}", "{title}"])
def test_every_technology_is_known_by_its_id_and_title(
    read: Read, knowledge: Knowledge, shape: str
) -> None:
    names = {
        t.id: t.id if shape == "{id}" else t.title
        for t in knowledge.technologies.values()
        if " or " not in t.title and "/" not in t.title
    }
    parts = [{"id": id_, "technology": name} for id_, name in list(names.items())[:400]]
    design = read({"components": parts})
    assert {c.id: c.words("technology")[:1] for c in design.components} == {
        c.id: (c.id,) for c in design.components
    }


def _technology(read: Read, said: str) -> tuple[str, ...]:
    return read(f"components: [{{id: db, technology: {said}}}]\n").components[0].words("technology")


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("PostgreSQL", ("postgresql",)),
        ("postgres", ("postgresql",)),
        ("POSTGRESQL", ("postgresql",)),
        ("PostgreSQL 16", ("postgresql",)),
        ("[Redis, PostgreSQL]", ("redis", "postgresql")),
        ("PostgreSQL or Kafka", ("postgresql",)),
        ("Kafka or PostgreSQL", ("postgresql",)),
        ("Frobnicator or PostgreSQL", ("postgresql",)),
    ],
)
def test_a_technology_is_read_by_any_of_its_names_and_the_simpler_of_two_is_taken(
    read: Read, said: str, ids: tuple[str, ...]
) -> None:
    assert _technology(read, said) == ids


def test_the_kind_follows_from_the_technology_where_it_is_not_said(read: Read) -> None:
    design = read("components: [{id: db, technology: PostgreSQL}]\n")
    fact = design.components[0].facts["kind"]
    assert (fact.value, fact.basis) == ("relational", "derived")


def test_an_unknown_technology_is_kept_in_words_and_reported_as_not_judged(read: Read) -> None:
    design = read("components: [{id: db, kind: relational, technology: Frobnicator}]\n")
    assert design.components[0].facts["technology"].note == "Frobnicator"
    assert [line.startswith("Frobnicator (components.db)") for line in design.unjudged] == [True]


def test_a_misspelt_technology_is_offered_the_nearest(read: Read) -> None:
    (line,) = read("components: [{id: db, technology: Postgresqll}]\n").unjudged
    assert "postgresql?" in line


@pytest.mark.parametrize("key", ["postgres", "PostgreSQL", "postgresql"])
def test_a_skill_is_keyed_by_the_id_of_its_technology(read: Read, key: str) -> None:
    design = read(f"{APP}context: {{skills: {{{key}: proficient}}}}\n")
    assert design.facts["context.skills.postgresql"].value == "proficient"


@pytest.mark.parametrize(
    ("said", "word"),
    [("[cache]", "cache"), ("cache", "cache"), ("[Object Storage]", "object_storage")],
)
def test_absent_holds_the_words_that_are_not_there(read: Read, said: str, word: str) -> None:
    assert word in read(f"{APP}absent: {said}\n").absent


def test_a_technology_is_absent_under_its_id(read: Read) -> None:
    assert "postgresql" in read(f"{APP}absent: [postgres]\n").absent


def test_one_way_of_a_practice_that_is_absent_says_nothing_of_the_others(read: Read) -> None:
    design = read(f"{APP}absent: [row level security, optimistic lock]\n")

    assert "practices.tenant_isolation" not in design.facts
    assert "practices.optimistic_locking" not in design.facts


def test_a_practice_that_is_absent_is_false(read: Read) -> None:
    assert read(f"{APP}absent: [outbox]\n").facts["practices.outbox"].value is False


@pytest.mark.parametrize("said", ["cache", "redis"])
def test_what_a_part_contradicts_is_not_believed_to_be_absent(read: Read, said: str) -> None:
    design = read(f"components: [{{id: c, kind: cache, technology: Redis}}]\nabsent: [{said}]\n")
    assert said not in design.absent
    assert [u.at for u in design.unread] == ["absent"]


@pytest.mark.parametrize("said", ["{cache: true}", "[{cache: true}]", "[[cache]]", "5"])
def test_absent_in_a_shape_that_can_not_be_read_is_told(read: Read, said: str) -> None:
    design = read(f"{APP}absent: {said}\n")
    assert design.unread or design.absent


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("[x]", "answers"),
        ("yes", "answers"),
        ("{p: {holds: true}}", "answers.p"),
        ("{p@flows.x: maybe}", "answers.p@flows.x"),
        ("{p@flows.x: {note: y}}", "answers.p@flows.x"),
        ("{p@flows.x: {holds: true, nota: y}}", "answers.p@flows.x.nota"),
    ],
)
def test_an_answer_that_can_not_be_read_is_told(read: Read, said: str, place: str) -> None:
    assert [u.at for u in read(f"{APP}answers: {said}\n").unread] == [place]


@pytest.mark.parametrize(
    ("said", "holds"),
    [("true", True), ("false", False), ("unknown", None), ("{holds: true}", True)],
)
def test_an_answer_is_kept_under_its_id(read: Read, said: str, holds: bool | None) -> None:
    design = read(f"{APP}answers: {{p@flows.x: {said}}}\n")
    assert design.answers["p@flows.x"].holds is holds
    assert not design.unread


def test_a_practice_of_which_nothing_can_be_read_is_not_there(read: Read) -> None:
    design = read(APP + "practices: {money_minor_units: {'?': 1}}\n")
    assert not design.facts["practices.money_minor_units"].known
    assert [u.at for u in design.unread] == ["practices.money_minor_units"]
