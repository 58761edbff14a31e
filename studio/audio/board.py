"""The shared memory between window and sound process: position and meters, written by one thread, read by any."""

from __future__ import annotations

import math
import multiprocessing
import time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.audio.played import Place
from studio.audio.synth import MOST_SLOTS

_LONGEST_GUESS_S = 0.25


class Pulse(NamedTuple):
    """What is heard at `time_s` of the monotonic clock. `ticket`: the last command that had been obeyed by then.

    A loop stands in it only while the music is going to turn at its end: beyond a loop, one plays on.
    """

    time_s: float = 0.0
    tick: float = 0.0
    ticks_per_s: float = 0.0
    is_playing: float = 0.0
    ticket: float = 0.0
    loop_start: float = -1.0
    loop_end: float = -1.0
    latency_s: float = 0.0
    dropouts: float = 0.0
    underflows: float = 0.0
    turn: float = 0.0
    jump: float = 0.0

    def tick_now(self, now_s: float | None = None) -> float:
        """The position carried on to this moment; at the end of the loop and past it, round the loop as often as needed."""
        passed_s = (time.monotonic() if now_s is None else now_s) - self.time_s
        tick = self.tick + self.ticks_per_s * max(0.0, min(passed_s, _LONGEST_GUESS_S))
        length = self.loop_end - self.loop_start
        if length > 0 and tick >= self.loop_end:
            tick = min(self.loop_start + (tick - self.loop_start) % length, math.nextafter(self.loop_end, -1.0))
        return tick

    def whole_tick_now(self, now_s: float | None = None) -> int:
        """The nearest tick, but never the end of the loop: that one is its beginning. While bars are counted before the song
        begins, its beginning."""
        tick = max(0, round(self.tick_now(now_s)))
        return min(tick, math.ceil(self.loop_end) - 1) if self.loop_end > self.loop_start else tick

    def place_at(self, time_s: float) -> Place:
        """What was heard at a moment near this one, before it or after."""
        passed_s = max(-_LONGEST_GUESS_S, min(time_s - self.time_s, _LONGEST_GUESS_S))
        tick, turn = self.tick + self.ticks_per_s * passed_s, int(self.turn)
        length = self.loop_end - self.loop_start
        if length > 0 and tick >= self.loop_end:
            rounds = int((tick - self.loop_start) // length)
            tick, turn = min(tick - rounds * length, math.nextafter(self.loop_end, -1.0)), turn + rounds
        elif length > 0 and tick < self.loop_start <= self.tick and turn > 0:
            tick, turn = min(tick + length, math.nextafter(self.loop_end, -1.0)), turn - 1
        return Place(tick, turn, int(self.jump), bool(self.is_playing))


class Board:
    """Made by the parent, handed to the child, and kept over restarts."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        # The first number counts writes; it is odd while one is going on.
        self._pulse: Any = context.RawArray("d", 1 + len(Pulse._fields))
        self._meters: Any = context.RawArray("f", 2 * (MOST_SLOTS + 3))

    def write_pulse(self, pulse: Pulse) -> None:
        shared = self._pulse
        shared[0] += 1
        shared[1:] = pulse
        shared[0] += 1

    def pulse(self) -> Pulse:
        """The last pulse, read whole. A writer that died in the middle leaves the best that is there."""
        shared = self._pulse
        for _ in range(20):
            before = shared[0]
            values = shared[1:]
            if shared[0] == before and before % 2 == 0:
                break
        return Pulse(*values)

    def write_meters(self, peaks: NDArray[np.float32], outs: NDArray[np.float32]) -> None:
        """Peaks [slot, side] of the strips; of the master, the reverb and the chorus."""
        view = np.frombuffer(self._meters, np.float32).reshape(-1, 2)
        view[: len(peaks)] = peaks
        view[MOST_SLOTS:] = outs

    def meters(self) -> NDArray[np.float32]:
        """A copy, [slot, side]; the last rows are the master, the reverb and the chorus."""
        return np.frombuffer(self._meters, np.float32).reshape(-1, 2).copy()

    def clear(self) -> None:
        """After the writer died: whole again, and still."""
        self._pulse[0] += self._pulse[0] % 2
        self.write_pulse(self.pulse()._replace(ticks_per_s=0.0, is_playing=0.0, ticket=0.0))
        self.write_meters(np.zeros((MOST_SLOTS, 2), np.float32), np.zeros((3, 2), np.float32))
