"""Takes in the whole window, by keys and by mouse: lanes, arrows, points, edits of a take, tracks of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.app.desk import Desk
from studio.generation.contract import Request
from studio.generation.tray import TakeSet
from studio.settings import load
from studio.song.harmony import pitch_name
from studio.song.notes import MUTED
from studio.song.region import Mask, Region
from studio.song.ticks import Span
from tests.generate_parts import BAR, song_of
from widgets.event_table import EventTable
from widgets.panels.take_menu import take_menu
from widgets.phrase_drag import TAKE, payload
from widgets.piano_roll.tiles import aligned, scale_of

LEFT, CTRL, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


@pytest.fixture
def proposed(desk: Desk, qtbot: QtBot) -> Desk:
    """Three takes for bars 2-3 of the lead, the first one shown."""
    desk.session.open(song_of())
    request = Request("fill", "scales", desk.session.song, Mask(Region((1,), Span(BAR, 3 * BAR))), seed=7, count=3)
    desk.session.generate(request)
    qtbot.waitUntil(lambda: len(takes(desk).takes) == 3)
    qtbot.waitUntil(lambda: len(desk.window.takes.cards) == 3)
    desk.window.roll.setFocus()
    return desk


def takes(desk: Desk) -> TakeSet:
    take_set = desk.session.tray.current
    assert take_set is not None
    return take_set


def press(desk: Desk, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(desk.window.focusWidget() or desk.window, key, keys)


def open_lanes(desk: Desk, qtbot: QtBot) -> None:
    press(desk, Key.Key_X, SHIFT)
    qtbot.waitUntil(lambda: desk.window.roll.view.take_lanes.isVisible() and desk.window.roll.view.take_lanes.hasFocus())


def test_gn_6_2_lanes_open_and_fold_by_key_and_by_the_bar(proposed: Desk, qtbot: QtBot) -> None:
    lanes = proposed.window.roll.view.take_lanes
    assert not lanes.isVisible()
    open_lanes(proposed, qtbot)
    assert [lane.index for lane in lanes.lanes] == [None, 0, 1, 2]
    assert lanes.lanes[1].lit == {0, 1}
    QTest.mouseClick(proposed.window.roll.view.take_bar.fold_button, LEFT)
    assert not lanes.isVisible()


def test_gn_6_2_keeping_from_a_lane_leaves_the_keyboard_to_the_notes(proposed: Desk, qtbot: QtBot) -> None:
    open_lanes(proposed, qtbot)
    proposed.actions.by_id["keep"].trigger()
    assert proposed.window.roll.view.take_lanes.isHidden()
    assert proposed.window.roll.view.canvas.hasFocus()


def test_gn_6_2_lanes_by_keys_alone(proposed: Desk, qtbot: QtBot) -> None:
    open_lanes(proposed, qtbot)
    press(proposed, Key.Key_Down)
    press(proposed, Key.Key_Down)
    press(proposed, Key.Key_Return)
    assert takes(proposed).active == 2
    press(proposed, Key.Key_S)
    press(proposed, Key.Key_4)
    assert (takes(proposed).starred, takes(proposed).ratings) == ({2}, {2: 4})
    press(proposed, Key.Key_Up)
    press(proposed, Key.Key_Right)
    press(proposed, Key.Key_C)
    assert takes(proposed).comp == (2, 1)
    press(proposed, Key.Key_Left, SHIFT)
    press(proposed, Key.Key_C)
    assert (takes(proposed).active, takes(proposed).comp) == (1, ())
    press(proposed, Key.Key_Delete)
    assert takes(proposed).trashed == {1}
    press(proposed, Key.Key_Escape)
    assert proposed.window.roll.view.canvas.hasFocus()
    press(proposed, Key.Key_Return, CTRL)
    assert proposed.session.history.undo_label == "Keep take 3 of Fill bars 2-3"


def test_gn_6_2_a_click_in_a_lane_shows_and_a_swipe_takes_bars(proposed: Desk, qtbot: QtBot) -> None:
    open_lanes(proposed, qtbot)
    lanes = proposed.window.roll.view.take_lanes
    second = lanes.cell(2, 1).center().toPoint()
    QTest.mouseClick(lanes, LEFT, pos=second)
    assert (takes(proposed).active, takes(proposed).comp) == (1, ())
    start = lanes.cell(3, 0).center().toPoint()
    QTest.mousePress(lanes, LEFT, pos=start)
    QTest.mouseMove(lanes, start + QPoint(12, 0))
    QTest.mouseRelease(lanes, LEFT, pos=start + QPoint(12, 0))
    assert takes(proposed).comp == (2, 1)
    assert proposed.window.roll.view.take_bar.numbers.text() == "+/3"
    QTest.mouseClick(proposed.window.roll.view.take_cells, LEFT, pos=QPoint(10, 12))
    assert takes(proposed).active is None
    assert proposed.window.roll.view.take_bar.words.text() == "What was there · 3 takes for bars 2-3"


def test_gn_6_2_arrows_of_the_bar_go_to_what_was_there_and_past_the_last_make_one_more(proposed: Desk, qtbot: QtBot) -> None:
    bar = proposed.window.roll.view.take_bar
    assert bar.numbers.text() == "1/3"
    QTest.mouseClick(bar.back, LEFT)
    assert (takes(proposed).active, bar.numbers.text()) == (None, "0/3")
    assert not bar.back.isEnabled()
    for wanted in ("1/3", "2/3", "3/3"):
        QTest.mouseClick(bar.onward, LEFT)
        assert bar.numbers.text() == wanted
    QTest.mouseClick(bar.onward, LEFT)
    qtbot.waitUntil(lambda: len(takes(proposed).takes) == 4)
    assert (takes(proposed).active, takes(proposed).request.seed, takes(proposed).request.count) == (3, 8, 1)
    press(proposed, Key.Key_PageDown, CTRL)
    qtbot.waitUntil(lambda: len(takes(proposed).takes) == 5)
    assert takes(proposed).takes[4].origin.seed == 9


def test_gn_6_2_notes_of_a_take_are_found_by_the_mouse_and_moved_by_keys(proposed: Desk) -> None:
    roll, song = proposed.window.roll, proposed.session.song
    canvas, view = roll.view.canvas, aligned(roll.state.viewport)
    rows = roll.state.take.rows_on(1)
    at = QPoint(round(view.x_of(int(rows["start"][0]) + 400)), round(view.y_of(int(rows["pitch"][0])) + view.row_px / 2))
    QTest.mouseClick(canvas, LEFT, pos=at)
    assert proposed.session.selection.note_ids == {int(rows["id"][0])}
    press(proposed, Key.Key_Up)
    assert proposed.session.song is song
    assert takes(proposed).numeral(takes(proposed).active) == "1 (edited)"
    moved = roll.state.take.rows_on(1)
    assert moved["pitch"].max() >= rows["pitch"][0] + 1
    assert len(proposed.session.selection.note_ids) == 1
    press(proposed, Key.Key_0)
    changed = roll.state.notes.with_ids(proposed.session.selection.note_ids)
    assert changed["flags"].tolist() == [MUTED]
    press(proposed, Key.Key_Z, CTRL)
    press(proposed, Key.Key_Z, CTRL)
    assert takes(proposed).active == 0
    assert len(proposed.window.takes.cards) == 4
    assert proposed.window.takes.cards[3].isHidden(), "what was undone is not among the takes"
    press(proposed, Key.Key_Y, CTRL)
    assert not proposed.window.takes.cards[3].isHidden()
    assert proposed.window.takes.cards[3].name.text() == "Take 1, edited"


def test_gn_6_2_cards_by_keys_points_names_trash_and_back(proposed: Desk, qtbot: QtBot) -> None:
    panel = proposed.window.takes
    panel.setFocus()
    press(proposed, Key.Key_Down)
    press(proposed, Key.Key_5)
    press(proposed, Key.Key_F2)
    edit = panel.cards[1].findChild(QLineEdit)
    assert edit is not None
    QTest.keyClicks(edit, "warm one")
    QTest.keyClick(edit, Key.Key_Return)
    assert (takes(proposed).labels, takes(proposed).ratings) == ({1: "warm one"}, {1: 5})
    assert panel.cards[1].figure.text() == "warm one"
    proposed.actions.by_id["takes rating"].trigger()
    assert takes(proposed).listed == (1, 0, 2)
    tops = [panel.cards[index].y() for index in takes(proposed).listed]
    qtbot.waitUntil(lambda: panel.cards[1].y() < panel.cards[0].y())
    assert len(tops) == 3
    panel.setFocus()
    press(proposed, Key.Key_Delete)
    assert takes(proposed).trashed == {1}
    assert panel.cards[1].isHidden()
    proposed.actions.by_id["recover takes"].trigger()
    assert takes(proposed).trashed == set()


def test_gn_6_2_in_the_song_solo_or_with_the_original_muted(proposed: Desk) -> None:
    tools = proposed.window.takes.tools
    QTest.mouseClick(tools.hearing["solo"], LEFT)
    assert proposed.session.proposing.hearing == "solo"
    proposed.actions.by_id["hear takes alone"].trigger()
    assert tools.hearing["alone"].isChecked()
    proposed.actions.by_id["hear takes context"].trigger()
    assert proposed.session.proposing.hearing == "context"


def test_gn_6_2_when_a_take_changes_is_kept_for_the_next_start(proposed: Desk, tmp_path: Path) -> None:
    proposed.actions.by_id["swap bar"].trigger()
    proposed.actions.by_id["equal loudness"].trigger()
    kept = load(tmp_path / "settings.toml")
    assert (kept.take_swap, kept.equal_loudness) == ("bar", True)
    assert proposed.actions.by_id["swap bar"].isChecked()


def test_gn_6_2_a_take_of_its_own_track_and_at_the_cursor_by_command(proposed: Desk) -> None:
    proposed.actions.by_id["promote take"].trigger()
    assert [track.name for track in proposed.session.song.tracks] == ["Lead", "Lead, take 1", "Bass", "Empty"]
    proposed.session.tray.show(1)
    proposed.session.select(track_id=3, cursor_tick=3 * BAR + 5)
    proposed.actions.by_id["lay take"].trigger()
    assert proposed.session.song.track(3).notes.rows["start"].min() == 3 * BAR
    press(proposed, Key.Key_Z, CTRL)
    press(proposed, Key.Key_Z, CTRL)
    assert [track.name for track in proposed.session.song.tracks] == ["Lead", "Bass", "Empty"]


def drop(widget: QWidget, at: QPointF, mime: QMimeData) -> bool:
    """As the toolkit does it: entering, a move, then the drop."""
    accepted = False
    for kind in (QDragEnterEvent, QDragMoveEvent, QDropEvent):
        place = at if kind is QDropEvent else at.toPoint()
        event = kind(place, Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, event)
        accepted = event.isAccepted()
    return accepted


def on_canvas(desk: Desk) -> tuple[QWidget, QPointF]:
    return desk.window.roll.view.canvas, QPointF(scale_of(desk.window.roll.state.viewport).x_of(3 * BAR + 10), 60)


def on_lane(desk: Desk) -> tuple[QWidget, QPointF]:
    view = desk.window.arrange.view
    return view, QPointF(view.x_of(3 * BAR + 10), view.lanes_top + 1.5 * view.lane_px)


def on_row(desk: Desk) -> tuple[QWidget, QPointF]:
    panel, row = desk.window.tracks, desk.window.tracks.rows[2]
    return panel, QPointF(row.mapTo(panel, row.rect().center()))


@pytest.mark.parametrize(("place", "track_id", "starts"), [(on_canvas, 1, 3 * BAR), (on_lane, 2, 3 * BAR), (on_row, 2, BAR)])
def test_gn_6_2_a_take_is_dropped_on_roll_arrangement_and_track_list(
    proposed: Desk, place: Callable[[Desk], tuple[QWidget, QPointF]], track_id: int, starts: int
) -> None:
    take = takes(proposed).takes[2]
    widget, at = place(proposed)
    assert drop(widget, at, payload(TAKE, 2))
    rows = proposed.session.song.track(track_id).notes.starting_in(Span(starts, starts + 2 * BAR))
    assert rows["pitch"].tolist() == take.rows["pitch"].tolist()
    assert proposed.session.history.undo_label.startswith("Lay take 3 on")
    widget, at = place(proposed)
    assert not drop(widget, at, payload(TAKE, 77)) or len(proposed.session.history.labels) == 1


def test_gn_6_4_where_kept_notes_come_from_is_told_and_repeated(proposed: Desk, qtbot: QtBot) -> None:
    press(proposed, Key.Key_Return, CTRL)
    assert proposed.session.selection.note_ids
    press(proposed, Key.Key_Up)
    press(proposed, Key.Key_I)
    dialog = next(each for each in proposed.window.children() if type(each).__name__ == "OriginDialog")
    words = [label.text() for label in dialog.findChildren(QWidget) if hasattr(label, "wordWrap") and label.wordWrap()]
    assert words == ["Lead, bars 2–3: take 1, scales, seed 7, edited by you (8 notes)"]
    dialog.close()


def test_gn_6_2_in_a_low_window_fewer_lanes_are_seen_and_keys_bring_the_others(proposed: Desk, qtbot: QtBot) -> None:
    open_lanes(proposed, qtbot)
    lanes = proposed.window.roll.view.take_lanes
    lanes.take_room(50)
    assert lanes.height() == 2 * 24 + 1
    assert lanes.first == 0
    for _ in range(3):
        press(proposed, Key.Key_Down)
    assert lanes.first == 2
    assert lanes.lane_at(30) == 3


def test_gn_6_2_takes_of_other_bars_and_discarded_ones_are_a_click_away(proposed: Desk) -> None:
    tools, first = proposed.window.takes.tools, takes(proposed)
    assert tools.elsewhere.isHidden()
    press(proposed, Key.Key_Backspace, CTRL)
    assert not tools.elsewhere.isHidden()
    assert tools.elsewhere.text() == "Fill bars 2–3 · 3 takes"
    (back,) = tools.elsewhere_menu().actions()
    back.trigger()
    assert takes(proposed) is first
    press(proposed, Key.Key_Backspace, CTRL)
    proposed.actions.by_id["recover takes"].trigger()
    assert takes(proposed) is first


def test_gn_6_2_the_event_list_holds_the_take_and_edits_it(proposed: Desk) -> None:
    song = proposed.session.song
    table = EventTable(proposed.session)
    assert table.look()
    starts, pitches = table.rows["start"].tolist(), table.rows["pitch"].tolist()
    at = starts.index(BAR)
    assert pitches[at] == int(takes(proposed).takes[0].rows["pitch"][0])
    pitch_column = next(
        column for column in range(table.columnCount()) if table.index(at, column).data() == pitch_name(pitches[at])
    )
    assert table.setData(table.index(at, pitch_column), "C6")
    assert proposed.session.song is song
    assert takes(proposed).takes[3].rows["pitch"][0] == 84
    table.look()
    assert table.rows["pitch"][at] == 84


def test_gn_6_2_selected_notes_of_a_take_are_looped_copied_and_put_on_the_palette(proposed: Desk) -> None:
    roll = proposed.window.roll
    rows = roll.state.take.rows_on(1)
    proposed.session.select(frozenset(rows["id"][:4].tolist()))
    proposed.playback.loop_selection()
    assert proposed.session.loop == Span(BAR, 2 * BAR)
    press(proposed, Key.Key_C, CTRL)
    proposed.session.select(cursor_tick=3 * BAR)
    press(proposed, Key.Key_V, CTRL)
    laid = proposed.session.song.track(1).notes.starting_in(Span(3 * BAR, 4 * BAR))
    assert set(rows["pitch"][:4].tolist()) <= set(laid["pitch"].tolist()), (
        "outside the bars of the take it is the song that changes"
    )
    assert proposed.explorer.phrase_of_selection().clip.note_count == 4


def test_gn_6_2_the_menu_over_the_cards_orders_swaps_and_matches(proposed: Desk, qtbot: QtBot) -> None:
    tools = proposed.window.takes.tools
    QTest.mouseClick(tools.more, LEFT)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    inside = {action.text(): action for sub in menu.findChildren(QMenu) for action in sub.actions()}
    inside["By how busy they are"].trigger()
    inside["On the next bar"].trigger()
    level = next(action for action in menu.actions() if action.isCheckable())
    level.trigger()
    menu.close()
    assert (takes(proposed).order, proposed.session.swap, proposed.session.proposing.matches_loudness) == ("density", "bar", True)


def test_gn_6_2_the_menu_of_a_card_does_what_its_keys_do(proposed: Desk) -> None:
    panel = proposed.window.takes
    menu = take_menu(panel.acts, takes(proposed), 1, panel, to_palette=lambda _index: None, to_clipboard=lambda _index: None)
    acts = {action.text().split("\t")[0]: action for action in menu.actions()}
    acts["Star"].trigger()
    acts["To a new track"].trigger()
    acts["Into the trash"].trigger()
    assert (takes(proposed).starred, takes(proposed).trashed) == ({1}, {1})
    assert len(proposed.session.song.tracks) == 4
    menu.deleteLater()


def test_gn_6_2_edited_and_added_takes_are_counted_by_their_numbers(proposed: Desk) -> None:
    roll = proposed.window.roll
    assert roll.view.take_bar.words.text() == "Take 1 of 3 · scales · not yet kept"
    proposed.session.select(frozenset(roll.state.take.rows_on(1)["id"].tolist()))
    press(proposed, Key.Key_Up, SHIFT)
    assert roll.view.take_bar.words.text() == "Take 1 (edited) of 3 · scales · not yet kept"
    assert roll.view.take_bar.numbers.text() == "2/4"
