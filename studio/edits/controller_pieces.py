"""The controllers of a track put together anew from stretches: what was in force where a stretch began is so again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np

from studio.song.controls import (
    CONTROLLER,
    DATA_ENTRY,
    DRAWN,
    KEY_PRESSURE,
    PROGRAM,
    Controls,
    ForeignEvent,
    Points,
    glide_value,
    lane_of,
    rest_value,
)
from studio.song.song import Track
from studio.song.ticks import Span


class _Piece(Protocol):
    @property
    def span(self) -> Span: ...
    @property
    def is_empty(self) -> bool: ...


class _Placed(Protocol):
    @property
    def piece(self) -> _Piece: ...
    @property
    def at(self) -> int: ...


State = tuple[int, int]
"""Number and value; only a program's number (its bank) changes."""


def controls_of(track: Track, placed: Sequence[_Placed], foreign: Iterable[ForeignEvent]) -> Controls:
    """See the module; the drawn points, glides included."""
    drawn = track.controls.drawn
    sequences = (drawn["kind"] == CONTROLLER) & np.isin(drawn["number"], DATA_ENTRY)
    parts = list(_moved(drawn[sequences], placed))
    for kind, number in sorted({_lane(point) for point in drawn[~sequences].tolist()}):
        parts.append(_lane_of_pieces(track, drawn[lane_of(drawn, kind, number)], placed))
    return Controls(np.concatenate(parts) if parts else None, foreign)


def _lane(point: tuple[int, int, int, int, bool]) -> tuple[int, int]:
    _, kind, number, _, _ = point
    return kind, number if kind in (CONTROLLER, KEY_PRESSURE) else 0


def _moved(points: Points, placed: Sequence[_Placed]) -> Iterator[Points]:
    for here in placed:
        if not here.piece.is_empty:
            yield _inside(points, here)


def _inside(points: Points, here: _Placed) -> Points:
    first, last = np.searchsorted(points["tick"], (here.piece.span.start_tick, here.piece.span.end_tick))
    part: Points = points[first:last].copy()
    part["tick"] += here.at - here.piece.span.start_tick
    return part


def _lane_of_pieces(track: Track, lane: Points, placed: Sequence[_Placed]) -> Points:
    made: list[Points] = []
    running, _ = _in_force(track, lane, 0)
    for here in placed:
        if here.piece.is_empty:
            continue
        span = here.piece.span
        state, glides = _in_force(track, lane, span.start_tick)
        inside = _inside(lane, here)
        begins = len(inside) and inside["tick"][0] == here.at
        if not begins and (glides or state != running):
            made.append(_point(lane, here.at, state, glides))
        made.append(inside)
        running, still_glides = _in_force(track, lane, span.end_tick)
        if still_glides:
            made.append(_point(lane, here.at + span.length_ticks, running, False))
    return np.concatenate(made) if made else lane[:0]


def _point(lane: Points, tick: int, state: State, glides: bool) -> Points:
    return np.array([(tick, int(lane["kind"][0]), *state, glides)], DRAWN)


def _in_force(track: Track, lane: Points, tick: int) -> tuple[State, bool]:
    """What the points before a tick lead to at that tick, and whether the value is on its way there."""
    at = int(np.searchsorted(lane["tick"], tick)) - 1
    kind, number = int(lane["kind"][0]), int(lane["number"][0])
    if at < 0:
        if kind == PROGRAM:
            return (track.instrument.bank, track.instrument.program), False
        return (number, rest_value(kind, number)), False
    here = lane[at]
    if not here["glides"] or at + 1 == len(lane):
        return (int(here["number"]), int(here["value"])), False
    there = lane[at + 1]
    return (int(here["number"]), glide_value(here, there, tick)), int(there["tick"]) > tick
