"""The drum codec: what goes in comes out, what cannot is said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.representations.drums import (
    GENERAL_MIDI,
    KIT,
    OUT_PITCHES,
    STEP_TICKS,
    TAP_VOICE,
    VOICE_COUNT,
    VOICES,
    read_groove,
    tapped,
    written,
)
from backends.representations.groove_scene import cross_faded, windows_of
from studio.song.notes import Note, rows_of

HITS = st.dictionaries(
    st.tuples(st.integers(0, 31), st.sampled_from(sorted(KIT))),
    st.tuples(st.integers(-119, 119), st.integers(1, 127)),
    max_size=60,
)


@given(HITS)
def test_a_round_trip_gives_back_every_tick_velocity_and_sound(hits: dict[tuple[int, int], tuple[int, int]]) -> None:
    cells = {(step, KIT[pitch]): Note(3840 + step * STEP_TICKS + shift, 120, pitch, velocity)
             for (step, pitch), (shift, velocity) in hits.items()}  # fmt: skip
    rows = rows_of(sorted(cells.values(), key=lambda note: (note.start_tick, note.pitch)))
    reading = read_groove(rows, 3840, 32, KIT)
    again = written(reading.groove, 3840)
    for name in ("start", "pitch", "velocity"):
        assert again[name].tolist() == rows[name].tolist()
    assert not reading.lost
    assert not reading.outside


def test_what_is_written_falls_into_its_own_voice_in_every_table() -> None:
    for table in (KIT, GENERAL_MIDI):
        assert [table[pitch] for pitch in OUT_PITCHES.tolist()] == list(range(VOICE_COUNT))
    assert VOICES[KIT[58]] == "low tom"
    assert VOICES[GENERAL_MIDI[58]] == "crash"


def test_later_than_the_grid_is_positive() -> None:
    groove = read_groove(rows_of([Note(24, 10, 36), Note(240 - 24, 10, 38)]), 0, 16).groove
    assert groove.offsets[0, 0] == pytest.approx(0.1)
    assert groove.offsets[1, 1] == pytest.approx(-0.1)


def test_the_louder_of_two_stays_and_the_other_is_counted() -> None:
    reading = read_groove(rows_of([Note(0, 10, 38, 40), Note(60, 10, 40, 90)]), 0, 16)
    assert reading.lost == 1
    assert reading.groove.pitches[0, 1] == 40
    assert "too close" in str(reading.remarks[0])


def test_a_pitch_outside_the_table_is_reported() -> None:
    reading = read_groove(rows_of([Note(0, 10, 100), Note(0, 10, 36)]), 0, 16)
    assert reading.outside == {100: 1}
    assert "100" in str(reading.remarks[0])


@given(HITS)
def test_a_tap_has_a_note_where_there_was_one_and_no_velocity(hits: dict[tuple[int, int], tuple[int, int]]) -> None:
    rows = rows_of([Note(step * STEP_TICKS, 10, pitch, velocity) for (step, pitch), (_, velocity) in hits.items()])
    groove = read_groove(rows, 0, 32, KIT).groove
    tap = tapped(groove)
    assert (tap.hits[:, TAP_VOICE] == groove.hits.any(1)).all()
    assert tap.hits.sum() == groove.hits.any(1).sum()
    assert not tap.velocities.any()


@given(st.integers(1, 9))
def test_tiles_cover_every_step_once_and_leave_no_seam(bars: int) -> None:
    groove = read_groove(rows_of([Note(0, 10, 36)]), 0, bars * 16).groove
    windows = windows_of(groove)
    level = np.full((len(windows), 32, VOICE_COUNT), 0.25, np.float32)
    assert np.allclose(cross_faded(level, bars * 16), 0.25)
    assert len(cross_faded(level, bars * 16)) == bars * 16
    if len(windows) > 1:
        jumping = np.zeros_like(level) + np.arange(len(windows))[:, None, None] % 2
        assert np.abs(np.diff(cross_faded(jumping, bars * 16)[:, 0])).max() < 0.15
