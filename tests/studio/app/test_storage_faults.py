"""Storage faults: every line of the fault list, played out on documents as the window has them.

kill at a random point (edit, save, fold, recovery)   test_journal_kills.py
power cut                                             test_journal_power_cuts.py
disk full at byte n for n over the whole save         test_disk_full_at_every_byte_of_a_save
EIO on write, fsync, rename                           test_failure_at_every_call_of_a_save,
                                                      test_failure_at_every_call_of_the_journal
file-size limit                                       test_file_size_limit, and test_project_file.py
folder read-only                                      test_folder_read_only, test_folder_that_refuses
file read-only                                        test_file_read_only
folder deleted or moved while open                    test_folder_deleted_while_open, test_folder_moved_while_open
file changed by another program                       test_file_changed_by_another_program
two instances                                         test_two_instances (this and the next: test_storage_places.py)
lock left by a dead process                           test_lock_left_by_a_dead_process, and test_journal_shelf.py
clock set back                                        test_clock_set_back
name with spaces, unicode, newline                    test_odd_names
path of 250 characters                                test_path_of_250_characters
symlink                                               test_symlink, test_hard_link
network-like folder without locks                     test_folder_without_locks
journal corrupt, truncated, from the future           test_journal_corrupt, test_journal_truncated,
                                                      test_journal_from_the_future
no home folder, read-only home                        test_storage_homes.py
"""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.edits import notes
from studio.files import project
from studio.files.backups import FOREIGN, OLDER, SAVED
from studio.song.notes import Note
from tests.failing_system import FailingSystem
from tests.plain_desk import PlainDesk, beside, with_saved
from widgets.dialogs.asks import Foreign

pytestmark = pytest.mark.usefixtures("qapp")
NOBODY = 65534
SAMPLES = Path(__file__).resolve().parents[2] / "data"


def assert_refused(desk: PlainDesk, before: bytes) -> None:
    """The old file is whole, nothing stands beside it, the edits are in memory and in the journal, and one sentence says why."""
    assert desk.path.read_bytes() == before
    assert beside(desk.path) == [desk.path.name]
    assert not desk.session.is_clean
    assert desk.session.song.note_count == 2
    assert desk.session.song in desk.journalled()
    assert len(desk.noticed) == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT], ids=["no space", "quota"])
def test_disk_full_at_every_byte_of_a_save(made: Callable[..., PlainDesk], number: int) -> None:
    system = FailingSystem(number=number)
    desk = made(system=system)
    before = with_saved(desk)
    system.below = desk.user
    for full_at in count(0, 3 if number == errno.ENOSPC else 61):
        system.written, system.full_at, system.failures = 0, full_at, []
        desk.noticed.clear()
        desk.documents.save()
        if not system.failures:
            break
        assert_refused(desk, before)
        assert os.strerror(number) in desk.said[-1]
    assert full_at > len(before)
    assert desk.session.is_clean
    assert project.read(desk.path).song == desk.session.song
    assert desk.failed == []


@pytest.mark.parametrize(
    ("number", "for_good"),
    [(errno.EIO, False), (errno.EIO, True), (errno.ENOSPC, True), (errno.EDQUOT, False), (errno.EROFS, True)],
)
def test_failure_at_every_call_of_a_save(made: Callable[..., PlainDesk], number: int, for_good: bool) -> None:
    """Of the user's folder: open, write, fsync, rename, and the fsync of the folder after it."""
    at, kinds = 0, set()
    while True:
        at += 1
        system = FailingSystem()
        desk = made(f"{at}", system=system)
        before = with_saved(desk)
        system.below, system.number, system.for_good = desk.user, number, for_good
        system.count, system.at = 0, at
        desk.documents.save()
        if not system.failures:
            break
        kinds.add(system.failures[0])
        system.at = 0
        if system.failures[0] == "sync_folder":  # swapped in, but perhaps not for good: said, still dirty, still ours
            assert project.read(desk.path).song == desk.session.song
            assert "did not confirm it" in desk.noticed[0]
            assert not desk.session.is_clean
        else:
            assert_refused(desk, before)
        desk.documents.save()
        assert desk.session.is_clean
        assert project.read(desk.path).song == desk.session.song
        assert len(desk.answers.asked) == 1, "a file of ours was taken for another program's"
        desk.end()
    assert kinds == {"temporary", "write", "sync", "replace", "sync_folder"}


