"""Tick: the only unit in which the song keeps time; Span: a stretch of it."""

from __future__ import annotations

from dataclasses import dataclass

Tick = int

TICKS_PER_BEAT = 960
"""Ticks in a quarter note (a beat is a quarter here, whatever the meter says)."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of time, [start_tick, end_tick)."""

    start_tick: Tick
    end_tick: Tick

    def __post_init__(self) -> None:
        if self.end_tick < self.start_tick:
            raise ValueError(f"span ends at {self.end_tick}, before its start {self.start_tick}")

    @property
    def length_ticks(self) -> int:
        return self.end_tick - self.start_tick

    def __contains__(self, tick: Tick) -> bool:
        return self.start_tick <= tick < self.end_tick

    def overlaps(self, other: Span) -> bool:
        return self.start_tick < other.end_tick and other.start_tick < self.end_tick

    def moved(self, by_ticks: int) -> Span:
        return Span(self.start_tick + by_ticks, self.end_tick + by_ticks)
