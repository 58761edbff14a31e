"""DAWproject files: their structure is what the published schema asks for, and every note stands where it was."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings

from studio.files.dawproject import metadata_bytes, project_bytes
from studio.files.exchange import heard_rows
from studio.files.format import write_song
from studio.song.notes import Note, Notes
from studio.song.song import Song, Track
from tests.song_values import documents

# What Project.xsd says of the elements that are written: children in order, required and further attributes.
REFERENCE = {"id", "name", "color", "comment"}
TIMELINE = REFERENCE | {"timeUnit", "track"}
SCHEMA: dict[str, tuple[tuple[str, ...], set[str], set[str]]] = {
    "Project": (("Application", "Transport", "Structure", "Arrangement", "Scenes"), {"version"}, set()),
    "Application": ((), {"name", "version"}, set()),
    "Transport": (("Tempo", "TimeSignature"), set(), set()),
    "Tempo": ((), {"unit"}, REFERENCE | {"value", "min", "max"}),
    "TimeSignature": ((), {"numerator", "denominator"}, REFERENCE),
    "Structure": (("Track",), set(), set()),
    "Track": (("Channel", "Track"), set(), REFERENCE | {"contentType", "loaded"}),
    "Channel": (("Mute", "Pan", "Volume"), set(), REFERENCE | {"audioChannels", "destination", "role", "solo"}),
    "Mute": ((), set(), REFERENCE | {"value"}),
    "Pan": ((), {"unit"}, REFERENCE | {"value", "min", "max"}),
    "Volume": ((), {"unit"}, REFERENCE | {"value", "min", "max"}),
    "Arrangement": (("Lanes", "Markers", "TempoAutomation", "TimeSignatureAutomation"), set(), REFERENCE),
    "Lanes": (("Lanes", "Notes", "Clips", "Points"), set(), TIMELINE),
    "Clips": (("Clip",), set(), TIMELINE),
    "Clip": (("Lanes",), {"time"}, {"duration", "playStart", "name", "color", "comment"}),
    "Notes": (("Note",), set(), TIMELINE),
    "Note": ((), {"time", "duration", "channel", "key"}, {"vel", "rel"}),
    "Points": (("Target", "RealPoint", "IntegerPoint"), set(), TIMELINE | {"unit"}),
    "TempoAutomation": (("Target", "RealPoint"), set(), TIMELINE | {"unit"}),
    "TimeSignatureAutomation": (("Target", "TimeSignaturePoint"), set(), TIMELINE | {"unit"}),
    "Target": ((), set(), {"parameter", "expression", "channel", "key", "controller"}),
    "RealPoint": ((), {"time", "value"}, {"interpolation"}),
    "IntegerPoint": ((), {"time", "value"}, set()),
    "TimeSignaturePoint": ((), {"time", "numerator", "denominator"}, set()),
    "Markers": (("Marker",), set(), TIMELINE),
    "Marker": ((), {"time"}, {"name", "color", "comment"}),
    "Scenes": ((), set(), set()),
}


def assert_follows_the_schema(root: Element) -> None:
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    for node in root.iter():
        children, required, further = SCHEMA[node.tag]
        places = [children.index(child.tag) for child in node]
        assert places == sorted(places), node.tag
        assert required <= set(node.keys()) <= required | further, node.tag
        for name in ("destination", "parameter", "track"):
            assert node.get(name) is None or node.get(name) in ids


@settings(max_examples=40, deadline=None)
@given(documents())
def test_ex_23_any_document_becomes_a_project_that_follows_the_schema_with_every_note(document: object) -> None:
    song = document.song  # type: ignore[attr-defined]
    root = ElementTree.fromstring(project_bytes(song))
    assert_follows_the_schema(root)
    for track in song.tracks:
        if track.is_audio:
            continue
        notes = root.find(f".//Notes[@id='n{track.id}']")
        found = (
            []
            if notes is None
            else [
                (
                    round(float(n.get("time", "")) * 960),
                    round(float(n.get("duration", "")) * 960),
                    int(n.get("key", "")),
                    round(float(n.get("vel", "")) * 127),
                )
                for n in notes
            ]
        )
        assert found == heard_rows(track)[["start", "length", "pitch", "velocity"]].tolist()
    tempos = [round(60e6 / float(p.get("value", ""))) for p in root.findall(".//TempoAutomation/RealPoint")]
    assert tempos == pytest.approx([change.us_per_beat for change in song.timeline.tempo_steps], abs=1)
    assert ElementTree.fromstring(metadata_bytes(song)).findtext("Title")


def test_the_file_is_a_zip_with_both_members_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    song = Song(
        "A & B", (Track(1, "Lead", notes=Notes.of([Note(0, 480, 60, 80, 2)])), Track(3, "Voice", is_audio=True)), next_id=4
    )
    assert write_song(song, tmp_path / "a.dawproject") == ("Audio tracks are left out: Voice.",)
    write_song(song, tmp_path / "b.dawproject")
    assert (tmp_path / "a.dawproject").read_bytes() == (tmp_path / "b.dawproject").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.dawproject") as archive:
        assert archive.namelist() == ["project.xml", "metadata.xml"]
