"""Hear one note at once, beside the song: the whole note is rendered in one call and mixed in by the device."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.audio.mixer import Block, limited
from studio.audio.synth import GRID_FRAMES, Synth, empty_planes
from studio.song.song import Instrument

LONGEST_S, RELEASE_S = 4.0, 0.8
_FADE_OUT_S = 0.1


class Audition:
    """A small synthesiser of its own, so that a click never disturbs the song. Used by the control thread alone."""

    def __init__(self, synth: Synth, rate: int) -> None:
        self._synth = synth
        self._rate = rate

    def note(
        self, instrument: Instrument, pitch: int, velocity: int, length_s: float, coefficients: NDArray[np.float32]
    ) -> Block:
        """The note and its release, [frame, side], through the fader and pan of its strip [out, in]."""
        held = self._on_grid(min(max(length_s, 0.03), LONGEST_S))
        released = self._on_grid(RELEASE_S)
        planes = empty_planes(1, held + released)
        synth = self._synth
        synth.silence()
        synth.instrument(0, instrument.bank, instrument.program, instrument.is_drum, instrument.font_id)
        synth.note_on(0, pitch, velocity)
        synth.render(planes, 0, held)
        synth.note_off(0, pitch)
        synth.render(planes, held, released)
        fade = round(_FADE_OUT_S * self._rate)
        planes[..., -fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
        return np.ascontiguousarray(limited((coefficients @ planes[:, 0].sum(axis=0)).T.astype(np.float32)))

    def close(self) -> None:
        self._synth.close()

    def _on_grid(self, seconds: float) -> int:
        return max(1, round(seconds * self._rate / GRID_FRAMES)) * GRID_FRAMES
