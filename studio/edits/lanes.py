"""Lanes: the points of one controller of a track (or of bend, pressure, program), drawn, moved, joined by glides, removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.edits.changing import count_of
from studio.edits.history import Edit
from studio.errors import UnsupportedRequest
from studio.song.controls import BEND, CONTROLLER, DRAWN, PROGRAM, Controls, Points, glide_value, lane_of
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.words import tr


class Point(NamedTuple):
    """A point of a lane; with `glides` the value goes evenly to the next one's. `bank` matters for programs only."""

    tick: int
    value: int
    glides: bool = False
    bank: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """Which points: their kind (see studio.song.controls) and, of controllers, their number."""

    kind: int
    number: int = 0

    @property
    def low(self) -> int:
        return -8192 if self.kind == BEND else 0

    @property
    def high(self) -> int:
        return 8191 if self.kind == BEND else 127

    def held(self, value: float) -> int:
        """The nearest value the lane can have."""
        return round(min(self.high, max(self.low, value)))


def lay_points(track_id: int, lane: Lane, span: Span, points: Iterable[Point], label: str = "") -> Edit:
    """Put points in place of those in a span. A glide that was cut off at its end goes on to where it went."""
    laid = tuple(point for point in points if point.tick in span or point.tick == span.end_tick)

    def change(present: Points) -> Points:
        inside = (present["tick"] >= span.start_tick) & (present["tick"] <= span.end_tick)
        rows = _rows(lane, laid)
        if len(rows) and _is_gliding(present, span.end_tick):
            rows["glides"][-1] = True
        return np.concatenate((present[~inside], rows))

    return _edit(label or tr("Draw {points}", points=count_of(len(laid), "point")), track_id, lane, change)


def move_points(track_id: int, lane: Lane, ticks: Collection[int], by_ticks: int, by_value: int) -> Edit:
    """Move the points at these ticks together; they stay within the lane's range, after the start and among the others."""
    chosen = np.fromiter(ticks, np.int64)

    def change(present: Points) -> Points:
        moving = np.isin(present["tick"], chosen)
        if not moving.any():
            return present
        rows = present[moving].copy()
        ticks_moved = rows["tick"] + max(by_ticks, -int(rows["tick"].min()))
        rows["tick"] = ticks_moved
        rows["value"] = np.clip(rows["value"] + by_value, lane.low, lane.high)
        others = present[~moving]
        return np.concatenate((others[~np.isin(others["tick"], ticks_moved)], rows))

    return _edit(tr("Move {points}", points=count_of(len(chosen), "point")), track_id, lane, change)


def remove_points(track_id: int, lane: Lane, ticks: Collection[int]) -> Edit:
    chosen = np.fromiter(ticks, np.int64)
    return _edit(
        tr("Delete {points}", points=count_of(len(chosen), "point")),
        track_id,
        lane,
        lambda present: present[~np.isin(present["tick"], chosen)],
    )


def remove_within(track_id: int, lane: Lane, span: Span) -> Edit:
    def change(present: Points) -> Points:
        return present[(present["tick"] < span.start_tick) | (present["tick"] >= span.end_tick)]

    return _edit(tr("Erase points"), track_id, lane, change)


def set_glides(track_id: int, lane: Lane, ticks: Collection[int], glides: bool) -> Edit:
    """Let the value go evenly from these points to the next, or step there."""
    if lane.kind == PROGRAM and glides:
        raise UnsupportedRequest(tr("Programs change at once."), tr("Nothing lies between two of them."))
    chosen = np.fromiter(ticks, np.int64)

    def change(present: Points) -> Points:
        rows = present.copy()
        rows["glides"][np.isin(rows["tick"], chosen)] = glides
        return rows

    return _edit(tr("Glide") if glides else tr("Step"), track_id, lane, change)


def thinned(points: Iterable[Point], tolerance: float) -> list[Point]:
    """As few of these points (in time order) as keep the line through them within a tolerance (Douglas and Peucker, 1973)."""
    listed = list(points)
    if len(listed) < 3:
        return listed
    ticks, values = (np.array(column, float) for column in ([p.tick for p in listed], [p.value for p in listed]))
    keep = np.zeros(len(listed), bool)
    keep[[0, -1]] = True
    stretches = [(0, len(listed) - 1)]
    while stretches:
        first, last = stretches.pop()
        if last - first < 2:
            continue
        line = np.interp(ticks[first : last + 1], ticks[[first, last]], values[[first, last]])
        away = np.abs(values[first : last + 1] - line)
        worst = int(away.argmax())
        if away[worst] > tolerance:
            keep[first + worst] = True
            stretches += [(first, first + worst), (first + worst, last)]
    return [point for point, kept in zip(listed, keep.tolist(), strict=True) if kept]


def value_at(present: Points, tick: int, otherwise: int) -> int:
    """What the drawn points of one lane lead to at a tick; `otherwise` before the first."""
    at = int(np.searchsorted(present["tick"], tick, side="right")) - 1
    if at < 0:
        return otherwise
    return glide_value(present[at], present[at + 1], tick) if at + 1 < len(present) else int(present["value"][at])


def _is_gliding(present: Points, tick: int) -> bool:
    """Whether at a tick the value is on its way between two points."""
    at = int(np.searchsorted(present["tick"], tick, side="right")) - 1
    return bool(at >= 0 and at + 1 < len(present) and present["glides"][at])


def _rows(lane: Lane, points: tuple[Point, ...]) -> Points:
    number = lane.number if lane.kind == CONTROLLER else 0
    made = [
        (max(0, p.tick), lane.kind, min(16383, max(0, p.bank)) if lane.kind == PROGRAM else number, lane.held(p.value), p.glides)
        for p in points
    ]
    return np.array(made, DRAWN)


def _edit(label: str, track_id: int, lane: Lane, change: Callable[[Points], Points]) -> Edit:
    def apply(song: Song) -> Song:
        track = song.track(track_id)
        if track.is_audio:
            raise UnsupportedRequest(tr("An audio track has no controllers."), tr("Choose a note track."))
        return song.with_track(_changed(track, lane, change))

    return Edit(label, apply)


def _changed(track: Track, lane: Lane, change: Callable[[Points], Points]) -> Track:
    drawn = track.controls.drawn
    mine: NDArray[np.bool_] = lane_of(drawn, lane.kind, lane.number)
    after = change(drawn[mine])
    if np.array_equal(after, drawn[mine]):
        return track
    controls = Controls(np.concatenate((drawn[~mine], after)), track.controls.foreign)
    return replace(track, controls=controls if controls else Controls.EMPTY)
