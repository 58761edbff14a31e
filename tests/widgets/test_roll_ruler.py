"""The ruler: seek, bars for generation, loop; and the wheel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.song.ticks import Span
from tests.canvas_songs import BAR, CTRL, NONE, SHIFT, STEP, PreviewingSound, click, drag, moved, shown_roll
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
    drag(roll.view.ruler, at(roll, 500, LOWER), at(roll, BAR - 500, LOWER), CTRL | SHIFT)
    assert roll.session.selection.note_ids == {10, 11, 12, 20, 30}


def test_pr28_a_drag_above_sets_the_loop_and_its_ends_can_be_dragged(roll: Roll) -> None:
    ruler = roll.view.ruler
    drag(ruler, at(roll, 20, UPPER), at(roll, BAR + 30, UPPER))
    assert roll.session.loop == Span(0, BAR)
    drag(ruler, at(roll, BAR, UPPER), at(roll, BAR + 2 * STEP, UPPER))
    assert roll.session.loop == Span(0, BAR + 2 * STEP)
    drag(ruler, at(roll, 2000, UPPER), at(roll, 2000 + STEP, UPPER))
    assert roll.session.loop == Span(STEP, BAR + 3 * STEP)


def test_pr28_a_loop_is_never_shorter_than_a_grid_step(roll: Roll) -> None:
    roll.session.set_loop(Span(BAR, 2 * BAR))
    drag(roll.view.ruler, at(roll, 2 * BAR, UPPER), at(roll, 0, UPPER))
    assert roll.session.loop == Span(BAR, BAR + STEP)


def test_pr28_a_double_click_on_the_brace_ends_the_loop(roll: Roll) -> None:
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


def test_the_thumb_at_the_side_scrolls_pitches(roll: Roll) -> None:
    thumb = roll.view.thumb
    assert thumb.isVisible()
    before = roll.state.viewport.top_pitch
    middle = thumb.thumb().center().toPoint()
    drag(thumb, middle, middle + QPoint(0, 40))
    assert roll.state.viewport.top_pitch < before - 5
    drag(thumb, thumb.thumb().center().toPoint(), QPoint(6, -500))
    assert roll.state.viewport.top_pitch == 128


def test_the_key_of_the_row_under_the_pointer_is_lit(roll: Roll) -> None:
    keys, view = roll.view.keys, roll.state.viewport
    middle = QPoint(10, round(view.y_of(71) + view.row_px / 2))
    before = keys.grab().toImage().pixelColor(middle)
    moved(roll.view.canvas, QPointF(300, view.y_of(71) + 8), button=Qt.MouseButton.NoButton)
    assert roll.state.hovered_pitch == 71
    assert keys.grab().toImage().pixelColor(middle) != before


class Exposed(QObject):
    """Collects what was repainted of a widget."""

    def __init__(self) -> None:
        super().__init__()
        self.widths: list[int] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.widths.append(sum(rect.width() for rect in event.region()))
        return False


def test_a_moving_playhead_repaints_strips_of_a_few_pixels(roll: Roll, qtbot: QtBot) -> None:
    canvas = roll.view.canvas
    roll.show_playing(1200, False)
    qtbot.wait(20)
    exposed = Exposed()
    canvas.installEventFilter(exposed)
    roll.show_playing(1300, False)
    qtbot.waitUntil(lambda: bool(exposed.widths))
    assert max(exposed.widths) <= 12
    canvas.removeEventFilter(exposed)
