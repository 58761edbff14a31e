"""Metric: how strong a place of the bar is, and the bars of a region with how much of each lies inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.song.measures import SIXTEENTH_TICKS
from studio.song.ticks import Span
from studio.song.timeline import Timeline

ON_BEAT = 2
"""The weight from which a place counts as strong."""


@dataclass(frozen=True, slots=True)
class BarPart:
    """What of a bar lies in a region: which bar, from 1, and the share of it."""

    number: int
    span: Span
    share: float


def bar_parts(timeline: Timeline, span: Span) -> tuple[BarPart, ...]:
    """The bars of a region, the first and the last cut to it."""
    first, last = timeline.bar_of(span.start_tick), timeline.bar_of(max(span.start_tick, span.end_tick - 1))
    found = []
    for number in range(first, last + 1):
        bar = timeline.bar_span(number)
        inside = Span(max(bar.start_tick, span.start_tick), min(bar.end_tick, span.end_tick))
        found.append(BarPart(number, inside, inside.length_ticks / max(1, bar.length_ticks)))
    return tuple(found)


def weights(timeline: Timeline, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """The strength of the nearest sixteenth of each tick: 4 a bar line, 3 the middle of a bar with an even number of beats,
    2 a beat, 1 half a beat, 0 any other sixteenth (Lerdahl and Jackendoff, "A generative theory of tonal music", 1983)."""
    found = np.zeros(len(ticks), np.int64)
    for at, tick in enumerate(ticks.tolist()):
        found[at] = _weight(timeline, max(0, tick + SIXTEENTH_TICKS // 2))
    return found


def _weight(timeline: Timeline, tick: int) -> int:
    meter = timeline.meter_at(tick)
    within = (tick - timeline.bar_start(timeline.bar_of(tick))) // SIXTEENTH_TICKS * SIXTEENTH_TICKS
    beat, bar = meter.beat_ticks, meter.bar_ticks
    if within == 0:
        return 4
    if within * 2 == bar and bar // beat % 2 == 0:
        return 3
    if within % beat == 0:
        return ON_BEAT
    return 1 if within % (beat // 2 or 1) == 0 else 0
