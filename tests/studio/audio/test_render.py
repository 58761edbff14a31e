"""Rendering to blocks: the same each time, stems that add up, tails, limits, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from ears import DRUMS, DRY, RATE, loudness, small_font, song, track

from studio.audio.render import render
from studio.errors import AudioUnavailable, UnreadableFile
from studio.jobs.progress import Cancelled, Progress
from studio.song import AudioClip, Instrument, Strip, TempoChange, Timeline, Track

WET = Strip(reverb=80, chorus=60)


def a_piece(**strips):
    return song(
        track([(beat * 960, 900, 60 + beat % 5) for beat in range(8)], instrument=Instrument(0), strip=strips.get("piano", WET)),
        track([(0, 7680, 48), (0, 7680, 55)], number=2, instrument=Instrument(48), strip=strips.get("strings", WET)),
        track([(beat * 480, 100, 36 + beat % 7) for beat in range(16)], number=3, instrument=DRUMS, strip=WET),
    )


def whole(piece, **options):
    return np.concatenate(list(render(piece, soundfont=small_font(), **options)))


def test_two_renders_are_equal_to_the_last_bit():
    assert whole(a_piece()).tobytes() == whole(a_piece()).tobytes()


def test_stems_add_up_to_the_mix():
    piece = a_piece(piano=replace(WET, gain_db=-9, pan=-60), strings=replace(WET, gain_db=-3, pan=30))
    mix = whole(piece)
    stems = np.concatenate(list(render(piece, soundfont=small_font(), stems=True)), axis=1)
    assert stems.shape == (3, *mix.shape)
    assert float(np.abs(stems.sum(axis=0) - mix).max()) < 1e-5
    assert all(loudness(stem) > 1e-3 for stem in stems)


def test_mute_solo_and_faders_are_heard():
    alone = whole(a_piece(piano=replace(WET, is_solo=True)))
    quieter = whole(a_piece(piano=replace(WET, is_solo=True, gain_db=-6.0206)))
    length = min(len(alone), len(quieter))
    assert np.allclose(alone[:length] / 2, quieter[:length], atol=1e-5)
    assert loudness(whole(a_piece(piano=replace(WET, is_muted=True)))) < loudness(whole(a_piece()))
    left = whole(a_piece(piano=replace(WET, is_solo=True, pan=-100)))
    assert loudness(left[:, 1:]) == 0.0
    assert loudness(left[:, :1]) > loudness(alone) * 0.9


def test_tempo_sets_the_length_and_the_tail_dies_away():
    slow = Timeline(tempos=(TempoChange(0, 1_000_000),))
    notes = [(0, 960, 60, 100)]
    made = whole(song(track(notes, instrument=Instrument(0), strip=WET), timeline=slow))
    assert len(made) / RATE > 1.0 + 0.5
    assert len(made) / RATE < 1.0 + 10.1
    assert loudness(made[int(0.9 * RATE) : RATE]) > 1e-3
    assert float(np.abs(made[-RATE // 3 :]).max()) < 1e-4


def test_nothing_clips_however_loud():
    loud = Strip(gain_db=6.0)
    piece = song(*(track([(0, 1920, 60), (0, 1920, 64), (0, 1920, 67)], number=n, strip=loud) for n in range(1, 9)))
    made = whole(piece)
    assert float(np.abs(made).max()) <= 1.0
    assert float(np.abs(made).max()) > 0.9


@pytest.mark.parametrize("rate", [22_050, 44_100, 96_000])
def test_any_rate_gives_the_same_music(rate):
    piece = song(track([(0, 1920, 69)], instrument=Instrument(80), strip=DRY))
    made = whole(piece, rate=rate)[:rate, 0]
    spectrum = np.abs(np.fft.rfft(made * np.hanning(len(made))))
    # An A of 440 Hz has its strongest partial there or at a multiple of it.
    assert (np.argmax(spectrum) * rate / len(made) / 440) % 1 == pytest.approx(0, abs=0.02)


def test_audio_tracks_sound_at_any_rate_of_their_file(tmp_path):
    import soundfile

    time = np.arange(22_050) / 22_050
    path = tmp_path / "tone.wav"
    soundfile.write(path, 0.25 * np.sin(2 * np.pi * 441 * time), 22_050)
    piece = song(Track(1, "Take", is_audio=True, clips=(AudioClip(1, "tone", 960, 1.0),)))
    made = whole(piece, sounds={"tone": path})
    assert np.abs(made[: RATE // 2]).max() < 1e-6
    assert np.abs(made[RATE // 2 + 4800 : RATE // 2 + 9600]).max() == pytest.approx(0.25, rel=0.02)
    path.write_bytes(b"no sound at all")
    with pytest.raises(UnreadableFile, match=r"«tone\.wav» cannot be read"):
        whole(piece, sounds={"tone": path})


def test_an_empty_song_is_a_short_silence():
    made = whole(song(track()))
    assert 0.4 < len(made) / RATE < 1.0
    assert loudness(made) < 1e-4


def test_more_tracks_than_sixteen():
    piece = song(*(track([(960 * n, 900, 60)], number=n + 1, instrument=Instrument(n)) for n in range(20)))
    stems = np.concatenate(list(render(piece, soundfont=small_font(), stems=True)), axis=1)
    assert len(stems) == 20
    assert all(loudness(stem) > 1e-4 for stem in stems)


def test_progress_is_reported_and_cancel_is_obeyed():
    seen = []
    progress = Progress(lambda done, total, note: seen.append(done / total))
    blocks = render(a_piece(), soundfont=small_font(), progress=progress)
    next(blocks)
    progress.cancel()
    with pytest.raises(Cancelled):
        next(blocks)
    assert seen
    assert 0 < seen[0] < 1


def test_a_missing_soundfont_is_said_before_anything_is_rendered(tmp_path):
    with pytest.raises(AudioUnavailable, match=r"none\.sf2"):
        next(render(a_piece(), soundfont=tmp_path / "none.sf2"))


def test_shared_effects_units_give_the_same_mix_as_one_for_each_track():
    """Three tracks in two kinds of strip."""
    quiet = replace(WET, gain_db=-6, pan=40)
    piece = a_piece(piano=quiet, strings=quiet)
    stems = np.concatenate(list(render(piece, soundfont=small_font(), stems=True)), axis=1)
    mix = whole(piece)
    length = min(len(mix), stems.shape[1])
    assert float(np.abs(stems.sum(axis=0)[:length] - mix[:length]).max()) < 1e-5


def test_a_silent_track_costs_nothing_in_a_mix():
    """(It is not played at all: FluidSynth would give its voices away in another order, but nobody would hear it.)"""
    silent = track([(0, 960, 40)], number=4, strip=replace(WET, is_muted=True))
    piece = a_piece()
    assert whole(replace(piece, tracks=(silent, *piece.tracks))).tobytes() == whole(piece).tobytes()
