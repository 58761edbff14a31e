"""Windows: further ones, each a program of its own, and what this one answers to a file that was opened outside."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from studio.app.desk import Desk
from studio.app.launching import OPEN, RAISE, WHO
from studio.words import tr


def open_another(desk: Desk, path: Path | None = None) -> None:
    """Another window with this file, or empty."""
    reason = desk.engines.open_window(path)
    if reason:
        desk.session.say(tr("Another window could not be started: {reason}.", reason=reason), is_error=True)


def open_asked_in_another(desk: Desk) -> None:
    """Ask for a file and open it in a window of its own; this one stays as it is."""
    path = desk.documents.asked_file()
    if path is not None:
        open_another(desk, path)


def wire(desk: Desk) -> None:
    """Be there for other starts of the program, until the end."""
    # Imported here: the first paint need not wait for what talks to other programs.
    from studio.app.instances import Doorbell

    bell = Doorbell(Answers(desk).answer, desk.window)
    desk.last_acts.append(bell.close)


class Answers:
    """What this window says to another start of the program."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._used_s = time.time()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._note)

    def answer(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        asked, path = message.get("ask"), message.get("path")
        if asked == WHO:
            shown = self._desk.session.path
            return {"path": "" if shown is None else str(shown), "used_s": self._used_s, "is_free": self._is_free()}
        if asked == RAISE:
            self._come_forward()
            return {"done": True}
        if asked == OPEN and isinstance(path, str) and self._is_free():
            self._come_forward()
            # once the answer is away: opening may ask what becomes of the song that is here
            QTimer.singleShot(0, self._desk.window, lambda: self._desk.documents.open_file(Path(path)))
            return {"done": True}
        return {}

    def _is_free(self) -> bool:
        """Whether a file may be opened here now: a dialog that waits for an answer is not talked over."""
        return QApplication.activeModalWidget() is None and QApplication.activePopupWidget() is None

    def _come_forward(self) -> None:
        window = self._desk.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def _note(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._used_s = time.time()
