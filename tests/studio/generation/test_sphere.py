"""The way between two points of a space: exact at its ends, on the great circle between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.generation.sphere import between

seeds = st.integers(0, 10_000)


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


@pytest.mark.parametrize("other", [np.zeros(4), -np.ones(4), np.ones(4)])
def test_where_there_is_no_great_circle_it_goes_straight(other):
    found = between(np.ones(4, np.float32), other.astype(np.float32), 0.5)
    assert np.allclose(found, (1 + other) / 2)
