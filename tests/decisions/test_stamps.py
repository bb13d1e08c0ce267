"""Stamps on the disk: whole, owned by their owner, and stale when what was reviewed has changed."""

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend_mcp.decisions import state
from backend_mcp.decisions.stamps import (
    MOST,
    NO_FILE,
    Source,
    Stamp,
    digest,
    read_stamps,
    time_text,
    why_stale,
    write_stamp,
)
from backend_mcp.errors import StateError

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def made(**given: object) -> Stamp:
    stamp = Stamp(
        "r1", "shop", "2026.11.25", time_text(NOW), NO_FILE, NO_FILE, "right", "yes", ("a@b",), (),
        {"a@b": "mend it"}, (), 2, ("kafka", "log"), ("redis",),
    )  # fmt: skip
    return stamp._replace(**given)


def test_a_stamp_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_stamp(tmp_path / "w", made())
    assert read_stamps(tmp_path / "w").stamps == (made(),)


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    write_stamp(tmp_path / "w", made())
    (path,) = (tmp_path / "w").glob("stamp-*.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "w").stat().st_mode) == 0o700
    assert [p.name for p in (tmp_path / "w").iterdir()] == [path.name]


def test_a_later_review_of_the_design_replaces_the_earlier_one(tmp_path: Path) -> None:
    write_stamp(tmp_path, made())
    write_stamp(tmp_path, made(review="r2"))
    write_stamp(tmp_path, made(name="other"))
    assert {s.review for s in read_stamps(tmp_path).stamps} == {"r2", "r1"}


def test_the_oldest_go(tmp_path: Path) -> None:
    for number in range(MOST + 3):
        write_stamp(tmp_path, made(name=f"d{number}"))
    assert len(read_stamps(tmp_path).stamps) == MOST


BROKEN = [
    "", "{", "[]", "null", '{"format": 2}', '{"format": 1}', '{"format": 1, "review": 3}', "[" * 100_000,
    json.dumps({"format": 1, "x": "y" * 300_000}), "\x00",
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN, ids=[b[:20] or "empty" for b in BROKEN])
def test_a_broken_file_hides_no_other_and_is_told(text: str, tmp_path: Path) -> None:
    write_stamp(tmp_path, made())
    (tmp_path / "stamp-broken.json").write_text(text)
    held = read_stamps(tmp_path)
    assert held.stamps == (made(),)
    assert len(held.broken) == 1
    assert "stamp-broken.json" in held.broken[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "stamp-pipe.json")
    assert len(read_stamps(tmp_path).broken) == 1


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "w").write_text("a file")
    with pytest.raises(StateError, match="can't be written"):
        write_stamp(tmp_path / "w", made())


def _file(tmp_path: Path) -> Source:
    path = tmp_path / "shop.yaml"
    path.write_text("name: shop\n")
    return digest(path)


STALE = [
    ("as it was", {}, ""),
    ("another knowledge", {"knowledge": "2026.01.01"}, "another version"),
    ("a house's own over ours", {"knowledge": "2026.11.25+house-ab12 as of 2026-12-01"}, ""),
    ("inline, two days old", {"at": time_text(NOW - timedelta(days=2))}, "more than a day old"),
    ("its file is gone", {"source": Source("/nowhere/shop.yaml", "00")}, "older than the file"),
    ("its base is gone", {"base": Source("/nowhere/backend.yaml", "00")}, "older than the base"),
]


@pytest.mark.parametrize(("given", "due"), [s[1:] for s in STALE], ids=[s[0] for s in STALE])
def test_a_stamp_counts_while_nothing_changed(given: dict[str, object], due: str) -> None:
    why = why_stale(made(**given), "2026.11.25", NOW)
    assert bool(why) is bool(due)
    assert due in why


def test_a_stamp_of_a_file_counts_until_a_byte_of_it_changes(tmp_path: Path) -> None:
    stamp = made(source=_file(tmp_path), at=time_text(NOW - timedelta(days=300)))
    assert why_stale(stamp, "2026.11.25", NOW) == ""
    (tmp_path / "shop.yaml").write_text("name: shop \n")
    assert "is older than the file" in why_stale(stamp, "2026.11.25", NOW)


def test_a_folder_of_a_repository_means_the_repository(tmp_path: Path) -> None:
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    (tmp_path / "shop" / "src" / "deep").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    top, home = tmp_path / "shop", tmp_path / "home"
    assert state.folder_of(home, top / "src" / "deep") == state.folder_of(home, top)
    assert state.folder_of(home, tmp_path / "other") != state.folder_of(home, top)


def test_twenty_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda n: write_stamp(tmp_path, made(name=f"d{n}")), range(60)))
    held = read_stamps(tmp_path)
    assert {s.name for s in held.stamps} == {f"d{n}" for n in range(60)}
    assert held.broken == ()


def test_killed_writers_lose_nothing_that_was_acknowledged() -> None:
    from benchmarks.kill_stamps import run

    tally = run(kills=20, seed=3)  # a sample; 500 with python -m benchmarks.kill_stamps
    assert tally.kills >= 20
    assert (tally.lost, tally.broken) == (0, 0)
