"""Snap: the grid that positions and lengths fall on; bars to sixty-fourths, triplets, dotted, adaptive, off. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.song.timeline import Timeline

WHOLE = 4 * TICKS_PER_BEAT
DIVISIONS = (1, 2, 4, 8, 16, 32, 64)
"""Parts of a whole note."""
ADAPTIVE_STEP_PX = 14.0
"""The adaptive grid takes the finest step that is at least this wide on the screen."""
_SHAPES = {"straight": Fraction(1), "triplet": Fraction(2, 3), "dotted": Fraction(3, 2), "quintuplet": Fraction(4, 5)}
_MARKS = {"straight": "", "triplet": "T", "dotted": ".", "quintuplet": "Q"}


@dataclass(frozen=True, slots=True)
class Snap:
    """`division` is a part of a whole note, 0 for whole bars; `shape` is straight, triplet, dotted or quintuplet.

    When `is_on` is False positions are free (to the tick); `is_adaptive` lets the zoom choose the division.
    `is_absolute` pulls moved notes onto the grid, otherwise they keep their distance from it.
    """

    division: int = 16
    shape: str = "straight"
    is_on: bool = True
    is_adaptive: bool = False
    is_absolute: bool = False

    def __post_init__(self) -> None:
        if self.division not in (0, *DIVISIONS) or self.shape not in _SHAPES:
            raise ValueError(f"no such grid: {self.division} {self.shape}")

    @property
    def name(self) -> str:
        """As shown beside the tempo: 1/16, 1/8T, 1/4., 1/16Q, Bar, Adaptive, Off."""
        if not self.is_on:
            return "Off"
        if self.is_adaptive:
            return "Adaptive"
        return f"1/{self.division}{_MARKS[self.shape]}" if self.division else "Bar"

    @classmethod
    def named(cls, name: str) -> Snap:
        """The grid that is called so by `name`: 1/16, 1/8T, 1/4., 1/16Q, Bar; ValueError when none is."""
        if name == "Bar":
            return cls(0)
        body = name.removeprefix("1/")
        shape = next((shape for shape, mark in _MARKS.items() if mark and body.endswith(mark)), "straight")
        return cls(int(body.removesuffix(_MARKS[shape])), shape)

    def step_ticks(self, timeline: Timeline, tick: int, ticks_per_px: float = 0.0) -> int:
        """The distance between grid lines at a tick; 1 with snap off."""
        if not self.is_on:
            return 1
        return self.grid_ticks(timeline, tick, ticks_per_px)

    def grid_ticks(self, timeline: Timeline, tick: int, ticks_per_px: float = 0.0) -> int:
        """As `step_ticks`, whether snap is on or not: what is drawn, and what keys nudge by."""
        bar = timeline.meter_at(tick).bar_ticks
        if self.is_adaptive:
            return self._adaptive(bar, ticks_per_px)
        if self.division == 0:
            return bar
        return max(1, int(WHOLE // self.division * _SHAPES[self.shape]))

    def _adaptive(self, bar_ticks: int, ticks_per_px: float) -> int:
        least = ADAPTIVE_STEP_PX * ticks_per_px
        for division in reversed(DIVISIONS):
            step = int(WHOLE // division * _SHAPES[self.shape])
            if step >= least and step <= bar_ticks:
                return step
        return bar_ticks

    def finer(self) -> Snap:
        return self._stepped(1)

    def coarser(self) -> Snap:
        return self._stepped(-1)

    def shaped(self, shape: str) -> Snap:
        return replace(self, shape=shape, is_on=True)

    def switched(self) -> Snap:
        """On when it is off, off when it is on; the grid is remembered."""
        return replace(self, is_on=not self.is_on)

    def _stepped(self, by: int) -> Snap:
        order = (0, *DIVISIONS)
        at = max(0, min(len(order) - 1, order.index(self.division) + by))
        return Snap(order[at], self.shape, True, False, self.is_absolute)

    def below(self, timeline: Timeline, tick: float, ticks_per_px: float = 0.0) -> int:
        """The last grid line at or before a tick. Lines are counted from each bar line."""
        whole = max(0, int(tick // 1))
        start = timeline.bar_start(timeline.bar_of(whole))
        step = self.step_ticks(timeline, whole, ticks_per_px)
        return start + (whole - start) // step * step

    def nearest(self, timeline: Timeline, tick: float, ticks_per_px: float = 0.0) -> int:
        """The grid line (bar lines among them) nearest to a tick."""
        low = self.below(timeline, tick, ticks_per_px)
        step = self.step_ticks(timeline, low, ticks_per_px)
        bar_end = timeline.bar_start(timeline.bar_of(low) + 1)
        high = min(low + step, bar_end)
        return low if tick - low < high - tick else high

    def moved(self, timeline: Timeline, origin_tick: int, by_ticks: float, ticks_per_px: float = 0.0) -> int:
        """By how much something at `origin_tick` moves when the hand has gone `by_ticks`."""
        if self.is_absolute or self.division == 0:
            return self.nearest(timeline, origin_tick + by_ticks, ticks_per_px) - origin_tick
        step = self.step_ticks(timeline, origin_tick, ticks_per_px)
        return round(by_ticks / step) * step

    def rounded_span(self, timeline: Timeline, span: Span, ticks_per_px: float = 0.0) -> Span:
        """The span widened to grid lines, one step long at least."""
        start = self.below(timeline, span.start_tick, ticks_per_px)
        last = max(start, span.end_tick - 1)
        low = self.below(timeline, last, ticks_per_px)
        step = self.step_ticks(timeline, low, ticks_per_px)
        end = min(low + step, timeline.bar_start(timeline.bar_of(low) + 1))
        return Span(start, max(end, start + 1))
