"""A change laid over its base by id: what wins, what stays, what contradicts, what is told."""

from typing import Any

import pytest

from backend_mcp.model.design import Design
from backend_mcp.reading.merge import Base
from tests.conftest import Read

BASE = """\
name: shop
context: {engineers: {value: 4, basis: measured}}
load: {requests_per_second: {peak: {value: 40, basis: measured}}}
practices: {outbox: true}
components:
  - {id: app, kind: service, instances: 2}
  - {id: db, kind: relational}
  - {id: redis, kind: cache}
flows:
  - {id: read, from: app, to: redis, rate: {value: 5/s, basis: measured}}
  - {id: write, from: app, to: db, effect: write}
  - {from: user, to: app, what: browse}
must_hold:
  - {id: once, statement: paid once, enforced_by: db}
  - {statement: never lost, enforced_by: db}
stores: [{in: db, what: orders}]
absent: [queue]
complete: [components]
"""


def _laid(read: Read, change: Any, *, accepted: bool = True) -> Design:
    base = Base(read(BASE, "backend.yaml"), accepted, "backend.yaml")
    return read(change, "plan.yaml", base)


def _status(design: Design) -> dict[str, str]:
    return {c.id: c.word("status") for c in design.components}


def test_parts_of_an_accepted_base_are_existing_and_touched_ones_changed(read: Read) -> None:
    change = "components: [{id: app, instances: 4}, {id: jobs, kind: worker}]\n"
    design = _laid(read, change)
    assert _status(design) == {"app": "changed", "db": "existing", "redis": "existing", "jobs": ""}
    assert design.change is not None
    assert (design.change.added, design.change.changed) == (("jobs",), ("app",))


def test_what_is_said_anew_wins_and_what_is_not_said_stays(read: Read) -> None:
    design = _laid(read, "components: [{id: app, instances: 4}]\n")
    app = design.component("app")
    assert app is not None
    assert (app.word("kind"), app.facts["instances"].said) == ("service", "4")
    assert (design.name, design.facts["practices.outbox"].value) == ("shop", True)
    assert [f.id for f in design.flows] == ["read", "write", "flows[2]"]


def test_a_part_that_is_removed_goes_with_its_flows(read: Read) -> None:
    design = _laid(read, "components: [{id: redis, status: removed}]\n")
    assert sorted(_status(design)) == ["app", "db"]
    assert "read" not in [f.id for f in design.flows]
    assert design.change is not None
    assert design.change.removed == ("redis",)


def test_a_weaker_basis_does_not_win_and_the_conflict_is_told(read: Read) -> None:
    change = "components: [{id: app}]\nload: {requests_per_second: {peak: 900}}\n"
    design = _laid(read, change)
    assert design.facts["load.requests_per_second.peak"].said == "40/s"
    assert ["900/s" in str(c) and "measured" in str(c) for c in design.conflicts] == [True]


def test_a_conflict_inside_an_entry_is_told_too(read: Read) -> None:
    design = _laid(read, "components: [{id: app}]\nflows: [{id: read, rate: 900/s}]\n")
    assert design.flows[0].facts["rate"].said == "5/s"
    assert ["900/s" in str(c) for c in design.conflicts] == [True]


def test_a_stronger_basis_wins(read: Read) -> None:
    said = "{peak: {value: 900, basis: measured}}"
    design = _laid(read, f"components: [{{id: app}}]\nload: {{requests_per_second: {said}}}\n")
    assert design.facts["load.requests_per_second.peak"].said == "900/s"


def test_a_stranger_that_is_called_existing_is_told(read: Read) -> None:
    change = "components: [{id: app}, {id: bus, kind: log, status: existing}]\n"
    design = _laid(read, change)
    (noted,) = design.unread
    assert (noted.at, "backend.yaml" in noted.want) == ("components.bus.status", True)


def test_a_document_that_names_no_part_of_an_accepted_base_is_reviewed_by_itself(
    read: Read,
) -> None:
    design = _laid(read, "components: [{id: other, kind: service}]\n")
    assert (design.change, [c.id for c in design.components]) == (None, ["other"])
    assert "load.requests_per_second.peak" not in design.facts


JOBS = "components: [{id: jobs, kind: queue%s}]\n"


