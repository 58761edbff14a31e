"""The metronome: beats of the song as short clicks beside the mix, and the bars that are counted before it begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.audio.mixer import Block
from studio.audio.schedule import on_grid
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.song.timeline import Timeline

CLICK_S = 0.045
ACCENT_HZ, PLAIN_HZ = 1760.0, 1175.0
ACCENT_GAIN, PLAIN_GAIN = 0.42, 0.26
_WINDOW_S = 30.0

Beat = tuple[int, bool]
"""Its frame, and whether a bar begins there."""


@dataclass(frozen=True, slots=True)
class CountIn:
    """So many frames go by before the song does, with these beats in them."""

    frames: int
    beats: tuple[Beat, ...]


def count_in(timeline: Timeline, tick: int, bars: int, rate: int) -> CountIn | None:
    """The bars before a tick, in its own meter and tempo, whatever the song has there; None for none."""
    meter = timeline.meter_at(tick)
    frames_per_tick = rate * timeline.tempo_at(tick).us_per_beat / 1e6 / TICKS_PER_BEAT
    length = bars * meter.bar_ticks
    frames = int(on_grid(np.array(length * frames_per_tick / rate), rate))
    if frames <= 0:
        return None
    since_bar = (tick - length - meter.tick) % meter.bar_ticks
    first = -since_bar % meter.beat_ticks
    beats = tuple(
        (round(at * frames_per_tick), (since_bar + at) % meter.bar_ticks == 0) for at in range(first, length, meter.beat_ticks)
    )
    return CountIn(frames, beats)


def beats_in(timeline: Timeline, span: Span) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The ticks of all beats in a span, and which of them begin a bar."""
    ticks, accents = [np.zeros(0, np.int64)], [np.zeros(0, bool)]
    stops = [*(meter.tick for meter in timeline.meters[1:]), span.end_tick]
    for meter, stop in zip(timeline.meters, stops, strict=True):
        first, last = max(meter.tick, span.start_tick), min(stop, span.end_tick)
        if first >= last:
            continue
        begin = meter.tick - (meter.tick - first) // meter.beat_ticks * meter.beat_ticks
        found = np.arange(begin, last, meter.beat_ticks, dtype=np.int64)
        ticks.append(found)
        accents.append((found - meter.tick) % meter.bar_ticks == 0)
    return np.concatenate(ticks), np.concatenate(accents)


class Beats:
    """The beats of a timeline in frames, worked out half a minute at a time."""

    def __init__(self, timeline: Timeline, rate: int) -> None:
        self.timeline, self.rate = timeline, rate
        self._covered = (0, 0)
        self._frames: NDArray[np.int64] = np.zeros(0, np.int64)
        self._accents: NDArray[np.bool_] = np.zeros(0, bool)

    def between(self, first: int, last: int) -> list[Beat]:
        """Those of a stretch of frames [first, last)."""
        if not (self._covered[0] <= first and last <= self._covered[1]):
            self._cover(first, max(last, first + round(_WINDOW_S * self.rate)))
        low, high = np.searchsorted(self._frames, (first, last)).tolist()
        return list(zip(self._frames[low:high].tolist(), self._accents[low:high].tolist(), strict=True))

    def _cover(self, first: int, last: int) -> None:
        begin, end = self.timeline.ticks_at(np.array([first, last]) / self.rate).tolist()
        # A beat is put on the synthesiser's grid, perhaps across either end.
        ticks, accents = beats_in(self.timeline, Span(max(0, int(begin) - 240), int(end) + 240))
        self._frames = on_grid(self.timeline.seconds_at(ticks), self.rate)
        self._accents = accents
        self._covered = (first, last)


class Metronome:
    """Clicks that sound. `is_on` is for the song's beats; a count-in is always heard."""

    def __init__(self, rate: int) -> None:
        self.is_on = False
        self._rate = rate
        self._accent, self._plain = _click(rate, ACCENT_HZ, ACCENT_GAIN), _click(rate, PLAIN_HZ, PLAIN_GAIN)
        self._sounding: list[tuple[int, NDArray[np.float32]]] = []
        self._beats: Beats | None = None

    def strike(self, at: int, is_accent: bool) -> None:
        """A click that begins so many frames into the block that is being made."""
        self._sounding.append((at, self._accent if is_accent else self._plain))

    def follow(self, timeline: Timeline, frame: int, frames: int, at: int) -> None:
        """Strike the beats of a stretch of the song that begins so many frames into the block."""
        if not self.is_on:
            return
        if self._beats is None or self._beats.timeline is not timeline:
            self._beats = Beats(timeline, self._rate)
        for beat, is_accent in self._beats.between(frame, frame + frames):
            self.strike(at + beat - frame, is_accent)

    def add_to(self, block: Block) -> Block:
        """The block with what sounds of the clicks in it; what is left of them sounds in the next."""
        if not self._sounding:
            return block
        frames, left = len(block), []
        mixed = block.copy()
        for at, samples in self._sounding:
            part = samples[max(0, -at) : max(0, frames - at)]
            mixed[max(0, at) : max(0, at) + len(part)] += part[:, None]
            if at + len(samples) > frames:
                left.append((at - frames, samples))
        self._sounding = left
        return mixed


def _click(rate: int, hertz: float, gain: float) -> NDArray[np.float32]:
    """A short struck tone: it begins within a millisecond and is gone before the next thirty-second."""
    at = np.arange(round(CLICK_S * rate)) / rate
    shape = np.minimum(1.0, at / 0.0008) * np.exp(-at / 0.009) * np.linspace(1.0, 0.0, len(at)) ** 0.5
    tone = np.sin(2 * np.pi * hertz * at) + 0.3 * np.sin(2 * np.pi * 2.76 * hertz * at)
    made: NDArray[np.float32] = (gain * shape * tone).astype(np.float32)
    return made
