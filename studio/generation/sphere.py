"""Mixtures of points of a latent space whose direction lies on the sphere between theirs (White 2016, "Sampling Generative
Networks", section 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from studio.generation.latent import Vector

Floats = NDArray[np.float64]

_CLOSE = 1e-9
_FLAT = 1e-6
"""Vectors with less than this between them, or between one and the other's opposite, span no circle."""
_TURNS = 60


def between(one: Vector, other: Vector, amount: float) -> Vector:
    """The point `amount` (0..1) of the way from one to the other. Exact at the ends."""
    share = min(1.0, max(0.0, amount))
    return spherical_mix([one, other], [1 - share, share]).astype(np.float32)


def spherical_mix(vectors: ArrayLike, weights: ArrayLike) -> Floats:
    """A mixture of vectors [vector, dimension] whose direction and whose length are both between theirs.

    Two vectors give the great-circle interpolation; several the weighted mean direction on the sphere. A weight of 1 gives
    that vector exactly.
    """
    points, shares = np.asarray(vectors, float), np.asarray(weights, float)
    used = shares > 0
    points, shares = points[used], shares[used]
    if not len(points):
        raise ValueError("a mixture needs a vector with a weight")
    if len(points) == 1:
        alone: Floats = points[0].copy()
        return alone
    shares = shares / shares.sum()
    norms = np.linalg.norm(points, axis=1)
    directed = norms > _CLOSE
    if not directed.any():
        return np.zeros(points.shape[1])
    units = points[directed] / norms[directed, None]
    mixed: Floats = float(shares @ norms) * _mean_direction(units, shares[directed] / shares[directed].sum())
    return mixed


def linear_mix(vectors: ArrayLike, weights: ArrayLike) -> Floats:
    """The weighted mean of vectors; exact at weight 1."""
    mixed: Floats = np.asarray(weights, float) @ np.asarray(vectors, float)
    return mixed


def along(points: ArrayLike, start: ArrayLike, goal: ArrayLike, amount: float) -> Floats:
    """Points [point, dimension] moved `amount` times the way from `start` to `goal`: as start is to goal, so is a point to
    what it becomes (Mikolov et al. 2013, "Linguistic regularities").

    Nothing gets further out than the furthest of the three: no real music lies there, and whichever way one went decoders
    write busier music the further out it is.
    """
    places, begin, end = (np.asarray(each, float) for each in (points, start, goal))
    if not amount:
        return places
    moved = places + amount * (end - begin)
    ends = max(float(np.linalg.norm(begin)), float(np.linalg.norm(end)))
    furthest = np.maximum(np.linalg.norm(places, axis=-1, keepdims=True), ends)
    length = np.linalg.norm(moved, axis=-1, keepdims=True)
    kept: Floats = np.where(length > furthest, moved * (furthest / np.maximum(length, _CLOSE)), moved)
    return kept


def _mean_direction(units: Floats, shares: Floats) -> Floats:
    """The direction from which the weighted pulls along great circles cancel out."""
    if len(units) == 2:
        angle = 2 * np.arctan2(np.linalg.norm(units[0] - units[1]), np.linalg.norm(units[0] + units[1]))
        if _FLAT < angle < np.pi - _FLAT:
            way: Floats = np.sin(shares * angle) @ units / np.sin(angle)
            return way
    mean = shares @ units
    length = float(np.linalg.norm(mean))
    if length < 1e-7:
        # Opposite each other: go round by way of an axis that neither uses most.
        mean = np.eye(units.shape[1])[int(np.abs(units).sum(axis=0).argmin())] + shares @ units
        length = float(np.linalg.norm(mean))
    mean = mean / length
    for _ in range(_TURNS):
        cosines = np.clip(units @ mean, -1.0, 1.0)
        away = units - cosines[:, None] * mean
        sines = np.linalg.norm(away, axis=1)
        angles = np.arctan2(sines, cosines)
        pull = (shares * np.divide(angles, sines, out=np.ones_like(sines), where=sines > 1e-12)) @ away
        turn = float(np.linalg.norm(pull))
        if turn < _CLOSE:
            break
        mean = np.cos(turn) * mean + np.sin(turn) / turn * pull
        mean = mean / np.linalg.norm(mean)
    return mean
