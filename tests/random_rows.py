"""Rows of notes by chance."""

from __future__ import annotations

import numpy as np

from studio.song.notes import Rows, rows_from_columns


def random_rows(draw: np.random.Generator, count: int, first_id: int, reach: int, pitches: int = 128) -> Rows:
    """Few places and pitches make many rows of one start and pitch."""
    start, pitch = draw.integers(0, reach, count), draw.integers(0, pitches, count)
    ids = first_id + draw.permutation(count)
    return rows_from_columns(start, draw.integers(1, 400, count), pitch, draw.integers(1, 128, count), id=ids)
