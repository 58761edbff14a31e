"""DC-01: undo is unlimited in a session; the oldest steps go only past a limit of memory, which the settings say."""

from __future__ import annotations

import numpy as np

from studio.edits import notes
from studio.edits.history import STEP_BYTES, History
from studio.settings import Settings
from studio.song.notes import Notes, rows_from_columns
from studio.song.rows import ROW
from studio.song.song import Song, Track

COUNT = 20_000


def song() -> Song:
    rows = rows_from_columns(np.arange(COUNT) * 60, 50, 30 + np.arange(COUNT) % 60, 80, id=np.arange(2, COUNT + 2))
    return Song(tracks=(Track(1, "Lead", notes=Notes(rows)),), next_id=COUNT + 2)


def transposed(history: History, count: int, times: int) -> None:
    for number in range(times):
        assert history.do(notes.transpose(range(2, 2 + count), 1 if number % 2 else -1)) is not None


def test_dc_01_a_thousand_small_steps_can_all_be_undone() -> None:
    history = History(song())
    assert history.limit_bytes == Settings().undo_mib << 20 == 1 << 30
    transposed(history, 1, 1000)
    first = history._done[0].before
    assert all(history.undo() for _ in range(1000))
    assert history.undo() is None
    assert history.song is first


def test_dc_01_past_the_limit_the_oldest_go_and_the_last_always_stays() -> None:
    whole = COUNT * ROW.itemsize
    history = History(song(), limit_bytes=10 * (whole + STEP_BYTES))
    transposed(history, COUNT, 30)
    assert 8 <= len(history.labels) <= 12
    assert all(history.undo() for _ in range(len(history.labels)))
    assert all(history.redo() for _ in range(8))
    small = History(song(), limit_bytes=1)
    transposed(small, COUNT, 3)
    assert len(small.labels) == 1
    assert small.undo() is not None
    assert small._held == 0


def test_dc_01_what_steps_hold_is_what_they_do_not_share() -> None:
    history = History(song())
    transposed(history, 1, 1)
    transposed(history, COUNT, 1)
    small, large = (step.bytes_held for step in history._done)
    assert small < 80_000
    assert COUNT * ROW.itemsize <= large <= COUNT * ROW.itemsize + 2 * STEP_BYTES


def test_dc_01_a_gesture_counts_once() -> None:
    history, gesture = History(song()), object()
    for _ in range(20):
        edit = notes.transpose(range(2, 500), 1)
        history.do(type(edit)(edit.label, edit.apply, gesture))
    assert len(history.labels) == 1
    assert history._held == history._done[0].bytes_held
