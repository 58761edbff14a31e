"""Every schema ever released opens for ever: one sample file each, kept in tests/data."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from studio.files import project
from studio.files.project import Document
from studio.song.constraint import Constraint
from studio.song.controls import DRAWN, Controls, ForeignEvent
from studio.song.harmony import Key
from studio.song.mixing import Effects, Group, Return, SoundFontFile
from studio.song.notes import LOCKED, MUTED, Note, Notes
from studio.song.origin import Origin
from studio.song.song import Instrument, Song, Strip, Track
from studio.song.sound_clip import AudioClip
from studio.song.ticks import Span
from studio.song.timeline import KeyChange, Marker, MeterChange, TempoChange, Timeline

DATA = Path(__file__).resolve().parents[2] / "data"
SOUND = b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x80\xbb\0\0\0\x77\1\0\2\0\x10\0data\0\0\0\0"


def sample() -> Document:
    """One of everything a document of schema 1 can hold."""
    digest = hashlib.sha256(SOUND).hexdigest()
    kept = Origin(5, "melody-rnn-attention", "ab" * 32, "continue", 77, 2, '{"bars":"9-12"}', "0.1.0", True, 0)
    notes = Notes.of([Note(0, 960, 60, 80, 3), Note(960, 480, 64, 101, 4, LOCKED | MUTED, 5)])
    controls = Controls.of([(0, 0, 7, 100), (240, 1, 0, -4096), (480, 4, 129, 12)], [ForeignEvent(0, b"\xf0\x7e\xf7")])
    lead = Track(1, "Lead ♪", 3, Instrument(73, 129), Strip(-3.5, 12.0, reverb=90, chorus=3), notes, controls)
    drums = Track(2, "Drums", 4, Instrument(8, 0, True), Strip(is_muted=True, is_solo=True))
    clips = (AudioClip(7, digest, 1920, 1.5, 0.25, -6.0, 0.01, 0.02, 5),)
    sound = Track(6, "Voice", 5, is_audio=True, clips=clips)
    timeline = Timeline(
        (TempoChange(0, 652_174), TempoChange(3840, 500_000)),
        (MeterChange(0, 4, 4), MeterChange(3840, 6, 8)),
        (KeyChange(0, Key(0, "minor")), KeyChange(3840, Key(3, "lydian"))),
        (Marker(0, "Intro", True), Marker(1920, "here")),
    )
    song = Song("Schema one", (lead, drums, sound), timeline, (kept,), Strip(-1.0, 0.0), 8, (ForeignEvent(9, b"\xff\x01\x02hi"),))
    takes = ({"model": "melody-rnn-basic", "notes": {"pitch": [60, 62]}, "stars": 1},)
    return Document(song, "7c9e6679-7425-40de-944b-e07fc1f90ae7", 12, {digest: SOUND}, takes, {"preview.png": b"\x89PNG"})


def sample_2() -> Document:
    """What schema 2 added: ramps, gliding controllers, coloured sections, strips safe from solo, the limiter."""
    drawn = np.array([(0, 0, 11, 20, True), (960, 0, 11, 100, False), (960, 1, 0, -100, True)], DRAWN)
    strings = Track(1, "Strings", 2, Instrument(48), Strip(-2.0, is_solo_safe=True), controls=Controls(drawn))
    timeline = Timeline(
        (TempoChange(0, 500_000, True), TempoChange(7680, 750_000)), markers=(Marker(0, "Verse", True, 5), Marker(960, "here"))
    )
    song = Song("Schema two", (strings,), timeline, next_id=2, is_limited=False)
    return Document(song, "7c9e6679-7425-40de-944b-e07fc1f90ae8", 3)


def test_the_sample_of_schema_2_opens_as_it_was_written() -> None:
    assert project.read(DATA / "schema-2.ricercar") == sample_2()


def sample_3() -> Document:
    """What schema 3 added."""
    demands = (
        Constraint(1, 48, 72, 2.0, 7.5, 1, 240, 1920, follows=1),
        Constraint(2, keeps_rhythm=True, keeps_pitches=True),
    )
    font = SoundFontFile("/music/grand.sf2", 1234, "ab" * 32)
    strings = Track(1, "Strings", icon="harp", is_hidden=True, group=3, is_frozen=True)
    locks = (Span(0, 3840), Span(7680, 11520))
    bass = Track(2, "Bass", instrument=Instrument(33, 8, font=font), is_locked=True, locks=locks)
    group = Group(3, "Orchestra", 4, True, Strip(-2.5, is_muted=True, is_solo=True))
    effects = Effects(Return(-6.0), Return(1.5, True), 0.75, 0.25, 1.0)
    song = Song("Schema three", (strings, bass), next_id=4, constraints=demands, groups=(group,), effects=effects)
    return Document(song, "7c9e6679-7425-40de-944b-e07fc1f90ae9", 4)


def test_the_sample_of_schema_3_opens_as_it_was_written() -> None:
    assert project.read(DATA / "schema-3.ricercar") == sample_3()


def test_schema_3_is_still_what_is_written(tmp_path: Path) -> None:
    if project.SCHEMA != 3:
        pytest.skip("a later schema writes other files; the sample must only open")
    project.write(sample_3(), tmp_path / "now.ricercar")
    assert project.read(tmp_path / "now.ricercar") == project.read(DATA / "schema-3.ricercar")


def test_the_sample_of_schema_1_opens_as_it_was_written() -> None:
    assert project.read(DATA / "schema-1.ricercar") == sample()


def test_every_schema_up_to_ours_has_its_sample() -> None:
    kept = {path.name for path in DATA.glob("schema-*.ricercar")}
    assert kept == {f"schema-{number}.ricercar" for number in range(1, project.SCHEMA + 1)}
