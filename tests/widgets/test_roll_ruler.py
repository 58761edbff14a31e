"""The ruler: seek, bars for generation, loop; and the wheel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.song.ticks import Span
from tests.canvas_songs import BAR, CTRL, NONE, SHIFT, STEP, PreviewingSound, click, drag, shown_roll
from widgets.panels.roll import Roll

UPPER, LOWER = 4, 20


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    return shown_roll(qtbot)


def at(roll: Roll, tick: float, y: int) -> QPoint:
    return QPoint(round(roll.state.viewport.x_of(tick)), y)


def wheel(widget: QWidget, at_: QPoint, notches: int, keys: Qt.KeyboardModifier = NONE) -> None:
    centre = QPointF(at_)
    turned = QPoint(0, 120 * notches)
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(centre, widget.mapToGlobal(centre), QPoint(), turned, buttons, keys, phase, False)
    QApplication.sendEvent(widget, event)


def test_a_click_seeks_to_the_grid(roll: Roll) -> None:
    click(roll.view.ruler, at(roll, 1000, LOWER))
    sound = roll.session.sound
    assert isinstance(sound, PreviewingSound)
    assert sound.calls[-1] == ("seek", 960)
    assert roll.state.playhead_tick == 960
    assert roll.session.selection.cursor_tick == 960


def test_a_drag_below_selects_whole_bars(roll: Roll) -> None:
    drag(roll.view.ruler, at(roll, 500, LOWER), at(roll, BAR + 500, LOWER))
    assert roll.session.selection.bars == Span(0, 2 * BAR)
    assert roll.state.region == Span(0, 2 * BAR)


def test_a_control_drag_below_selects_the_notes_in_those_bars(roll: Roll) -> None:
    drag(roll.view.ruler, at(roll, 500, LOWER), at(roll, BAR - 500, LOWER), CTRL)
    assert roll.session.selection.note_ids == {10, 11, 12}


def test_a_drag_above_sets_the_loop_and_its_ends_can_be_dragged(roll: Roll) -> None:
    ruler = roll.view.ruler
    drag(ruler, at(roll, 20, UPPER), at(roll, BAR + 30, UPPER))
    assert roll.session.loop == Span(0, BAR)
    drag(ruler, at(roll, BAR, UPPER), at(roll, BAR + 2 * STEP, UPPER))
    assert roll.session.loop == Span(0, BAR + 2 * STEP)
    drag(ruler, at(roll, 2000, UPPER), at(roll, 2000 + STEP, UPPER))
    assert roll.session.loop == Span(STEP, BAR + 3 * STEP)


def test_a_loop_is_never_shorter_than_a_grid_step(roll: Roll) -> None:
    roll.session.set_loop(Span(BAR, 2 * BAR))
    drag(roll.view.ruler, at(roll, 2 * BAR, UPPER), at(roll, 0, UPPER))
    assert roll.session.loop == Span(BAR, BAR + STEP)


def test_a_double_click_on_the_brace_ends_the_loop(roll: Roll) -> None:
    roll.session.set_loop(Span(0, BAR))
    QTest.mouseDClick(roll.view.ruler, Qt.MouseButton.LeftButton, NONE, at(roll, BAR // 2, UPPER))
    assert roll.session.loop is None


def test_the_wheel_scrolls_and_zooms_about_the_pointer(roll: Roll) -> None:
    canvas = roll.view.canvas
    roll.state.look(roll.state.viewport.shown_from(BAR))
    before = roll.state.viewport
    wheel(canvas, QPoint(300, 200), -1)
    assert roll.state.viewport.top_pitch == pytest.approx(before.top_pitch - 3)
    wheel(canvas, QPoint(300, 200), -1, SHIFT)
    assert roll.state.viewport.left_tick > before.left_tick
    under = roll.state.viewport.tick_at(300)
    wheel(canvas, QPoint(300, 200), 2, CTRL)
    assert roll.state.viewport.ticks_per_px == pytest.approx(before.ticks_per_px / 1.15**2)
    assert roll.state.viewport.tick_at(300) == pytest.approx(under)
    wheel(canvas, QPoint(300, 200), 1, CTRL | SHIFT)
    assert roll.state.viewport.row_px == pytest.approx(before.row_px * 1.15)


def test_the_view_turns_pages_while_playing_and_rests_after_a_scroll_by_hand(roll: Roll) -> None:
    view = roll.state.viewport
    far = round(view.tick_at(view.width_px)) + 100
    roll.show_playing(far, True)
    assert roll.state.viewport.left_tick > 0
    paged = roll.state.viewport
    wheel(roll.view.canvas, QPoint(300, 200), 3, SHIFT)
    by_hand = roll.state.viewport
    assert by_hand != paged
    roll.show_playing(far + 200_000, True)
    assert roll.state.viewport == by_hand


def test_keys_beside_the_rows_are_heard(roll: Roll) -> None:
    keys = roll.view.keys
    view = roll.state.viewport
    click(keys, QPoint(20, round(view.y_of(72) + view.row_px / 2)))
    sound = roll.session.sound
    assert isinstance(sound, PreviewingSound)
    assert sound.heard() == [(1, 72, 96)]
