"""The facade with a real sound process and the null device: true timing, commands, restarts, and calls that never wait."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace

import numpy as np
import pytest
from ears import small_font, song, track

from studio.audio import frozen
from studio.audio.host import SoundSettings
from studio.audio.sound import Sound
from studio.song import Instrument, Note, Notes, Span, TempoChange, Timeline
from studio.song.mixing import CHORUS_ID, REVERB_ID, SoundFontFile
from tests.patience import until
from tests.sf2_bytes import soundfont

TICKS_PER_S = 1920
GUESS_TICKS = TICKS_PER_S // 4
"""So far may the shown position have run ahead of a sound process that did not get to run."""


def keeps_time_for_half_a_second(sound: Sound) -> bool:
    """Ticks against the clock. On a crowded machine one that was kept waiting may miss it; one with a wrong beat always does."""
    began_s, began = time.monotonic(), sound.position()
    until(lambda: time.monotonic() - began_s > 0.5)
    passed, passed_s = sound.position() - began, time.monotonic() - began_s
    return abs(passed / TICKS_PER_S - passed_s) < 0.02


@pytest.fixture
def make():
    made: list[Sound] = []

    def begin(font=None) -> Sound:
        sound = Sound(SoundSettings(soundfont=font or small_font(), device=""))
        made.append(sound)
        sound.start()
        return sound

    yield begin
    for sound in made:
        sound.close()


@pytest.fixture
def piece():
    hour = 3600 * TICKS_PER_S
    return song(track([(0, hour, 60), (0, hour, 64)]), track([(0, hour, 48)], number=2))


def test_play_pause_seek_loop_and_stop_with_true_timing(make, piece):
    sound = make()
    sound.load(piece)
    sound.play()
    assert sound.is_playing, "what was asked is shown before the process has started"
    assert until(lambda: sound.position() > 200)
    assert until(lambda: keeps_time_for_half_a_second(sound))
    assert set(sound.meters()[0]) == {1, 2, REVERB_ID, CHORUS_ID}
    assert until(lambda: min(*sound.meters()[0][1], *sound.meters()[0][2], *sound.meters()[1]) > 0.001)

    sound.pause()
    assert not sound.is_playing
    assert until(lambda: not sound._board.pulse().is_playing)
    place = sound.position()
    sound.play()
    assert until(lambda: sound.position() > place + 200)
    sound.stop()
    assert until(lambda: not sound._board.pulse().is_playing)
    assert sound.position() == pytest.approx(place, abs=5), "stop goes back to where play was pressed"

    sound.set_loop(Span(9_600, 9_600 + 480))
    sound.seek(9_600)
    assert sound.position() == 9_600
    sound.play()
    assert until(lambda: sound._board.pulse().ticks_per_s > 0)
    seen = []
    until(lambda: seen.append(sound.position()) or len(seen) > 150)
    assert min(seen) >= 9_600
    assert max(seen) < 10_080


@pytest.mark.skipif(os.name != "posix", reason="halts by signal")
def test_no_call_waits_for_the_sound_process(make, piece):
    """It is halted meanwhile: a call that waited for it would come back only after it was given up for dead, and not ready."""
    notes = [(60 * number % 90_000, 100, 30 + number % 60) for number in range(4_000)]  # far more than a pipe holds
    big = song(*(track(notes, number=number) for number in range(1, 6)))
    moved = replace(big, tracks=(replace(big.tracks[0], notes=Notes.of([Note(0, 9, 60)])), *big.tracks[1:]))
    sound = make()
    assert until(lambda: sound.status().is_ready)
    os.kill(sound._child.pid, signal.SIGSTOP)
    sound.load(big)
    sound.play()
    sound.load(moved)
    sound.seek(960)
    sound.set_loop(Span(0, 960))
    sound.preview(1, 60)
    sound.stop_preview()
    assert (sound.position(), sound.is_playing) == (960, True)
    assert set(sound.meters()[0]) >= {1, 2, 3, 4, 5}
    assert sound.status().is_ready
    sound.pause()
    sound.panic()
    assert not sound.is_playing
    os.kill(sound._child.pid, signal.SIGCONT)
    assert until(lambda: sound._board.pulse().ticket >= sound._ticket), "and all of it is obeyed in the end"


def test_an_edit_a_tempo_and_a_fader_reach_the_playing_process(make, piece):
    sound = make()
    sound.load(piece)
    sound.play()
    assert until(lambda: sound.meters()[0][1][0] > 0.01)
    silent = replace(piece.tracks[0], strip=replace(piece.tracks[0].strip, is_muted=True))
    sound.load(piece.with_track(silent))
    assert until(lambda: sound.meters()[0][1][0] < 0.001)
    assert until(lambda: sound.meters()[0][1][0] < 0.001 < sound.meters()[0][2][0])
    fast = replace(piece, timeline=Timeline(tempos=(TempoChange(0, 250_000),)))
    before = sound.position()
    sound.load(fast)
    assert until(lambda: sound._board.pulse().ticks_per_s > 3800)
    assert sound.position() >= before - GUESS_TICKS, "the place in the music is kept"
    sound.load(replace(fast, tracks=()))
    assert until(lambda: max(sound.meters()[1]) < 0.001)


def test_more_tracks_than_the_synth_has_slots_get_a_larger_one_while_playing(make, piece):
    sound = make()
    sound.load(piece)
    sound.play()
    assert until(lambda: sound.meters()[0][1][0] > 0.01)
    beats = [(960 * beat, 900) for beat in range(100)]
    sound.load(song(*(track([(*beat, 40 + number) for beat in beats], number=number) for number in range(1, 21))))
    assert until(lambda: min(max(sound.meters()[0].get(number, (0.0,))) for number in range(1, 21)) > 0.0005)
    assert sound.is_playing


def test_tracks_beyond_the_last_slot_are_silent_and_said(make):
    sound = make()
    sound.load(song(*(track(number=number) for number in range(1, 131))))
    assert until(lambda: "Only 128 of 130 tracks sound." in sound.status().line)
    sound.load(song(track()))
    assert until(lambda: "Only" not in sound.status().line)


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_a_killed_process_comes_back_and_plays_on(make, piece):
    sound = make()
    sound.load(piece)
    sound.play()
    assert until(lambda: sound.position() > 500)
    place = sound.position()
    os.kill(sound._child.pid, signal.SIGKILL)
    assert until(lambda: "starting again" in sound.status().line)
    assert sound.position() >= place - GUESS_TICKS
    assert until(lambda: sound.status().is_ready and sound.position() > place + 1000)
    assert sound.is_playing
    assert until(lambda: sound.meters()[0][1][0] > 0.01)


def test_without_a_sound_card_or_a_font_it_says_so_in_one_line(make, piece, tmp_path):
    sound = make(tmp_path / "gone.sf2")
    sound.load(piece)
    assert until(lambda: sound.status().is_ready)
    line = sound.status().line
    assert "gone.sf2" in line
    assert "silently in true time" in line
    assert "\n" not in line
    assert sound.status().is_null


def test_it_ends_with_close_and_answers_afterwards(make, piece):
    sound = make()
    sound.load(piece)
    assert until(lambda: sound.status().is_ready)
    sound.close()
    assert until(lambda: not sound._child.is_alive)
    sound.play()
    sound.load(song(track()))
    sound.preview(1, 60)
    assert sound.position() >= 0


def test_before_it_is_started_it_only_remembers(piece):
    sound = Sound(SoundSettings(device=""))
    sound.load(piece)
    sound.seek(960)
    sound.play()
    assert (sound.position(), sound.is_playing) == (960, True)
    sound.close()


def test_mx_10_another_shared_soundfont_is_heard_at_once_and_a_missing_one_is_said(make, tmp_path):
    sound = make(soundfont(tmp_path / "low.sf2"))
    own = Instrument(0, font=SoundFontFile(str(tmp_path / "gone.sf2"), 10, "ab" * 32))
    sound.load(song(track([(0, 96_000, 60)], instrument=own)))
    sound.play()
    assert until(lambda: sound.status().missing_fonts == ("ab" * 32,))
    assert "«gone.sf2» is not there" in sound.status().line
    assert until(lambda: sound.meters()[0][1][0] > 0.01)
    sound.use_soundfont(small_font())
    sound.set_mono(True)
    sound.use_soundfont(tmp_path / "nowhere.sf2")
    assert until(lambda: "nowhere.sf2" in sound.status().line)
    sound.use_soundfont(None)
    assert until(lambda: "nowhere.sf2" not in sound.status().line)
    assert sound.is_playing


def test_mx_09_a_frozen_track_is_played_from_its_file_as_soon_as_that_is_there(tmp_path):
    font = soundfont(tmp_path / "low.sf2")
    quiet = replace(song(track([(0, 96_000, 60)], instrument=Instrument(0))), next_id=9)
    frozen_song = quiet.with_track(replace(quiet.tracks[0], is_frozen=True))
    sound = Sound(SoundSettings(soundfont=font, device="", frozen=tmp_path))
    try:
        sound.start()
        sound.load(frozen_song)
        sound.play()
        assert until(lambda: 0.001 < sound.meters()[0][1][0] < 0.8)
        key = frozen.Keys().key(frozen_song, frozen_song.tracks[0], font)
        np.full((48_000 * 20, 2), 0.9, np.float32).tofile(tmp_path / f"{key}.dry")
        sound.look_for_frozen()
        assert until(lambda: sound.meters()[0][1][0] > 0.85)
        sound.load(quiet)
        assert until(lambda: sound.meters()[0][1][0] < 0.8)
    finally:
        sound.close()
