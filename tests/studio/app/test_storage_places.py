"""Storage faults: who may write a file, under which names; see the list in test_storage_faults.py."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.files import backups, project
from studio.files.backups import Backups
from studio.files.journal.holding import Claims, held, is_held, locks_of, true_name
from tests.plain_desk import PlainDesk, beside, with_saved

pytestmark = pytest.mark.usefixtures("qapp")


def test_two_instances(made: Callable[..., PlainDesk]) -> None:
    """R11: the second opens a copy, and may not save over the file; once the first is gone it may."""
    first, second = made(), made()
    before = with_saved(first)
    second.documents.open_file(first.path)
    assert second.session.path is None
    assert "open in another window" in "".join(second.said)
    assert second.documents.uuid != first.documents.uuid
    second.edit()
    second.answers.writes = first.path
    second.documents.save()
    assert "Choose another name" in second.said[-1]
    assert first.path.read_bytes() == before
    first.end()
    second.documents.save()
    assert second.session.is_clean


def test_a_file_that_is_open_here_may_be_opened_here_again(made: Callable[..., PlainDesk]) -> None:
    desk, other = made(), made()
    with_saved(desk)
    desk.documents.save()
    desk.documents.open_file(desk.path)
    desk.keeping.settle()
    assert desk.session.path == desk.path
    other.documents.open_file(desk.path)
    assert other.session.path is None


def test_a_save_elsewhere_that_fails_leaves_the_first_place_ours(made: Callable[..., PlainDesk], tmp_path: Path) -> None:
    desk, other = made(), made()
    with_saved(desk)
    desk.answers.writes = tmp_path / "nowhere" / "x.ricercar"
    desk.documents.save_as()
    assert desk.session.path == desk.path
    other.documents.open_file(desk.path)
    assert other.session.path is None
    desk.answers.writes = tmp_path / "there.ricercar"
    desk.documents.save_as()
    other.documents.open_file(desk.path)
    assert other.session.path == desk.path, "a place that was left is free"


def no_locks(_: int) -> None:
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


def test_folder_without_locks(tmp_path: Path) -> None:
    """The text of the lock file counts then: who lives holds, who is gone does not."""
    path = tmp_path / "x.lock"
    hold = held(path, no_locks)
    assert hold is not None
    assert held(path, no_locks) is None
    assert is_held(path, no_locks)
    hold.release()
    assert not is_held(path, no_locks)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    path.write_text(f"{ended.pid} 12345\n")
    assert not is_held(path, no_locks)
    path.write_text(f"{os.getpid()} 1\n")
    assert not is_held(path, no_locks), "this process has the number of one that is gone"
    claims = Claims(tmp_path / "locks", no_locks)
    assert claims.claim(tmp_path / "song.ricercar") is not None
    assert Claims(tmp_path / "locks", no_locks).claim(tmp_path / "song.ricercar") is None


def test_lock_left_by_a_dead_process(made: Callable[..., PlainDesk]) -> None:
    """Its file stays, the lock does not."""
    desk = made()
    with_saved(desk)
    for path in locks_of(desk.path, desk.state / "locks"):
        path.parent.mkdir(exist_ok=True)
    desk.crash()
    for path in locks_of(desk.path, desk.state / "locks"):
        path.write_text("1 1\n")
    again = made()
    again.documents.open_file(desk.path)
    assert again.session.path == desk.path


def test_symlink(made: Callable[..., PlainDesk], tmp_path: Path) -> None:
    desk, other = made(), made()
    with_saved(desk)
    desk.documents.save()
    link = tmp_path / "link.ricercar"
    link.symlink_to(desk.path)
    desk.documents.open_file(link)
    desk.edit()
    desk.documents.save()
    assert link.is_symlink()
    assert project.read(desk.path).song == desk.session.song
    other.documents.open_file(desk.path)
    assert other.session.path is None, "one file under two names"


def test_hard_link(made: Callable[..., PlainDesk], tmp_path: Path) -> None:
    desk, other = made(), made()
    with_saved(desk)
    desk.documents.save()
    os.link(desk.path, tmp_path / "second.ricercar")
    other.documents.open_file(tmp_path / "second.ricercar")
    assert other.session.path is None, "one file under two names"


def test_names_that_differ_in_large_letters_only_are_two_files_where_the_disk_says_so(tmp_path: Path) -> None:
    (tmp_path / "Song").write_bytes(b"1")
    (tmp_path / "song").write_bytes(b"2")
    assert true_name(tmp_path / "song").name == "song"
    os.unlink(tmp_path / "song")
    os.link(tmp_path / "Song", tmp_path / "other")
    assert true_name(tmp_path / "Song").name == "Song"
    assert true_name(tmp_path / "SONG").name == "SONG", "there is none yet"


@pytest.mark.parametrize(
    "name", ["a song with  spaces", "Ὀδύσσεια 🎹 čežě", "two\nlines\tand a tab", "-rf", "%s {name} \\", "é" * 120, "音" * 80]
)
def test_odd_names(made: Callable[..., PlainDesk], name: str) -> None:
    desk = made()
    desk.path = desk.answers.writes = desk.user / f"{name}.ricercar"
    with_saved(desk)
    desk.documents.save()
    assert desk.session.is_clean
    assert beside(desk.path) == [desk.path.name]
    song = desk.session.song
    desk.end()
    again = made()
    again.documents.open_file(desk.path)
    assert (again.session.song, again.session.path) == (song, desk.path)


def test_path_of_250_characters(made: Callable[..., PlainDesk]) -> None:
    desk = made()
    folder = desk.user
    while len(str(folder)) < 180:
        folder /= "deeper and deeper"[: max(1, 180 - len(str(folder)))]
    folder.mkdir(parents=True)
    desk.path = desk.answers.writes = folder / ("x" * (250 - len(str(folder)) - 10) + ".ricercar")
    assert len(str(desk.path)) == 250
    with_saved(desk)
    desk.documents.save()
    assert project.read(desk.path).song == desk.session.song
    longest = folder / ("y" * (255 - 9) + ".ricercar")
    desk.answers.writes = longest
    desk.documents.save_as()
    assert project.read(longest).song == desk.session.song
    assert len(os.fsencode(project.rescued(longest).name)) == 255


def test_clock_set_back(made: Callable[..., PlainDesk], tmp_path: Path) -> None:
    """No version and no journal is lost to a clock, and what was saved last is kept however old it looks."""
    desk = made()
    with_saved(desk)
    shelf = Backups(tmp_path / "versions")
    now = 1_800_000_000.0
    for step in range(8):
        desk.edit()
        desk.documents.save()
        kept = shelf.keep(desk.path, "u", now - step * 86_400 * 30)
        assert kept.read_bytes() == desk.path.read_bytes()
    assert shelf.keep(desk.path, "u", now) != shelf.keep(desk.path, "u", now)
    assert len(shelf.versions("u")) >= backups.NEWEST
    desk.edit()
    desk.crash()
    (found,) = desk.shelf.unfinished()
    assert desk.shelf.prune(now=0.0) == []
    again = made()
    again.documents.recover(found)
    assert again.session.song == desk.session.song
