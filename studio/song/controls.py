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

DRAWN = np.dtype([*((name, POINT[name]) for name in POINT.names or ()), ("glides", np.bool_)])
"""A point as it was set. With `glides` the value goes evenly to that of the next point of its kind and number."""

Points = NDArray[np.void]
"""A one-dimensional structured array of dtype POINT (or DRAWN)."""

DATA_ENTRY = (6, 38, *range(96, 102))
"""Controllers that mean something only in their sequence: they have no value of their own, and no lane."""

AT_REST = {7: 100, 8: 64, 10: 64, 11: 127}
"""What a channel is told before anything else; every other controller begins at 0."""

GLIDE_TICKS = 20
"""A glide is played and exported as points this far apart at the closest, and only where its value changes."""


@dataclass(frozen=True, slots=True)
class ForeignEvent:
    """An event the song does not model (sysex, text, lyrics), kept as its bytes for an exact round trip."""

    tick: int
    data: bytes


class Controls:
    """Points sorted by tick, in file order within a tick; immutable.

    `drawn` is what was set, glides included; `points` is what is played and exported.
    """

    __slots__ = ("_played", "drawn", "foreign")

    EMPTY: ClassVar[Controls]

    def __init__(self, points: Points | None = None, foreign: Iterable[ForeignEvent] = ()) -> None:
        """`points` are of dtype POINT or DRAWN."""
        rows = np.zeros(0 if points is None else len(points), DRAWN)
        if points is not None:
            for name in points.dtype.names or ():
                rows[name] = points[name]
        rows = rows[np.argsort(rows["tick"], kind="stable")]
        rows.flags.writeable = False
        self.drawn: Points = rows
        self._played: Points | None = None
        self.foreign: tuple[ForeignEvent, ...] = tuple(foreign)

    @classmethod
    def of(cls, points: Iterable[tuple[int, int, int, int]], foreign: Iterable[ForeignEvent] = ()) -> Controls:
        """From (tick, kind, number, value) tuples."""
        return cls(np.array(list(points), dtype=POINT), foreign)

    def __len__(self) -> int:
        return len(self.drawn)

    def __bool__(self) -> bool:
        return len(self.drawn) > 0 or bool(self.foreign)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Controls):
            return NotImplemented
        return self is other or (self.foreign == other.foreign and bool(np.array_equal(self.drawn, other.drawn)))

    def __reduce__(self) -> tuple[type[Controls], tuple[Points, tuple[ForeignEvent, ...]]]:
        return Controls, (self.drawn, self.foreign)

    def __hash__(self) -> int:
        return hash((len(self.drawn), self.foreign))

    @property
    def points(self) -> Points:
        """What is played and exported: glides taken apart. Made once, on demand."""
        if self._played is None:
            self._played = _played(self.drawn)
        return self._played

    def of_lane(self, kind: int, number: int) -> Points:
        """The drawn points of one controller (or of bend, pressure, program, whose number does not matter)."""
        return self.drawn[lane_of(self.drawn, kind, number)]

    def within(self, span: Span) -> Points:
        """Points played whose tick lies in the span."""
        first, last = np.searchsorted(self.points["tick"], (span.start_tick, span.end_tick))
        return self.points[first:last]


def lane_of(points: Points, kind: int, number: int) -> NDArray[np.bool_]:
    """Which points belong to one lane, [point]."""
    chosen: NDArray[np.bool_] = points["kind"] == kind
    if kind in (CONTROLLER, KEY_PRESSURE):
        chosen &= points["number"] == number
    return chosen


def rest_value(kind: int, number: int) -> int:
    """What a controller is before anything sets it (bend and pressure: 0)."""
    return AT_REST.get(number, 0) if kind == CONTROLLER else 0


def glide_value(here: Points, there: Points, tick: int) -> int:
    """The value on the way from one drawn point to the next of its lane, at a tick between them."""
    if not here["glides"]:
        return int(here["value"])
    share = (tick - int(here["tick"])) / max(1, int(there["tick"]) - int(here["tick"]))
    return round(int(here["value"]) + share * (int(there["value"]) - int(here["value"])))


def _played(drawn: Points) -> Points:
    plain = np.zeros(len(drawn), POINT)
    for name in POINT.names or ():
        plain[name] = drawn[name]
    between = [_glided(drawn, plain, int(at)) for at in np.flatnonzero(drawn["glides"])]
    if between:
        plain = np.concatenate((plain, *between))
        plain = plain[np.argsort(plain["tick"], kind="stable")]
    plain.flags.writeable = False
    return plain


def _glided(drawn: Points, plain: Points, at: int) -> Points:
    """The points between a gliding one and the next of its lane."""
    here = plain[at]
    later = np.flatnonzero(lane_of(drawn[at + 1 :], int(here["kind"]), int(here["number"])))
    if not len(later):
        return plain[:0]
    there = plain[at + 1 + later[0]]
    length = int(there["tick"] - here["tick"])
    ticks = np.arange(0, length, GLIDE_TICKS)
    values = np.rint(here["value"] + (int(there["value"]) - int(here["value"])) * ticks / max(1, length)).astype(np.int32)
    changes = np.flatnonzero(np.diff(values)) + 1
    made = np.full(len(changes), here, POINT)
    made["tick"], made["value"] = int(here["tick"]) + ticks[changes], values[changes]
    return made


Controls.EMPTY = Controls()
