"""Stems under the roll are dragged and drawn over with the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from studio.edits import notes
from tests.canvas_songs import ALT, BAR, SHIFT, drag, shown_roll
from widgets.panels.roll import Roll
from widgets.piano_roll.velocity import VelocityLane


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    return shown_roll(qtbot)


def place(lane: VelocityLane, tick: int, velocity: float) -> QPoint:
    return QPoint(round(lane.state.viewport.x_of(tick)), round(lane.y_of(velocity)))  # type: ignore[arg-type, call-overload]


def velocities(roll: Roll) -> list[int]:
    return [note.velocity for note in roll.state.notes]


def test_height_and_velocity_agree(roll: Roll) -> None:
    lane = roll.view.velocity
    for velocity in (1, 33, 64, 127):
        assert abs(lane.velocity_at(lane.y_of(velocity)) - velocity) <= 1  # type: ignore[arg-type]
    assert lane.velocity_at(-100) == 127
    assert lane.velocity_at(1000) == 1


def test_dragging_a_head_changes_that_note_in_one_step(roll: Roll) -> None:
    lane = roll.view.velocity
    drag(lane, place(lane, 0, 100), place(lane, 0, 40))
    assert abs(velocities(roll)[0] - 40) <= 2
    assert velocities(roll)[1:] == [60, 90, 80]
    assert roll.session.history.labels == ("Set velocity of 1 note",)


def test_selected_notes_keep_their_differences(roll: Roll) -> None:
    lane = roll.view.velocity
    roll.session.select(frozenset((10, 11)))
    drag(lane, place(lane, 0, 100), place(lane, 0, 80))
    after = velocities(roll)
    assert after[0] - after[1] == 40
    assert after[2:] == [90, 80]


def test_drawing_over_stems_follows_the_hand(roll: Roll) -> None:
    lane = roll.view.velocity
    drag(lane, place(lane, -200, 20), place(lane, BAR + 300, 120))
    after = velocities(roll)
    assert after == sorted(after)
    assert after[0] < 35
    assert after[-1] > 105


def test_shift_draws_a_straight_ramp_over_the_selection_only(roll: Roll) -> None:
    lane = roll.view.velocity
    roll.session.select(frozenset((11, 12)))
    drag(lane, place(lane, 500, 10), place(lane, 2400, 110), SHIFT)
    after = velocities(roll)
    assert (after[0], after[3]) == (100, 80)
    assert after[1] < after[2]


def test_pr15_alt_drags_by_share(roll: Roll) -> None:
    lane = roll.view.velocity
    roll.session.select(frozenset((10, 11)))
    drag(lane, place(lane, 0, 100), place(lane, 0, 50), ALT)
    after = velocities(roll)
    assert abs(after[0] - 50) <= 2
    assert abs(after[1] - 30) <= 2
    assert after[2:] == [90, 80]


def test_pr15_shift_and_alt_draw_a_curve_that_changes_late(roll: Roll) -> None:
    lane = roll.view.velocity
    ends = place(lane, -100, 20), place(lane, BAR + 100, 120)
    drag(lane, *ends, SHIFT)
    straight = velocities(roll)
    roll.session.undo()
    drag(lane, *ends, SHIFT | ALT)
    late = velocities(roll)
    assert late == sorted(late)
    assert all(bent < plain for bent, plain in zip(late[1:3], straight[1:3], strict=True))
    assert abs(late[3] - straight[3]) < 12


def test_pr15_recipes_act_on_the_selection_as_one_step(roll: Roll) -> None:
    roll.session.select(frozenset((10, 11, 12)))
    assert roll.shaping.apply("scale velocity", {"percent": 50})
    assert velocities(roll) == [50, 30, 45, 80]
    assert roll.shaping.apply("ramp velocity", {"first": 20, "last": 60, "bend": 0})
    assert velocities(roll) == [20, 40, 60, 80]
    assert roll.shaping.apply("scatter velocity", {"most": 10, "seed": 3})
    assert roll.session.history.labels == (
        "Scale velocity of 3 notes to 50 %",
        "Ramp velocity of 3 notes",
        "Randomise velocity of 3 notes",
    )


def test_locked_notes_keep_their_velocity(roll: Roll) -> None:
    lane = roll.view.velocity
    roll.session.do(notes.set_locked([10], True))
    drag(lane, place(lane, 0, 100), place(lane, 0, 40))
    assert velocities(roll)[0] == 100


def test_the_lane_is_folded_and_shown_again(roll: Roll) -> None:
    roll.toggle_velocity()
    assert not roll.view.velocity.isVisible()
    roll.toggle_velocity()
    assert roll.view.velocity.isVisible()
