"""The great circle between two points of a latent space (White 2016, "Sampling Generative Networks", section 2)."""

from __future__ import annotations

import numpy as np

from studio.generation.latent import Vector

_CLOSE = 1e-6


def between(one: Vector, other: Vector, amount: float) -> Vector:
    """The point `amount` (0..1) of the way: direction along the great circle, length between the two. Exact at the ends."""
    if amount <= 0 or amount >= 1:
        return (one if amount <= 0 else other).astype(np.float32)
    lengths = float(np.linalg.norm(one)), float(np.linalg.norm(other))
    if min(lengths) < _CLOSE:
        return (one + amount * (other - one)).astype(np.float32)
    units = one / lengths[0], other / lengths[1]
    angle = float(np.arccos(np.clip(units[0] @ units[1], -1.0, 1.0)))
    if angle < _CLOSE or np.pi - angle < _CLOSE:
        return (one + amount * (other - one)).astype(np.float32)
    direction = (np.sin((1 - amount) * angle) * units[0] + np.sin(amount * angle) * units[1]) / np.sin(angle)
    length = (1 - amount) * lengths[0] + amount * lengths[1]
    return np.asarray(length * direction, np.float32)
