"""Loudness by the recommendation's own test signals: a sine at full scale, one side, the gate."""

from __future__ import annotations

import numpy as np
import pytest

from studio.audio.loudness import SILENCE_LUFS, loudness_lufs


def sine(hertz: float, level_db: float, seconds: float, rate: int = 48_000) -> np.ndarray:
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return np.stack((wave, wave), 1).astype(np.float32)


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("level_db", [-23.0, -33.0])
def test_mx_11_a_sine_of_a_thousand_hertz_is_as_loud_as_its_level(rate: int, level_db: float) -> None:
    """EBU Tech 3341, signals 1 and 2: both sides at -23 dBFS are -23.0 LUFS."""
    assert loudness_lufs(sine(1000, level_db, 20, rate), rate) == pytest.approx(level_db, abs=0.1)


def test_mx_11_quiet_stretches_are_gated() -> None:
    """EBU Tech 3341, signal 3: -36, -23, -36 dBFS of 10, 60 and 10 seconds are -23.0 LUFS."""
    parts = [sine(1000, -36, 10), sine(1000, -23, 60), sine(1000, -36, 10)]
    assert loudness_lufs(np.concatenate(parts), 48_000) == pytest.approx(-23.0, abs=0.1)


def test_mx_11_one_side_alone_is_three_units_softer_and_low_tones_count_less() -> None:
    one = sine(1000, -20, 5)
    one[:, 1] = 0
    assert loudness_lufs(one, 48_000) == pytest.approx(-23.0, abs=0.1)
    assert loudness_lufs(sine(40, -20, 5), 48_000) < -24
    assert loudness_lufs(sine(4000, -20, 5), 48_000) > -18


def test_mx_11_silence_has_a_floor() -> None:
    assert loudness_lufs(np.zeros((0, 2), np.float32), 48_000) == SILENCE_LUFS
    assert loudness_lufs(np.zeros((48_000, 2), np.float32), 48_000) == SILENCE_LUFS
    assert loudness_lufs(sine(1000, -20, 0.1), 48_000) == pytest.approx(-20, abs=0.5), "shorter than a block"
