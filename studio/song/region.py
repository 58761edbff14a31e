"""Region and Mask: what selection, request and take speak about."""

from __future__ import annotations

from dataclasses import dataclass

from studio.song.ticks import Span


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
