"""Scores that are written: they read back as what was meant, follow the published schema, and are spelled by their key."""

from __future__ import annotations

import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from studio.errors import UnsupportedRequest
from studio.files.format import open_song, write_song
from studio.files.formats import musicxml as score_format
from studio.files.musicxml.score import song_of_score
from studio.files.musicxml.spelling import spelled
from studio.files.musicxml.writing import score_bytes, written_rows
from studio.files.notation.writing import GRIDS
from studio.song.harmony import Key
from studio.song.notes import MUTED, Note, Notes, rows_from_columns, without_overlaps
from studio.song.song import Instrument, Song, Strip, Track
from studio.song.timeline import KeyChange, Marker, MeterChange, TempoChange, Timeline
from tests.song_values import documents

GRID = "1/16 and triplets"


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The W3C's schema of MusicXML 4.0, as a package of the tests carries it."""
    package = find_spec("musicxml")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "generate_classes"
    tree = etree.parse(str(folder / "musicxml_4_0.xsd"))
    for node in list(tree.iter("{*}import", "{*}attribute")):
        # xml:lang and links have schemas of their own, and no score of ours says either
        if node.tag.endswith("}import") or (node.get("ref") or "").startswith(("xml:", "xlink:")):
            node.getparent().remove(node)
    return etree.XMLSchema(tree)


def assert_valid(schema: etree.XMLSchema, data: bytes) -> None:
    parser = etree.XMLParser(load_dtd=False, no_network=True)
    schema.assertValid(etree.fromstring(data, parser))


starts = st.integers(0, 40).flatmap(
    lambda beat: st.sampled_from((0, 240, 480, 720, 320, 640, 160, 7, 233)).map(lambda off: beat * 960 + off)
)
note_rows = st.lists(
    st.builds(
        Note, starts, st.sampled_from((60, 160, 240, 320, 480, 700, 960, 1500, 5000)), st.integers(0, 127), st.integers(1, 127)
    ),
    max_size=40,
)
timelines = st.builds(
    lambda second, tempo, key: Timeline(
        (TempoChange(0, 500_000), TempoChange(1200, tempo)),
        (MeterChange(0, 4, 4), MeterChange(3840, *second)),
        (KeyChange(0, key),),
        (Marker(0, "Intro", True), Marker(4000, "here")),
    ),
    st.sampled_from(((3, 4), (6, 8), (7, 8), (5, 4), (2, 2), (12, 8), (1, 16))),
    st.integers(200_000, 2_000_000),
    st.builds(Key, st.integers(0, 11), st.sampled_from(("major", "minor", "dorian", "harmonic minor"))),
)


def song_of(notes: list[Note], timeline: Timeline, instrument: Instrument) -> Song:
    numbered = [Note(n.start_tick, n.length_ticks, n.pitch, n.velocity, at) for at, n in enumerate(notes, 2)]
    rows, _, _ = without_overlaps(Notes.of(numbered).rows)
    return Song("Näme & <tag>", (Track(1, "Läd", 0, instrument, notes=Notes(rows)),), timeline, next_id=len(notes) + 2)


def meant(song: Song, grid: str) -> list[tuple[int, int, int, int]]:
    rows = [written_rows(track, song, GRIDS[grid]) for track in song.tracks]
    return sorted(row for each in rows for row in each[["start", "length", "pitch", "velocity"]].tolist())


def found(song: Song) -> list[tuple[int, int, int, int]]:
    return sorted(row for track in song.tracks for row in track.notes.rows[["start", "length", "pitch", "velocity"]].tolist())


@settings(max_examples=60, deadline=None)
@given(
    note_rows, timelines, st.sampled_from((Instrument(0), Instrument(40), Instrument(0, 0, True))), st.sampled_from(tuple(GRIDS))
)
def test_ex_22_a_score_follows_the_schema_and_gives_back_the_notes_it_says(
    schema: etree.XMLSchema, notes: list[Note], timeline: Timeline, instrument: Instrument, grid: str
) -> None:
    song = song_of(notes, timeline, instrument)
    data = score_bytes(song, grid)
    assert_valid(schema, data)
    if not meant(song, grid):
        return
    read = song_of_score(data, "x").song
    assert found(read) == meant(song, grid)
    assert read.title == song.title
    assert all(track.instrument.is_drum == instrument.is_drum for track in read.tracks)
    assert read.timeline.tempo_at(1200).us_per_beat == pytest.approx(timeline.tempo_at(1200).us_per_beat, rel=1e-4)
    if not instrument.is_drum:
        assert read.timeline.key_at(0).sharps == timeline.key_at(0).sharps  # type: ignore[union-attr]


