"""What steering is measured by: distance of notes, surprise, strength of places, chords read from a track."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.generation import metric
from studio.generation.chord_reading import harmony
from studio.generation.contract import Request
from studio.generation.steer_measures import distance, notes_a_bar, surprise, there
from studio.song.harmony import Key
from studio.song.notes import ROW, Note, Notes, Rows, rows_of, sorted_rows
from studio.song.region import Mask, Region
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.song.timeline import MeterChange, Timeline

BAR = 3840
some_notes = st.lists(
    st.builds(Note, start_tick=st.integers(0, BAR), length_ticks=st.integers(1, 900), pitch=st.integers(50, 70)), max_size=12
)


def line(*pitches: int, step: int = 480, start: int = 0) -> Rows:
    return rows_of([Note(start + at * step, step, pitch) for at, pitch in enumerate(pitches)])


@given(some_notes, some_notes)
def test_distance_is_none_to_itself_and_at_most_one(one: list[Note], other: list[Note]) -> None:
    ours, theirs = sorted_rows(rows_of(one)), sorted_rows(rows_of(other))
    assert distance(ours, ours) == pytest.approx(0, abs=1e-9) or len(np.unique(ours[["start", "pitch"]])) < len(ours)
    assert 0 <= distance(ours, theirs) <= 1 + 1e-9
    assert distance(np.zeros(0, ROW), ours) == (1.0 if len(ours) else 0.0)


def test_distance_grows_with_what_is_changed() -> None:
    tune = line(60, 62, 64, 65, 67, 69, 71, 72)
    late, louder, other = tune.copy(), tune.copy(), tune.copy()
    late["start"] += 40
    louder["velocity"] += 30
    other["pitch"][4:] += 1
    far = line(*range(30, 38), step=350)
    found = [distance(each, tune) for each in (tune, late, louder, other, far)]
    assert found[0] < min(found[1:3]) <= max(found[1:3]) < found[3] < found[4]


def test_surprise_is_less_for_what_comes_again_than_for_what_does_not() -> None:
    around = line(*[60, 64, 67, 64] * 8)
    again, new = line(*[60, 64, 67, 64] * 2, start=4 * BAR), line(61, 66, 59, 70, 58, 71, 63, 68, start=4 * BAR)
    assert surprise(again, around, BAR) < surprise(new, around, BAR) - 0.5
    rng = np.random.default_rng(1)
    odd = again.copy()
    odd["start"] = np.sort(rng.choice(32, 8, replace=False)) * 240 + 4 * BAR
    assert surprise(odd, around, BAR) > surprise(again, around, BAR) + 0.3
    assert surprise(np.zeros(0, ROW), around, BAR) == 0


def test_a_drummer_surprises_by_other_drums_other_places_and_other_accents() -> None:
    around = rows_of([Note(at * 480, 120, 42 if at % 2 else 36, 90) for at in range(32)])
    same = rows_of([Note(4 * BAR + at * 480, 120, 42 if at % 2 else 36, 90) for at in range(8)])
    loud, moved, others = same.copy(), same.copy(), same.copy()
    loud["velocity"] = [30, 127, 60, 10, 100, 50, 120, 70]
    moved["start"] += 240
    others["pitch"] = [47, 51, 38, 49, 46, 45, 50, 39]
    plain = surprise(same, around, BAR, is_drum=True)
    assert all(surprise(each, around, BAR, is_drum=True) > plain + 0.3 for each in (loud, moved, others))


def test_notes_a_bar() -> None:
    assert notes_a_bar(line(60, 62, 64), Span(0, BAR // 2), BAR) == 6
    assert notes_a_bar(line(60), Span(0, 0), BAR) == 0


def test_where_nothing_stands_takes_are_close_to_what_stands_before() -> None:
    track = Track(1, "Lead", notes=Notes.of([Note(at * 480, 480, 60 + at, id=at + 1) for at in range(8)]))
    request = Request("continue", "m", Song(tracks=(track,), next_id=99), Mask(Region((1,), Span(BAR, 2 * BAR))))
    found = there(request, 1)
    assert found["start"].tolist() == [BAR + at * 480 for at in range(8)]
    over = replace(request, mask=Mask(Region((1,), Span(BAR // 2, BAR))))
    assert there(over, 1)["pitch"].tolist() == [64, 65, 66, 67]


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(4, 4, [4, 0, 1, 0, 2, 0, 1, 0, 3]), (3, 4, [4, 0, 1, 0, 2, 0, 1, 0, 2]), (2, 4, [4, 0, 1, 0, 3, 0, 1, 0, 4])],
)
def test_places_of_a_bar_are_strong_and_weak(numerator: int, denominator: int, expected: list[int]) -> None:
    timeline = Timeline(meters=(MeterChange(0, numerator, denominator),))
    ticks = np.arange(9) * 240
    assert metric.weights(timeline, ticks).tolist() == expected
    assert metric.weights(timeline, np.maximum(ticks - 50, 0)).tolist() == expected, "played a little early"


def test_bars_of_a_region_say_how_much_of_each_is_in_it() -> None:
    parts = metric.bar_parts(Timeline(), Span(BAR // 2, 2 * BAR))
    assert [(part.number, part.share) for part in parts] == [(1, 0.5), (2, 1.0)]


def chord_song(*chords: tuple[int, int, tuple[int, ...]], key: Key | None = None) -> Song:
    """Chords as start, length and pitches."""
    notes = [Note(start, length, pitch) for start, length, pitches in chords for pitch in pitches]
    track = Track(2, "Chords", notes=Notes.of([replace(note, id=at + 1) for at, note in enumerate(notes)]))
    timeline = Timeline().with_key(0, key) if key else Timeline()
    return Song(tracks=(Track(1, "Lead"), track), timeline=timeline, next_id=999)


def test_chords_are_read_in_any_inversion_and_with_sevenths() -> None:
    song = chord_song((0, BAR, (64, 67, 72)), (BAR, BAR, (53, 57, 60, 63)))
    found = harmony(song, 2, Span(0, 2 * BAR))
    assert found.at(0) == {0, 4, 7}
    assert found.at(BAR + 100) == {5, 9, 0, 3}


def test_a_block_of_notes_changes_the_chord_on_its_beat() -> None:
    song = chord_song((0, 960, (60, 64, 67)), (960, BAR - 960, (62, 65, 69)))
    found = harmony(song, 2, Span(0, BAR))
    assert (found.at(959), found.at(960)) == ({0, 4, 7}, {2, 5, 9})


def test_a_chord_goes_on_through_silence_and_there_may_be_none() -> None:
    song = chord_song((0, BAR, (60, 64, 67)))
    assert harmony(song, 2, Span(BAR, 2 * BAR)).at(BAR) == {0, 4, 7}
    silent = harmony(chord_song(), 2, Span(0, BAR))
    assert not silent.is_known
    assert silent.at(5) == frozenset()


def test_single_notes_are_completed_in_the_key() -> None:
    song = chord_song((0, BAR, (45,)), (BAR, BAR, (43,)), key=Key(0))
    found = harmony(song, 2, Span(0, 2 * BAR))
    assert (found.at(0), found.at(BAR)) == ({9, 0, 4}, {7, 11, 2})
    foreign = chord_song((0, BAR, (42,)), key=Key(0))
    assert harmony(foreign, 2, Span(0, BAR)).at(0) == {6, 10, 1}, "a note of no triad of the key is a root by itself"
