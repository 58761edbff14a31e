"""What changed between two songs, small and exact: the journal stores it, and replay applies it.

Songs share untouched tracks and chunks, so the comparison looks only at what differs by identity.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from studio.song.notes import Rows
from studio.song.song import Song, Track


@dataclass(frozen=True, slots=True, eq=False)
class NoteDifference:
    """The ids of rows that are gone or changed, and the rows that are new or changed."""

    track_id: int
    removed: tuple[int, ...]
    added: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """`frame` is the song after, its note tracks without notes; `changes` lead the notes over; `order` is the tracks'."""

    frame: Song
    order: tuple[int, ...]
    tracks: tuple[Track, ...]
    changes: tuple[NoteDifference, ...]


def difference(before: Song, after: Song) -> Difference:
    """Such that `applied(difference(before, after), before) == after`."""
    tracks, changes = [], []
    for track in after.tracks:
        old = before.track(track.id) if before.has_track(track.id) else None
        if track is old:
            continue
        old_notes = type(track.notes).EMPTY if old is None else old.notes
        if track.notes is not old_notes:
            changes.append(_note_difference(track.id, *old_notes.apart_from(track.notes)))
        tracks.append(track.with_notes(type(track.notes).EMPTY))
    frame = replace(after, tracks=())
    return Difference(frame, tuple(track.id for track in after.tracks), tuple(tracks), tuple(changes))


def applied(change: Difference, before: Song) -> Song:
    """The song that the difference leads to."""
    known = {track.id: track for track in before.tracks}
    for track in change.tracks:
        notes = known[track.id].notes if track.id in known else track.notes
        known[track.id] = track.with_notes(notes)
    for notes_changed in change.changes:
        track = known[notes_changed.track_id]
        known[track.id] = track.with_notes(track.notes.spliced(notes_changed.removed, notes_changed.added))
    return replace(change.frame, tracks=tuple(known[track_id] for track_id in change.order))


def _note_difference(track_id: int, old: Rows, new: Rows) -> NoteDifference:
    old_by_id, new_by_id = old[np.argsort(old["id"])], new[np.argsort(new["id"])]
    common, at_old, at_new = np.intersect1d(old_by_id["id"], new_by_id["id"], assume_unique=True, return_indices=True)
    changed = common[old_by_id[at_old] != new_by_id[at_new]]
    removed = np.concatenate((np.setdiff1d(old["id"], new["id"], assume_unique=True), changed))
    added = new[np.isin(new["id"], np.setdiff1d(new["id"], old["id"], assume_unique=True)) | np.isin(new["id"], changed)]
    return NoteDifference(track_id, tuple(removed.tolist()), added)
