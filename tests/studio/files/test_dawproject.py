"""DAWproject files: their structure is what the published schema asks for, and everything stands where it was."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings

from studio.files.dawproject.project import metadata_bytes, project_bytes
from studio.files.exchange import heard_rows
from studio.files.format import open_song, write_song
from studio.files.midi.texts import xml_name
from studio.files.outgoing import send
from studio.paths import resources
from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, PRESSURE, PROGRAM, Controls
from studio.song.mixing import Group
from studio.song.notes import Note, Notes
from studio.song.song import Instrument, Song, Strip, Track
from studio.song.sound_clip import AudioClip
from studio.song.timeline import Marker, MeterChange, TempoChange, Timeline
from tests import dawproject_reader as reader
from tests.midi_songs import line, reference_songs
from tests.song_values import documents

SCHEMA_FOLDER = "RICERCAR_DAWPROJECT_SCHEMA"
"""Names a folder with the published Project.xsd and MetaData.xsd (repository bitwig/dawproject), which are not ours to ship."""


@settings(max_examples=40, deadline=None)
@given(documents())
def test_ex_23_any_document_becomes_a_project_that_follows_the_schema_with_every_note(document: object) -> None:
    song: Song = document.song  # type: ignore[attr-defined]
    data = project_bytes(song)
    reader.assert_follows_the_schema(ElementTree.fromstring(data))
    project = reader.read_xml(data)
    played = [track for track in project.tracks if track.kind == "notes"]
    meant = sorted((track for track in song.tracks if not track.is_audio), key=lambda track: _place(song, track))
    assert [track.notes for track in played] == [
        heard_rows(track)[["start", "length", "pitch", "velocity"]].tolist() for track in meant
    ]
    for made, track in zip(played, meant, strict=True):
        group = song.group(track.group)
        assert (made.name, made.group) == (xml_name(track.name), "" if group is None else xml_name(group.name))
        assert made.strip.volume == pytest.approx(min(2.0, 10 ** (track.strip.gain_db / 20)), abs=1e-5)
        assert made.strip.pan == pytest.approx((track.strip.pan + 100) / 200, abs=1e-6)
        assert (made.strip.muted, made.strip.solo) == (track.strip.is_muted, track.strip.is_solo)
        assert _played_back(made) == _played(track) or not made.clips
    assert [round(60e6 / bpm) for _, bpm in project.tempos] == pytest.approx(
        [change.us_per_beat for change in song.timeline.tempo_steps], abs=1
    )
    assert project.meters == [tuple(change) for change in song.timeline.meters]
    assert [tick for tick, _ in project.markers] == [marker.tick for marker in song.timeline.markers]
    assert ElementTree.fromstring(metadata_bytes(song)).findtext("Title")


def _played(track: Track) -> dict[tuple[str, int], list[tuple[int, int]]]:
    """Controllers and bends by lane; banks apart, which belong to programs."""
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for tick, kind, number, value in track.controls.points.tolist():
        if kind == BEND or (kind == CONTROLLER and number not in (0, 32)):
            lane = ("pitchBend", 0) if kind == BEND else ("channelController", number)
            found.setdefault(lane, []).append((tick, value))
    return found


def _played_back(track: reader.Track) -> dict[tuple[str, int], list[tuple[int, int]]]:
    found = {}
    for (expression, number), points in track.points.items():
        if expression == "pitchBend":
            found[expression, number] = [(tick, round((v - 0.5) * (16384 if v < 0.5 else 16382))) for tick, v in points]
        elif expression == "channelController" and number not in (0, 32):
            found[expression, number] = [(tick, round(v * 127)) for tick, v in points]
    return found


def _place(song: Song, track: Track) -> int:
    """Members of a group stand where its first member does."""
    return min(at for at, other in enumerate(song.tracks) if other is track or (track.group and other.group == track.group))


def rich_song() -> Song:
    """Two groups, every kind of controller, banks, drums, mutes, a marker, a section, two tempi and two meters."""
    points = [(0, CONTROLLER, 11, 127), (480, CONTROLLER, 11, 0), (0, BEND, 0, 8191), (240, BEND, 0, -8192), (480, BEND, 0, 0)]
    points += [(960, PRESSURE, 0, 64), (960, KEY_PRESSURE, 60, 127), (1920, PROGRAM, 257, 33)]
    lead = Track(
        1, "Lead & more", 3, Instrument(80, 128), Strip(-6, -50), line(100, (0, 480, 60, 80)), Controls.of(points), group=20
    )
    kit = Track(2, "Kit", 4, Instrument(0, 0, True), Strip(is_muted=True), line(200, (1, 1, 36, 127)), group=20)
    alone = Track(3, "Alone", 5, Instrument(40), Strip(6, 100, is_solo=True), line(300, (3840, 7, 72, 1)))
    timeline = Timeline(
        (TempoChange(0, 500_000), TempoChange(3840, 400_000)),
        (MeterChange(0, 4, 4), MeterChange(3840, 7, 8)),
        markers=(Marker(0, "A", True, 2), Marker(960, "here")),
    )
    group = Group(20, "Band", 1, strip=Strip(-3, is_muted=True))
    return Song("Rich", (lead, kit, alone), timeline, groups=(group,), master=Strip(-1, 10), next_id=400)


def test_the_mixer_its_groups_and_colours_are_there() -> None:
    project = reader.read_xml(project_bytes(rich_song()))
    band, lead, kit, alone, master = project.tracks
    assert [track.name for track in project.tracks] == ["Band", "Lead & more", "Kit", "Alone", "Master"]
    assert [track.group for track in project.tracks] == ["", "Band", "Band", "", ""]
    assert (band.kind, band.strip.role, band.strip.destination) == ("tracks", "submix", "master")
    assert band.strip.volume == pytest.approx(10 ** (-3 / 20))
    assert band.strip.muted
    assert {lead.strip.destination, kit.strip.destination} == {"gc20"}
    assert (lead.strip.pan, alone.strip.pan, master.strip.pan) == (0.25, 1.0, pytest.approx(0.55))
    assert (lead.strip.volume, alone.strip.volume) == (pytest.approx(0.501187, abs=1e-6), pytest.approx(1.995262, abs=1e-6))
    assert [track.strip.muted for track in (lead, kit, alone)] == [False, True, False]
    assert [track.strip.solo for track in (lead, kit, alone)] == [False, False, True]
    assert len({band.colour, lead.colour, kit.colour, alone.colour}) == 4


def test_controllers_bends_pressures_programs_and_banks_are_there() -> None:
    lead = reader.read_xml(project_bytes(rich_song())).tracks[1]
    assert lead.points["channelController", 11] == [(0, 1.0), (480, 0.0)]
    assert lead.points["pitchBend", 0] == [(0, 1.0), (240, 0.0), (480, 0.5)]
    assert lead.points["channelPressure", 0] == [(960, pytest.approx(64 / 127))]
    assert lead.points["polyPressure", 60] == [(960, 1.0)]
    assert lead.points["programChange", 0] == [(0, 80), (1920, 33)]
    assert lead.points["channelController", 0] == [(0, pytest.approx(1 / 127)), (1920, pytest.approx(2 / 127))]
    assert lead.points["channelController", 32] == [(0, 0.0), (1920, pytest.approx(1 / 127))]


def test_drums_play_on_channel_ten_and_a_clip_reaches_over_all_that_is_in_it() -> None:
    song = rich_song()
    root = ElementTree.fromstring(project_bytes(song))
    assert {node.get("channel") for node in root.findall(".//Notes[@id='n2']/Note")} == {"9"}
    assert {node.get("channel") for node in root.findall(".//Notes[@id='n1']/Note")} == {"0"}
    late = replace(song.tracks[0], controls=Controls.of([(50_000, CONTROLLER, 1, 5)]))
    clip = reader.read_xml(project_bytes(song.with_track(late))).tracks[1].clips
    assert len(clip) == 1
    assert clip[0][0] == 0
    assert clip[0][1] > 50_000


def test_sections_and_tempo_are_as_they_are_heard() -> None:
    project = reader.read_xml(project_bytes(rich_song()))
    assert project.markers == [(0, "A"), (960, "here")]
    assert (project.tempo, project.meter) == (120.0, (4, 4))
    assert project.tempos == [(0, 120.0), (3840, 150.0)]


def test_names_that_xml_cannot_hold_do_no_harm() -> None:
    song = Song("\uffff\x00", (Track(1, "a\ufffeb\x07", notes=line(5, (0, 1, 60, 1))),), Timeline(markers=(Marker(0, "\uffff"),)))
    assert reader.read_xml(project_bytes(song)).tracks[0].name == "a b"
    assert ElementTree.fromstring(metadata_bytes(song)).findtext("Title") == "Untitled"


def test_the_file_is_a_zip_with_both_members_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    song = Song(
        "A & B", (Track(1, "Lead", notes=Notes.of([Note(0, 480, 60, 80, 2)])), Track(3, "Voice", is_audio=True)), next_id=4
    )
    assert write_song(song, tmp_path / "a.dawproject") == ("Audio tracks are left out: Voice.",)
    write_song(song, tmp_path / "b.dawproject")
    assert (tmp_path / "a.dawproject").read_bytes() == (tmp_path / "b.dawproject").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.dawproject") as archive:
        assert archive.namelist() == ["project.xml", "metadata.xml"]


def test_a_fader_above_what_others_have_is_told_of(tmp_path: Path) -> None:
    song = Song("x", (Track(1, "Loud", strip=Strip(12)), Track(2, "Soft", strip=Strip(-200))))
    assert write_song(song, tmp_path / "a.dawproject") == ("Faders above +6 dB stand at +6 dB: Loud.",)
    assert [track.strip.volume for track in reader.read(tmp_path / "a.dawproject").tracks] == [2.0, 0.0, 1.0]


# Sounds


def sounding(tmp_path: Path) -> tuple[Song, dict[str, Path]]:
    file = tmp_path / "voice.wav"
    soundfile.write(file, np.sin(np.arange(48_000) / 20).astype(np.float32), 24_000, "PCM_16")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    clips = (AudioClip(5, digest, 960, 1.5, 0.25), AudioClip(6, digest, 9600, 0.5, 0.0, -6.0, 0.1, 0.2))
    timeline = Timeline((TempoChange(0, 500_000), TempoChange(1920, 1_000_000)))
    return Song("S", (Track(1, "Voice", is_audio=True, clips=clips),), timeline, next_id=9), {digest: file}


def test_sounds_travel_in_the_archive_and_lie_where_they_lay(tmp_path: Path) -> None:
    song, sounds = sounding(tmp_path)
    assert send(song, tmp_path / "a.dawproject", sounds=sounds).remarks == ()
    voice = reader.read(tmp_path / "a.dawproject").tracks[0]
    assert voice.kind == "audio"
    (path,) = {str(sound["path"]) for sound in voice.sounds}
    with zipfile.ZipFile(tmp_path / "a.dawproject") as archive:
        assert archive.read(path) == next(iter(sounds.values())).read_bytes()
        reader.assert_follows_the_schema(ElementTree.fromstring(archive.read("project.xml")))
    first, second = voice.sounds
    assert (first["tick"], first["playStart"], first["playStop"]) == (960, 0.25, 1.75)
    assert (first["channels"], first["sampleRate"], first["duration"]) == (1, 24_000, 2.0)
    assert (second["tick"], second["fadeInTime"], second["fadeOutTime"]) == (9600, 0.1, 0.2)
    # Half a second at 120, then one at 60; the second clip lies wholly at 60.
    assert voice.clips == [(960, 960 + 960), (9600, 480)]
    assert voice.points["gain", 0] == [(9600, -6.0)]


def test_sounds_that_are_missing_or_broken_are_told_of(tmp_path: Path) -> None:
    song, sounds = sounding(tmp_path)
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"no sound")
    clip = AudioClip(7, "ab" * 32, 0, 1.0)
    both = song.with_track(replace(song.tracks[0], clips=(*song.tracks[0].clips, clip)))
    said = write_song(both, tmp_path / "a.dawproject", sounds={**sounds, "ab" * 32: broken})
    assert said == ("Sounds that are missing are left out of: Voice.",)
    assert write_song(song, tmp_path / "b.dawproject") == ("Audio tracks are left out: Voice.",)


# The published schema


def published(name: str) -> Path:
    folder = os.environ.get(SCHEMA_FOLDER)
    if not folder:
        pytest.skip(f"{SCHEMA_FOLDER} names no folder with the published schema")
    return Path(folder) / name


def exports(tmp_path: Path) -> Iterator[tuple[str, Song, dict[str, Path]]]:
    yield from ((name, song, {}) for name, song in reference_songs().items())
    yield from ((path.stem, open_song(path).song, {}) for path in sorted((resources() / "songs").glob("*.ricercar")))
    yield "rich", rich_song(), {}
    yield "empty", Song(), {}
    yield ("sounding", *sounding(tmp_path))


def test_ex_23_exports_are_valid_against_the_published_schema(tmp_path: Path) -> None:
    from lxml import etree

    of_project = etree.XMLSchema(etree.parse(published("Project.xsd")))
    of_metadata = etree.XMLSchema(etree.parse(published("MetaData.xsd")))
    for name, song, sounds in exports(tmp_path):
        write_song(song, tmp_path / "x.dawproject", sounds=sounds)
        with zipfile.ZipFile(tmp_path / "x.dawproject") as archive:
            of_project.assertValid(etree.fromstring(archive.read("project.xml")))
            of_metadata.assertValid(etree.fromstring(archive.read("metadata.xml")))
        assert name


def test_our_own_table_allows_nothing_that_the_published_schema_does_not() -> None:
    from lxml import etree

    schema = etree.parse(published("Project.xsd")).getroot()
    for tag, (children, required, further) in reader.TABLE.items():
        node = _declared(schema, tag)
        attributes = {each.get("name"): each.get("use") == "required" for each in _attributes(schema, node)}
        assert {name for name, needed in attributes.items() if needed} <= required, tag
        assert required | further <= set(attributes), tag
        order = _children(schema, node)
        places = [next(at for at, group in enumerate(order) if child in group) for child in children]
        assert places == sorted(places), tag


XS = "{http://www.w3.org/2001/XMLSchema}"


def _declared(schema: Any, tag: str) -> Any:
    """The type of an element: named, or inside it."""
    element = next(each for each in schema.iter(f"{XS}element") if each.get("name") == tag)
    return element[0] if element.get("type") is None else _type(schema, element.get("type"))


def _type(schema: Any, name: str) -> Any:
    return next(each for each in schema.iterchildren(f"{XS}complexType") if each.get("name") == name)


def _base(schema: Any, node: Any) -> Any:
    extension = next(node.iter(f"{XS}extension"), None)
    return None if extension is None else _type(schema, extension.get("base"))


def _attributes(schema: Any, node: Any) -> list[Any]:
    base = _base(schema, node)
    return [*node.iter(f"{XS}attribute"), *([] if base is None else _attributes(schema, base))]


def _children(schema: Any, node: Any) -> list[set[str]]:
    """The sequence of children; those of a choice together."""
    base = _base(schema, node)
    found = [] if base is None else _children(schema, base)
    inside = next(node.iter(f"{XS}sequence"), ())
    for part in inside:
        if part.tag == f"{XS}choice":
            found.append({each.get("ref") or each.get("name") for each in part})
        elif part.tag == f"{XS}element":
            found.append({part.get("ref") or part.get("name")})
    return found
