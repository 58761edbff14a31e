"""Songs to and from pretty_midi and pypianoroll: the same music, and nothing taken on trust."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace

import numpy as np
import pretty_midi
import pypianoroll
import pytest
from hypothesis import given, settings

from studio.errors import UnsupportedRequest
from studio.files.exchange import from_pretty_midi, to_pretty_midi
from studio.files.midi.reading import song_from_bytes
from studio.files.multitrack import from_multitrack, to_multitrack
from studio.song import Instrument, MeterChange, Note, Notes, Song, Span, TempoChange, Timeline, Track
from tests.midi_songs import line, reference_songs, songs


def heard(track: Track) -> list[tuple[int, int, int, int]]:
    return [(note.start_tick, note.length_ticks, note.pitch, note.velocity) for note in track.notes]


@settings(max_examples=25, deadline=None)
@given(songs())
def test_a_song_comes_back_from_pretty_midi(song: Song) -> None:
    opened = from_pretty_midi(to_pretty_midi(song), song.title)
    assert opened.report.is_exact
    assert [heard(track) for track in opened.song.tracks] == [heard(track) for track in song.tracks]
    assert [t.instrument.program for t in opened.song.tracks] == [t.instrument.program for t in song.tracks]
    assert opened.song.timeline.tempos == song.timeline.tempos
    assert opened.song.timeline.meters == song.timeline.meters
    assert opened.song.timeline.keys == song.timeline.keys


def test_what_pretty_midi_writes_of_it_holds_the_same_notes() -> None:
    song = reference_songs()["ramp"]
    stream = io.BytesIO()
    to_pretty_midi(song).write(stream)
    again = song_from_bytes(stream.getvalue(), "x.mid").song
    assert [heard(track) for track in again.tracks] == [heard(track) for track in song.tracks]


def test_muted_tracks_and_notes_stay_out() -> None:
    assert [each.name for each in to_pretty_midi(reference_songs()["band"]).instruments] == ["Keys", "Bass", "Kit"]
    assert len(to_pretty_midi(reference_songs()["bends"]).instruments[0].notes) == 4
    assert len(to_multitrack(reference_songs()["band"]).tracks) == 3


def test_controllers_and_bends_travel() -> None:
    song = reference_songs()["bends"]
    back = from_pretty_midi(to_pretty_midi(song)).song
    assert sorted(back.tracks[0].controls.points.tolist()) == sorted(song.tracks[0].controls.points.tolist())


def test_impossible_values_of_a_script_are_counted_not_trusted() -> None:
    midi = pretty_midi.PrettyMIDI()
    bad = pretty_midi.Instrument(300, name="a\nb")
    bad.notes = [
        pretty_midi.Note(80, 60, 0.0, 1.0),
        pretty_midi.Note(80, 60, 0.5, 0.7),
        pretty_midi.Note(80, 61, 1.0, 1.0),
        pretty_midi.Note(80, 62, float("nan"), 1.0),
        pretty_midi.Note(80, 63, -1.0, 1.0),
        pretty_midi.Note(80, 64, 0.0, float("inf")),
        pretty_midi.Note(80, 200, 0.0, 1.0),
        pretty_midi.Note(0, 65, 0.0, 1.0),
        pretty_midi.Note(80, 61, 1.0, 1.0),
    ]
    bad.control_changes = [pretty_midi.ControlChange(7, 300, 0.0), pretty_midi.ControlChange(7, 99, 0.0)]
    midi.instruments = [bad]
    midi.time_signature_changes = [pretty_midi.TimeSignature(4, 5, 0.0)]
    opened = from_pretty_midi(midi)
    assert heard(opened.song.tracks[0]) == [(0, 960, 60, 80), (960, 384, 60, 80), (1920, 1, 61, 80)]
    assert (opened.song.tracks[0].name, opened.song.tracks[0].instrument.program) == ("a b", 127)
    assert opened.report.dropped == {
        "note without a possible place": 3,
        "note of impossible pitch or velocity": 2,
        "note that doubles another": 1,
        "impossible controller": 1,
        "impossible time signature": 1,
    }
    assert opened.report.changed == {
        "note without length made 1 tick long": 1,
        "note cut where its pitch is struck again": 1,
    }
    assert opened.report.events == 9 + 2 + 1 + 1  # notes, controllers, the signature, the tempo


def test_a_song_too_long_for_pretty_midi_is_refused() -> None:
    song = Song("x", (Track(1, "x", notes=line(1, (10_000_000, 1, 60, 80))),))
    with pytest.raises(UnsupportedRequest, match="too long for pretty_midi"):
        to_pretty_midi(song)


# The traps of reliability.md R15: what goes out is never one, what comes in is counted


def through_the_library(song: Song) -> pretty_midi.PrettyMIDI:
    """Written by pretty_midi and read by it again."""
    stream = io.BytesIO()
    to_pretty_midi(song).write(stream)
    stream.seek(0)
    return pretty_midi.PrettyMIDI(stream)


def one_note(start: float, end: float, pitch: float = 60, velocity: float = 80) -> pretty_midi.PrettyMIDI:
    midi = pretty_midi.PrettyMIDI()
    part = pretty_midi.Instrument(0)
    part.notes = [pretty_midi.Note(velocity, pitch, start, end)]
    midi.instruments = [part]
    return midi


def test_r15_the_shortest_note_comes_back_from_the_library_as_short_as_it_was() -> None:
    song = Song("x", (Track(1, "x", notes=line(1, (0, 1, 60, 80), (960, 1, 60, 1))),))
    (part,) = through_the_library(song).instruments
    assert [(round(note.start * 1920), round(note.end * 1920)) for note in part.notes] == [(0, 1), (960, 961)]


def test_r15_equal_pitches_that_follow_each_other_are_not_clipped() -> None:
    song = Song("x", (Track(1, "x", notes=line(1, (0, 481, 60, 80), (481, 1, 60, 81), (482, 500, 60, 82))),))
    (part,) = through_the_library(song).instruments
    found = sorted((round(note.start * 1920), round(note.end * 1920), note.velocity) for note in part.notes)
    assert found == [(0, 481, 80), (481, 482, 81), (482, 982, 82)]


@pytest.mark.parametrize("bpm", [10, 1000])
def test_r15_the_slowest_and_the_fastest_tempo_move_no_end(bpm: int) -> None:
    timeline = Timeline((TempoChange(0, round(60e6 / bpm)), TempoChange(960, 500_000), TempoChange(1920, round(60e6 / bpm))))
    song = Song("x", (Track(1, "x", notes=line(1, (0, 959, 60, 80), (960, 2000, 62, 80))),), timeline)
    (part,) = through_the_library(song).instruments
    meant = [(float(timeline.seconds_at(tick)), float(timeline.seconds_at(end))) for tick, end in ((0, 959), (960, 2960))]
    assert [pytest.approx(pair, abs=1e-4) for pair in meant] == [(note.start, note.end) for note in part.notes]


def test_r15_tempo_and_meter_are_always_said() -> None:
    made = to_pretty_midi(Song("x", (Track(1, "x", notes=line(1, (0, 1, 60, 80))),)))
    assert made.get_tempo_changes()[1].tolist() == [120.0]
    assert [(each.numerator, each.denominator, each.time) for each in made.time_signature_changes] == [(4, 4, 0.0)]


@pytest.mark.parametrize(
    ("midi", "fate"),
    [
        (one_note(0, 1, velocity=0), "note of impossible pitch or velocity"),
        (one_note(0, 1, pitch=128), "note of impossible pitch or velocity"),
        (one_note(-1, 1), "note without a possible place"),
        (one_note(float("nan"), 1), "note without a possible place"),
        (one_note(0, float("inf")), "note without a possible place"),
        (one_note(1, 1), "note without length made 1 tick long"),
        (one_note(0, 0.0001), "note without length made 1 tick long"),
    ],
)
def test_r15_what_a_script_hands_over_is_checked_note_by_note(midi: pretty_midi.PrettyMIDI, fate: str) -> None:
    report = from_pretty_midi(midi).report
    assert {**report.dropped, **report.changed} == {fate: 1}
    assert report.events == 2  # the note and the tempo


@pytest.mark.parametrize("seconds_per_tick", [60 / 3 / 220, 60 / 5000 / 220])
def test_r15_a_tempo_that_no_file_holds_is_brought_within(seconds_per_tick: float) -> None:
    midi = one_note(0, 1)
    midi._tick_scales = [(0, seconds_per_tick)]
    opened = from_pretty_midi(midi)
    assert opened.report.changed["tempo brought into 10 to 1000"] == 1
    assert opened.song.timeline.tempos[0].bpm in (10, 1000)


# Piano-rolls


def test_a_song_on_the_grid_comes_back_from_its_rolls() -> None:
    timeline = Timeline((TempoChange(0, 500_000), TempoChange(3840, 400_000)), (MeterChange(0, 4, 4), MeterChange(7680, 3, 4)))
    keys = line(10, (0, 960, 60, 80), (960, 960, 60, 70), (1920, 480, 64, 90), (10560, 960, 67, 50))
    kit = line(20, (0, 40, 36, 127), (7680, 40, 36, 100))
    song = Song("Rolls", (Track(1, "Keys", notes=keys), Track(2, "Kit", instrument=Instrument(0, 0, True), notes=kit)), timeline)
    rolls = to_multitrack(song)
    rolls.validate()
    assert rolls.resolution == 24
    back = from_multitrack(rolls)
    assert [heard(track) for track in back.song.tracks] == [heard(track) for track in song.tracks]
    assert back.song.timeline.tempos == timeline.tempos
    assert back.song.timeline.meters == timeline.meters
    assert (back.song.title, back.report.read) == ("Rolls", 6 + 2 + 4), "notes, tempos, downbeats"


def test_repeated_notes_of_one_velocity_stay_apart() -> None:
    song = Song("x", (Track(1, "x", notes=line(1, (0, 480, 60, 80), (480, 480, 60, 80), (960, 480, 60, 80))),))
    assert [note[0] for note in heard(from_multitrack(to_multitrack(song)).song.tracks[0])] == [0, 480, 960]


def test_rolls_agree_with_pypianorolls_own() -> None:
    song = reference_songs()["one-track"]
    ours, theirs = to_multitrack(song), pypianoroll.from_pretty_midi(to_pretty_midi(song))
    steps = theirs.tracks[0].pianoroll.shape[0]
    assert np.array_equal(ours.tracks[0].pianoroll[:steps], theirs.tracks[0].pianoroll)


def test_a_span_is_cut_out_and_counts_from_its_own_start() -> None:
    song = reference_songs()["one-track"]
    rolls = to_multitrack(song, 4, Span(1920, 3840))
    assert rolls.tracks[0].pianoroll.shape == (8, 128)
    assert np.argmax(rolls.tracks[0].pianoroll[0]) == 64


def test_rolls_that_would_fill_the_memory_are_refused_beforehand() -> None:
    long = Song("x", (Track(1, "x", notes=Notes.of([Note(0, 1, 60), Note(9_000_000 * 960, 1, 60, id=1)])),))
    with pytest.raises(UnsupportedRequest, match="would take"):
        to_multitrack(long)


def test_rolls_of_any_kind_and_shape_are_checked() -> None:
    binary = pypianoroll.BinaryTrack("b", 300, False, np.ones((4, 128), bool))
    back = from_multitrack(pypianoroll.Multitrack(resolution=4, tracks=[binary])).song
    assert Counter(note[1:] for note in heard(back.tracks[0])) == Counter((960, pitch, 80) for pitch in range(128))
    narrow = pypianoroll.StandardTrack("n", 0, False, np.ones((4, 100), np.uint8))
    with pytest.raises(UnsupportedRequest, match="4 x 100"):
        from_multitrack(pypianoroll.Multitrack(resolution=4, tracks=[narrow]))
    empty = from_multitrack(replace_tempo(pypianoroll.Multitrack(resolution=4, tracks=[])))
    assert empty.song.timeline.tempos == (TempoChange(0, 500_000), TempoChange(480, 60_000))


def replace_tempo(rolls: pypianoroll.Multitrack) -> pypianoroll.Multitrack:
    rolls.tempo = np.array([[np.nan], [120.0], [1e9]])
    return rolls


def test_an_imported_object_can_be_edited_like_any_song() -> None:
    back = from_pretty_midi(to_pretty_midi(reference_songs()["band"])).song
    ids = [note.id for track in back.tracks for note in track.notes]
    assert len(set(ids)) == len(ids)
    assert back.next_id == max(ids) + 1
    assert replace(back, title="x").note_count == 19
