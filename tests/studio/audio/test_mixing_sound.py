"""MX-06, 07, 08, 10 as they are heard: returns and room, mono, groups, SoundFonts of single tracks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ears import DRY, RATE, engine, loudness, rendered, small_font, song, track

from studio.audio.engine import Engine
from studio.audio.font_shelf import FontShelf, described, located
from studio.audio.mixer import Mix
from studio.audio.render import render
from studio.audio.schedule import Scheduler, slots_of
from studio.audio.synth import FluidSynth
from studio.errors import AudioUnavailable
from studio.song import Instrument, Song, Strip
from studio.song.mixing import Effects, Group, Return
from tests.sf2_bytes import PERIOD, soundfont

WET = Strip(reverb=127, chorus=0)
CHORD = [(0, 480, 60), (0, 480, 64), (0, 480, 67)]


def whole(piece: Song, font: Path | None = None, **options):
    return np.concatenate(list(render(piece, soundfont=font or small_font(), **options)))


def tail(block):
    """What rings on half a second after the notes end."""
    return block[RATE * 3 // 4 : RATE * 5 // 4]


def test_mx_06_the_reverb_return_scales_the_wet_sound_of_every_strip_and_nothing_else() -> None:
    piece = song(track(CHORD, strip=WET), track(CHORD, number=2, strip=replace(WET, gain_db=-6)))
    shut = replace(piece, effects=Effects(reverb=Return(is_muted=True)))
    down = replace(piece, effects=Effects(reverb=Return(-6.0206)))
    full, half, none = (whole(each)[: RATE // 2] for each in (piece, down, shut))
    assert np.allclose((full - none) / 2, half - none, atol=1e-4)
    assert loudness(full - none) > 1e-3
    # an instrument of a SoundFont may send to the reverb by itself, so the return is shut for the dry strips too
    dry = replace(shut, tracks=tuple(replace(each, strip=replace(each.strip, reverb=0)) for each in piece.tracks))
    assert np.allclose(none, whole(dry)[: RATE // 2], atol=1e-4)


def test_mx_06_the_chorus_has_a_return_too() -> None:
    piece = song(track(CHORD, strip=Strip(reverb=0, chorus=127)))
    shut = whole(replace(piece, effects=Effects(chorus=Return(is_muted=True))))
    dry = whole(song(track(CHORD)))
    assert np.allclose(shut[: RATE // 4], dry[: RATE // 4], atol=1e-4)
    assert loudness(whole(piece)[: RATE // 4] - dry[: RATE // 4]) > 1e-3


def test_mx_06_a_larger_room_rings_longer_and_damping_takes_its_highs() -> None:
    piece = song(track(CHORD, strip=WET))
    small, large = (whole(replace(piece, effects=Effects(room_size=size))) for size in (0.1, 0.95))
    assert loudness(tail(large)) > 3 * loudness(tail(small))
    damped = whole(replace(piece, effects=Effects(room_size=0.95, damping=1.0)))
    assert highs(tail(damped)) < 0.7 * highs(tail(large))
    narrow = whole(replace(piece, effects=Effects(room_size=0.95, width=0.0)))
    assert loudness(tail(narrow)[:, 0] - tail(narrow)[:, 1]) < 0.2 * loudness(tail(large)[:, 0] - tail(large)[:, 1])


def highs(block) -> float:
    """The share of what lies above 2 kHz."""
    spectrum = np.abs(np.fft.rfft(block[:, 0]))
    return float(spectrum[len(spectrum) // 12 :].sum() / spectrum.sum())


def test_mx_06_playing_hears_the_same_room_and_return_as_the_render() -> None:
    piece = replace(song(track(CHORD, strip=WET)), effects=Effects(Return(-3), room_size=0.9))
    synth = FluidSynth(small_font(), RATE, 16)
    playing = engine(piece, synth)
    playing.set_effects(piece.effects)
    playing.play()
    heard, made = rendered(playing, RATE), whole(piece)
    assert loudness(tail(heard)[: RATE // 4]) == pytest.approx(loudness(tail(made)[: RATE // 4]), rel=0.05)
    playing.panic()
    rendered(playing, 4096)
    playing.seek(0)
    playing.play()
    again = rendered(playing, RATE)
    assert loudness(tail(again)[: RATE // 4]) == pytest.approx(loudness(tail(heard)[: RATE // 4]), rel=0.3)
    synth.close()


def test_mx_06_stems_with_other_returns_still_add_up_to_the_mix() -> None:
    piece = song(track(CHORD, strip=WET), track(CHORD, number=2, strip=replace(WET, pan=40, gain_db=-4, chorus=90)))
    piece = replace(piece, effects=Effects(Return(-8), Return(2), 0.7))
    stems = np.concatenate(list(render(piece, soundfont=small_font(), stems=True)), axis=1)
    mix = whole(piece)
    assert float(np.abs(stems.sum(axis=0)[: len(mix)] - mix[: stems.shape[1]]).max()) < 1e-4


def test_mx_06_the_meter_of_a_return_shows_what_comes_back() -> None:
    synth = FluidSynth(small_font(), RATE, 16)
    playing = engine(song(track(CHORD, strip=WET)), synth)
    playing.play()
    rendered(playing, RATE // 4)
    _, reverb, chorus = playing.mixer.out_peaks.max(axis=1)
    assert reverb > 1e-3
    assert chorus < 1e-5
    synth.close()


def test_mx_07_the_mono_check_makes_both_sides_alike_and_leaves_the_song_alone() -> None:
    piece = song(track(CHORD, strip=replace(DRY, pan=-100)))
    slots = slots_of(piece)
    synth = FluidSynth(small_font(), RATE, 16)
    playing = Engine(synth, Mix.of(piece, slots, 16, is_mono=True))
    playing.install(Scheduler(RATE).schedule(piece, slots))
    playing.play()
    heard = rendered(playing, RATE // 2)
    assert np.array_equal(heard[:, 0], heard[:, 1])
    assert loudness(heard) > 1e-3
    assert loudness(whole(piece)[:, 1:]) == 0.0
    synth.close()


def test_mx_08_a_group_holds_for_all_its_members() -> None:
    members = (replace(track(CHORD), group=9), replace(track(CHORD, number=2, instrument=Instrument(48)), group=9))
    other = track([(0, 480, 36)], number=3)
    piece = replace(song(*members, other), groups=(Group(9, "Band"),))
    plain = whole(piece)[: RATE // 2]

    def under(**fields):
        return whole(replace(piece, groups=(Group(9, "Band", strip=Strip(**fields)),)))[: RATE // 2]

    others = whole(song(other))[: RATE // 2]
    assert np.allclose(under(is_muted=True), others, atol=1e-4)
    assert np.allclose((plain - others) / 2 + others, under(gain_db=-6.0206), atol=2e-4)
    assert np.allclose(under(is_solo=True), plain - others, atol=1e-4)


def fundamental(block) -> float:
    """The strongest frequency, in Hz."""
    part = block[RATE // 8 : RATE // 2, 0]
    return float(np.argmax(np.abs(np.fft.rfft(part * np.hanning(len(part)), RATE))))


@pytest.fixture
def fonts(tmp_path: Path) -> tuple[Path, Path]:
    """Two SoundFonts: one at the pitch that is written, one an octave higher."""
    return soundfont(tmp_path / "low.sf2"), soundfont(tmp_path / "high.sf2", 2, ((0, 0, "Wave"), (8, 5, "Other")))


LONG = [(0, 1920, 60)]


def test_mx_10_a_track_plays_its_own_soundfont_and_the_others_the_shared_one(fonts: tuple[Path, Path]) -> None:
    low, high = fonts
    own = Instrument(0, font=described(high))
    mine = song(track(LONG, instrument=own), track([], number=2, instrument=Instrument(0)))
    theirs = song(track([], instrument=own), track(LONG, number=2, instrument=Instrument(0)))
    assert fundamental(whole(theirs, low)) == pytest.approx(RATE / PERIOD, abs=4)
    assert fundamental(whole(mine, low)) == pytest.approx(2 * RATE / PERIOD, abs=4)


def test_mx_10_a_sound_in_another_bank_of_an_own_soundfont_is_found_and_what_it_lacks_is_replaced(fonts) -> None:
    low, high = fonts
    for instrument in (Instrument(5, 8 * 128), Instrument(77, 3 * 128), Instrument(9, 0, True)):
        piece = song(track(LONG, instrument=replace(instrument, font=described(high))))
        assert fundamental(whole(piece, low)) == pytest.approx(2 * RATE / PERIOD, abs=4)


def test_mx_10_a_missing_soundfont_is_replaced_by_the_shared_one_and_known_by_name(fonts: tuple[Path, Path]) -> None:
    low, high = fonts
    piece = song(track(LONG, instrument=Instrument(0, font=described(high))))
    high.unlink()
    assert fundamental(whole(piece, low)) == pytest.approx(RATE / PERIOD, abs=4)
    shelf = FontShelf(low)
    assert not shelf.provide(piece)
    assert "«high.sf2» is not there" in shelf.warning
    assert piece.tracks[0].instrument.font is not None


def test_mx_10_the_same_soundfont_elsewhere_is_found_by_its_content(fonts: tuple[Path, Path], tmp_path: Path) -> None:
    _, high = fonts
    font = described(high)
    (tmp_path / "moved").mkdir()
    high.rename(tmp_path / "moved" / "renamed.sf2")
    assert located(font) is None
    assert located(font, [tmp_path / "moved"]) == tmp_path / "moved" / "renamed.sf2"
    (tmp_path / "moved" / "renamed.sf2").rename(tmp_path / "other.sf2")
    assert located(font) == tmp_path / "other.sf2"


def test_mx_10_a_damaged_soundfont_of_a_track_counts_as_missing(fonts: tuple[Path, Path]) -> None:
    low, high = fonts
    font = described(high)
    data = high.read_bytes()
    high.write_bytes(data[:12] + bytes(len(data) - 12))
    shelf = FontShelf(low)
    shelf.provide(song(track(LONG, instrument=Instrument(0, font=font))))
    shelf.synth(RATE, 1).close()
    assert set(shelf.missing) == {font.sha256}
    with pytest.raises(AudioUnavailable, match="is not a SoundFont"):
        described(Path(__file__))
