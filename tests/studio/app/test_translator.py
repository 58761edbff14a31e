"""Qt's own words and the window's menus in German."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio import languages, words
from studio.app import translator
from studio.app.desk import Desk
from studio.app.searching import KeysOfTable


@pytest.fixture(autouse=True)
def german(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(languages.VARIABLE, "")
    languages.speak("de")
    translator.install(qapp, "de")
    yield
    for installed in qapp.findChildren(QTranslator):
        qapp.removeTranslator(installed)
        installed.deleteLater()
    words.use({})


def test_self_tr_speaks_from_the_same_catalogue(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    assert widget.tr("Discard") == "Verwerfen"
    assert widget.tr("never said anywhere") == "never said anywhere"


def test_qt_speaks_of_its_own_dialogs(qtbot: QtBot) -> None:
    box = QMessageBox()
    qtbot.addWidget(box)
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    assert [button.text().replace("&", "") for button in box.findChildren(QPushButton)] == ["Abbrechen"]
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"


def test_the_menus_and_the_palette_are_german(desk: Desk) -> None:
    menus = [action.text().replace("&", "") for action in desk.window.menuBar().actions()]
    assert menus == ["Datei", "Bearbeiten", "Spur", "Wiedergabe", "Generieren", "Erkunden", "Ansicht", "Hilfe"]
    assert desk.actions.by_id["undo"].text() == "Rückgängig"
    desk.window.tracks.add()
    desk.actions.refresh()
    assert desk.actions.by_id["undo"].text() == "Spur hinzufügen rückgängig machen"
    found = {command.id: command for command in KeysOfTable(desk).commands()}
    assert (found["quantise"].title, found["quantise"].place) == ("Quantisieren", "Bearbeiten")
