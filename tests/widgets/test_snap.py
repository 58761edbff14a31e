"""The grid that positions fall on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.song.ticks import Span
from studio.song.timeline import MeterChange, Timeline
from widgets.snap import DIVISIONS, Snap

FOUR = Timeline()
ODD = Timeline(meters=(MeterChange(0, 4, 4), MeterChange(3840, 7, 8), MeterChange(3840 + 3360, 3, 4)))
snaps = st.builds(Snap, st.sampled_from((0, *DIVISIONS)), st.sampled_from(("straight", "triplet", "dotted")))


@pytest.mark.parametrize(
    ("snap", "step"),
    [
        (Snap(16), 240),
        (Snap(8, "triplet"), 320),
        (Snap(4, "dotted"), 1440),
        (Snap(0), 3840),
        (Snap(64), 60),
        (Snap(is_on=False), 1),
    ],
)
def test_steps(snap: Snap, step: int) -> None:
    assert snap.step_ticks(FOUR, 0) == step


@given(snaps, st.integers(0, 60_000))
def test_the_nearest_line_is_within_half_a_step_and_stays_put(snap: Snap, tick: int) -> None:
    line = snap.nearest(ODD, tick)
    assert abs(line - tick) <= snap.step_ticks(ODD, tick)
    assert snap.nearest(ODD, line) == line


@given(snaps, st.integers(0, 60_000))
def test_bar_lines_are_always_grid_lines(snap: Snap, tick: int) -> None:
    bar_line = ODD.bar_start(ODD.bar_of(tick))
    assert snap.nearest(ODD, bar_line) == bar_line
    assert snap.below(ODD, tick) >= bar_line


@given(st.sampled_from(DIVISIONS), st.integers(0, 10_000), st.integers(-40, 40))
def test_a_relative_move_keeps_the_distance_from_the_grid(division: int, origin: int, steps: int) -> None:
    snap = Snap(division)
    step = snap.step_ticks(FOUR, origin)
    assert snap.moved(FOUR, origin, steps * step + 0.3 * step) == steps * step


def test_an_absolute_move_lands_on_the_grid() -> None:
    snap = Snap(16, is_absolute=True)
    assert 250 + snap.moved(FOUR, 250, 300) == 480


def test_free_moves_are_exact_to_the_tick() -> None:
    assert Snap(is_on=False).nearest(FOUR, 1234.4) == 1234


def test_the_adaptive_grid_follows_the_zoom() -> None:
    snap = Snap(is_adaptive=True)
    assert snap.step_ticks(FOUR, 0, ticks_per_px=2) == 60
    assert snap.step_ticks(FOUR, 0, ticks_per_px=30) == 480
    assert snap.step_ticks(FOUR, 0, ticks_per_px=5000) == 3840


def test_names_and_neighbours() -> None:
    assert [Snap(16).name, Snap(8, "triplet").name, Snap(4, "dotted").name, Snap(0).name] == ["1/16", "1/8T", "1/4.", "Bar"]
    assert Snap(16).finer() == Snap(32)
    assert Snap(1).coarser() == Snap(0)
    assert Snap(64).finer() == Snap(64)
    assert Snap(8).switched().switched() == Snap(8)
    assert Snap(8).switched().name == "Off"


def test_a_span_is_rounded_outwards() -> None:
    assert Snap(4).rounded_span(FOUR, Span(100, 1900)) == Span(0, 1920)
    assert Snap(4).rounded_span(FOUR, Span(960, 960)) == Span(960, 1920)
    assert Snap(0).rounded_span(ODD, Span(3900, 4000)) == Span(3840, 3840 + 3360)


def test_no_such_grid() -> None:
    with pytest.raises(ValueError, match="no such grid"):
        Snap(12)
