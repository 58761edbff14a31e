"""A random user edits; undo leads back to the start, redo to the end, and nothing half-done remains."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.edits import bars, notes, takes, tracks
from studio.edits.history import Edit, History
from studio.errors import RicercarError, UnsupportedRequest
from studio.song import Key, Mask, Note, Origin, Region, Song, Span, Strip, Track, empty_song
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


def mask_of(span: Span) -> Mask:
    return Mask(Region((1,), span))


edits = st.one_of(
    st.builds(notes.add, st.just(1), added_notes),
    st.builds(notes.remove, ids),
    st.builds(notes.move, ids, ticks, st.integers(-80, 80)),
    st.builds(notes.resize, ids, ticks, st.booleans()),
    st.builds(notes.set_velocities, st.dictionaries(st.integers(1, 40), st.integers(-10, 300), max_size=5)),
    st.builds(notes.change_velocity, ids, st.integers(-200, 200)),
    st.builds(notes.quantise, ids, st.integers(1, 960), st.floats(0, 1), st.floats(0.5, 0.75), ends=st.booleans()),
    st.builds(notes.split, ids, st.integers(0, 8000)),
    st.builds(notes.join, ids),
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
    st.builds(lambda span, new: takes.keep([(1, rows_of(new))], mask_of(span), ORIGIN, "Keep"), spans, added_notes),
)


def check(song: Song) -> None:
    seen: set[int] = set()
    for track in song.tracks:
        rows = track.notes.rows
        assert without_overlaps(rows)[1:] == (0, 0)
        assert not len(rows) or (rows["start"].min() >= 0 and rows["length"].min() >= 1 and rows["velocity"].min() >= 1)
        listed = rows["id"].tolist()
        assert len(set(listed)) == len(listed)
        assert not seen & set(listed)
        seen |= set(listed)
    assert not seen or max(seen) < song.next_id


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
        check(history.song)
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
    assert kept.origin(1) == Origin(1, "model", "0" * 64, "fill", 1, 1, "{}", "test")


def test_editing_a_generated_note_marks_its_origin() -> None:
    kept = takes.keep([(1, rows_of([Note(500, 100, 72)]))], mask_of(Span(480, 960)), ORIGIN, "Keep").apply(song_with(8))
    generated = next(n for n in kept.track(1).notes if n.origin)
    assert not notes.move([2], 5).apply(kept).origins[0].edited
    assert notes.move([generated.id], 5).apply(kept).origins[0].edited


def test_quantise_pulls_by_strength_and_swings_the_second_step() -> None:
    song = notes.add(1, [Note(250, 100, 60), Note(10, 100, 61)]).apply(empty_song())
    half = notes.quantise([1, 2, 3], 240, strength=0.5).apply(song)
    assert sorted(n.start_tick for n in half.track(1).notes) == [5, 245]
    swung = notes.quantise([1, 2, 3], 240, swing=2 / 3).apply(song)
    assert sorted(n.start_tick for n in swung.track(1).notes) == [0, 320]


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
