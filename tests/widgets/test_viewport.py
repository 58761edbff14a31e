"""The arithmetic between ticks, pitches and pixels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.song.ticks import Span
from widgets.folding import PITCHES
from widgets.viewport import ROW_HIGH_PX, Viewport

viewports = st.builds(
    Viewport,
    width_px=st.integers(100, 4000),
    height_px=st.integers(80, 2000),
    left_tick=st.floats(-1e5, 1e6),
    ticks_per_px=st.floats(0.1, 5000),
    top_pitch=st.floats(-10, 150),
    row_px=st.floats(2, 60),
    end_tick=st.integers(4000, 4_000_000),
).map(Viewport.held)


@given(viewports, st.integers(0, 4_000_000))
def test_a_tick_and_its_pixel_agree(view: Viewport, tick: int) -> None:
    assert view.tick_at(view.x_of(tick)) == pytest.approx(tick, abs=1e-3 * view.ticks_per_px + 1e-6)


@given(viewports, st.integers(0, 127))
def test_the_middle_of_a_row_is_its_pitch(view: Viewport, pitch: int) -> None:
    assert view.pitch_at(view.y_of(pitch) + view.row_px / 2) == pitch


@given(viewports)
def test_holding_twice_changes_nothing_more(view: Viewport) -> None:
    again = view.held()
    assert again.left_tick == pytest.approx(view.left_tick)
    assert again.top_pitch == pytest.approx(view.top_pitch)
    assert (again.ticks_per_px, again.row_px) == (view.ticks_per_px, view.row_px)


@given(viewports, st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_scrolling_never_leaves_the_song_or_the_pitches(view: Viewport, by_x: float, by_y: float) -> None:
    moved = view.scrolled(by_x, by_y)
    assert moved.left_tick >= 0
    assert moved.top_pitch <= PITCHES
    assert moved.tick_at(moved.width_px) <= max(moved.end_tick, moved.left_tick + moved.width_px * moved.ticks_per_px) + 1
    assert moved.y_of(0) + moved.row_px >= min(moved.height_px, PITCHES * moved.row_px) - 1e-6


@given(viewports, st.floats(0.2, 5.0), st.floats(0, 1))
def test_zoom_keeps_the_tick_under_the_pointer_unless_an_edge_forbids_it(view: Viewport, factor: float, share: float) -> None:
    x = share * view.width_px
    before = view.tick_at(x)
    zoomed = view.zoomed_time(factor, x)
    at_an_edge = zoomed.left_tick == 0 or zoomed.left_tick >= zoomed.end_tick - zoomed.width_px * zoomed.ticks_per_px - 1e-6
    assert at_an_edge or abs(zoomed.x_of(before) - x) < 0.01
    assert zoomed.closest <= zoomed.ticks_per_px <= zoomed.widest


@given(viewports, st.floats(0.2, 5.0), st.floats(0, 1))
def test_row_height_stays_within_its_limits(view: Viewport, factor: float, share: float) -> None:
    zoomed = view.zoomed_pitch(factor, share * view.height_px)
    assert zoomed.lowest_row_px - 1e-9 <= zoomed.row_px <= ROW_HIGH_PX


@given(viewports, st.integers(0, 3_000_000), st.integers(1, 500_000))
def test_revealing_shows_the_beginning(view: Viewport, start: int, length: int) -> None:
    view = view.reaching(start + length)
    shown = view.revealing(Span(start, start + length))
    assert -1e-6 <= shown.x_of(start) <= shown.width_px + 1e-6


def test_zoom_goes_back_where_it_came_from() -> None:
    view = Viewport(left_tick=20_000, end_tick=400_000)
    there = view.zoomed_time(1.15**4, 300).zoomed_time(1.15**-4, 300)
    assert there.left_tick == pytest.approx(view.left_tick)
    assert there.ticks_per_px == pytest.approx(view.ticks_per_px)


def test_the_widest_view_holds_the_whole_piece() -> None:
    view = Viewport(width_px=1000, end_tick=1_000_000).zoomed_time(1e-6, 500)
    assert view.span == Span(0, 1_000_000)


def test_a_page_turns_only_when_the_playhead_leaves_it() -> None:
    view = Viewport(width_px=1000, ticks_per_px=10, end_tick=500_000)
    assert view.paged_to(9_999) is view
    turned = view.paged_to(10_000)
    assert turned.left_tick == pytest.approx(9_800)
