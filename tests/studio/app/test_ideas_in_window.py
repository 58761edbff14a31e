"""The Ideas window over a real desk: named, compared, gone back to, saved and opened again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.app.desk import Desk
from studio.edits import notes
from studio.song.notes import Note
from tests.desk_parts import Answers
from widgets.panels.ideas import HERE, IdeasWindow


@pytest.fixture
def window(desk: Desk) -> IdeasWindow:
    desk.actions.by_id["ideas"].trigger()
    found = desk.window.findChild(IdeasWindow)
    assert found is not None
    return found


def add_note(desk: Desk, pitch: int, start: int = 0) -> None:
    desk.session.do(notes.add(desk.session.selection.track_id, [Note(start, 480, pitch, 90)]))


def named(qtbot: QtBot, window: IdeasWindow, name: str) -> None:
    window.naming.setFocus()
    qtbot.keyClicks(window.naming, name)
    qtbot.mouseClick(window.note, Qt.MouseButton.LeftButton)


def test_a_composer_names_compares_and_goes_back(desk: Desk, qtbot: QtBot, window: IdeasWindow) -> None:
    assert window.nothing.isVisible()
    add_note(desk, 60)
    named(qtbot, window, "Theme")
    assert window.naming.text() == ""
    add_note(desk, 64, 960)
    named(qtbot, window, "Answer")
    top = window.tree.topLevelItem(0)
    assert top is not None
    assert (top.text(0), top.child(0).text(0)) == ("Theme", f"{HERE}Answer")
    window.tree.setCurrentItem(top)
    assert window.words.text() == "From this idea to the song now: 1 note new."
    assert window.difference.accessibleName() == "1 note new."
    add_note(desk, 67, 1920)
    qtbot.waitUntil(lambda: window.words.text() == "From this idea to the song now: 2 notes new.")
    qtbot.mouseClick(window.back, Qt.MouseButton.LeftButton)
    assert desk.session.song.note_count == 1
    again = window.tree.topLevelItem(0)
    assert again is not None
    assert again.text(0) == f"{HERE}Theme"
    assert not again.icon(0).isNull()
    assert again.child(0).child(0).text(0) == "Before going back to «Theme»"


def test_names_are_typed_in_the_tree(desk: Desk, qtbot: QtBot, window: IdeasWindow) -> None:
    named(qtbot, window, "Theme")
    qtbot.mouseClick(window.star, Qt.MouseButton.LeftButton)
    row = window.tree.topLevelItem(0)
    assert row is not None
    row.setText(0, f"{HERE}★ Opening")
    assert desk.ideas.tree.ideas[0].name == "Opening"
    assert desk.ideas.tree.ideas[0].is_starred


def test_hearing_ends_with_the_window(desk: Desk, qtbot: QtBot, window: IdeasWindow) -> None:
    add_note(desk, 60)
    named(qtbot, window, "Theme")
    qtbot.mouseClick(window.hear, Qt.MouseButton.LeftButton)
    assert desk.session.is_previewing
    window.close()
    assert not desk.session.is_previewing


def test_ideas_travel_with_the_project(desk: Desk, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    answers.writes = path = tmp_path / "song.ricercar"
    add_note(desk, 60)
    desk.ideas.name("Theme")
    desk.documents.save()
    qtbot.waitUntil(lambda: desk.session.is_clean and not desk.documents.is_saving)
    desk.documents.new()
    assert desk.ideas.tree.ideas == ()
    desk.documents.open_file(path)
    qtbot.waitUntil(lambda: desk.session.path == path)
    (idea,) = desk.ideas.tree.ideas
    assert idea.name == "Theme"
    assert idea.song == desk.session.song
    assert desk.session.is_clean
