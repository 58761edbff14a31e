"""What was played a certain way is gone on with in that way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.representations.melody import STEP_TICKS, SUSTAIN
from backends.representations.performing import SHORTEST_TICKS, data_feel, learnt_feel, performed
from studio.song.notes import Rows, ends, rows_from_columns

BAR = 16


def eighths(count: int = 64) -> np.ndarray:
    line = np.full(count * 2, SUSTAIN, np.int16)
    line[::2] = 60 + np.arange(count) % 7
    return line


def played(velocities: object, late: object = 0, length: object = 480, count: int = 64) -> Rows:
    starts = np.arange(count) * 480 + late
    return rows_from_columns(starts, np.broadcast_to(length, count), 60 + np.arange(count) % 5, velocities)


def again(context: Rows, seed: int = 1) -> Rows:
    return performed(eighths(), 0, BAR, learnt_feel(context, 0, BAR), np.random.default_rng(seed))


def test_accents_are_learnt() -> None:
    loud_beats = np.where(np.arange(64) % 2 == 0, 100, 60) + np.tile([0, 3, -3, 1], 16)
    found = again(played(loud_beats))["velocity"].astype(int)
    assert found[::2].mean() - found[1::2].mean() == pytest.approx(38, abs=5)


def test_the_spread_of_velocities_is_kept() -> None:
    context = played(np.random.default_rng(3).integers(50, 110, 64))
    found = again(context)["velocity"].astype(float)
    assert found.mean() == pytest.approx(context["velocity"].mean(), abs=8)
    assert found.std() == pytest.approx(context["velocity"].std(), rel=0.35)


def test_a_flat_context_stays_flat_and_anything_else_does_not() -> None:
    assert set(again(played(77))["velocity"].tolist()) == {77}
    assert len(set(again(played(77, count=1))["velocity"].tolist())) > 5
    assert len(set(performed(eighths(), 0, BAR, data_feel(), np.random.default_rng(1))["velocity"].tolist())) > 5


def test_swing_is_learnt() -> None:
    swung = played(80, late=np.where(np.arange(64) % 2 == 1, 90, 0))
    starts = again(swung)["start"]
    assert starts[1::2] - np.arange(1, 64, 2) * 480 == pytest.approx(90, abs=10)
    assert starts[::2] - np.arange(0, 64, 2) * 480 == pytest.approx(0, abs=10)


def test_articulation_is_learnt() -> None:
    assert again(played(80, length=400))["length"][:-1].mean() == pytest.approx(400, abs=5)
    assert again(played(80, length=480))["length"][:-1].mean() == pytest.approx(480, abs=5)


def test_a_plain_context_gives_notes_on_the_grid() -> None:
    found = again(played(80))
    assert not (found["start"] % STEP_TICKS).any()
    assert not (found["length"] % STEP_TICKS).any()


@given(
    st.lists(st.integers(-2, 127), min_size=1, max_size=80),
    st.lists(st.tuples(st.integers(0, 9000), st.integers(1, 900), st.integers(0, 127), st.integers(1, 127)), max_size=30),
    st.integers(0, 2**32),
)
def test_notes_follow_each_other_whatever_the_context(line: list[int], notes: list[tuple[int, ...]], seed: int) -> None:
    starts, lengths, pitches, velocities = np.array(notes, np.int64).reshape(-1, 4).T
    feel = learnt_feel(rows_from_columns(starts, lengths, pitches, velocities), 0, BAR)
    found = performed(np.array(line, np.int16), 960, BAR, feel, np.random.default_rng(seed))
    assert found["pitch"].tolist() == [symbol for symbol in line if symbol >= 0]
    assert (found["start"] >= 960).all()
    assert (np.diff(found["start"]) >= SHORTEST_TICKS).all()
    assert (ends(found)[:-1] <= found["start"][1:]).all()
    assert (found["length"] >= SHORTEST_TICKS).all()
    assert ((found["velocity"] >= 1) & (found["velocity"] <= 127)).all()
