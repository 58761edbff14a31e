"""Switch: a labelled on/off, the label left and the lever right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets import theme
from widgets.controls.pressable import Pressable, paint_focus
from widgets.theme import TARGET_PX

LEVER_PX = (32.0, 18.0)


class Switch(Pressable):
    """On is the accent with the knob to the right; position tells, not colour alone."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setFont(theme.font(theme.TEXT_PX - 1))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + round(LEVER_PX[0]) + 14, TARGET_PX + 2)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        tokens = theme.current()
        width, height = LEVER_PX
        lever = QRectF(rect.right() - width, rect.center().y() - height / 2, width, height)
        painter.setFont(self.font())
        painter.setPen(tokens.colour("muted" if self.isEnabled() else "dim"))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.colour("accent" if self.isChecked() and self.isEnabled() else "line_strong"))
        painter.drawRoundedRect(lever, height / 2, height / 2)
        painter.setBrush(tokens.colour("on_accent" if self.isChecked() else "text"))
        left = lever.right() - height + 3 if self.isChecked() else lever.left() + 3
        painter.drawEllipse(QRectF(left, lever.top() + 3, height - 6, height - 6))
        if self.hasFocus():
            paint_focus(painter, lever.adjusted(-3, -3, 3, 3), height / 2 + 3)