@pytest.mark.parametrize(
    "change",
    [
        "components: [{id: app}]\n",
        JOBS % "" + "flows: [{id: f, from: app, to: jobs}]\n",
        JOBS % "" + "flows: [{id: f, from: jobs, to: components.db}]\n",
        JOBS % ", in: db",
        JOBS % "" + "stores: [{in: db, what: jobs}]\n",
        JOBS % "" + "must_hold: [{id: q, statement: x, enforced_by: db}]\n",
        JOBS % "" + "must_hold: [{id: q, statement: x, where: flows.write}]\n",
    ],
    ids=["component", "from", "full place", "in", "store", "enforced_by", "where"],
)
def test_a_document_that_names_a_part_of_the_base_is_laid_over_it(read: Read, change: str) -> None:
    design = _laid(read, change)
    assert design.change is not None
    assert design.component("redis") is not None
    assert not design.unread


@pytest.mark.parametrize(
    "change",
    [
        "components: [{id: other, kind: service}]\n",
        "load: {users: 5}\n",
        "answers: {p@flows.x: true}\n",
        "practices: {outbox: false}\n",
    ],
)
def test_changes_to_the_last_design_are_always_laid_over_it(read: Read, change: str) -> None:
    design = _laid(read, change, accepted=False)
    assert design.change is not None
    assert {"app", "db", "redis"} <= set(_status(design))
    assert _status(design)["app"] == ""


def test_entries_without_an_id_are_added_and_replace_nothing(read: Read) -> None:
    change = (
        "components: [{id: app}]\nmust_hold: [{statement: a}, {statement: b}]\n"
        "flows: [{from: app, to: db, what: a}, {from: app, to: db, what: b},"
        " {from: app, to: db, what: c}]\n"
    )
    design = _laid(read, change)
    promises = [p.facts["statement"].said for p in design.promises]
    assert promises == ["paid once", "never lost", "a", "b"]
    whats = [f.facts["what"].said for f in design.flows if "what" in f.facts]
    assert whats == ["browse", "a", "b", "c"]
    assert len({f.place for f in design.flows}) == len(design.flows)


def test_a_part_that_is_added_is_no_longer_absent(read: Read) -> None:
    change = "components: [{id: q, kind: queue}]\nflows: [{id: f, from: app, to: q}]\n"
    assert "queue" not in _laid(read, change).absent


def test_a_practice_that_is_taken_up_is_no_longer_absent(read: Read) -> None:
    base = Base(read(BASE + "practices_: 1\n", "b.yaml"), False, "the last design")
    design = read("practices: {outbox: false}\nabsent: [backups]\n", "p.yaml", base)
    assert design.facts["practices.outbox"].value is False
    assert design.facts["practices.backups"].value is False


def test_a_silent_change_leaves_the_base_as_it_was(read: Read) -> None:
    base = read(BASE, "backend.yaml")
    design = _laid(read, "components: [{id: app}]\n", accepted=False)
    assert (design.facts, design.lists) == (base.facts, base.lists)
    assert (design.absent, design.complete) == (base.absent, base.complete)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("duplicate_safe", "{by: idempotency_key, scope: operation}"),
        ("recovers", "{by: lease}"),
        ("retries", "{max: 3}"),
    ],
)
def test_what_is_told_of_an_unknown_record_leaves_none_of_it_unknown(
    read: Read, key: str, told: str
) -> None:
    text = "name: shop\ncomponents: [{id: app}]\nflows: [{id: pay, from: app, to: bank, KEY}]\n"
    over = Base(read(text.replace("KEY", f"{key}: unknown"), "base.yaml"), False, "last")
    changed = read(f"flows: [{{id: pay, {key}: {told}}}]\n", "plan.yaml", over)
    whole = read(text.replace("KEY", f"{key}: {told}"), "whole.yaml")
    assert changed.flows[0].facts.keys() == whole.flows[0].facts.keys()


def test_what_a_record_leaves_open_beside_what_it_tells_stays_open(read: Read) -> None:
    retries = "retries: {max: 3, backoff: unknown}"
    base = f"components: [{{id: app}}]\nflows: [{{id: pay, from: app, to: bank, {retries}}}]\n"
    over = Base(read(base, "base.yaml"), False, "last")
    changed = read("flows: [{id: pay, retries: {max: 5}}]\n", "plan.yaml", over)
    assert not changed.flows[0].facts["retries.backoff"].known


def test_what_a_section_leaves_open_stays_open(read: Read) -> None:
    base = Base(
        read("name: shop\ncontext: {teams: unknown}\ncomponents: [{id: app}]\n"), False, "last"
    )
    changed = read(
        "context: {engineers: 3}\ncomponents: [{id: app, kind: service}]\n", "plan.yaml", base
    )
    assert not changed.facts["context.teams"].known
