"""Melody encoding: what is promised to come back does, and what is not kept is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.representations.melody import (
    RELEASE,
    STEP_TICKS,
    SUSTAIN,
    MelodyCodec,
    PhraseRules,
    attacks,
    bar_steps,
    home_key,
    phrases,
    read_line,
    relative_major,
    rows_of_line,
)
from studio.song import Key, MeterChange, Span
from studio.song.notes import Note, rows_of

CODEC = MelodyCodec()


@st.composite
def lines(draw: st.DrawFn, low: int = 0, high: int = 127) -> np.ndarray:
    """A clean monophonic line: notes one after another, with or without silence between."""
    symbols: list[int] = []
    for _ in range(draw(st.integers(1, 24))):
        symbols += [draw(st.integers(low, high))] + [SUSTAIN] * draw(st.integers(0, 6))
        if draw(st.booleans()):
            symbols += [RELEASE] + [SUSTAIN] * draw(st.integers(0, 5))
    return np.array(symbols, np.int16)


@given(lines(), st.integers(0, 40))
def test_notes_of_a_line_read_back_as_the_same_line(line: np.ndarray, first_step: int) -> None:
    start = first_step * STEP_TICKS
    rows = rows_of_line(line, start)
    again = read_line(rows, Span(start, start + len(line) * STEP_TICKS))
    assert np.array_equal(again.line, line)
    assert again.error_steps == 0
    assert again.dropped == 0
    assert again.cut == 0


@given(lines(48, 83))
def test_classes_keep_every_line_in_range(line: np.ndarray) -> None:
    events = CODEC.events(line, 0)
    assert events.min() >= 0
    assert events.max() < CODEC.class_count
    assert np.array_equal(CODEC.line(events), line)


@given(lines(), st.integers(-30, 30))
def test_notes_out_of_range_keep_their_pitch_class_and_time(line: np.ndarray, shift: int) -> None:
    back = CODEC.line(CODEC.events(line, shift), shift)
    assert np.array_equal(back >= 0, line >= 0)
    assert np.array_equal(back[line < 0], line[line < 0])
    assert not ((back[line >= 0] - line[line >= 0]) % 12).any()
    inside = (line + shift >= CODEC.low) & (line + shift < CODEC.high) & (line >= 0)
    assert np.array_equal(back[inside], line[inside])
    assert CODEC.outside(line, shift) == int((line >= 0).sum() - inside.sum())


@given(lines(40, 90), st.integers(-12, 12))
def test_a_transposed_melody_in_its_given_key_encodes_the_same(line: np.ndarray, semitones: int) -> None:
    moved = np.where(line >= 0, line + semitones, line).astype(np.int16)
    one = CODEC.events(line, CODEC.shift(line, Key(2)))
    other = CODEC.events(moved, CODEC.shift(moved, Key(2).moved(semitones)))
    assert np.array_equal(one, other)


def test_a_lower_note_under_a_held_one_is_dropped_and_said() -> None:
    rows = rows_of([Note(0, 960, 72), Note(0, 960, 60), Note(480, 240, 64)])
    reading = read_line(rows, Span(0, 960))
    assert reading.line.tolist() == [72, SUSTAIN, SUSTAIN, SUSTAIN]
    assert reading.dropped == 2
    assert "2 lower notes" in str(reading.remarks[0])
    assert reading.remarks[0].repair


def test_a_grace_note_gives_way_to_the_note_it_leads_to() -> None:
    rows = rows_of([Note(0, 480, 60), Note(360, 120, 72), Note(480, 480, 64)])
    assert read_line(rows, Span(0, 960)).line.tolist() == [60, SUSTAIN, 64, SUSTAIN]


def test_an_attack_ends_the_note_before_and_a_repeated_pitch_is_struck_again() -> None:
    rows = rows_of([Note(0, 700, 60), Note(480, 480, 60)])
    reading = read_line(rows, Span(0, 1200))
    assert reading.line.tolist() == [60, SUSTAIN, 60, SUSTAIN, RELEASE]
    assert reading.cut == 1


def test_notes_off_the_grid_are_rounded_and_the_error_is_told() -> None:
    rows = rows_of([Note(60 + 480 * at, 200, 60 + at) for at in range(8)])
    reading = read_line(rows, Span(0, 4 * 960))
    assert reading.error_steps == pytest.approx(0.25)
    assert "off the sixteenth grid" in str(reading.remarks[0])


@pytest.mark.parametrize(
    ("key", "tonic"),
    [(Key(0), 0), (Key(9, "minor"), 0), (Key(2, "dorian"), 0), (Key(4, "phrygian"), 0), (Key(7, "mixolydian"), 0)],
)
def test_modes_share_the_major_scale_of_their_signature(key: Key, tonic: int) -> None:
    assert relative_major(key) == tonic


@pytest.mark.parametrize("tonic", range(12))
def test_a_scale_is_heard_as_its_key(tonic: int) -> None:
    scale = tonic + 60 + np.array([0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0])
    key = home_key(scale, np.array([2, 1, 2, 1, 2, 1, 1, 4, 2, 2, 4]))
    assert relative_major(key) == tonic


def test_a_minor_melody_goes_to_the_relative_major_of_c() -> None:
    scale = 62 + np.array([0, 2, 3, 5, 7, 8, 10, 12, 7, 3, 0])
    line = np.repeat(scale, 2).astype(np.int16)
    line[1::2] = SUSTAIN
    moved = CODEC.events(line, CODEC.shift(line))
    pitch_classes = {int(event - 2) % 12 for event in moved if event >= 2}
    assert pitch_classes == {0, 2, 4, 5, 7, 9, 11}


@pytest.mark.parametrize(("meter", "steps"), [((4, 4), 16), ((3, 4), 12), ((6, 8), 12), ((2, 4), 16), ((3, 8), 12), ((9, 8), 18)])
def test_bars_of_every_metre_have_their_steps(meter: tuple[int, int], steps: int) -> None:
    assert bar_steps(MeterChange(0, *meter)) == steps


def test_phrases_begin_on_bar_lines_and_end_with_silence() -> None:
    bar = [60, SUSTAIN, SUSTAIN, SUSTAIN, 62, SUSTAIN, 64, SUSTAIN, 65, SUSTAIN, SUSTAIN, SUSTAIN, 67, SUSTAIN, SUSTAIN, RELEASE]
    line = np.array([SUSTAIN] * 16 + bar * 8 + [SUSTAIN] * 32 + bar * 3, np.int16)
    found, skipped = phrases(line, 16, PhraseRules())
    assert [len(phrase) for phrase in found] == [8 * 16]
    assert np.array_equal(found[0], line[16:144])
    assert skipped == {"shorter than 7 bars": 1}


def test_a_spec_builds_its_codec_again_and_a_strange_one_is_refused() -> None:
    assert MelodyCodec.from_spec(CODEC.spec) == CODEC
    with pytest.raises(ValueError, match="not a melody codec"):
        MelodyCodec.from_spec({**CODEC.spec, "version": 2})


def test_attacks_of_a_line_last_to_the_next_symbol() -> None:
    starts, lengths, pitches = attacks(np.array([SUSTAIN, 60, SUSTAIN, 62, RELEASE, 64], np.int16))
    assert (starts.tolist(), lengths.tolist(), pitches.tolist()) == ([1, 3, 5], [2, 1, 1], [60, 62, 64])


@given(lines(), st.integers(1, 700))
def test_phrases_of_any_bar_are_cut_whole_and_never_too_long(line: np.ndarray, bar: int) -> None:
    rules = PhraseRules(fewest_bars=1, fewest_classes=1)
    found, _ = phrases(line, bar, rules)
    assert all(len(phrase) <= max(rules.most_steps, bar) for phrase in found)
    assert sum(int((phrase >= 0).sum()) for phrase in found) <= int((line >= 0).sum())
