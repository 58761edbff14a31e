"""A swap on the beat: another schedule that waits for the next beat or bar while the music goes on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from studio.audio.schedule import Schedule, frame_at
from studio.song.timeline import Timeline

Swap = Literal["now", "beat", "bar"]
SWAPS: tuple[Swap, ...] = ("now", "beat", "bar")


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """What is to be played from a frame on; `then` is called at that moment."""

    frame: int
    schedule: Schedule
    then: Callable[[], object]


def next_line(timeline: Timeline, frame: int, rate: int, swap: Swap) -> int:
    """The frame of the first beat (or bar line) that is not over at a frame."""
    tick = max(0, math.floor(float(timeline.ticks_at(frame / rate))))
    meter, start = timeline.meter_at(tick), timeline.bar_start(timeline.bar_of(tick))
    step = meter.bar_ticks if swap == "bar" else meter.beat_ticks
    line = start + (tick - start) // step * step
    found = frame_at(timeline, line, rate)
    while found < frame:
        following = timeline.bar_start(timeline.bar_of(line) + 1)
        line = min(line + step, following) if line < following else line + step
        found = frame_at(timeline, line, rate)
    return found
