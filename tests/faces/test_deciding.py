"""`record_decision` as a client sees it: previews, files, the person's consent in both eras, refusals that steer."""

import json
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.types import ElicitResult

from backend_mcp import settings
from backend_mcp.server.app import build
from tests.decisions.sound import put, text
from tests.faces.talking import MODES, call, refused, talk
from tests.review.test_decided import BUS, PAY, paying, shop

ROOT = Path(__file__).parents[2]
TOOL = "record_decision"
WISH = {
    "kind": "override",
    "subject": BUS,
    "reason": "billing reads it from January on",
    "by": "agent",
}


class Person:
    """Answers the form, and keeps what was shown."""

    def __init__(self, action: str, agrees: str = "yes") -> None:
        self.action, self.agrees, self.shown = action, agrees, []  # type: ignore[var-annotated]

    async def __call__(self, _: Any, params: Any) -> ElicitResult:
        self.shown.append(params)
        fields = params.requested_schema["properties"]
        content: Any = dict.fromkeys(fields, self.agrees) if self.action == "accept" else None
        return ElicitResult(action=self.action, content=content)  # type: ignore[arg-type]


def files(root: Path) -> list[str]:
    """Return the names of the decisions of a repository."""
    return sorted(p.name for p in (root / "docs/decisions").glob("*"))


async def reviewed(client: Client, design: Any = None) -> Any:
    return (await call(client, design=design or shop()))[0]


@pytest.mark.parametrize("mode", MODES)
def test_a_decision_is_shown_first_then_written_and_honoured(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        assert (await reviewed(client))["ready"] == "after_fixes"
        shape, said = await call(client, TOOL, decision=WISH)
        assert shape["written"] is False
        assert "write: true" in shape["next"]
        assert files(tmp_path) == []
        assert shape["file"] in said
        assert BUS in said
        done, _ = await call(client, TOOL, decision=WISH, write=True)
        assert done["written"] is True
        assert done["text"] == shape["text"] == (tmp_path / done["file"]).read_text()
        again = await reviewed(client)
        assert again["ready"] == "yes"
        assert again["decided"][0] == {
            "id": BUS, "kind": "override", "by": "agent", "file": done["file"],
        }  # fmt: skip

    talk(script, tmp_path, mode)


def test_a_part_that_stays_is_not_raised_under_a_weaker_name(tmp_path: Path) -> None:
    silent = shop(needs={}, load={"messages_per_second": {"value": 8, "basis": "assumed"}})

    async def script(client: Client) -> None:
        assert (await reviewed(client, silent))["findings"][0]["id"] == "unpaid-part@components.bus"
        await reviewed(client)
        await call(client, TOOL, decision=WISH, write=True)
        assert "findings" not in await reviewed(client, silent)

    talk(script, tmp_path)


def test_what_is_decided_about_a_change_holds_once_it_is_the_design(tmp_path: Path) -> None:
    base = shop(components=shop()["components"][:2], flows=[])
    (tmp_path / "backend.yaml").write_text(json.dumps(base))
    change = {
        "name": "publish by mail",
        "components": shop()["components"][2:],
        "flows": shop()["flows"],
    }

    async def script(client: Client) -> None:
        assert (await reviewed(client, change))["change"]["added"] == ["bus"]
        await call(client, TOOL, decision=WISH, write=True)
        assert (await reviewed(client, change))["decided"][0]["id"] == BUS
        assert (await reviewed(client))["decided"][0]["id"] == BUS
        other = {**shop(), "name": "another shop"}
        told = (await reviewed(client, other))["findings"][0]["decision"]
        assert "for the design “newsletter”" in told

    talk(script, tmp_path)


def test_the_same_decision_again_writes_nothing_more(tmp_path: Path) -> None:
    async def script(client: Client) -> None:
        await reviewed(client)
        first, _ = await call(client, TOOL, decision=WISH, write=True)
        again, _ = await call(client, TOOL, decision=WISH, write=True)
        assert again["file"] == first["file"]
        assert len(files(tmp_path)) == 1

    talk(script, tmp_path)


def test_a_new_decision_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    async def script(client: Client) -> None:
        await reviewed(client)
        first, _ = await call(client, TOOL, decision=WISH, write=True)
        other = {**WISH, "kind": "defer", "until": "2999-01-01"}
        done, _ = await call(client, TOOL, decision=other, write=True)
        assert done["replaces"] == [Path(first["file"]).stem]
        assert (
            "status: superseded by " + Path(done["file"]).stem
            in (tmp_path / first["file"]).read_text()
        )
        assert "deferred" in (await reviewed(client))["findings"][0]["decision"]

    talk(script, tmp_path)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("by", ["person", "both"])
def test_a_persons_decision_is_written_after_the_person_agreed(
    tmp_path: Path, mode: str, by: str
) -> None:
    person = Person("accept")
    wish = {**WISH, "subject": PAY, "by": by, "until": "2999-01-01"}

    async def script(client: Client) -> None:
        assert (await reviewed(client, paying()))["ready"] == "no"
        await call(client, TOOL, decision=wish)
        assert person.shown == []
        done, _ = await call(client, TOOL, decision=wish, write=True)
        assert (done["written"], done["person"]) == (True, "agreed")
        again = await reviewed(client, paying())
        assert [d["id"] for d in again["decided"]] == [PAY]
        assert again["ready"] != "no"

    talk(script, tmp_path, mode, elicitation_callback=person)
    (shown,) = person.shown
    assert PAY in shown.message
    assert "2999-01-01" in shown.message
    (about,) = shown.requested_schema["properties"].values()
    assert about["default"] == "no"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("action", "agrees"), [("decline", ""), ("cancel", ""), ("accept", "no")])
