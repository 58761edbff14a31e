"""Constraints on chips and as they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import UnsupportedRequest
from studio.generation.constraint_words import demands_of, length_name, pitch_named, range_of, rate_named
from studio.song import Note, Notes
from studio.song.constraint import Constraint
from studio.song.harmony import pitch_name
from studio.song.song import Song, Track
from tests.song_values import constraints

SONG = Song("S", (Track(1, "Lead"), Track(2, "Chords")), next_id=3)


def words(**demanded):
    return [demand.words for demand in demands_of(Constraint(1, **demanded), SONG)]


def test_gn_6_1_each_demand_is_a_chip():
    assert words(low_pitch=36, high_pitch=60) == ["C2–C4"]
    assert words(low_pitch=36) == ["≥ C2"]
    assert words(high_pitch=60, polyphony=1) == ["≤ C4", "1 voice"]
    assert words(least_per_bar=2.0, most_per_bar=4.5, polyphony=3) == ["2–4.5 a bar", "≤ 3 voices"]
    assert words(least_per_bar=0.0) == ["≥ 0 a bar"]
    assert words(shortest_ticks=480, keeps_rhythm=True) == ["♪ ≥ 1/8", "rhythm kept"]
    assert words(shortest_ticks=240, longest_ticks=960, keeps_pitches=True) == ["♪ 1/16–1/4", "pitches kept"]
    assert words(follows=2) == ["chords of Chords"]
    assert words(follows=9) == ["chords of a track that is gone"]
    assert words() == []


@given(constraints(1))
def test_gn_6_1_taking_every_chip_away_leaves_nothing(constraint):
    left = constraint
    while not left.is_free:
        first = demands_of(left, SONG)[0]
        assert first.told
        assert len(demands_of(first.rest, SONG)) == len(demands_of(left, SONG)) - 1
        left = first.rest


@given(st.integers(0, 127))
def test_gn_6_1_every_note_is_typed_as_it_is_named(pitch):
    assert pitch_named(pitch_name(pitch)) == pitch
    assert pitch_named(f" {pitch_name(pitch, flats=True).lower()} ") == pitch
    assert pitch_named(str(pitch)) == pitch


@pytest.mark.parametrize("text", ["H3", "C", "C99", "128", "middle", "C4x", "-1"])
def test_gn_6_1_what_is_no_note_is_refused(text):
    with pytest.raises(UnsupportedRequest):
        pitch_named(text)


def test_gn_6_1_nothing_typed_demands_nothing():
    assert pitch_named("  ") is None
    assert rate_named("") is None
    assert rate_named("2,5") == 2.5
    for text in ("many", "-1", "65", "nan"):
        with pytest.raises(UnsupportedRequest):
            rate_named(text)


def test_lengths_and_ranges_in_words():
    assert length_name(480) == "1/8"
    assert length_name(720) == "0.75 quarters"
    assert range_of(Notes.EMPTY.rows) is None
    assert range_of(Notes.of([Note(0, 10, 50, id=1), Note(0, 10, 62, id=2)]).rows) == (50, 62)
