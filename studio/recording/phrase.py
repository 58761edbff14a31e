"""Phrase: what was played in one pass over a stretch of the song, as notes and points; held notes grow with time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from studio.audio import schedule as kinds
from studio.audio.played import ALL_NOTES_OFF, Touch
from studio.song.controls import BEND, CONTROLLER, DATA_ENTRY, KEY_PRESSURE, POINT, PRESSURE, Points
from studio.song.notes import Note
from studio.song.rows import ROW, Rows
from studio.song.ticks import TICKS_PER_BEAT, Span

EARLY_TICKS = TICKS_PER_BEAT // 4
"""Who plays on a line is often a little before it: so far before the beginning a note still belongs to it."""
LEAST_TICKS = 30
POINT_EVERY_TICKS = 10
_BANK = (0, 32)
_SPRINGING = frozenset({(BEND, 0), (PRESSURE, 0), *((CONTROLLER, number) for number in range(64, 70))})
"""What goes back by itself when hand and foot let go: a recording leaves none of it standing."""
_KINDS = {
    kinds.CONTROLLER: CONTROLLER,
    kinds.BEND: BEND,
    kinds.PRESSURE: PRESSURE,
    kinds.KEY_PRESSURE: KEY_PRESSURE,
}

LaneKey = tuple[int, int]
"""Kind and number of a point."""


class Held(NamedTuple):
    tick: int
    velocity: int


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """What a pass brought: notes (ids 0) that begin inside its span and end there too, points in order. A span that
    `is_bounded` ended where the loop or the punch range does, any other where the recording was stopped."""

    span: Span
    rows: Rows
    points: Points
    is_bounded: bool = False

    def __bool__(self) -> bool:
        return bool(len(self.rows) or len(self.points))


class Phrase:
    """Touches come in the order in which they were played. `end_tick` None: no end is known yet.

    `pitch_at(tick, pitch)` says what is written for a key, such as the nearest one of the scale.
    """

    def __init__(
        self, start_tick: int, end_tick: int | None = None, pitch_at: Callable[[int, int], int] = lambda _tick, pitch: pitch
    ) -> None:
        self.start_tick, self.end_tick = start_tick, end_tick
        self._pitch_at = pitch_at
        room = EARLY_TICKS if end_tick is None else min(EARLY_TICKS, max(0, end_tick - start_tick) // 8)
        self.early_ticks = room
        self._done: list[Note] = []
        self._held: dict[int, Held] = {}
        self._points: list[tuple[int, int, int, int]] = []
        self._standing: dict[LaneKey, int] = {}
        self._rows: Rows = np.zeros(0, ROW)

    @property
    def is_empty(self) -> bool:
        return not (self._done or self._held or self._points)

    def add(self, touch: Touch, at: float) -> None:
        """A touch at a tick, which may lie outside the pass: what belongs to it is kept."""
        tick, (kind, a, b) = round(at), touch
        if kind == kinds.ON:
            self._let_go(a, tick)
            if self.end_tick is None or tick < self.end_tick:
                self._held[a] = Held(tick, max(1, min(127, b)))
        elif kind == kinds.OFF:
            self._let_go(a, tick)
        elif kind == kinds.CONTROLLER and a == ALL_NOTES_OFF:
            for key in list(self._held):
                self._let_go(key, tick)
        elif kind in _KINDS and not (kind == kinds.CONTROLLER and (a in _BANK or a in DATA_ENTRY)):
            self._turn(_KINDS[kind], a if kind in (kinds.CONTROLLER, kinds.KEY_PRESSURE) else 0, b, tick)

    def hold(self, keys: dict[int, Held], standing: dict[LaneKey, int]) -> None:
        """Keys and pedals that are down already when the pass begins."""
        self._held.update(keys)
        for (kind, number), value in standing.items():
            self._turn(kind, number, value, self.start_tick)

    def rows(self, now_tick: float) -> Rows:
        """All notes so far, those that are held up to now."""
        if len(self._rows) != len(self._done):
            self._rows = np.concatenate((self._rows, _as_rows(self._done[len(self._rows) :])))
        held = [note for key, held in self._held.items() if (note := self._placed(key, held, round(now_tick))) is not None]
        return np.concatenate((self._rows, _as_rows(held))) if held else self._rows

    def hand_over(self) -> tuple[dict[int, Held], dict[LaneKey, int]]:
        """The loop turns where the pass ends: keys that were pressed just before it belong to what follows, and are given
        away; the others end here. Pedals are told, and stay."""
        stop, kept = self.end_tick or self.start_tick, {}
        for key, held in list(self._held.items()):
            if held.tick >= stop - self.early_ticks > self.start_tick:
                kept[key] = self._held.pop(key)
            else:
                self._let_go(key, stop)
        return kept, self._unsprung

    def end(self, tick: float) -> Recorded:
        """What the pass brought, ended at this tick; what is still down is let go there."""
        stop = max(self.start_tick, round(tick))
        stop = stop if self.end_tick is None else min(stop, self.end_tick)
        for key in list(self._held):
            self._let_go(key, stop)
        points = [*self._points, *((stop, *lane, 0) for lane in self._unsprung)]
        rows = self.rows(stop)
        reach = max(stop, int((rows["start"] + rows["length"]).max(initial=0)))
        return Recorded(Span(self.start_tick, reach), rows, _thinned(points), self.end_tick is not None)

    @property
    def _unsprung(self) -> dict[LaneKey, int]:
        return {lane: value for lane, value in self._standing.items() if lane in _SPRINGING and value}

    # Inside

    def _let_go(self, key: int, tick: int) -> None:
        held = self._held.pop(key, None)
        note = None if held is None else self._placed(key, held, tick)
        if note is not None:
            self._done.append(note)

    def _placed(self, key: int, held: Held, end_tick: int) -> Note | None:
        """The part of a note that lies in the pass; none for one that was begun too long before."""
        start, stop = held.tick, max(end_tick, held.tick)
        if start < self.start_tick:
            if start < self.start_tick - self.early_ticks:
                return None
            stop = max(stop, self.start_tick + min(stop - start, self.early_ticks))
            start = self.start_tick
        stop = max(stop, start + LEAST_TICKS)
        if self.end_tick is not None:
            stop = min(stop, self.end_tick)
        pitch = self._pitch_at(start, key)
        return Note(start, stop - start, pitch, held.velocity) if stop > start else None

    def _turn(self, kind: int, number: int, value: int, tick: int) -> None:
        if self.end_tick is not None and tick >= self.end_tick:
            return
        self._standing[kind, number] = value
        self._points.append((max(tick, self.start_tick), kind, number, value))


def _as_rows(notes: Iterable[Note]) -> Rows:
    return np.array([(n.start_tick, n.length_ticks, 0, 0, n.pitch, n.velocity, 0) for n in notes], ROW)


def _thinned(listed: list[tuple[int, int, int, int]]) -> Points:
    """Points in order; of each lane no two so close that nobody hears them apart (the last of them counts), and none that
    says what the one before has said."""
    kept: dict[LaneKey, list[tuple[int, int, int, int]]] = {}
    for point in sorted(listed, key=lambda point: point[0]):
        tick, kind, number, value = point
        lane = kept.setdefault((kind, number), [])
        before = lane[-1] if lane else None
        is_close = before is not None and tick - before[0] < POINT_EVERY_TICKS and len(lane) > 1
        is_switch = kind == CONTROLLER and 64 <= number < 70
        if before is not None and (before[0] == tick or (is_close and not is_switch)):
            lane[-1] = (before[0], kind, number, value)
        elif before is None or before[3] != value:
            lane.append(point)
    made = np.array([point for lane in kept.values() for point in lane], POINT)
    return made[np.argsort(made["tick"], kind="stable")]
