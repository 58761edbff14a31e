"""Where on the pad what is heard: weights of the anchors, paths. Pure maths.

A place is (x, y): x runs from 0 at the left to 1 at the right, y from 0 at the top to 1 at the bottom.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Place = tuple[float, float]

CORNERS: tuple[Place, ...] = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
"""A, B, C, D."""

_HAIR = 1e-6
"""How far inside the edge a place is taken to be where every corner that counts is missing."""
_DENSE = 48
"""Points between two drawn ones from which a curve is measured."""
_CLOSE = 1e-9


def corner_weights(x: float, y: float, present: Sequence[bool] = (True, True, True, True)) -> Floats:
    """The shares of four corners at a place, [corner]; they sum to 1. Of missing corners the others take the share."""
    there = np.asarray(present, float)
    if not there.any():
        return np.zeros(4)
    shares = _bilinear(x, y) * there
    if shares.sum() < _HAIR:
        shares = _bilinear(float(np.clip(x, _HAIR, 1 - _HAIR)), float(np.clip(y, _HAIR, 1 - _HAIR))) * there
    weights: Floats = shares / shares.sum()
    return weights


def anchor_weights(x: float, y: float, places: Sequence[Place]) -> Floats:
    """The shares of anchors placed freely, by inverse squared distance, [anchor]; on an anchor it has all."""
    if not places:
        return np.zeros(0)
    squares = ((np.asarray(places, float) - (x, y)) ** 2).sum(axis=1)
    on = squares < _CLOSE**2
    shares = on.astype(float) if on.any() else squares.min() / squares
    weights: Floats = shares / shares.sum()
    return weights


# Paths


def smooth_curve(points: Sequence[Place]) -> Floats:
    """A smooth curve through the points in their order, densely sampled, [sample, 2]; it stays on the pad."""
    through = _without_repeats(np.clip(np.asarray(points, float).reshape(-1, 2), 0.0, 1.0))
    if len(through) < 3:
        return through
    # Centripetal Catmull-Rom: no loops and no overshoot where points lie close together.
    before, after = 2 * through[0] - through[1], 2 * through[-1] - through[-2]
    control = np.vstack([before, through, after])
    knots = np.concatenate(([0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(control, axis=0), axis=1)))))
    pieces = [_between(control[at : at + 4], knots[at : at + 4]) for at in range(len(through) - 1)]
    return np.clip(np.vstack([*pieces, through[-1:]]), 0.0, 1.0)


def sampled_path(points: Sequence[Place], steps: int) -> tuple[Place, ...]:
    """So many places at even distances along the curve through the points, first and last point included."""
    if not points or steps < 1:
        return ()
    curve = smooth_curve(points)
    walked = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))))
    wanted = np.linspace(0.0, walked[-1], steps)
    places = np.column_stack([np.interp(wanted, walked, curve[:, axis]) for axis in (0, 1)])
    if steps > 1:
        places[-1] = curve[-1]
    return tuple((float(x), float(y)) for x, y in places)


def simplified(points: Sequence[Place], tolerance: float = 0.02, most: int = 12) -> tuple[Place, ...]:
    """The few points that keep the shape of a stroke drawn by hand; its ends stay."""
    line = _without_repeats(np.clip(np.asarray(points, float).reshape(-1, 2), 0.0, 1.0))
    kept = line
    while len(line) > 2:
        kept = line[_corners_of(line, tolerance)]
        if len(kept) <= most:
            break
        tolerance *= 1.5
    return tuple((float(x), float(y)) for x, y in kept)


def random_walk(seed: int, steps: int, start: Place, stride: float = 0.16) -> tuple[Place, ...]:
    """A wandering path from a place: it keeps its heading for a while and turns at the edges."""
    rng = np.random.default_rng(seed)
    here = np.clip(np.asarray(start, float), 0.0, 1.0)
    heading = float(rng.uniform(0, 2 * np.pi))
    walked = [here]
    for _ in range(steps - 1):
        heading += float(rng.normal(0, 0.7))
        ahead = here + stride * np.array([np.cos(heading), np.sin(heading)])
        inside = 1 - np.abs(1 - np.abs(ahead))
        if not np.array_equal(inside, ahead):
            heading = float(np.arctan2(*(inside - here)[::-1]))
        here = np.clip(inside, 0.0, 1.0)
        walked.append(here)
    return tuple((float(x), float(y)) for x, y in walked[: max(0, steps)])


# The grid


def cell_place(column: int, row: int, size: int) -> Place:
    """The middle of a cell of a grid of size x size cells."""
    return (column + 0.5) / size, (row + 0.5) / size


def grid_order(size: int, x: float, y: float) -> tuple[tuple[int, int], ...]:
    """All cells (column, row), the nearest to a place first."""
    cells = [(column, row) for row in range(size) for column in range(size)]
    middles = np.array([cell_place(*cell, size) for cell in cells]).reshape(-1, 2)
    order = np.argsort(((middles - (x, y)) ** 2).sum(axis=1), kind="stable")
    return tuple(cells[at] for at in order.tolist())


# Inside


def _bilinear(x: float, y: float) -> Floats:
    return np.array([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y])


def _without_repeats(line: Floats) -> Floats:
    if len(line) < 2:
        return line
    moved = np.linalg.norm(np.diff(line, axis=0), axis=1) > 1e-6
    kept: Floats = line[np.concatenate(([True], moved))]
    return kept


def _between(control: Floats, knots: Floats) -> Floats:
    """The stretch between the two middle ones of four control points, its last point left out."""
    t = np.linspace(knots[1], knots[2], _DENSE, endpoint=False)[:, None]

    def lerp(one: Floats, other: Floats, begin: int, end: int) -> Floats:
        mixed: Floats = ((knots[end] - t) * one + (t - knots[begin]) * other) / (knots[end] - knots[begin])
        return mixed

    first = [lerp(control[at], control[at + 1], at, at + 1) for at in range(3)]
    second = [lerp(first[at], first[at + 1], at, at + 2) for at in range(2)]
    return lerp(second[0], second[1], 1, 2)


def _corners_of(line: Floats, tolerance: float) -> list[int]:
    """Indices of the points that the line cannot lose without moving further than the tolerance (Douglas, Peucker)."""
    kept, open_ends = {0, len(line) - 1}, [(0, len(line) - 1)]
    while open_ends:
        first, last = open_ends.pop()
        if last - first < 2:
            continue
        chord = line[last] - line[first]
        inner = line[first + 1 : last] - line[first]
        along = np.clip(inner @ chord / max(float(chord @ chord), 1e-18), 0.0, 1.0)
        far = np.linalg.norm(inner - along[:, None] * chord, axis=1)
        at = int(far.argmax())
        if far[at] > tolerance:
            middle = first + 1 + at
            kept.add(middle)
            open_ends += [(first, middle), (middle, last)]
    return sorted(kept)
