"""Plans of what comes back keep to what is known and to the chance asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.representations.returning import planned_returns


@given(st.integers(1, 200), st.integers(0, 31), st.sampled_from([12, 16, 20]), st.integers(0, 400), st.floats(0, 1))
def test_a_return_never_reaches_before_the_beginning(steps: int, phase: int, bar: int, known: int, chance: float) -> None:
    known = known // bar * bar + phase % bar
    plan = planned_returns(
        np.random.default_rng(steps), rows=3, steps=steps, phase=phase % bar, bar=bar, known=known, chance=chance
    )
    assert plan.shape == (steps, 3)
    assert (plan % bar == 0).all()
    assert (plan <= known + np.arange(steps)[:, None]).all()
    assert not plan[: -phase % bar].any()


def test_the_chance_is_the_share_of_stretches_that_return() -> None:
    plan = planned_returns(np.random.default_rng(1), rows=20_000, steps=128, phase=0, bar=16, known=128, chance=0.1)
    assert (plan > 0).any(axis=0).mean() == pytest.approx(1 - 0.9**4, abs=0.01)
    assert (plan > 0).mean() > 0.13
    never = planned_returns(np.random.default_rng(1), rows=9, steps=128, phase=0, bar=16, known=128, chance=0.0)
    always = planned_returns(np.random.default_rng(1), rows=9, steps=128, phase=0, bar=16, known=128, chance=1.0)
    assert not never.any()
    assert always.all()


def test_most_of_what_returns_is_eight_bars_old() -> None:
    plan = planned_returns(np.random.default_rng(2), rows=5000, steps=32, phase=0, bar=16, known=128, chance=1.0)[0]
    assert (plan == 128).mean() == pytest.approx(0.78, abs=0.02)
    assert set(plan.tolist()) == {64, 128}
