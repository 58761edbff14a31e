"""Every command is named, reachable and alone on its keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from studio.app.action_table import TABLE
from studio.app.actions import ROLL, TRACKS, WINDOW, Entry, clashes
from studio.app.desk import Desk
from studio.edits import notes, tracks
from studio.song.notes import Note


def test_no_two_commands_share_a_key_in_one_scope() -> None:
    assert clashes(TABLE) == []


def test_a_clash_would_be_found() -> None:
    wide = Entry("a", "A", "Edit", lambda _: None, ("Ctrl+D",))
    narrow = Entry("b", "B", "Edit", lambda _: None, ("Ctrl+D",), (ROLL,))
    elsewhere = Entry("c", "C", "Edit", lambda _: None, ("Ctrl+D",), (TRACKS,))
    assert clashes([wide, narrow]) == ["Ctrl+D: a and b (roll)"]
    assert clashes([narrow, elsewhere]) == []


def test_every_command_has_id_text_and_readable_keys() -> None:
    assert len({entry.id for entry in TABLE}) == len(TABLE)
    for entry in TABLE:
        assert entry.text
        for key in entry.keys:
            assert QKeySequence(key).toString(), key


def test_letters_and_digits_never_act_in_the_whole_window() -> None:
    """A bare letter belongs to whoever types."""
    bare = [(entry.id, key) for entry in TABLE if WINDOW in entry.scopes for key in entry.keys if len(key) == 1 and key.isalnum()]
    assert bare == []


def test_every_action_has_a_tooltip_with_its_keys(desk: Desk) -> None:
    for entry in TABLE:
        action = desk.actions.by_id[entry.id]
        assert action.toolTip(), entry.id
        assert action.shortcuts() == [QKeySequence(key) for key in entry.keys]
    assert desk.actions.by_id["save"].toolTip() == "Save the project (Ctrl+S)"


def test_undo_says_what_it_undoes(desk: Desk) -> None:
    undo = desk.actions.by_id["undo"]
    assert not undo.isEnabled()
    desk.session.do(tracks.add_track())
    assert undo.text() == "Undo Add track"
    assert undo.isEnabled()
    undo.trigger()
    assert desk.actions.by_id["redo"].text() == "Redo Add track"
    assert len(desk.session.song.tracks) == 1


def test_commands_on_notes_are_grey_without_notes(desk: Desk) -> None:
    assert not desk.actions.by_id["copy"].isEnabled()
    track_id = desk.session.selection.track_id
    desk.session.do(notes.add(track_id, [Note(0, 960, 60, 90)]), frozenset({desk.session.song.next_id}))
    assert desk.actions.by_id["copy"].isEnabled()


def test_space_reaches_the_transport_unless_text_is_typed(desk: Desk, qtbot: QtBot) -> None:
    sound = desk.engines.sound
    qtbot.keyClick(desk.window.roll.view.canvas, Qt.Key.Key_Space)
    assert sound.is_playing
    qtbot.keyClick(desk.window.mixer.master.fader, Qt.Key.Key_Space)
    assert not sound.is_playing
    desk.window.tracks.rename()
    editor = desk.window.tracks.findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "My lead")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert not sound.is_playing
    assert desk.session.song.tracks[0].name == "My lead"


@pytest.mark.parametrize(("key", "modifier", "pitch"), [(Qt.Key.Key_Up, None, 61), (Qt.Key.Key_Up, "shift", 72)])
def test_arrows_move_the_selected_notes(desk: Desk, qtbot: QtBot, key: Qt.Key, modifier: str | None, pitch: int) -> None:
    session = desk.session
    session.do(notes.add(session.selection.track_id, [Note(0, 960, 60, 90)]), frozenset({session.song.next_id}))
    held = Qt.KeyboardModifier.ShiftModifier if modifier else Qt.KeyboardModifier.NoModifier
    desk.window.roll.setFocus()
    qtbot.keyClick(desk.window.roll.view.canvas, key, held)
    assert session.song.tracks[0].notes.rows["pitch"].tolist() == [pitch]


def test_the_map_of_keys_lists_each_menu_once(desk: Desk) -> None:
    menus = [name for name, _ in desk.actions.keys_by_menu()]
    assert len(menus) == len(set(menus))
    assert {"File", "Edit", "Play", "Generate"} <= set(menus)
