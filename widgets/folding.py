"""Folding: which pitches have a row. Rows are hidden, notes never: where one is, its row is seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

PITCHES = 128
Lines = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fold:
    """The pitches that have a row, ascending, one at least. Rows are counted from the lowest, as lines from 0."""

    pitches: tuple[int, ...] = tuple(range(PITCHES))

    @classmethod
    def of(cls, pitches: Iterable[int]) -> Fold:
        """Of these pitches; of all of them when there are none."""
        return cls(tuple(sorted(set(pitches)))) if pitches else UNFOLDED

    def __len__(self) -> int:
        return len(self.pitches)

    def line(self, pitch: float) -> float:
        """The line of a pitch; half way between two rows for one that has none. Beyond the range of pitches it goes on."""
        if len(self.pitches) == PITCHES:
            return pitch
        return float(_lines(self.pitches)[max(0, min(PITCHES - 1, int(pitch)))])

    def lines(self, pitches: NDArray[Any]) -> Lines:
        if len(self.pitches) == PITCHES:
            return np.asarray(pitches, float)
        found: Lines = _lines(self.pitches)[pitches]
        return found

    def pitch(self, line: float) -> int:
        """The pitch of a line, held within those there are."""
        return self.pitches[max(0, min(len(self.pitches) - 1, int(line // 1)))]

    def has_row(self, pitches: NDArray[Any]) -> NDArray[np.bool_]:
        """Which pitches have a row, [pitch]."""
        found: NDArray[np.bool_] = self.lines(pitches) % 1 == 0
        return found


@lru_cache(maxsize=32)
def _lines(pitches: tuple[int, ...]) -> Lines:
    """The line of every pitch."""
    every = np.arange(PITCHES)
    at = np.searchsorted(pitches, every)
    return np.where(np.isin(every, pitches), at.astype(float), at - 0.5)


UNFOLDED = Fold()
