"""Controls: the controller, bend, pressure and program points of one track, and foreign events kept aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from studio.song.ticks import Span

CONTROLLER, BEND, PRESSURE, KEY_PRESSURE, PROGRAM = range(5)
"""Kinds of point. `number` is the controller (0-127) or the key; `value` is 0-127, -8192..8191 for BEND, the
program for PROGRAM (whose `number` is the bank, MSB * 128 + LSB)."""

POINT = np.dtype([("tick", np.int64), ("kind", np.uint8), ("number", np.int32), ("value", np.int32)])

Points = NDArray[np.void]
"""A one-dimensional structured array of dtype POINT."""


@dataclass(frozen=True, slots=True)
class ForeignEvent:
    """An event the song does not model (sysex, text, lyrics), kept as its bytes for an exact round trip."""

    tick: int
    data: bytes


class Controls:
    """Points sorted by tick, in file order within a tick; immutable."""

    __slots__ = ("foreign", "points")

    EMPTY: ClassVar[Controls]

    def __init__(self, points: Points | None = None, foreign: Iterable[ForeignEvent] = ()) -> None:
        rows = np.zeros(0, POINT) if points is None else np.array(points, dtype=POINT)
        rows = rows[np.argsort(rows["tick"], kind="stable")]
        rows.flags.writeable = False
        self.points: Points = rows
        self.foreign: tuple[ForeignEvent, ...] = tuple(foreign)

    @classmethod
    def of(cls, points: Iterable[tuple[int, int, int, int]], foreign: Iterable[ForeignEvent] = ()) -> Controls:
        """From (tick, kind, number, value) tuples."""
        return cls(np.array(list(points), dtype=POINT), foreign)

    def __len__(self) -> int:
        return len(self.points)

    def __bool__(self) -> bool:
        return len(self.points) > 0 or bool(self.foreign)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Controls):
            return NotImplemented
        return self is other or (self.foreign == other.foreign and bool(np.array_equal(self.points, other.points)))

    def __reduce__(self) -> tuple[type[Controls], tuple[Points, tuple[ForeignEvent, ...]]]:
        return Controls, (self.points, self.foreign)

    def __hash__(self) -> int:
        return hash((len(self.points), self.foreign))

    def within(self, span: Span) -> Points:
        """Points whose tick lies in the span."""
        first, last = np.searchsorted(self.points["tick"], (span.start_tick, span.end_tick))
        return self.points[first:last]


Controls.EMPTY = Controls()
