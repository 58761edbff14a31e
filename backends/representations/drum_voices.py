"""The nine drum voices: which kit note belongs to which (models.md 1.3; Gillick et al. 2019), and drum sets as 9-bit numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

VOICES = ("kick", "snare", "closed hat", "open hat", "low tom", "mid tom", "high tom", "crash", "ride")
VOICE_COUNT = len(VOICES)
OUT_PITCHES = (36, 38, 42, 46, 43, 47, 50, 49, 51)
"""The note each voice is written as: it falls into the same voice in every published table."""

NO_VOICE = -1

_KIT = ((36,), (38, 37, 40), (42, 22, 44), (46, 26), (43, 58), (47, 45), (50, 48), (49, 52, 55, 57), (51, 53, 59))
_GENERAL = (
    (36, 35),
    (38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85),
    (42, 44, 54, 68, 69, 70, 71, 73, 78, 80, 22),
    (46, 67, 72, 74, 79, 81, 26),
    (45, 29, 41, 43, 61, 64, 84),
    (48, 47, 60, 63, 77, 86, 87),
    (50, 30, 62, 76, 83),
    (49, 55, 57, 58, 52),
    (51, 53, 59, 82),
)


def _table(voices: tuple[tuple[int, ...], ...]) -> NDArray[np.int8]:
    table = np.full(128, NO_VOICE, np.int8)
    for voice, pitches in enumerate(voices):
        table[list(pitches)] = voice
    table.setflags(write=False)
    return table


TABLES: Mapping[str, NDArray[np.int8]] = {"kit": _table(_KIT), "general midi": _table(_GENERAL)}
"""Voice of each MIDI pitch, [128], NO_VOICE outside: "kit" for Groove data (a Roland TD-11), "general midi" for all else
(decisions 14)."""


def set_numbers(hits: NDArray[Any]) -> NDArray[np.int16]:
    """Hits [..., voice] as one number of 0 to 511; the kick is its lowest bit."""
    weights = 1 << np.arange(VOICE_COUNT)
    found: NDArray[np.int16] = ((np.asarray(hits) > 0) * weights).sum(-1).astype(np.int16)
    return found


def hits_of(numbers: NDArray[Any]) -> NDArray[np.uint8]:
    """Drum-set numbers [...] as hits [..., voice] of 0 and 1."""
    return ((np.asarray(numbers)[..., None] >> np.arange(VOICE_COUNT)) & 1).astype(np.uint8)
