"""The render thread: keeps the ring of the output filled, obeys commands, and writes what is heard to the board."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from studio.audio.board import Board, Pulse
from studio.audio.engine import QUANTUM_FRAMES, Engine
from studio.audio.live import LIVE_FRAMES, LiveLane
from studio.audio.output import NullOutput, Output
from studio.audio.priority import hurry_render
from studio.song.ticks import Span
from studio.song.timeline import Timeline

LOOK_AHEAD_S = 0.12
METER_FALL_DB_PER_S = 20.0
_ASLEEP_AFTER_S = 2.0
_INAUDIBLE = 10 ** (-80 / 20)
_AWAKE_QUANTA, _ASLEEP_QUANTA = 2, 4
"""How many quanta the ring may empty before the thread looks again: fewer looks, less processor time."""
_DRY_TWICE_S = 60.0


class _Loop(NamedTuple):
    """The frames that the engine repeats, on its grid, and the span that was asked for."""

    first: int
    last: int
    span: Span


class _Stretch(NamedTuple):
    """One quantum of the stream: what it holds, to be shown when it is heard."""

    stream_frame: int
    song_frame: int
    is_playing: bool
    timeline: Timeline
    ticket: int
    loop: _Loop | None
    turn: int
    jump: int
    peaks: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
    outs: np.ndarray[tuple[int, ...], np.dtype[np.float32]]


class Player:
    """Commands reach it through `post`, from any thread; everything else happens on the render thread."""

    def __init__(self, engine: Engine, output: Output, board: Board, clock: Callable[[], float] = time.monotonic) -> None:
        self.engine = engine
        self.output: Output = output
        self.board = board
        self.look_ahead_s = LOOK_AHEAD_S
        self.has_lost_device = False
        self.lane = LiveLane(output.rate)
        self._loop: _Loop | None = None
        self._clock = clock
        self._commands: deque[tuple[int, Callable[[], None]]] = deque()
        self._wake = threading.Event()
        self._ends = False
        self._ticket = 0
        self._stream_frame = 0
        self._stretches: deque[_Stretch] = deque()
        self._shown: _Stretch | None = None
        self._quiet_frames = 0
        self._peaks = np.zeros((engine.synth.slots, 2), np.float32)
        self._outs = np.zeros((3, 2), np.float32)
        self._dry_s = -_DRY_TWICE_S
        self._dropouts = 0
        self._underflows_before = 0

    def post(self, command: Callable[[], None], ticket: int = 0) -> None:
        """Obeyed before the next quantum. `ticket` (0: none) is shown on the board once its effect is heard."""
        self._commands.append((ticket, command))
        self._wake.set()

    def set_loop(self, frames: tuple[int, int] | None, span: Span | None) -> None:
        """Repeat these frames and show this span; for the render thread, as everything that is posted."""
        self.engine.set_loop(frames)
        self._loop = None if frames is None or span is None else _Loop(*frames, span)

    def run(self) -> None:
        """Until `end`; the body of the render thread."""
        hurry_render()
        while not self._ends:
            if not self.step():
                self._wake.wait(self._nap_frames / self.output.rate)
                self._wake.clear()

    def end(self) -> None:
        self._ends = True
        self._wake.set()

    def use(self, output: Output) -> None:
        """Go on through another output (of the same rate)."""
        old, self.output = self.output, output
        self._underflows_before += old.underflows
        self._stretches.clear()
        self._stream_frame = output.fill()
        old.close()

    def step(self) -> bool:
        """Render one quantum if the ring wants it; False when it is full enough."""
        while self._commands:
            ticket, command = self._commands.popleft()
            command()
            self._ticket = ticket or self._ticket
            self._quiet_frames = 0
        output = self.output
        # First what is played by hand: its ring is short, the song's is not.
        has_played = self.lane.tend(output.live)
        dropouts = output.dropouts
        wanted = output.tend(round(self.look_ahead_s * output.rate))
        if output.is_lost:
            self.use(NullOutput(output.rate, self._clock))
            self.has_lost_device = True
            return True
        fill = output.fill()
        if output.dropouts > dropouts:
            self._ran_dry()
        self._show(fill)
        if fill >= wanted:
            return has_played
        block = self._rendered()
        output.write(block)
        self._stream_frame += len(block)
        return True

    @property
    def _nap_frames(self) -> int:
        if self.lane.is_awake and self.output.live is not None:
            return LIVE_FRAMES
        return QUANTUM_FRAMES * (_ASLEEP_QUANTA if self._is_asleep else _AWAKE_QUANTA)

    @property
    def _is_asleep(self) -> bool:
        """Stopped and silent for a while: nothing needs to be rendered."""
        return not self.engine.is_playing and self._quiet_frames > _ASLEEP_AFTER_S * self.output.rate

    def _rendered(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        engine = self.engine
        where, turns = (engine.shown_frame, engine.is_playing), (engine.turns, engine.jumps)
        if self._is_asleep:
            block = np.zeros((QUANTUM_FRAMES, 2), np.float32)
            engine.mixer.peaks[:] = 0.0
            engine.mixer.out_peaks[:] = 0.0
        else:
            block = engine.mixer.held(engine.render(QUANTUM_FRAMES))
            is_quiet = not where[1] and float(engine.mixer.out_peaks.max()) < _INAUDIBLE
            self._quiet_frames = self._quiet_frames + QUANTUM_FRAMES if is_quiet else 0
        timeline = engine.schedule.timeline if engine.schedule is not None else Timeline()
        mixer = engine.mixer
        self._stretches.append(
            _Stretch(self._stream_frame, *where, timeline, self._ticket, self._loop, *turns, mixer.peaks, mixer.out_peaks)
        )
        return block

    def _show(self, fill: int) -> None:
        """Write to the board what comes out of the loudspeaker now."""
        rate = self.output.rate
        heard = self._stream_frame - fill - self.output.latency_frames
        due = []
        while self._stretches and self._stretches[0].stream_frame <= heard:
            due.append(self._stretches.popleft())
        if due:
            self._shown = due[-1]
            self._fall(due)
        shown = self._shown
        if shown is None:
            return
        frame = shown.song_frame + (max(0, heard - shown.stream_frame) if shown.is_playing else 0)
        loop = shown.loop if shown.loop is not None and shown.song_frame < shown.loop.last else None
        turn = shown.turn
        if loop is not None and frame >= loop.last:  # the engine turned within this stretch
            turn += 1 + (frame - loop.last) // (loop.last - loop.first)
            frame = loop.first + (frame - loop.last) % (loop.last - loop.first)
        begin, end = shown.timeline.ticks_at(np.array([frame, frame + rate]) / rate).tolist()
        moving = end - begin if shown.is_playing else 0.0
        first, last = (-1.0, -1.0) if loop is None else (float(loop.span.start_tick), float(loop.span.end_tick))
        if loop is not None and frame >= loop.first:  # the grid of the engine can begin it earlier and end it later
            begin = max(first, min(begin, math.nextafter(last, first)))
        latency_s = (fill + self.output.latency_frames) / rate
        dropouts, underflows = self._dropouts, self._underflows_before + self.output.underflows
        playing, ticket = float(shown.is_playing), shown.ticket
        pulse = Pulse(self._clock(), begin, moving, playing, ticket, first, last, latency_s, dropouts, underflows)
        self.board.write_pulse(pulse._replace(turn=turn, jump=shown.jump))

    def _fall(self, due: list[_Stretch]) -> None:
        """Meters rise at once and fall by 20 dB a second, so that a slow reader misses no peak."""
        keep = 10 ** (-METER_FALL_DB_PER_S * len(due) * QUANTUM_FRAMES / self.output.rate / 20)
        self._peaks *= keep
        self._outs *= keep
        for stretch in due:
            if stretch.peaks.shape != self._peaks.shape:
                self._peaks = np.zeros_like(stretch.peaks)
            np.maximum(self._peaks, stretch.peaks, out=self._peaks)
            np.maximum(self._outs, stretch.outs, out=self._outs)
        self.board.write_meters(self._peaks, self._outs)

    def _ran_dry(self) -> None:
        """Count it, where it was heard; twice within a minute: look twice as far ahead from now on."""
        if self._is_asleep:
            return
        self._dropouts += 1
        now_s = self._clock()
        if now_s - self._dry_s < _DRY_TWICE_S:
            self.look_ahead_s = min(0.48, self.look_ahead_s * 2)
        self._dry_s = now_s
