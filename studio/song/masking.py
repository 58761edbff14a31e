"""What a mask leaves of a track to be written on: locked notes and bars, and all that is not painted, stay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.song import locks
from studio.song.notes import ROW, Rows, sorted_rows, without_overlaps
from studio.song.region import Mask
from studio.song.song import Track

_LANE = 1 << 44
"""One axis for all pitches: those of a higher pitch lie beyond every tick of a lower one."""


def free(rows: Rows, track: Track, mask: Mask) -> NDArray[np.bool_]:
    """Which of the track's rows may be changed or replaced."""
    return mask.covers(track.id, rows["start"], rows["pitch"]) & ~track.locked(rows)


def replaced(track: Track, mask: Mask) -> Rows:
    """The notes of the track that a take makes way with."""
    rows = track.notes.starting_in(mask.region.span)
    found: Rows = rows[free(rows, track, mask)]
    return found


def kept(track: Track, mask: Mask) -> Rows:
    """The notes of the track that sound in the span and stay: from before it, locked, or outside what is painted."""
    rows = track.notes.sounding_in(mask.region.span)
    found: Rows = rows[~free(rows, track, mask)]
    return found


def has_room(track: Track, mask: Mask) -> bool:
    """Whether anything at all may be written on the track."""
    if track.is_locked or track.id not in mask.region.track_ids:
        return False
    span = mask.region.span
    painted = [patch.span for patch in mask.patches if patch.track_id == track.id] if mask.patches else [span]
    left = locks.joined(each for each in painted if each.overlaps(span))
    return any(not locks.holds(track.locks, each) for each in left)


def fitted(rows: Rows, track: Track, mask: Mask) -> Rows:
    """The rows as they may enter the track, whatever they are; nothing is moved. Ids, origins and flags become 0.

    Those that start where they may, at a proper pitch and velocity, end where that ends; no equal pitches overlap; what stays in
    the song is given way to.
    """
    with np.errstate(invalid="ignore"):
        fits = (rows["length"] > 0) & (rows["pitch"] >= 0) & (rows["pitch"] <= 127) & (rows["start"] >= 0)
        rows = rows[fits & (rows["start"] < _LANE)]
        made = np.zeros(len(rows), ROW)
        made["start"], made["pitch"] = rows["start"], rows["pitch"]
        made["velocity"] = np.clip(np.nan_to_num(rows["velocity"]), 1, 127)
        made["length"] = np.minimum(rows["length"], _LANE - made["start"])
    made = made[mask.covers(track.id, made["start"], made["pitch"]) & ~track.shut(made["start"])]
    edges = mask.edges(track.id, made["start"], made["pitch"])
    edges = np.minimum(edges, locks.next_starts(track.locks, made["start"]))
    made["length"] = np.minimum(made["length"], edges - made["start"])
    settled, _, _ = without_overlaps(made)
    return _giving_way(settled, kept(track, mask))


def _giving_way(rows: Rows, stays: Rows) -> Rows:
    """Without those that would start inside a note that stays, of the same pitch; cut where such a note begins."""
    if not len(stays) or not len(rows):
        return sorted_rows(rows)
    begins = stays["pitch"] * np.int64(_LANE) + stays["start"]
    order = np.argsort(begins)
    begins, stops = begins[order], (begins + stays["length"])[order]
    starts = rows["pitch"] * np.int64(_LANE) + rows["start"]
    before = np.searchsorted(begins, starts, side="right") - 1
    is_clear = (before < 0) | (stops[before] <= starts)
    rows, starts = rows[is_clear].copy(), starts[is_clear]
    after = np.searchsorted(begins, starts)
    meets = after < len(begins)
    rows["length"][meets] = np.minimum(rows["length"][meets], begins[after[meets]] - starts[meets])
    return sorted_rows(rows)
