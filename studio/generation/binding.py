"""Bound: a written track with what it must keep to in a request, and all that is needed to look whether it does."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.generation import metric
from studio.generation.chord_reading import Harmony, harmony
from studio.generation.contract import Request
from studio.generation.demands import demanded
from studio.song import masking
from studio.song.constraint import Constraint
from studio.song.notes import Rows
from studio.song.song import Song, Track


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A written track with what it must keep to: the notes that are there and go, those that stay, the bars, the chords."""

    constraint: Constraint
    request: Request
    track: Track
    there: Rows
    stays: Rows
    bars: tuple[metric.BarPart, ...]
    chords: Harmony | None

    @property
    def song(self) -> Song:
        return self.request.song

    @property
    def pitches(self) -> tuple[int, int]:
        """The lowest and the highest that may be written."""
        low, high, mask = self.constraint.low_pitch, self.constraint.high_pitch, self.request.mask
        return max(mask.low_pitch, 0 if low is None else low), min(mask.high_pitch, 127 if high is None else high)

    @property
    def is_laid(self) -> bool:
        """Whether rhythm or pitches are those that are there: then nothing is added or left out."""
        return self.constraint.keeps_rhythm or self.constraint.keeps_pitches


def bound(request: Request) -> tuple[Bound, ...]:
    """The tracks of a request that must keep to something."""
    found = []
    for track_id in request.mask.region.track_ids:
        constraint = demanded(request, track_id)
        if constraint is not None:
            track = request.song.track(track_id)
            chords = harmony(request.song, constraint.follows, request.span) if constraint.follows is not None else None
            there, stays = masking.replaced(track, request.mask), masking.kept(track, request.mask)
            bars = metric.bar_parts(request.song.timeline, request.span)
            found.append(Bound(constraint, request, track, there, stays, bars, chords))
    return tuple(found)


def bound_to_chords(rows: Rows, song: Song) -> NDArray[np.bool_]:
    """Which notes have to be chord tones: those that begin on a beat, and those that last as long as one."""
    beats = np.array([song.timeline.meter_at(tick).beat_ticks for tick in rows["start"].tolist()], np.int64)
    strong = metric.weights(song.timeline, rows["start"]) >= metric.ON_BEAT
    found: NDArray[np.bool_] = strong | (rows["length"] >= beats)
    return found


def most_in(most: float, bar: metric.BarPart) -> int:
    """As many notes as may begin in what of the bar lies in the region."""
    return math.ceil(most * bar.share - 1e-9)


def least_in(least: float, bar: metric.BarPart) -> int:
    """As many notes as must begin in what of the bar lies in the region."""
    return math.floor(least * bar.share + 1e-9)


def beginning_in(rows: Rows, bar: metric.BarPart) -> Rows:
    found: Rows = rows[(rows["start"] >= bar.span.start_tick) & (rows["start"] < bar.span.end_tick)]
    return found
