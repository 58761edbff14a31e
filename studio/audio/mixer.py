"""Faders, pan, mute and solo as ramps on arrays; the returns of the effects, the master, its soft limiter, and meters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from studio.audio.synth import CHORUS, DRY, REVERB, Planes
from studio.song.mixing import Effects, Return
from studio.song.song import SILENT_DB, Song, Strip

LIMIT = 10 ** (-1 / 20)
"""Samples above -1 dBFS are bent, so that none ever reaches full scale."""

BOTH_ALIKE = np.full((2, 2), 0.5)
"""What a loudspeaker in mono makes of left and right."""

Block = NDArray[np.float32]
"""Sound after the mixer, [frame, side]."""


def gain_of(gain_db: float) -> float:
    """A factor; a fader at its bottom is silence."""
    return 0.0 if gain_db <= SILENT_DB else float(10 ** (gain_db / 20))


def panned(pan: float) -> NDArray[np.float64]:
    """What left and right become, [out, in], for a pan of -100 to 100.

    The centre leaves a stereo sound as it is; a sound that is equal on both sides keeps its power wherever it is
    put; and at either end nothing of the other side is lost.
    """
    angle = (max(-100.0, min(100.0, pan)) / 100 + 1) * math.pi / 4
    near, far = math.sqrt(2) * math.cos(angle), math.sqrt(2) * math.sin(angle)
    if pan > 0:
        near, far = far, near
    crossing = math.sqrt(max(0.0, 1 - far * far) / 2)
    left = np.array([[near - crossing, crossing], [0.0, far]])
    return np.flip(left) if pan > 0 else left


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """Coefficients of all strips [slot, out, in] and of the master [out, in]; whether peaks are bent below full scale; how
    loud each bus comes back [bus], the dry one as it is."""

    strips: NDArray[np.float32]
    master: NDArray[np.float32]
    is_limited: bool = True
    buses: tuple[float, float, float] = (1.0, 1.0, 1.0)

    @classmethod
    def of(cls, song: Song, slots: Mapping[int, int], slot_count: int, is_mono: bool = False) -> Mix:
        """Solo is additive: with any strip on solo only those and the solo-safe are heard. Slots without a track are silent."""
        strips = {slots[track.id]: song.strip_of(track) for track in song.tracks if track.id in slots}
        mix = cls.of_strips(strips, song.master, slot_count, song.is_limited)
        master = (BOTH_ALIKE @ mix.master).astype(np.float32) if is_mono else mix.master
        return replace(mix, master=master, buses=_bus_gains(song.effects))

    @classmethod
    def of_strips(cls, strips: Mapping[int, Strip], master: Strip, slot_count: int, is_limited: bool = True) -> Mix:
        any_solo = any(strip.is_solo for strip in strips.values())
        coefficients = np.zeros((slot_count, 2, 2), np.float32)
        for slot, strip in strips.items():
            is_heard = not any_solo or strip.is_solo or strip.is_solo_safe
            if slot < slot_count and is_heard and not strip.is_muted:
                coefficients[slot] = gain_of(strip.gain_db) * panned(strip.pan)
        gain = 0.0 if master.is_muted else gain_of(master.gain_db)
        return cls(coefficients, (gain * panned(master.pan)).astype(np.float32), is_limited)

    def summed(self, plane: NDArray[np.float32]) -> NDArray[np.float32]:
        """All strips of one bus as one sound, [side, frame], by one matrix product that comes out contiguous by frame."""
        weights = np.ascontiguousarray(self.strips.transpose(1, 0, 2)).reshape(2, -1)
        total: NDArray[np.float32] = weights @ plane.reshape(-1, plane.shape[2])
        return total

    def whole(self, planes: Planes) -> NDArray[np.float32]:
        """Wet and dry of each slot together, [slot, side, frame]."""
        total: NDArray[np.float32] = planes[DRY]
        for bus in (REVERB, CHORUS):
            gain = np.float32(self.buses[bus])
            if gain:
                total = total + (planes[bus] if gain == 1 else planes[bus] * gain)
        return total

    @classmethod
    def silent(cls, slot_count: int) -> Mix:
        return cls(np.zeros((slot_count, 2, 2), np.float32), np.eye(2, dtype=np.float32))


class Mixer:
    """Mixes planes into blocks. A change of the mix is spread over the next block: no steps, no clicks."""

    def __init__(self, mix: Mix) -> None:
        self._present = mix
        self._wanted = mix
        self.peaks = np.zeros((len(mix.strips), 2), np.float32)
        self.out_peaks = np.zeros((3, 2), np.float32)
        """Of the master, and of what came back from the two effects ahead of it."""

    def change(self, mix: Mix) -> None:
        self._wanted = mix

    def held(self, block: Block) -> Block:
        """The block through the limiter, where it is on."""
        return limited(block) if self._wanted.is_limited else block

    def mixed(self, planes: Planes, gate: tuple[float, float] = (1.0, 1.0)) -> Block:
        """The sum of all strips through the master, before the limiter; leaves the peaks of each strip.

        `gate` is a gain that runs from the first value to the second over the block.
        """
        strips = self.stems(planes)
        self.peaks = _peaks(strips)
        total: NDArray[np.float32] = strips.sum(axis=0)
        wet = [self._wanted.summed(planes[bus]) * self._wanted.buses[bus] for bus in (REVERB, CHORUS)]
        block = self._mastered(total, gate)
        self.out_peaks = np.stack([self.out_peaks[0], *_peaks(np.stack(wet))])
        return block

    def summed(self, planes: Planes) -> Block:
        """As `mixed`, quicker, without peaks; falls back to it while the mix is changing."""
        if self._present is not self._wanted:
            return self.mixed(planes)
        mix = self._present
        total = mix.summed(planes[DRY])
        for bus in (REVERB, CHORUS):
            if mix.buses[bus]:
                total += mix.summed(planes[bus]) * np.float32(mix.buses[bus])
        return self._mastered(total, (1.0, 1.0))

    def stems(self, planes: Planes) -> NDArray[np.float32]:
        """Each strip by itself, wet and dry, [slot, side, frame], after fader and pan, before the master."""
        now = np.matmul(self._wanted.strips, self._wanted.whole(planes))
        if self._present is not self._wanted:
            rising = _ramp(0.0, 1.0, planes.shape[-1])
            now = now * rising + np.matmul(self._present.strips, self._present.whole(planes)) * (1 - rising)
        return np.asarray(now, np.float32)

    def _mastered(self, total: NDArray[np.float32], gate: tuple[float, float]) -> Block:
        now = self._wanted.master @ total
        if self._present is not self._wanted:
            rising = _ramp(0.0, 1.0, total.shape[1])
            now = now * rising + (self._present.master @ total) * (1 - rising)
            self._present = self._wanted
        if gate != (1.0, 1.0):
            now = now * _ramp(*gate, total.shape[1])
        self.out_peaks = np.concatenate((np.abs(now).max(axis=1)[None], self.out_peaks[1:]))
        return np.ascontiguousarray(now.T)


def limited(block: Block) -> Block:
    """The block with peaks above -1 dBFS bent softly below full scale; the block itself when there are none."""
    size = np.abs(block)
    if float(size.max(initial=0.0)) <= LIMIT:
        return block
    room = 1 - LIMIT
    bent = np.sign(block) * (LIMIT + room * np.tanh((size - LIMIT) / room))
    return np.where(size > LIMIT, bent, block).astype(np.float32)


def _bus_gains(effects: Effects) -> tuple[float, float, float]:
    return 1.0, _return_gain(effects.reverb), _return_gain(effects.chorus)


def _return_gain(wet: Return) -> float:
    return 0.0 if wet.is_muted else gain_of(wet.gain_db)


def _ramp(first: float, last: float, frames: int) -> NDArray[np.float32]:
    """From just after `first` to exactly `last`."""
    return (first + (last - first) * np.arange(1, frames + 1, dtype=np.float32) / frames).astype(np.float32)


def _peaks(strips: NDArray[np.float32]) -> NDArray[np.float32]:
    peaks: NDArray[np.float32] = np.maximum(strips.max(axis=2), -strips.min(axis=2))
    return peaks
