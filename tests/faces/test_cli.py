"""The command line as a process: exit codes, JSON, bad input, and what it loads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import DATA
from tests.faces.conftest import Run

COMMANDS = ("review", "decide", "decisions", "init", "check", "new", "serve", "docs")
FULL_KEYS = """verdict ready summary capabilities findings questions budget simplest look keep
not_judged unread next used knowledge review"""
SHORT_KEYS = ("verdict", "ready", "summary", "next", "knowledge", "review")
GOOD = "name: shop\ncomponents: [{id: app, kind: service}, {id: db, kind: relational}]\n"
SEVERITIES = ("blocker", "high", "medium", "low")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A design without slips."""
    path = tmp_path / "shop.yaml"
    path.write_text(GOOD)
    return path


def _clean(done: "subprocess.CompletedProcess[str]", code: int) -> str:
    """Check the exit code and that nothing fell over; return what was said."""
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode == code, done.stderr
    return done.stdout if code != 2 else done.stderr


def test_a_design_is_reviewed_with_code_0(run: Run, good: Path) -> None:
    assert "Next" in _clean(run("review", good), 0)


def test_json_of_the_full_detail_has_every_part_of_the_result(run: Run, good: Path) -> None:
    shape = json.loads(_clean(run("review", good, "--json", "--detail", "full"), 0))
    assert set(FULL_KEYS.split()) <= set(shape)


def test_json_of_the_short_detail_is_short_and_has_its_parts(run: Run) -> None:
    file = DATA / "first_sight" / "05.yaml"
    shape = json.loads(_clean(run("review", file, "--json"), 0))
    assert set(SHORT_KEYS) <= set(shape)
    assert len(json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode()) <= 3200


def test_json_and_equal_runs_give_equal_bytes(run: Run) -> None:
    file = DATA / "first_sight" / "06.yaml"
    first, second = (run("review", file, "--json", "--detail", "full") for _ in range(2))
    assert _clean(first, 0) == _clean(second, 0)


@pytest.mark.parametrize("severity", [*SEVERITIES, "never"])
def test_the_code_is_1_when_a_finding_reaches_the_bar(run: Run, severity: str) -> None:
    file = DATA / "first_sight" / "08.yaml"
    shape = json.loads(_clean(run("review", file, "--json", "--detail", "full"), 0))
    found = [SEVERITIES.index(f["severity"]) for f in shape["findings"]]
    bar = SEVERITIES.index(severity) if severity in SEVERITIES else -1
    code = 1 if any(n <= bar for n in found) else 0
    _clean(run("review", file, "--fail-on", severity), code)


def test_strict_refuses_a_slip_with_code_2_at_its_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "slip.yaml"
    path.write_text("name: shop\ncomponents:\n  - {id: app, kind: servce}\n")
    assert "components.app.kind" in _clean(run("review", path), 0)
    said = _clean(run("review", path, "--strict"), 2)
    assert said.startswith(f"{path}:3: components.app.kind: ")
    assert "service" in said


def test_strict_takes_what_holds_no_slip(run: Run, good: Path) -> None:
    _clean(run("review", good, "--strict"), 0)


BAD = [
    ("missing.yaml", None, "no such file"),
    ("folder.yaml", "folder", "file"),
    ("folder", "folder", ".yaml"),
    ("design.txt", GOOD, ".yaml"),
    ("binary.yaml", b"\x89PNG\r\n\x1a\n\x00\xff\xfe", ""),
    ("nul.yaml", b"a: \x00\n", ""),
    ("latin.yaml", "name: café\n".encode("latin-1"), "UTF-8"),
    ("empty.yaml", "", "components"),
    ("list.yaml", "[1, 2]\n", "components"),
    ("nothing.yaml", "name: x\n", "components"),
    ("broken.yaml", "a: [1\n", ""),
    ("broken.json", '{"a": ', ""),
    ("large.yaml", "a: " + "x" * 1_100_000, "at most"),
    ("deep.yaml", "[" * 100_000, "deep"),
    ("plan.md", "# no design here\n", "yaml design"),
    ("x" * 300 + ".yaml", None, ""),
]


@pytest.mark.parametrize(("name", "content", "words"), BAD, ids=[b[0][:12] for b in BAD])
def test_bad_input_is_told_with_code_2(
    run: Run, tmp_path: Path, name: str, content: str | bytes | None, words: str
) -> None:
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    said = _clean(run("review", path), 2)
    assert name in said
    assert words in said


@pytest.mark.parametrize(
    ("text", "code"),
    [(GOOD, 0), ('{"components": [{"id": "app"}]}', 0), ("", 2), (b"\xff\xfe", 2), ("words", 2)],
)
def test_a_design_may_come_from_a_pipe(run: Run, text: str | bytes, code: int) -> None:
    data = text.encode() if isinstance(text, str) else text
    _clean(run("review", "-", input=data), code)


