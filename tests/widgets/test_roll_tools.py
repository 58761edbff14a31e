"""Tools that real presses and drags use on the canvas: lasso, paint, slice, glue, mute, lock, loudness, stretch."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.edits import notes
from studio.song.notes import Note
from tests.canvas_songs import ALT, BAR, LEFT, NONE, RIGHT, SHIFT, STEP, click, drag, moved, point, shown_roll
from widgets.panels.roll import Roll
from widgets.piano_roll.brushes import within
from widgets.piano_roll.canvas import Canvas
from widgets.piano_roll.stretching import handles
from widgets.piano_roll.tiles import aligned
from widgets.piano_roll.tool_strip import HINTS


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    return shown_roll(qtbot)


def note(roll: Roll, note_id: int) -> Note:
    found = roll.state.notes.note(note_id)
    assert found is not None
    return found


def through(canvas: Canvas, places: list[QPoint], keys: Qt.KeyboardModifier = NONE) -> None:
    """A drag with its button held through all the places."""
    QTest.mousePress(canvas, LEFT, keys, places[0])
    for place in places[1:]:
        moved(canvas, QPointF(place), keys)
    QTest.mouseRelease(canvas, LEFT, keys, places[-1])


def test_pr01_a_lasso_selects_what_it_surrounds(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.set_tool("lasso")
    around = [point(canvas, *place) for place in ((900, 77), (2000, 77), (2000, 74), (1500, 73), (900, 73), (900, 76))]
    through(canvas, around)
    assert roll.session.selection.note_ids == {11, 12}
    beside = [point(canvas, *place) for place in ((3600, 81), (5000, 81), (5000, 78), (3600, 78))]
    through(canvas, beside, SHIFT)
    assert roll.session.selection.note_ids == {11, 12, 13}
    through(canvas, around, ALT)
    assert roll.session.selection.note_ids == {13}


def test_points_within_a_line() -> None:
    corner = np.array([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 4.0), (2.0, 2.0), (0.0, 2.0)])
    x, y = np.array([1.0, 3.0, 1.0, 5.0]), np.array([1.0, 3.0, 3.0, 1.0])
    assert within(corner, x, y).tolist() == [True, True, False, False]


def test_pr03_paint_lays_a_note_on_every_grid_step_and_undoes_in_one(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.set_tool("paint")
    drag(canvas, point(canvas, 2 * BAR + 10, 70), point(canvas, 2 * BAR + 4 * STEP + 10, 70))
    added = [roll.state.notes.note(i) for i in sorted(roll.session.selection.note_ids)]
    assert [(n.start_tick, n.length_ticks, n.pitch) for n in added] == [(2 * BAR + i * STEP, STEP, 70) for i in range(5)]
    assert roll.session.history.labels == ("Paint 5 notes",)
    roll.session.undo()
    assert len(roll.state.notes) == 4


def test_pr03_paint_follows_the_hand_and_shift_keeps_the_pitch(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.set_tool("paint")
    places = [point(canvas, 2 * BAR + step * STEP + 10, 70 + step) for step in range(4)]
    through(canvas, places)
    assert sorted(note(roll, i).pitch for i in roll.session.selection.note_ids) == [70, 71, 72, 73]
    roll.session.undo()
    through(canvas, places, SHIFT)
    assert {note(roll, i).pitch for i in roll.session.selection.note_ids} == {70}


def test_pr03_paint_leaves_notes_alone_and_right_erases(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.set_tool("paint")
    drag(canvas, point(canvas, 10, 72), point(canvas, 900, 72))
    assert roll.session.history.labels == ()
    click(canvas, point(canvas, 400, 72), button=RIGHT)
    assert roll.state.notes.note(10) is None


def test_pr05_slice_cuts_on_the_grid_under_the_hand(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.set_tool("slice")
    click(canvas, point(canvas, 500, 72))
    assert [n.length_ticks for n in roll.state.notes if n.pitch == 72] == [480, 480]
    assert {n.velocity for n in roll.state.notes if n.pitch == 72} == {100}
    click(canvas, point(canvas, 203, 72), ALT)
    assert 190 < note(roll, 10).length_ticks < 215


def test_pr05_slice_drags_across_several_rows(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.session.do(notes.move([12], -1920 + 240))
    roll.set_tool("slice")
    drag(canvas, point(canvas, 480, 78), point(canvas, 480, 70))
    assert len(roll.state.notes) == 6
    assert roll.session.history.labels[-1] == "Split 2 notes"


def test_pr05_glue_joins_a_note_with_the_next_of_its_pitch(roll: Roll, said: list[str]) -> None:
    canvas = roll.view.canvas
    roll.session.do(notes.split([10], 480))
    roll.set_tool("glue")
    click(canvas, point(canvas, 200, 72))
    assert note(roll, 10).length_ticks == 960
    click(canvas, point(canvas, 200, 72))
    assert "no later note" in said[-1]


def test_pr05_glue_joins_what_it_passes_over(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.session.do(notes.split([10], 240))
    roll.session.do(notes.split([100], 480))
    roll.set_tool("glue")
    drag(canvas, point(canvas, 100, 72), point(canvas, 900, 72))
    assert [n.length_ticks for n in roll.state.notes if n.pitch == 72] == [960]


def test_pr06_the_mute_brush_does_to_all_what_it_does_to_the_first(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.session.do(notes.move([11, 12], 0, 0))
    roll.session.do(notes.set_muted([11], True))
    roll.session.do(notes.move([11], 0, -2))
    roll.set_tool("mute")
    drag(canvas, point(canvas, 400, 72), point(canvas, 1300, 72))
    assert (note(roll, 10).is_muted, note(roll, 11).is_muted) == (True, True)
    drag(canvas, point(canvas, 400, 72), point(canvas, 1300, 72))
    assert (note(roll, 10).is_muted, note(roll, 11).is_muted) == (False, False)


def test_the_lock_brush_locks_and_what_is_locked_stays(roll: Roll, said: list[str]) -> None:
    canvas = roll.view.canvas
    roll.set_tool("lock")
    click(canvas, point(canvas, 400, 72))
    assert note(roll, 10).is_locked
    for tool in ("slice", "velocity", "erase"):
        roll.set_tool(tool)
        drag(canvas, point(canvas, 480, 72), point(canvas, 480, 72) + QPoint(0, 6))
        assert "Unlock" in said.pop()
    roll.set_tool("lock")
    click(canvas, point(canvas, 400, 72))
    assert not note(roll, 10).is_locked


def test_the_loudness_tool_drags_velocities_of_the_selection(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.session.select(frozenset((10, 11)))
    roll.set_tool("velocity")
    drag(canvas, point(canvas, 400, 72), point(canvas, 400, 72) - QPoint(0, 15))
    assert (note(roll, 10).velocity, note(roll, 11).velocity) == (110, 70)
    drag(canvas, point(canvas, 400, 72), point(canvas, 400, 72) + QPoint(0, 3000))
    assert (note(roll, 10).velocity, note(roll, 11).velocity) == (1, 1)


def test_pr19_the_handle_beside_a_selection_stretches_it(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.session.select(frozenset((10, 11)))
    start, end = handles(roll.state, aligned(roll.state.viewport))
    grip = end.place.center().toPoint()
    drag(canvas, grip, grip + QPoint(1440 // 12, 0))
    assert [(n.start_tick, n.length_ticks) for n in (note(roll, 10), note(roll, 11))] == [(0, 1920), (1920, 960)]
    assert roll.session.history.labels == ("Stretch 2 notes",)
    roll.session.undo()
    assert [(n.start_tick, n.length_ticks) for n in (note(roll, 10), note(roll, 11))] == [(0, 960), (960, 480)]
    assert start.is_start
    assert handles(roll.state, aligned(roll.state.viewport))[1].place == end.place


def test_pr19_shift_on_the_edge_of_a_note_stretches_the_selection(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.session.select(frozenset((10, 11)))
    edge = point(canvas, 1440, 74) - QPoint(2, 0)
    drag(canvas, edge, edge - QPoint(720 // 12, 0), SHIFT)
    assert [(n.start_tick, n.length_ticks) for n in (note(roll, 10), note(roll, 11))] == [(0, 480), (480, 240)]


def test_pr19_one_note_has_no_handles(roll: Roll) -> None:
    roll.session.select(frozenset((10,)))
    assert handles(roll.state, aligned(roll.state.viewport)) == ()


def test_alt_and_the_wheel_over_a_note_change_its_loudness_in_one_step(roll: Roll) -> None:
    canvas = roll.view.canvas
    at = QPointF(point(canvas, 400, 72))
    for turn in (QPoint(0, 120), QPoint(120, 0), QPoint(0, 120)):
        wheel = QWheelEvent(
            at, canvas.mapToGlobal(at), QPoint(), turn, Qt.MouseButton.NoButton, ALT, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(canvas, wheel)
    assert note(roll, 10).velocity == 103
    assert roll.session.history.labels == ("Change velocity of 1 note",)


@pytest.mark.parametrize("tool", HINTS)
def test_every_tool_has_a_button_a_hint_with_its_key_and_a_pointer_of_its_own(roll: Roll, tool: str) -> None:
    roll.view.tools.buttons[tool].click()
    assert roll.tool == tool
    assert roll.view.tools.buttons[tool].isChecked()
    assert HINTS[tool].endswith(")")
    canvas = roll.view.canvas
    moved(canvas, QPointF(point(canvas, 400, 90)), button=Qt.MouseButton.NoButton)
    assert (canvas.cursor().shape() == Qt.CursorShape.ArrowCursor) == (tool == "select")


@pytest.mark.parametrize("tool", HINTS)
def test_escape_gives_every_gesture_up(roll: Roll, tool: str) -> None:
    canvas, song = roll.view.canvas, roll.session.song
    roll.set_tool(tool)
    QTest.mousePress(canvas, LEFT, NONE, point(canvas, 400, 72))
    moved(canvas, QPointF(point(canvas, 1300, 74)))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, NONE, point(canvas, 1300, 74))
    assert roll.session.song is song
    assert roll.state.faded == frozenset()
    assert not canvas.is_busy
