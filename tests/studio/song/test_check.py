"""The self-check: silent on sound songs, one sentence for each broken guarantee."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from studio.files.project import Document
from studio.song.check import check
from studio.song.controls import Controls
from studio.song.notes import Note, Notes, rows_of
from studio.song.song import Song, Strip, Track
from studio.song.sound_clip import AudioClip
from tests.song_values import documents


def song_with(*notes: Note, next_id: int = 100) -> Song:
    return Song(tracks=(Track(1, "Piano", notes=Notes(rows_of(notes))),), next_id=next_id)


@settings(max_examples=40, deadline=None)
@given(documents())
def test_sound_songs_pass(document: Document) -> None:
    assert check(document.song) == ()


@pytest.mark.parametrize(
    ("song", "words"),
    [
        (song_with(Note(0, 10, 60, 80, 2), Note(5, 10, 60, 80, 3)), "overlap"),
        (song_with(Note(0, 10, 60, 80, 2), Note(5, 10, 61, 80, 2)), "more than once"),
        (song_with(Note(0, 10, 60, 80, 1)), "more than once"),
        (song_with(Note(0, 10, 60, 80, 200)), "not below the next free one"),
        (song_with(Note(0, 10, 60, 80, 0)), "below 1"),
        (song_with(Note(-5, 10, 60, 80, 2)), "outside time"),
        (song_with(Note(0, 0, 60, 80, 2)), "outside time"),
        (song_with(Note(0, 10, 128, 80, 2)), "out of range"),
        (song_with(Note(0, 10, 60, 0, 2)), "out of range"),
        (song_with(Note(0, 10, 60, 80, 2, origin=9)), "origin 9"),
        (Song(tracks=(Track(1, "Sound", is_audio=True, notes=Notes.of([Note(0, 1, 60, 80, 2)])),), next_id=9), "with notes"),
        (Song(tracks=(Track(1, "Piano", clips=(AudioClip(2, "ab", 0, 1.0),)),), next_id=9), "with sounds"),
        (Song(tracks=(Track(1, "S", is_audio=True, clips=(AudioClip(2, "ab", -1, 1.0),)),), next_id=9), "outside time"),
        (Song(master=Strip(pan=200.0)), "the master"),
        (Song(tracks=(Track(1, "P", strip=Strip(gain_db=float("nan"))),), next_id=2), "fader"),
        (Song(tracks=(Track(1, "P", controls=Controls.of([(0, 0, 7, 200)])),), next_id=2), "controller is out of range"),
        (Song(tracks=(Track(1, "P", controls=Controls.of([(0, 9, 7, 20)])),), next_id=2), "no known kind"),
    ],
)
def test_each_broken_guarantee_is_named(song: Song, words: str) -> None:
    found = check(song)
    assert any(words in fault for fault in found), found


def test_a_repaired_song_passes_again() -> None:
    broken = song_with(Note(0, 10, 60, 80, 200))
    assert check(replace(broken, next_id=201)) == ()
