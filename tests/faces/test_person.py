"""Questions to the person: one form, asked once, in both eras; every answer is one, declined ones too."""

import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.types import ElicitResult, ErrorData

from backend_mcp.server import person
from backend_mcp.usecases.asking import Asking
from tests.faces.talking import MODES, call, refused, talk

DESIGN = {
    "name": "shop",
    "context": {"engineers": 3},
    "components": [
        {"id": "app", "kind": "service", "status": "new"},
        {"id": "psp", "kind": "external", "technology": "Stripe"},
    ],
    "flows": [
        {"id": "pay", "from": "app", "to": "psp", "effect": "money", "mode": "sync", "timeout": "5 s",
         "retries": {"max": 3, "backoff": "exponential_jitter"}},
    ],
    "complete": ["components", "flows"],
}  # fmt: skip


class Person:
    """Answers the form in a given way, and keeps what was shown."""

    def __init__(self, action: str, pick: str = "") -> None:
        self.action, self.pick, self.shown = action, pick, []  # type: ignore[var-annotated]

    async def __call__(self, _: Any, params: Any) -> ElicitResult:
        self.shown.append(params)
        schema = params.requested_schema
        if self.action != "accept":
            return ElicitResult(action=self.action)  # type: ignore[arg-type]
        return ElicitResult(
            action="accept", content={k: self._answer(v) for k, v in schema["properties"].items()}
        )

    def _answer(self, about: dict[str, Any]) -> str:
        return self.pick if self.pick in about.get("enum", [self.pick]) else "unknown"


@pytest.mark.parametrize("mode", MODES)
def test_what_decides_a_blocker_is_asked_once_and_comes_back_as_a_patch(
    tmp_path: Path, mode: str
) -> None:
    person = Person("accept", "false")

    async def script(client: Client) -> None:
        shape, text = await call(client, design=DESIGN, ask_person=True)
        assert shape["person"]["outcome"] == "accepted"
        patch = shape["person"]["patch"]
        assert patch["flows"][0]["duplicate_safe"] == {
            "value": False, "basis": "stated", "note": "the person's answer",
        }  # fmt: skip
        assert "blocker" in {f["severity"] for f in shape["findings"]}
        assert "duplicate_safe" in text
        again, _ = await call(client, design=DESIGN, ask_person=True)
        assert "person" not in again

    talk(script, tmp_path, mode, elicitation_callback=person)
    (shown,) = person.shown
    fields = shown.requested_schema["properties"]
    assert 1 <= len(fields) <= 3
    assert all(f.get("default") == "unknown" for f in fields.values())
    assert all("unknown" in f["enum"] for f in fields.values() if "enum" in f)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("action", "word"), [("decline", "declined"), ("cancel", "cancelled")])
def test_a_declined_question_is_an_answer(
    tmp_path: Path, mode: str, action: str, word: str
) -> None:
    person = Person(action)

    async def script(client: Client) -> None:
        shape, text = await call(client, design=DESIGN, ask_person=True)
        assert shape["person"]["outcome"] == word
        assert "patch" not in shape["person"]
        assert word in text
        assert shape["questions"]

    talk(script, tmp_path, mode, elicitation_callback=person)


@pytest.mark.parametrize("mode", MODES)
def test_unknown_changes_nothing(tmp_path: Path, mode: str) -> None:
    async def script(client: Client) -> None:
        shape, _ = await call(client, design=DESIGN, ask_person=True)
        plain, _ = await call(client, design=DESIGN)
        assert shape["person"] == {**shape["person"], "outcome": "accepted"}
        assert "patch" not in shape["person"]
        assert shape["review"] == plain["review"]

    talk(script, tmp_path, mode, elicitation_callback=Person("accept", "unknown"))


@pytest.mark.parametrize("mode", MODES)
def test_nobody_is_asked_without_leave_and_where_the_client_shows_no_forms(
    tmp_path: Path, mode: str
) -> None:
    person = Person("accept", "true")

    async def unasked(client: Client) -> None:
        assert "person" not in (await call(client, design=DESIGN))[0]

    async def without(client: Client) -> None:
        shape, _ = await call(client, design=DESIGN, ask_person=True)
        assert "person" not in shape
        assert shape["questions"]

    talk(unasked, tmp_path, mode, elicitation_callback=person)
    talk(without, tmp_path, mode)
    assert person.shown == []


@pytest.mark.parametrize("mode", MODES)
def test_a_design_without_an_open_blocker_asks_nobody(tmp_path: Path, mode: str) -> None:
    person = Person("accept", "true")
    calm = json.loads(json.dumps(DESIGN))
    calm["flows"][0].update(
        {"duplicate_safe": {"by": "idempotency_key", "marked": "with"}, "effect": "read"}
    )

    async def script(client: Client) -> None:
        assert "person" not in (await call(client, design=calm, ask_person=True))[0]

    talk(script, tmp_path, mode, elicitation_callback=person)
    assert person.shown == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("odd", [5, True, "", ["true"], "Yes", "x" * 5000, None])
def test_an_odd_answer_is_unknown_and_not_the_end(tmp_path: Path, mode: str, odd: Any) -> None:
    async def answer(_: Any, params: Any) -> ElicitResult:
        names = params.requested_schema["properties"]
        return ElicitResult(action="accept", content=dict.fromkeys(names, odd))

    async def script(client: Client) -> None:
        shape, _ = await call(client, design=DESIGN, ask_person=True)
        assert shape["person"]["outcome"] == "accepted"
        assert shape["verdict"]

    talk(script, tmp_path, mode, elicitation_callback=answer)


def test_two_paths_that_differ_by_letters_have_fields_of_their_own() -> None:
    words = ("true", "false", "unknown")
    ids = ("支付", "退款", "a-b", "a_b")
    asked = tuple(Asking(f"flows.{id_}.duplicate_safe", "safe?", words) for id_ in ids)
    assert len(person.form("x", asked).schema.model_fields) == 4


async def _fails(_: Any, __: Any) -> ErrorData:
    return ErrorData(code=-32000, message="no window " * 400)


def test_a_form_that_can_not_be_shown_is_told_and_the_next_call_judges(tmp_path: Path) -> None:
    async def script(client: Client) -> None:
        shape, text = await refused(client, design=DESIGN, ask_person=True)
        assert "the form" in shape["error"]
        assert "fault of backend-mcp" not in text
        assert "_review_design" not in text
        assert len(text) <= 2_000
        again, _ = await call(client, design=DESIGN, ask_person=True)
        assert again["verdict"]

    talk(script, tmp_path, "legacy", elicitation_callback=_fails)


@pytest.mark.parametrize("mode", MODES)
def test_answers_never_go_to_another_design_that_was_reviewed_while_the_form_was_open(
    tmp_path: Path, mode: str
) -> None:
    other = {"name": "other", "components": [{"id": "web", "kind": "service"}]}
    talking: list[Client] = []

    async def answers_late(_: Any, params: Any) -> ElicitResult:
        await call(talking[0], design=other)
        named = params.requested_schema["properties"]
        return ElicitResult(action="accept", content=dict.fromkeys(named, "unknown"))

    async def script(client: Client) -> None:
        talking.append(client)
        await call(client, design=DESIGN)
        change = {"name": "shop", "components": [{"id": "app", "instances": 2}]}
        _, text = await refused(client, design=change, base="last", ask_person=True)
        assert "another design was reviewed while the form was open" in text

    talk(script, tmp_path, mode, elicitation_callback=answers_late)
