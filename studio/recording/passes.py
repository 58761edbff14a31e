"""Passes: a recording that may go round a loop, as one phrase for each time through."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from studio.audio import schedule as kinds
from studio.audio.played import Place, Played
from studio.recording.phrase import EARLY_TICKS, Held, Phrase, Recorded
from studio.song.rows import ROW, Rows
from studio.song.ticks import Span

GRACE_TICKS = 160
"""So long after a turn, or after the end of the punch range, what was played before it may still come in."""


class Passes:
    """`loop`: what the music goes round in; `punch`: all that is recorded of it; None for neither."""

    def __init__(
        self, start_tick: int, loop: Span | None, punch: Span | None, pitch_at: Callable[[int, int], int] = lambda _, pitch: pitch
    ) -> None:
        self._start_tick, self._loop, self._punch, self._pitch_at = start_tick, loop, punch, pitch_at
        self._turn: int | None = None
        self._jump = 0
        self._phrase = self._new(start_tick)
        self._closing: tuple[int, Phrase] | None = None
        self._over: list[Recorded] = []
        self._early: dict[int, Held] = {}

    def add(self, event: Played) -> None:
        """A touch, in the order in which they were played."""
        place, touch = event.place, event.touch
        if not place.is_playing:  # the music is about to begin: a key that is down by then belongs to it
            if self._turn is None and touch.kind == kinds.ON:
                self._early[touch.a] = Held(self._start_tick, max(1, touch.b))
            elif self._turn is None and touch.kind == kinds.OFF:
                self._early.pop(touch.a, None)
            return
        self._begin(place)
        if place.jump != self._jump or self._turn is None:
            return
        if place.turn > self._turn:
            self._go_round(place.turn)
        if place.turn == self._turn:
            self._phrase.add(touch, place.tick)
        elif self._closing is not None and place.turn == self._closing[0]:
            self._closing[1].add(touch, place.tick)

    def turned(self, place: Place) -> list[Recorded]:
        """The passes that are over by now."""
        if not place.is_playing:
            return []
        self._begin(place)
        if self._turn is not None and place.turn > self._turn:
            self._go_round(place.turn)
        if self._loop is not None and place.tick > self._loop.start_tick + GRACE_TICKS:
            self._close()
        found, self._over = self._over, []
        return found

    def is_past(self, place: Place) -> bool:
        """Whether nothing more can come: the punch range is over, and the music does not come back to it."""
        end = self._phrase.end_tick
        return place.is_playing and self._loop is None and end is not None and place.tick > end + GRACE_TICKS

    def end(self, place: Place) -> Recorded | None:
        """All that was not given out yet, as one; None when the music never got so far."""
        found = self._ready()
        if self._turn is None:
            return None
        found.append(self._phrase.end(min(place.tick, self._stop)))
        return _joined(found)

    def rows(self, place: Place) -> Rows:
        parts = [self._phrase.rows(min(place.tick, self._stop))]
        if self._closing is not None:
            parts.append(self._closing[1].rows(self._stop))
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    # Inside

    @property
    def _stop(self) -> float:
        return self._phrase.end_tick if self._phrase.end_tick is not None else float("inf")

    def _begin(self, place: Place) -> None:
        if self._turn is None:
            self._turn, self._jump = place.turn, place.jump
            if place.tick >= self._start_tick - EARLY_TICKS:
                self._phrase.hold(self._early, {})

    def _new(self, from_tick: int) -> Phrase:
        start, end = from_tick, None if self._loop is None else self._loop.end_tick
        if self._punch is not None:
            start = max(start, self._punch.start_tick)
            end = self._punch.end_tick if end is None else min(end, self._punch.end_tick)
        return Phrase(start, None if end is None else max(end, start), self._pitch_at)

    def _go_round(self, turn: int) -> None:
        """The loop has turned: keys still down end with the pass, those pressed just before its end begin the next."""
        loop, before, was = self._loop, self._phrase, self._turn
        if loop is None or was is None:
            return
        self._close()
        keys, standing = before.hand_over() if before.end_tick == loop.end_tick else ({}, {})
        self._turn, self._phrase = turn, self._new(loop.start_tick)
        carried = {key: Held(loop.start_tick, held.velocity) for key, held in keys.items()}
        self._phrase.hold(carried, standing)
        self._closing = (was, before)

    def _close(self) -> None:
        if self._closing is not None:
            (_, phrase), self._closing = self._closing, None
            self._over.append(phrase.end(phrase.end_tick or 0))

    def _ready(self) -> list[Recorded]:
        self._close()
        found, self._over = self._over, []
        return found


def _joined(parts: list[Recorded]) -> Recorded:
    if len(parts) == 1:
        return parts[0]
    span = Span(min(part.span.start_tick for part in parts), max(part.span.end_tick for part in parts))
    rows = np.concatenate([part.rows for part in parts]) if parts else np.zeros(0, ROW)
    points = np.concatenate([part.points for part in parts])
    return Recorded(span, rows, points[np.argsort(points["tick"], kind="stable")], all(part.is_bounded for part in parts))
