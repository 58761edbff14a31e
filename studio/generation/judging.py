"""How takes compare: how busy each is, how far from what was there, and the orders in which they can be listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studio.generation.contract import Request, Take
from studio.song.measures import SIXTEENTH_TICKS
from studio.song.notes import Rows
from studio.song.ticks import TICKS_PER_BEAT

Order = Literal["made", "rating", "density", "distance"]
ORDERS: tuple[Order, ...] = ("made", "rating", "density", "distance")
MOST_POINTS = 5
WORTH_KEEPING = 3
"""A take with so many points or more stays when more are made."""
_LANE = 1 << 40


def density(take: Take) -> float:
    """Notes in each quarter of its span."""
    return take.note_count / max(1e-9, take.span.length_ticks / TICKS_PER_BEAT)


def distance(take: Take, request: Request) -> float:
    """0 when it has the very notes that were there, to the sixteenth; 1 when it shares none with them."""
    there = np.concatenate([_places(track_id, rows) for track_id, rows in _there(request).items()] or [np.zeros(0, np.int64)])
    made = np.concatenate([_places(track_id, rows) for track_id, rows in take.parts] or [np.zeros(0, np.int64)])
    total = len(there) + len(made)
    return 0.0 if not total else 1.0 - 2 * len(np.intersect1d(there, made)) / total


def _there(request: Request) -> Mapping[int, Rows]:
    song, region = request.song, request.mask.region
    known = tuple(track_id for track_id in region.track_ids if song.has_track(track_id))
    return song.notes_in(type(region)(known, region.span))


def _places(track_id: int, rows: Rows) -> NDArray[np.int64]:
    """One number for each sixteenth, pitch and track where a note begins."""
    sixteenths = (rows["start"] + SIXTEENTH_TICKS // 2) // SIXTEENTH_TICKS
    return np.unique(track_id * _LANE + sixteenths * 128 + rows["pitch"].astype(np.int64))
