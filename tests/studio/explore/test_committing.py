"""A path as bars: exactly its phrases, in one undo step; locked notes are never touched; every step knows its place."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.edits import locks, notes
from studio.explore.committing import place_of
from studio.song.check import check
from studio.song.notes import LOCKED, MUTED, Note
from studio.song.origin import Origin
from studio.song.region import Region
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from studio.song.timeline import Timeline
from tests.plane_space import BAR, TRIO, WINDOW, bench, filled, phrase_at


def played(song: Song, track_id: int, span: Span) -> list[tuple[int, int, int]]:
    return [(int(row["start"]), int(row["length"]), int(row["pitch"])) for row in song.track(track_id).notes.starting_in(span)]


def with_path(made, *points, steps=3, hold=2):
    made.explorer.set_path(points)
    made.explorer.set_path_steps(steps)
    made.explorer.set_hold(hold)
    return made


def test_a_path_is_written_on_a_new_track_as_it_was_heard():
    made = with_path(filled(bench()), (0, 0), (1, 0))
    before = made.session.song
    assert made.explorer.commit_path(bar=5)
    song = made.session.song
    track = song.tracks[-1]
    assert len(song.tracks) == len(before.tracks) + 1
    start = 4 * BAR
    wanted = [start, start + BAR, start + WINDOW + 500, start + WINDOW + BAR, start + 2 * WINDOW + 1000, start + 2 * WINDOW + BAR]
    assert track.notes.rows["start"].tolist() == wanted
    assert made.session.selection.bars == Span(start, start + 3 * WINDOW)
    assert made.said[-1] == "Committed 3 steps to bars 5-10."


def test_undo_brings_the_song_back_exactly_and_redo_the_bars():
    made = with_path(filled(bench()), (0, 0), (1, 1))
    before = made.session.song
    made.explorer.commit_path(1, 1)
    after = made.session.song
    assert after.tracks[0].notes != before.tracks[0].notes
    made.session.undo()
    assert made.session.song is before
    made.session.redo()
    assert made.session.song is after
    assert len(made.session.history.labels) == 1


def test_a_step_on_an_anchor_has_the_anchors_own_notes():
    made = filled(bench())
    own = phrase_at(0.0, 0.0, "Bent", pitch=61)
    own.clip.parts[0][1]["velocity"] = 33
    made.explorer.place_anchor(0, own)
    with_path(made, (0, 0), (1, 0))
    made.explorer.commit_path(bar=1)
    rows = made.session.song.tracks[-1].notes.starting_in(Span(0, WINDOW))
    assert rows["pitch"].tolist() == [61, 61]
    assert rows["velocity"].tolist() == [33, 33]
    assert [json.loads(origin.request)["own"] for origin in made.session.song.origins] == [True, False, True]


def test_with_the_reconstruction_shown_it_is_the_reconstruction_that_is_written():
    made = filled(bench())
    made.explorer.place_anchor(0, phrase_at(0.0, 0.0, "Bent", pitch=61))
    made.explorer.show_reconstruction(True)
    with_path(made, (0, 0), (1, 0))
    made.explorer.commit_path(bar=1)
    assert set(made.session.song.tracks[-1].notes.rows["pitch"].tolist()) == {72}


@pytest.mark.parametrize(("hold", "starts"), [(1, [0, BAR + 1000]), (4, [0, BAR, WINDOW, WINDOW + BAR])])
def test_a_phrase_is_cut_or_repeated_to_last_as_long_as_asked_and_that_is_said(hold, starts):
    made = with_path(filled(bench()), (0, 0), (1, 0), steps=2, hold=hold)
    made.explorer.commit_path(bar=1)
    found = made.session.song.tracks[-1].notes.rows["start"].tolist()
    assert found[: len(starts)] == starts
    assert max(found) < 2 * hold * BAR
    assert "2 phrases repeated or cut to last as long as asked" in made.said[-1]


def test_bars_of_another_meter_are_filled_whole():
    made = with_path(
        filled(bench(song=Song("Waltz", (Track(1, "Piano"),), Timeline().with_meter(0, 3, 4), next_id=2))), (0, 0), (1, 0)
    )
    made.explorer.commit_path(1, 1)
    assert made.session.selection.bars == Span(0, 3 * 2 * 2880)
    assert made.session.song.tracks[0].notes.rows["start"].tolist()[2] == 2 * 2880 + 500


def test_where_everything_is_locked_nothing_is_committed_nor_pinned_and_it_is_said():
    made = with_path(filled(bench()), (0, 0), (1, 0))
    session = made.session
    front = session.song.tracks[0].id
    session.do(locks.set_track_locked(front, True))
    song = session.song
    assert not made.explorer.commit_path(front, 1)
    assert f"«{song.tracks[0].name}» is locked" in made.said[-1]
    assert session.song is song
    session.do(locks.set_track_locked(front, False))
    session.do(locks.set_bars_locked(Region((front,), Span(0, 100 * WINDOW)), True))
    assert not made.explorer.commit_path(front, 1)
    assert "are locked" in made.said[-1]


locked_notes = st.lists(st.tuples(st.integers(0, 3 * WINDOW - 1), st.integers(1, 4000), st.sampled_from([60, 72])), max_size=8)


@settings(max_examples=40)
@given(locked_notes)
def test_locked_notes_are_never_touched_and_never_overlapped(wanted):
    made = with_path(filled(bench()), (0, 0), (1, 1))
    session = made.session
    first = session.song.next_id
    session.do(notes.add(1, [Note(start, length, pitch) for start, length, pitch in wanted]))
    ids = [id_ for id_ in range(first, session.song.next_id) if session.song.tracks[0].notes.note(id_)]
    session.do(notes.set_locked(ids, True))
    before = session.song.track(1).notes.with_ids(ids)
    made.explorer.commit_path(1, 1)
    after = session.song.track(1).notes
    assert np.array_equal(after.with_ids(ids), before)
    assert set(after.rows["id"][after.rows["flags"] & LOCKED > 0].tolist()) == set(ids)
    for pitch in np.unique(after.rows["pitch"]):
        same = after.rows[after.rows["pitch"] == pitch]
        assert (same["start"][1:] >= (same["start"] + same["length"])[:-1]).all()


def test_only_the_steps_bars_are_written():
    made = with_path(filled(bench()), (0, 0), (1, 0), steps=2)
    session = made.session
    other = [track.notes for track in session.song.tracks[1:]]
    ends = played(session.song, 1, Span(6 * BAR, 100 * BAR))
    made.explorer.commit_path(1, 3)
    assert [track.notes for track in session.song.tracks[1:]] == other
    assert played(session.song, 1, Span(6 * BAR, 100 * BAR)) == ends
    assert "8 notes made way." in made.said[-1]


def test_every_step_remembers_pad_and_place():
    made = with_path(filled(bench()), (0, 0), (1, 0))
    made.explorer.commit_path(bar=1)
    origins = made.session.song.origins
    assert [place_of(origin) for origin in origins] == [(1, 0, 0), (1, 0.5, 0), (1, 1, 0)]
    # The ends are the anchors' own notes, the middle is the model's.
    assert [json.loads(origin.request)["rung"] for origin in origins] == ["", "by rule", ""]
    assert {(origin.model, origin.capability, origin.take) for origin in origins} == {("plane", "morph", at) for at in (1, 2, 3)}
    rows = made.session.song.tracks[-1].notes.rows
    assert rows["origin"].tolist() == [origin.id for origin in origins for _ in range(2)]
    assert check(made.session.song) == (), "it can be saved"


@pytest.mark.parametrize(
    "request_text",
    [
        "",
        "{}",
        "garbage",
        '["pad"]',
        '{"pad": 1}',
        '{"pad": 0, "place": [0, 0]}',
        '{"pad": "1", "place": [0, 0]}',
        '{"pad": 1, "place": 5}',
        '{"pad": 1, "place": [0]}',
        '{"pad": 1, "place": [0, 2]}',
        '{"pad": 1, "place": [0, NaN]}',
        '{"pad": 1, "place": [true, 0]}',
    ],
)
def test_an_origin_of_another_kind_has_no_place(request_text):
    assert place_of(Origin(1, "m", "", "morph", 1, 1, request_text, "1")) is None


# Tracks


def test_a_trio_takes_the_tracks_that_suit_and_adds_those_that_lack():
    tracks = (Track(1, "Lead"), Track(2, "Kit", instrument=Instrument(is_drum=True)))
    made = with_path(filled(bench(TRIO, song=Song("S", tracks, next_id=3))), (0.1, 0), (0.9, 0), steps=2)
    made.explorer.commit_path(1, 1)
    song = made.session.song
    assert [track.name for track in song.tracks] == ["Lead", "Kit", "Bass"]
    assert [set(track.notes.rows["pitch"].tolist()) for track in song.tracks] == [{72}, {38}, {36}]
    assert len({track.id for track in song.tracks} | set(song.tracks[2].notes.rows["id"].tolist())) == 3 + 4
    made.session.undo()
    assert [track.name for track in made.session.song.tracks] == ["Lead", "Kit"]


def test_new_tracks_leave_everything_else_as_it_was():
    made = with_path(filled(bench(TRIO)), (0.1, 0), (0.9, 0), steps=2)
    before = made.session.song
    made.explorer.commit_path(None, 1)
    song = made.session.song
    assert song.tracks[: len(before.tracks)] == before.tracks
    assert [track.name for track in song.tracks[len(before.tracks) :]] == ["Melody", "Bass", "Drums"]
    assert [track.instrument.is_drum for track in song.tracks[-3:]] == [False, False, True]
    assert song.next_id > max(track.id for track in song.tracks)


@pytest.mark.parametrize("track_id", [99, 2, 3])
def test_a_track_that_cannot_play_it_is_refused_in_a_sentence(track_id):
    tracks = (Track(1, "Lead"), Track(2, "Kit", instrument=Instrument(is_drum=True)), Track(3, "Take", is_audio=True))
    made = with_path(filled(bench(song=Song("S", tracks, next_id=4))), (0, 0), (1, 0))
    before = made.session.song
    assert not made.explorer.commit_path(track_id, 1)
    assert made.session.song is before
    assert made.said[-1].endswith(".")
    assert made.session.history.labels == ()


def test_without_a_path_there_is_nothing_to_commit():
    made = filled(bench())
    assert not made.explorer.commit_path()
    assert made.said[-1] == "There is no path to commit. Draw one over the pad first."


def test_muted_notes_are_no_part_of_a_phrase():
    made = bench()
    session = made.session
    session.do(notes.add(1, [Note(0, 480, 60, flags=MUTED), Note(480, 480, 62)]))
    session.select(frozenset(session.song.track(1).notes.rows["id"].tolist()))
    assert 60 not in made.explorer.phrase_of_selection().clip.rows["pitch"][:1]
