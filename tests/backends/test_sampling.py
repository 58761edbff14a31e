"""Draws follow the probabilities they are given, and masks act before them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.sampling import NEVER, derive, drawn, log_softmax, nucleus, pitch_penalties, tempered


def test_seeds_of_takes_do_not_depend_on_their_number() -> None:
    assert len({derive(seed, number) for seed in range(20) for number in range(1, 20)}) == 380
    assert derive(7, 3) == derive(7, 3)


def test_draws_have_the_frequencies_of_the_distribution() -> None:
    chances = np.array([0.5, 0.2, 0.0, 0.3])
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log(chances), NEVER).astype(np.float32)
    rows = np.repeat(logs[None], 40_000, 0)
    found = np.bincount(drawn(rows, np.random.default_rng(1).random(40_000)), minlength=4) / 40_000
    assert found == pytest.approx(chances, abs=0.01)


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 5))
def test_a_forbidden_event_is_never_drawn(uniform: float, allowed: int) -> None:
    logs = np.full((1, 6), NEVER, np.float32)
    logs[0, allowed] = -3
    assert drawn(logs, np.array([uniform])).tolist() == [allowed]


def test_temperature_leaves_the_chance_of_a_repeat_alone() -> None:
    logs = log_softmax(np.random.default_rng(2).normal(size=(3, 10)))
    for temperature in (0.3, 1.0, 2.0):
        found = tempered(logs, temperature, 2, np.zeros((3, 2), np.float32))
        assert np.exp(found[:, -2:]).sum(1) == pytest.approx(np.exp(logs[:, -2:]).sum(1), rel=1e-4)
    assert tempered(logs, 1.0, 2, np.zeros((3, 2), np.float32)) == pytest.approx(logs, abs=1e-5)


def test_the_bias_moves_the_odds_of_repeats() -> None:
    logs = log_softmax(np.zeros((1, 4)))
    found = np.exp(tempered(logs, 1.0, 2, np.full((1, 2), np.log(3.0), np.float32)))
    assert found[0] == pytest.approx([1 / 8, 1 / 8, 3 / 8, 3 / 8])


def test_a_low_temperature_favours_the_likeliest() -> None:
    logs = log_softmax(np.array([[0.0, 1.0, 2.0]]))
    cold, warm = (np.exp(tempered(logs, t, 0, np.zeros((1, 0)))) for t in (0.2, 2.0))
    assert cold[0, 2] > 0.99
    assert warm[0, 2] < np.exp(logs)[0, 2]


def test_only_pitches_outside_the_key_pay() -> None:
    pays = pitch_penalties((0, 2, 4, 5, 7, 9, 11), range(48, 60), 2, 14, penalty=NEVER)
    assert np.flatnonzero(pays).tolist() == [3, 5, 8, 10, 12]


def test_the_nucleus_keeps_the_likeliest_and_at_least_one() -> None:
    logs = np.log(np.array([[0.5, 0.3, 0.2]], np.float32))
    assert (nucleus(logs, 0.79) > NEVER).tolist() == [[True, True, False]]
    assert (nucleus(logs, 0.01) > NEVER).tolist() == [[True, False, False]]
    assert nucleus(logs, 1.0) is logs
