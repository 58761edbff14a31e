"""Scrolling moves what is on the screen: whatever was scrolled, the screen shows what painting everything anew shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.song.ticks import Span
from tests.canvas_songs import many_notes, shown_roll
from widgets.panels.roll import Roll
from widgets.piano_roll.tiles import shift


@pytest.fixture
def roll(qtbot: QtBot) -> Roll:
    made = shown_roll(qtbot, many_notes(2000))
    made.session.select(cursor_tick=4 * 3840)
    made.state.look(made.state.viewport.shown_from(3 * 3840))
    on_screen(made)
    return made


def on_screen(roll: Roll) -> QImage:
    """The pixels of the window as they were last painted or moved."""
    for _ in range(3):
        QApplication.processEvents()
    screen = roll.screen()
    return screen.grabWindow(roll.window().winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)


@pytest.mark.parametrize("by", [(40.0, 0.0), (-35.0, 0.0), (0.0, 48.0), (160.0, -16.0), (4000.0, 0.0), (0.37, 0.0)])
def test_the_screen_after_a_scroll_is_the_picture_painted_anew(roll: Roll, by: tuple[float, float]) -> None:
    before = on_screen(roll)
    for _ in range(3):
        roll.state.look(roll.state.viewport.scrolled(*by))
    moved = on_screen(roll)
    roll.view.canvas.update()
    assert moved == on_screen(roll)
    assert moved != before


def test_marks_of_the_view_are_painted_anew(roll: Roll) -> None:
    """Handles of a selection, a region and the ring of the keyboard stand where they belong after a scroll."""
    roll.commands.select_all()
    roll.session.select(bars=Span(4 * 3840, 6 * 3840))
    on_screen(roll)
    roll.state.look(roll.state.viewport.scrolled(77.0))
    moved = on_screen(roll)
    roll.view.canvas.update()
    assert moved == on_screen(roll)


def test_only_scrolls_by_whole_pixels_within_the_view_move_its_picture(roll: Roll) -> None:
    view = roll.state.viewport
    assert shift(view, view.scrolled(40.0, 32.0)) == (-40, -32)
    assert shift(view, view.zoomed_time(1.15, 100)) is None
    assert shift(view, view.resized(view.width_px + 1, view.height_px)) is None
    assert shift(view, view.scrolled(view.width_px + 1.0)) is None
    fine = replace(view, dpr=1.5)
    assert shift(fine, fine.scrolled(1.0)) in (None, (-1, 0))
