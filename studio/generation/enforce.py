"""What the program demands of every take, whatever model made it (decisions 13; workstation 6.1).

Notes lie inside the mask and end at its edge, pitches and velocities are in range, no equal pitches overlap on a
track, and notes that stay in the song (locked ones, those outside the mask) are given way to. Nothing is moved.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from studio.errors import UnsupportedRequest
from studio.generation.contract import Request, Take
from studio.song import masking
from studio.song.notes import Rows
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
        rows = masking.fitted(np.concatenate(pieces), request.song.track(track_id), request.mask)
        if len(rows):
            allowed.append((track_id, rows))
    if not allowed:
        raise EmptyTake(
            tr("Take {number} came out without a note.", number=take.number),
            tr("Try another seed, a busier setting, or a wider pitch range."),
        )
    return replace(take, span=request.span, parts=tuple(allowed))


def kept_rows(song: Song, mask: Mask, track_id: int) -> Rows:
    """The notes of the track that sound in the span and stay: from before it, locked, or outside what is painted."""
    return masking.kept(song.track(track_id), mask)
