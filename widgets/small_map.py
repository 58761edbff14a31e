"""SmallMap: a pad drawn as a little square with a dot where one stands; for the roll's lane of origins and for snapshots."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets import theme as themes
from widgets.theme import Theme

DOT_PX = 2.5
TINT = 0.5
"""So strong are the corners' colours."""


def corner_colours(theme: Theme) -> tuple[QColor, QColor, QColor, QColor]:
    """Of the corners A, B, C, D: top left, top right, bottom left, bottom right."""
    return theme.track(0), theme.colour("accent"), theme.track(1), theme.colour("proposed")


def paint_map(painter: QPainter, square: QRectF, x: float, y: float, theme: Theme) -> None:
    """The four corners as tinted quarters, a dot at (x, y), each from 0 to 1, y downwards."""
    half = square.width() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for index, colour in enumerate(corner_colours(theme)):
        colour.setAlphaF(TINT)
        painter.setBrush(colour)
        painter.drawRect(QRectF(square.left() + half * (index % 2), square.top() + half * (index // 2), half, half))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(theme.colour("bg"), 1))
    painter.setBrush(theme.colour("text"))
    painter.drawEllipse(dot_of(square, x, y), DOT_PX, DOT_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def dot_of(square: QRectF, x: float, y: float) -> QPointF:
    """Where the dot lies; it stays whole within the square at its edges."""
    room = square.adjusted(DOT_PX, DOT_PX, -DOT_PX, -DOT_PX)
    return QPointF(room.left() + min(1.0, max(0.0, x)) * room.width(), room.top() + min(1.0, max(0.0, y)) * room.height())


class SmallMap(QWidget):
    """The same as a widget of its own."""

    def __init__(self, x: float, y: float, side_px: int = 28, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = (x, y)
        self._side_px = side_px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return QSize(self._side_px, self._side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_map(painter, QRectF(self.rect()).adjusted(2, 2, -2, -2), *self._place, themes.current())