def test_a_reader_that_leaves_early_is_no_fault(cache: Path) -> None:
    file = DATA / "first_sight" / "08.yaml"
    command = f"{sys.executable} -m backend_mcp review {file} --detail full --json | head -c 10"
    env = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, env=env, timeout=120, check=False
    )
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize("extra", [(), ("--json",)])
def test_a_terminal_that_knows_few_letters_is_no_fault(
    run: Run, encoding: str, extra: tuple[str, ...]
) -> None:
    file = DATA / "first_sight" / "05.yaml"
    env = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    _clean(run("review", file, *extra, env=env), 0)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("frobnicate",),
        ("review",),
        ("review", "a.yaml", "--fail-on", "sometimes"),
        ("review", "{good}", "--base", "nowhere.yaml"),
        ("review", "{good}", "--base", "."),
        ("--knowledge", "nowhere", "review", "{good}"),
        ("--knowledge", "nowhere", "serve"),
        ("--knowledge", "nowhere", "docs", "--check"),
        ("check", "nowhere"),
        ("new", "rule", "nonsense"),
        ("new", "poem", "a/b"),
    ],
    ids=lambda a: " ".join(a) or "nothing",
)
def test_bad_arguments_are_told_with_code_2(
    run: Run, good: Path, arguments: tuple[str, ...]
) -> None:
    done = run(*(a.replace("{good}", str(good)) for a in arguments))
    assert _clean(done, 2).strip()


def test_the_base_of_the_repository_is_laid_under(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "backend.yaml").write_text(GOOD)
    (tmp_path / "plans").mkdir()
    plan = tmp_path / "plans" / "plan.yaml"
    plan.write_text("components: [{id: app, instances: 3}, {id: jobs, kind: worker}]\n")
    shape = json.loads(_clean(run("review", plan, "--json"), 0))
    assert shape["change"] == {"added": ["jobs"], "changed": ["app"], "removed": [], "flows": 0}
    alone = json.loads(_clean(run("review", plan, "--json", "--base", "none"), 0))
    assert "change" not in alone


def test_help_names_every_command(run: Run) -> None:
    said = _clean(run("--help"), 0)
    assert [c for c in COMMANDS if c not in said] == []
    for command in COMMANDS:
        assert command in _clean(run(command, "--help"), 0)


def test_the_version_is_told(run: Run) -> None:
    assert _clean(run("--version"), 0).startswith("backend-mcp ")


def test_a_skeleton_is_written_and_fails_the_check(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own" / "rules").mkdir(parents=True)
    path = _clean(run("--knowledge", "own", "new", "rule", "area/my-rule"), 0).splitlines()[0]
    assert (tmp_path / path).is_file()
    said = _clean(run("check", "own"), 2)
    assert "own/rules/area/my-rule.yaml:3: title: a TODO is left" in said


HOUSE = DATA.parents[1] / "examples/overlays/small-company"
HEAVY = ("mcp", "pydantic", "starlette", "uvicorn", "anyio", "httpx", "jsonschema")


@pytest.mark.parametrize("options", [[], ["--knowledge", str(HOUSE)]])
def test_a_review_loads_nothing_that_only_the_server_or_the_check_needs(
    run: Run, cache: Path, good: Path, options: list[str]
) -> None:
    _clean(run(*options, "review", good), 0)  # the first run types the knowledge, for the cache
    code = (
        "import sys\nfrom backend_mcp.cli import main\n"
        f"try: main({[*options, 'review', str(good)]!r})\nexcept SystemExit: pass\n"
        f"print('LOADED', sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    env = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=env,
        timeout=120,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_a_skeleton_that_can_not_be_written_is_told_with_code_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own" / "rules").mkdir(parents=True)
    (tmp_path / "own" / "rules" / "area").write_text("a file, not a folder")
    assert "area" in _clean(run("--knowledge", "own", "new", "rule", "area/my-rule"), 2)


@pytest.mark.parametrize(
    ("redirect", "code", "said"),
    [("| head -1", 0, ""), ("< /dev/null >&-", 2, "standard output is closed"),
     ("> /dev/full", 2, "the answer could not be read or written")],
)  # fmt: skip
def test_a_stream_that_goes_away_ends_without_a_traceback_or_a_false_code(
    good: Path, cache: Path, redirect: str, code: int, said: str
) -> None:
    command = f"{sys.executable} -m backend_mcp review {good} --detail full {redirect}"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith(said)
    assert "Error" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("made", "said"),
    [("mkdir x.yaml", "that is a folder"), ("mkfifo x.yaml", "that is a pipe"),
     ("ln -s x.yaml y.yaml; ln -s y.yaml x.yaml", "that link leads nowhere"), ("true", "there is no such file")],
)  # fmt: skip
def test_what_stands_where_no_file_does_is_told(
    run: Run, tmp_path: Path, made: str, said: str
) -> None:
    subprocess.run(["sh", "-c", made], cwd=tmp_path, check=True)
    assert said in _clean(run("review", "x.yaml"), 2)


def test_the_day_that_ages_are_reckoned_against_may_be_given(run: Run) -> None:
    file = DATA / "first_sight" / "08.yaml"
    on_time = json.loads(_clean(run("review", file, "--json"), 0))
    late = json.loads(_clean(run("--as-of", "2031-01-01", "review", file, "--json"), 0))
    assert late["knowledge"] == f"{on_time['knowledge']} as of 2031-01-01"
    assert any("was good until" in f.get("stale", "") for f in late["findings"])
    assert "was good until" in _clean(run("--as-of", "2031-01-01", "review", file), 0)
    assert "no day" in _clean(run("--as-of", "soon", "review", file), 2)
