"""The folder of decisions: what is read and refused there, and that what was written is there whole."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from backend_mcp.decisions import folder
from backend_mcp.decisions.madr import read
from backend_mcp.decisions.written import Context, rewritten, written
from backend_mcp.errors import PathError
from tests.decisions.sound import decision, put, text

WRITER = """
import sys
from pathlib import Path
from backend_mcp.decisions import folder
from tests.decisions.sound import text
for n in range(int(sys.argv[3])):
    print(folder.add(Path(sys.argv[1]), f"Writer {sys.argv[2]} says {n}",
                     lambda id_: text(reason=f"{id_} {sys.argv[2]} {n}")), flush=True)
"""


def test_no_folder_is_no_decision(tmp_path: Path) -> None:
    assert folder.listed(tmp_path) == folder.Listed()


def test_plain_records_and_other_files_are_not_ours(tmp_path: Path) -> None:
    put(tmp_path, "0001-a.md", "# Use PostgreSQL\n")
    put(tmp_path, "README.md", "---\ntitle: x\n---\n")
    put(tmp_path, "notes.txt", text())
    put(tmp_path, ".decision-1.tmp", text())
    put(tmp_path, ".hidden.md", text())
    (tmp_path / "docs/decisions/0002-folder.md").mkdir()
    assert folder.listed(tmp_path) == folder.Listed()


def test_a_broken_file_hides_no_other(tmp_path: Path) -> None:
    put(tmp_path, "0001-a.md", text())
    put(tmp_path, "0002-b.md", text().replace("kind: override", "kind: maybe"))
    put(tmp_path, "0003-c.md", text())
    found = folder.listed(tmp_path)
    assert [d.id for d in found.decisions] == ["0001-a", "0003-c"]
    assert [str(p).partition(": ")[0] for p in found.problems] == ["docs/decisions/0002-b.md:5"]


def test_a_name_is_one_clean_line(tmp_path: Path) -> None:
    try:
        put(tmp_path, "0001-\u202e\x1b[2J\n.md", text())
    except OSError:
        pytest.skip("no such names on this disk")
    (found,) = folder.listed(tmp_path).decisions
    assert found.file.isprintable()
    over = replace(found.decision, status="superseded", superseded_by="0002-b")
    folder.change(tmp_path, found.file, lambda held: rewritten(held, over))
    (after,) = folder.listed(tmp_path).decisions
    assert after.decision.status == "superseded"


@pytest.mark.parametrize("made", ["file", "folder", "docs", "up"])
def test_links_that_leave_the_root_are_refused_with_the_reason(tmp_path: Path, made: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "docs").mkdir(parents=True)
    put(outside, "0001-secret.md", text(reason="the secret"))
    there = outside / "docs/decisions"
    if made == "file":
        put(root, "0002-mine.md", text())
        (root / "docs/decisions/0001-x.md").symlink_to(there / "0001-secret.md")
    elif made == "folder":
        (root / "docs/decisions").symlink_to(there)
    elif made == "docs":
        (root / "docs").rmdir()
        (root / "docs").symlink_to(outside / "docs")
    else:
        (root / "docs/decisions").symlink_to("../../outside/docs/decisions")
    found = folder.listed(root)
    assert len(found.problems) == 1
    assert "leaves" in str(found.problems[0])
    assert "secret" not in str([d.decision for d in found.decisions])
    if made != "file":
        with pytest.raises(PathError, match="leaves"):
            folder.add(root, "Mine", lambda _: text())
        assert len(list(there.iterdir())) == 1


def test_links_within_the_root_are_followed(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/decisions").symlink_to("../records")
    path = folder.add(tmp_path, "Mine", lambda _: text())
    assert (tmp_path / "records" / path.name).is_file()
    assert len(folder.listed(tmp_path).decisions) == 1


@pytest.mark.parametrize("made", ["pipe", "device", "dead link", "loop"])
def test_what_is_no_file_is_told_and_never_waited_for(tmp_path: Path, made: str) -> None:
    path = put(tmp_path, "0001-x.md", "")
    path.unlink()
    if made == "pipe":
        os.mkfifo(path)
    elif made == "device":
        path.symlink_to("/dev/zero")
    elif made == "dead link":
        path.symlink_to("nowhere.md")
    else:
        path.symlink_to(path.name)
    put(tmp_path, "0002-y.md", text())
    found = folder.listed(tmp_path)
    assert [d.id for d in found.decisions] == ["0002-y"]
    assert len(found.problems) == 1


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/decisions").write_text("x")
    assert "no folder" in str(folder.listed(tmp_path).problems[0])
    with pytest.raises(PathError):
        folder.add(tmp_path, "Mine", lambda _: text())


@pytest.mark.parametrize(
    "title", ["../../etc/passwd", "/abs", "a/b\\c", "", "…", "x" * 500, "Ünïcode ß 🎟"]
)
def test_no_title_leads_out_of_the_folder(tmp_path: Path, title: str) -> None:
    path = folder.add(tmp_path, title, lambda _: text())
    assert path.parent.as_posix() == folder.FOLDER
    assert len(path.name) < 80
    assert [p.name for p in (tmp_path / folder.FOLDER).iterdir()] == [path.name]


def test_numbers_go_on_after_the_highest_of_anybody(tmp_path: Path) -> None:
    put(tmp_path, "0024-theirs.md", "# Theirs\n")
    put(tmp_path, "0007-ours.md", text())
    assert folder.add(tmp_path, "Keep the bus", lambda _: text()).name == "0025-keep-the-bus.md"


def test_a_file_is_changed_in_one_step_and_keeps_its_body(tmp_path: Path) -> None:
    path = put(tmp_path, "0001-a.md", text() + "Mine.\n")
    over = replace(decision(), status="superseded", superseded_by="0002-b")
    folder.change(tmp_path, "docs/decisions/0001-a.md", lambda held: rewritten(held, over))
    found = read(path.read_bytes(), "0001-a", "x")
    assert found is not None
    assert found.decision.superseded_by == "0002-b"
    assert path.read_text().endswith("Mine.\n")
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_what_a_killed_writer_left_is_swept_up(tmp_path: Path) -> None:
    left = put(tmp_path, ".decision-1-abc.tmp", "half")
    folder.add(tmp_path, "Mine", lambda _: text())
    assert not left.exists()


def test_without_links_and_locks_a_name_is_still_given_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refused)
    monkeypatch.setattr(folder, "flock", None)
    for _ in range(3):
        folder.add(tmp_path, "Mine", lambda _: text())
    assert len(folder.listed(tmp_path).decisions) == 3


def test_twenty_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    each = 5
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(n), str(each)],
            stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for n in range(20)
    ]  # fmt: skip
    said = [w.communicate(timeout=120)[0].split() for w in writers]
    assert all(w.returncode == 0 for w in writers)
    told = [line for lines in said for line in lines]
    assert len(told) == len(set(told)) == 20 * each
    found = folder.listed(tmp_path)
    assert found.problems == ()
    assert sorted(d.file for d in found.decisions) == sorted(told)
    numbers = [int(d.id[:4]) for d in found.decisions]
    assert numbers == list(range(1, 20 * each + 1))
    for d in found.decisions:
        assert d.decision.reason.startswith(f"{d.id} ")


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (tmp_path / "docs/decisions").mkdir(parents=True)
    (tmp_path / "docs/decisions").chmod(0o500)
    with pytest.raises(PathError, match="can't be written"):
        folder.add(tmp_path, "Mine", lambda _: text())


def test_the_whole_file_is_what_was_made(tmp_path: Path) -> None:
    made = decision(reason="ünï 🎟")
    path = folder.add(tmp_path, made.title, lambda _: written(made, Context()))
    assert (tmp_path / path).read_bytes() == written(made, Context()).encode()
