"""Locks: stretches of time that nobody changes, kept as sorted spans that do not touch."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from studio.song.ticks import Span

Locks = tuple[Span, ...]
FEW = 24
"""Up to so many stretches are looked at one by one: two comparisons of a column are quicker than a search in it."""
NEVER = 1 << 50
"""A tick after everything."""


def joined(spans: Iterable[Span]) -> Locks:
    """These stretches, those that touch or overlap as one, empty ones left out."""
    made: list[Span] = []
    for span in sorted(span for span in spans if span.length_ticks):
        if made and span.start_tick <= made[-1].end_tick:
            made[-1] = Span(made[-1].start_tick, max(made[-1].end_tick, span.end_tick))
        else:
            made.append(span)
    return tuple(made)


def without(locks: Iterable[Span], gone: Span) -> Locks:
    """What of the stretches lies outside another one."""
    made = []
    for span in locks:
        made.append(Span(span.start_tick, max(span.start_tick, min(span.end_tick, gone.start_tick))))
        made.append(Span(min(span.end_tick, max(span.start_tick, gone.end_tick)), span.end_tick))
    return joined(made)


def holds(locks: Locks, span: Span) -> bool:
    """Whether all of a stretch is locked."""
    return any(lock.start_tick <= span.start_tick and span.end_tick <= lock.end_tick for lock in locks)


def inside(locks: Locks, ticks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which ticks lie in one of the stretches."""
    if len(locks) <= FEW:
        found = np.zeros(len(ticks), bool)
        ticks = np.ascontiguousarray(ticks)
        for span in locks:
            found |= (ticks >= span.start_tick) & (ticks < span.end_tick)
        return found
    starts, stops = _edges(locks)
    at = np.searchsorted(starts, ticks, side="right") - 1
    among: NDArray[np.bool_] = (at >= 0) & (stops[at] > ticks)
    return among


def next_starts(locks: Locks, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the next stretch begins at or after each tick; NEVER where none does."""
    starts = np.append(_edges(locks)[0], NEVER)
    found: NDArray[np.int64] = starts[np.searchsorted(starts[:-1], ticks)]
    return found


def _edges(locks: Locks) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    starts = np.array([span.start_tick for span in locks], np.int64)
    return starts, np.array([span.end_tick for span in locks], np.int64)
