"""Figures of notes: bins where they are said to be, and likenesses that behave like likenesses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from studio.song import measures
from studio.song.notes import Note, rows_of

SCALE = rows_of([Note(at * 480, 240, 60 + step, 8 * at + 8) for at, step in enumerate((0, 2, 4, 5, 7, 9, 11, 24))])
counts = arrays.arrays(np.float64, 8, elements=st.integers(0, 50).map(float))
phrases = arrays.arrays(np.int16, st.integers(0, 70), elements=st.integers(-2, 3))


def test_histograms_fill_the_bins_they_name() -> None:
    assert measures.pitch_class_histogram(SCALE).tolist() == [2, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1]
    intervals = measures.interval_histogram(SCALE)
    assert len(intervals) == 25
    assert intervals[12 + 2] == 5
    assert intervals[12 + 1] == 1
    assert intervals[24] == 1
    assert measures.duration_histogram(SCALE)[0] == 8
    assert measures.onset_histogram(SCALE).tolist() == [1, 0] * 8
    assert measures.velocity_histogram(SCALE).tolist() == [0] + [1] * 8 + [0] * 7
    assert measures.pitch_range(SCALE) == 24
    assert measures.density(SCALE, 8 * 480) == 2


def test_onsets_count_from_the_bar_line_given_and_in_the_metre_given() -> None:
    waltz = rows_of([Note(100 * 960 + at * 960, 960, 60) for at in range(6)])
    found = measures.onset_histogram(waltz, bar_start_tick=100 * 960, bar_ticks=3 * 960)
    assert found.tolist() == [2, 0, 0, 0] * 3


def test_nothing_has_empty_figures() -> None:
    none = SCALE[:0]
    assert measures.interval_histogram(none).sum() == 0
    assert measures.pitch_range(none) == 0
    assert measures.density(none, 0) == 0
    assert measures.share_in(none, frozenset()) == 1
    assert measures.overlap_area(np.zeros(4), np.ones(4)) == 0


def test_share_in_key_counts_notes() -> None:
    assert measures.share_in(SCALE, frozenset({0, 2, 4})) == 0.5


@given(counts, counts)
def test_overlap_is_symmetric_and_whole_for_equal_shapes(one: np.ndarray, other: np.ndarray) -> None:
    assert measures.overlap_area(one, other) == pytest.approx(measures.overlap_area(other, one))
    assert 0 <= measures.overlap_area(one, other) <= 1 + 1e-12
    if one.sum():
        assert measures.overlap_area(one, 3 * one) == pytest.approx(1)


@given(counts, counts)
def test_divergence_is_finite_never_negative_and_zero_for_equals(one: np.ndarray, other: np.ndarray) -> None:
    assert 0 <= measures.kl_divergence(one, other) + 1e-12 < np.inf
    assert measures.kl_divergence(one, one) == pytest.approx(0)


@given(phrases, phrases)
def test_phrase_distance_is_symmetric_and_bounded(one: np.ndarray, other: np.ndarray) -> None:
    assert measures.phrase_distance(one, other) == measures.phrase_distance(other, one)
    assert 0 <= measures.phrase_distance(one, other) <= 1
    if len(one):
        assert measures.phrase_distance(one, np.concatenate([one, one])) == 0


def test_aligned_run_finds_bars_on_bar_lines_only() -> None:
    bars = [np.arange(4) + 10 * at for at in range(6)]
    primer = np.concatenate(bars[:4])
    take = np.concatenate([bars[5], bars[1], bars[2], bars[0]])
    assert measures.aligned_run(primer, take, 4) == 2
    assert measures.aligned_run(primer, np.concatenate([[99], primer]), 4) == 0
    assert measures.aligned_run(primer, primer, 4) == 4
    assert measures.aligned_run(primer, primer[:3], 4) == 0


@given(arrays.arrays(np.int16, 24, elements=st.integers(0, 1)), arrays.arrays(np.int16, 20, elements=st.integers(0, 1)))
def test_aligned_run_agrees_with_trying_everything(primer: np.ndarray, take: np.ndarray) -> None:
    slow = 0
    for size in range(1, 6):
        for ours in range(6 - size + 1):
            for theirs in range(5 - size + 1):
                same = primer[4 * ours : 4 * (ours + size)].tolist() == take[4 * theirs : 4 * (theirs + size)].tolist()
                slow = max(slow, size if same else 0)
    assert measures.aligned_run(primer, take, 4) == slow


def test_repeated_share_counts_runs_heard_before() -> None:
    assert measures.repeated_share(np.array([5, 0, 6, 7, 5, 6, 7]), 3) == pytest.approx(1 / 4)
    assert measures.repeated_share(np.array([5]), 3) == 0


def test_pooled_histograms_add_up() -> None:
    assert measures.pooled([np.array([1.0, 2.0]), np.array([3.0, 0.0])]).tolist() == [4, 2]


notes_of_a_line = st.lists(
    st.builds(Note, st.integers(0, 31).map(lambda at: at * 240), st.integers(1, 12).map(lambda n: n * 200), st.integers(30, 90)),
    max_size=24,
).map(rows_of)
KIT = np.full(128, -1)
KIT[[36, 35, 38, 42]] = 0, 0, 1, 2


def test_a_line_on_the_grid_is_rests_attacks_and_what_goes_on() -> None:
    rows = rows_of([Note(0, 480, 60), Note(500, 200, 64), Note(1440, 960, 67)])
    assert measures.line_symbols(rows, 10).tolist() == [62, 1, 66, 0, 0, 0, 69, 1, 1, 1]


def test_of_several_lines_the_highest_or_the_lowest_is_read() -> None:
    rows = rows_of([Note(0, 960, 72), Note(0, 480, 48), Note(480, 480, 50), Note(960, 240, 40)])
    assert measures.line_symbols(rows, 5).tolist() == [74, 1, 1, 1, 42]
    assert measures.line_symbols(rows, 5, lowest=True).tolist() == [50, 1, 52, 1, 42]


def test_a_repeated_pitch_is_struck_again_and_a_note_ends_where_the_next_begins() -> None:
    rows = rows_of([Note(0, 960, 60), Note(480, 480, 60), Note(960, 960, 62), Note(1200, 240, 70)])
    assert measures.line_symbols(rows, 9).tolist() == [62, 1, 62, 1, 64, 72, 0, 0, 0]


def test_hits_are_voices_of_a_step_and_other_sounds_none() -> None:
    rows = rows_of([Note(0, 10, 36), Note(10, 10, 42), Note(480, 10, 35), Note(500, 10, 38), Note(960, 10, 90)])
    assert measures.drum_symbols(rows, 6, KIT).tolist() == [0b101, 0, 0b11, 0, 0, 0]


@given(notes_of_a_line, notes_of_a_line, st.sampled_from([16, 32]), st.booleans())
def test_distances_of_read_phrases_are_none_to_themselves_symmetric_and_at_most_one(
    one: np.ndarray, other: np.ndarray, steps: int, lowest: bool
) -> None:
    for read in (
        lambda rows, count: measures.line_symbols(rows, count, lowest=lowest),
        lambda rows, count: measures.drum_symbols(rows, count, KIT),
    ):
        first, second = read(one, 32), read(other, steps)
        assert measures.phrase_distance(first, first) == 0
        assert measures.phrase_distance(first, second) == measures.phrase_distance(second, first)
        assert 0 <= measures.phrase_distance(first, second) <= 1
        assert measures.phrase_distance(first, np.tile(first, 3)) == 0


@given(notes_of_a_line)
def test_a_line_read_from_its_own_symbols_is_itself(rows: np.ndarray) -> None:
    symbols = measures.line_symbols(rows, 32)
    notes: list[list[int]] = []
    for at, symbol in enumerate(symbols.tolist()):
        if symbol >= measures.FIRST_ATTACK:
            notes.append([at, 1, symbol - measures.FIRST_ATTACK])
        elif symbol == measures.SUSTAIN:
            notes[-1][1] += 1
    again = rows_of([Note(start * 240, length * 240, pitch) for start, length, pitch in notes])
    assert measures.line_symbols(again, 32).tolist() == symbols.tolist()
