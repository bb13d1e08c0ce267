"""Reviews over MCP leave stamps: of what was read, of what was judged, and only where they shall."""

from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from backend_mcp import settings
from backend_mcp.decisions.stamps import Stamp, digest, read_stamps
from backend_mcp.server.app import build

SHOP: dict[str, Any] = {
    "name": "shop",
    "components": [
        {"id": "app", "kind": "service", "technology": "Node.js"},
        {"id": "db", "kind": "relational", "technology": "PostgreSQL"},
        {"id": "bus", "kind": "log", "technology": "Kafka", "status": "removed"},
    ],
    "absent": ["Redis"],
}
PAYS = {
    "components": [{"id": "pay", "kind": "external", "technology": "Stripe"}],
    "flows": [
        {"id": "charge", "from": "app", "to": "pay", "effect": "money", "retries": {"max": 3}, "duplicate_safe": False}
    ],
}  # fmt: skip


def reviewed(root: Path, state: Path | None, *calls: dict[str, Any]) -> list[Stamp]:
    """Review over MCP, in one session; return the stamps that are left below `state`."""

    async def run() -> None:
        server = build(settings.knowledge_folder(), (root.resolve(),), state=state)
        with anyio.fail_after(120):
            async with Client(server) as client:
                for arguments in calls:
                    result = await client.call_tool("review_design", arguments)
                    assert not result.is_error

    anyio.run(run)
    return list(read_stamps(state).stamps) if state is not None else []


def test_a_document_leaves_what_it_names_and_what_it_says_is_not_there(tmp_path: Path) -> None:
    (stamp,) = reviewed(tmp_path, tmp_path / "state", {"design": SHOP})
    assert stamp.source.file == ""
    assert set(stamp.names) == {"node-js", "postgresql", "relational", "service"}
    assert "redis" in stamp.absent
    assert "kafka" in stamp.absent
    assert (stamp.name, stamp.parts) == ("shop", 2)


def test_what_changes_it_replaces_its_stamp(tmp_path: Path) -> None:
    calls = ({"design": SHOP}, {"design": PAYS, "base": "last"})
    (stamp,) = reviewed(tmp_path, tmp_path / "state", *calls)
    assert "stripe" in stamp.names
    assert stamp.blockers == ("money-without-idempotency@flows.charge",)
    assert "send the same one" in stamp.do["money-without-idempotency@flows.charge"]


def test_a_file_is_remembered_with_its_digest_and_that_of_its_base(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "backend.yaml").write_text(
        "name: shop\ncomponents: [{id: db, kind: relational, technology: MySQL}]\n"
    )
    change = tmp_path / "change.yaml"
    change.write_text(
        "name: shop\ncomponents: [{id: jobs, kind: queue, technology: SQS, status: new}, {id: db, status: changed}]\n"
    )
    (stamp,) = reviewed(tmp_path, tmp_path / "state", {"design": "change.yaml"})
    assert stamp.source == digest(change.resolve())
    assert stamp.base == digest((tmp_path / "backend.yaml").resolve())
    assert {"mysql", "sqs"} <= set(stamp.names)


def test_a_review_without_a_place_for_stamps_is_a_review(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    assert reviewed(tmp_path, tmp_path / "file" / "state", {"design": SHOP}) == []
    assert "no stamp of this review is left" in caplog.text


def test_a_server_without_state_leaves_nothing(tmp_path: Path, state: Path) -> None:
    before = sorted(state.rglob("*"))
    reviewed(tmp_path, None, {"design": SHOP})
    assert sorted(state.rglob("*")) == before
