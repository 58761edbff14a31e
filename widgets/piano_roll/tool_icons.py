"""Icons of the tools, and the same as pointers that say what a press would do."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from widgets.piano_roll.state import Tool

ICON_PX, CURSOR_PX = 16, 22
_HOT_SPOTS: dict[Tool, tuple[float, float]] = {
    "draw": (2.5, 13.5), "paint": (3, 13.4), "erase": (3.4, 12.6), "slice": (2.6, 13.4), "glue": (8, 12.6), "mute": (8, 8),
    "lock": (8, 8), "mask": (8, 8), "velocity": (8, 8), "lasso": (3.4, 13.4),
}  # fmt: skip


def tool_icon(tool: Tool, colour: QColor, dpr: float) -> QIcon:
    return QIcon(_pixmap(tool, colour, None, ICON_PX, dpr))


@lru_cache(maxsize=64)
def tool_cursor(tool: Tool, ink: int, edge: int, dpr: float) -> QCursor:
    """The pointer of a tool: its icon with an edge, so that it is seen on notes and rows alike. Colours as rgb."""
    picture = _pixmap(tool, QColor(ink), QColor(edge), CURSOR_PX, dpr)
    x, y = (part * CURSOR_PX / ICON_PX for part in _HOT_SPOTS[tool])
    return QCursor(picture, round(x), round(y))


def _pixmap(tool: Tool, ink: QColor, edge: QColor | None, px: int, dpr: float) -> QPixmap:
    pixmap = QPixmap(round(px * dpr), round(px * dpr))
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.scale(px / ICON_PX, px / ICON_PX)
        for colour, width in ((edge, 4.0), (ink, 1.4)):
            if colour is None:
                continue
            painter.save()
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            _DRAWN[tool](painter, colour)
            painter.restore()
    return pixmap


def _polygon(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))


def _line(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _select(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    _polygon(painter, (3.5, 2), (12.5, 8.4), (8.4, 9.2), (10.6, 13.4), (8.7, 14.2), (6.6, 10), (3.5, 12.6))


def _draw(painter: QPainter, _: QColor) -> None:
    _polygon(painter, (2.5, 13.5), (3.2, 10.4), (11, 2.6), (13.4, 5), (5.6, 12.8))
    _line(painter, (9.4, 4.2), (11.8, 6.6))


def _paint(painter: QPainter, colour: QColor) -> None:
    _line(painter, (13.6, 2.4), (7.6, 8.4))
    bristles = QPainterPath(QPointF(7.8, 8.2))
    bristles.quadTo(4.4, 8.2, 4.6, 11.2)
    bristles.quadTo(4.6, 13, 2.6, 13.4)
    bristles.quadTo(8.6, 14.6, 9.4, 10)
    bristles.closeSubpath()
    painter.fillPath(bristles, colour)
    painter.drawPath(bristles)


def _erase(painter: QPainter, colour: QColor) -> None:
    painter.translate(8, 8)
    painter.rotate(-45)
    painter.drawRoundedRect(QRectF(-6.4, -3.2, 12.8, 6.4), 1.6, 1.6)
    rubber = QPainterPath()
    rubber.addRoundedRect(QRectF(-6.4, -3.2, 5, 6.4), 1.6, 1.6)
    painter.fillPath(rubber, colour)


def _slice(painter: QPainter, _: QColor) -> None:
    blade = QPainterPath(QPointF(2.6, 13.4))
    blade.lineTo(9.4, 6.6)
    blade.lineTo(11.4, 8.6)
    blade.quadTo(8, 12.6, 2.6, 13.4)
    painter.drawPath(blade)
    _line(painter, (10.4, 7.6), (13.6, 2.8))


def _glue(painter: QPainter, colour: QColor) -> None:
    for left in (1.8, 9.2):
        painter.drawRoundedRect(QRectF(left, 4.4, 5, 7.2), 1.4, 1.4)
    painter.fillRect(QRectF(6, 6.8, 4, 2.4), colour)
    _line(painter, (6, 8), (10, 8))


def _mute(painter: QPainter, _: QColor) -> None:
    painter.drawRoundedRect(QRectF(2, 5, 12, 6), 1.6, 1.6)
    _line(painter, (4, 13.4), (12, 2.6))


def _lock(painter: QPainter, colour: QColor) -> None:
    painter.drawArc(QRectF(5.2, 2.4, 5.6, 7.6), 0, 180 * 16)
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(3.6, 7.2, 8.8, 6.2), 1.2, 1.2)


def _velocity(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    for x, top in ((3.4, 9.4), (8, 5.4), (12.6, 2.8)):
        painter.drawRect(QRectF(x - 0.7, top, 1.4, 13.4 - top))


def _mask(painter: QPainter, _: QColor) -> None:
    pen = painter.pen()
    dashed = QPen(pen)
    dashed.setDashPattern([1.6, 1.8])
    painter.setPen(dashed)
    painter.drawRect(QRectF(2.4, 3.4, 11.2, 9.2))
    painter.setPen(pen)
    for x in (4.2, 7.4, 10.6):
        _line(painter, (x, 11), (x + 2.2, 5))


def _lasso(painter: QPainter, _: QColor) -> None:
    painter.drawEllipse(QRectF(2.2, 2.6, 11.6, 7.4))
    tail = QPainterPath(QPointF(5, 9.4))
    tail.quadTo(6.4, 12, 3.4, 13.4)
    painter.drawPath(tail)


_DRAWN: dict[Tool, Callable[[QPainter, QColor], None]] = {
    "select": _select, "lasso": _lasso, "draw": _draw, "paint": _paint, "erase": _erase, "slice": _slice, "glue": _glue,
    "mute": _mute, "velocity": _velocity, "mask": _mask, "lock": _lock,
}  # fmt: skip
