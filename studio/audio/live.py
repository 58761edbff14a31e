"""The live lane: what hands play now sounds at once, by a synthesiser and on a short ring of its own beside the song's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from studio.audio import schedule as kinds
from studio.audio.mixer import Block, limited
from studio.audio.played import ALL_NOTES_OFF, Touch
from studio.audio.synth import GRID_FRAMES, SilentSynth, Synth, empty_planes
from studio.song.controls import AT_REST
from studio.song.song import Instrument

LIVE_FRAMES = 2 * GRID_FRAMES
LIVE_AHEAD, MOST_AHEAD = 1024, 4096
"""Frames that wait for the device: two of its blocks, and more on a machine where that is too few."""
_ASLEEP_AFTER_S = 3.0
_INAUDIBLE = 10 ** (-80 / 20)


class Ring(Protocol):
    """Where the lane's sound goes: emptied by the device, given up while nothing is played."""

    @property
    def fill(self) -> int: ...

    @property
    def dropouts(self) -> int: ...
    def write(self, block: Block) -> None: ...
    def tend(self, look_ahead: int) -> int: ...
    def rest(self) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """With what sound it is played: that of a track as it is at this place of the song, through its fader and pan."""

    instrument: Instrument = field(default_factory=Instrument)
    sends: tuple[int, int] = (0, 0)
    settings: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    coefficients: NDArray[np.float32] = field(default_factory=lambda: np.eye(2, dtype=np.float32))


class LiveLane:
    """Used by the render thread alone. Without `use` it has no synthesiser and stays silent."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.ahead = LIVE_AHEAD
        self._synth: Synth = SilentSynth(rate, 1)
        self._voice = Voice()
        self._held: set[int] = set()
        self._quiet_frames = round(_ASLEEP_AFTER_S * rate) + 1
        self._dropouts = 0
        self._planes = empty_planes(1, LIVE_FRAMES)

    def use(self, synth: Synth) -> Synth:
        """Play through this one; returns the one before, to be closed elsewhere."""
        before, self._synth = self._synth, synth
        self._held.clear()
        self._tell(self._voice)
        return before

    def aim(self, voice: Voice) -> None:
        """From now on with this sound; what is held is let go."""
        for key in list(self._held):
            self.act(Touch(kinds.OFF, key, 0))
        self._voice = voice
        self._tell(voice)

    def act(self, touch: Touch) -> None:
        synth, (kind, a, b) = self._synth, touch
        self._quiet_frames = 0
        if kind == kinds.ON:
            self._held.add(a)
            synth.note_on(0, a, b)
        elif kind == kinds.OFF:
            self._held.discard(a)
            synth.note_off(0, a)
        elif kind == kinds.BEND:
            synth.bend(0, b)
        elif kind == kinds.PRESSURE:
            synth.pressure(0, b)
        elif kind == kinds.KEY_PRESSURE:
            synth.key_pressure(0, a, b)
        elif a == ALL_NOTES_OFF:
            self.hush()
        else:
            synth.controller(0, a, b)

    def hush(self) -> None:
        """Every key and the pedal are let go."""
        for key in list(self._held):
            self._synth.note_off(0, key)
        self._held.clear()
        self._synth.controller(0, 64, 0)

    @property
    def is_awake(self) -> bool:
        return bool(self._held) or self._quiet_frames <= _ASLEEP_AFTER_S * self.rate

    def tend(self, ring: Ring | None) -> bool:
        """Render a little if the ring wants it; whether it did."""
        if not self.is_awake or ring is None:
            return False
        wanted = ring.tend(self.ahead)
        if ring.dropouts > self._dropouts:
            self.ahead = min(MOST_AHEAD, 2 * self.ahead)
        self._dropouts = ring.dropouts
        if ring.fill >= wanted:
            return False
        ring.write(self.rendered())
        self._rest_if_asleep(ring)
        return True

    def _rest_if_asleep(self, ring: Ring) -> None:
        if not self.is_awake:
            ring.rest()

    def rendered(self) -> Block:
        """The next frames, [frame, side]."""
        planes = self._planes
        planes.fill(0.0)
        self._synth.render(planes, 0, LIVE_FRAMES)
        block = np.ascontiguousarray(limited((self._voice.coefficients @ planes[:, 0].sum(axis=0)).T.astype(np.float32)))
        is_quiet = not self._held and float(np.abs(block).max()) < _INAUDIBLE
        self._quiet_frames = self._quiet_frames + LIVE_FRAMES if is_quiet else 0
        return block

    def _tell(self, voice: Voice) -> None:
        synth = self._synth
        synth.instrument(0, voice.instrument.bank, voice.instrument.program, voice.instrument.is_drum, voice.instrument.font_id)
        synth.bend(0, 0)
        for number, value in (AT_REST | {1: 0, 64: 0, 91: voice.sends[0], 93: voice.sends[1]}).items():
            synth.controller(0, number, value)
        for (kind, _), (a, b) in voice.settings.items():
            if kind == kinds.CONTROLLER:
                synth.controller(0, a, b)
            elif kind == kinds.PROGRAM:
                synth.instrument(0, a, b, voice.instrument.is_drum, voice.instrument.font_id)
            elif kind == kinds.BEND_RANGE:
                synth.bend_range(0, b)
