"""A take that is edited before it is kept becomes another take; undo, and what is refused (workstation.md 6.2)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.edits import bars, notes, tracks
from studio.edits.proposals import FIRST_ID
from studio.edits.takes import EDITED, FOREIGN, OWN
from studio.edits.tracks import set_tempo
from studio.generation.contract import Request
from studio.jobs.board import InlineRunner
from studio.session import Session
from studio.song.check import check
from studio.song.notes import Note, Notes, Rows
from studio.song.region import Mask, Region
from studio.song.song import Song, Track
from studio.song.ticks import Span
from tests.fakes import SilentSound, scale_takes

BAR = 3840
SPAN = Span(BAR, 3 * BAR)


def proposed(takes: int = 2, **mask: int) -> Session:
    """Two of four bars proposed anew; the first take is shown."""
    session = Session(InlineRunner(), scale_takes, SilentSound())
    session.do(notes.add(1, [Note(at * 960, 960, 40, 70) for at in range(16)]))
    session.generate(Request("fill", "scales", session.song, Mask(Region((1,), SPAN), **mask), count=takes))
    return session


def ids_of_take(session: Session) -> list[int]:
    rows = session.heard_song().track(1).notes.rows
    return [int(id_) for id_ in rows["id"] if id_ >= FIRST_ID]


def told(session: Session) -> list[str]:
    heard: list[str] = []
    session.said.listen(lambda text, _is_error: heard.append(text))
    return heard


def columns(rows: Rows) -> list[tuple[int, ...]]:
    return [tuple(int(row[name]) for name in ("start", "length", "pitch", "velocity", "flags")) for row in rows]


def test_gn_6_2_an_edit_forks_the_take_and_leaves_song_and_take_as_they_were() -> None:
    session = proposed()
    song, take_set = session.song, session.tray.current
    assert take_set is not None
    before = take_set.takes[0]
    moved = ids_of_take(session)[:2]
    assert session.do(notes.transpose(moved, 12))
    assert session.song is song
    assert take_set.takes[0] is before
    assert (take_set.active, take_set.forks, take_set.listed) == (2, {2: 0}, (0, 2, 1))
    assert take_set.words() == "take 1 (edited)"
    fork = take_set.takes[2]
    assert fork.origin.edited
    assert sorted(fork.rows["origin"].tolist()) == [OWN] * 6 + [EDITED] * 2
    assert session.history.undo_label == "Transpose 2 notes"


def test_gn_6_2_an_edited_take_is_edited_further_itself_and_undo_goes_all_the_way_back() -> None:
    session = proposed()
    take_set = session.tray.current
    assert take_set is not None
    first = session.heard_song()
    for at in range(3):
        assert session.do(notes.change_velocity(ids_of_take(session)[at : at + 1], 5))
    assert len(take_set.takes) == 3
    last = session.heard_song()
    for _ in range(3):
        session.undo()
    assert (take_set.active, take_set.listed) == (0, (0, 1))
    assert session.heard_song() == first
    for _ in range(3):
        session.redo()
    assert (take_set.active, take_set.listed) == (2, (0, 2, 1))
    assert session.heard_song() == last
    session.undo()
    session.do(notes.transpose(ids_of_take(session)[:1], 1))
    assert len(take_set.takes) == 3
    assert take_set.listed == (0, 2, 1)


def test_gn_6_2_what_is_kept_of_it_says_who_made_each_note() -> None:
    session = proposed()
    song = session.song
    session.do(notes.transpose(ids_of_take(session)[:2], 12))
    session.do(notes.remove(ids_of_take(session)[-1:]))
    session.do(notes.add(1, [Note(2 * BAR + 480, 240, 90)]))
    shown = session.heard_song()
    assert session.keep()
    kept = session.song
    assert check(kept) == ()
    assert columns(kept.track(1).notes.rows) == columns(shown.track(1).notes.rows)
    made, edited = kept.origins
    assert (made.edited, edited.edited, edited.parent) == (False, True, made.id)
    inside = kept.track(1).notes.starting_in(SPAN)
    assert [int((inside["origin"] == which).sum()) for which in (made.id, edited.id, 0)] == [5, 2, 1]
    assert session.history.undo_label == "Keep take 1 (edited) of Fill bars 2-3"
    session.undo()
    assert session.song == song
    assert session.tray.current is None


def test_gn_6_2_steps_of_a_take_that_is_gone_are_not_in_the_way_of_undo() -> None:
    session = proposed()
    session.do(notes.transpose(ids_of_take(session)[:2], 12))
    assert len(session.history.labels) == 2
    session.discard()
    take_sets = session.tray.aside
    assert take_sets == [], "discarding is meant"
    assert session.history.labels == ("Add 16 notes",)
    session.undo()
    assert session.song.note_count == 0


def test_gn_6_2_selection_stays_on_the_notes_that_were_edited() -> None:
    session = proposed()
    wanted = ids_of_take(session)[1:3]
    session.select(frozenset(wanted))
    assert session.do(notes.move(wanted, 4000 - 960, 3))
    rows = session.heard_song().track(1).notes.with_ids(session.selection.note_ids)
    assert sorted(rows["start"].tolist()) == [BAR + 4000, BAR + 4960]
    session.undo()
    assert session.selection.note_ids == frozenset(wanted)
    session.tray.show(1)
    assert session.selection.note_ids == frozenset(), "these are notes of another take"


def test_gn_6_2_a_drawn_note_is_of_the_take_where_it_writes_and_of_the_song_elsewhere() -> None:
    session = proposed()
    song, take_set = session.song, session.tray.current
    assert take_set is not None
    assert session.do(notes.add(1, [Note(BAR + 100, 200, 99)]), frozenset((song.next_id,)))
    assert session.song is song
    (drawn,) = session.heard_song().track(1).notes.with_ids(session.selection.note_ids)
    assert (drawn["start"], drawn["pitch"]) == (BAR + 100, 99)
    assert take_set.takes[2].rows["origin"].tolist().count(FOREIGN) == 1
    assert session.do(notes.add(1, [Note(5 * BAR, 200, 99)]), frozenset((song.next_id,)))
    assert session.song.note_count == song.note_count + 1
    assert len(take_set.takes) == 3
    assert not take_set.is_stale


def test_gn_6_2_notes_of_song_and_take_together_are_one_step() -> None:
    session = proposed()
    before, song = session.heard_song(), session.song
    ids = before.track(1).notes.rows["id"].tolist()
    assert session.do(notes.transpose(ids, 2))
    now = session.heard_song().track(1).notes.rows
    assert now["pitch"].tolist() == (before.track(1).notes.rows["pitch"] + 2).tolist()
    inside = session.song.track(1).notes.starting_in(SPAN)
    assert set(inside["pitch"].tolist()) == {40}, "what lies under the take is not touched"
    session.undo()
    assert (session.heard_song(), session.song) == (before, song)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda take, song: notes.move(take[:1], -960), "A note of the take would leave the bars"),
        (lambda take, song: notes.move(song[:1], BAR), "A note of the song would go where the take is"),
        (lambda take, song: notes.move([song[3], take[0]], 7680), "A note of the take would leave the bars"),
        (lambda take, song: bars.delete_time(Span(0, 2 * BAR), (1,)), ""),
    ],
)
def test_gn_6_2_what_cannot_be_done_soundly_is_refused_whole(edit, words: str) -> None:
    session = proposed()
    said, before, heard = told(session), session.song, session.heard_song()
    take = ids_of_take(session)
    song = [int(id_) for id_ in before.track(1).notes.rows["id"]]
    assert not session.do(edit(take, song))
    assert words in said[-1]
    assert (session.song, session.heard_song()) == (before, heard)
    assert session.tray.current is not None
    assert len(session.tray.current.takes) == 2


def test_gn_6_2_bars_of_several_takes_are_not_edited_before_they_are_kept() -> None:
    session = proposed()
    session.tray.take_bar(1, 1)
    said = told(session)
    assert not session.do(notes.transpose(ids_of_take(session), 1))
    assert said[-1].startswith("Bars of several takes are shown")


def test_gn_6_2_edits_of_the_song_go_on_while_a_take_is_shown() -> None:
    session = proposed()
    for edit in (set_tempo(0, 90), notes.transpose([session.song.track(1).notes.rows["id"][0]], 1)):
        assert session.do(edit)
        assert session.tray.current is not None
        assert len(session.tray.current.takes) == 2
    assert session.do(bars.insert_time(Span(0, BAR)))
    assert session.song.track(1).notes.rows["start"].min() == BAR


def test_gn_6_2_a_step_back_to_another_song_is_no_edit_of_the_take() -> None:
    session = proposed()
    other = session.song.with_track(Track(1, "Other"))
    assert session.do(notes.Edit("Go back", lambda _: other))
    assert session.song is other
    assert session.tray.current is not None
    assert len(session.tray.current.takes) == 2


def test_gn_6_2_an_edited_take_stays_when_more_are_made() -> None:
    session = proposed()
    session.do(notes.transpose(ids_of_take(session)[:2], 12))
    assert session.tray.current is not None
    request = session.tray.current.request
    edited = session.tray.current.takes[2]
    session.generate(request)
    take_set = session.tray.current
    assert np.array_equal(take_set.takes[0].rows, edited.rows)
    assert [take_set.numeral(index) for index in take_set.listed] == ["1 (edited)", "2", "3"]
    assert take_set.active == 1


EDITS = st.one_of(
    st.tuples(st.just("pitch"), st.integers(-3, 3)),
    st.tuples(st.just("move"), st.integers(-2000, 2000)),
    st.tuples(st.just("length"), st.integers(-900, 2000)),
    st.tuples(st.just("loud"), st.integers(-30, 30)),
    st.tuples(st.just("remove"), st.just(0)),
    st.tuples(st.just("add"), st.integers(0, 4 * BAR)),
    st.tuples(st.just("lock"), st.integers(0, 1)),
    st.tuples(st.just("show"), st.integers(0, 1)),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(EDITS, st.lists(st.integers(0, 15), min_size=1, max_size=3)), max_size=12), st.data())
def test_gn_6_2_any_edits_walk_back_to_the_start(steps: list, data: st.DataObject) -> None:
    session = proposed(low_pitch=30, high_pitch=100)
    take_set = session.tray.current
    assert take_set is not None
    start, heard, said = session.song, session.heard_song(), len(session.history.labels)
    for (kind, by), chosen in steps:
        rows = session.heard_song().track(1).notes.rows
        ids = [int(rows["id"][at % len(rows)]) for at in chosen] if len(rows) else []
        edit = {
            "pitch": lambda ids=ids, by=by: notes.transpose(ids, by),
            "move": lambda ids=ids, by=by: notes.move(ids, by),
            "length": lambda ids=ids, by=by: notes.resize(ids, by),
            "loud": lambda ids=ids, by=by: notes.change_velocity(ids, by),
            "remove": lambda ids=ids: notes.remove(ids),
            "add": lambda by=by: notes.add(1, [Note(by, 300, 64)]),
            "lock": lambda ids=ids, by=by: notes.set_locked(ids, bool(by)),
        }.get(kind)
        if edit is None:
            session.tray.show(by)
        else:
            session.do(edit())
        assert check(session.song) == ()
        assert check(session.heard_song()) == ()
    while len(session.history.labels) > said:
        session.undo()
    session.tray.show(0)
    assert (session.song, session.heard_song()) == (start, heard)
    assert take_set.listed == (0, 1)


def test_gn_6_2_an_edit_that_reaches_under_the_take_as_well_is_refused() -> None:
    """Other tracks change alike in both songs, but what lies under the take would change unseen."""
    session = proposed()
    session.do(tracks.add_track("Other"))
    other = session.song.tracks[1].id
    session.do(notes.add(other, [Note(BAR, 960, 50)]))
    before, heard = session.song, session.heard_song()

    def everything_up(song: Song) -> Song:
        for track in song.tracks:
            rows = track.notes.rows.copy()
            rows["pitch"] += 1
            song = song.with_track(track.with_notes(Notes(rows)))
        return song

    assert not session.do(notes.Edit("Everything up", everything_up))
    assert (session.song, session.heard_song()) == (before, heard)
    ids = [int(id_) for track in heard.tracks for id_ in track.notes.rows["id"]]
    assert session.do(notes.transpose(ids, 1))
    assert session.song.track(other).notes.rows["pitch"].tolist() == [51]
    assert session.heard_song().track(1).notes.rows["pitch"].tolist() == (heard.track(1).notes.rows["pitch"] + 1).tolist()
    session.undo()
    assert (session.song, session.heard_song()) == (before, heard)
