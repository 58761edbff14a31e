"""Finding a SoundFont, and what is said when there is none or a bad one."""

from __future__ import annotations

import pytest
from ears import RATE, small_font

from studio.audio import soundfonts
from studio.audio.synth import FluidSynth
from studio.errors import AudioUnavailable


def test_a_chosen_font_is_used_and_must_be_there(tmp_path):
    assert soundfonts.find(small_font()) == small_font()
    with pytest.raises(AudioUnavailable, match=r"«none\.sf2» cannot be read: No such file") as caught:
        soundfonts.find(tmp_path / "none.sf2")
    assert ".sf2" in caught.value.hint


def test_the_environment_names_one_that_wins(monkeypatch):
    monkeypatch.setenv("RICERCAR_SOUNDFONT", str(small_font()))
    assert soundfonts.find() == small_font()


def test_the_usual_places_end_with_the_small_font_of_pretty_midi():
    assert list(soundfonts.usual_places())[-1] == small_font()


def test_what_is_no_soundfont_is_refused(tmp_path):
    wrong = tmp_path / "song.sf2"
    wrong.write_bytes(b"MThd" + bytes(100))
    with pytest.raises(AudioUnavailable, match="is not a SoundFont"):
        soundfonts.find(wrong)


def test_a_font_beyond_two_gibibytes_is_refused_unread(tmp_path):
    huge = tmp_path / "huge.sf2"
    with huge.open("wb") as stream:
        stream.write(b"RIFF\0\0\0\0sfbk")
        stream.truncate(soundfonts.LARGEST_BYTES + 1)
    with pytest.raises(AudioUnavailable, match="larger than 2 GiB"):
        soundfonts.find(huge)


def test_a_font_that_is_cut_short_is_refused(tmp_path):
    short = tmp_path / "short.sf2"
    short.write_bytes(small_font().read_bytes()[:50_000])
    with pytest.raises(AudioUnavailable, match=r"«short\.sf2» is cut short"):
        soundfonts.find(short)


def test_a_damaged_font_is_said_in_a_sentence(tmp_path):
    damaged = tmp_path / "damaged.sf2"
    damaged.write_bytes(b"RIFF" + (5000).to_bytes(4, "little") + b"sfbk" + bytes(5000))
    with pytest.raises(AudioUnavailable, match=r"cannot read the SoundFont «damaged\.sf2»"):
        FluidSynth(soundfonts.find(damaged), RATE, 2)
