"""Songs written and read again are the same, by our reader and by two others."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace

import mido
import symusic
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.files.midi.reading import song_from_bytes
from studio.files.midi.writing import bytes_of
from studio.song import Marker, Song, TempoChange, Timeline, Track
from studio.song.controls import CONTROLLER
from studio.song.timeline import coloured
from tests.midi_songs import line, songs

EXAMPLES = settings(max_examples=30, deadline=None)
Sounding = tuple[int, int, int, int]


def heard(song: Song) -> Counter[Sounding]:
    rows = [row for track in song.tracks for row in track.notes.rows.tolist()]
    return Counter((start, length, pitch, velocity) for start, length, _, _, pitch, velocity, _ in rows)


def points(track: Track, own_bend_range: bool) -> list[tuple[int, int, int, int]]:
    """Sorted; without the bend range that the writer adds where bends are used."""
    listed = track.controls.points.tolist()
    if not own_bend_range:
        listed = [point for point in listed if not (point[0] == 0 and point[1] == CONTROLLER and point[2] in (6, 38, 100, 101))]
    return sorted(listed)


@EXAMPLES
@given(songs())
def test_a_song_written_and_read_again_is_the_same(song: Song) -> None:
    data, plan = bytes_of(song, {"preset": "as read"})
    opened = song_from_bytes(data, "again.mid")
    again = opened.song
    assert opened.report.is_exact, opened.report
    assert len(again.tracks) == len(song.tracks)
    for before, after, planned in zip(song.tracks, again.tracks, plan.tracks, strict=True):
        columns = ["start", "length", "pitch", "velocity"]
        assert before.notes.rows[columns].tolist() == after.notes.rows[columns].tolist()
        assert after.name == planned.name
        if len(before.notes):  # without notes a later program is the first
            assert (after.instrument, points(after, True)) == (before.instrument, points(before, True))
    assert again.title == plan.title
    assert again.timeline.tempos == song.timeline.tempos
    assert again.timeline.meters == song.timeline.meters
    assert again.timeline.keys == song.timeline.keys
    assert [(m.tick, m.text) for m in again.timeline.markers] == [(m.tick, m.text) for m in song.timeline.markers]


@EXAMPLES
@given(songs(), st.sampled_from(("DAW", "GM playback")))
def test_every_preset_keeps_notes_and_points(song: Song, preset: str) -> None:
    again = song_from_bytes(bytes_of(song, {"preset": preset})[0], "again.mid").song
    assert heard(again) == heard(song)
    for before, after in zip(song.tracks, again.tracks, strict=True):
        assert not Counter(points(before, False)) - Counter(points(after, False)) or not len(before.notes)


@EXAMPLES
@given(songs())
def test_written_twice_it_is_the_same_file(song: Song) -> None:
    first, _ = bytes_of(song, {"preset": "as read"})
    again = song_from_bytes(first, "again.mid").song
    if all(len(track.notes) for track in song.tracks):
        assert bytes_of(again, {"preset": "as read"})[0] == first


@EXAMPLES
@given(songs())
def test_mido_hears_the_same_notes_and_tempos(song: Song) -> None:
    file = mido.MidiFile(file=io.BytesIO(bytes_of(song)[0]))
    scale = 960 // file.ticks_per_beat
    found: Counter[Sounding] = Counter()
    tempos = {}
    for track in file.tracks:
        tick = 0
        sounding: dict[tuple[int, int], tuple[int, int]] = {}
        for message in track:
            tick += message.time * scale
            if message.type == "set_tempo":
                tempos[tick] = message.tempo
            elif message.type == "note_on":
                assert (message.channel, message.note) not in sounding
                sounding[message.channel, message.note] = tick, message.velocity
            elif message.type == "note_off":
                start, velocity = sounding.pop((message.channel, message.note))
                found[start, tick - start, message.note, velocity] += 1
        assert not sounding
    assert found == heard(song)
    assert tempos == {change.tick: change.us_per_beat for change in song.timeline.tempos}


@EXAMPLES
@given(songs())
def test_symusic_hears_the_same_notes_meters_and_programs(song: Song) -> None:
    score = symusic.Score.from_midi(bytes_of(song)[0])
    scale = 960 // score.ticks_per_quarter
    found = Counter((n.start * scale, n.duration * scale, n.pitch, n.velocity) for track in score.tracks for n in track.notes)
    assert found == heard(song)
    meters = [(m.time * scale, m.numerator, m.denominator) for m in score.time_signatures]
    assert meters == [tuple(meter) for meter in song.timeline.meters]
    expected = {(t.instrument.is_drum, t.instrument.program) for t in song.tracks if len(t.notes)}
    assert {(track.is_drum, track.program) for track in score.tracks if len(track.notes)} == expected


@given(st.integers(1, 1000).map(lambda bpm: round(60e6 / max(10, bpm))))
def test_tempos_come_back_to_the_microsecond(us: int) -> None:
    song = Song("x", (Track(1, "x", notes=line(1, (0, 1, 60, 1))),), Timeline((TempoChange(0, us),)))
    assert song_from_bytes(bytes_of(song)[0], "x.mid").song.timeline.tempos[0].us_per_beat == us


def test_sections_are_known_again_by_their_names() -> None:
    markers = (Marker(0, "Intro", True), Marker(960, "Verse 2", True), Marker(1920, "breathe"), Marker(2880, "B'", True))
    song = Song("x", (Track(1, "x", notes=line(1, (0, 1, 60, 1))),), Timeline(markers=markers))
    assert song_from_bytes(bytes_of(song)[0], "x.mid").song.timeline.markers == coloured(markers)


def test_more_than_15_tracks_come_back_from_their_ports() -> None:
    tracks = tuple(Track(n, f"T{n}", notes=line(100 * n, (0, n, 60, 80))) for n in range(1, 40))
    song = Song("x", tuple(replace(track, instrument=replace(track.instrument, program=track.id)) for track in tracks))
    again = song_from_bytes(bytes_of(song)[0], "x.mid").song
    assert [(each.name, each.instrument.program, len(each.notes)) for each in again.tracks] == [
        (f"T{n}", n, 1) for n in range(1, 40)
    ]
