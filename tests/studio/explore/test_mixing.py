"""Weights, mixtures and paths: exact where they must be, and between elsewhere."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studio.explore import mixing
from studio.explore.mixing import CORNERS

units = st.floats(0, 1, allow_nan=False)
places = st.tuples(units, units)
seeds = st.integers(0, 2**31)


@given(places, st.lists(st.booleans(), min_size=4, max_size=4))
def test_corner_weights_sum_to_one_and_leave_missing_corners_out(place, present):
    weights = mixing.corner_weights(*place, present)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1.0 if any(present) else 0.0)
    assert not weights[~np.array(present)].any()


@pytest.mark.parametrize("slot", range(4))
def test_a_corner_has_all_of_its_place(slot):
    weights = mixing.corner_weights(*CORNERS[slot])
    assert weights.tolist() == [float(at == slot) for at in range(4)]


def test_at_a_missing_corner_its_neighbours_share():
    assert mixing.corner_weights(1.0, 0.0, (True, False, False, True)) == pytest.approx([0.5, 0, 0, 0.5])
    assert mixing.corner_weights(0.25, 1.0, (True, True, False, False)) == pytest.approx([0.75, 0.25, 0, 0], abs=1e-5)


@given(st.lists(places, min_size=1, max_size=8, unique=True), places)
def test_anchor_weights_sum_to_one_and_are_exact_on_an_anchor(anchors, place):
    weights = mixing.anchor_weights(*place, anchors)
    assert weights.sum() == pytest.approx(1.0)
    assert weights.min() >= 0
    assume(all(np.hypot(a[0] - b[0], a[1] - b[1]) > 1e-6 for a in anchors for b in anchors if a is not b))
    on = mixing.anchor_weights(*anchors[0], anchors)
    assert on.tolist() == [1.0] + [0.0] * (len(anchors) - 1)


def test_the_nearer_anchor_has_more():
    near, far = mixing.anchor_weights(0.2, 0.0, [(0, 0), (1, 0)])
    assert near > 10 * far


@given(st.lists(places, min_size=1, max_size=9), st.integers(2, 32))
def test_a_sampled_path_has_its_ends_and_stays_on_the_pad(points, steps):
    path = mixing.sampled_path(points, steps)
    assert len(path) == steps
    assert path[0] == pytest.approx(points[0], abs=1e-5)
    assert path[-1] == pytest.approx(points[-1], abs=1e-5)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in path)


def test_the_ends_of_a_path_on_corners_are_exact():
    path = mixing.sampled_path([(0, 0), (0.3, 0.8), (1, 1)], 7)
    assert (path[0], path[-1]) == ((0.0, 0.0), (1.0, 1.0))


@given(st.lists(places, min_size=2, max_size=7), st.integers(2, 20))
def test_a_path_is_sampled_evenly_along_its_curve(points, steps):
    curve = mixing.smooth_curve(points)
    assume(len(curve) > 1)
    walked = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))))
    path = np.array(mixing.sampled_path(points, steps))
    even = walked[-1] / (steps - 1)
    # A chord is no longer than the stretch of curve that it spans.
    assert np.linalg.norm(np.diff(path, axis=0), axis=1).max() <= even * (1 + 1e-6) + 1e-9


def test_two_points_make_a_straight_path():
    assert np.array(mixing.sampled_path([(0, 0.5), (1, 0.5)], 5)) == pytest.approx(
        np.array([(0, 0.5), (0.25, 0.5), (0.5, 0.5), (0.75, 0.5), (1, 0.5)])
    )
    assert mixing.sampled_path([], 5) == ()


@given(st.lists(places, min_size=3, max_size=60))
def test_a_simplified_stroke_keeps_its_ends_and_has_few_points(stroke):
    kept = mixing.simplified(stroke)
    assert kept[0] == stroke[0]
    assert 1 <= len(kept) <= 12


def test_a_straight_stroke_needs_two_points_and_a_corner_three():
    straight = [(at / 50, at / 50) for at in range(51)]
    assert len(mixing.simplified(straight)) == 2
    bent = [(at / 50, 0.0) for at in range(51)] + [(1.0, at / 50) for at in range(51)]
    assert mixing.simplified(bent) == ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))


@given(seeds, st.integers(1, 32), places)
def test_a_walk_begins_where_it_is_told_and_is_the_same_for_a_seed(seed, steps, start):
    walk = mixing.random_walk(seed, steps, start)
    assert len(walk) == steps
    assert walk[0] == start
    assert walk == mixing.random_walk(seed, steps, start)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in walk)


@given(st.integers(1, 9), places)
def test_the_grid_is_drawn_from_the_nearest_cell_on(size, place):
    order = mixing.grid_order(size, *place)
    assert sorted(order) == sorted((column, row) for column in range(size) for row in range(size))
    ways = [np.hypot(*np.subtract(mixing.cell_place(*cell, size), place)) for cell in order]
    assert all(one <= other + 1e-9 for one, other in pairwise(ways))
