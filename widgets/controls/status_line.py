"""The line at the bottom: the last thing that was said."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from studio.session import Session
from studio.words import mark
from widgets.panel import Panel
from widgets.theme import TARGET_PX

STAY_MS, ERROR_STAY_MS = 8_000, 20_000


class StatusLine(Panel):
    title, area = mark("Status"), "bottom"

    def build(self, session: Session) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(26)
        self.words = QLabel()
        self.words.setProperty("role", "label")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.offer = QPushButton()
        self.offer.setProperty("role", "flat")
        self.offer.setAutoDefault(False)
        self.offer.setFixedHeight(TARGET_PX)
        self.offer.hide()
        self._offered: Callable[[], object] | None = None
        self.offer.clicked.connect(self._take_offer)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 14, 0)
        self._row.addWidget(self.words)
        self._row.addWidget(self.offer)
        self._row.addStretch(1)
        self._clear = QTimer(self)
        self._clear.setSingleShot(True)
        self._clear.timeout.connect(self._end)
        self.listen(session.said, self.say)

    def say(self, text: str, is_error: bool, offer: tuple[str, Callable[[], object]] | None = None) -> None:
        """One sentence; an offer is a button's words and what it does, for as long as the sentence stands."""
        self._offered = offer[1] if offer else None
        self.offer.setText(offer[0] if offer else "")
        self.offer.setVisible(offer is not None)
        self.words.setProperty("role", "warn" if is_error else "label")
        self.words.style().polish(self.words)
        self.words.setText(text)
        self.words.setToolTip(text)
        self.setAccessibleName(text)
        self._clear.start(ERROR_STAY_MS if is_error else STAY_MS)

    def _take_offer(self) -> None:
        if self._offered is not None:
            self._offered()

    def _end(self) -> None:
        self.words.clear()
        self._offered = None
        self.offer.hide()

    def add(self, widget: QWidget) -> None:
        """Something that stays at the right end."""
        self._row.addWidget(widget)
