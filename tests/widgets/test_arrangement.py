"""The strip over the roll: its window is dragged and stretched, sections are chosen, lanes are drawn once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.edits import notes
from studio.song.ticks import Span
from tests.canvas_songs import BAR, NONE, click, drag, many_notes, session_with, shown_roll, small_song
from widgets.arrangement.view import SECTIONS_PX, ArrangementView
from widgets.panels.arrange import Arrange
from widgets.panels.roll import Roll


class Pair:
    """A strip that moves a roll."""

    def __init__(self, qtbot: QtBot) -> None:
        self.roll: Roll = shown_roll(qtbot)
        self.arrange = Arrange(self.roll.session)
        qtbot.addWidget(self.arrange)
        self.arrange.show_roll(self.roll.state)
        self.arrange.resize(900, 119)
        self.arrange.show()
        qtbot.waitExposed(self.arrange)
        # Near enough that the window covers a part of the song only.
        view = self.roll.state.viewport
        self.roll.state.look(view.fitted(Span(0, BAR), 0))

    @property
    def view(self) -> ArrangementView:
        return self.arrange.view


@pytest.fixture
def pair(qtbot: QtBot) -> Pair:
    return Pair(qtbot)


def test_the_window_lies_where_the_roll_looks(pair: Pair) -> None:
    rect = pair.view.window_rect()
    assert rect.left() == pytest.approx(0, abs=1.5)
    assert rect.right() == pytest.approx(pair.view.x_of(BAR), abs=1.5)


def test_dragging_the_window_moves_the_roll(pair: Pair) -> None:
    rect = pair.view.window_rect()
    middle = rect.center().toPoint()
    drag(pair.view, middle, middle + QPoint(100, 0))
    assert pair.roll.state.viewport.left_tick == pytest.approx(pair.view.tick_at(100), rel=0.02)
    assert pair.roll.session.history.labels == ()


def test_stretching_an_edge_zooms_and_keeps_the_other_edge(pair: Pair) -> None:
    rect = pair.view.window_rect()
    edge = QPoint(round(rect.right()), round(rect.center().y()))
    drag(pair.view, edge, edge + QPoint(round(rect.width()), 0))
    view = pair.roll.state.viewport
    assert view.left_tick == 0
    assert view.tick_at(view.width_px) == pytest.approx(2 * BAR, rel=0.03)


def test_a_click_beside_the_window_centres_it_there(pair: Pair) -> None:
    click(pair.view, QPoint(600, 80))
    view = pair.roll.state.viewport
    assert view.tick_at(view.width_px / 2) == pytest.approx(pair.view.tick_at(600), rel=0.02)


def test_a_click_on_a_section_selects_its_bars(pair: Pair) -> None:
    assert [marker.text for marker, _ in pair.view.sections()] == ["A", "B"]
    click(pair.view, QPoint(round(pair.view.x_of(BAR + 500)), SECTIONS_PX // 2))
    assert pair.roll.session.selection.bars == Span(BAR, 2 * BAR)


def test_a_double_click_on_a_lane_brings_its_track_to_the_front(pair: Pair) -> None:
    place = QPoint(50, round(pair.view.lanes_top + 1.5 * pair.view.lane_px))
    QTest.mouseDClick(pair.view, Qt.MouseButton.LeftButton, NONE, place)
    assert pair.roll.session.selection.track_id == 2


def test_an_edit_redraws_one_lane(pair: Pair) -> None:
    pair.view.grab()
    before = pair.view.lanes.drawn
    pair.roll.session.do(notes.set_velocities({10: 5}))
    pair.view.grab()
    assert pair.view.lanes.drawn == before + 1
    pair.roll.state.look(pair.roll.state.viewport.scrolled(50))
    pair.view.grab()
    assert pair.view.lanes.drawn == before + 1


def test_the_strip_stands_alone_too_and_forgets_when_closed(qtbot: QtBot) -> None:
    session = session_with(small_song())
    arrange = Arrange(session)
    qtbot.addWidget(arrange)
    arrange.resize(600, 119)
    arrange.show()
    listening = len(session.song_changed)
    session.do(notes.remove([10]))
    assert arrange.view.state.song is session.song
    arrange.close()
    assert len(session.song_changed) == listening - 1
    assert len(arrange.view.state.shown_changed) == 0


def test_many_tracks_and_many_notes_fit(qtbot: QtBot) -> None:
    session = session_with(many_notes(6_000))
    arrange = Arrange(session)
    qtbot.addWidget(arrange)
    arrange.resize(600, 119)
    image = arrange.grab().toImage()
    colours = {image.pixelColor(x, 70).name() for x in range(0, 560, 3)}
    assert len(colours) > 2
