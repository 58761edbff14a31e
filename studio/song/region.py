"""Region and Mask: what selection, request and take speak about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.song.ticks import Span

Ticks = NDArray[np.int64]
Pitches = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Region:
    """A span of time on some tracks (ids, in track order)."""

    track_ids: tuple[int, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Patch:
    """A painted part of a mask: a stretch of one track, between two pitches [low, high]."""

    track_id: int
    span: Span
    low_pitch: int = 0
    high_pitch: int = 127

    def allows(self, track_id: int, start_tick: int, pitch: int) -> bool:
        return track_id == self.track_id and start_tick in self.span and self.low_pitch <= pitch <= self.high_pitch


@dataclass(frozen=True, slots=True)
class Mask:
    """Where notes may be written: a region, optionally a pitch band [low, high] inside it, and, where there are patches,
    only what lies in one of them (the region is then their hull)."""

    region: Region
    low_pitch: int = 0
    high_pitch: int = 127
    patches: tuple[Patch, ...] = ()

    def allows(self, track_id: int, start_tick: int, pitch: int) -> bool:
        """Whether a note of this start and pitch may be written or removed."""
        if track_id not in self.region.track_ids or start_tick not in self.region.span:
            return False
        if not self.low_pitch <= pitch <= self.high_pitch:
            return False
        return not self.patches or any(patch.allows(track_id, start_tick, pitch) for patch in self.patches)

    def covers(self, track_id: int, starts: Ticks, pitches: Pitches) -> NDArray[np.bool_]:
        """`allows` for many notes of one track."""
        span = self.region.span
        if track_id not in self.region.track_ids:
            return np.zeros(len(starts), bool)
        inside: NDArray[np.bool_] = (starts >= span.start_tick) & (starts < span.end_tick) & _in_band(self, pitches)
        return inside & (self.edges(track_id, starts, pitches) > starts)

    def band(self, track_id: int) -> tuple[int, int]:
        """The lowest and the highest pitch that may be written on a track anywhere."""
        mine = [patch for patch in self.patches if patch.track_id == track_id]
        if not mine:
            return self.low_pitch, self.high_pitch
        low, high = min(patch.low_pitch for patch in mine), max(patch.high_pitch for patch in mine)
        return max(self.low_pitch, low), min(self.high_pitch, high)

    def edges(self, track_id: int, starts: Ticks, pitches: Pitches) -> Ticks:
        """Where what may be written ends for notes of these starts and pitches: the end of the region, or of the painted parts
        that follow on one another at a pitch; the start itself where nothing is painted."""
        end = self.region.span.end_tick
        if not self.patches:
            return np.full(len(starts), end, np.int64)
        edges: Ticks = starts.copy()
        for patch in sorted(self.patches, key=lambda each: each.span):
            if patch.track_id == track_id:
                goes_on = (patch.span.start_tick <= edges) & (edges < patch.span.end_tick) & _in_band(patch, pitches)
                edges[goes_on] = patch.span.end_tick
        return np.minimum(edges, end)


def _in_band(band: Mask | Patch, pitches: Pitches) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (pitches >= band.low_pitch) & (pitches <= band.high_pitch)
    return found
