"""Parts of a song as files of their own: a selection counted from its bar line, and one file for each track."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import UnreadableFile
from studio.files.excerpt import excerpt
from studio.files.formats.midi import read, write
from studio.files.outgoing import send_separately
from studio.song import Controls, Instrument, Key, KeyChange, Marker, MeterChange, Song, Span, TempoChange, Timeline, Track
from studio.song.controls import BEND, CONTROLLER, PROGRAM
from tests.midi_songs import line, reference_songs

TIMELINE = Timeline(
    (TempoChange(0, 500_000), TempoChange(960, 600_000), TempoChange(4800, 400_000)),
    (MeterChange(0, 3, 4), MeterChange(5760, 4, 4)),
    (KeyChange(0, Key(7)),),
    (Marker(0, "A", True), Marker(2880, "B", True)),
)
POINTS = Controls.of(
    [
        (0, CONTROLLER, 101, 0),
        (0, CONTROLLER, 7, 90),
        (100, CONTROLLER, 7, 80),
        (200, BEND, 0, 5),
        (300, PROGRAM, 128, 9),
        (3000, CONTROLLER, 7, 1),
    ]
)
SONG = Song(
    "Whole",
    (
        Track(1, "Tune", notes=line(10, (0, 960, 60, 80), (3000, 960, 62, 80), (5000, 4000, 64, 80)), controls=POINTS),
        Track(2, "Bass", notes=line(20, (2880, 100, 40, 80))),
    ),
    TIMELINE,
)


def test_ex_14_a_selection_counts_from_the_bar_line_before_it() -> None:
    part = excerpt(SONG, Span(3000, 6000))
    assert [(note.start_tick, note.length_ticks, note.pitch) for note in part.tracks[0].notes] == [
        (120, 960, 62),
        (2120, 1000, 64),
    ]
    assert len(part.tracks[1].notes) == 0
    assert part.timeline.tempos == (TempoChange(0, 600_000), TempoChange(1920, 400_000))
    assert part.timeline.meters == (MeterChange(0, 3, 4), MeterChange(2880, 4, 4))
    assert part.timeline.keys == (KeyChange(0, Key(7)),)
    assert part.timeline.markers == (Marker(0, "B", True),)


def test_ex_14_what_is_in_force_at_the_start_travels_along() -> None:
    tune = excerpt(SONG, Span(2880, 6000)).tracks[0]
    assert tune.instrument == Instrument(9, 128)
    assert tune.controls.points.tolist() == [(0, CONTROLLER, 7, 80), (0, BEND, 0, 5), (120, CONTROLLER, 7, 1)]


def test_the_whole_song_is_its_own_excerpt_and_one_track_can_be_chosen() -> None:
    whole = excerpt(SONG, Span(0, 100_000))
    assert whole.timeline == SONG.timeline
    assert [track.notes for track in whole.tracks] == [track.notes for track in SONG.tracks]
    assert [track.name for track in excerpt(SONG, Span(0, 9000), (2,)).tracks] == ["Bass"]


def test_an_excerpt_can_be_exported(tmp_path: Path) -> None:
    write(excerpt(SONG, Span(2880, 6000), (1,)), tmp_path / "part.mid")
    assert read(tmp_path / "part.mid").song.tracks[0].instrument == Instrument(9, 128)


def test_ex_05_one_file_for_each_track_has_that_track_and_the_tempo_map(tmp_path: Path) -> None:
    song = reference_songs()["twenty"]
    paths = send_separately(song, tmp_path).paths
    assert [path.name for path in paths][:2] == ["01 - Part 1.mid", "02 - Part 2.mid"]
    found = [read(path).song for path in paths]
    assert [(part.tracks[0].name, part.tracks[0].instrument.program) for part in found] == [
        (f"Part {n}", n) for n in range(1, 21)
    ]
    assert all(path.read_bytes()[8:10] == b"\0\0" for path in paths)  # format 0


def test_names_of_tracks_cannot_leave_the_folder(tmp_path: Path) -> None:
    tracks = tuple(Track(n, name, notes=line(n, (0, 9, 60, 80))) for n, name in enumerate(("../up", "a/b\\c:d", "...", "\0"), 1))
    paths = send_separately(Song("x", tracks), tmp_path).paths
    assert [path.name for path in paths] == ["01 - up.mid", "02 - a b c d.mid", "03 - Track.mid", "04 - Track 4.mid"]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    with pytest.raises(UnreadableFile):
        read(tmp_path / "up.mid")
