"""Numbers and colours as a DAWproject has them."""

from __future__ import annotations

import numpy as np

from studio.song.ticks import TICKS_PER_BEAT

COLOURS = ("#5bb8f0", "#3fbf9a", "#e6db6a", "#e8a13a", "#d987b4", "#8fa8ff", "#c3d36b", "#f29d8e")


def beats(ticks: int) -> str:
    """Quarters, such that rounding to ticks gives them back."""
    return decimal(ticks / TICKS_PER_BEAT)


def decimal(value: float) -> str:
    return np.format_float_positional(value, precision=9, unique=True, trim="-")
