"""Where a value comes from: stated, proposed or marked, and never promoted."""

import pytest

from tests.conftest import Read

APP = "components: [{id: app, kind: service}]\n"
PAY = APP + "flows:\n  - {id: pay, from: app, to: user, %s}\n"


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ("load: {basis: assumed, users: 5}", "load.users"),
        ("load: {basis: assumed, requests_per_second: {peak: 5}}", "load.requests_per_second.peak"),
        ("load: {requests_per_second: {basis: assumed, peak: 5}}", "load.requests_per_second.peak"),
        ("load: {event: {people: 5, basis: assumed}}", "load.event.people"),
        ("load: {users: {value: 5, basis: assumed}}", "load.users"),
        ("data: {sensitivity: {value: [card], basis: assumed}}", "data.sensitivity"),
        ("data: {sensitivity: [{value: card, basis: assumed}]}", "data.sensitivity"),
        ("context: {skills: {kafka: {value: none, basis: assumed}}}", "context.skills.kafka"),
    ],
)
def test_what_is_assumed_is_never_promoted(read: Read, document: str, place: str) -> None:
    assert read(f"{APP}{document}\n").facts[place].basis == "assumed"


@pytest.mark.parametrize(
    ("document", "list_name", "key"),
    [
        ("needs: {basis: assumed, targets: [{amount: 5}]}", "targets", "amount"),
        ("needs: {targets: [{amount: 5, basis: assumed}]}", "targets", "amount"),
        ("flows: [{id: f, from: user, to: app, rate: 5/s, basis: assumed}]", "flows", "rate"),
        ("must_hold: [{id: p, statement: x, basis: assumed}]", "must_hold", "statement"),
        ("components: [{id: app, load: {basis: assumed, users: 5}}]", "components", "load.users"),
        ("components: [{id: app, basis: assumed, limit: 5/s}]", "components", "limit"),
    ],
)
def test_the_basis_of_an_entry_or_section_holds_for_all_that_stands_in_it(
    read: Read, document: str, list_name: str, key: str
) -> None:
    design = read(f"{'' if 'components' in document else APP}{document}\n")
    assert design.lists[list_name][0].facts[key].basis == "assumed"


def test_the_situation_is_stated_and_the_design_proposed_where_nothing_is_marked(
    read: Read,
) -> None:
    design = read(PAY % "rate: 5/s, timeout: 5 s" + "load: {users: 5}\n")
    facts = design.flows[0].facts
    bases = [design.facts["load.users"].basis, facts["rate"].basis, facts["timeout"].basis]
    assert bases == ["stated", "stated", "proposed"]
