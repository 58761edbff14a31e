"""Rows in leaves and groups: whatever is spliced, searched or settled, it is what the plain way gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.song.chunks import GROUP_ROWS
from studio.song.notes import LOCKED, ROW, Notes, Rows, ends, without_overlaps
from studio.song.rows import among, id_array, joined, same_rows, sorted_rows
from studio.song.ticks import Span
from tests.random_rows import random_rows


def plainly_sorted(rows: Rows) -> Rows:
    return rows[np.lexsort((rows["id"], rows["pitch"], rows["start"]))]


def assert_is(notes: Notes, rows: Rows) -> None:
    assert notes.rows.tobytes() == plainly_sorted(rows).tobytes()
    assert len(notes) == len(rows)
    assert notes.end_tick == int(ends(rows).max(initial=0))
    assert all(len(leaf) and not leaf.flags.writeable for group in notes._groups for leaf in group.leaves)


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from([0, 3, 60, GROUP_ROWS, 4 * GROUP_ROWS]), st.sampled_from([40, 5000, 200_000]))
def test_any_run_of_splices_is_the_plain_set_operation(seed: int, count: int, reach: int) -> None:
    draw = np.random.default_rng(seed)
    rows = random_rows(draw, count, 1, reach, pitches=3)
    notes, next_id = Notes(rows), count + 1
    for many in (1, 2, 40, 700, 1, 3):
        goes = draw.choice(rows["id"], min(len(rows), int(many))) if len(rows) else np.zeros(0, np.int64)
        added = random_rows(draw, int(draw.integers(0, many + 2)), next_id, reach, pitches=3)
        before, rows = notes, np.concatenate((rows[~np.isin(rows["id"], goes)], added))
        notes, next_id = notes.spliced(goes, added), next_id + len(added)
        assert_is(notes, rows)
        assert (notes == before) == (not len(goes) and not len(added))
        here, there = notes.apart_from(before)
        kept = np.intersect1d(here["id"], there["id"])
        assert set(notes.rows["id"].tolist()) ^ set(before.rows["id"].tolist()) <= set(here["id"]) ^ set(there["id"])
        assert len(kept) <= min(len(here), len(there))


@given(st.integers(0, 10_000), st.integers(0, 210_000), st.integers(0, 60_000))
def test_searches_in_many_groups_agree_with_a_plain_filter(seed: int, start: int, length: int) -> None:
    draw = np.random.default_rng(seed)
    notes = Notes(random_rows(draw, 5 * GROUP_ROWS, 1, 200_000))
    notes = notes.spliced(draw.integers(1, 5 * GROUP_ROWS, 50), random_rows(draw, 50, 100_000, 200_000))
    rows, span = notes.rows, Span(start, start + length)
    begins = (rows["start"] >= start) & (rows["start"] < span.end_tick)
    assert notes.starting_in(span).tobytes() == rows[begins].tobytes()
    assert notes.has_start_in(span) == bool(begins.any())
    assert notes.sounding_in(span).tobytes() == rows[(rows["start"] < span.end_tick) & (ends(rows) > start)].tobytes()
    ids = draw.integers(0, 120_000, 300)
    assert notes.with_ids(ids).tobytes() == rows[np.isin(rows["id"], ids)].tobytes()
    assert notes.with_ids(frozenset(ids.tolist())).tobytes() == rows[np.isin(rows["id"], ids)].tobytes()


def settled_note_by_note(rows: Rows) -> list[tuple[int, int, int, int, int]]:
    """The overlap rule for rows of which none is locked, the slow way: (start, pitch, id, length, velocity)."""
    found: list[list[int]] = []
    for row in plainly_sorted(rows):
        same = next((one for one in found if one[0] == row["start"] and one[1] == row["pitch"]), None)
        if same is None:
            found.append([int(row[name]) for name in ("start", "pitch", "id", "length", "velocity")])
        else:
            same[3], same[4] = max(same[3], int(row["length"])), max(same[4], int(row["velocity"]))
    for one in found:
        later = [other[0] - one[0] for other in found if other[1] == one[1] and other[0] > one[0]]
        one[3] = min([one[3], *later])
    return [tuple(one) for one in found]  # type: ignore[misc]


@given(st.integers(0, 10_000), st.integers(0, 60))
def test_settling_agrees_with_settling_note_by_note(seed: int, count: int) -> None:
    rows = random_rows(np.random.default_rng(seed), count, 1, 300, pitches=4)
    settled, _, merged = without_overlaps(rows)
    assert settled[["start", "pitch", "id", "length", "velocity"]].tolist() == settled_note_by_note(rows)
    assert len(settled) == len(rows) - merged


@given(st.integers(0, 10_000), st.integers(0, 60))
def test_locked_rows_stay_and_nothing_overlaps_them(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    rows, _, _ = without_overlaps(random_rows(draw, count, 1, 3000, pitches=4))
    rows["flags"][draw.random(len(rows)) < 0.3] = LOCKED
    locked = rows[rows["flags"] == LOCKED]
    settled, _, _ = without_overlaps(np.concatenate((rows, random_rows(draw, count, 1000, 3000, pitches=4))))
    assert settled[settled["flags"] == LOCKED].tobytes() == plainly_sorted(locked).tobytes()
    assert same_rows(without_overlaps(settled)[0], settled)


@given(st.lists(st.integers(0, 90)), st.lists(st.integers(0, 10_000), unique=True))
def test_membership_agrees_with_a_set(values: list[int], wanted: list[int]) -> None:
    found = among(np.array(values, np.int64), id_array(wanted))
    assert found.tolist() == [value in set(wanted) for value in values]


def test_rows_are_put_together_as_fresh_arrays() -> None:
    rows = random_rows(np.random.default_rng(1), 20, 1, 100)
    rows.flags.writeable = False
    for made in (joined((rows,)), sorted_rows(rows), sorted_rows(sorted_rows(rows))):
        assert made.flags.writeable
        assert not np.shares_memory(made, rows)
    assert joined(()).dtype == ROW
    assert not same_rows(rows, rows[:-1])


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from([1, 5, 200, 3 * GROUP_ROWS]), st.sampled_from([60, 12 * GROUP_ROWS]))
def test_replacing_rows_is_splicing_them(seed: int, many: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    notes = Notes(random_rows(draw, count, 1, 40_000, pitches=3))
    rows = draw.permutation(notes.with_ids(draw.integers(1, count + 1, many)))
    rows["velocity"], rows["length"], rows["flags"] = draw.integers(1, 128, len(rows)), draw.integers(1, 90, len(rows)), LOCKED
    changed = notes.replaced(rows)
    assert_is(changed, notes.spliced(rows["id"], rows).rows)
    assert changed.has_flag(LOCKED)
    assert not notes.has_flag(LOCKED)
    assert_is(changed.replaced(notes.with_ids(rows["id"])), notes.rows)
