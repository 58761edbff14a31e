"""RemovableChip: a chip with a cross; pressed it is changed, by its cross, Delete or Backspace it is taken away."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets import theme
from widgets.controls.chips import CHIP_PADDING_PX, LONGEST_CHIP_PX, Chip
from widgets.controls.pressable import paint_focus, paint_ground
from widgets.theme import TARGET_PX

CROSS_PX = 18
"""Room of the cross at the right end."""
ARM_PX = 3.0


class RemovableChip(Chip):
    """`clicked` to change it, `removed` to take it away. `is_refused`: what it stands for cannot be."""

    removed = Signal()

    def __init__(self, text: str, parent: QWidget | None = None, *, track_colour: int | None = None) -> None:
        super().__init__(text, parent, track_colour=track_colour)
        self.is_refused = False
        self._is_removing = False

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * CHIP_PADDING_PX + CROSS_PX - 6
        return QSize(min(LONGEST_CHIP_PX, width + 2), TARGET_PX + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_removing = event.button() == Qt.MouseButton.LeftButton and self._cross().contains(event.position())
        if not self._is_removing:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._is_removing:
            super().mouseReleaseEvent(event)
        elif self._cross().contains(event.position()):
            self.removed.emit()

    def _cross(self) -> QRectF:
        return QRectF(self.width() - CROSS_PX - 4, 0, CROSS_PX + 4, self.height())

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        tokens = theme.current()
        edge = tokens.colour("warn") if self.is_refused else tokens.colour("line_strong")
        paint_ground(painter, rect, tokens.colour("line" if self.is_hovered else "raised"), edge, rect.height() / 2)
        own = tokens.track(self.track_colour) if self.track_colour is not None else tokens.colour("text")
        painter.setFont(self.font())
        painter.setPen(tokens.colour("warn") if self.is_refused else own)
        room = rect.adjusted(CHIP_PADDING_PX - 1, 0, -CROSS_PX - 2, 0)
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)
        paint_cross(painter, QPointF(rect.right() - CROSS_PX / 2 - 2, rect.center().y()))
        if self.hasFocus():
            paint_focus(painter, rect, rect.height() / 2)


def paint_cross(painter: QPainter, middle: QPointF, arm_px: float = ARM_PX) -> None:
    """A small cross, muted."""
    painter.setPen(QPen(theme.current().colour("muted"), 1.3))
    for sign in (-1, 1):
        across = QPointF(arm_px, sign * arm_px)
        painter.drawLine(middle - across, middle + across)
