"""Scatter: a number between -1 and 1 for each note, the same for the same seed and id whatever else is chosen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
_WORD = (1 << 64) - 1


def scattered(ids: Ids, seed: int, lane: int = 0) -> NDArray[np.float64]:
    """Small numbers are likelier than large ones (the sum of two even draws), [id]."""
    draws = [_even(ids, seed, 2 * lane + part) for part in (0, 1)]
    total: NDArray[np.float64] = draws[0] + draws[1] - 1.0
    return total


def _even(ids: Ids, seed: int, lane: int) -> NDArray[np.float64]:
    """Even draws from 0 to 1: the finisher of SplitMix64 (Steele, Lea and Flood, 2014) over id, seed and lane."""
    with np.errstate(over="ignore"):
        word = ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        word ^= np.uint64((seed * 0xD1B54A32D192ED03 + lane * 0x8CB92BA72F3D8DD7) & _WORD)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        word ^= word >> np.uint64(31)
    even: NDArray[np.float64] = (word >> np.uint64(11)).astype(np.float64) / (1 << 53)
    return even