def test_a_person_who_does_not_agree_decides_nothing_and_is_not_asked_again(
    tmp_path: Path, mode: str, action: str, agrees: str
) -> None:
    person = Person(action, agrees)
    wish = {**WISH, "by": "person"}

    async def script(client: Client) -> None:
        await reviewed(client)
        done, said = await call(client, TOOL, decision=wish, write=True)
        assert (done["written"], done["person"]) == (False, "declined")
        assert "did not agree" in said
        shape, _ = await refused(client, TOOL, decision=wish, write=True)
        assert "did not agree" in shape["error"]
        assert files(tmp_path) == []

    talk(script, tmp_path, mode, elicitation_callback=person)
    assert len(person.shown) == 1


@pytest.mark.parametrize("mode", MODES)
def test_without_a_form_nobody_speaks_for_the_person(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        await reviewed(client)
        wish = {**WISH, "by": "person", "reason": "it's $(rm -rf /) `x`"}
        shape, _ = await refused(client, TOOL, decision=wish, write=True)
        assert "backend-mcp decide override" in shape["error"]
        assert "'it'\"'\"'s $(rm -rf /) `x`'" in shape["error"]
        assert files(tmp_path) == []

    talk(script, tmp_path, mode)


def test_what_the_agent_alone_says_of_a_blocker_is_a_proposal(tmp_path: Path) -> None:
    async def script(client: Client) -> None:
        await reviewed(client, paying())
        done, _ = await call(client, TOOL, decision={**WISH, "subject": PAY}, write=True)
        assert (done["status"], done["written"]) == ("proposed", True)
        assert "blocker" in done["due"]
        again = await reviewed(client, paying())
        assert again["ready"] == "no"
        assert "proposed by the agent" in again["findings"][0]["decision"]

    talk(script, tmp_path)


def test_an_agent_does_not_speak_over_a_person(tmp_path: Path) -> None:
    put(tmp_path, "0001-x.md", text(subject=BUS, kind="defer", until="2999-01-01"))

    async def script(client: Client) -> None:
        await reviewed(client)
        shape, _ = await refused(client, TOOL, decision=WISH, write=True)
        assert "a person decided this in docs/decisions/0001-x.md" in shape["error"]

    talk(script, tmp_path)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({}, "decision.kind"),
        ({"kind": "ignore"}, "accept or override or defer"),
        ({**WISH, "reson": "x"}, "did you mean reason?"),
        ({**WISH, "reason": ""}, "a reason is due"),
        ({**WISH, "by": "me"}, "person or agent or both"),
        ({**WISH, "subject": "bus"}, BUS),
        ({**WISH, "subject": BUS.replace("above", "over")}, f"did you mean {BUS}?"),
        ({**WISH, "subject": 5}, "text is due"),
        ({**WISH, "kind": "accept"}, "is a debt"),
        ({**WISH, "kind": "accept", "owner": "Ada", "interest": "much", "trigger": "lag"}, "hours a month"),
        ({**WISH, "kind": "defer"}, "needs its end"),
        ({**WISH, "until": "soon"}, "no day"),
        ({**WISH, "until": "2020-01-01"}, "over"),
        ({**WISH, "while": "load.mesages_per_second < 5"}, "did you mean"),
        ({**WISH, "while": "load.messages_per_second < 5 h"}, "decision.while"),
        ({**WISH, "while": "load.messages_per_second < 5/s"}, "false already: load.messages_per_second is 8/s"),
        ({**WISH, "subject": "gate"}, "for a person alone"),
        ({**WISH, "title": "x" * 500}, "200 at most"),
    ],
)  # fmt: skip
def test_a_wrong_decision_is_refused_with_what_is_due(tmp_path: Path, wish: Any, said: str) -> None:
    async def script(client: Client) -> None:
        await reviewed(client)
        shape, whole = await refused(client, TOOL, decision=wish, write=True)
        assert said in shape["error"]
        assert shape["example"]
        assert "backend-mcp itself" not in whole
        assert files(tmp_path) == []

    talk(script, tmp_path)


