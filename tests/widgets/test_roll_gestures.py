"""Real mouse events on the canvas become selections and edits, one undo step each."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio.edits import notes
from studio.song.notes import Note
from tests.canvas_songs import (
    ALT,
    BAR,
    CTRL,
    MIDDLE,
    NONE,
    RIGHT,
    SHIFT,
    STEP,
    PreviewingSound,
    click,
    drag,
    moved,
    point,
    shown_roll,
)
from widgets.panels.roll import Roll
from widgets.piano_roll.canvas import Canvas


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    return shown_roll(qtbot)


def note(roll: Roll, note_id: int) -> Note:
    found = roll.state.notes.note(note_id)
    assert found is not None
    return found


def canvas_of(roll: Roll) -> Canvas:
    return roll.view.canvas


def test_a_click_selects_one_note_and_is_heard(roll: Roll) -> None:
    canvas = canvas_of(roll)
    click(canvas, point(canvas, 400, 72))
    assert roll.session.selection.note_ids == {10}
    sound = roll.session.sound
    assert isinstance(sound, PreviewingSound)
    assert sound.heard() == [(1, 72, 100)]
    assert sound.calls[-1] == ("stop preview", None)


def test_control_toggles_and_shift_extends(roll: Roll) -> None:
    canvas = canvas_of(roll)
    click(canvas, point(canvas, 400, 72))
    click(canvas, point(canvas, 2300, 75), CTRL)
    assert roll.session.selection.note_ids == {10, 12}
    click(canvas, point(canvas, 400, 72), CTRL)
    assert roll.session.selection.note_ids == {12}
    click(canvas, point(canvas, 400, 72), SHIFT)
    assert roll.session.selection.note_ids == {10, 11, 12}


def test_a_click_beside_notes_lets_go_and_places_the_cursor_on_the_grid(roll: Roll) -> None:
    canvas = canvas_of(roll)
    click(canvas, point(canvas, 400, 72))
    click(canvas, point(canvas, 1000, 80))
    assert roll.session.selection.note_ids == frozenset()
    assert roll.session.selection.cursor_tick == 960


def test_a_rubber_band_selects_what_it_touches_and_shift_adds(roll: Roll) -> None:
    canvas = canvas_of(roll)
    drag(canvas, point(canvas, 800, 76), point(canvas, 2000, 74))
    assert roll.session.selection.note_ids == {11, 12}
    drag(canvas, point(canvas, BAR - 200, 80), point(canvas, BAR + 200, 78), SHIFT)
    assert roll.session.selection.note_ids == {11, 12, 13}
    drag(canvas, point(canvas, 800, 76), point(canvas, 2000, 74), ALT)
    assert roll.session.selection.note_ids == {13}


def test_dragging_a_note_moves_it_by_grid_steps_in_one_undo_step(roll: Roll) -> None:
    canvas = canvas_of(roll)
    drag(canvas, point(canvas, 400, 72), point(canvas, 400 + 2 * STEP + 50, 77))
    assert (note(roll, 10).start_tick, note(roll, 10).pitch) == (2 * STEP, 77)
    assert roll.session.history.labels == ("Move 1 note",)
    roll.session.undo()
    assert (note(roll, 10).start_tick, note(roll, 10).pitch) == (0, 72)


def test_a_drag_shows_a_ghost_and_changes_nothing_before_release(roll: Roll) -> None:
    canvas = canvas_of(roll)
    song = roll.session.song
    start, end = point(canvas, 400, 72), point(canvas, 400 + STEP, 75)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, NONE, start)
    moved(canvas, QPointF(end))
    assert roll.session.song is song
    assert roll.state.faded == {10}
    assert canvas.is_busy
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, NONE, end)
    assert roll.session.song is song
    assert roll.state.faded == frozenset()


def test_every_pitch_passed_over_is_heard(roll: Roll) -> None:
    canvas = canvas_of(roll)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, NONE, point(canvas, 400, 72))
    for pitch in (73, 74):
        moved(canvas, QPointF(point(canvas, 400, pitch)))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, NONE, point(canvas, 400, 74))
    sound = roll.session.sound
    assert isinstance(sound, PreviewingSound)
    assert sound.heard() == [(1, 72, 100), (1, 73, 100), (1, 74, 100)]


def test_the_selection_moves_together_and_stops_at_the_edges_as_a_whole(roll: Roll) -> None:
    canvas = canvas_of(roll)
    roll.commands.select_all()
    drag(canvas, point(canvas, 2300, 75), point(canvas, 2300 - 5 * STEP, 76))
    assert [note(roll, i).start_tick for i in (10, 11, 12, 13)] == [0, 960, 1920, BAR]
    assert [note(roll, i).pitch for i in (10, 11, 12, 13)] == [73, 75, 76, 80]


def test_shift_locks_the_stronger_axis(roll: Roll) -> None:
    canvas = canvas_of(roll)
    drag(canvas, point(canvas, 400, 72), point(canvas, 400 + 4 * STEP, 74), SHIFT)
    assert (note(roll, 10).start_tick, note(roll, 10).pitch) == (4 * STEP, 72)


def test_alt_bypasses_the_grid(roll: Roll) -> None:
    canvas = canvas_of(roll)
    start = point(canvas, 400, 72)
    drag(canvas, start, start + QPoint(7, 0), ALT)
    assert note(roll, 10).start_tick == 84


def test_control_drag_copies(roll: Roll) -> None:
    canvas = canvas_of(roll)
    drag(canvas, point(canvas, 400, 72), point(canvas, 400 + 2 * BAR, 72), CTRL)
    assert note(roll, 10).start_tick == 0
    assert roll.session.selection.note_ids == {100}
    assert note(roll, 100).start_tick == 2 * BAR
    assert roll.session.history.labels == ("Copy 1 note",)


def test_edges_resize_by_grid_lines_and_never_below_one_step(roll: Roll) -> None:
    canvas = canvas_of(roll)
    edge = point(canvas, 960, 72) - QPoint(2, 0)
    drag(canvas, edge, edge - QPoint(2 * STEP // 12, 0))
    assert note(roll, 10).length_ticks == 480
    edge = point(canvas, 480, 72) - QPoint(2, 0)
    drag(canvas, edge, edge - QPoint(300, 0))
    assert note(roll, 10).length_ticks == STEP
    start = point(canvas, 1920, 75) + QPoint(2, 0)
    drag(canvas, start, start + QPoint(STEP // 12, 0))
    assert (note(roll, 12).start_tick, note(roll, 12).length_ticks) == (1920 + STEP, 720)


def test_double_click_adds_and_deletes(roll: Roll) -> None:
    canvas = canvas_of(roll)
    place = point(canvas, 2 * BAR + 100, 70)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, NONE, place)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, NONE, place)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, NONE, place)
    added = note(roll, 100)
    assert (added.start_tick, added.pitch, added.length_ticks) == (2 * BAR, 70, STEP)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, NONE, place)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, NONE, place)
    assert roll.state.notes.note(100) is None


def test_the_draw_tool_adds_with_the_last_length_and_a_drag_sets_it(roll: Roll) -> None:
    canvas = canvas_of(roll)
    click(canvas, point(canvas, 1100, 74))
    roll.set_tool("draw")
    click(canvas, point(canvas, 2 * BAR + 10, 74))
    assert (note(roll, 100).length_ticks, note(roll, 100).velocity) == (480, 60)
    drag(canvas, point(canvas, 2 * BAR + 20, 70), point(canvas, 2 * BAR + 3 * STEP + 10, 70))
    assert (note(roll, 101).start_tick, note(roll, 101).length_ticks) == (2 * BAR, 3 * STEP)
    assert roll.session.selection.note_ids == {101}


def test_right_click_erases_in_the_draw_tool_only_when_it_hits(roll: Roll) -> None:
    canvas = canvas_of(roll)
    roll.set_tool("draw")
    click(canvas, point(canvas, 400, 90), button=RIGHT)
    assert len(roll.state.notes) == 4
    click(canvas, point(canvas, 400, 72), button=RIGHT)
    assert roll.state.notes.note(10) is None


def test_right_click_selects_the_note_first_and_asks_for_the_menu(roll: Roll) -> None:
    canvas = canvas_of(roll)
    asked: list[QPoint] = []
    roll.view.intents.menu_asked.listen(asked.append)
    click(canvas, point(canvas, 400, 72), button=RIGHT)
    assert roll.session.selection.note_ids == {10}
    assert len(asked) == 1
    assert len(roll.state.notes) == 4
    (menu,) = roll.findChildren(QMenu)
    assert any(action.text().startswith("Quantise") for action in menu.actions())
    menu.close()


def test_the_eraser_takes_all_it_passes_in_one_step(roll: Roll) -> None:
    canvas = canvas_of(roll)
    roll.session.do(notes.move([11], 0, -2))
    roll.set_tool("erase")
    drag(canvas, point(canvas, 200, 72), point(canvas, 1300, 72))
    assert [n.id for n in roll.state.notes] == [12, 13]
    roll.session.undo()
    assert [n.id for n in roll.state.notes] == [10, 11, 12, 13]


def test_locked_notes_stay_and_say_so(roll: Roll, qtbot: QtBot) -> None:
    canvas = canvas_of(roll)
    said: list[str] = []
    roll.session.said.listen(lambda text, _is_error: said.append(text))
    roll.session.do(notes.set_locked([10], True))
    drag(canvas, point(canvas, 400, 72), point(canvas, 400 + BAR, 72))
    assert note(roll, 10).start_tick == 0
    assert "Unlock" in said[-1]
    moved(canvas, QPointF(point(canvas, 400, 72)), button=Qt.MouseButton.NoButton)
    assert canvas.cursor().shape() == Qt.CursorShape.ForbiddenCursor


def test_the_cursor_tells_what_a_press_would_do(roll: Roll) -> None:
    canvas = canvas_of(roll)
    shapes = Qt.CursorShape
    for tick, pitch, shape in ((400, 72, shapes.SizeAllCursor), (940, 72, shapes.SizeHorCursor), (400, 90, shapes.ArrowCursor)):
        moved(canvas, QPointF(point(canvas, tick, pitch)), button=Qt.MouseButton.NoButton)
        assert canvas.cursor().shape() == shape
    roll.set_tool("draw")
    assert canvas.cursor().shape() == shapes.BitmapCursor


def test_middle_drag_pans(roll: Roll) -> None:
    canvas = canvas_of(roll)
    before = roll.state.viewport
    drag(canvas, QPoint(400, 200), QPoint(300, 160), button=MIDDLE)
    after = roll.state.viewport
    assert after.left_tick == pytest.approx(before.left_tick + 100 * before.ticks_per_px)
    assert after.top_pitch == pytest.approx(before.top_pitch - 40 / before.row_px)
    assert roll.session.history.labels == ()


def test_a_double_click_on_a_ghost_brings_its_track_to_the_front(roll: Roll) -> None:
    canvas = canvas_of(roll)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, NONE, point(canvas, 3000, 67))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, NONE, point(canvas, 3000, 67))
    assert roll.session.selection.track_id == 2
    assert roll.state.notes.note(20) is not None


def test_moving_onto_a_note_merges_and_says_so(roll: Roll) -> None:
    said: list[str] = []
    roll.session.said.listen(lambda text, _is_error: said.append(text))
    canvas = canvas_of(roll)
    drag(canvas, point(canvas, 400, 72), point(canvas, 400 + 960, 74))
    assert len(roll.state.notes) == 3
    assert said == ["1 note fell on notes already there and became one with them."]