@pytest.mark.parametrize(("number", "for_good"), [(errno.EIO, False), (errno.ENOSPC, True)])
def test_failure_at_every_call_of_the_journal(made: Callable[..., PlainDesk], qtbot: QtBot, number: int, for_good: bool) -> None:
    """While it is begun, written, folded by a save and by its length, and the earlier version is kept: the song is saved all
    the same, one sentence says that recovery is off, and it comes on again by itself."""
    at, kinds = 0, set()
    while True:
        at += 1
        system = FailingSystem(at, number, for_good=for_good)
        desk = made(f"{at}", system=system, again_after_s=0.0, fold_edits=3)
        system.below = desk.state
        desk.begin()
        for _ in range(3):
            desk.edit()
        desk.documents.save()
        assert desk.session.is_clean
        for _ in range(6):
            desk.edit()
            desk.keeping.settle()
        song = desk.session.song
        assert (desk.session.song.note_count, project.read(desk.path).song.note_count) == (9, 3)
        if not system.failures:
            break
        kinds.add(system.failures[0])
        if for_good:
            qtbot.waitUntil(lambda: bool(desk.failed))  # noqa: B023
        assert len(desk.failed) <= 1
        assert "Recovery is off for this song" in "".join(desk.failed) or not desk.failed
        system.at = 0
        for _ in range(3):  # what the journal's thread has to say is heard; the next edit begins another journal
            QApplication.processEvents()
            desk.edit()
            desk.keeping.settle()
        song = desk.session.song
        for _ in range(50):
            QApplication.processEvents()
        assert len(desk.restored) == len(desk.failed), (
            f"{at} {system.failures} {desk.failed} {desk.restored} {desk.keeping._kept}"
        )
        desk.crash()
        assert song in desk.journalled(), f"lost after call {at} ({system.failures[0]}) had failed"
        again = made(f"{at}")
        newest = again.shelf.unfinished()[0]
        again.documents.recover(newest)
        assert again.session.song == song
        again.end()
    assert kinds >= {"make_folder", "open", "write", "sync", "sync_folder", "replace", "temporary"}, kinds


def test_without_any_disk_the_song_is_edited_and_nothing_is_pretended(made: Callable[..., PlainDesk], qtbot: QtBot) -> None:
    desk = made(system=FailingSystem(1, errno.EROFS, for_good=True), again_after_s=0.0)
    desk.begin()
    for _ in range(5):
        desk.edit()
        desk.keeping.settle()
    desk.documents.save()
    qtbot.waitUntil(lambda: bool(desk.failed))
    assert len(desk.failed) == 1
    assert (desk.session.song.note_count, desk.session.is_clean) == (5, False)
    assert not desk.path.exists()
    assert len(desk.noticed) == 1


def test_file_size_limit(made: Callable[..., PlainDesk]) -> None:
    desk = made()
    before = with_saved(desk)
    for number in range(400):
        desk.session.do(notes.add(1, [Note(number * 977 % 90_000 + 50_000, 5 + number % 97, number % 128)]))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old_handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
        desk.documents.save()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old_handler)
    assert desk.path.read_bytes() == before
    assert beside(desk.path) == [desk.path.name]
    assert "File too large" in desk.noticed[0]
    assert not desk.session.is_clean


@contextmanager
def as_nobody() -> Iterator[None]:
    """An administrator may write everywhere: for a while this process is somebody who may not."""
    is_administrator = os.geteuid() == 0
    if is_administrator:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_administrator:
            os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs permissions of POSIX")
def test_folder_read_only() -> None:
    with tempfile.TemporaryDirectory() as place:  # where anybody may look, as not below pytest's own
        Path(place).chmod(0o755)
        desk = PlainDesk(Path(place))
        before = with_saved(desk)
        desk.path.chmod(0o666)
        desk.user.chmod(0o555)
        with as_nobody():
            desk.documents.save()
        desk.user.chmod(0o755)
        desk.crash()
        assert desk.path.read_bytes() == before
        assert not desk.session.is_clean
        assert "«song.ricercar» could not be written: Permission denied" in desk.noticed[0]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EPERM])
def test_folder_that_refuses(made: Callable[..., PlainDesk], number: int) -> None:
    system = FailingSystem()
    desk = made(system=system)
    before = with_saved(desk)
    system.below, system.number, system.count, system.at, system.for_good = desk.user, number, 0, 1, True
    desk.documents.save()
    assert_refused(desk, before)
    assert os.strerror(number) in desk.noticed[0] or os.strerror(number) in desk.said[-1]


def test_file_read_only(made: Callable[..., PlainDesk]) -> None:
    desk = made()
    before = with_saved(desk)
    desk.path.chmod(0o444)
    desk.documents.save()
    assert_refused(desk, before)
    assert "read-only" in desk.said[-1]
    desk.path.chmod(0o640)
    desk.documents.save()
    assert desk.session.is_clean
    assert desk.path.stat().st_mode & 0o777 == 0o640


