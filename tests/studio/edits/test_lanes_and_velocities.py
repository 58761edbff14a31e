"""Points of controllers and velocities of notes: drawn, moved, curved; other lanes and locked notes untouched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.edits import lanes, velocities
from studio.edits.guard import LockedThere
from studio.edits.history import Edit, History
from studio.edits.lanes import Lane, Point
from studio.errors import UnsupportedRequest
from studio.song.check import check
from studio.song.controls import BEND, CONTROLLER, DRAWN, PRESSURE, PROGRAM, Controls
from studio.song.notes import LOCKED, Note, Notes
from studio.song.song import Song, Track
from studio.song.ticks import Span

EXPRESSION, WHEEL = Lane(CONTROLLER, 11), Lane(BEND)
LANES = st.sampled_from((EXPRESSION, WHEEL, Lane(PRESSURE), Lane(PROGRAM)))
TICKS = st.integers(0, 8000)
SPANS = st.builds(lambda start, length: Span(start, start + length), TICKS, TICKS)
POINTS = st.lists(st.builds(Point, TICKS, st.integers(-20_000, 20_000), st.booleans()), max_size=5)
LANE_EDITS = st.one_of(
    st.builds(lanes.lay_points, st.just(1), LANES, SPANS, POINTS),
    st.builds(lanes.move_points, st.just(1), LANES, st.sets(st.sampled_from((0, 960, 1920))), st.integers(-3000, 3000),
              st.integers(-300, 300)),
    st.builds(lanes.remove_points, st.just(1), LANES, st.sets(st.sampled_from((0, 960)))),
    st.builds(lanes.remove_within, st.just(1), LANES, SPANS),
    st.builds(lanes.set_glides, st.just(1), st.just(EXPRESSION), st.sets(st.sampled_from((0, 960))), st.booleans()),
)  # fmt: skip
IDS = st.sets(st.integers(10, 18))
VELOCITY_EDITS = st.one_of(
    st.builds(velocities.scale_velocities, IDS, st.floats(0, 4)),
    st.builds(velocities.spread_velocities, IDS, st.floats(0, 4)),
    st.builds(velocities.ramp_velocities, IDS, st.integers(1, 127), st.integers(1, 127), st.floats(-1, 1)),
    st.builds(velocities.scatter_velocities, IDS, st.integers(0, 127), st.integers(0, 2**31)),
    st.builds(velocities.level_velocities, IDS, st.integers(-9, 300)),
)


def song() -> Song:
    notes = [Note(at * 480, 400, 60 + at, 40 + 8 * at, 10 + at, LOCKED if at == 3 else 0) for at in range(8)]
    drawn = [
        (0, CONTROLLER, 11, 100, True),
        (960, CONTROLLER, 11, 20, False),
        (960, CONTROLLER, 1, 5, True),
        (1920, BEND, 0, 99, False),
    ]
    return Song(tracks=(Track(1, "One", notes=Notes.of(notes), controls=Controls(np.array(drawn, DRAWN))),), next_id=100)


def points(made: Song, lane: Lane) -> list[tuple[int, int, bool]]:
    found = made.track(1).controls.of_lane(lane.kind, lane.number)
    return [(tick, value, glides) for tick, _, _, value, glides in found.tolist()]


@given(st.lists(st.one_of(LANE_EDITS, VELOCITY_EDITS), max_size=8))
def test_pr15_pr25_undo_leads_back_and_what_is_locked_or_elsewhere_stays(script: list[Edit]) -> None:
    history = History(song())
    start = history.song
    for edit in script:
        try:
            history.do(edit)
        except LockedThere:
            assert "velocity" in edit.label
        assert check(history.song) == ()
    after = history.song
    assert after.track(1).notes.note(13) == start.track(1).notes.note(13)
    assert points(after, Lane(CONTROLLER, 1)) == [(960, 5, True)]
    while history.undo():
        pass
    assert history.song is start


def test_pr25_a_drawn_stretch_takes_the_place_of_what_was_there() -> None:
    made = lanes.lay_points(1, EXPRESSION, Span(0, 960), [Point(0, 10, True), Point(960, 300)]).apply(song())
    assert points(made, EXPRESSION) == [(0, 10, True), (960, 127, False)]
    assert points(made, WHEEL) == [(1920, 99, False)]


def test_pr25_a_stretch_drawn_into_a_glide_lets_it_go_on_behind() -> None:
    made = lanes.lay_points(1, EXPRESSION, Span(240, 480), [Point(240, 10, True), Point(480, 90)]).apply(song())
    assert points(made, EXPRESSION) == [(0, 100, True), (240, 10, True), (480, 90, True), (960, 20, False)]


def test_pr25_points_move_together_within_the_range() -> None:
    made = lanes.move_points(1, EXPRESSION, [0, 960], -500, 40).apply(song())
    assert points(made, EXPRESSION) == [(0, 127, True), (960, 60, False)]
    made = lanes.move_points(1, EXPRESSION, [0], 960, 0).apply(song())
    assert points(made, EXPRESSION) == [(960, 100, True)]


def test_pr25_points_are_removed_and_an_empty_lane_is_no_lane() -> None:
    made = lanes.remove_points(1, WHEEL, [1920]).apply(song())
    assert points(made, WHEEL) == []
    assert lanes.remove_within(1, EXPRESSION, Span(0, 961)).apply(made).track(1).controls.drawn["number"].tolist() == [1]
    assert lanes.remove_points(1, WHEEL, [5]).apply(song()) == song()


def test_pr25_programs_do_not_glide() -> None:
    with pytest.raises(UnsupportedRequest, match="at once"):
        lanes.set_glides(1, Lane(PROGRAM), [0], True)
    made = lanes.lay_points(1, Lane(PROGRAM), Span(480, 480), [Point(480, 40, bank=129)]).apply(song())
    assert made.track(1).controls.of_lane(PROGRAM, 0).tolist() == [(480, PROGRAM, 129, 40, False)]


@given(st.lists(st.integers(0, 127), min_size=2, max_size=60), st.integers(0, 9))
def test_pr25_thinning_keeps_the_line_within_the_tolerance(values: list[int], tolerance: int) -> None:
    drawn = [Point(at * 30, value, True) for at, value in enumerate(values)]
    kept = lanes.thinned(drawn, tolerance)
    line = np.interp([p.tick for p in drawn], [p.tick for p in kept], [p.value for p in kept])
    assert np.abs(line - values).max() <= tolerance + 1e-9
    assert kept[0] == drawn[0]
    assert kept[-1] == drawn[-1]


def test_pr25_values_between_points_are_known() -> None:
    present = song().track(1).controls.of_lane(CONTROLLER, 11)
    assert [lanes.value_at(present, tick, 127) for tick in (-1, 0, 480, 960, 5000)] == [127, 100, 60, 20, 20]


def velocity(edit: Edit) -> list[int]:
    return [note.velocity for note in edit.apply(song()).track(1).notes if not note.is_locked]


def test_pr15_scaling_keeps_proportions() -> None:
    assert velocity(velocities.scale_velocities([10, 11, 12], 0.5)) == [20, 24, 28, 72, 80, 88, 96]
    assert velocity(velocities.scale_velocities(range(10, 18), 9)) == [127] * 7


def test_pr15_evening_out_keeps_the_mean() -> None:
    even = velocity(velocities.spread_velocities(range(10, 18), 0.0))
    assert set(even) == {69}


def test_pr15_ramps_run_over_time_and_may_bend() -> None:
    straight = velocity(velocities.ramp_velocities(range(10, 18), 1, 127))
    assert straight == sorted(straight)
    assert (straight[0], straight[-1]) == (1, 127)
    late = velocity(velocities.ramp_velocities(range(10, 18), 1, 127, 0.8))
    assert all(bent <= plain for bent, plain in zip(late, straight, strict=True))
    assert (late[0], late[-1]) == (1, 127)


def test_pr15_chance_is_the_same_for_the_same_seed() -> None:
    one, again, other = (velocity(velocities.scatter_velocities(range(10, 18), 20, seed)) for seed in (5, 5, 6))
    assert one == again
    assert one != other
    assert all(abs(now - before) <= 20 for now, before in zip(one, (40, 48, 56, 72, 80, 88, 96), strict=True))
