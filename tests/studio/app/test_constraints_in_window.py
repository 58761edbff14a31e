"""What takes keep to, by the keys of the whole window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app.desk import Desk
from studio.edits import tracks
from studio.song.constraint import Constraint
from widgets.constraint_editor import ConstraintEditor


def sheet(desk: Desk) -> ConstraintEditor:
    found = [made for made in desk.window.findChildren(ConstraintEditor) if made.isVisible()]
    assert len(found) == 1
    return found[0]


def test_gn_6_1_keys_in_the_sheet_do_nothing_to_the_track_list(desk: Desk) -> None:
    desk.session.do(tracks.add_track())
    desk.window.tracks.setFocus()
    desk.actions.by_id["constrain"].trigger()
    editor = sheet(desk)
    front, count = desk.session.selection.track_id, len(desk.session.song.tracks)
    editor.voices.setFocus()
    QTest.keyClick(editor.voices, Qt.Key.Key_Down)
    QTest.keyClick(editor.voices, Qt.Key.Key_Delete)
    assert desk.session.selection.track_id == front
    assert len(desk.session.song.tracks) == count
    assert desk.session.song.constraint(front) == Constraint(front, polyphony=1)
    editor.low.setFocus()
    QTest.keyClicks(editor.low, "C2")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert desk.session.song.constraint(front) == Constraint(front, 36, polyphony=1)
    assert QApplication.activePopupWidget() is None


def test_gn_6_1_a_track_is_freed_by_a_command(desk: Desk) -> None:
    free = desk.actions.by_id["free track"]
    assert not free.isEnabled()
    desk.actions.by_id["constrain"].trigger()
    editor = sheet(desk)
    editor.low.setFocus()
    QTest.keyClicks(editor.low, "C2")
    editor.close()
    desk.actions.refresh()
    assert free.isEnabled()
    free.trigger()
    assert desk.session.song.constraints == ()


def test_gn_6_1_the_sweep_opens_with_the_keyboard_in_it(desk: Desk) -> None:
    if desk.window.is_shown("Generate"):
        desk.window.toggle_part("Generate")
    desk.actions.by_id["sweep"].trigger()
    assert desk.window.is_shown("Generate")
    assert desk.window.generate.sweep.rows[0].box.hasFocus()
