"""Rows of the journal: replaying what was said gives the very song; damage is refused; cost grows with what changed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.edits import notes, tracks
from studio.edits.history import Edit, History
from studio.errors import RicercarError, UnreadableFile
from studio.files.journal.rows import Replay, encoded
from studio.song.notes import Note, Notes, rows_from_columns
from studio.song.song import Song, Track
from tests.song_values import documents


def replayed(base: Song, rows: list[bytes]) -> Song:
    replay = Replay(base)
    for row in rows:
        replay.take(row)
    return replay.song


@settings(max_examples=80, deadline=None)
@given(st.lists(documents(), min_size=1, max_size=5))
def test_r6_replaying_the_rows_between_any_songs_gives_the_last_of_them(drawn: list[object]) -> None:
    songs = [document.song for document in drawn]  # type: ignore[attr-defined]
    rows = [encoded(before, after) for before, after in pairwise(songs)]
    assert replayed(songs[0], rows) == songs[-1]


def song_with(count: int) -> Song:
    rows = rows_from_columns(np.arange(count) * 240, 200, 40 + np.arange(count) % 40, 80, id=np.arange(2, count + 2))
    return Song(tracks=(Track(1, "Lead", notes=Notes(rows)),), next_id=count + 2)


EDITS: tuple[Edit, ...] = (
    notes.add(1, [Note(0, 480, 60)]),
    notes.remove([3, 4, 2]),
    notes.transpose([2, 3, 5, 9], 2),
    tracks.add_track("New"),
    tracks.remove_track(1),
    tracks.set_title("Another"),
    tracks.set_tempo(960, 77),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(EDITS), st.sampled_from(("undo", "redo"))), max_size=30))
def test_r6_edits_undone_and_done_again_replay_as_they_were_shown(script: list[Edit | str]) -> None:
    history = History(song_with(20))
    start, rows = history.song, []
    for act in script:
        before = history.song
        try:
            step = history.undo() if act == "undo" else history.redo() if act == "redo" else history.do(act)  # type: ignore[arg-type]
        except (KeyError, RicercarError):
            continue
        if step is not None:
            rows.append(encoded(before, history.song))
            assert replayed(start, rows) == history.song


def test_a_row_is_as_large_as_what_it_changes() -> None:
    small, large = song_with(100), song_with(50_000)
    sizes = [len(encoded(song, notes.transpose([50], 1).apply(song))) for song in (small, large)]
    assert sizes[1] <= sizes[0] + 20


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_row_is_refused_and_changes_nothing(noise: bytes, at: int, flipped: int) -> None:
    song = song_with(30)
    row = bytearray(encoded(song, notes.transpose([5, 6], 1).apply(tracks.add_track("New").apply(song))))
    row[at % len(row)] ^= flipped
    for damaged in (bytes(row) if flipped else b"", bytes(row[: at % len(row)]), noise):
        replay = Replay(song)
        with pytest.raises(UnreadableFile, match="damaged"):
            replay.take(damaged)
        assert replay.song == song


def test_a_row_cut_short_says_which_edit_it_is() -> None:
    song = song_with(3)
    replay = Replay(song)
    replay.take(encoded(song, notes.transpose([2], 1).apply(song)))
    with pytest.raises(UnreadableFile, match="Edit 2 of the journal is damaged"):
        replay.take(b"R\x05\x00")
