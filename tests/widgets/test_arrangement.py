"""The strip over the roll: its window is dragged and stretched, sections are chosen, lanes are drawn once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from studio.edits import notes
from studio.song.ticks import Span
from tests.canvas_songs import BAR, CTRL, NONE, SHIFT, click, drag, many_notes, moved, session_with, shown_roll, small_song
from widgets.arrangement.section_bar import SECTIONS_PX
from widgets.arrangement.section_menu import section_menu
from widgets.arrangement.view import ArrangementView
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


def test_pr30_dragging_the_window_moves_the_roll(pair: Pair) -> None:
    rect = pair.view.window_rect()
    middle = rect.center().toPoint()
    drag(pair.view, middle, middle + QPoint(100, 0))
    assert pair.roll.state.viewport.left_tick == pytest.approx(pair.view.tick_at(100), rel=0.02)
    assert pair.roll.session.history.labels == ()


def test_pr30_stretching_an_edge_zooms_and_keeps_the_other_edge(pair: Pair) -> None:
    rect = pair.view.window_rect()
    edge = QPoint(round(rect.right()), round(rect.center().y()))
    drag(pair.view, edge, edge + QPoint(round(rect.width()), 0))
    view = pair.roll.state.viewport
    assert view.left_tick == 0
    assert view.tick_at(view.width_px) == pytest.approx(2 * BAR, rel=0.03)


def test_pr30_a_click_beside_the_window_centres_it_there(pair: Pair) -> None:
    click(pair.view, QPoint(600, 80))
    view = pair.roll.state.viewport
    assert view.tick_at(view.width_px / 2) == pytest.approx(pair.view.tick_at(600), rel=0.02)


def test_pr27_a_click_on_a_section_selects_its_bars(pair: Pair) -> None:
    assert [marker.text for marker, _ in pair.view.bar.sections()] == ["A", "B"]
    click(pair.view.bar, QPoint(round(pair.view.x_of(BAR + 500)), SECTIONS_PX // 2))
    assert pair.roll.session.selection.bars == Span(BAR, 2 * BAR)


def section_place(pair: Pair, tick: float) -> QPoint:
    return QPoint(round(pair.view.x_of(tick)), SECTIONS_PX // 2)


def section_names(pair: Pair) -> list[tuple[int, str]]:
    return [(marker.tick // BAR, marker.text) for marker in pair.roll.session.song.timeline.markers]


def test_pr27_a_dragged_section_takes_its_music_along(pair: Pair) -> None:
    before = pair.roll.session.song
    drag(pair.view.bar, section_place(pair, BAR + 900), section_place(pair, 10))
    assert section_names(pair) == [(0, "B"), (1, "A")]
    assert [note.pitch for note in pair.roll.session.song.track(1).notes] == [79, 72, 74, 75]
    assert pair.roll.session.history.labels == ("Move section B",)
    pair.roll.session.undo()
    assert pair.roll.session.song is before


def test_pr27_control_copies_a_section(pair: Pair) -> None:
    drag(pair.view.bar, section_place(pair, 1500), section_place(pair, 2 * BAR), CTRL)
    assert section_names(pair) == [(0, "A"), (1, "B"), (2, "A")]


def test_pr27_the_beginning_of_a_section_is_dragged_to_bar_lines(pair: Pair) -> None:
    drag(pair.view.bar, section_place(pair, BAR), section_place(pair, 3 * BAR + 200))
    assert section_names(pair) == [(0, "A"), (3, "B")]


def test_pr27_escape_gives_a_drag_up(pair: Pair) -> None:
    bar = pair.view.bar
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, NONE, section_place(pair, BAR + 900))
    moved(bar, QPointF(section_place(pair, 10)))
    QTest.keyClick(bar, Qt.Key.Key_Escape)
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, NONE, section_place(pair, 10))
    assert pair.roll.session.history.labels == ()


def test_pr27_a_double_click_renames_and_beside_them_adds(pair: Pair) -> None:
    bar = pair.view.bar
    QTest.mouseDClick(bar, Qt.MouseButton.LeftButton, NONE, section_place(pair, 500))
    (editor,) = bar.findChildren(QLineEdit)
    QTest.keyClicks(editor, "Storm")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert section_names(pair)[0] == (0, "Storm")
    QTest.mouseDClick(bar, Qt.MouseButton.LeftButton, NONE, section_place(pair, 3 * BAR + 300))
    assert section_names(pair)[-1] == (3, "A")


def test_pr27_the_menu_colours_and_removes(pair: Pair) -> None:
    section = pair.view.bar.sections()[1]
    menu = section_menu(pair.arrange, section, BAR)
    colours = next(action.menu() for action in menu.actions() if action.text() == "Colour")
    colours.actions()[3].trigger()
    assert pair.roll.session.song.timeline.markers[1].colour == 3
    section = pair.view.bar.sections()[1]
    next(a for a in section_menu(pair.arrange, section, BAR).actions() if a.text().startswith("Delete")).trigger()
    assert section_names(pair) == [(0, "A")]
    assert pair.roll.session.song.bar_count == 1


def lane_place(pair: Pair, tick: float, row: int) -> QPoint:
    view = pair.view
    return QPoint(round(view.x_of(tick)), round(view.lanes_top + (row + 0.5) * view.lane_px))


def test_ranges_are_marked_with_shift_and_dragged_to_another_track(pair: Pair) -> None:
    session = pair.roll.session
    drag(pair.view, lane_place(pair, 300, 0), lane_place(pair, BAR - 300, 0), SHIFT)
    assert (session.selection.bars, session.selection.range_ids) == (Span(0, BAR), (1,))
    drag(pair.view, lane_place(pair, 900, 0), lane_place(pair, BAR + 900, 1))
    assert [note.start_tick for note in session.song.track(1).notes] == [BAR]
    assert [note.start_tick for note in session.song.track(2).notes] == [0, BAR, BAR + 960, BAR + 1920]
    assert (session.selection.bars, session.selection.range_ids) == (Span(BAR, 2 * BAR), (2,))
    assert session.history.labels == ("Move bars of 1 track",)


def test_ranges_are_copied_with_control(pair: Pair) -> None:
    session = pair.roll.session
    drag(pair.view, lane_place(pair, 300, 0), lane_place(pair, BAR - 300, 1), SHIFT)
    drag(pair.view, lane_place(pair, 900, 0), lane_place(pair, 2 * BAR + 900, 0), CTRL)
    assert session.history.labels == ("Copy bars of 2 tracks",)
    assert session.song.note_count == 6 + 4


def test_pr30_locked_notes_are_seen_in_their_lane(pair: Pair) -> None:
    before = pair.view.grab().toImage()
    pair.roll.session.do(notes.set_locked([13], True))
    after = pair.view.grab().toImage()
    x, y = round(pair.view.x_of(BAR + 400)), round(pair.view.lanes_top + pair.view.lane_px) - 1
    assert before.pixelColor(x, y) != after.pixelColor(x, y)


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
