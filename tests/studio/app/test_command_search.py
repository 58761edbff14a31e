"""The palette and the keys of one's own, over the real table of a real window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from studio import settings
from studio.app.action_table import TABLE
from studio.app.actions import bound, clashes, unfit
from studio.app.desk import Desk
from studio.app.searching import KeysOfTable
from widgets.dialogs.command_palette import CommandPalette, ranked
from widgets.dialogs.keys import KeysDialog


def test_pr36_a_command_is_found_and_done(desk: Desk, qtbot: QtBot) -> None:
    desk.actions.by_id["commands"].trigger()
    palette = desk.window.findChild(CommandPalette)
    assert palette is not None
    qtbot.waitUntil(palette.search.hasFocus)
    qtbot.keyClicks(palette.search, "add track")
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert len(desk.session.song.tracks) == 2
    desk.actions.by_id["commands"].trigger()
    assert desk.actions.recent[:2] == ["commands", "add track"]


def test_pr36_every_command_can_be_found_by_its_own_name(desk: Desk) -> None:
    commands = KeysOfTable(desk).commands()
    assert {command.id for command in commands} == {entry.id for entry in TABLE}
    for command in commands:
        assert command in ranked(commands, command.title), command.id


def test_a_given_key_acts_is_kept_and_taken_from_its_holder(desk: Desk, qtbot: QtBot) -> None:
    ring = KeysOfTable(desk)
    assert ring.holders("add track", "Ctrl+G") == ["Generate"]
    ring.give("add track", "Ctrl+G")
    qtbot.keyClick(desk.window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert len(desk.session.song.tracks) == 2
    assert desk.actions.by_id["generate"].shortcuts() == []
    kept = settings.load(desk.store._path).keys
    assert kept == {"generate": (), "add track": ("Ctrl+G",)}
    assert clashes(bound(TABLE, kept)) == []
    assert desk.actions.by_id["add track"].toolTip() == "Add track (Ctrl+G)"


def test_usual_keys_come_back(desk: Desk) -> None:
    ring = KeysOfTable(desk)
    ring.give("add track", "Ctrl+G")
    ring.reset("generate")
    assert desk.actions.by_id["generate"].shortcuts() == [], "the key is another command's by now"
    ring.reset("add track")
    ring.reset("generate")
    assert desk.actions.by_id["generate"].shortcuts() == [QKeySequence("Ctrl+G")]
    assert desk.store.settings.keys == {}
    ring.give("save", "Ctrl+G")
    ring.reset(None)
    assert desk.actions.table == TABLE


@pytest.mark.parametrize(
    ("name", "key", "words"),
    [("add track", "G", "bare letter"), ("add track", "Ctrl+K, Ctrl+J", "one key"), ("quantise", "", "cannot be used")],
)
def test_unfit_keys_are_refused_in_a_sentence(name: str, key: str, words: str) -> None:
    assert words in (unfit(TABLE, name, key) or "")


def test_a_letter_is_fit_where_only_the_roll_hears_it() -> None:
    assert unfit(TABLE, "quantise", "Y") is None


def test_keys_of_unknown_commands_are_passed_over(desk: Desk) -> None:
    desk.actions.rebind({"no such command": ("Ctrl+G",)})
    assert desk.actions.table == TABLE


def test_the_dialog_searches_by_key_and_says_whose_it_is(desk: Desk, qtbot: QtBot) -> None:
    desk.actions.by_id["change keys"].trigger()
    dialog = desk.window.findChild(KeysDialog)
    assert dialog is not None
    qtbot.keyClicks(dialog.search, "ctrl+t")
    first = dialog.list.topLevelItem(0)
    assert first is not None
    assert first.text(0) == "Add track"
    dialog.list.setCurrentItem(first)
    dialog.key.setKeySequence(QKeySequence("Ctrl+G"))
    assert "«Generate»" in dialog.words.text()
    qtbot.mouseClick(dialog.give, Qt.MouseButton.LeftButton)
    assert desk.actions.by_id["add track"].shortcuts() == [QKeySequence("Ctrl+G")]
    assert "no longer «Generate»" in dialog.words.text()
    dialog.accept()
