"""`backend-mcp gate` as a process: it always exits 0, and its own failure lets a plan through, loudly."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from backend_mcp import settings

ROOT = Path(__file__).parents[2]
PLAN = "Add Redis and Kafka."
SHOP = """name: shop
components:
- {id: cache, kind: cache, technology: Redis}
- {id: log, kind: log, technology: Kafka}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A workspace whose gate is on."""
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    run(tmp_path / "shop", "gate", "on")
    return tmp_path / "shop"


def run(at: Path, *arguments: str, said: bytes = b"", **environment: str) -> tuple[int, str, str]:
    kept = {
        k: v for k, v in os.environ.items() if k not in ("CLAUDE_PROJECT_DIR", "GEMINI_PROJECT_DIR")
    }
    done = subprocess.run(
        [sys.executable, "-m", "backend_mcp", *arguments],
        cwd=at,
        input=said,
        capture_output=True,
        timeout=60,
        check=False,
        env={**kept, "PYTHONPATH": str(ROOT / "src"), **environment},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def event(at: Path, **given: Any) -> bytes:
    held = {
        "hook_event_name": "PreToolUse",
        "tool_name": "ExitPlanMode",
        "session_id": "s",
        "cwd": str(at),
        "tool_input": {"plan": PLAN},
        **given,
    }
    return json.dumps(held).encode()


def hook(at: Path, said: bytes, **environment: str) -> dict[str, Any]:
    code, out, err = run(at, "gate", said=said, **environment)
    assert (code, err) == (0, "")
    return json.loads(out) if out else {}


def decision(answer: dict[str, Any]) -> str:
    return answer.get("hookSpecificOutput", {}).get("permissionDecision", "")


def test_a_plan_is_held_back_until_its_design_was_reviewed_in_the_terminal(shop: Path) -> None:
    assert decision(hook(shop, event(shop))) == "deny"
    assert decision(hook(shop, event(shop))) == "ask"
    (shop / "shop.yaml").write_text(SHOP)
    assert run(shop, "review", "shop.yaml")[0] == 0
    assert hook(shop, event(shop)) == {}


def test_of_two_hooks_for_one_event_one_alone_speaks(shop: Path) -> None:
    said = event(shop, tool_use_id="toolu_1")
    with ThreadPoolExecutor(2) as pool:  # clients start them at the same moment
        answers = list(pool.map(lambda _: hook(shop, said), range(2)))
    assert sorted(map(decision, answers)) == ["", "deny"]
    assert {} in answers
    assert decision(hook(shop, event(shop, tool_use_id="toolu_2"))) == "ask"


def test_a_denial_holds_the_sentences_of_the_instructions(shop: Path) -> None:
    said = hook(shop, event(shop))["hookSpecificOutput"]["permissionDecisionReason"]
    home = (settings.prompts_folder() / "instructions.md").read_text(encoding="utf-8")
    kept = [p for p in home.split("\n\n") if "Keep what something pays for" in p]
    assert len(kept) == 1
    assert kept[0] in said


def test_off_means_silence_whatever_comes(shop: Path) -> None:
    run(shop, "gate", "off")
    assert hook(shop, event(shop)) == {}
    assert hook(shop, b"no json") == {}


def test_a_workspace_without_a_switch_is_off(tmp_path: Path) -> None:
    assert hook(tmp_path, event(tmp_path)) == {}


HOSTILE = [
    ("nothing", b""),
    ("no JSON", b"plan"),
    ("no object", b"[1, 2]"),
    ("no text at all", b"\xff\xfe\x00"),
    ("deep", b"[" * 200_000),
    ("far too much", b" " * 5_000_000),
]


@pytest.mark.parametrize("said", [h[1] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_an_event_that_is_none_lets_the_plan_through_loudly(said: bytes, shop: Path) -> None:
    answer = hook(shop, said)
    assert "WITHOUT a review" in answer["systemMessage"]
    assert decision(answer) == ""


def _state(shop: Path) -> Path:
    folder = settings.workspace_state((shop,))
    assert folder is not None
    return folder


@pytest.mark.parametrize("name", ["gate.json", "stamp-1.json", "override.json"])
def test_broken_state_lets_the_plan_through_loudly(name: str, shop: Path) -> None:
    (_state(shop) / name).write_text("{")
    answer = hook(shop, event(shop))
    assert name in answer["systemMessage"]
    assert decision(answer) == ""


def test_a_fault_of_ours_lets_the_plan_through_loudly(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "broken" / "backend_mcp").mkdir(parents=True)
    broken = tmp_path / "sitecustomize.py"
    broken.write_text("import sys\nsys.modules['backend_mcp.decisions.words'] = None\n")
    path = os.pathsep.join((str(tmp_path), str(ROOT / "src")))
    answer = hook(shop, event(shop), PYTHONPATH=path)
    assert "could not judge this plan (ModuleNotFoundError" in answer["systemMessage"]


def test_a_client_that_never_ends_its_event_is_not_waited_for(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend_mcp.cli import hook as module

    reading, writing = os.pipe()
    code = "from backend_mcp.cli import hook; hook.PATIENCE = 0.2; hook.run()"
    try:
        monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
        monkeypatch.setenv("CLAUDE_PROJECT_DIR", str(shop))
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdin=reading,
            capture_output=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(reading)
        os.close(writing)
    assert done.returncode == 0
    assert "TimeoutError" in json.loads(done.stdout)["systemMessage"]
    assert module.PATIENCE < 10  # less than the limit that clients give a hook


def test_without_a_home_nothing_is_held_back(shop: Path) -> None:
    assert hook(shop, event(shop), XDG_STATE_HOME="relative", HOME="relative") == {}


def test_nobody_listens_any_more(shop: Path) -> None:
    command = [sys.executable, "-m", "backend_mcp", "gate"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "CLAUDE_PROJECT_DIR": str(shop)}
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    process.stdin.write(event(shop))
    process.stdin.close()
    assert process.stderr.read() == b""
    assert process.wait(30) == 0
    process.stderr.close()


def test_what_a_plan_or_file_is_called_reaches_no_terminal_as_it_is(shop: Path) -> None:
    said = event(shop, tool_input={"plan": "Add a queue \x1b[31m\u202e behind it."})
    text = json.dumps(hook(shop, said))
    assert "\\u001b" not in text
    assert "\\u202e" not in text


def test_the_status_says_what_would_happen_to_a_plan(shop: Path) -> None:
    (shop / "plan.md").write_text(PLAN)
    code, out, _ = run(shop, "gate", "status", "plan.md")
    assert code == 0
    assert "gate: on" in out
    assert "would say: hold it back once" in out
    shape = json.loads(run(shop, "gate", "status", "plan.md", "--json")[1])
    assert (shape["on"], shape["stamps"], shape["broken"]) == (True, [], [])


def test_the_hook_imports_neither_pydantic_nor_the_knowledge(shop: Path) -> None:
    code = (
        "import os, sys, json\n"
        "os._exit = lambda _: print('LOADED', *sorted(m for m in sys.modules), file=sys.stderr)\n"
        "from backend_mcp.cli import hook\nhook.run()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=event(shop),
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "CLAUDE_PROJECT_DIR": str(shop)},
    )
    loaded = done.stderr.decode().split()
    assert "backend_mcp.usecases.gate" in loaded
    heavy = (
        "pydantic",
        "ruamel",
        "mcp",
        "argparse",
        "backend_mcp.catalog",
        "backend_mcp.model",
        "backend_mcp.tree",
    )
    assert [m for m in loaded if m.startswith(heavy)] == []


def test_a_review_without_a_place_for_its_stamp_is_a_review(shop: Path, tmp_path: Path) -> None:
    (shop / "shop.yaml").write_text(SHOP)
    (tmp_path / "file").write_text("")
    code, out, err = run(shop, "review", "shop.yaml", XDG_STATE_HOME=str(tmp_path / "file"))
    assert code == 0
    assert "shop" in out or out
    assert "no stamp of this review is left" in err
