"""What the program demands of every take, whatever model made it (decisions 13; workstation 6.1).

Notes lie inside the mask and end at its edge, pitches and velocities are in range, no equal pitches overlap on a
track, and notes that stay in the song (locked ones, those outside the mask) are given way to. Nothing is moved.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from studio.errors import UnsupportedRequest
from studio.generation.contract import Request, Take
from studio.song.notes import LOCKED, ROW, Rows, ends, sorted_rows, without_overlaps
from studio.song.region import Mask
from studio.song.song import Song
from studio.words import tr


class EmptyTake(UnsupportedRequest):
    """A take of which nothing was left."""


def enforced(take: Take, request: Request) -> Take:
    """The take as it may enter the song; EmptyTake when no note is left. Ids and origins of its rows become 0."""
    parts: dict[int, list[Rows]] = {}
    for track_id, rows in take.parts:
        if track_id in request.mask.region.track_ids:
            parts.setdefault(track_id, []).append(rows)
    allowed = []
    for track_id, pieces in parts.items():
        rows = _allowed(np.concatenate(pieces), request.mask)
        rows = _giving_way(rows, kept_rows(request.song, request.mask, track_id))
        if len(rows):
            allowed.append((track_id, rows))
    if not allowed:
        raise EmptyTake(
            tr("Take {number} came out without a note.", number=take.number),
            tr("Try another seed, a busier setting, or a wider pitch range."),
        )
    return replace(take, span=request.span, parts=tuple(allowed))


def kept_rows(song: Song, mask: Mask, track_id: int) -> Rows:
    """The notes of the track that sound in the span and stay: from before it, locked, or outside the pitch band."""
    rows = song.track(track_id).notes.sounding_in(mask.region.span)
    outside = (rows["pitch"] < mask.low_pitch) | (rows["pitch"] > mask.high_pitch)
    stays = (rows["start"] < mask.region.span.start_tick) | ((rows["flags"] & LOCKED) != 0) | outside
    found: Rows = rows[stays]
    return found


def _allowed(rows: Rows, mask: Mask) -> Rows:
    """The rows that start in the mask at a proper pitch and velocity, cut at its end and where equal pitches meet."""
    span = mask.region.span
    inside = (rows["start"] >= span.start_tick) & (rows["start"] < span.end_tick)
    low, high = max(0, mask.low_pitch), min(127, mask.high_pitch)
    fits = inside & (rows["pitch"] >= low) & (rows["pitch"] <= high) & (rows["length"] > 0)
    kept = np.zeros(int(fits.sum()), ROW)
    for name in ("start", "length", "pitch", "velocity"):
        kept[name] = rows[name][fits]
    kept["velocity"] = np.clip(kept["velocity"], 1, 127)
    kept["length"] = np.minimum(kept["length"], span.end_tick - kept["start"])
    settled, _, _ = without_overlaps(kept)
    return settled


def _giving_way(rows: Rows, kept: Rows) -> Rows:
    """Without those that would start inside a kept note of the same pitch; cut where such a note begins."""
    stays = np.ones(len(rows), bool)
    rows = rows.copy()
    for start, end, pitch in zip(kept["start"].tolist(), ends(kept).tolist(), kept["pitch"].tolist(), strict=True):
        same = rows["pitch"] == pitch
        stays &= ~(same & (rows["start"] >= start) & (rows["start"] < end))
        meets = same & (rows["start"] < start) & (ends(rows) > start)
        rows["length"][meets] = start - rows["start"][meets]
    return sorted_rows(rows[stays])
