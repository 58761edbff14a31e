"""The metronome: clicks on the beats and only for the ear, and bars that are counted before the song begins."""

from __future__ import annotations

import numpy as np
import pytest
from ears import RATE, Diary, engine, song, track
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.click import Beats, Metronome, beats_in, count_in
from studio.audio.schedule import frame_at
from studio.song import MeterChange, TempoChange, Timeline

BEAT_FRAMES = RATE // 2


def clicking(*tracks, timeline=None):
    made = engine(song(*tracks, timeline=timeline), Diary())
    made.metronome = Metronome(RATE)
    return made


def starts_of(sound) -> list[int]:
    """Frames at which something begins after silence."""
    loud = np.abs(sound).max(axis=1) > 1e-4
    found, quiet = [], 10_000
    for at in np.flatnonzero(loud).tolist():
        if at - quiet > 2000 or not found:
            found.append(at)
        quiet = at
    return found


def test_pr_24_the_metronome_clicks_on_every_beat_and_louder_on_the_bar() -> None:
    made = clicking(track([(0, 96_000, 60)]))
    made.metronome.is_on = True
    made.play()
    sound = np.concatenate([made.render(256) for _ in range(5 * BEAT_FRAMES // 256)])
    found = starts_of(sound)
    assert np.allclose(found, [beat * BEAT_FRAMES for beat in range(5)], atol=80)
    peaks = [np.abs(sound[at : at + 2000]).max() for at in found]
    assert peaks[0] > 1.3 * peaks[1]
    assert peaks[4] > 1.3 * peaks[3]


def test_a_render_has_no_clicks_and_neither_has_one_switched_off() -> None:
    silent = clicking(track([(0, 96_000, 60)]))
    silent.play()
    assert not np.concatenate([silent.render(256) for _ in range(400)]).any()
    file = engine(song(track([(0, 96_000, 60)])), Diary())
    assert file.metronome is None


def test_pr_24_bars_are_counted_before_the_song_begins_and_the_position_runs_up_to_it() -> None:
    made = clicking(track([(3840, 960, 60)]))
    made.seek(frame_at(Timeline(), 3840, RATE))
    begin = made.frame
    made.play(count_in(Timeline(), 3840, 1, RATE))
    assert made.shown_frame == begin - 4 * BEAT_FRAMES
    counted = []
    while made.shown_frame < begin:
        assert not made.synth.told("on")
        counted.append(made.render(256))
    assert np.allclose(starts_of(np.concatenate(counted)), [beat * BEAT_FRAMES for beat in range(4)], atol=80)
    frame = made.frame
    made.render(256)
    assert frame - begin < 256
    assert made.synth.told("on")
    assert made.frame == frame + 256


def test_pausing_in_the_count_in_leaves_the_music_where_it_was() -> None:
    made = clicking(track([(0, 960, 60)]))
    made.play(count_in(Timeline(), 0, 2, RATE))
    made.render(256)
    assert made.shown_frame < 0
    made.pause()
    made.render(256)
    assert made.shown_frame == made.frame == 0


@pytest.mark.parametrize(("meter", "beats", "accents"), [((3, 4), 3, 1), ((6, 8), 6, 1), ((7, 8), 7, 1)])
def test_the_count_in_has_the_beats_of_the_meter(meter, beats, accents) -> None:
    timeline = Timeline(meters=(MeterChange(0, *meter),))
    counted = count_in(timeline, 0, 1, RATE)
    assert len(counted.beats) == beats
    assert sum(accent for _, accent in counted.beats) == accents
    assert counted.beats[0] == (0, True)


def test_from_the_middle_of_a_bar_the_accents_stay_on_bar_lines() -> None:
    counted = count_in(Timeline(), 3840 + 1440, 1, RATE)
    assert counted.beats == ((BEAT_FRAMES // 2, False), (3 * BEAT_FRAMES // 2, False), (5 * BEAT_FRAMES // 2, True),
                             (7 * BEAT_FRAMES // 2, False))  # fmt: skip
    assert count_in(Timeline(), 0, 0, RATE) is None


@given(st.integers(0, 400), st.integers(1, 12), st.sampled_from([2, 4, 8]), st.integers(0, 60), st.integers(1, 40))
def test_beats_over_a_change_of_meter_are_those_of_the_bars(bar, numerator, denominator, from_bar, bars) -> None:
    at = Timeline().bar_start(bar + 1)
    meters = (MeterChange(0, 4, 4), MeterChange(at, numerator, denominator)) if at else (MeterChange(0, numerator, denominator),)
    timeline = Timeline(meters=meters)
    span = timeline.bar_span(from_bar + 1, from_bar + bars)
    ticks, accents = beats_in(timeline, span)
    lines = [tick for _, tick in timeline.bar_lines(span)]
    assert ticks[accents].tolist() == lines
    assert np.all(np.diff(ticks) > 0)
    assert sum(timeline.meter_at(tick).numerator for tick in lines) == len(ticks)


def test_beats_are_found_wherever_one_looks_first() -> None:
    timeline = Timeline(tempos=(TempoChange(0, 500_000), TempoChange(9600, 300_000)))
    whole = Beats(timeline, RATE).between(0, 60 * RATE)
    beats, pieces = Beats(timeline, RATE), []
    for first in (*range(40 * RATE, 60 * RATE, 256), *range(0, 40 * RATE, 256)):
        pieces += beats.between(first, first + 256)
    assert sorted(pieces) == whole
    assert [frame for frame, _ in whole] == [frame_at(timeline, 960 * beat, RATE) for beat in range(len(whole))]


def test_turning_at_the_end_of_a_loop_goes_on_in_time() -> None:
    made = clicking(track([(0, 960, 60)]))
    made.metronome.is_on = True
    made.set_loop((0, 2 * BEAT_FRAMES))
    made.play()
    sound = np.concatenate([made.render(256) for _ in range(8 * BEAT_FRAMES // 256)])
    assert np.allclose(np.diff(starts_of(sound)), BEAT_FRAMES, atol=80)
    assert made.turns == 4
