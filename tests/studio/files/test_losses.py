"""What of a song a file will not hold: said only of what is there, and as many as there are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.edits import notes
from studio.files import format as formats
from studio.files.losses import losses
from studio.song.constraint import Constraint
from studio.song.controls import CONTROLLER, Controls
from studio.song.harmony import Key
from studio.song.mixing import Group, SoundFontFile, Strip
from studio.song.notes import Note
from studio.song.song import Instrument, Song, Track
from studio.song.timeline import KeyChange, Marker, Timeline

MUSIC = (".mid", ".musicxml", ".mxl", ".npz", ".dawproject")
EVERY = (*MUSIC, ".wav", ".flac", ".png", ".svg", ".pdf")


def plain() -> Song:
    song = Song("Plain", (Track(1, "Lead"), Track(2, "Bass", 1, Instrument(33))), next_id=3)
    for track_id in (1, 2):
        song = notes.add(track_id, [Note(beat * 960, 960, 60, 90) for beat in range(8)]).apply(song)
    return song


def rich() -> Song:
    """With everything that some format leaves out."""
    song = plain()
    song = notes.set_muted(song.track(1).notes.rows["id"][:2].tolist(), True).apply(song)
    lead = replace(
        song.track(1),
        controls=Controls.of([(0, CONTROLLER, 11, 90)]),
        is_locked=True,
        instrument=Instrument(font=SoundFontFile("/a/grand.sf2", 1, "0" * 64)),
    )
    muted = replace(song.track(2), strip=Strip(is_muted=True))
    timeline = Timeline(keys=(KeyChange(0, Key(2, "dorian")),), markers=(Marker(0, "Verse", True),))
    sound = Track(7, "Voice", is_audio=True)
    return replace(song, tracks=(lead, muted, sound), timeline=timeline, constraints=(Constraint(1, low_pitch=40),))


@pytest.mark.parametrize("suffix", [".mid", ".npz", ".dawproject"])
def test_a_plain_song_loses_nothing(suffix: str) -> None:
    assert losses(plain(), suffix) == ()


@pytest.mark.parametrize("suffix", EVERY)
def test_a_rich_song_loses_something_everywhere(suffix: str) -> None:
    assert losses(rich(), suffix)


def test_a_project_loses_nothing_and_no_other_suffix_is_known() -> None:
    assert losses(rich(), ".ricercar") == ()
    assert losses(rich(), ".txt") == ()


def test_every_format_that_is_written_is_spoken_of() -> None:
    written = formats.suffixes(formats.writable(), for_writing=True)
    silent = [suffix for suffix in written if not losses(rich(), suffix)]
    assert set(silent) <= {".ricercar"}


def test_midi_names_what_is_left_out() -> None:
    said = " ".join(losses(rich(), ".mid"))
    for words in ("Voice", "Bass", "2 muted notes", "locks", "modes of keys", "grand.sf2", "what models keep to"):
        assert words in said
    assert "muted" not in " ".join(losses(rich(), ".mid", {"muted": True}))


def test_ex_13_levels_go_out_for_players_only() -> None:
    song = plain()
    song = song.with_track(replace(song.track(1), strip=Strip(gain_db=-6)))
    assert losses(song, ".mid") == ("Not kept: the mixer.",)
    assert losses(song, ".mid", {"preset": "GM playback"}) == ()


def test_settings_that_leave_things_out_say_so() -> None:
    song = plain()
    song = replace(song, tracks=(*song.tracks, Track(5, "Grüße")))
    said = losses(song, ".mid", {"tempo": False, "empty": False, "ascii": True})
    assert said == (
        "Empty tracks are left out: Grüße.",
        "Tempo and time signatures are left out.",
        "Names lose what is not plain ASCII: Grüße.",
    )


def test_ex_22_notes_off_the_grid_are_counted() -> None:
    song = notes.add(1, [Note(8 * 960 + 37, 960, 60), Note(9 * 960 + 160, 160, 72)]).apply(plain())
    assert "1 note is moved to the grid." in losses(song, ".musicxml", {"grid": "1/16 and triplets"})
    assert "2 notes are moved to the grid." in losses(song, ".mxl", {"grid": "1/16"})


def test_ex_25_notes_between_steps_are_counted() -> None:
    song = notes.add(1, [Note(8 * 960 + 37, 960, 60)]).apply(plain())
    assert losses(song, ".npz", {"resolution": 24}) == ("1 note is moved to a step of the arrays.",)
    assert losses(song, ".npz", {"resolution": 960}) == ()


def test_silent_beside_a_solo() -> None:
    song = plain()
    song = song.with_track(replace(song.track(1), strip=Strip(is_solo=True)))
    assert "Silent because others are on solo: Bass." in losses(song, ".wav")


def test_peaks_are_cut_where_nothing_bends_them() -> None:
    song = replace(plain(), is_limited=False)
    assert "The limiter is off: peaks above full scale are cut." in losses(song, ".wav", {"samples": "24 bit"})
    assert "The limiter is off: peaks above full scale are cut." not in losses(song, ".wav", {"samples": "32 bit float"})


def test_many_names_are_counted() -> None:
    song = Song("Many", tuple(Track(number, f"T{number}", strip=Strip(is_muted=True)) for number in range(1, 20)), next_id=20)
    assert "Muted tracks are left out: T1, T2, T3, T4, T5, T6 and 13 more." in losses(song, ".mid")


def test_mx_11_what_a_group_silences_is_named_and_left_out_of_a_score(tmp_path: Path) -> None:
    song = plain()
    grouped = replace(song.track(2), group=8)
    song = replace(song, tracks=(song.track(1), grouped), groups=(Group(8, "Low", strip=Strip(is_muted=True)),))
    assert "Muted tracks are left out: Bass." in losses(song, ".musicxml")
    formats.write_song(song, tmp_path / "out.musicxml")
    assert [track.name for track in formats.open_song(tmp_path / "out.musicxml").song.tracks] == ["Lead"]
