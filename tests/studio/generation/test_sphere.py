"""Mixtures of points of a space: exact where one has all the weight, on the sphere between them elsewhere."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studio.generation.sphere import along, between, linear_mix, spherical_mix

seeds = st.integers(0, 10_000)
units = st.floats(0, 1, allow_nan=False)


@given(seeds)
def test_it_begins_and_ends_where_it_should_and_turns_one_way(seed):
    one, other = np.random.default_rng(seed).standard_normal((2, 32)).astype(np.float32) * 1.3
    assert np.array_equal(between(one, other, 0.0), one)
    assert np.array_equal(between(one, other, 1.0), other)

    def angle(point):
        return float(np.arccos(np.clip(point @ one / np.linalg.norm(point) / np.linalg.norm(one), -1, 1)))

    angles = [angle(between(one, other, amount)) for amount in (0.1, 0.4, 0.7, 1.0)]
    assert angles == sorted(angles)
    lengths = sorted((float(np.linalg.norm(one)), float(np.linalg.norm(other))))
    assert lengths[0] - 1e-3 <= np.linalg.norm(between(one, other, 0.5)) <= lengths[1] + 1e-3


@pytest.mark.parametrize("other", [np.zeros(4), np.ones(4), 3 * np.ones(4)])
def test_along_one_direction_it_goes_straight(other):
    found = between(np.ones(4, np.float32), other.astype(np.float32), 0.5)
    assert np.allclose(found, (1 + other) / 2)


def test_between_opposites_it_goes_round():
    found = between(np.ones(4, np.float32), -np.ones(4, np.float32), 0.5)
    assert np.linalg.norm(found) == pytest.approx(2)
    assert found @ np.ones(4) == pytest.approx(0, abs=1e-5)


@given(seeds, st.integers(2, 8), st.integers(2, 40), st.integers(0, 7))
def test_weight_one_gives_the_vector_itself(seed, count, dimensions, chosen):
    vectors = np.random.default_rng(seed).standard_normal((count, dimensions))
    weights = np.eye(count)[chosen % count]
    assert np.array_equal(spherical_mix(vectors, weights), vectors[chosen % count])
    assert np.array_equal(linear_mix(vectors, weights), vectors[chosen % count])


@given(seeds, units, st.integers(3, 64))
def test_two_vectors_mix_as_slerp(seed, share, dimensions):
    one, other = np.random.default_rng(seed).standard_normal((2, dimensions))
    lengths = np.linalg.norm(one), np.linalg.norm(other)
    angle = np.arccos(np.clip(one @ other / np.prod(lengths), -1, 1))
    assume(0.01 < angle < 3.1)
    direction = (np.sin((1 - share) * angle) * one / lengths[0] + np.sin(share * angle) * other / lengths[1]) / np.sin(angle)
    expected = direction * ((1 - share) * lengths[0] + share * lengths[1])
    assert spherical_mix([one, other], [1 - share, share]) == pytest.approx(expected, abs=1e-6)


@given(seeds, st.integers(2, 8), st.integers(8, 64))
def test_the_length_of_a_mixture_lies_between_the_lengths(seed, count, dimensions):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((count, dimensions)) * rng.uniform(0.1, 5, (count, 1))
    weights = rng.dirichlet(np.ones(count))
    lengths = np.linalg.norm(vectors, axis=1)
    mixed = np.linalg.norm(spherical_mix(vectors, weights))
    assert mixed == pytest.approx(weights @ lengths)
    assert lengths.min() - 1e-9 <= mixed <= lengths.max() + 1e-9


def test_opposite_and_vanishing_vectors_are_mixed_all_the_same():
    middle = spherical_mix([[2.0, 0, 0], [-2.0, 0, 0]], [0.5, 0.5])
    assert np.linalg.norm(middle) == pytest.approx(2)
    assert not spherical_mix(np.zeros((3, 4)), [0.2, 0.3, 0.5]).any()
    assert np.linalg.norm(spherical_mix([[0.0, 0], [0, 4.0]], [0.5, 0.5])) == pytest.approx(2)
    with pytest.raises(ValueError, match="weight"):
        spherical_mix(np.ones((2, 2)), [0, 0])


@given(seeds, st.floats(-2, 2, allow_nan=False))
def test_a_way_leads_from_its_start_to_its_goal_and_nowhere_too_far(seed, amount):
    points = np.random.default_rng(seed).standard_normal((5, 24)) * 2
    start, goal = points[:2]
    assert along(start, start, goal, 1.0) == pytest.approx(goal)
    assert along(goal, start, goal, -1.0) == pytest.approx(start)
    assert np.array_equal(along(points, start, goal, 0.0), points)
    moved = along(points, start, goal, amount)
    lengths = np.linalg.norm(moved, axis=1)
    assert (lengths <= np.maximum(np.linalg.norm(points, axis=1), np.linalg.norm(points[:2], axis=1).max()) + 1e-9).all()
    free = points + amount * (goal - start)
    assert moved[:, 0] * free[:, 1] - moved[:, 1] * free[:, 0] == pytest.approx(0, abs=1e-9), "cut short, not turned aside"


def test_a_way_to_where_one_is_leads_nowhere():
    points = np.eye(3)
    assert np.array_equal(along(points, points[0], points[0], 2.0), points)
    assert not along(np.zeros(3), np.zeros(3), np.zeros(3), 1.0).any()
