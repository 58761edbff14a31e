"""Whatever a model returns, what enters the song keeps the promises of the mask."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.edits.takes import keep
from studio.generation.contract import Request, Take
from studio.generation.enforce import EmptyTake, enforced
from studio.generation.request_text import request_text, take_origin
from studio.song.notes import LOCKED, ROW, Note, Notes, Rows, ends, rows_of
from studio.song.region import Mask, Region
from studio.song.song import Song, Track
from studio.song.ticks import Span

SPAN = Span(1000, 3000)

garbage_notes = st.builds(
    Note,
    start_tick=st.integers(-500, 4000),
    length_ticks=st.integers(-10, 3000),
    pitch=st.integers(58, 62),
    velocity=st.integers(0, 255),
    flags=st.integers(0, 3),
    id=st.integers(0, 99),
)
song_notes = st.builds(
    Note,
    start_tick=st.integers(0, 3500),
    length_ticks=st.integers(1, 1500),
    pitch=st.integers(58, 62),
    flags=st.sampled_from([0, 0, LOCKED]),
)


def song_of(notes: list[Note]) -> Song:
    numbered = [replace(note, id=at) for at, note in enumerate(notes, 10)]
    return Song(tracks=(Track(1, "One").with_notes(Notes.EMPTY.laid(rows_of(numbered))), Track(2, "Two")), next_id=1000)


def take_of(rows: Rows, request: Request) -> Take:
    return Take(1, request.span, ((1, rows), (2, rows)), take_origin(request, 1, "", ""))


@given(st.lists(song_notes, max_size=15), st.lists(garbage_notes, max_size=30), st.integers(57, 61), st.integers(60, 63))
def test_a_garbage_model_keeps_every_promise(present: list[Note], made: list[Note], low: int, high: int) -> None:
    song = song_of(present)
    request = Request("fill", "garbage", song, Mask(Region((1,), SPAN), low, high))
    take = take_of(rows_of(made), request)
    try:
        take = enforced(take, request)
    except EmptyTake:
        return
    assert [track_id for track_id, _ in take.parts] == [1]
    rows = take.rows
    assert ((rows["start"] >= SPAN.start_tick) & (ends(rows) <= SPAN.end_tick)).all()
    assert ((rows["pitch"] >= low) & (rows["pitch"] <= high) & (rows["length"] > 0)).all()
    assert ((rows["velocity"] >= 1) & (rows["velocity"] <= 127)).all()
    assert not rows["id"].any()
    assert not rows["flags"].any()

    after = keep(take.parts, request.mask, take.origin, "keep").apply(song)
    before_rows, after_rows = song.track(1).notes.rows, after.track(1).notes.rows
    free = (before_rows["start"] >= SPAN.start_tick) & (before_rows["start"] < SPAN.end_tick)
    free &= (before_rows["pitch"] >= low) & (before_rows["pitch"] <= high) & (before_rows["flags"] & LOCKED == 0)
    survivors = after_rows[np.isin(after_rows["id"], before_rows["id"])]
    assert survivors.tolist() == before_rows[~free].tolist()
    assert len(after_rows) == len(survivors) + len(rows)
    assert after.track(2) is song.track(2)
    for pitch in np.unique(after_rows["pitch"]):
        voice = after_rows[after_rows["pitch"] == pitch]
        assert (ends(voice)[:-1] <= voice["start"][1:]).all()


def test_an_honest_take_is_left_as_it_is() -> None:
    request = Request("continue", "any", song_of([]), Mask(Region((1,), SPAN)))
    rows = rows_of([Note(1000, 500, 60, 90), Note(1500, 500, 64, 80), Note(2000, 1000, 60, 70)])
    assert enforced(take_of(rows, request), request).rows.tolist() == rows.tolist()


def test_an_empty_take_is_a_sentence() -> None:
    request = Request("continue", "any", song_of([]), Mask(Region((1,), SPAN)))
    with pytest.raises(EmptyTake, match="without a note"):
        enforced(take_of(np.zeros(0, ROW), request), request)


def test_the_request_is_recorded_without_the_song() -> None:
    request = Request("fill", "m", song_of([]), Mask(Region((1,), SPAN)), (2,), {"temperature": 0.9}, 5, 3)
    assert request_text(request) == request_text(replace(request, song=song_of([Note(0, 10, 60)])))
    origin = take_origin(request, 2, "ab", "0.1")
    assert (origin.seed, origin.take, origin.capability, origin.version) == (5, 2, "fill", "0.1")
    assert '"temperature": 0.9' in origin.request
