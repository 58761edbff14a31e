"""Drum sets: which of the nine voices sound in a step, as one number of 9 bits (Roberts et al. 2018, section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backends.representations.drums import TABLES, VOICE_COUNT

NO_VOICE = -1


def _array(table: Mapping[int, int]) -> NDArray[np.int8]:
    found = np.full(128, NO_VOICE, np.int8)
    found[list(table)] = list(table.values())
    found.setflags(write=False)
    return found


VOICE_OF: Mapping[str, NDArray[np.int8]] = {name: _array(table) for name, table in TABLES.items()}
"""Voice of each MIDI pitch, [128], NO_VOICE outside, by the name of its table (drums.TABLES)."""


def set_numbers(hits: NDArray[Any]) -> NDArray[np.int16]:
    """Hits [..., voice] as one number of 0 to 511; the kick is its lowest bit."""
    weights = 1 << np.arange(VOICE_COUNT)
    found: NDArray[np.int16] = ((np.asarray(hits) > 0) * weights).sum(-1).astype(np.int16)
    return found


def hits_of(numbers: NDArray[Any]) -> NDArray[np.uint8]:
    """Drum-set numbers [...] as hits [..., voice] of 0 and 1."""
    return ((np.asarray(numbers)[..., None] >> np.arange(VOICE_COUNT)) & 1).astype(np.uint8)
