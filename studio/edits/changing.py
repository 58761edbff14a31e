"""What the edits of notes share: the rows of chosen notes, put back changed, with origins marked as edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from studio.song.notes import LOCKED, Notes, Rows
from studio.song.song import Song, Track

Ids = Iterable[int]


def count_of(number: int, noun: str = "note") -> str:
    """Such as "1 note" or "12 notes", for labels."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def with_rows_added(song: Song, track_id: int, rows: Rows, origin: int | None = None) -> Song:
    """The song with rows laid on a track under fresh ids."""
    if not len(rows):
        return song
    dealt = rows.copy()
    dealt["id"] = np.arange(song.next_id, song.next_id + len(rows))
    if origin is not None:
        dealt["origin"] = origin
    track = song.track(track_id)
    changed = song.with_track(track.with_notes(track.notes.laid(dealt)))
    return replace(changed, next_id=song.next_id + len(rows))


def rows_by_track(song: Song, ids: frozenset[int], *, locked_too: bool = False) -> dict[int, Rows]:
    wanted = np.fromiter(ids, np.int64, len(ids))
    found = {}
    for track in song.tracks:
        rows = track.notes.with_ids(wanted)
        if not locked_too:
            rows = rows[rows["flags"] & LOCKED == 0]
        if len(rows):
            found[track.id] = rows
    return found


def each_track(song: Song, ids: frozenset[int], change: Callable[[Track, Rows], Notes]) -> Song:
    touched = []
    for track_id, rows in rows_by_track(song, ids).items():
        track = song.track(track_id)
        touched.append(rows)
        song = song.with_track(track.with_notes(change(track, rows)))
    return marked_as_edited(song, touched)


def marked_as_edited(song: Song, touched: Iterable[Rows]) -> Song:
    """The song with the origins of these rows marked: generated, then edited by hand. Origin 0, by hand, has no entry."""
    origin_ids = {origin_id for rows in touched for origin_id in np.unique(rows["origin"]).tolist()}
    if not any(entry.id in origin_ids and not entry.edited for entry in song.origins):
        return song
    entries = tuple(replace(entry, edited=True) if entry.id in origin_ids else entry for entry in song.origins)
    return replace(song, origins=entries)


def changed(song: Song, ids: frozenset[int], change: Callable[[Rows], Rows]) -> Song:
    return each_track(song, ids, lambda track, rows: track.notes.laid(change(rows), rows["id"]))


def flagged(song: Song, ids: frozenset[int], flag: int, on: bool) -> Song:
    for track_id, rows in rows_by_track(song, ids, locked_too=True).items():
        changed = rows.copy()
        changed["flags"] = changed["flags"] | flag if on else changed["flags"] & ~np.uint8(flag)
        track = song.track(track_id)
        song = song.with_track(track.with_notes(track.notes.spliced(rows["id"], changed)))
    return song
