"""Loudness as ears weigh it, in LUFS (ITU-R BS.1770-4): weighted by frequency, gated, over both sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SILENCE_LUFS = -70.0
_RATE = 48_000
"""The rate for which the recommendation gives its filters; their response is a matter of frequency, whatever the rate."""
_HEAD = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_LOW_CUT = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_BLOCK_S, _STEP_S = 0.4, 0.1
_OFFSET_DB, _RELATIVE_GATE_LU = -0.691, -10.0


def loudness_lufs(samples: NDArray[np.float32], rate: int) -> float:
    """Of [frame, side]; SILENCE_LUFS where nothing is heard."""
    if not len(samples):
        return SILENCE_LUFS
    weighted = np.fft.irfft(np.fft.rfft(samples, axis=0) * _response(len(samples), rate)[:, None], len(samples), axis=0)
    power = np.concatenate(([0.0], np.cumsum((weighted**2).sum(axis=1))))
    length = min(len(samples), round(_BLOCK_S * rate))
    starts = np.arange(0, len(samples) - length + 1, max(1, round(_STEP_S * rate)))
    blocks = (power[starts + length] - power[starts]) / length
    heard = blocks[_lufs(blocks) > SILENCE_LUFS]
    if not len(heard):
        return SILENCE_LUFS
    loud = heard[_lufs(heard) > _lufs(heard.mean()) + _RELATIVE_GATE_LU]
    return float(_lufs(loud.mean()))


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = _OFFSET_DB + 10 * np.log10(np.maximum(power, 1e-12))
    return found


def _response(frames: int, rate: int) -> NDArray[np.float64]:
    """How much of each frequency is heard, for the bins of a transform of so many frames."""
    turns = np.exp(-2j * np.pi * np.minimum(np.fft.rfftfreq(frames, 1 / rate), _RATE / 2) / _RATE)
    found = np.ones(len(turns))
    for above, below in (_HEAD, _LOW_CUT):
        found = found * np.abs(np.polyval(above[::-1], turns) / np.polyval(below[::-1], turns))
    return found
