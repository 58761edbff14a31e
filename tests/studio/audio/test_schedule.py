"""Song to schedule: frames, order, tempo, controllers, chase, and what is worked out again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from ears import FRAMES_PER_TICK, RATE, song, track
from hypothesis import given
from hypothesis import strategies as st

from studio.audio import schedule as kinds
from studio.audio.schedule import Scheduler, slots_of
from studio.song import MeterChange, Note, Notes, TempoChange, Timeline
from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, PRESSURE, PROGRAM
from studio.song.notes import MUTED


def scheduled(piece, rate=RATE):
    return Scheduler(rate).schedule(piece, slots_of(piece))


def events(made, *wanted):
    return [tuple(row) for row in made.events.tolist() if not wanted or row[2] in wanted]


@given(
    st.lists(st.tuples(st.integers(0, 50_000), st.integers(1, 3000), st.integers(0, 127)), max_size=40),
    st.integers(100_000, 2_000_000),
    st.sampled_from([22_050, 44_100, 48_000, 96_000]),
)
def test_every_event_is_on_the_grid_in_order_within_half_a_block(notes, us_per_beat, rate):
    timeline = Timeline(tempos=(TempoChange(0, 500_000), TempoChange(9_600, us_per_beat)), meters=(MeterChange(0, 4, 4),))
    made = scheduled(song(track(notes), timeline=timeline), rate)
    assert (made.events["frame"] % 64 == 0).all()
    assert (np.diff(made.events["frame"]) >= 0).all()
    same = np.diff(made.events["frame"]) == 0
    assert (np.diff(made.events["kind"].astype(int))[same] >= 0).all()
    assert (made.notes["off"] > made.notes["on"]).all()
    true = np.sort(timeline.seconds_at(np.array([note[0] for note in notes], int)) * rate)
    assert (np.abs(made.notes["on"] - true) <= 32.001).all()


def test_a_tempo_change_moves_what_follows():
    timeline = Timeline(tempos=(TempoChange(0, 500_000), TempoChange(1920, 250_000)))
    made = scheduled(song(track([(0, 960, 60), (1920, 960, 62), (2880, 960, 64)]), timeline=timeline))
    assert made.notes["on"].tolist() == [0, 48_000, 60_032 - 32 if 60_000 % 64 == 0 else round(60_000 / 64) * 64]


def test_muted_notes_and_tracks_without_a_slot_are_left_out():
    sounding, muted = Note(0, 100, 60), Note(0, 100, 64, flags=MUTED, id=2)
    piece = song(replace(track(), notes=Notes.of([sounding, muted])), track([(0, 9, 9)], number=2))
    made = Scheduler(RATE).schedule(piece, {1: 0})
    assert [(row[1], row[3]) for row in events(made, kinds.ON)] == [(0, 60)]


def test_repeated_notes_end_before_they_begin_again():
    made = scheduled(song(track([(0, 960, 60), (960, 960, 60)])))
    at_the_seam = [row[2] for row in events(made) if row[0] == 960 * FRAMES_PER_TICK]
    assert at_the_seam == [kinds.OFF, kinds.ON]


def test_all_kinds_of_controls_come_through_before_the_note_they_belong_to():
    points = [
        (960, PROGRAM, 8 * 128, 24), (960, CONTROLLER, 7, 90), (960, BEND, 0, -8192), (960, PRESSURE, 0, 5),
        (960, KEY_PRESSURE, 60, 6), (960, CONTROLLER, 123, 0), (960, CONTROLLER, 0, 1),
    ]  # fmt: skip
    made = scheduled(song(track([(960, 960, 60, 99)], points=points)))
    frame = 24_000
    assert events(made)[:6] == [
        (frame, 0, kinds.PROGRAM, 8 * 128, 24),
        (frame, 0, kinds.CONTROLLER, 7, 90),
        (frame, 0, kinds.BEND, 0, -8192),
        (frame, 0, kinds.PRESSURE, 0, 5),
        (frame, 0, kinds.KEY_PRESSURE, 60, 6),
        (frame, 0, kinds.ON, 60, 99),
    ]


def test_settings_at_a_frame_are_the_last_of_each_kind():
    points = [
        (0, CONTROLLER, 7, 10),
        (960, CONTROLLER, 7, 20),
        (960, CONTROLLER, 1, 3),
        (1920, BEND, 0, 99),
        (9600, PROGRAM, 0, 5),
    ]
    made = scheduled(song(track(points=points), track(number=2)))
    assert made.settings_at(0) == {}
    found = {(kinds.CONTROLLER, 7): (7, 20), (kinds.CONTROLLER, 1): (1, 3), (kinds.BEND, 0): (0, 99)}
    assert made.settings_at(100_000) == {0: found}


def test_a_bend_range_set_by_registered_parameters_is_chased_as_one():
    sequence = [(0, CONTROLLER, 101, 0), (0, CONTROLLER, 100, 0), (0, CONTROLLER, 6, 12), (0, CONTROLLER, 101, 127)]
    made = scheduled(song(track(points=sequence)))
    assert made.settings_at(10_000) == {0: {(kinds.BEND_RANGE, 0): (0, 12)}}


def test_only_what_changed_is_scheduled_again():
    first, second = track([(0, 960, 60)]), track([(0, 960, 64)], number=2)
    scheduler, slots = Scheduler(RATE), {1: 0, 2: 1}
    scheduler.schedule(song(first, second), slots)
    before = {track_id: known[2] for track_id, known in scheduler._known.items()}
    piece = song(first, replace(second, notes=Notes.of([Note(0, 10, 1)])), timeline=scheduler._timeline)
    made = scheduler.schedule(piece, slots)
    assert scheduler._known[1][2] is before[1]
    assert scheduler._known[2][2] is not before[2]
    assert made.notes["key"].tolist() == [60, 1]


def test_slots_stay_with_their_tracks():
    before = slots_of(song(track(number=5), track(number=6), track(number=7)))
    after = slots_of(song(track(number=7), track(number=9), track(number=5)), before)
    assert (after[7], after[5]) == (before[7], before[5])
    assert len(set(after.values())) == 3
    many = slots_of(song(*(track(number=number) for number in range(1, 140))))
    assert len(many) == 128
