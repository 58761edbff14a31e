"""KeyedButton: says its key beside its words as long as there is room for both."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget


class KeyedButton(QPushButton):
    """Words and, where there is room for both, their key, given as "words   key"."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._whole, self._words = text, text.split("   ", maxsplit=1)[0]
        self.setAccessibleName(self._words)

    def sizeHint(self) -> QSize:
        return self._sized(super().sizeHint(), self._whole)

    def minimumSizeHint(self) -> QSize:
        return self._sized(super().sizeHint(), self._words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setText(self._whole if self.sizeHint().width() <= self.width() else self._words)

    def _sized(self, hint: QSize, text: str) -> QSize:
        """The hint for the text that stands here now, as it would be for another."""
        measure = self.fontMetrics().horizontalAdvance
        return QSize(hint.width() - measure(self.text()) + measure(text), hint.height())
