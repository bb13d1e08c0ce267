"""What a change takes away: parts and flows, whether or not they are still there."""

from backend_mcp.model.design import Design
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.reading.merge import Base
from backend_mcp.reading.reader import read_design
from backend_mcp.tree import from_text

WHOLE = """\
name: shop
components: [{id: app, kind: service}, {id: db, kind: relational}, {id: redis, kind: cache, status: new}]
flows: [{id: save, from: app, to: db, effect: write}, {id: warm, from: app, to: redis, effect: write}]
must_hold: [{id: once, statement: once, where: flows.save, enforced_by: db}]
"""


def laid(change: str, knowledge: Knowledge, times: int = 1) -> Design:
    def read(text: str, base: Base | None) -> Design:
        return read_design(from_text(text, "x.yaml"), "x.yaml", knowledge.vocabulary, base)

    design = read(WHOLE, None)
    for _ in range(times):
        design = read(change, Base(design, accepted=False, name="the last design"))
    return design


def test_a_flow_and_a_promise_may_be_removed_by_themselves(knowledge: Knowledge) -> None:
    change = "flows: [{id: save, status: removed}]\nmust_hold: [{id: once, status: removed}]\n"
    found = laid(change + "components: [{id: app}]\n", knowledge)
    assert [f.id for f in found.flows] == ["warm"]
    assert not found.promises
    assert not found.unread
    assert found.change is not None
    assert found.change.flows_gone == ("save",)


def test_what_is_gone_already_may_be_removed_again(knowledge: Knowledge) -> None:
    change = "components: [{id: redis, status: removed}, {id: app}]\nflows: [{id: warm, status: removed}]\n"
    found = laid(change, knowledge, times=2)
    assert not found.unread
    assert found.change is not None
    assert (found.change.removed, found.change.flows_gone) == ((), ())


def test_a_misspelt_part_that_shall_go_is_told(knowledge: Knowledge) -> None:
    found = laid("components: [{id: rediss, status: removed}, {id: app}]\n", knowledge)
    assert [u.want.partition("?")[0] for u in found.unread] == ["redis"]