def test_folder_deleted_while_open(made: Callable[..., PlainDesk], tmp_path: Path) -> None:
    desk = made()
    with_saved(desk)
    shutil.rmtree(desk.user)
    desk.documents.save()
    assert not desk.session.is_clean
    assert "could not be written" in desk.said[-1]
    assert desk.session.song in desk.journalled()
    desk.answers.writes = tmp_path / "elsewhere.ricercar"
    desk.documents.save_as()
    assert desk.session.is_clean
    assert project.read(tmp_path / "elsewhere.ricercar").song == desk.session.song


def test_folder_moved_while_open(made: Callable[..., PlainDesk], tmp_path: Path) -> None:
    desk = made()
    before = with_saved(desk)
    desk.user.rename(tmp_path / "moved")
    desk.documents.save()
    assert not desk.session.is_clean
    assert (tmp_path / "moved" / desk.path.name).read_bytes() == before
    (tmp_path / "moved").rename(desk.user)
    desk.documents.save()
    assert desk.session.is_clean
    assert project.read(desk.path).song == desk.session.song


def test_file_gone_is_said_and_written_anew(made: Callable[..., PlainDesk]) -> None:
    desk = made()
    with_saved(desk)
    desk.path.unlink()
    desk.documents.save()
    assert "was not there any more, so it was written anew" in desk.said[-1]
    assert project.read(desk.path).song == desk.session.song


@pytest.mark.parametrize("answer", list(Foreign))
def test_file_changed_by_another_program(made: Callable[..., PlainDesk], answer: Foreign) -> None:
    """R11: both versions are kept whatever is answered."""
    desk = made()
    ours = with_saved(desk)
    other = project.read(desk.path)
    theirs = replace(other, song=replace(other.song, title="Theirs"))
    project.write(theirs, desk.path)
    foreign = desk.path.read_bytes()
    desk.answers.foreign, desk.answers.writes = answer, desk.user / "ours.ricercar"
    desk.documents.save()
    assert any("was changed by another program" in asked for asked in desk.answers.asked)
    versions = desk.documents.backups.versions(desk.documents.uuid)
    if answer is Foreign.OVERWRITE:
        assert project.read(desk.path).song == desk.session.song
        assert [version.path.read_bytes() for version in versions if version.kind == FOREIGN] == [foreign]
        desk.edit()
        desk.documents.save()
        assert len([asked for asked in desk.answers.asked if "another program" in asked]) == 1
    else:
        assert desk.path.read_bytes() == foreign
        assert desk.session.is_clean == (answer is Foreign.SAVE_AS)
        assert (desk.user / "ours.ricercar").exists() == (answer is Foreign.SAVE_AS)
    assert ours in [version.path.read_bytes() for version in versions]


def test_file_that_cannot_be_kept_first_is_not_overwritten(made: Callable[..., PlainDesk]) -> None:
    system = FailingSystem()
    desk = made(system=system)
    with_saved(desk)
    desk.path.write_bytes(b"another program's")
    desk.answers.foreign = Foreign.OVERWRITE
    system.below, system.count, system.at, system.for_good = desk.state / "backups", 0, 1, True
    desk.documents.save()
    assert desk.path.read_bytes() == b"another program's"
    assert not desk.session.is_clean


def test_file_of_an_older_schema_is_kept_before_it_is_first_saved_over(made: Callable[..., PlainDesk]) -> None:
    """R5: untouched, for good, and listed with its schema."""
    desk = made()
    desk.begin()
    shutil.copy(SAMPLES / "schema-1.ricercar", desk.path)
    original = desk.path.read_bytes()
    desk.documents.open_file(desk.path)
    for _ in range(8):
        desk.edit()
        desk.documents.save()
    versions = desk.documents.backups.versions(desk.documents.uuid)
    assert [(version.path.read_bytes(), version.schema) for version in versions if version.kind == OLDER] == [(original, 1)]
    assert {version.schema for version in versions if version.kind == SAVED} == {project.SCHEMA}


def test_r12_a_song_that_fails_its_self_check_is_rescued_and_can_be_recovered(made: Callable[..., PlainDesk]) -> None:
    desk = made()
    before = with_saved(desk)
    broken = replace(desk.session.song, next_id=1)
    desk.session.history.song = broken
    desk.session.song_changed.emit(desk.session.history.song, broken)
    desk.documents.save()
    assert desk.path.read_bytes() == before
    rescued = project.read(desk.path.with_name("song.ricercar.rescued"))
    assert (rescued.song, bool(rescued.faults)) == (broken, True)
    assert "fails its self-check" in desk.said[-1]
    assert not desk.session.is_clean
