"""MX-08 in files that know no groups: each track is written as it is heard under its group's fader."""

from __future__ import annotations

from dataclasses import replace

from studio.files.midi.plan import GM
from studio.files.midi.writing import bytes_of
from studio.song.mixing import Group, Strip
from studio.song.notes import Note, Notes
from studio.song.song import Song, Track


def grouped(strip: Strip) -> Song:
    tracks = tuple(
        Track(number, f"Track {number}", group=9 * (number == 1), notes=Notes.of([Note(0, 960, 60, 90, 10 + number)]))
        for number in (1, 2)
    )
    return Song(tracks=tracks, groups=(Group(9, "Band", strip=strip),), next_id=20)


def test_mx_08_a_muted_group_is_left_out_as_a_muted_track_is() -> None:
    _, plan = bytes_of(grouped(Strip(is_muted=True)))
    assert [planned.track.id for planned in plan.tracks] == [2]


def test_mx_08_the_fader_of_a_group_is_written_into_its_tracks() -> None:
    song = grouped(Strip(-6.0))
    alone = replace(song, groups=(), tracks=tuple(replace(track, group=0) for track in song.tracks))
    lower = alone.with_track(replace(alone.track(1), strip=replace(alone.track(1).strip, gain_db=-6.0)))
    for_players = {"preset": GM}
    assert bytes_of(song, for_players)[0] == bytes_of(lower, for_players)[0]
    assert bytes_of(song, for_players)[0] != bytes_of(alone, for_players)[0]
