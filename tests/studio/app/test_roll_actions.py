"""Every command of the roll on an empty and on a small song: nothing fails, and undo leads back to the start."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.app.desk import Desk
from studio.app.roll_actions import ROLL_ACTIONS
from tests.canvas_songs import small_song


def close_what_it_opened(desk: Desk) -> None:
    roll = desk.window.roll
    if roll.asking.dialog is not None:
        roll.asking.dialog.accept()
    if roll.chords.isVisible():
        roll.chords.stamp()
        roll.chords.end()
    if roll.steps.is_on:
        roll.steps.toggle()


@pytest.mark.parametrize("is_selected", [True, False], ids=["all selected", "none selected"])
@pytest.mark.parametrize("is_empty", [True, False], ids=["empty", "small"])
def test_every_command_leaves_a_way_back(desk: Desk, is_empty: bool, is_selected: bool) -> None:
    session = desk.session
    if not is_empty:
        session.open(small_song())
    start = session.song
    for entry in ROLL_ACTIONS:
        if is_selected:
            desk.window.roll.commands.select_all()
        else:
            session.select(frozenset())
        desk.actions.by_id[entry.id].trigger()
        close_what_it_opened(desk)
    while session.history.undo_label is not None:
        session.undo()
    assert session.song is start


def test_keys_of_the_roll_reach_it(desk: Desk, qtbot: QtBot) -> None:
    session, roll = desk.session, desk.window.roll
    session.open(small_song())
    roll.setFocus()
    canvas = roll.view.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_3)
    assert roll.tool == "paint"
    qtbot.keyClick(canvas, Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    assert roll.state.folding == "scale"
    roll.commands.select_all()
    qtbot.keyClick(canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    assert session.history.undo_label == "Reverse 4 notes"
    qtbot.keyClick(canvas, Qt.Key.Key_N)
    qtbot.keyClick(canvas, Qt.Key.Key_3)
    qtbot.keyClick(canvas, Qt.Key.Key_D)
    assert session.history.undo_label == "Step input"
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.keyClick(canvas, Qt.Key.Key_D)
    qtbot.keyClick(roll.chords, Qt.Key.Key_Return)
    assert session.history.undo_label == "Stamp i"
