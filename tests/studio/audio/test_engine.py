"""The engine: exact onsets, transport, loop, chase, edits while playing, sounds of audio tracks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from ears import DRUMS, DRY, FRAMES_PER_TICK, ORGAN, RATE, WOODBLOCK, Diary, engine, loudness, rendered, small_font, song, track

from studio.audio.engine import Engine
from studio.audio.mixer import Mix
from studio.audio.schedule import Scheduler
from studio.audio.synth import FluidSynth
from studio.song import AudioClip, Instrument, Note, Notes, Track
from studio.song.controls import BEND, CONTROLLER, PROGRAM

BEAT = 960
BEAT_FRAMES = BEAT * FRAMES_PER_TICK


@pytest.fixture
def synth():
    made = FluidSynth(small_font(), RATE, 4)
    yield made
    made.close()


def test_onsets_lie_within_32_frames_of_their_place(synth):
    gaps = np.random.default_rng(3).integers(500, 700, 60)
    places = np.concatenate(([0], np.cumsum(gaps)))
    made = engine(song(track([(int(place), 100, WOODBLOCK, 110) for place in places], instrument=DRUMS)), synth)
    made.play()
    sound = np.abs(rendered(made, int(places[-1]) * FRAMES_PER_TICK + RATE)).max(axis=1)
    # How long the sample itself takes to be heard, measured on the note at the very beginning.
    own = int(np.argmax(sound > 1e-3))
    errors = []
    for place in places[1:] * FRAMES_PER_TICK:
        window = sound[place - 400 : place + 400 + own]
        assert window[:300].max() < 5e-3, "the note before still sounds"
        errors.append(int(np.argmax(window > 5e-3)) - 400 - own)
    assert max(map(abs, errors)) <= 33
    assert abs(np.mean(errors)) < 10


def test_nothing_sounds_before_play_and_everything_stops_after_panic(synth):
    made = engine(song(track([(0, 100 * BEAT, pitch) for pitch in (48, 60, 64, 67)], strip=replace(DRY, reverb=100))), synth)
    assert loudness(rendered(made, RATE // 4)) < 1e-5
    made.play()
    assert loudness(rendered(made, RATE)) > 0.01
    made.panic()
    faded = made.render(256)
    after = rendered(made, RATE)
    assert np.abs(np.diff(faded[:, 0])).max() < 0.1
    assert np.abs(after).max() < 1e-4, "below -80 dBFS"
    assert not made.is_playing


def test_after_panic_it_plays_as_before(synth):
    piece = song(track([(0, 4 * BEAT, 60)], instrument=Instrument(40)))
    made = engine(piece, synth)
    made.play()
    before = loudness(rendered(made, RATE))
    made.panic()
    made.seek(0)
    made.play()
    rendered(made, 512)
    assert loudness(rendered(made, RATE)) == pytest.approx(before, rel=0.2)


def test_pause_releases_and_lifts_the_pedal(synth):
    made = engine(song(track([(0, 100 * BEAT, 60)], instrument=Instrument(0), points=[(0, CONTROLLER, 64, 127)])), synth)
    made.play()
    rendered(made, RATE // 2)
    place = made.frame
    made.pause()
    rendered(made, 2 * RATE)
    assert loudness(rendered(made, RATE)) < 1e-4
    assert made.frame == place


def test_a_seek_does_not_click(synth):
    made = engine(song(track([(0, 100 * BEAT, 60), (0, 100 * BEAT, 67)])), synth)
    made.play()
    steady = np.abs(np.diff(rendered(made, RATE)[:, 0])).max()
    made.seek(50 * BEAT_FRAMES)
    assert np.abs(np.diff(rendered(made, 4096)[:, 0])).max() < 1.5 * steady


def test_chase_tells_a_channel_what_it_would_have_heard():
    points = [(0, CONTROLLER, 7, 10), (BEAT, CONTROLLER, 7, 90), (BEAT, BEND, 0, 2000), (2 * BEAT, PROGRAM, 0, 30)]
    points += [(9 * BEAT, CONTROLLER, 7, 1)]
    diary = Diary()
    made = engine(song(track([(0, 8 * BEAT, 60, 99), (3 * BEAT, BEAT, 62)], points=points, instrument=Instrument(5))), diary)
    assert diary.told("instrument") == [(0, "instrument", (0, 0, 5, 0))]
    diary.calls.clear()
    made.seek(4 * BEAT_FRAMES)
    made.play()
    assert [call[1:] for call in diary.calls] == [
        ("instrument", (0, 0, 30, 0)),
        ("cc", (0, 7, 90)),
        ("bend", (0, 2000)),
        ("on", (0, 60, 99)),
    ], "the note of a beat that ended is not begun again, the long one is"
    diary.calls.clear()
    made.seek(0)
    made.render(256)
    assert ("silence", ()) in [call[1:] for call in diary.calls]
    assert {("instrument", (0, 0, 5, 0)), ("cc", (0, 7, 100)), ("bend", (0, 0))} <= {call[1:] for call in diary.calls}


def test_a_loop_repeats_to_the_frame_and_leaves_no_note_behind():
    diary = Diary()
    made = engine(song(track([(0, BEAT, 60), (3 * BEAT, 3 * BEAT, 64), (5 * BEAT, BEAT, 67)])), diary)
    made.set_loop((0, 4 * BEAT_FRAMES))
    made.play()
    rendered(made, 40 * BEAT_FRAMES)
    starts = [frame for frame, _, values in diary.told("on") if values[1] == 60]
    assert starts == [turn * 4 * BEAT_FRAMES for turn in range(len(starts))]
    assert len(starts) >= 10
    cut = [frame for frame, _, values in diary.told("off") if values[1] == 64]
    assert cut == [(turn + 1) * 4 * BEAT_FRAMES for turn in range(len(cut))]
    assert not [call for call in diary.calls if call[2][1:2] == (67,)]


def test_a_loop_is_seamless_for_a_sound_that_fills_it():
    piece, sounds = song(Track(1, "Take", is_audio=True, clips=(AudioClip(1, "a", 0, 10.0, fade_in_s=0, fade_out_s=0),))), {}
    sounds["a"] = np.full((10 * RATE, 2), 0.5, np.float32)
    made = Engine(Diary(), Mix.of(piece, {1: 0}, 4))
    made.install(Scheduler(RATE).schedule(piece, {1: 0}, sounds))
    made.set_loop((6400, 6400 + 64 * 101))
    made.seek(6400)
    made.play()
    assert np.allclose(rendered(made, 3 * RATE), 0.5, atol=1e-6)


def test_playing_ends_at_the_end_and_goes_back():
    made = engine(song(track([(0, BEAT, 60)])), Diary())
    made.stops_at, made.returns_to = BEAT_FRAMES, 6400
    made.play()
    rendered(made, 2 * BEAT_FRAMES)
    assert not made.is_playing
    assert made.frame == 6400


def test_an_edit_while_playing_releases_what_is_gone_and_keeps_the_rest():
    diary = Diary()
    whole = track([(0, 8 * BEAT, 60), (0, 8 * BEAT, 64)])
    made = engine(song(whole), diary)
    made.play()
    rendered(made, BEAT_FRAMES)
    diary.calls.clear()
    without = replace(whole, notes=Notes.of([Note(0, 8 * BEAT, 60), Note(2 * BEAT, BEAT, 70, id=5)]))
    made.install(Scheduler(RATE).schedule(song(without), {1: 0}))
    assert [call[1:] for call in diary.calls] == [("off", (0, 64))]
    rendered(made, 2 * BEAT_FRAMES)
    assert diary.told("on") == [(2 * BEAT_FRAMES, "on", (0, 70, 80))]


def test_a_changed_instrument_is_heard_from_now_on():
    diary = Diary()
    made = engine(song(track([(0, 8 * BEAT, 60)])), diary)
    diary.calls.clear()
    made.install(Scheduler(RATE).schedule(song(track([(0, 8 * BEAT, 60)], instrument=DRUMS)), {1: 0}))
    assert [call[1:] for call in diary.calls] == [("instrument", (0, 0, 0, 1))]


def test_a_sound_starts_at_its_exact_frame_with_gain_and_fades():
    clip = AudioClip(1, "a", start_tick=777, duration_s=0.1, trim_s=0.05, gain_db=-6.0206, fade_in_s=0.01, fade_out_s=0.02)
    piece = song(Track(1, "Take", is_audio=True, clips=(clip,)))
    ramp = np.arange(RATE, dtype=np.float32)[:, None] / RATE * np.ones(2, np.float32)
    made = Engine(Diary(), Mix.of(piece, {1: 0}, 4))
    made.install(Scheduler(RATE).schedule(piece, {1: 0}, {"a": ramp}))
    made.play()
    heard = rendered(made, RATE)[:, 0]
    first = 777 * FRAMES_PER_TICK
    assert np.flatnonzero(heard)[0] == first + 1, "a fade begins at nothing"
    assert np.flatnonzero(heard)[-1] == first + 4799
    middle = first + 2000
    assert heard[middle] == pytest.approx(0.5 * (2400 + 2000) / RATE, rel=1e-4)
    assert heard[first + 240] == pytest.approx(0.5 * 0.5 * (2400 + 240) / RATE, rel=1e-3)


def test_pausing_inside_a_sound_does_not_click():
    piece = song(Track(1, "Take", is_audio=True, clips=(AudioClip(1, "a", 0, 1.0, fade_in_s=0, fade_out_s=0),)))
    made = Engine(Diary(), Mix.of(piece, {1: 0}, 4))
    made.install(Scheduler(RATE).schedule(piece, {1: 0}, {"a": np.ones((RATE, 2), np.float32)}))
    made.play()
    before = rendered(made, 2560)
    made.pause()
    heard = np.concatenate((before, rendered(made, 1024)))[:, 0]
    assert np.abs(np.diff(heard)).max() < 0.01
    assert heard[-1] == 0.0


def test_a_new_synth_takes_over_at_the_same_place():
    first, second = Diary(2), Diary(8)
    piece = song(track([(0, 8 * BEAT, 60)], instrument=ORGAN))
    made = engine(piece, first)
    made.play()
    rendered(made, BEAT_FRAMES)
    assert made.use(second, Mix.of(piece, {1: 0}, 8)) is first
    assert {("instrument", (0, 0, 16, 0)), ("on", (0, 60, 80))} <= {call[1:] for call in second.calls}
    assert made.render(256).shape == (256, 2)
