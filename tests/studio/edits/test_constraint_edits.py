"""What models keep to on a track: set, undone, copied and dropped with their track."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from studio.edits.constraints import constrain
from studio.edits.history import History
from studio.edits.tracks import duplicate_track, remove_track
from studio.song.check import check
from studio.song.constraint import Constraint
from studio.song.song import Song, Track

SONG = Song("Three", (Track(1, "Lead"), Track(2, "Bass"), Track(3, "Chords")), next_id=4)
HIGH = Constraint(1, low_pitch=60, follows=3)


def test_gn_6_1_a_constraint_is_one_step_that_can_be_undone():
    history = History(SONG)
    history.do(constrain(HIGH, "Keep Lead to C4 and up"))
    assert history.song.constraint(1) == HIGH
    assert history.song.constraint(2).is_free
    assert history.do(constrain(HIGH)) is None
    history.undo()
    assert history.song == SONG


def test_gn_6_1_a_constraint_that_demands_nothing_is_none():
    song = constrain(Constraint(1)).apply(constrain(HIGH).apply(SONG))
    assert song.constraints == ()


def test_gn_6_1_constraints_go_with_their_track_and_nobody_follows_one_that_is_gone():
    both = constrain(Constraint(2, polyphony=1, follows=3)).apply(constrain(HIGH).apply(SONG))
    assert remove_track(1).apply(both).constraints == (Constraint(2, polyphony=1, follows=3),)
    assert remove_track(3).apply(both).constraints == (replace(HIGH, follows=None), Constraint(2, polyphony=1))
    only = constrain(Constraint(2, follows=3)).apply(SONG)
    assert remove_track(3).apply(only).constraints == ()


def test_gn_6_1_a_copied_track_keeps_to_the_same():
    song = duplicate_track(1).apply(constrain(HIGH).apply(SONG))
    assert song.constraint(4) == replace(HIGH, track_id=4)
    assert check(song) == ()


@given(st.lists(st.tuples(st.sampled_from((1, 2, 3, 9)), st.none() | st.integers(0, 127)), max_size=8))
def test_gn_6_1_there_is_one_constraint_at_most_for_each_track(asked):
    song = SONG
    for track_id, pitch in asked:
        song = constrain(Constraint(track_id, low_pitch=pitch)).apply(song)
    assert check(song) == ()
