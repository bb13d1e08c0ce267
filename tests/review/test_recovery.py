"""Stated needs against what stands there already, and what an open answer does to `ready`."""

from typing import Any

import pytest

from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.review import Review
from backend_mcp.review import review
from tests.conftest import Read

PROMISED = """\
name: fleet
load: {requests_per_second: {average: 30, peak: 60}}
needs: {rpo: 0 s, rto: 15 min, survives: zone}
components:
  - {id: api, kind: service, status: existing, instances: 2, zones: 2}
  - {id: db, kind: relational, technology: MySQL, status: existing, instances: 1, holds: truth}
flows:
  - {id: save, from: user, to: api, mode: sync, effect: write, authorized: none}
  - {id: store, from: api, to: db, mode: sync, effect: write}
practices: {backups: {value: true, every: 24 h}}
complete: [components, flows]
"""
OURS = PROMISED.replace("holds: truth", "holds: truth, managed: self")


@pytest.fixture
def judge(read: Read, knowledge: Knowledge) -> Any:
    def take(document: str) -> Review:
        return review(read(document), knowledge)

    return take


def test_what_exists_already_is_held_against_stated_needs(judge: Any) -> None:
    after = judge(OURS.replace("api, kind: service, status: existing, instances: 2, zones: 2",
                               "api, kind: service, status: existing, instances: 1"))  # fmt: skip

    assert after.ready == "after_fixes"
    assert {f.id for f in after.findings if f.severity == "high"} == {
        "availability-below-need@components.db",
        "one-copy-against-survival@components.api",
        "recovery-point-below-backup-gap@practices.backups",
        "recovery-time-below-restore@components.db",
    }


@pytest.mark.parametrize(
    "kept",
    [
        OURS.replace("instances: 1", "instances: 2, replication: sync, failover: automatic, zones: 2"),
        OURS.replace("rpo: 0 s, rto: 15 min, survives: zone", "rpo: 24 h, rto: 3 days, survives: process"),
        OURS.replace("rpo: 0 s, rto: 15 min, survives: zone", "replay: false"),
    ],
    ids=["a second copy", "needs that a backup keeps", "no such need"],
)  # fmt: skip
def test_where_nothing_stated_is_contradicted_nothing_is_said(judge: Any, kept: str) -> None:
    after = judge(kept)

    assert not [f for f in after.findings if f.severity in ("blocker", "high")]
    assert (after.verdict, after.ready) == ("right", "yes")
