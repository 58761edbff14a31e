"""Tempo ramps and gliding controllers: what is heard is what is exported, in steps as fine as promised."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.files.midi.reading import song_from_bytes
from studio.files.midi.writing import bytes_of
from studio.song.controls import BEND, CONTROLLER, DRAWN, GLIDE_TICKS, Controls
from studio.song.song import Song, Track
from studio.song.tempo import STEP_BPM, STEP_TICKS, TempoChange, stepped
from studio.song.timeline import Marker, Timeline

BPMS = st.integers(20, 400)


def change(tick: int, bpm: float, is_ramp: bool = False) -> TempoChange:
    return TempoChange(tick, round(60e6 / bpm), is_ramp)


@given(BPMS, BPMS, st.integers(1, 40_000))
def test_pr26_a_ramp_goes_in_steps_no_coarser_than_a_sixteenth_or_half_a_beat(first: int, last: int, length: int) -> None:
    steps = stepped((change(0, first, True), change(length, last)))
    assert (steps[0].tick, steps[-1].tick) == (0, length)
    assert not any(step.is_ramp for step in steps)
    for here, there in pairwise(steps):
        assert there.tick - here.tick <= STEP_TICKS or abs(there.bpm - here.bpm) <= STEP_BPM + 0.1
    rises = np.sign(np.diff([step.us_per_beat for step in steps]))
    assert set(rises.tolist()) <= {0, np.sign(first - last)}


def test_pr26_a_ramp_lasts_about_as_long_as_its_mean_tempo() -> None:
    timeline = Timeline((change(0, 60, True), change(38_400, 120)))
    exact = 40 * 60 / 60 * np.log(2)  # 40 quarters whose tempo rises evenly from 60 to 120
    assert float(timeline.seconds_at(38_400)) == pytest.approx(exact, rel=0.01)
    assert float(timeline.ticks_at(timeline.seconds_at(12_345))) == pytest.approx(12_345)


@given(BPMS, BPMS, st.integers(1, 20_000))
def test_pr26_a_ramp_survives_midi_as_it_sounds(first: int, last: int, length: int) -> None:
    timeline = Timeline((change(0, first, True), change(length, last), change(length + 960, first)))
    data, _ = bytes_of(Song(tracks=(Track(1, "One"),), timeline=timeline, next_id=2))
    again = song_from_bytes(data, "x.mid").song.timeline
    assert again.tempos == timeline.tempo_steps
    assert np.array_equal(again.seconds_at(range(0, 30_000, 777)), timeline.seconds_at(range(0, 30_000, 777)))


def test_pr26_a_ramp_without_a_next_change_is_none() -> None:
    assert stepped((change(0, 100, True),)) == (change(0, 100),)


@given(st.integers(0, 127), st.integers(0, 127), st.integers(1, 9_999))
def test_pr25_a_glide_is_thinned_to_what_changes(first: int, last: int, length: int) -> None:
    played = Controls(np.array([(100, CONTROLLER, 11, first, True), (100 + length, CONTROLLER, 11, last, False)], DRAWN)).points
    assert (played["tick"][0], played["tick"][-1]) == (100, 100 + length)
    assert (played["value"][0], played["value"][-1]) == (first, last)
    assert len(played) <= abs(first - last) + 2
    steps = np.diff(played["tick"])
    assert not len(steps[:-1]) or steps[:-1].min() >= GLIDE_TICKS
    assert all(value != before for before, value in zip(played["value"][:-2], played["value"][1:-1], strict=True))


def test_pr25_lanes_glide_each_by_itself_and_survive_midi_as_they_sound() -> None:
    drawn = np.array(
        [
            (0, CONTROLLER, 1, 0, True),
            (0, BEND, 0, -8192, True),
            (480, CONTROLLER, 11, 5, True),
            (960, BEND, 0, 8191, False),
            (1920, CONTROLLER, 1, 127, False),
        ],
        DRAWN,
    )
    controls = Controls(drawn)
    bends = controls.points[controls.points["kind"] == BEND]
    assert len(bends) == 960 // GLIDE_TICKS + 1
    assert (np.diff(bends["value"]) > 0).all()
    data, _ = bytes_of(Song(tracks=(Track(1, "One", controls=controls),), next_id=2), {"preset": "as read"})
    again = song_from_bytes(data, "x.mid").song.tracks[0].controls
    for kind, number in ((CONTROLLER, 1), (CONTROLLER, 11), (BEND, 0)):
        mine, theirs = controls.points[controls.points["kind"] == kind], again.points[again.points["kind"] == kind]
        assert np.array_equal(mine[mine["number"] == number], theirs[theirs["number"] == number])


def test_pr27_sections_reach_to_the_next_and_the_last_to_the_end() -> None:
    timeline = Timeline(markers=(Marker(0, "A", True), Marker(100, "here"), Marker(3840, "B", True)))
    assert [(s.marker.text, s.span.start_tick, s.span.end_tick) for s in timeline.sections(9_000)] == [
        ("A", 0, 3840),
        ("B", 3840, 11_520),
    ]
    assert Timeline().sections(9_000) == []
