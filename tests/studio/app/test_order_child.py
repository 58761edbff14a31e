"""Large songs go out through a child process: the same files, the same errors, nothing left where somebody stops it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from studio.app import outlets
from studio.app.order_child import MANY_NOTES, carried_out
from studio.app.orders import Means, Order, carry_out
from studio.app.sound_order import Bounce
from studio.errors import UnwritableFile
from studio.files import format as formats
from studio.files.part import Part
from studio.jobs.progress import Cancelled, Progress
from studio.song.notes import Notes, rows_from_columns
from studio.song.song import Song, Track


def silent(bounce: Bounce, progress: Progress) -> str:
    raise AssertionError("no sound was asked for")


def many(count: int = MANY_NOTES) -> Song:
    rows = rows_from_columns([at * 240 for at in range(count)], 240, 60, 90, id=range(1, count + 1))
    return Song("Long", (Track(count + 1, "Lead", notes=Notes(rows)),), next_id=count + 2)


def order(path: Path, way: str = outlets.MIDI) -> Order:
    return Order(outlets.outlet(way), many(), Part(), path)


def test_the_bytes_are_those_that_the_window_would_write(tmp_path: Path) -> None:
    here, there = order(tmp_path / "here.mid"), order(tmp_path / "there.mid")
    carry_out(here, Means(silent))
    seen: list[float] = []
    sent = carried_out(there, Means(silent), Progress(lambda done, total, note: seen.append(done / total)))
    assert sent.paths == (there.path,)
    assert here.path.read_bytes() == there.path.read_bytes()
    assert formats.open_song(there.path).song.note_count == MANY_NOTES
    assert seen


def test_an_error_comes_through_as_what_it_is(tmp_path: Path) -> None:
    target = tmp_path / "taken.mid"
    target.mkdir()
    with pytest.raises(UnwritableFile, match="taken"):
        carried_out(order(target), Means(silent), Progress())


@pytest.mark.parametrize("begun", [False, True])
def test_stopped_it_leaves_nothing(tmp_path: Path, begun: bool) -> None:
    progress = Progress(lambda *_: progress.cancel())
    if not begun:
        progress.cancel()
    (tmp_path / "out.musicxml").write_text("before")
    with pytest.raises(Cancelled):
        carried_out(replace(order(tmp_path / "out.musicxml", outlets.SCORE), song=many(10_000)), Means(silent), progress)
    assert [path.name for path in tmp_path.iterdir()] == ["out.musicxml"]
    assert (tmp_path / "out.musicxml").read_text() == "before"


def test_of_many_files_none_is_left_when_it_is_stopped(tmp_path: Path) -> None:
    progress = Progress(lambda done, *_: progress.cancel() if done > 1 else None)
    song = replace(many(10), tracks=tuple(replace(many(10).tracks[0], id=100 + at) for at in range(4)))
    each = replace(order(tmp_path / "parts"), song=song, is_separate=True)
    with pytest.raises(Cancelled):
        carried_out(each, Means(silent), progress)
    assert list(tmp_path.iterdir()) == []


def test_small_songs_need_no_child(tmp_path: Path) -> None:
    before = threading.active_count()
    sent = carried_out(replace(order(tmp_path / "out.mid"), song=many(10)), Means(silent), Progress())
    assert sent.paths[0].is_file()
    assert threading.active_count() == before
