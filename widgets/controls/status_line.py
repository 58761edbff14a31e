"""The line at the bottom: the last thing that was said."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.session import Session
from studio.words import mark
from widgets.panel import Panel

STAY_MS, ERROR_STAY_MS = 8_000, 20_000


class StatusLine(Panel):
    title, area = mark("Status"), "bottom"

    def build(self, session: Session) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(26)
        self.words = QLabel()
        self.words.setProperty("role", "label")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 14, 0)
        self._row.addWidget(self.words, 1)
        self._clear = QTimer(self)
        self._clear.setSingleShot(True)
        self._clear.timeout.connect(self.words.clear)
        self.listen(session.said, self.say)

    def say(self, text: str, is_error: bool) -> None:
        self.words.setProperty("role", "warn" if is_error else "label")
        self.words.style().polish(self.words)
        self.words.setText(text)
        self.words.setToolTip(text)
        self.setAccessibleName(text)
        self._clear.start(ERROR_STAY_MS if is_error else STAY_MS)

    def add(self, widget: QWidget) -> None:
        """Something that stays at the right end."""
        self._row.addWidget(widget)
