"""The shelf of journals, who holds a document, and the versions that are kept of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.edits import notes
from studio.files import backups, project
from studio.files.backups import DAY_S, HOUR_S, NEWEST, Backups
from studio.files.journal import shelf as shelves
from studio.files.journal.book import Book
from studio.files.journal.disk import Folder
from studio.files.journal.holding import held, is_held, locks_of
from studio.files.journal.shelf import Shelf
from studio.files.project import new_document
from studio.song.notes import Note
from studio.song.song import Song, Track

ROOT = Path(__file__).resolve().parents[3]
SONG = Song("Shelved", (Track(1, "Lead"),), next_id=2)


def journal(shelf: Shelf, edits: int, *, is_closed: bool = False, is_saved: bool = False) -> Path:
    document = new_document(SONG)
    folder = shelf.place(document.uuid)
    book = Book.begin(Folder(folder), document, Path("x.ricercar") if is_saved else None, is_saved=is_saved)
    song = SONG
    for number in range(edits):
        after = notes.add(1, [Note(number * 240, 100, 60)]).apply(song)
        book.record(song, after, f"Edit {number}")
        song = after
    if is_closed:
        book.close(in_order=True)
    return folder


def test_r9_only_work_that_no_file_holds_is_offered(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    crashed, unsaved = journal(shelf, 3, is_saved=True), journal(shelf, 0)
    journal(shelf, 0, is_saved=True)
    journal(shelf, 4, is_closed=True)
    assert {kept.folder for kept in shelf.unfinished()} == {crashed, unsaved}
    assert len(shelf.kept()) == 4
    assert {kept.edits for kept in shelf.unfinished()} == {3, 0}


def test_r8_a_document_that_another_window_has_open_is_not_offered(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    folder = journal(shelf, 2)
    hold = shelf.hold(folder)
    assert hold is not None
    assert shelf.unfinished() == []
    assert shelf.hold(folder) is None
    hold.release()
    assert [kept.folder for kept in shelf.unfinished()] == [folder]


def test_r9_a_journal_that_fails_twice_is_set_aside_and_not_deleted(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    folder = journal(shelf, 2)
    (kept,) = shelf.unfinished()
    assert not shelf.failed(kept)
    assert shelf.unfinished()
    assert shelf.failed(kept)
    assert shelf.unfinished() == []
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith(f"{shelves.ASIDE}{folder.name}")
    assert list(aside.glob("*.log"))


def test_r9_closed_journals_go_after_their_time_and_unfinished_ones_never(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    unfinished, closed = journal(shelf, 2), journal(shelf, 2, is_closed=True)
    ((_, last),) = [(kept.folder, kept.written.last_time) for kept in shelf.kept() if kept.folder == closed]
    assert shelf.prune(last + shelves.KEPT_S - 60) == []
    assert shelf.prune(last + shelves.KEPT_S + 60) == [closed]
    assert shelf.prune(last + 100 * shelves.KEPT_S) == []
    assert [kept.folder for kept in shelf.kept()] == [unfinished]


def test_a_folder_of_something_else_on_the_shelf_is_passed_over_and_stays(tmp_path: Path) -> None:
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "edits-0.log").write_bytes(b"noise")
    (tmp_path / "a file").write_bytes(b"")
    assert Shelf(tmp_path).kept() == []
    assert Shelf(tmp_path).prune(1e12) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a file", "strange"]
    assert Shelf(tmp_path / "missing").kept() == []


def test_a_uuid_with_a_way_out_of_the_shelf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no uuid"):
        Shelf(tmp_path).place("../elsewhere")


def test_r11_one_lock_for_every_name_of_a_file_and_none_left_by_a_dead_process(tmp_path: Path) -> None:
    song = tmp_path / "song.ricercar"
    song.write_bytes(b"x")
    (tmp_path / "link.ricercar").symlink_to(song)
    locks = tmp_path / "locks"
    lock = locks_of(song, locks)[0]
    assert locks_of(song, locks) == locks_of(tmp_path / "link.ricercar", locks)
    song.unlink()
    song.write_bytes(b"another inode, as after a save")
    assert lock == locks_of(song, locks)[0]
    assert lock != locks_of(tmp_path / "other.ricercar", locks)[0]
    code = (
        "from pathlib import Path\nfrom studio.files.journal.holding import held\n"
        f"assert held(Path({str(lock)!r}))\nprint('held', flush=True)\ninput()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    assert is_held(lock)
    assert held(lock) is None
    other.kill()
    other.communicate()
    hold = held(lock)
    assert hold is not None
    hold.release()
    hold.release()
    assert not is_held(lock)


def test_r10_versions_are_whole_and_thin_out_with_age(tmp_path: Path) -> None:
    saved, shelf = tmp_path / "s.ricercar", Backups(tmp_path / "backups")
    now = 1_800_000_000.0
    for minute in range(0, 5 * 24 * 60, 45):  # for five days
        document = new_document(Song(f"At {minute}"))
        project.write(document, saved)
        shelf.keep(saved, "u", now + minute * 60)
    end = now + 7155 * 60
    versions = shelf.versions("u")
    assert project.read(versions[0].path).song.title == "At 7155"
    assert len([v for v in versions if end - v.time <= DAY_S]) <= NEWEST + 25
    assert 3 <= len([v for v in versions if end - v.time > DAY_S]) <= 5
    assert all(project.read(version.path) for version in versions)


@given(st.lists(st.floats(0, 10 * DAY_S), max_size=60), st.floats(0, 12 * DAY_S))
def test_r10_the_newest_stay_and_no_hour_or_day_loses_its_last(times: list[float], now: float) -> None:
    wanted = backups.kept(times, now)
    assert wanted <= set(times)
    assert set(sorted(times, reverse=True)[:NEWEST]) <= wanted
    for step, lasts in ((HOUR_S, DAY_S), (DAY_S, 7 * DAY_S)):
        for slot in {moment // step for moment in times}:
            last = max(moment for moment in times if moment // step == slot)
            assert last in wanted or now - last > lasts
    assert len(wanted) <= NEWEST + 26 + 9 or any(moment > now for moment in times)
