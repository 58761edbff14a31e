"""The demo songs and primers that travel with the program."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from studio.errors import UnreadableFile
from studio.files.format import open_song
from studio.files.primers import primer, primer_names, primers
from studio.paths import resources
from studio.song.check import check
from studio.song.harmony import estimate_key
from studio.song.song import Song

SONGS = sorted((resources() / "songs").glob("*.ricercar"))
SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "make_demo_songs.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_demo_songs", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def song_of(path: Path) -> Song:
    return open_song(path).song


@pytest.mark.parametrize("path", SONGS, ids=lambda path: path.stem)
def test_a_demo_song_is_worth_opening(path: Path) -> None:
    song = song_of(path)
    assert check(song) == ()
    assert 24 <= song.bar_count <= 40
    assert 3 <= len(song.tracks) <= 5
    assert song.timeline.keys
    assert len([marker for marker in song.timeline.markers if marker.is_section]) >= 4
    assert len({track.strip.gain_db for track in song.tracks}) > 1
    assert len({track.strip.pan for track in song.tracks}) > 1
    assert all(len(set(track.notes.rows["velocity"].tolist())) > 5 for track in song.tracks)
    pitched = [track for track in song.tracks if not track.instrument.is_drum]
    heard = [pitch for track in pitched for pitch in track.notes.rows["pitch"].tolist()]
    found = estimate_key(heard)
    assert found is not None
    assert len(found.pitch_classes & song.timeline.keys[0].key.pitch_classes) >= 6


def test_there_are_three_in_three_keys_and_meters() -> None:
    songs = [song_of(path) for path in SONGS]
    assert [song.title for song in songs] == ["Nocturne in C minor", "Paper Lanterns", "The Weaver's Jig"]
    assert len({song.timeline.keys[0].key for song in songs}) == 3
    assert len({song.timeline.tempos[0] for song in songs}) == 3


def test_the_nocturne_has_the_shape_of_the_picture() -> None:
    song = song_of(SONGS[0])
    assert [track.name for track in song.tracks] == ["Lead", "Piano", "Strings", "Bass", "Drums"]
    assert [marker.text for marker in song.timeline.markers] == ["Intro", "A", "A'", "B", "Coda"]
    assert [song.timeline.bar_of(marker.tick) for marker in song.timeline.markers] == [1, 5, 13, 21, 29]
    assert round(song.timeline.tempos[0].bpm) == 92
    assert song.bar_count == 32
    assert song.timeline.keys[0].key.name == "C minor"


def test_the_script_makes_the_songs_that_are_there(script: ModuleType) -> None:
    made = script.demo_songs()
    assert sorted(made) == [path.name for path in SONGS]
    for path in SONGS:
        assert made[path.name] == song_of(path), path.name


def test_primers_are_eight_bars_of_named_public_domain_tunes() -> None:
    assert len(primer_names()) >= 8
    assert "twinkle" in primer_names()
    for one in primers():
        bars = one.song.bar_count - (one.song.tracks[0].notes.rows["start"].min() > 0 and one.song.bar_count == 9)
        assert bars == 8, one.name
        assert "public domain" in one.source
        assert re.search(r"\b1[5-9]\d\d\b|century", one.source), one.name
        assert one.composer
        assert len(one.song.tracks) == 1
        assert one.song.timeline.keys
        assert check(one.song) == ()


def test_primers_stay_in_their_key_and_are_played_not_typed() -> None:
    for one in primers():
        rows = one.song.tracks[0].notes.rows
        key = one.song.timeline.keys[0].key
        inside = sum(pitch % 12 in key.pitch_classes for pitch in rows["pitch"].tolist())
        assert inside >= 0.85 * len(rows), one.name
        assert len(set(rows["velocity"].tolist())) >= 4, one.name


def test_twinkle_is_the_tune() -> None:
    pitches = primer("twinkle").song.tracks[0].notes.rows["pitch"].tolist()
    assert pitches[:14] == [60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60]


def test_an_unknown_primer_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnreadableFile) as caught:
        primer("yesterday")
    assert "twinkle" in caught.value.hint
