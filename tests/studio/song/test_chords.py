"""Chords of a key by name, notes and inversion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.song.chords import SIZES, Chord, diatonic
from studio.song.harmony import SCALES, Key

keys = st.builds(Key, st.integers(0, 11), st.sampled_from(sorted(SCALES)))
chords = st.builds(Chord, keys, st.integers(0, 6), st.sampled_from(sorted(SIZES)), st.integers(0, 2))


@pytest.mark.parametrize(
    ("key", "size", "names"),
    [
        (Key(0), 3, "I ii iii IV V vi vii°"),
        (Key(0), 4, "I7 ii7 iii7 IV7 V7 vi7 vii°7"),
        (Key(9, "minor"), 3, "i ii° III iv v VI VII"),
        (Key(9, "harmonic minor"), 3, "i ii° III+ iv V VI vii°"),
        (Key(2, "dorian"), 3, "i ii III IV v vi° VII"),
    ],
)
def test_pr14_degrees_have_their_numerals(key: Key, size: int, names: str) -> None:
    assert " ".join(chord.name for chord in diatonic(key, size)) == names


def test_pr14_inversions_go_round() -> None:
    chord = Chord(Key(0), 4)
    assert chord.near(60) == (55, 59, 62)
    assert chord.inverted(1).near(60) == (59, 62, 67)
    assert chord.inverted(2).near(60) == (62, 67, 71)
    assert chord.inverted(3) == chord
    assert chord.inverted(-1) == chord.inverted(2)


@given(chords, st.integers(0, 127))
def test_pr14_chords_are_of_the_key_and_within_the_range(chord: Chord, pitch: int) -> None:
    pitches = chord.near(pitch)
    assert len(set(pitches)) == chord.size
    assert 0 <= pitches[0] < pitches[-1] <= 127
    classes = chord.key.pitch_classes if chord.key.scale != "chromatic" else Key(chord.key.tonic).pitch_classes
    assert {each % 12 for each in pitches} <= classes
