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
class Mask:
    """Where notes may be written: a region, and optionally a pitch band [low, high] inside it."""

    region: Region
    low_pitch: int = 0
    high_pitch: int = 127

    def allows(self, track_id: int, start_tick: int, pitch: int) -> bool:
        """Whether a note of this start and pitch may be written or removed."""
        return track_id in self.region.track_ids and start_tick in self.region.span and self.low_pitch <= pitch <= self.high_pitch
