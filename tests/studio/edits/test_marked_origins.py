"""Generated notes that an edit changed are marked, all at once as one by one; those it left as they were stay generated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.edits import notes
from studio.edits.changing import each_track, rows_by_track
from studio.edits.history import Edit
from studio.song.notes import LOCKED, Notes
from studio.song.origin import Origin
from studio.song.song import Song, Track
from tests.random_rows import random_rows

TAKES = tuple(Origin(id_, "m", "0" * 64, "start", 1, 1, "{}", "t") for id_ in (900, 901))


def a_song(seed: int, count: int) -> Song:
    """Two tracks of notes by hand and of two takes, which lie so close that moved ones meet."""
    draw = np.random.default_rng(seed)
    tracks = []
    for index in (0, 1):
        rows = random_rows(draw, count, 1 + index * count, 3000, pitches=4)
        rows["origin"] = draw.choice([0, 900, 901], count)
        tracks.append(Track(950 + index, "T", notes=Notes.EMPTY.laid(rows)))
    return Song("S", tuple(tracks), origins=TAKES, next_id=1000)


def edits(ids: frozenset[int]) -> list[Edit]:
    return [
        notes.move(ids, 240), notes.move(ids, -700), notes.resize(ids, 300), notes.resize(ids, -50), notes.move(ids, 0, 1),
        notes.change_velocity(ids, 5), notes.set_lengths(ids, 100),
    ]  # fmt: skip


@settings(max_examples=50)
@given(st.integers(0, 5000), st.integers(1, 40), st.integers(0, 6), st.booleans())
def test_what_differs_after_an_edit_is_marked_and_nothing_else(seed: int, count: int, which: int, has_lock: bool) -> None:
    song = a_song(seed, count)
    if has_lock:  # the other way through the same rule
        track = song.tracks[0]
        locked = track.notes.rows[:1].copy()
        locked["flags"] |= LOCKED
        song = song.with_track(track.with_notes(track.notes.replaced(locked)))
    ids = frozenset(np.random.default_rng(seed).choice(2 * count, count).tolist())
    after = edits(ids)[which].apply(song)
    before = {row["id"]: row for track in song.tracks for row in track.notes.rows}
    edited = {origin.id: origin for origin in after.origins if origin.edited}
    for track in after.tracks:
        for row in track.notes.rows:
            was = before[row["id"]]
            names = ["start", "length", "pitch", "velocity"]
            is_other = row["id"] in ids and was["origin"] and row[names].tolist() != was[names].tolist()
            if is_other:
                assert edited[int(row["origin"])].parent == was["origin"]
            else:
                assert row["origin"] == was["origin"]
    assert len(after.origins) == len({origin.id for origin in after.origins})


@given(st.integers(0, 5000), st.integers(1, 40))
def test_rows_laid_together_are_as_laid_by_each_track(seed: int, count: int) -> None:
    song = a_song(seed, count)
    ids = frozenset(range(1, 2 * count, 2))
    plain = each_track(song, ids, lambda track, rows: track.notes.laid(_later(rows), rows["id"]))
    together = notes.move(ids, 240).apply(song)
    for one, other in zip(plain.tracks, together.tracks, strict=True):
        assert (
            one.notes.rows[["start", "length", "pitch", "id"]].tolist()
            == other.notes.rows[["start", "length", "pitch", "id"]].tolist()
        )
    assert sum(len(rows) for rows in rows_by_track(song, ids).values()) <= len(ids)
    assert replace(plain, tracks=()).origins == replace(together, tracks=()).origins


def _later(rows: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    made = rows.copy()
    made["start"] += 240
    return made
