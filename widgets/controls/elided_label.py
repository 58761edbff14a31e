"""ElidedLabel: as much of its words as there is room for; all of them as its tip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class ElidedLabel(QLabel):
    """Takes any width it is given, and asks for none beyond `least_px`. `tip` is shown where no word is cut."""

    def __init__(self, least_px: int, *, is_bold: bool = False) -> None:
        super().__init__()
        self._is_bold = is_bold
        self.tip = ""
        self.setMinimumWidth(least_px)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        font = QFont(self.font())
        font.setBold(font.bold() or self._is_bold)
        words = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.tip if words == self.text() else f"{self.text()} {self.tip}".strip())
        with QPainter(self) as painter:
            painter.setFont(font)
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), words)
