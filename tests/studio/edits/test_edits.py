"""A random user edits; undo leads back to the start, redo to the end, and nothing half-done remains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.edits import bars, dividing, humanising, notes, pitches, takes, timing, tracks
from studio.edits.history import Edit, History
from studio.errors import RicercarError, UnsupportedRequest
from studio.song import Key, Mask, Note, Origin, Region, Song, Span, Strip, Track, empty_song
from studio.song.check import check
from studio.song.clip import Clip
from studio.song.difference import applied, difference
from studio.song.notes import rows_of, without_overlaps

ORIGIN = Origin(0, "model", "0" * 64, "fill", 1, 1, "{}", "test")


def song_with(count: int = 24) -> Song:
    added = notes.add(1, [Note(i * 240, 200, 60 + i % 7, 40 + i) for i in range(count)])
    song = added.apply(empty_song())
    return tracks.add_track("Bass").apply(song)


ids = st.frozensets(st.integers(1, 40), max_size=8)
ticks = st.integers(-2000, 2000)
spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 8000), st.integers(0, 4000))
added_notes = st.lists(
    st.builds(Note, st.integers(0, 8000), st.integers(1, 900), st.integers(0, 127), st.integers(1, 127)), max_size=4
)


quantisings = st.builds(
    timing.Quantising, st.floats(0, 1), st.floats(0.5, 0.75), st.booleans(), st.booleans(), st.floats(0, 0.5), st.floats(0, 0.5),
    st.integers(-(2**70), 2**70),
)  # fmt: skip
humanisings = st.builds(humanising.Humanising, st.floats(0, 500), st.integers(0, 127), st.integers(-(2**70), 2**70))
befores = st.dictionaries(st.integers(1, 40), st.tuples(st.integers(0, 8000), st.integers(1, 127)), max_size=5).map(
    lambda named: np.array(sorted((note_id, *place) for note_id, place in named.items()), dtype=humanising.PLACE)
)
clips = added_notes.filter(len).map(lambda listed: Clip(((0, rows_of(listed)),), 960))
rewritten = st.lists(
    st.builds(Note, st.integers(0, 8000), st.integers(1, 900), st.integers(0, 127), st.integers(1, 127), st.integers(1, 40)),
    max_size=5,
    unique_by=lambda note: note.id,
).map(rows_of)


def mask_of(span: Span) -> Mask:
    return Mask(Region((1,), span))


note_edits = st.one_of(
    st.builds(notes.add, st.just(1), added_notes),
    st.builds(notes.remove, ids),
    st.builds(notes.move, ids, ticks, st.integers(-80, 80)),
    st.builds(notes.resize, ids, ticks, st.booleans()),
    st.builds(notes.set_velocities, st.dictionaries(st.integers(1, 40), st.integers(-10, 300), max_size=5)),
    st.builds(notes.change_velocity, ids, st.integers(-200, 200)),
    st.builds(timing.quantise, ids, st.integers(1, 960), quantisings),
    st.builds(timing.legato, ids, own_pitch=st.booleans(), share=st.floats(0, 1)),
    st.builds(timing.detach, ids, st.floats(0, 2)),
    st.builds(timing.without_meeting, ids),
    st.builds(timing.stretch, ids, spans.filter(lambda span: span.length_ticks), spans.filter(lambda span: span.length_ticks)),
    st.builds(timing.reverse, ids),
    st.builds(timing.strum, ids, st.integers(0, 2000), downwards=st.booleans()),
    st.builds(humanising.humanise, ids, humanisings, befores),
    st.builds(pitches.transpose_in_key, ids, st.integers(-60, 60)),
    st.builds(pitches.conform, ids),
    st.builds(pitches.invert, ids),
    st.builds(dividing.cut, ids, st.lists(st.integers(-10, 8000), max_size=6)),
    st.builds(dividing.divide, ids, st.integers(2, 64)),
    st.builds(dividing.arpeggiate, ids, st.integers(1, 900), st.sampled_from(dividing.PATTERNS)),
    st.builds(dividing.repeat, clips, st.just(1), st.integers(0, 4000), st.integers(1, 4000), st.integers(1, 5)),
    st.builds(notes.rewrite, rewritten, st.just("Drag")),
    st.builds(notes.split, ids, st.integers(0, 8000)),
    st.builds(notes.join, ids),
    st.builds(lambda span, new: takes.keep([(1, rows_of(new))], mask_of(span), ORIGIN, "Keep"), spans, added_notes),
)
edits = st.one_of(
    note_edits,
    note_edits,
    st.builds(notes.set_muted, ids, st.booleans()),
    st.builds(notes.set_locked, ids, st.booleans()),
    st.builds(bars.insert_time, spans),
    st.builds(bars.delete_time, spans),
    st.builds(tracks.add_track, st.just("New")),
    st.builds(tracks.remove_track, st.integers(1, 60)),
    st.just(tracks.set_title("Another title")),
    st.builds(tracks.set_tempo, st.integers(0, 9000), st.floats(10, 1000)),
    st.builds(tracks.set_meter, st.integers(0, 9000), st.integers(1, 12), st.sampled_from((2, 4, 8))),
    st.builds(tracks.set_key, st.integers(0, 9000), st.builds(Key, st.integers(0, 11), st.just("minor"))),
)


def assert_whole(song: Song) -> None:
    """No equal pitches overlap, and the song passes the self-check without which it could not be saved."""
    for track in song.tracks:
        assert without_overlaps(track.notes.rows)[1:] == (0, 0)
    assert check(song) == ()


@settings(max_examples=150, deadline=None)
@given(st.lists(edits, max_size=25))
def test_undo_to_the_start_and_redo_to_the_end(script: list[Edit]) -> None:
    history = History(song_with())
    start, songs = history.song, [history.song]
    for edit in script:
        before = history.song
        try:
            step = history.do(edit)
        except (RicercarError, KeyError):
            assert history.song is before
            continue
        assert_whole(history.song)
        if step is not None:
            songs.append(history.song)
            assert applied(difference(before, history.song), before) == history.song
    end = history.song
    while history.undo():
        pass
    assert history.song is start
    while history.redo():
        pass
    assert history.song is end
    assert len(history.labels) == len(songs) - 1


@given(ids, st.lists(note_edits, max_size=6), st.booleans())
def test_no_edit_of_notes_touches_a_locked_one(locked: frozenset[int], script: list[Edit], in_key: bool) -> None:
    song = notes.set_locked(locked, True).apply(song_with())
    song = tracks.set_key(0, Key(2, "minor")).apply(song) if in_key else song
    held = [note for note in song.track(1).notes if note.is_locked]
    for edit in script:
        try:
            song = edit.apply(song)
        except RicercarError:
            continue
        assert_whole(song)
        assert [note for note in song.track(1).notes if note.is_locked] == held


def test_moves_of_one_gesture_are_one_step() -> None:
    history, gesture = History(song_with()), object()
    for _ in range(5):
        history.do(notes.move([2], 10, gesture=gesture))
    assert history.labels == ("Move 1 note",)
    history.undo()
    assert history.song.track(1).notes.note(2) == Note(0, 200, 60, 40, 2)


def test_transposing_past_the_edge_is_refused_whole() -> None:
    history = History(song_with())
    with pytest.raises(UnsupportedRequest, match="above"):
        history.do(notes.transpose(range(1, 25), 65))
    assert history.undo_label is None


def test_notes_moved_before_the_start_stop_there_together() -> None:
    song = notes.move([2, 3, 4], -10_000).apply(song_with(3))
    assert [n.start_tick for n in song.track(1).notes] == [0, 240, 480]
    later = notes.move([3, 4], -10_000).apply(notes.move([3, 4], 0, 12).apply(song_with(3)))
    assert sorted(n.start_tick for n in later.track(1).notes) == [0, 0, 240]


def test_locked_notes_survive_edits_and_takes() -> None:
    song = notes.set_locked([2], True).apply(song_with(4))
    locked = song.track(1).notes.note(2)
    for edit in (notes.remove([2]), notes.move([2], 100, 1), notes.change_velocity([2], 9), notes.resize([2], 50)):
        assert edit.apply(song).track(1).notes.note(2) == locked
    kept = takes.keep([(1, rows_of([Note(960, 10, 90)]))], mask_of(Span(0, 2000)), ORIGIN, "Keep").apply(song)
    assert [n.pitch for n in kept.track(1).notes] == [locked.pitch, 90]


def test_a_kept_take_replaces_only_what_the_mask_covers() -> None:
    song = song_with(8)
    kept = takes.keep([(1, rows_of([Note(500, 100, 72)]))], mask_of(Span(480, 960)), ORIGIN, "Keep").apply(song)
    outside = [n for n in song.track(1).notes if n.start_tick not in Span(480, 960)]
    assert [n for n in kept.track(1).notes if n.origin == 0] == outside
    assert [(n.start_tick, n.pitch) for n in kept.track(1).notes if n.origin] == [(500, 72)]
    (origin,) = kept.origins
    assert origin == replace(ORIGIN, id=song.next_id)
    assert {note.origin for note in kept.track(1).notes} == {0, origin.id}
    assert check(kept) == (), "it can be saved"


def test_editing_a_generated_note_marks_that_note_alone() -> None:
    rows = rows_of([Note(500, 100, 72), Note(700, 100, 74)])
    kept = takes.keep([(1, rows)], mask_of(Span(480, 960)), ORIGIN, "Keep").apply(song_with(8))
    first, second = (note for note in kept.track(1).notes if note.origin)
    assert notes.move([2], 5).apply(kept).origins == kept.origins
    moved = notes.move([first.id], 5).apply(kept)
    assert moved.track(1).notes.note(second.id) == second
    now = moved.track(1).notes.note(first.id)
    assert now is not None
    origin = moved.origin(now.origin)
    assert origin is not None
    assert (origin.edited, origin.parent, origin.request) == (True, first.origin, ORIGIN.request)
    assert check(moved) == ()
    again = notes.move([first.id, second.id], 5).apply(moved)
    assert {note.origin for note in again.track(1).notes if note.origin} == {now.origin}
    assert notes.move([first.id], 0).apply(kept).origins == kept.origins, "nothing was changed"


def test_paste_keeps_relative_times_and_tracks() -> None:
    song = song_with(4)
    clip = bars.copied(song, [2, 3, 4, 5])
    assert clip is not None
    pasted = bars.paste(clip, 1, 5000).apply(song)
    assert [n.start_tick for n in pasted.track(1).notes][4:] == [5000, 5240, 5480, 5720]
    assert bars.copied(song, [999]) is None


def test_deleting_time_closes_the_gap_on_all_tracks() -> None:
    song = song_with(8)
    shorter = bars.delete_time(Span(480, 960)).apply(song)
    assert [n.start_tick for n in shorter.track(1).notes] == [0, 240, 480, 720, 960, 1200]


def test_the_last_track_stays() -> None:
    with pytest.raises(UnsupportedRequest, match="last track"):
        tracks.remove_track(1).apply(empty_song())


def test_mixer_values_stay_in_range() -> None:
    song = tracks.set_strip(1, Strip(gain_db=99, pan=-900, reverb=400)).apply(empty_song())
    strip = song.track(1).strip
    assert (strip.gain_db, strip.pan, strip.reverb) == (6.0, -100.0, 127)


def test_a_duplicated_track_has_notes_of_its_own() -> None:
    song = tracks.duplicate_track(1).apply(song_with(5))
    check(song)
    assert [track.name for track in song.tracks] == ["Piano", "Piano copy", "Bass"]
    assert [(n.start_tick, n.pitch) for n in song.tracks[0].notes] == [(n.start_tick, n.pitch) for n in song.tracks[1].notes]


def test_colours_go_round() -> None:
    song = Song(tracks=())
    for _ in range(9):
        song = tracks.add_track().apply(song)
    assert [track.colour for track in song.tracks] == [0, 1, 2, 3, 4, 5, 6, 7, 0]
    assert isinstance(song.tracks[0], Track)
