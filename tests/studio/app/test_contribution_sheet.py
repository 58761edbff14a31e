"""The contribution sheet in the window: read, copied, saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from studio.app.desk import Desk
from studio.edits import notes
from studio.song.notes import Note
from tests.desk_parts import Answers
from widgets.dialogs.contribution import ContributionDialog


def test_the_sheet_is_copied_and_saved(desk: Desk, answers: Answers, qtbot: QtBot, tmp_path: Path) -> None:
    desk.session.do(notes.add(desk.session.selection.track_id, [Note(0, 960, 60, 90)]))
    desk.actions.by_id["contribution"].trigger()
    dialog = desk.window.findChild(ContributionDialog)
    assert dialog is not None
    text = dialog.sheet.toPlainText()
    assert "1 (100%)" in text
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == text
    answers.writes = tmp_path / "sheet.txt"
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(answers.writes.exists)
    assert answers.writes.read_text("utf-8") == text
    assert answers.asked == ["Save the contribution sheet: Untitled - contribution.txt"]
    dialog.accept()