@settings(max_examples=25, deadline=None)
@given(documents())
def test_ex_22_any_document_can_be_written_as_a_score(schema: etree.XMLSchema, document: object) -> None:
    song = document.song  # type: ignore[attr-defined]
    if all(track.is_audio or track.strip.is_muted for track in song.tracks):
        with pytest.raises(UnsupportedRequest, match="no note track"):
            score_bytes(song, GRID)
    else:
        assert_valid(schema, score_bytes(song, GRID))


@pytest.mark.parametrize("suffix", [".musicxml", ".mxl", ".xml"])
def test_files_of_each_suffix_open_again_and_say_what_moved(tmp_path: Path, suffix: str) -> None:
    rows = rows_from_columns([0, 490, 960], [480, 470, 960], [60, 64, 67], 80, id=np.arange(2, 5))
    song = Song("A", (Track(1, "Lead", notes=Notes(rows)),), next_id=5)
    path = tmp_path / f"a{suffix}"
    told = write_song(song, path, {"grid": "1/16"})
    assert told == ("1 note was moved to the grid of 1/16, or left out; it is a draft score.",)
    assert found(open_song(path).song) == meant(song, "1/16")
    assert zipfile.is_zipfile(path) == (suffix == ".mxl")
    assert "controllers" in score_format.FORMAT.loses


def test_muted_tracks_and_notes_stay_out() -> None:
    loud, muted = Note(0, 480, 60, 80, 3), Note(480, 480, 62, 80, 4, MUTED)
    song = Song(
        "A",
        (
            Track(1, "A", notes=Notes.of([loud, muted])),
            Track(2, "B", strip=Strip(is_muted=True), notes=Notes.of([Note(0, 9, 1, 9, 5)])),
        ),
        next_id=6,
    )
    assert [row[2] for row in found(song_of_score(score_bytes(song, "1/16"), "x").song)] == [60]


def test_a_piano_has_two_staves_where_it_plays_on_both_sides_of_middle_c() -> None:
    notes = Notes.of([Note(at * 960, 960, pitch, 80, 2 + at) for at, pitch in enumerate((72, 48, 74, 50))])
    root = etree.fromstring(score_bytes(Song("P", (Track(1, "Piano", notes=notes),), next_id=9), "1/16"))
    assert root.findtext(".//staves") == "2"
    assert [node.text for node in root.iter("sign")] == ["G", "F"]


@pytest.mark.parametrize(
    ("pitch", "key", "name"),
    [
        (60, None, ("C", 0, 4)),
        (61, Key(2, "major"), ("C", 1, 4)),
        (61, Key(8, "major"), ("D", -1, 4)),
        (66, Key(7, "major"), ("F", 1, 4)),
        (70, Key(5, "major"), ("B", -1, 4)),
        (59, Key(6, "major"), ("B", 0, 3)),
        (65, Key(6, "major"), ("E", 1, 4)),
        (71, Key(10, "minor"), ("C", -1, 5)),
    ],
)
def test_pitches_are_spelled_by_their_key(pitch: int, key: Key | None, name: tuple[str, int, int]) -> None:
    assert spelled(pitch, key) == name


@given(st.integers(12, 127), st.builds(Key, st.integers(0, 11), st.sampled_from(("major", "minor"))))
def test_every_spelling_sounds_as_its_pitch(pitch: int, key: Key) -> None:
    letter, alteration, octave = spelled(pitch, key)
    assert 12 * (octave + 1) + {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[letter] + alteration == pitch


def test_names_that_xml_cannot_hold_do_no_harm(tmp_path: Path) -> None:
    timeline = Timeline(markers=(Marker(0, "\uffff"), Marker(0, "a\ufffe")))
    song = Song("\uffff", (Track(1, "\ufffeLead", notes=Notes.of([Note(0, 960, 60, 80, 2)])),), timeline, next_id=3)
    write_song(song, tmp_path / "a.musicxml")
    back = open_song(tmp_path / "a.musicxml").song
    assert (back.title, back.tracks[0].name) == ("Untitled", "Lead")


def test_tempi_inside_a_bar_stand_where_they_are_without_an_offset() -> None:
    """MuseScore ignores offsets; the count of the measure is moved there and back again."""
    changes = tuple(TempoChange(tick, us) for tick, us in ((0, 500_000), (960, 400_000), (2880, 300_000)))
    song = Song("x", (Track(1, "x", notes=Notes.of([Note(0, 3840, 60, 80, 2)])),), Timeline(changes), next_id=3)
    measure = etree.fromstring(score_bytes(song, GRID)).find("part/measure")
    assert measure.find(".//offset") is None
    tags = [node.tag for node in measure if node.tag != "attributes"]
    assert tags == ["direction", "forward", "direction", "forward", "direction", "backup", "note"]
    lengths = [int(node.findtext("duration")) for node in measure if node.tag in ("forward", "backup")]
    assert lengths[2] == lengths[0] + lengths[1]
    assert lengths[1] == 2 * lengths[0]
