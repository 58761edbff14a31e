"""The n-gram baseline: proper probabilities, better with the context that the data has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backends.training.ngram import NGram, best_baseline

sequences = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=30), min_size=1, max_size=5)


def cyclic(seed: int, count: int, length: int) -> list[np.ndarray]:
    """Sequences that run round 0..5 and now and then skip one."""
    rng = np.random.default_rng(seed)
    return [(np.cumsum(1 + (rng.random(length) < 0.1)) + rng.integers(6)) % 6 for _ in range(count)]


@settings(max_examples=40)
@given(sequences, st.lists(st.integers(0, 4), max_size=12), st.integers(1, 6))
def test_probabilities_after_any_context_sum_to_one(listed: list[list[int]], before: list[int], order: int) -> None:
    model = NGram([np.array(symbols) for symbols in listed], 5, 6)
    chances = model.next_probabilities(np.array(before, int), order)
    assert chances.sum() == pytest.approx(1)
    assert (chances > 0).all()


def test_a_unigram_approaches_the_shares_of_the_data() -> None:
    symbols = np.array([0] * 700 + [1] * 300)
    model = NGram([np.random.default_rng(1).permutation(symbols)], 2, 1)
    assert model.next_probabilities(np.zeros(0, int), 1) == pytest.approx([0.7, 0.3], abs=0.01)


def test_a_known_count_gives_the_discounted_share() -> None:
    """Twice "0 1", once "0 2" after the same context; flat discounts of 0.75, continuation counts below."""
    model = NGram([np.array([0, 1]), np.array([0, 1]), np.array([0, 2])], 3, 2)
    # Continuations: (start) 0, 0 1, 0 2: one type each, so each symbol has (1 - 0.75) / 3 + 0.75 * 3 / 3 / 3.
    below = 0.25 / 3 + 0.75 / 3
    freed = 0.75 * 2 / 3
    expected = [freed * below, (2 - 0.75) / 3 + freed * below, (1 - 0.75) / 3 + freed * below]
    assert model.next_probabilities(np.array([0]), 2) == pytest.approx(expected)


def test_longer_context_helps_where_there_is_structure() -> None:
    train, test = cyclic(1, 30, 60), cyclic(2, 10, 60)
    model = NGram(train, 6, 4)
    losses = [-model.log_probabilities(test, order).mean() for order in (1, 2, 4)]
    entropy = -(0.9 * np.log(0.9) + 0.1 * np.log(0.1))
    assert losses[0] > 1.7
    assert losses[1] < entropy + 0.1
    assert losses[2] < entropy + 0.2


def test_the_best_order_is_chosen_on_validation() -> None:
    train, valid, test = cyclic(1, 30, 60), cyclic(2, 10, 60), cyclic(3, 10, 60)
    found = best_baseline(train, valid, test, 6, orders=(1, 2, 5))
    model = NGram(train, 6, 5)
    losses = {order: -model.log_probabilities(valid, order).mean() for order in (1, 2, 5)}
    assert losses[found.order] == min(losses.values()) == pytest.approx(found.valid)
    assert found.test == pytest.approx(-model.log_probabilities(test, found.order).mean())
