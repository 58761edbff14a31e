"""Clip: notes with a length and no place; clipboard, palette, pad corner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studio.song.notes import ROW, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Rows per track offset (0 is the first track copied from), starts counted from the clip's beginning."""

    parts: tuple[tuple[int, Rows], ...]
    length_ticks: int

    @property
    def note_count(self) -> int:
        return sum(len(rows) for _, rows in self.parts)

    @property
    def rows(self) -> Rows:
        """All parts in one array, for drawing."""
        return np.concatenate([rows for _, rows in self.parts]) if self.parts else np.zeros(0, ROW)