@pytest.mark.parametrize(
    "given", [{}, {"decision": "override"}, {"decision": {}, "write": "maybe"}, {"decison": {}}]
)
def test_wrong_arguments_are_told(tmp_path: Path, given: Any) -> None:
    async def script(client: Client) -> None:
        shape, _ = await refused(client, TOOL, **given)
        assert shape["example"]

    talk(script, tmp_path)


def test_a_question_to_look_at_is_answered_and_not_decided(tmp_path: Path) -> None:
    document = (ROOT / "examples/designs/stripe-subscriptions.yaml").read_text()

    async def script(client: Client) -> None:
        wish = {**WISH, "subject": (await reviewed(client, document))["look"][0]["id"]}
        shape, _ = await refused(client, TOOL, decision=wish)
        assert "answers" in shape["error"]

    talk(script, tmp_path)


def test_a_direction_needs_no_review(tmp_path: Path) -> None:
    wish = {"kind": "override", "reason": "PostgreSQL is our queue", "by": "agent"}

    async def script(client: Client) -> None:
        done, _ = await call(client, TOOL, decision=wish, write=True)
        assert done["file"] == "docs/decisions/0001-postgresql-is-our-queue.md"
        assert (await reviewed(client))["decided"][0]["id"] == "0001-postgresql-is-our-queue"
        shape, _ = await refused(client, TOOL, decision={**WISH, "subject": "no-ci@practices.ci"})
        assert "raises" in shape["error"]

    talk(script, tmp_path)


def test_a_folder_that_leaves_the_root_is_refused(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "docs").mkdir(parents=True)
    outside.mkdir()
    (root / "docs/decisions").symlink_to(outside)

    async def script(client: Client) -> None:
        shape = await reviewed(client)
        assert "leaves" in shape["unread"][0]["want"]
        told, _ = await refused(client, TOOL, decision=WISH, write=True)
        assert "leaves" in told["error"]

    talk(script, root)
    assert list(outside.iterdir()) == []


def test_a_broken_file_is_told_in_the_review_and_hides_no_other(tmp_path: Path) -> None:
    put(tmp_path, "0001-x.md", text(subject=BUS))
    put(tmp_path, "0002-y.md", text().replace("kind: override", "kind: x"))

    async def script(client: Client) -> None:
        shape, said = await call(client, design=shop())
        assert shape["unread"][0]["at"] == "docs/decisions/0002-y.md"
        assert shape["unread"][0]["line"] == 5
        assert "0002-y.md (line 5)" in said
        assert [d["id"] for d in shape["decided"]] == [BUS]

    talk(script, tmp_path)


def test_the_repository_of_the_reviewed_file_counts(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / ".git").mkdir(parents=True)
        (tmp_path / name / "shop.json").write_text(json.dumps(shop()))
    put(tmp_path / "one", "0001-x.md", text(subject=BUS))

    async def script(client: Client) -> None:
        assert "decided" in (await call(client, design="one/shop.json"))[0]
        assert "decided" not in (await call(client, design="two/shop.json"))[0]

    talk(script, tmp_path)


def test_what_is_decided_about_a_file_goes_into_its_repository(tmp_path: Path) -> None:
    (tmp_path / "one/.git").mkdir(parents=True)
    (tmp_path / "one/shop.json").write_text(json.dumps(shop()))

    async def script(client: Client) -> None:
        await call(client, design="one/shop.json")
        await call(client, TOOL, decision=WISH, write=True)
        assert (await call(client, design="one/shop.json"))[0]["ready"] == "yes"

    talk(script, tmp_path)
    assert len(files(tmp_path / "one")) == 1


def test_where_clients_share_a_process_nothing_is_written(tmp_path: Path) -> None:
    async def run() -> None:
        server = build(settings.knowledge_folder(), (), remembers=False)
        async with Client(server) as client:
            await call(client, design=shop())
            direction = {"kind": "override", "reason": "PostgreSQL is our queue", "by": "agent"}
            shape, _ = await call(client, TOOL, decision=direction)
            assert shape["written"] is False
            told, _ = await refused(client, TOOL, decision=direction, write=True)
            assert "backend-mcp decide override" in told["error"]
            told, _ = await refused(client, TOOL, decision=WISH)
            assert "no design is known" in told["error"]

    anyio.run(run)
    assert files(tmp_path) == []


def test_a_decision_of_any_length_fits_its_answer(tmp_path: Path) -> None:
    condition = " and ".join(["load.messages_per_second < 200/s"] * 25)
    wish = {
        **WISH,
        "reason": "ü" * 1000,
        "while": condition,
        "trigger": "ä" * 300,
        "owner": "ö" * 120,
    }

    async def script(client: Client) -> None:
        await reviewed(client)
        shape, said = await call(client, TOOL, decision=wish)
        assert len(said) <= 8000
        assert len(shape["text"]) <= 5000

    talk(script, tmp_path)
