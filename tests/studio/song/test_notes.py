"""Notes keep their order, ids and sharing under any mixture of edits."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.song.chunks import GROUP_ROWS, LEAF_ROWS
from studio.song.notes import Note, Notes, ends, notes_of, rows_from_columns, rows_of, without_overlaps
from studio.song.ticks import Span

note = st.builds(
    Note,
    start_tick=st.integers(0, 4000),
    length_ticks=st.integers(1, 900),
    pitch=st.integers(58, 64),
    velocity=st.integers(1, 127),
)


def numbered(notes: list[Note]) -> list[Note]:
    return [Note(n.start_tick, n.length_ticks, n.pitch, n.velocity, index + 1) for index, n in enumerate(notes)]


def many(count: int, seed: int = 0) -> Notes:
    random = np.random.default_rng(seed)
    starts = np.sort(random.integers(0, count * 3, count))
    pitches = random.integers(0, 128, count)
    return Notes(rows_from_columns(starts, random.integers(1, 500, count), pitches, 80, id=np.arange(1, count + 1)))


@given(st.lists(note, max_size=60), st.integers(0, 4000), st.integers(0, 2000))
def test_searches_agree_with_a_plain_filter(listed: list[Note], start: int, length: int) -> None:
    listed = numbered(listed)
    notes, span = Notes.of(listed), Span(start, start + length)
    assert {n.id for n in notes_of(notes.starting_in(span))} == {n.id for n in listed if n.start_tick in span}
    sounding = {n.id for n in listed if n.start_tick < span.end_tick and n.end_tick > span.start_tick}
    assert {n.id for n in notes_of(notes.sounding_in(span))} == sounding


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 2000), max_size=30, unique=True))
def test_splice_is_a_sorted_set_operation(seed: int, ids: list[int]) -> None:
    notes = many(3 * GROUP_ROWS, seed)
    moved = notes.with_ids(ids).copy()
    moved["start"] = (moved["start"] * 7) % 900
    changed = notes.spliced(ids, moved)
    assert len(changed) == len(notes)
    assert np.all(np.diff(changed.rows["start"]) >= 0)
    expected = {n.id: n for n in notes} | {n.id: n for n in notes_of(moved)}
    assert {n.id: n for n in changed} == expected


def test_an_edit_shares_every_untouched_leaf() -> None:
    notes = many(40 * GROUP_ROWS)
    one = notes.with_ids([17])
    changed = notes.spliced([17], one)
    shared = {id(group) for group in notes._groups} & {id(group) for group in changed._groups}
    assert len(shared) >= len(notes._groups) - 1
    here, there = changed.apart_from(changed.spliced([17], one))
    assert 1 <= len(here) <= 2 * LEAF_ROWS
    assert len(there) == len(here)
    assert changed == notes


@given(st.lists(note, max_size=40))
def test_settled_notes_never_overlap_and_keep_their_extent(listed: list[Note]) -> None:
    settled, _, merged = without_overlaps(rows_of(numbered(listed)))
    assert len(settled) == len(listed) - merged
    for pitch in np.unique(settled["pitch"]):
        same = settled[settled["pitch"] == pitch]
        assert np.all(same["start"][1:] >= ends(same)[:-1])
        assert np.all(same["length"] >= 1)
    assert {(n.start_tick, n.pitch) for n in listed} == set(
        zip(settled["start"].tolist(), settled["pitch"].tolist(), strict=True)
    )


@given(st.lists(note, max_size=30), st.lists(note, min_size=1, max_size=5))
def test_laying_notes_settles_overlaps_for_all(there: list[Note], new: list[Note]) -> None:
    base = Notes(without_overlaps(rows_of(numbered(there)))[0])
    laid = base.laid(rows_of([Note(n.start_tick, n.length_ticks, n.pitch, n.velocity, 1000 + i) for i, n in enumerate(new)]))
    settled, shortened, merged = without_overlaps(laid.rows)
    assert (shortened, merged) == (0, 0)
    assert np.array_equal(settled, laid.rows)


def test_rows_cannot_be_written() -> None:
    notes = Notes.of([Note(0, 10, 60, id=1)])
    assert not notes.rows.flags.writeable
    assert not notes._groups[0].leaves[0].flags.writeable


def test_unequal_notes_of_equal_count_differ() -> None:
    notes = many(600)
    changed = notes.with_ids([300]).copy()
    changed["velocity"] = 3
    assert notes.spliced([300], changed) != notes
    assert notes != Notes(notes.rows[:-1])


@given(st.lists(note, max_size=30), st.integers(0, 5000), st.integers(0, 5000))
def test_asking_whether_a_note_starts_agrees_with_collecting_them(there: list[Note], start: int, length: int) -> None:
    notes, span = Notes.of(numbered(there)), Span(start, start + length)
    assert notes.has_start_in(span) == bool(len(notes.starting_in(span)))
