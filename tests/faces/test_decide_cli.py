"""`backend-mcp decide` and `decisions` as processes: previews, a person at a terminal, and the overview."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend_mcp.decisions.folder import listed
from tests.decisions.sound import put, text
from tests.review.test_decided import BUS, PAY, paying, shop

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SILENT = "unpaid-part@components.bus"
WHY = ("--reason", "billing reads it from January on")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with an accepted design."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "backend.yaml").write_text(json.dumps(shop()))
    return tmp_path


@pytest.fixture
def run(root: Path) -> Run:
    """Run a command in the repository; with `answers` somebody sits at a terminal and types them."""

    def start(*arguments: str, answers: str | None = None) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "backend_mcp", *arguments]
        stdin, theirs = pty.openpty() if answers is not None else (None, subprocess.DEVNULL)
        if stdin is not None:
            os.write(stdin, (answers or "").encode())
        done = subprocess.run(
            command,
            stdin=theirs,
            capture_output=True,
            text=True,
            cwd=root,
            timeout=120,
            check=False,
        )
        for handle in (stdin, theirs) if stdin is not None else ():
            os.close(handle)  # type: ignore[arg-type]
        assert "Traceback" not in done.stderr
        return done

    return start


def _review(run: Run) -> Any:
    return json.loads(run("review", "backend.yaml", "--json").stdout)


def test_the_file_is_shown_and_nothing_is_written(run: Run, root: Path) -> None:
    done = run("decide", "override", BUS, *WHY)
    assert done.returncode == 0
    assert f"subject: {BUS}" in done.stdout
    assert "--write" in done.stderr
    assert not (root / "docs").exists()


@pytest.mark.parametrize(
    ("answer", "written"), [("y\n", True), ("yes\n", True), ("\n", False), ("n\n", False)]
)
def test_a_person_at_the_terminal_is_asked_before_it_is_written(
    run: Run, root: Path, answer: str, written: bool
) -> None:
    before = _review(run)
    assert before["ready"] == "after_fixes"
    condition = "load.messages_per_second.peak < 200/s"
    done = run("decide", "override", BUS, *WHY, "--while", condition, "--write", answers=answer)
    assert done.returncode == (0 if written else 1)
    assert "[y/N]" in done.stderr
    found = listed(root).decisions
    assert len(found) == written
    after = _review(run)
    if written:
        assert found[0].decision.by == "person"
        assert done.stdout == (root / found[0].file).read_text()
        assert after["ready"] == "yes"
        assert after["decided"][0]["while"] == condition
        assert "Decided" in run("review", "backend.yaml").stdout
        (root / "backend.yaml").write_text(json.dumps(shop(load={"messages_per_second": 300})))
        late = _review(run)
        assert "is 300/s (stated)" in late["findings"][0]["decision"]
    else:
        assert after == before


def test_no_script_speaks_for_a_person(run: Run, root: Path) -> None:
    for more in ((), ("--yes",)):
        for subject in (BUS, "gate"):
            done = run("decide", "override", subject, *WHY, "--write", *more)
            assert done.returncode == 2
            assert "in a terminal" in done.stderr
    assert not (root / "docs").exists()


def test_a_script_writes_for_an_agent_when_told_not_to_ask(run: Run, root: Path) -> None:
    assert run("decide", "override", BUS, *WHY, "--by", "agent", "--write").returncode == 2
    done = run("decide", "override", BUS, *WHY, "--by", "agent", "--write", "--yes")
    assert done.returncode == 0
    assert len(listed(root).decisions) == 1
    again = run("decide", "override", BUS, *WHY, "--by", "agent", "--write", "--yes")
    assert "just so before" in again.stdout
    assert len(listed(root).decisions) == 1


def test_the_gate_is_overridden_by_a_person(run: Run, root: Path) -> None:
    done = run(
        "decide", "override", "gate", *WHY, "--until", "2999-01-01", "--write", answers="y\n"
    )
    assert done.returncode == 0
    (found,) = listed(root).decisions
    assert (found.decision.subject, found.decision.by) == ("gate", "person")
    assert run("decide", "accept", "gate", *WHY).returncode == 2
    assert run("decide", "override", "gate", *WHY, "--by", "agent").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("override", "bus", *WHY), BUS),
        (("override", BUS, "--reason", ""), "a reason is due"),
        (("accept", BUS, *WHY), "is a debt"),
        (
            ("accept", BUS, *WHY, "--owner", "Ada", "--trigger", "lag", "--interest", "nan"),
            "hours a month",
        ),
        (("defer", BUS, *WHY), "needs its end"),
        (("override", BUS, *WHY, "--while", "load.mesages < 5"), "did you mean"),
        (("override", BUS, *WHY, "--while", "load.messages_per_second < 5/s"), "false already"),
        (("override", BUS, *WHY, "--design", "missing.yaml"), "there is no such file"),
    ],
)
def test_what_can_not_be_decided_is_told_with_code_2(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    done = run("decide", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_without_a_design_a_finding_is_looked_up_nowhere(run: Run, root: Path) -> None:
    (root / "backend.yaml").unlink()
    done = run("decide", "override", BUS, *WHY)
    assert done.returncode == 2
    assert "--design" in done.stderr
    assert run("decide", "override", *WHY).returncode == 0


def test_a_deferred_finding_does_not_fail_a_build_until_its_day(run: Run, root: Path) -> None:
    assert run("review", "backend.yaml", "--fail-on", "high").returncode == 1
    put(root, "0001-x.md", text(subject=BUS, kind="defer", until="2026-12-01"))
    day = ("--as-of", "2026-12-01")
    assert run(*day, "review", "backend.yaml", "--fail-on", "high").returncode == 0
    day = ("--as-of", "2026-12-02")
    assert run(*day, "review", "backend.yaml", "--fail-on", "high").returncode == 1
    (root / "backend.yaml").write_text(json.dumps(paying()))
    put(root, "0001-x.md", text(subject=PAY, kind="defer", until="2026-12-01"))
    assert (
        run("--as-of", "2026-12-01", "review", "backend.yaml", "--fail-on", "blocker").returncode
        == 1
    )


def test_a_broken_file_is_told_in_a_review_and_refused_when_strict(run: Run, root: Path) -> None:
    put(root, "0001-x.md", text(subject=BUS).replace("by: person", "by: nobody"))
    done = run("review", "backend.yaml", "--json")
    assert json.loads(done.stdout)["unread"][0]["at"] == "docs/decisions/0001-x.md"
    strict = run("review", "backend.yaml", "--strict")
    assert strict.returncode == 2
    assert "docs/decisions/0001-x.md:7: by:" in strict.stderr


def test_the_overview_tells_what_to_do_about_what_was_decided(run: Run, root: Path) -> None:
    load = {"messages_per_second": {"value": 8, "basis": "assumed"}}
    (root / "backend.yaml").write_text(json.dumps(shop(load=load)))
    put(root, "0001-over.md", text(subject=SILENT, until="2026-11-01"))
    put(root, "0002-debt.md", text(subject="no-such@components.bus", kind="accept", owner="Ada", interest=4.5,
                                   trigger="lag over 1 min", design="elsewhere"))  # fmt: skip
    put(root, "0003-paid.md", text(subject="no-such@components.db", kind="accept", owner="Ben", interest=7.0,
                                   trigger="never"))  # fmt: skip
    put(root, "0004-unsure.md", text(subject="", holds_while="load.users < 5"))
    put(root, "0005-door.md", text(subject="", by="agent", one_way=True))
    put(root, "0006-assumed.md", text(subject="", holds_while="load.messages_per_second < 9/s"))
    put(root, "0007-gone.md", text(status="superseded", superseded_by="0001-over"))
    done = run("--as-of", "2026-11-26", "decisions", "--json")
    assert done.returncode == 1
    shape = json.loads(done.stdout)
    names = {key: [Path(d["file"]).stem for d in shape[key]] for key in
             ("expired", "unsure", "agent_alone", "debt", "no_longer_raised")}  # fmt: skip
    assert names == {
        "expired": ["0001-over"], "unsure": ["0001-over", "0004-unsure", "0006-assumed"],
        "agent_alone": ["0005-door"], "debt": ["0002-debt"], "no_longer_raised": ["0003-paid"],
    }  # fmt: skip
    assert shape["decisions"] == 6
    assert shape["hours_per_month"] == "4.5"
    assert "2026-11-01 is over" in shape["expired"][0]["why"]
    said = run("--as-of", "2026-11-26", "decisions").stdout
    for word in (
        "Expired",
        "load.users is not known",
        "Debt: 4.5 h/month",
        "owner Ada",
        "lag over 1 min",
    ):
        assert word in said


def test_a_broken_file_hides_no_other_in_the_overview(run: Run, root: Path) -> None:
    put(root, "0001-x.md", text(subject=""))
    put(root, "0002-y.md", text(subject="", holds_while="load.nonsense < 5"))
    put(root, "0003-z.md", b"---\nbackend-mcp: [\n---\n")
    done = run("decisions", "--json")
    assert done.returncode == 2
    shape = json.loads(done.stdout)
    assert [(b["file"][-9:], b["line"]) for b in shape["broken"]] == [
        ("0003-z.md", 3),
        ("0002-y.md", 8),
    ]
    assert shape["decisions"] == 1


def test_nothing_decided_is_fine(run: Run) -> None:
    done = run("decisions")
    assert done.returncode == 0
    assert "Nothing was decided yet" in done.stdout
