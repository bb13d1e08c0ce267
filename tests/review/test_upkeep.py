"""The hours that a part takes: a sharded database is one at best, and as many as its shards at worst."""

import pytest

from backend_mcp.capacity import DesignScope
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.quantity import Quantity
from tests.conftest import Read


@pytest.mark.parametrize(
    ("said", "times"),
    [(", shards: 1", 1), (", shards: 4", 4), (", shards: 2..4", 4), (", shards: unknown", 1)],
)
def test_shards_are_servers_to_keep(
    read: Read, knowledge: Knowledge, said: str, times: int
) -> None:
    def hours(more: str) -> Quantity:
        db = f"{{id: db, kind: relational, managed: self, status: new{more}}}"
        scope = DesignScope(read(f"components: [{db}]"), knowledge.numbers)
        component = scope.component("db")
        assert component is not None
        fact = component.derived("upkeep")
        assert fact is not None
        assert isinstance(fact.value, Quantity)
        return fact.value

    one, found = hours(""), hours(said)
    assert found.low == one.low
    assert found.high == pytest.approx(one.high * times)
